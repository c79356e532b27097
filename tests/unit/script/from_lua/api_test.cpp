#include "script/from_lua/api.hpp"

#include "places.hpp"
#include "unit/script/script_box.hpp"

#include <fstream>
#include <iterator>
#include <sstream>

namespace rookery::script {
namespace {

using testing::ScriptBox;

std::string start_error(const std::string& program) {
    ScriptBox box(program);
    const auto result = box.start();
    return result ? "none" : result.error().message();
}

struct Misuse {
    const char* name;
    const char* program;
    const char* error;
};
class Refused : public ::testing::TestWithParam<Misuse> {};

TEST_P(Refused, with_the_place_and_what_was_expected) {
    EXPECT_EQ(start_error(GetParam().program), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Calls, Refused,
    ::testing::Values(
        Misuse{"on_number", "rookery.on(1, print)",
               "probe.lua:1: rookery.on: event must be a string, got number"},
        Misuse{"on_nothing", "\nrookery.on('messageCreate')",
               "probe.lua:2: rookery.on: handler must be a function, got no value"},
        Misuse{"once_table", "rookery.once('messageCreate', {})",
               "probe.lua:1: rookery.once: handler must be a function, got table"},
        Misuse{"after_text", "rookery.after('1', print)",
               "probe.lua:1: rookery.after: delay must be a number of seconds, got string"},
        Misuse{"after_negative", "rookery.after(-1, print)",
               "probe.lua:1: rookery.after: delay must be between 0 and ten years"},
        Misuse{"after_nan", "rookery.after(0/0, print)",
               "probe.lua:1: rookery.after: delay must be between 0 and ten years"},
        Misuse{"after_for_ever", "rookery.after(math.huge, print)",
               "probe.lua:1: rookery.after: delay must be between 0 and ten years"},
        Misuse{"every_nothing", "rookery.every(1)",
               "probe.lua:1: rookery.every: the second argument must be a function, got no value"},
        Misuse{"every_at_once", "rookery.every(0, print)",
               "probe.lua:1: rookery.every: interval must be at least 0.01 s"},
        Misuse{"spawn_text", "rookery.spawn('x')",
               "probe.lua:1: rookery.spawn: the argument must be a function, got string"},
        Misuse{"save_nil", "rookery.save(nil)",
               "probe.lua:1: rookery.save: the argument must be a function, got nil"},
        Misuse{"load_nil", "rookery.load(nil)",
               "probe.lua:1: rookery.load: the argument must be a function, got nil"},
        Misuse{"config_written", "rookery.config.x = 1",
               "probe.lua:1: rookery.config is read-only"},
        Misuse{"decode_number", "rookery.json.decode(1)",
               "probe.lua:1: rookery.json.decode: the argument must be a string, got number"},
        Misuse{"encode_function", "rookery.json.encode({ a = { 1, print } })",
               "probe.lua:1: rookery.json.encode: a[2] is a function"},
        Misuse{"encode_cycle", "local t = {} t[1] = t rookery.json.encode(t)",
               "probe.lua:1: rookery.json.encode: "
               "[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]["
               "1][1][1][1][1]"
               "[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]["
               "1][1][1][1][1]"
               " is nested deeper than 64 levels, or refers to itself"},
        Misuse{"encode_mixed", "rookery.json.encode({ 1, a = 2 })",
               "probe.lua:1: rookery.json.encode: the value mixes list items and named keys"},
        Misuse{"encode_holes", "rookery.json.encode({ list = { [1] = 1, [3] = 3 } })",
               "probe.lua:1: rookery.json.encode: list is a list with holes"},
        Misuse{"encode_nan", "rookery.json.encode({ 0/0 })",
               "probe.lua:1: rookery.json.encode: [1] is not a finite number"}),
    [](const auto& test) { return test.param.name; });

TEST(Api, an_unknown_event_is_refused_with_the_nearest_name) {
    const std::string error = start_error("rookery.on('mesageCreate', print)");
    EXPECT_TRUE(error.starts_with("probe.lua:1: ")) << error;
    EXPECT_NE(error.find("messageCreate"), std::string::npos) << error;
}

TEST(Api, off_ends_a_subscription_even_from_within) {
    ScriptBox box(R"(
        local id
        id = rookery.on('messageCreate', function() print('first', rookery.off(id), rookery.off(id)) end)
        local second = rookery.on('messageCreate', function() print('second') end)
        rookery.on('guildCreate', function() print(rookery.off(second), rookery.off('x'), rookery.off(12345)) end))");
    box.started().message("x");
    box.message("x");
    box.publish("guildCreate", "{}");
    box.message("x");
    EXPECT_EQ(box.printed(), "first true false|second|second|true false false");
    EXPECT_EQ(box.subscriptions(), 1);
}

TEST(Api, a_handler_removed_by_an_earlier_one_does_not_run) {
    ScriptBox box(R"(
        local second
        rookery.on('messageCreate', function() rookery.off(second) print('first') end)
        second = rookery.on('messageCreate', function() print('second') end))");
    box.started().message("x");
    EXPECT_EQ(box.printed(), "first");
}

TEST(Api, once_is_once) {
    ScriptBox box("rookery.once('messageCreate', function(ev) print(ev.content) end)");
    box.started().message("a");
    box.message("b");
    EXPECT_EQ(box.printed(), "a");
    EXPECT_TRUE(box.effects().empty());
}

TEST(Api, timers_fire_in_order_and_can_be_cancelled) {
    ScriptBox box(R"(
        rookery.after(0.02, function() print('later') end)
        rookery.after(0.01, function() print('sooner') end)
        print(rookery.cancel(rookery.after(0.005, function() print('never') end)), rookery.cancel(99), rookery.cancel('x')))");
    box.started();
    EXPECT_TRUE(box.eventually_printed("true false false|sooner|later"));
    EXPECT_TRUE(box.effects().empty());
}

TEST(Api, every_repeats_until_it_is_cancelled_from_within) {
    ScriptBox box(R"(
        local n, id = 0
        id = rookery.every(0.01, function()
            n = n + 1
            print(n)
            if n == 3 then rookery.cancel(id) end
        end))");
    box.started();
    ASSERT_TRUE(box.eventually_printed("1|2|3"));
    EXPECT_TRUE(box.effects().empty());
}

TEST(Api, every_leaves_out_beats_while_its_function_waits) {
    ScriptBox box(R"(
        local running, most = 0, 0
        rookery.every(0.01, function()
            running = running + 1
            most = math.max(most, running)
            rookery.sleep(0.05)
            running = running - 1
            print(most)
        end))");
    box.started();
    ASSERT_TRUE(box.eventually([&] { return box.lines().size() >= 3; }));
    EXPECT_EQ(box.lines()[2], "1");
}

TEST(Api, spawn_runs_after_the_current_function) {
    ScriptBox box(
        "rookery.spawn(function() rookery.sleep(0.01) print('spawned') end) print('main')");
    box.started();
    EXPECT_TRUE(box.eventually_printed("main|spawned"));
}

TEST(Api, spawn_passes_arguments_on) {
    ScriptBox box(
        "rookery.spawn(function(...) print(select('#', ...), ...) end, 1, nil, 'x', nil)");
    box.started();
    EXPECT_TRUE(box.eventually_printed("4 1 nil x nil"));
}

TEST(Api, config_name_and_version) {
    ScriptBox::Options options;
    options.settings = {{"greeting", "hi"}, {"limits", {1, 2}}, {"nested", {{"on", true}}}};
    ScriptBox box(
        "local n = 0 for k in pairs(rookery.config) do n = n + 1 end "
        "print(rookery.config.greeting, #rookery.config.limits, rookery.config.nested.on, "
        "rookery.config.missing, n, rookery.name, rookery.version)",
        options);
    box.started();
    EXPECT_EQ(box.printed(), "hi 2 true nil 3 probe 0.0.0");
}

TEST(Api, log_writes_any_values_and_one_line_each) {
    ScriptBox box(
        "rookery.log.warn('a', nil, 1, true) rookery.log.info('x\\ny') rookery.log.debug() "
        "rookery.log.error('e')");
    box.started();
    EXPECT_EQ(box.printed(), "a nil 1 true|x\\x0ay||e");
}

TEST(Api, json_goes_both_ways) {
    ScriptBox box(R"(
        local j = rookery.json
        print(j.encode({ 1, 'two', { three = 3.5 }, true, j.null }), j.encode({}), j.encode('x'))
        local t = j.decode('{"a":[1,null,{"b":"\\u00e9"}],"c":null}')
        print(t.a[1], t.a[2], t.a[3].b, t.c)
        print(j.decode('[1'))
        print(select('#', j.decode('nonsense'))))");
    box.started();
    const auto lines = box.lines();
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0], R"([1,"two",{"three":3.5},true,null] [] "x")");
    EXPECT_EQ(lines[1], "1 nil é nil");
    EXPECT_TRUE(lines[2].starts_with("nil ")) << lines[2];
    EXPECT_EQ(lines[3], "2");
}

TEST(Api, json_of_a_table_that_doubles_at_each_level_is_bounded) {
    EXPECT_EQ(start_error("local t = {} for i = 1, 50 do t = { t, t } end rookery.json.encode(t)"),
              "probe.lua:1: rookery.json.encode: the value is too large");
}

/// The arguments of the first call that `statement` makes in a handler.
hostapi::OperationCall call_of(const std::string& statement) {
    ScriptBox box("rookery.on('messageCreate', function(ev) " + statement + " end)");
    box.started().message("x");
    const auto calls = box.calls();
    EXPECT_FALSE(calls.empty()) << box.printed();
    return calls.empty() ? hostapi::OperationCall() : calls.front();
}

TEST(Operations, arguments_are_positional_or_named) {
    const auto text = nlohmann::json{{"channelId", "5"}, {"content", "hi"}};
    EXPECT_EQ(call_of("rookery.messages.send('5', 'hi')").arguments, text);
    EXPECT_EQ(call_of("rookery.messages.send('5', { content = 'hi' })").arguments, text);
    EXPECT_EQ(call_of("rookery.messages.send({ channelId = '5', content = 'hi' })").arguments,
              text);
    EXPECT_EQ(call_of("rookery.messages.send('5', 'hi', { tts = true })").arguments.at("tts"),
              true);
    EXPECT_EQ(call_of("rookery.messages.send('5', 'hi', { { title = 't' } })")
                  .arguments.at("embeds")
                  .at(0)
                  .at("title"),
              "t");
    EXPECT_EQ(call_of("rookery.messages.send('5', { embeds = { { title = 't' } } })")
                  .arguments.at("embeds")
                  .at(0)
                  .at("title"),
              "t");
}

TEST(Operations, a_last_table_with_other_keys_is_an_argument_itself) {
    EXPECT_EQ(call_of("rookery.api.request('POST', '/x', { name = 'n' })").arguments,
              (nlohmann::json{{"method", "POST"}, {"path", "/x"}, {"body", {{"name", "n"}}}}));
    EXPECT_EQ(call_of("rookery.api.request('POST', '/x', { reason = 'n' })").arguments.at("reason"),
              "n");
    EXPECT_EQ(call_of("rookery.commands.create({ name = 'ping', type = 1 })")
                  .arguments.at("command")
                  .at("name"),
              "ping");
}

TEST(Operations, what_the_platform_said_of_a_failure_is_the_fourth_result) {
    ScriptBox::Options options;
    options.platform = [](const auto&) -> Result<nlohmann::json> {
        Refusal refusal;
        refusal.status = 400;
        refusal.code = 50035;
        refusal.message = "Invalid Form Body";
        refusal.fields.push_back({"content", "TOO_LONG", "too long"});
        return Error(ErrorKind::invalid, "no").with(refusal);
    };
    ScriptBox box(R"(rookery.on('messageCreate', function(ev)
        local ok, failure, kind, details = ev:reply('x')
        print(ok, kind, details.status, details.code, details.fields[1].path)
    end))",
                  options);
    box.started().message("x");
    ASSERT_TRUE(box.eventually([&] { return box.finished().size() == 1; }));
    EXPECT_NE(box.printed().find("nil invalid 400 50035 content"), std::string::npos)
        << box.printed();
}

