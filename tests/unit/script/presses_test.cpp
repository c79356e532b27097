#include "hostapi/hands_over.hpp"
#include "support/events.hpp"
#include "unit/script/command_box.hpp"

namespace rookery::script {
namespace {

using hostapi::InvocationKind;
using nlohmann::json;
using testing::CommandBox;
using testing::ScriptBox;

/// A command "ask" with that body.
std::string asking(const std::string& body) {
    return "rookery.command { name = 'ask', description = 'Asks', run = function(ctx, options)\n" +
           body + "\nend }";
}

TEST(Presses, reach_the_handler_of_their_action_with_their_state) {
    CommandBox box(R"(
        rookery.press("vote", function(press, state)
            print(press.action, press.component, state.n, press.state.n, press.values[1], press.messageId,
                press.user.username, press.source, press)
            return "thanks"
        end)
    )");
    box.press("vote", {{"n", 3}}, {{"values", {"a"}}});
    EXPECT_TRUE(box.eventually_asked("interactions.reply {\"content\":\"thanks\"}\n"));
    EXPECT_EQ(box.printed(), "vote button 3 3 a m0 alice nil press vote");
}

TEST(Presses, without_an_answer_they_are_taken_note_of) {
    CommandBox box(R"(
        rookery.press("a", function() end)
        rookery.press("b", function(press) press:update("new") end)
        rookery.press("c", function(press) press:close("over") end)
        rookery.press("d", function(press) press:close() end)
        rookery.press("e", function(press) press:deferUpdate() end)
    )");
    for (const char* action : {"a", "b", "c", "d", "e"}) {
        box.press(action, json::object());
        EXPECT_TRUE(ScriptBox::eventually([&] { return box.in_flight() == 0; }));
    }
    EXPECT_EQ(box.asked(), R"(interactions.deferUpdate {}
interactions.update {"content":"new"}
interactions.update {"components":[],"content":"over"}
interactions.update {"components":[]}
interactions.deferUpdate {}
)");
}

TEST(Presses, a_failed_handler_tells_whoever_pressed) {
    CommandBox box("rookery.press('a', function() error('oh') end)");
    box.press("a", json::object());
    EXPECT_TRUE(box.eventually_asked(
        "interactions.reply {\"content\":\"Da ist etwas schiefgegangen.\",\"ephemeral\":true}\n"))
        << box.asked();
    EXPECT_EQ(box.counters().errors, 1U);
}

TEST(Presses, the_newest_handler_of_an_action_counts_and_the_one_before_comes_back) {
    CommandBox box(R"(
        rookery.press("a", function() print("first") end)
        local second
        second = rookery.press("a", function() print("second") second:remove() end)
    )");
    box.press("a", json::object());
    EXPECT_TRUE(box.eventually_printed("second"));
    box.press("a", json::object());
    EXPECT_TRUE(box.eventually_printed("second|first")) << box.printed();
}

TEST(Confirm, the_answer_comes_by_a_button_of_whoever_was_asked) {
    for (const bool sure : {true, false}) {
        CommandBox box(
            asking("print(ctx:confirm('Sure?', { yes = 'Do', no = 'No' })) "
                   "ctx:edit('done')"));
        box.use(InvocationKind::command, "ask", "slash");
        EXPECT_EQ(box.argument(0, "content"), "Sure?");
        EXPECT_EQ(box.argument(0, "components").dump(),
                  R"([[{"action":"~ask","button":"Do","expires":30,"once":"message","only":"7",)"
                  R"("state":{"k":"800/1","v":true},"style":"primary"},{"action":"~ask",)"
                  R"("button":"No","expires":30,"once":"message","only":"7","state":)"
                  R"({"k":"800/1","v":false},"style":"secondary"}]])");
        EXPECT_TRUE(box.finished().empty());
        box.press("~ask", {{"k", "800/1"}, {"v", sure}});
        EXPECT_TRUE(box.eventually_printed(sure ? "true" : "false")) << box.printed();
        EXPECT_EQ(box.calls()[1].operation, "interactions.update");
        EXPECT_EQ(box.calls()[1].arguments.dump(), R"({"components":[],"content":"Sure?"})");
        EXPECT_TRUE(ScriptBox::eventually([&] { return box.finished().size() == 2; }));
        EXPECT_EQ(box.calls()[2].operation, "interactions.editReply");
        EXPECT_EQ(box.calls()[2].event->seq(), 1U);
    }
}

TEST(Confirm, when_nobody_answers_the_buttons_are_taken_away) {
    CommandBox box(asking("print(ctx:confirm('Sure?', { timeout = 0.01 }))"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(box.eventually_printed("nil timeout timeout")) << box.printed();
    EXPECT_EQ(box.calls()[1].operation, "interactions.editReply");
    EXPECT_EQ(box.calls()[1].arguments.dump(), R"({"components":[],"content":"Sure?"})");
    // Who presses all the same hears that it is over.
    box.press("~ask", {{"k", "800/1"}, {"v", true}});
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.calls().size() == 3; }));
    EXPECT_EQ(box.calls()[2].operation, "interactions.reply");
    EXPECT_EQ(box.calls()[2].arguments.value("ephemeral", false), true);
}

TEST(Confirm, a_later_message_loses_its_buttons_by_itself) {
    const std::string body = "ctx:reply('so') print(ctx:confirm('Sure?', { timeout = 0.01 }))";
    CommandBox slash(asking(body));
    slash.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(slash.eventually_printed("nil timeout timeout")) << slash.printed();
    EXPECT_EQ(slash.calls()[2].operation, "interactions.editFollowUp");
    EXPECT_EQ(slash.calls()[2].arguments.value("messageId", ""), "m1");
    CommandBox prefix(asking(body));
    prefix.use(InvocationKind::command, "ask", "prefix");
    EXPECT_TRUE(prefix.eventually_printed("nil timeout timeout")) << prefix.printed();
    EXPECT_EQ(prefix.calls()[2].operation, "messages.edit");
    EXPECT_EQ(prefix.calls()[2].arguments.value("messageId", ""), "m1");
}

TEST(Confirm, an_event_that_comes_again_asks_under_the_same_key) {
    CommandBox::Options options = CommandBox::options();
    options.platform = [](const hostapi::OperationCall& call) -> Result<json> {
        if (call.operation == "interactions.reply") {
            return Error(ErrorKind::exists, "it has been answered already");
        }
        return json{{"id", "m0"}, {"channelId", "500"}};
    };
    CommandBox box(asking("print(ctx:confirm('Sure?'))"), options);
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.calls().size() == 2; }));
    EXPECT_EQ(box.calls()[1].operation, "interactions.fetchReply");
    box.press("~ask", {{"k", "800/1"}, {"v", true}});
    EXPECT_TRUE(box.eventually_printed("true")) << box.printed();
}

