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

/// A script that handles messages, and sees one of them again before it is done with it: as after a
/// kill, or in the version that a reload has brought.
class KvOfEvents : public ::testing::Test {
  protected:
    void start(const std::string& handler) {
        ScriptBox::Options options;
        options.storage = true;
        box_.emplace("local kv, runs = rookery.kv, 0\nrookery.on('messageCreate', function(ev)\n" +
                         handler + "\nrookery.sleep(3600)\nend)",
                     std::move(options));
        box_->started();
    }
    void handle(bool again, const std::string& content = "hello") {
        const auto event = rookery::testing::make_event(
            "messageCreate", R"({"id":"900","channel_id":"500","content":")" + content +
                                 R"(","author":{"id":"7"},"mentions":[]})");
        box_->on_worker([&] {
            hostapi::Ticket ticket(event, 0, std::make_shared<hostapi::ExtensionCounters>());
            if (again) {
                ticket.set_repeated();
            }
            box_->extension().handle(std::move(ticket));
        });
    }
    void expect_printed(const std::string& text) {
        EXPECT_TRUE(ScriptBox::eventually([&] { return box_->printed() == text; }))
            << box_->printed();
    }

    std::optional<ScriptBox> box_;
};

TEST_F(KvOfEvents, what_is_written_for_an_event_is_written_once) {
    start("print(kv.incr('n'), kv.incr('n', 5), kv.cas('c', nil, 1), kv.delete('c'))");
    handle(false);
    expect_printed("1 6 true true");
    handle(true);
    expect_printed("1 6 true true|1 6 true true");
}

TEST_F(KvOfEvents, an_older_value_is_not_written_over_a_newer_one) {
    start("kv.set(ev.content == 'hello' and 's' or 't', 'old') kv.incr('n') print(kv.get('s'))");
    handle(false);
    expect_printed("old");
    box_->store().apply({"script probe"}, {{}, {{"s", "\"newer\"", {}}}}, [](const auto&) {});
    handle(true);
    expect_printed("old|newer");
}

TEST_F(KvOfEvents, a_transaction_is_not_run_again_and_returns_what_it_returned) {
    start(R"(
        print(select('#', kv.transaction(function(tx)
            runs = runs + 1
            return tx.incr('n', runs), nil, { runs = runs, text = '\255' }, nil
        end)))
        local text = select(3, kv.transaction(function(tx)
            runs = runs + 1
            tx.set('m', runs)
            return runs, nil, { runs = runs, text = 'a\255' }
        end))
        print(text.runs, #text.text, kv.get('n'), kv.get('m'), runs))");
    handle(false);
    expect_printed("4|2 2 1 2 2");
    handle(true);
    expect_printed("4|2 2 1 2 2|4|2 2 1 2 2");
}

TEST_F(KvOfEvents, a_transaction_whose_values_cannot_be_kept_returns_true) {
    start(
        "print(kv.transaction(function(tx) tx.incr('n') return print end) == print, kv.get('n')) "
        "print(kv.transaction(function(tx) tx.incr('m') return 1, ('x'):rep(70000) end))");
    handle(false);
    ASSERT_TRUE(ScriptBox::eventually([&] { return box_->lines().size() == 2; }));
    EXPECT_TRUE(box_->printed().starts_with("true 1|1 xxx"));
    handle(true);
    EXPECT_TRUE(ScriptBox::eventually([&] { return box_->printed().ends_with("|false 1|true"); }));
}

TEST_F(KvOfEvents, a_transaction_that_gave_up_is_run_again) {
    start("print(kv.transaction(function(tx) runs = runs + 1 return runs > 1, tx.incr('n') end))");
    handle(false);
    expect_printed("false 1");
    handle(true);
    expect_printed("false 1|true 1");
}

TEST_F(KvOfEvents, a_handler_that_takes_another_way_does_what_it_has_not_done) {
    start("runs = runs + 1 if runs == 2 then kv.incr('b') end print(kv.incr('a'), kv.get('b'))");
    handle(false);
    expect_printed("1 nil");
    handle(true);
    expect_printed("1 nil|1 1");
}

TEST_F(KvOfEvents, other_events_and_what_is_spawned_count) {
    start("print(kv.incr('n')) rookery.spawn(function() print('s', kv.incr('s')) end)");
    handle(false);
    expect_printed("1|s 1");
    handle(true);
    expect_printed("1|s 1|1|s 2");
    const auto other = rookery::testing::make_event(
        "messageCreate", R"({"id":"901","channel_id":"500","content":"","author":{"id":"7"}})");
    box_->publish(other);
    expect_printed("1|s 1|1|s 2|2|s 3");
}

TEST_F(KvOfEvents, two_handlers_of_an_event_count_each) {
    ScriptBox::Options options;
    options.storage = true;
    box_.emplace(
        "for i = 1, 2 do rookery.on('messageCreate', function() "
        "rookery.kv.transaction(function(tx) tx.incr('t' .. i) return 1 end) "
        "rookery.kv.incr('n') print(rookery.kv.get('t' .. i)) rookery.sleep(3600) end) end "
        "rookery.on('messageDelete', function() print(rookery.kv.get('n')) end)",
        std::move(options));
    box_->started();
    handle(false);
    expect_printed("1|1");
    handle(true);
    expect_printed("1|1|1|1");
    box_->publish("messageDelete", R"({"id":"900","channel_id":"500"})");
    expect_printed("1|1|1|1|2");
}

TEST_F(KvOfEvents, nothing_is_remembered_of_an_event_that_is_finished) {
    ScriptBox::Options options;
    options.storage = true;
    box_.emplace("rookery.on('messageCreate', function() print(rookery.kv.incr('n')) end)",
                 std::move(options));
    box_->started();
    handle(false);
    expect_printed("1");
    box_->on_worker([] {});
    // What is forgotten goes with the next call of the store.
    std::promise<void> asked;
    box_->store().get({"script probe"}, "n", [&asked](const auto&) { asked.set_value(); });
    asked.get_future().get();
    handle(true);
    expect_printed("1|2");
}

}  // namespace
}  // namespace rookery::script