TEST(Operations, each_goes_through_all_pages) {
    ScriptBox::Options options;
    options.platform = [](const hostapi::OperationCall& call) -> Result<nlohmann::json> {
        const int after = std::stoi(call.arguments.value("after", "0"));
        auto page = nlohmann::json::array();
        for (int id = after + 1; id <= 5 && id <= after + call.arguments.at("limit").get<int>();
             ++id) {
            page.push_back({{"user", {{"id", std::to_string(id)}}}});
        }
        return page;
    };
    ScriptBox box(R"(rookery.on('messageCreate', function(ev)
        local seen = {}
        for ban in rookery.each(rookery.bans.list, '9', { limit = 2 }) do seen[#seen + 1] = ban.user.id end
        print(table.concat(seen, ','), pcall(rookery.each, rookery.bans.get))
    end))",
                  options);
    box.started().message("x");
    ASSERT_TRUE(box.eventually([&] { return box.finished().size() == 1; }));
    EXPECT_NE(box.printed().find("1,2,3,4,5 false"), std::string::npos) << box.printed();
    EXPECT_EQ(box.calls().size(), 3U);
}

TEST(Operations, the_call_knows_its_event_and_its_number) {
    ScriptBox::Options options;
    options.platform = [](const auto&) { return nlohmann::json(); };
    ScriptBox box(
        "rookery.on('messageCreate', function(ev) rookery.channels.typing(ev.channelId) "
        "ev:reply('b') end)",
        options);
    box.started().message("x");
    ASSERT_TRUE(box.eventually([&] { return box.finished().size() == 1; }));
    const auto calls = box.calls();
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(calls[0].operation, "channels.typing");
    EXPECT_EQ(calls[0].number, 0U);
    EXPECT_EQ(calls[1].operation, "messages.reply");
    EXPECT_EQ(calls[1].number, 1U);
    ASSERT_NE(calls[1].event, nullptr);
    EXPECT_EQ(calls[1].event->seq(), 1U);
}

