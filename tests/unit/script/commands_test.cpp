#include "unit/script/command_box.hpp"

namespace rookery::script {
namespace {

using hostapi::InvocationKind;
using nlohmann::json;
using testing::CommandBox;
using testing::ScriptBox;

std::string start_error(const std::string& program) {
    ScriptBox::Options options;
    options.commands = true;
    ScriptBox box(program, options);
    const auto result = box.start();
    return result ? "none" : result.error().message();
}

constexpr const char* kEcho = R"(
    rookery.command { name = "echo", description = "Says it", options = {
        { name = "what", type = "string", description = "What", required = true } },
        run = function(ctx, options) return options.what end }
)";

TEST(Commands, are_declared_without_their_functions) {
    CommandBox box(R"(
        rookery.command { name = "todo", description = "Lists", subcommands = {
            { name = "add", description = "Adds", run = print, options = {
                { name = "what", type = "string", description = "What",
                  autocomplete = function() return {} end } } },
            { name = "list", description = "Of lists", subcommands = {
                { name = "clear", description = "Clears", run = print } } } } }
    )");
    ASSERT_EQ(box.commands().declared.size(), 1U);
    EXPECT_EQ(
        box.commands().declared[0].dump(),
        R"({"description":"Lists","name":"todo","subcommands":[{"description":"Adds","name":"add",)"
        R"("options":[{"autocomplete":true,"description":"What","name":"what","type":"string"}]},)"
        R"({"description":"Of lists","name":"list","subcommands":[{"description":"Clears",)"
        R"("name":"clear"}]}]})");
    EXPECT_EQ(box.commands().where, std::vector<std::string>{"probe.lua:2"});
    std::vector<std::string> keys;
    for (const auto& [id, handler] : box.commands().handlers) {
        keys.push_back(handler.key);
    }
    EXPECT_EQ(keys, (std::vector<std::string>{"todo add", "todo list clear", "todo add", "~ask"}));
}

TEST(Commands, what_is_returned_is_the_answer_from_every_source) {
    for (const char* source : {"slash", "prefix", "user", "message"}) {
        CommandBox box(kEcho);
        box.use(InvocationKind::command, "echo", source, {{"options", {{"what", "hi"}}}});
        EXPECT_TRUE(box.eventually_asked("interactions.reply {\"content\":\"hi\"}\n")) << source;
        EXPECT_TRUE(ScriptBox::eventually([&] { return box.finished().size() == 1; }));
        EXPECT_EQ(box.calls()[0].event->seq(), 1U);
        EXPECT_EQ(box.counters().filtered, 0U);
    }
}

TEST(Commands, every_way_to_answer_is_the_same_operation_from_every_source) {
    for (const char* source : {"slash", "prefix"}) {
        CommandBox box(R"(
            rookery.command { name = "all", description = "All", run = function(ctx)
                ctx:defer() ctx:defer{ ephemeral = true }
                ctx:reply("a") ctx:reply{ content = "b", ephemeral = true }
                ctx:followUp("c") ctx:edit("d") ctx:edit{ content = "e" } ctx:delete()
                return ctx:reply("f") -- what came of it is no answer
            end }
        )");
        box.use(InvocationKind::command, "all", source);
        EXPECT_TRUE(box.eventually_asked(R"(interactions.defer {}
interactions.defer {"ephemeral":true}
interactions.reply {"content":"a"}
interactions.reply {"content":"b","ephemeral":true}
interactions.followUp {"content":"c"}
interactions.editReply {"content":"d"}
interactions.editReply {"content":"e"}
interactions.deleteReply {}
interactions.reply {"content":"f"}
)")) << box.asked();
        std::vector<std::uint32_t> numbers;
        for (const auto& call : box.calls()) {
            numbers.push_back(call.number % 65'536);
        }
        EXPECT_EQ(numbers, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
    }
}

TEST(Commands, tell_who_asked_for_what) {
    CommandBox box(R"(
        rookery.command { name = "who", description = "Who",
            options = { { name = "member", type = "member", description = "Whom" } },
            run = function(ctx, options)
                print(ctx.command, ctx.source, ctx.locale, ctx.userId, ctx.user.username, ctx.channelId,
                    ctx.channel.id, ctx.guildId, ctx.guild.id, ctx.bot, ctx.event.id, ctx.prefix)
                print(options.member.user.username, type(options.member.kick), ctx.options.member.nick, ctx)
            end }
    )");
    const json member{{"options", {{"member", {{"user", {{"id", "8"}, {"username", "bob"}}}}}}}};
    box.use(InvocationKind::command, "who", "slash", member);
    box.use(InvocationKind::command, "who", "prefix", member);
    EXPECT_TRUE(box.eventually_printed(
        "who slash de 7 alice 500 500 100 100 main 800 nil|bob function nil command who|"
        "who prefix de 7 alice 500 500 100 100 main 900 nil|bob function nil command who"))
        << box.printed();
}

TEST(Commands, a_name_that_there_is_not_names_the_nearest) {
    CommandBox box(R"(
        local function try(what) print((select(2, pcall(what)):gsub("^.-:%d+: ", ""))) end
        rookery.command { name = "t", description = "T", options = {
            { name = "what", type = "string", description = "What" } },
            run = function(ctx, options)
                try(function() return ctx.chanelId end)
                try(function() return ctx.quux_nothing end)
                try(function() return ctx:replly("x") end)
                try(function() return options.wat end)
                try(function() ctx.x = 1 end)
                try(function() ctx.reply("x") end)
                try(function() ctx:reply(true) end)
                try(function() ctx:confirm(5) end)
                try(function() ctx:choose("x", {}) end)
                try(function() ctx:ask("x", { timeout = -1 }) end)
                try(function() ctx:page("none") end)
            end }
    )");
    box.use(InvocationKind::command, "t", "slash");
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.lines().size() == 11; })) << box.printed();
    EXPECT_EQ(box.printed(),
              "command has no field 'chanelId': did you mean 'channelId'?|"
              "command has no field 'quux_nothing'|"
              "command has no field 'replly': did you mean 'reply'?|"
              "command t has no option 'wat': did you mean 'what'?|"
              "what a handler is given is read-only|"
              "reply: call it with a colon, on what the handler was given|"
              "reply: expected a text or a table, got boolean|"
              "confirm: the text must be a string, got number|"
              "choose: expected a list of choices, got none|"
              "ask: the time must be a number of seconds, got -1|"
              "page: there is no pager 'none'");
}

TEST(Commands, bad_usage_is_an_error_at_its_line) {
    EXPECT_EQ(start_error("rookery.command('x')"),
              "probe.lua:1: rookery.command: expected a table, got string");
    EXPECT_EQ(start_error("rookery.command { name = 'x', description = 'X' }"),
              "probe.lua:1: rookery.command: run: expected a function, got nil");
    EXPECT_EQ(start_error("\nrookery.command { name = 'x', description = 'X', subcommands = {"
                          "{ name = 'y', description = 'Y', run = 5 } } }"),
              "probe.lua:2: rookery.command: subcommands[1].run: expected a function, got number");
    EXPECT_EQ(start_error("rookery.command { name = 'x', run = print, subcommands = {"
                          "{ name = 'y', description = 'Y', run = print } } }"),
              "probe.lua:1: rookery.command: run: the subcommands have one each");
    EXPECT_EQ(start_error("rookery.command { description = 'X', run = print }"),
              "probe.lua:1: rookery.command: name: expected a text, got nothing");
    EXPECT_EQ(start_error("rookery.command { name = 'x', description = print, run = print }"),
              "probe.lua:1: rookery.command: description is a function");
    EXPECT_EQ(start_error("rookery.press('vote')"),
              "probe.lua:1: rookery.press: handler must be a function, got nil");
    EXPECT_EQ(start_error("rookery.press('~ask', print)"),
              "probe.lua:1: rookery.press: an action cannot begin with ~");
    EXPECT_EQ(start_error("rookery.pager('top')"),
              "probe.lua:1: rookery.pager: the second argument must be a function, got nil");
    EXPECT_EQ(start_error("rookery.collect('messageCreate', 5)"),
              "probe.lua:1: rookery.collect: the filter must be a table, got number");
}

TEST(Commands, a_runtime_without_them_says_so) {
    ScriptBox box(kEcho);
    const auto result = box.start();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(),
              "probe.lua:2: rookery.command: this runtime has no commands");
}