TEST(Confirm, a_reload_hands_the_event_over_to_the_next_version) {
    const std::string program = asking("print(ctx:confirm('Sure?')) print('never twice')");
    CommandBox old(program);
    old.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(ScriptBox::eventually([&] { return old.calls().size() == 1; }));
    EXPECT_TRUE(ScriptBox::eventually([&] { return old.in_flight() == 0; }));
    std::vector<model::EventPtr> events;
    old.on_worker([&] { events = dynamic_cast<hostapi::HandsOver&>(old.extension()).give_up(); });
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0]->seq(), 1U);
    old.stop();
    EXPECT_TRUE(old.finished().empty());
    EXPECT_EQ(old.printed(), "");

    // The press may come before the handler, which begins anew, has asked.
    CommandBox next(program);
    next.press("~ask", {{"k", "800/1"}, {"v", true}});
    EXPECT_TRUE(next.calls().empty());
    next.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(next.eventually_printed("true|never twice")) << next.printed();
}

TEST(Answers, stay_open_until_the_handler_that_has_asked_is_done) {
    CommandBox box(asking("print(ctx:confirm('A?')) print(ctx:confirm('B?'))"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_EQ(box.argument(0, "content"), "A?");
    box.answer_question({{"k", "800/1"}, {"v", true}});
    EXPECT_EQ(box.argument(2, "content"), "B?");
    // A reload need wait for neither.
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.in_flight() == 0; }));
    EXPECT_TRUE(box.finished().empty());
    box.answer_question({{"k", "800/2"}, {"v", false}});
    EXPECT_TRUE(box.eventually_printed("true|false")) << box.printed();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.finished().size() == 1; }));
    EXPECT_EQ(box.finished()[0], 1U);
    box.end_asking();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.finished().size() == 3; }));
}