TEST(Operations, the_numbers_of_a_handler_do_not_depend_on_the_others) {
    ScriptBox box(R"(
        for i = 1, 2 do
            rookery.on('messageCreate', function(ev) ev:reply('a') ev:reply('b') end)
        end)");
    box.started().message("x");
    box.answer(nlohmann::json());
    box.answer(nlohmann::json());
    std::vector<std::uint32_t> numbers;
    for (const auto& call : box.calls()) {
        numbers.push_back(call.number);
    }
    EXPECT_EQ(numbers, (std::vector<std::uint32_t>{0, 65'536, 1, 65'537}));
}

TEST(Operations, what_a_call_carries_is_bounded) {
    ScriptBox box(R"(
        local text = ('x'):rep(300000)
        rookery.on('messageCreate', function(ev) print(pcall(ev.reply, ev, text)) end)
        rookery.on('guildCreate', function()
            local part = ('x'):rep(250000)
            rookery.messages.send('1', part)
        end))");
    box.started().message("x");
    EXPECT_EQ(box.printed(), "false probe.lua:3: rookery.messages.reply: the value is too large");
    for (int i = 0; i < 300; ++i) {
        box.publish("guildCreate", "{}");
    }
    EXPECT_GT(box.calls().size(), 200U);
    EXPECT_LT(box.calls().size(), 280U);
    EXPECT_NE(box.printed().find("rookery.messages.send: calls of 64 MiB are waiting already"),
              std::string::npos);
}