TEST(Commands, a_failed_handler_is_logged_and_whoever_waits_is_told_once) {
    CommandBox box(R"(
        rookery.command { name = "bad", description = "Bad", run = function(ctx)
            ctx:reply("so far") error("oh no") end }
    )");
    box.use(InvocationKind::command, "bad", "slash");
    EXPECT_TRUE(box.eventually_asked(
        "interactions.reply {\"content\":\"so far\"}\n"
        "interactions.reply {\"content\":\"Da ist etwas schiefgegangen.\",\"ephemeral\":true}\n"))
        << box.asked();
    EXPECT_EQ(box.counters().errors, 1U);
    EXPECT_NE(box.printed().find("command bad (probe.lua:2): probe.lua:3: oh no"),
              std::string::npos)
        << box.printed();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.finished().size() == 1; }));
}

TEST(Commands, fail_ends_the_handler_with_a_private_answer_and_is_no_error) {
    CommandBox box(R"(
        rookery.command { name = "no", description = "No", run = function(ctx)
            ctx:fail("not like that") print("never") end }
    )");
    box.use(InvocationKind::command, "no", "slash");
    box.use(InvocationKind::command, "no", "prefix");
    EXPECT_TRUE(box.eventually_asked(
        "interactions.reply {\"content\":\"not like that\",\"ephemeral\":true}\n"
        "interactions.reply {\"content\":\"not like that\"}\n"))
        << box.asked();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.finished().size() == 2; }));
    EXPECT_EQ(box.counters().errors, 0U);
    EXPECT_EQ(box.printed(), "");
}