TEST(Answers, are_handed_over_and_answer_the_handler_that_begins_anew) {
    const std::string program = asking("print(ctx:confirm('A?')) print(ctx:confirm('B?'))");
    CommandBox old(program);
    old.use(InvocationKind::command, "ask", "slash");
    EXPECT_EQ(old.argument(0, "content"), "A?");
    old.answer_question({{"k", "800/1"}, {"v", true}});
    EXPECT_EQ(old.argument(2, "content"), "B?");
    EXPECT_TRUE(ScriptBox::eventually([&] { return old.in_flight() == 0; }));
    std::vector<model::EventPtr> events;
    old.on_worker([&] { events = dynamic_cast<hostapi::HandsOver&>(old.extension()).give_up(); });
    EXPECT_EQ(events.size(), 2U);
    old.stop();
    old.end_asking();
    EXPECT_TRUE(old.finished().empty());

    CommandBox next(program);
    next.use(InvocationKind::command, "ask", "slash");
    next.answer_question({{"k", "800/1"}, {"v", true}});
    EXPECT_TRUE(next.eventually_printed("true")) << next.printed();
    EXPECT_EQ(next.argument(2, "content"), "B?");
}

TEST(Answers, that_come_first_wait_for_their_question) {
    CommandBox box(asking("print(ctx:confirm('A?'))"));
    box.answer_question({{"k", "800/1"}, {"v", true}});
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.in_flight() == 0; }));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(box.eventually_printed("true")) << box.printed();
}

TEST(Answers, to_what_the_handler_never_asked_hear_so_when_it_is_done) {
    CommandBox box(asking(""));
    box.answer_question({{"k", "800/1"}, {"v", true}});
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.in_flight() == 0; }));
    EXPECT_TRUE(box.calls().empty());
    box.end_asking();
    EXPECT_TRUE(box.eventually_asked(
        "interactions.reply {\"content\":\"Das ist abgelaufen.\",\"ephemeral\":true}\n"))
        << box.asked();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.finished().size() == 1; }));
}

TEST(Answers, that_are_nothing_else_any_more_come_again_to_whoever_has_asked_alone) {
    const std::string program =
        "rookery.on('messageCreate', function(e) rookery.sleep(0.01) print('seen ' .. e.content) "
        "end) " +
        asking("print(ctx:ask('A?'))");
    CommandBox box(program);
    const json answer{{"component", "message"}};
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_EQ(box.argument(0, "content"), "A?");
    box.answer_question({{"k", "800/1"}}, answer, "text");
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.lines().size() == 2; })) << box.printed();
    EXPECT_TRUE(ScriptBox::eventually([&] {
        std::vector<std::uint64_t> heard;
        box.on_worker([&] { heard = box.commands().heard_; });
        return heard == std::vector<std::uint64_t>{2};
    }));
    CommandBox next(program);
    next.on_worker([&] { next.commands().only_answers = true; });
    next.answer_question({{"k", "800/1"}}, answer, "text");
    next.on_worker([&] { next.commands().only_answers = false; });
    next.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(next.eventually_printed("!text messageCreate 900")) << next.printed();
}

TEST(Answers, a_bot_that_begins_anew_does_not_ask_again) {
    CommandBox box(asking("print(ctx:confirm('A?'))"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.in_flight() == 0; }));
    box.deliver_again("interactionCreate", CommandBox::interaction(), 70);
    box.press("~ask", {{"k", "800/1"}, {"v", true}});
    EXPECT_TRUE(box.eventually_printed("true")) << box.printed();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.finished().size() == 2; }));
    EXPECT_EQ(box.finished(), (std::vector<std::uint64_t>{2, 70})) << "as it was delivered last";
}

TEST(Confirm, an_event_that_was_handed_over_is_for_the_handler_that_asks_alone) {
    CommandBox box("rookery.on('messageCreate', function() print('again') end) " +
                   asking("print(ctx:confirm('Sure?'))"));
    box.on_worker([&] {
        box.commands().concerned = true;
        dynamic_cast<hostapi::HandsOver&>(box.extension())
            .take_up(hostapi::Ticket(
                rookery::testing::make_event("messageCreate", R"({"id":"800"})", 1, nullptr), 3,
                std::make_shared<hostapi::ExtensionCounters>()));
    });
    box.prepared(CommandBox::InvocationKind::command, "ask", "prefix");
    EXPECT_EQ(box.argument(0, "content"), "Sure?");
    EXPECT_EQ(box.printed(), "");
}

TEST(Presses, a_collector_that_keeps_a_reload_is_named) {
    CommandBox box(asking("for press in ctx:presses('vote') do end"));
    box.use(CommandBox::InvocationKind::command, "ask", "slash");
    EXPECT_EQ(box.in_flight(), 1U);
    box.on_worker([&] {
        const std::string busy = dynamic_cast<hostapi::HandsOver&>(box.extension()).busy_with();
        EXPECT_NE(busy.find("ask"), std::string::npos) << busy;
        EXPECT_NE(busy.find("waits for what it collects"), std::string::npos) << busy;
    });
}

