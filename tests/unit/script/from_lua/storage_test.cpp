#include "unit/script/script_box.hpp"

#include <future>

namespace rookery::script {
namespace {

using testing::ScriptBox;

/// What the program prints; run in the background, where waiting is possible.
std::string printed(const std::string& program, hostapi::Capabilities capabilities = {}) {
    ScriptBox::Options options;
    options.storage = true;
    options.capabilities = std::move(capabilities);
    ScriptBox box(
        "local kv = rookery.kv\nrookery.spawn(function() " + program + " print('end') end)",
        std::move(options));
    box.started();
    const auto over = [&box] {
        const std::string text = box.printed();
        return text.ends_with("end") || text.find("stack traceback") != std::string::npos ||
               box.counters().errors > 0;
    };
    EXPECT_TRUE(ScriptBox::eventually(over)) << box.printed();
    return box.printed();
}

TEST(KvOfLua, gives_back_values_of_every_kind) {
    EXPECT_EQ(
        printed(R"(
        print(kv.get('a'))
        print(kv.set('a', { list = { 1, 2.5, 'x' }, flag = false }))
        local a = kv.get('a')
        print(#a.list, a.list[2], a.list[3], a.flag)
        print(kv.set('s', '\0\255'), #kv.get('s'), kv.get('s') == '\0\255')
        kv.set('t', { bytes = '\254', list = { true } })
        print(kv.get('t').bytes == '\254', kv.get('t').list[1], kv.cas('t', { list = { true }, bytes = '\254' }, 1))
        print(kv.set('n', 0.5), kv.get('n'), kv.set('b', false), kv.get('b'))
        print(kv.delete('a'), kv.delete('a'), kv.get('a')))"),
        "nil|true|3 2.5 x false|true 2 true|true true true|true 0.5 true false|true false nil|end");
}

TEST(KvOfLua, counts_and_compares) {
    EXPECT_EQ(printed(R"(
        print(kv.incr('n'), kv.incr('n', 5), kv.incr('n', -6))
        kv.set('x', 'text')
        print(kv.incr('x'))
        print(kv.cas('c', nil, { 1 }), kv.cas('c', nil, 2), kv.cas('c', { 1 }, 'z'), kv.get('c'))
        print(kv.cas('c', 'z', nil), kv.get('c')))"),
              "1 6 0|nil the key holds something else than a whole number invalid|"
              "true false true z|true nil|end");
}

TEST(KvOfLua, lists_in_pages) {
    EXPECT_EQ(printed(R"(
        for i = 1, 5 do kv.set('k/' .. i, i) end
        kv.set('other', 1)
        local page = kv.list('k/', { limit = 2 })
        print(#page, page[1].key, page[2].value, page.more)
        page = kv.list('k/', { after = page[2].key })
        print(#page, page[1].key, page.more)
        print(#kv.list())  )"),
              "2 k/1 2 true|3 k/3 false|6|end");
}

TEST(KvOfLua, carries_a_transaction_out_as_one) {
    EXPECT_EQ(printed(R"(
        kv.set('from', 10)
        print(kv.transaction(function(tx)
            tx.set('from', tx.get('from') - 3)
            print(tx.get('from'), tx.incr('to', 3), tx.get('to'), tx.get('nothing'))
            return 'moved', 3
        end))
        print(kv.get('from'), kv.get('to'))
        print(kv.transaction(function(tx) tx.set('from', 0) return false, 'no' end))
        print(pcall(kv.transaction, function(tx) tx.set('from', 0) error('oops', 0) end))
        print(kv.get('from'))
        kv.transaction(function(tx) tx.delete('from') end)
        print(kv.get('from')))"),
              "7 3 3 nil|moved 3|7 3|false no|false oops|7|nil|end");
}

TEST(KvOfLua, runs_a_transaction_again_when_what_it_read_has_changed) {
    EXPECT_EQ(printed(R"(
        kv.set('n', 1)
        local runs = 0
        print(kv.transaction(function(tx)
            runs = runs + 1
            local n = tx.get('n')
            if runs == 1 then kv.set('n', 100) end
            tx.set('n', n + 1)
            return runs
        end), kv.get('n'))
        runs = 0
        print(kv.transaction(function(tx)
            runs = runs + 1
            tx.get('n')
            kv.incr('n')
            tx.set('n', 0)
        end))
        print(runs))"),
              "2 101|nil others changed the same keys again and again unavailable|20|end");
}

TEST(KvOfLua, loses_no_count_of_many_transactions_at_once) {
    EXPECT_EQ(printed(R"(
        local left = 10
        for i = 1, 10 do
            rookery.spawn(function()
                for j = 1, 5 do
                    while not kv.transaction(function(tx) return tx.incr('n') end) do end
                end
                left = left - 1
            end)
        end
        while left > 0 do rookery.sleep(0.001) end
        print(kv.get('n')))"),
              "50|end");
}

TEST(KvOfLua, forgets_what_has_expired) {
    EXPECT_EQ(printed(R"(
        kv.set('a', 1, { ttl = 0.001 })
        rookery.sleep(0.002)
        print(kv.get('a')))"),
              "nil|end");
}

TEST(KvOfLua, tells_failures_as_values) {
    EXPECT_EQ(printed(R"(
        print(kv.set('', 1))
        print(kv.get(('k'):rep(513)))
        print(kv.set('big', ('x'):rep(2 ^ 20)))
        print(kv.transaction(function(tx) tx.set('', 1) end)))"),
              "nil the key is empty invalid|nil the key is longer than 512 bytes limit|"
              "nil the value is larger than 1 MiB limit|nil the key is empty invalid|end");
}

TEST(KvOfLua, is_refused_where_it_is_denied) {
    hostapi::Capabilities::Grants grants;
    grants.denied = {"kv"};
    grants.section = "scripts.probe";
    EXPECT_EQ(printed("print(kv.get('a')) print(kv.set('a', 1))",
                      hostapi::Capabilities(std::nullopt, grants)),
              "nil kv is denied to it: `deny` in the configuration, in [scripts.probe] or the "
              "section above, names it denied|nil kv is denied to it: `deny` in the "
              "configuration, in [scripts.probe] or the section above, names it denied|end");
}

std::string error_of(const std::string& program) {
    const std::string text = printed("print(pcall(function() " + program + " end))");
    return text.substr(0, text.find("|end"));
}

TEST(KvOfLua, raises_what_is_wrong_in_the_program) {
    EXPECT_EQ(error_of("kv.get(1)"),
              "false probe.lua:2: rookery.kv: key must be a string, got number");
    EXPECT_EQ(error_of("kv.set({}, 1)"),
              "false probe.lua:2: rookery.kv.set: key must be a string, got table");
    EXPECT_EQ(error_of("kv.set('a')"),
              "false probe.lua:2: rookery.kv: the value must not be nil; delete removes a key");
    EXPECT_EQ(error_of("kv.set('a', { b = print })"),
              "false probe.lua:2: rookery.kv: b is a function");
    EXPECT_EQ(error_of("kv.set('a', 1, { tll = 1 })"),
              "false probe.lua:2: rookery.kv.set: there is no option tll");
    EXPECT_EQ(error_of("kv.set('a', 1, { ttl = 0 })"),
              "false probe.lua:2: rookery.kv: ttl must be more than 0 seconds");
    EXPECT_EQ(error_of("kv.incr('a', 1.5)"),
              "false probe.lua:2: rookery.kv.incr: amount must be a whole number, got number");
    EXPECT_EQ(error_of("kv.list('a', { limit = 0 })"),
              "false probe.lua:2: rookery.kv.list: limit must be between 1 and 1000");
    EXPECT_EQ(error_of("kv.transaction(1)"),
              "false probe.lua:2: rookery.kv.transaction: expected a function, got number");
}

TEST(KvOfLua, cannot_wait_while_the_script_loads) {
    ScriptBox::Options options;
    options.storage = true;
    ScriptBox box("rookery.kv.get('a')", std::move(options));
    const auto started = box.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().message(),
              "probe.lua:1: rookery.kv: waiting is not possible while the script loads: use "
              "rookery.spawn");
}

TEST(KvOfLua, is_told_apart_from_a_runtime_that_stores_nothing) {
    ScriptBox box("rookery.spawn(function() print(pcall(rookery.kv.get, 'a')) end)");
    box.started();
    EXPECT_TRUE(
        box.eventually_printed("false probe.lua:1: rookery.kv: this runtime stores nothing"))
        << box.printed();
}

}  // namespace
}  // namespace rookery::script