TEST(Operations, a_bot_can_be_named) {
    const auto call = call_of("rookery.messages.send('5', 'x', { bot = 'other' })");
    EXPECT_EQ(call.bot, "other");
    EXPECT_FALSE(call.arguments.contains("bot"));
}

TEST(Operations, results_are_tables) {
    ScriptBox::Options options;
    options.platform = [](const auto&) {
        return nlohmann::json{{"id", "77"}, {"author", {{"id", "1"}}}};
    };
    ScriptBox box(
        "rookery.on('messageCreate', function(ev) local m = ev:reply('x') print(m.id, m.author.id) "
        "end)",
        options);
    box.started().message("x");
    EXPECT_TRUE(box.eventually_printed("77 1"));
}

TEST(Operations, an_empty_result_is_true) {
    ScriptBox::Options options;
    options.platform = [](const auto&) { return nlohmann::json(); };
    ScriptBox box("rookery.on('messageCreate', function(ev) print(ev:react('x')) end)", options);
    box.started().message("x");
    EXPECT_TRUE(box.eventually_printed("true"));
}

TEST(Operations, failures_are_nil_message_and_kind) {
    ScriptBox::Options options;
    options.platform = [](const auto&) { return Error(ErrorKind::denied, "missing permission"); };
    ScriptBox box("rookery.on('messageCreate', function(ev) print(ev:reply('x')) end)", options);
    box.started().message("x");
    EXPECT_TRUE(box.eventually_printed("nil missing permission denied"));
}