TEST(Confirm, what_cannot_be_sent_is_no_answer) {
    CommandBox::Options options = CommandBox::options();
    options.platform = [](const hostapi::OperationCall&) -> Result<json> {
        return Error(ErrorKind::denied, "not here");
    };
    CommandBox box(asking("print(ctx:confirm('Sure?'))"), options);
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(box.eventually_printed("nil not here denied")) << box.printed();
}

TEST(Choose, gives_the_value_that_was_chosen) {
    CommandBox box(asking("print(ctx:choose('Which?', { 'a', { name = 'B', value = 2 } }) + 1)"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_EQ(box.argument(0, "components").dump(),
              R"([{"action":"~ask","choices":[{"name":"a","value":"a"},{"name":"B","value":"2"}],)"
              R"("expires":60,"once":"message","only":"7","select":"","state":{"k":"800/1"}}])");
    box.press("~ask", {{"k", "800/1"}}, {{"values", {"2"}}});
    EXPECT_TRUE(box.eventually_printed("3")) << box.printed();
}

TEST(Ask, gives_what_the_same_person_writes_next) {
    CommandBox box(asking("print(ctx:ask('Your name?')) print(ctx:ask('Age?', {timeout = 0.01}))"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_EQ(box.argument(0, "content"), "Your name?");
    EXPECT_EQ(box.argument(0, "components").dump(),
              R"([{"action":"~ask","expires":60,"only":"7","state":{"k":"800/1"},"writes":true}])");
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.in_flight() == 0; }));
    box.use(InvocationKind::press, "~ask", "text",
            {{"component", "message"}, {"state", {{"k", "800/1"}}}});
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.lines().size() == 2; })) << box.printed();
    EXPECT_EQ(box.printed(), "!text messageCreate 900|nil timeout timeout");
    // What comes later is a message like any other.
    const std::size_t calls = box.calls().size();
    box.use(InvocationKind::press, "~ask", "text",
            {{"component", "message"}, {"state", {{"k", "800/2"}}}});
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.in_flight() == 0; }));
    EXPECT_EQ(box.calls().size(), calls);
}

TEST(Form, without_an_action_is_waited_for_and_answered) {
    CommandBox box(asking(R"(
        local fields, press = ctx:form{ title = "T", fields = { { name = "text", label = "L" } } }
        print(fields.text, press.component)
        ctx:reply("thanks")
    )"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.calls().size() == 1; }));
    EXPECT_EQ(box.asked(),
              R"(interactions.showModal {"action":"~ask","fields":[{"label":"L","name":"text"}],)"
              R"("state":{"k":"800/1"},"title":"T"})"
              "\n");
    box.use(InvocationKind::press, "~ask", "modal",
            {{"state", {{"k", "800/1"}}}, {"fields", {{"text", "hello"}}}});
    EXPECT_TRUE(box.eventually_printed("hello modal")) << box.printed();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.finished().size() == 2; }));
    EXPECT_EQ(box.calls()[1].operation, "interactions.reply");
    EXPECT_EQ(box.calls()[1].event->seq(), 2U);
}

TEST(Form, with_an_action_leads_to_its_handler) {
    CommandBox box("rookery.press('sent', function(press) return press.fields.text end)" +
                   asking("ctx:form{ title = 'T', action = 'sent', fields = {} }"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(box.eventually_asked(
        "interactions.showModal {\"action\":\"sent\",\"fields\":[],\"title\":\"T\"}\n"));
    box.use(InvocationKind::press, "sent", "modal", {{"fields", {{"text", "hello"}}}});
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.calls().size() == 2; }));
    EXPECT_EQ(box.calls()[1].arguments.dump(), R"({"content":"hello"})");
}