TEST(Commands, a_wrong_result_is_an_error) {
    CommandBox box(
        "rookery.command { name = 'n', description = 'N', run = function() return 5 end }");
    box.use(InvocationKind::command, "n", "slash");
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.lines().size() == 1; }));
    EXPECT_NE(box.printed().find("command n: expected a text, a table or nothing to be returned, "
                                 "got number"),
              std::string::npos)
        << box.printed();
}

TEST(Commands, a_definition_within_itself_is_an_error) {
    CommandBox box(R"(
        local inner = { name = "inner" }
        inner.subcommands = { inner }
        print(pcall(rookery.command, inner))
    )");
    EXPECT_NE(box.printed().find("subcommands: nested deeper than there can be"), std::string::npos)
        << box.printed();
}

TEST(Commands, the_event_stays_open_until_it_is_known_whose_it_is_and_the_handler_is_done) {
    CommandBox::Options options;
    options.commands = true;
    std::vector<std::string> begun;
    options.begun = [&](const model::Event&, std::string_view handler) {
        begun.emplace_back(handler);
    };
    CommandBox box(kEcho, options);
    box.arrive("slash");
    EXPECT_EQ(box.in_flight(), 1U);
    const auto place = std::make_shared<int>(1);
    box.prepared(InvocationKind::command, "echo", "slash", {{"options", {{"what", "hi"}}}}, place);
    EXPECT_EQ(begun, std::vector<std::string>{"command echo (probe.lua:4)"});
    EXPECT_EQ(place.use_count(), 2);
    EXPECT_TRUE(box.finished().empty());
    box.answer(json{{"id", "1"}});
    EXPECT_EQ(place.use_count(), 1);
    EXPECT_EQ(box.finished(), std::vector<std::uint64_t>{1});
}

TEST(Commands, an_event_for_nobody_is_passed) {
    CommandBox box(kEcho);
    box.arrive("prefix");
    box.on_worker([&] { box.commands().for_nobody(); });
    EXPECT_EQ(box.finished(), std::vector<std::uint64_t>{1});
    EXPECT_EQ(box.counters().filtered, 1U);
}

TEST(Commands, a_lost_state_finishes_what_is_being_prepared) {
    if (testing::kSignalsAreDeferred) {
        GTEST_SKIP();
    }
    CommandBox::Options options = CommandBox::options();
    options.limits.time_limit = Millis{500};
    CommandBox box(std::string(kEcho) +
                       "rookery.on('messageCreate', { equals = 'stop' }, function() while true do "
                       "end end)",
                   options);
    box.arrive("prefix");
    box.message("stop");
    EXPECT_EQ(box.finished(), (std::vector<std::uint64_t>{1, 2}));
    const auto place = std::make_shared<int>(1);
    box.prepared(InvocationKind::command, "echo", "prefix", json::object(), place);
    EXPECT_EQ(place.use_count(), 1);
    EXPECT_TRUE(box.calls().empty());
}

TEST(Commands, what_is_being_prepared_stays_open_when_the_script_is_stopped_for_a_restart) {
    CommandBox box(kEcho);
    box.arrive("slash");
    box.stop(bus::Lane::Rest::leave_open);
    EXPECT_TRUE(box.finished().empty());
}

TEST(Commands, remove_takes_all_of_a_command_away) {
    CommandBox box(R"(
        local made = rookery.command { name = "todo", description = "T", subcommands = {
            { name = "add", description = "A", run = print, options = {
                { name = "what", description = "W", autocomplete = function() return {} end } } } } }
        local press = rookery.press("vote", print)
        rookery.on("messageCreate", function()
            print(made:remove(), made:remove(), press:remove(), press:remove()) end)
    )");
    EXPECT_EQ(box.commands().handlers.size(), 4U);
    box.message("x");
    EXPECT_EQ(box.printed(), "true false true false");
    EXPECT_EQ(box.commands().withdrawn, 1);
    EXPECT_EQ(box.commands().handlers.size(), 1U);  // that of questions
    box.stop();
    EXPECT_TRUE(box.commands().handlers.empty());
}

TEST(Commands, an_option_that_is_typed_gets_its_choices) {
    CommandBox box(R"(
        rookery.command { name = "tea", description = "T", run = print, options = {
            { name = "kind", type = "string", description = "K", autocomplete = function(ctx, typed)
                return { typed .. "1", ctx.options.size } end },
            { name = "size", type = "string", description = "S", autocomplete = function() end } } }
    )");
    const auto type = [&](const char* option) {
        box.use(InvocationKind::autocomplete, "tea", "slash",
                {{"kind", "autocomplete"},
                 {"focused", option},
                 {"typed", "ab"},
                 {"options", {{"size", "big"}}}});
    };
    type("kind");
    type("size");
    EXPECT_TRUE(
        box.eventually_asked("interactions.autocomplete {\"choices\":[\"ab1\",\"big\"]}\n"
                             "interactions.autocomplete {\"choices\":[]}\n"))
        << box.asked();
}

}  // namespace
}  // namespace rookery::script