TEST(Operations, wrong_arguments_are_errors_at_the_caller) {
    ScriptBox box(R"(rookery.on('messageCreate', function(ev)
        print(pcall(rookery.channels.typing, '1', '2'))
        print(pcall(rookery.messages.send, '1', print))
        print(pcall(rookery.messages.send, { channelId = print }))
    end))");
    box.started().message("x");
    EXPECT_EQ(box.printed(),
              "false probe.lua:2: rookery.channels.typing: takes at most 1 arguments and a table "
              "of named ones|"
              "false probe.lua:3: rookery.messages.send: the value is a function|"
              "false probe.lua:4: rookery.messages.send: channelId is a function");
}

TEST(Operations, reply_and_react_know_the_message) {
    EXPECT_EQ(call_of("ev:reply('x')").arguments,
              (nlohmann::json{{"channelId", "500"}, {"messageId", "900"}, {"content", "x"}}));
    EXPECT_EQ(call_of("ev:react('1')").arguments,
              (nlohmann::json{{"channelId", "500"}, {"messageId", "900"}, {"emoji", "1"}}));
    EXPECT_EQ(call_of("ev:reply({ content = 'x' })").arguments.at("content"), "x");
}

TEST(Operations, reply_to_what_is_no_message_is_an_error) {
    ScriptBox box("rookery.on('guildCreate', function(ev) print(pcall(ev.reply, ev, 'x')) end)");
    box.started().publish("guildCreate", R"({"id":"1"})");
    EXPECT_EQ(box.printed(), "false probe.lua:1: ev:reply: guildCreate is not about a message");
}

TEST(Annotations, describe_every_function_of_the_api) {
    std::ifstream file(std::string(ROOKERY_SOURCE_DIR) + "/sdk/lua/rookery.lua");
    const std::string described((std::istreambuf_iterator<char>(file)), {});
    ScriptBox box(R"(
        local names = {}
        local function walk(prefix, from, depth)
            for name, value in pairs(from) do
                if type(value) == 'function' then names[#names + 1] = prefix .. name end
                if type(value) == 'table' and depth < 2 and name ~= 'config' then
                    walk(prefix .. name .. '.', value, depth + 1)
                end
            end
        end
        walk('rookery.', rookery, 1)
        for i = 1, #names, 20 do print(unpack(names, i, math.min(i + 19, #names))) end)");
    box.started();
    std::istringstream names(box.printed());
    int count = 0;
    for (std::string name; std::getline(names, name, ' '); ++count) {
        for (std::size_t bar = 0; (bar = name.find('|')) != std::string::npos;) {
            EXPECT_NE(described.find("function " + name.substr(0, bar) + "("), std::string::npos)
                << name;
            name.erase(0, bar + 1);
        }
        EXPECT_NE(described.find("function " + name + "("), std::string::npos) << name;
    }
    EXPECT_GT(count, 200);
}

}  // namespace
}  // namespace rookery::script