TEST(Collected, presses_of_the_answer_come_one_by_one) {
    CommandBox box(asking(R"(
        ctx:reply("vote")
        for press in ctx:presses("vote", { max = 2, only = { "7", "8" } }) do
            print(press.state)
            if press.state == "b" then press:update("b!") end
        end
        print("over")
    )"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.calls().size() == 1; }));
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.handles("vote"); }));
    box.press("vote", "elsewhere", {{"messageId", "other"}});
    box.press("vote", "not mine", {{"userId", "9"}});
    box.press("vote", "a");
    EXPECT_TRUE(box.eventually_printed("a")) << box.printed();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.calls().size() == 4; }));
    box.press("vote", "b");
    EXPECT_TRUE(box.eventually_printed("a|b|over")) << box.printed();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.in_flight() == 0; }));
    std::string what;
    for (const auto& call : box.calls()) {
        what += call.operation.substr(13) + " " + std::to_string(call.event->seq()) + " ";
    }
    EXPECT_EQ(what, "reply 1 reply 2 reply 3 deferUpdate 4 update 5 ");
    EXPECT_EQ(box.commands().handlers.size(), 2U);  // the command, and questions
}

TEST(Collected, presses_end_with_the_time) {
    CommandBox box(asking(
        "for press in ctx:presses('vote', { time = 0.01 }) do print(press) end print('over')"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(box.eventually_printed("over")) << box.printed();
}

TEST(Collected, events_come_until_there_are_enough_or_the_time_is_over) {
    CommandBox box(asking(R"(
        for ev in rookery.collect("messageCreate", { contains = "x" }, { max = 2 }) do print(ev.content) end
        for ev in rookery.collect("messageCreate", nil, { time = 0.01 }) do print("never") end
        print("over")
    )"));
    box.use(InvocationKind::command, "ask", "slash");
    box.message("x1");
    box.message("y");
    box.message("x2");
    EXPECT_TRUE(box.eventually_printed("x1|x2|over")) << box.printed();
    EXPECT_EQ(box.subscriptions(), 0);
}

TEST(Pager, turns_pages_by_what_its_buttons_carry) {
    CommandBox box(R"(
        rookery.pager("top", function(page, state, who)
            return { content = state.title .. " " .. page, components = {} }, 3
        end)
    )" + asking("ctx:page('top', { title = 'Top' }, 2, { ephemeral = true, only = '7' })"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_EQ(box.argument(0, "content"), "Top 2");
    EXPECT_EQ(box.argument(0, "ephemeral"), true);
    const auto row = box.argument(0, "components")[0];
    EXPECT_EQ(row[0].dump(),
              R"({"action":"~page","button":"◀","disabled":false,"only":"7","state":{"n":"top",)"
              R"("o":"7","p":1,"s":{"title":"Top"}},"style":"secondary"})");
    EXPECT_EQ(row[1]["button"], "2/3");
    EXPECT_EQ(row[1]["disabled"], true);
    EXPECT_EQ(row[2]["state"]["p"], 3);
    box.press("~page", row[2]["state"]);
    EXPECT_EQ(box.argument(1, "content"), "Top 3");
    EXPECT_EQ(box.calls()[1].operation, "interactions.update");
    EXPECT_EQ(box.argument(1, "components")[0][2]["disabled"], true);
}

TEST(Pager, shows_the_last_page_when_there_are_fewer_by_now_and_no_buttons_for_a_single_one) {
    CommandBox box(R"(
        rookery.pager("top", function(page) return "page " .. page, 1 end)
    )" + asking("ctx:page('top', nil, 5)"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_EQ(box.argument(0, "content"), "page 1");
    EXPECT_EQ(box.argument(0, "components"), json::array());
}

TEST(Pager, a_wrong_page_is_an_error_of_the_handler) {
    CommandBox box("rookery.pager('top', function() return 5 end)" + asking("ctx:page('top')"));
    box.use(InvocationKind::command, "ask", "slash");
    EXPECT_TRUE(ScriptBox::eventually([&] { return !box.lines().empty(); }));
    EXPECT_NE(box.printed().find("pager top: expected a text or a table, got number"),
              std::string::npos)
        << box.printed();
}

TEST(Usage, is_written_as_the_help_writes_it) {
    CommandBox box(R"(
        local function problem(...) return (select(2, pcall(rookery.format.usage, ...)):match("rookery.*")) end
        local made = rookery.command { name = "todo", description = "T", subcommands = {
            { name = "add", description = "A", run = print, options = {
                { name = "due", description = "D", type = "duration", required = true },
                { name = "what", description = "W", type = "string" } } } } }
        print(rookery.format.usage(made))
        print(rookery.format.usage(made, "?", "todo add"))
        print(problem(made, "?", "todo none"))
        print(problem(5))
    )");
    EXPECT_EQ(box.printed(),
              "!todo <add>|?todo add <due> [what…]|"
              "rookery.format.usage: there is no subcommand of that path|"
              "rookery.format.usage: expected a command, got number");
}

}  // namespace
}  // namespace rookery::script
