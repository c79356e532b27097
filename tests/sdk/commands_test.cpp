// A plugin with everything that commands.hpp has, in a host that is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rookery/plugin.hpp>
#include <rookery/testing/fake_host.hpp>

#include <stdexcept>

namespace {

using namespace std::chrono_literals;
using rookery::CommandCall;
using rookery::JsonValue;
using rookery::Page;
using rookery::Press;
using rookery::Task;
using rookery::testing::FakeHost;
using rookery::testing::FakeUser;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Texts = std::vector<std::string>;

class Everything final : public rookery::Plugin {
    void start() override {
        declare_them();
        command({.name = "options", .description = "Shows them"}, &shown);
        command({.name = "wait", .description = "Waits"},
                [](const CommandCall& call) -> Task<std::string> {
                    co_await rookery::sleep(1s);
                    co_return std::string(call.user_id()) + " waited";
                });
        command({.name = "refuse", .description = "Refuses"},
                [](const CommandCall&) { rookery::Invoked::fail("not you"); });
        command({.name = "refuse_later", .description = "Refuses"},
                [](const CommandCall& call) -> Task<> {
                    co_await rookery::sleep(1s);
                    call.fail("still not you");
                });
        command({.name = "broken", .description = "Throws"},
                [](const CommandCall&) { throw std::runtime_error("broken"); });
        command({.name = "broken_later", .description = "Throws"},
                [](const CommandCall&) -> Task<> {
                    co_await rookery::sleep(1s);
                    throw std::runtime_error("broken later");
                });
        ask_things();
        press("vote", [](const Press& press) {
            press.update("you voted " + std::to_string(press.state().integer_at("n")));
        });
        press("silent", [](const Press&) {});
        press("pick", [](const Press& press) { press.reply(press.values().at(0)); });
        press("note", [](const Press& press) { press.reply(press.field("text")); });
        pager("numbers", [](int page, const JsonValue& state) {
            return Page{.content = state.text + " " + std::to_string(page), .last = 3};
        });
        command({.name = "count", .description = "Counts"}, [](const CommandCall& call) -> Task<> {
            co_await call.page("numbers", "\"page\"");
        });
        command({.name = "collect", .description = "Collects"},
                [this](const CommandCall& call) { return collected(&call); });
        command({.name = "votes", .description = "Collects presses"},
                [this](const CommandCall& call) { return votes(&call); });
    }

    void declare_them() {
        command({.name = "remind",
                 .description = "Reminds you",
                 .options = {{.name = "in",
                              .description = "When",
                              .type = rookery::Type::duration,
                              .required = true,
                              .min = "10s",
                              .max = "30d"},
                             {.name = "what",
                              .description = "Of what",
                              .default_value = "tea",
                              .choices = {"tea", {"Fresh bread", "bread"}},
                              .autocomplete = true}},
                 .cooldown = {.per = rookery::Per::channel, .uses = 3, .time = 1500ms},
                 .concurrency = {.limit = 1},
                 .member_permissions = {"ManageMessages"},
                 .where = rookery::Where::guild,
                 .localizations = {{.locale = "de", .name = "erinnern"}}},
                [](const CommandCall& call) {
                    return "In " + std::to_string(call.duration("in").count()) +
                           " s: " + std::string(call.text("what"));
                });
        autocomplete("remind", "what", [](const CommandCall& call) {
            return Texts{std::string(call.typed()) + "a", std::string(call.typed()) + "b"};
        });
        command({.name = "todo",
                 .description = "Things to do",
                 .subcommands = {{.name = "add", .description = "Adds one"}}});
        on_invocation("todo add",
                      [](const CommandCall& call) { return std::string(call.command()); });
    }

    static void shown(const CommandCall& call) {
        const auto who = call.user("who");
        call.reply("n=" + std::to_string(call.integer("n", 7)) +
                   " x=" + std::to_string(call.number("x")).substr(0, 3) +
                   " yes=" + (call.flag("yes") ? "1" : "0") + " who=" + std::string(who.id()) +
                   "/" + std::string(who.name()) + " role=" + (call.role("role") ? "1" : "0"));
    }

    void ask_things() {
        command({.name = "purge", .description = "Asks"}, [](const CommandCall& call) -> Task<> {
            const rookery::Confirmed sure = co_await call.confirm("Really?", {.timeout = 30s});
            call.reply(sure ? "gone" : sure.answered ? "kept" : "too late");
        });
        command({.name = "choose", .description = "Asks"}, [](const CommandCall& call) -> Task<> {
            const std::vector<rookery::SelectChoice> choices = {{.name = "a"}, {"B", "b"}};
            const auto chosen = co_await call.choose("Which?", choices);
            call.reply(chosen.value_or("none"));
        });
        command({.name = "ask", .description = "Asks"}, [](const CommandCall& call) -> Task<> {
            const auto name = co_await call.ask("Your name?", {.timeout = 10s});
            call.reply(name.value_or("nobody"));
        });
        command({.name = "form", .description = "A form"}, [](const CommandCall& call) {
            call.form({.title = "Note",
                       .action = "note",
                       .state = "{\"of\":1}",
                       .fields = {{.name = "text", .label = "What?", .max_length = 100}}});
        });
        command({.name = "buttons", .description = "Buttons"}, [](const CommandCall& call) {
            const std::string components = rookery::components(
                {{rookery::Button{.label = "One",
                                  .action = "vote",
                                  .state = R"({"n":1})",
                                  .style = rookery::ButtonStyle::danger,
                                  .only = call.user_id(),
                                  .once = true,
                                  .expires = 10min},
                  rookery::LinkButton{.label = "Docs", .url = "https://example.com"}},
                 {rookery::Select{
                     .placeholder = "Pick", .action = "pick", .choices = {{"Tea", "tea"}}}}});
            call.reply({.content = "vote", .components = components});
        });
    }

    Task<> collected(const CommandCall* call) {
        auto messages = collect<rookery::MessageCreate>({.channel = "2"}, {.time = 10s, .max = 2});
        std::string all;
        for (;;) {
            const auto message = co_await messages.next();
            if (!message) {
                break;
            }
            all += message->content();
        }
        call->reply("collected " + all);
    }

    Task<> votes(const CommandCall* call) {
        const std::string user(call->user_id());
        auto votes = presses("vote", {.time = 10s, .only = user});
        int count = 0;
        for (;;) {
            const auto press = co_await votes.next();
            if (!press) {
                break;
            }
            ++count;
            press->defer_update();
        }
        call->reply(std::to_string(count) + " votes");
    }
};

ROOKERY_PLUGIN(Everything, "everything", "1.0.0")

class CommandsOfTheSdk : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(host_.load(), ""); }
    void TearDown() override {
        EXPECT_EQ(host_.open_events(), 0U);
        EXPECT_EQ(host_.unload(), "");
    }
    void say(const std::string& content, const std::string& user = "5") {
        host_.emit("messageCreate", rookery::JsonObject()
                                        .add("id", "1")
                                        .add("channelId", "2")
                                        .add("content", content)
                                        .add("author", rookery::JsonObject().add("id", user))
                                        .text());
    }

    FakeHost host_{"everything"};
};

TEST_F(CommandsOfTheSdk, a_definition_is_the_document_of_the_reference) {
    EXPECT_EQ(
        host_.commands().at(0),
        R"({"name":"remind","description":"Reminds you","options":[)"
        R"({"name":"in","description":"When","type":"duration","required":true,"min":"10s","max":"30d"},)"
        R"({"name":"what","description":"Of what","type":"string","default":"tea","choices":[)"
        R"({"name":"tea","value":"tea"},{"name":"Fresh bread","value":"bread"}],"autocomplete":true}],)"
        R"("cooldown":{"per":"channel","uses":3,"time":"2s"},"concurrency":{"per":"user","limit":1},)"
        R"("member_permissions":["ManageMessages"],"where":"guild",)"
        R"("localizations":{"de":{"name":"erinnern"}}})");
}

TEST_F(CommandsOfTheSdk, the_text_that_a_handler_returns_is_the_reply) {
    EXPECT_TRUE(host_.command("remind", R"({"in": 7200})"));
    EXPECT_TRUE(host_.command("todo add"));
    EXPECT_FALSE(host_.command("todo"));
    EXPECT_THAT(host_.answers(), ElementsAre("In 7200 s: tea", "todo add"));
}

TEST_F(CommandsOfTheSdk, options_are_read_by_type) {
    host_.command("options");
    host_.command("options", R"({"n": -3, "x": 1.5, "yes": true, "role": {"id": "9"},
                                 "who": {"nickname": "Bo", "user": {"id": "6"}}})");
    EXPECT_THAT(host_.answers(),
                ElementsAre("n=7 x=0.0 yes=0 who=/ role=0", "n=-3 x=1.5 yes=1 who=6/Bo role=1"));
}

TEST_F(CommandsOfTheSdk, a_coroutine_keeps_the_call_and_its_event) {
    host_.command("wait");
    EXPECT_EQ(host_.open_events(), 1U);
    host_.advance(1s);
    EXPECT_THAT(host_.answers(), ElementsAre("5 waited"));
}

TEST_F(CommandsOfTheSdk, fail_tells_the_user_alone_and_logs_nothing) {
    host_.command("refuse");
    host_.command("refuse_later");
    host_.advance(1s);
    EXPECT_THAT(host_.answers(), ElementsAre("not you", "still not you"));
    EXPECT_TRUE(host_.calls().at(0).arguments.flag_at("ephemeral"));
    EXPECT_THAT(host_.failures(), IsEmpty());
}

TEST_F(CommandsOfTheSdk, who_wrote_a_command_is_told_where_he_wrote_it) {
    host_.command("refuse", "{}", FakeUser{.source = "prefix"});
    host_.command("broken", "{}", FakeUser{.source = "prefix"});
    EXPECT_THAT(host_.answers(), ElementsAre("not you", "Something went wrong."));
    for (const auto& call : host_.calls()) {
        EXPECT_FALSE(call.arguments.flag_at("ephemeral")) << call.arguments.dump();
    }
}

TEST_F(CommandsOfTheSdk, what_is_thrown_is_logged_and_the_user_told_in_his_language) {
    host_.command("broken");
    host_.command("broken_later", "{}", FakeUser{.locale = "de"});
    host_.advance(1s);
    EXPECT_THAT(host_.answers(),
                ElementsAre("Something went wrong.", "Da ist etwas schiefgegangen."));
    EXPECT_THAT(host_.failures(),
                ElementsAre("handler of broken: broken", "a timer: broken later"));
}

TEST_F(CommandsOfTheSdk, options_are_completed) {
    EXPECT_THAT(host_.complete("remind", "what", "te"), ElementsAre("tea", "teb"));
    EXPECT_THAT(host_.complete("remind", "in", "1"), IsEmpty());
}

TEST_F(CommandsOfTheSdk, a_confirmation_says_yes_no_or_nothing) {
    host_.command("purge");
    EXPECT_TRUE(host_.click("Yes"));
    host_.command("purge");
    EXPECT_TRUE(host_.click("No"));
    host_.command("purge", "{}", FakeUser{.locale = "de"});
    host_.advance(29s);
    EXPECT_EQ(host_.answers().size(), 5U);
    host_.advance(1s);
    EXPECT_THAT(host_.answers(),
                ElementsAre("Really?", "gone", "Really?", "kept", "Really?", "too late"));
    EXPECT_TRUE(host_.click("Ja"));  // when it is over
    EXPECT_EQ(host_.answers().back(), "This has expired.");
}

TEST_F(CommandsOfTheSdk, a_question_is_for_one_and_known_by_its_event) {
    host_.command("purge");
    const auto& asked = host_.calls().at(0);
    EXPECT_EQ(asked.operation, "interactions.reply");
    EXPECT_EQ(asked.text("components.0.only"), "5");
    EXPECT_EQ(asked.text("components.0.once"), "message");
    EXPECT_EQ(asked.arguments.integer_at("components.0.expires"), 30);
    EXPECT_TRUE(asked.text("components.0.state.k").ends_with("/1"));
    EXPECT_EQ(asked.text("components.0.state.k"), asked.text("components.1.state.k"));
    host_.click("No");
}

TEST_F(CommandsOfTheSdk, a_question_that_stands_already_is_waited_for) {
    host_.fail("interactions.reply", RK_E_EXISTS, "answered already");
    host_.answer("interactions.reply", "{}");
    host_.command("purge");
    host_.click("Yes");
    EXPECT_THAT(host_.answers(), ElementsAre("Really?", "gone"));
}

TEST_F(CommandsOfTheSdk, an_answer_may_come_before_its_question_is_asked_again) {
    host_.press("~ask", R"({"k": "77/1", "v": true})");
    host_.advance(10min);
    EXPECT_EQ(host_.open_events(), 1U);
    EXPECT_THAT(host_.answers(), IsEmpty());
    host_.command("purge", "{}", FakeUser{.event = "77"});
    EXPECT_THAT(host_.answers(), ElementsAre("Really?", "gone"));
}

TEST_F(CommandsOfTheSdk, an_answer_to_what_is_not_asked_again_is_over_with_the_handler) {
    host_.press("~ask", R"({"k": "77/2", "v": true})");
    host_.press("~ask", R"({"k": "7/1", "v": true})");
    host_.command("purge", "{}", FakeUser{.event = "77"});
    EXPECT_EQ(host_.open_events(), 3U);
    host_.click("No");
    EXPECT_THAT(host_.answers(), ElementsAre("Really?", "kept", "This has expired."));
    EXPECT_EQ(host_.open_events(), 1U);
    host_.command("todo add", "{}", FakeUser{.event = "7"});  // which asks nothing
    EXPECT_EQ(host_.answers().back(), "This has expired.");
}

TEST_F(CommandsOfTheSdk, what_is_written_when_the_time_is_over_is_no_answer) {
    host_.command("ask");
    host_.advance(10s);
    say("Bo");
    EXPECT_THAT(host_.answers(), ElementsAre("Your name?", "nobody"));
}

TEST_F(CommandsOfTheSdk, who_is_asked_to_write_may_say_it_elsewhere) {
    host_.command("ask", "{}", FakeUser{.channel = "3"});
    say("Bo");
    EXPECT_THAT(host_.answers(), ElementsAre("Your name?"));
    EXPECT_EQ(host_.calls().at(0).text("components.0.action"), "~ask");
    host_.advance(10s);
}

TEST_F(CommandsOfTheSdk, a_press_that_nobody_answers_is_taken_note_of) {
    host_.press("silent");
    ASSERT_EQ(host_.calls().size(), 1U);
    EXPECT_EQ(host_.calls()[0].operation, "interactions.deferUpdate");
}

TEST_F(CommandsOfTheSdk, one_chooses_and_writes) {
    host_.command("choose");
    EXPECT_TRUE(host_.click("B"));
    host_.command("ask");
    say("not me", "6");
    say("Bo");
    host_.command("ask");
    host_.advance(10s);
    EXPECT_THAT(host_.answers(),
                ElementsAre("Which?", "b", "Your name?", "Bo", "Your name?", "nobody"));
}

TEST_F(CommandsOfTheSdk, buttons_and_menus_carry_their_state) {
    host_.command("buttons");
    const JsonValue* const sent = host_.calls().at(0).arguments.find("components");
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(sent->dump(),
              R"([[{"button":"One","action":"vote","state":{"n":1},"only":"5","once":true,)"
              R"("expires":600,"style":"danger"},{"link":"Docs","url":"https://example.com"}],)"
              R"([{"select":"Pick","action":"pick","choices":[{"name":"Tea","value":"tea"}]}]])");
    EXPECT_TRUE(host_.click("One"));
    EXPECT_TRUE(host_.click("Tea"));
    EXPECT_FALSE(host_.press("nothing"));
    EXPECT_THAT(host_.answers(), ElementsAre("vote", "you voted 1", "tea"));
}

TEST_F(CommandsOfTheSdk, a_form_is_shown_and_sent) {
    host_.command("form");
    ASSERT_EQ(host_.calls().size(), 1U);
    EXPECT_EQ(host_.calls()[0].arguments.dump(),
              R"({"title":"Note","action":"note","state":{"of":1},"fields":[{"name":"text",)"
              R"("label":"What?","style":"short","required":true,"max_length":100}]})");
    EXPECT_TRUE(host_.submit(R"({"text": "Hello"})"));
    EXPECT_THAT(host_.answers(), ElementsAre("Hello"));
    EXPECT_THAT(host_.failures(), IsEmpty());
}

TEST_F(CommandsOfTheSdk, a_pager_turns_its_pages) {
    host_.command("count");
    EXPECT_FALSE(host_.click("◀"));  // there is none before the first
    EXPECT_TRUE(host_.click("▶"));
    EXPECT_TRUE(host_.click("▶"));
    EXPECT_THAT(host_.answers(), ElementsAre("page 1", "page 2", "page 3"));
    EXPECT_EQ(host_.calls().back().operation, "interactions.update");
}

TEST_F(CommandsOfTheSdk, events_are_collected_until_there_are_enough_or_it_is_time) {
    host_.command("collect");
    say("a");
    say("b");
    say("c");
    host_.command("collect");
    say("d");
    host_.advance(10s);
    EXPECT_THAT(host_.answers(), ElementsAre("collected ab", "collected d"));
}

TEST_F(CommandsOfTheSdk, presses_are_collected_from_whom_one_wants) {
    host_.command("votes");
    host_.press("vote");
    host_.press("vote", "null", {}, FakeUser{.id = "6"});
    host_.press("vote");
    host_.advance(10s);
    EXPECT_THAT(host_.answers(), ElementsAre("2 votes"));
    host_.press("vote", R"({"n": 4})");
    EXPECT_EQ(host_.answers().back(), "you voted 4");
}

TEST_F(CommandsOfTheSdk, a_written_command_is_answered_like_any) {
    host_.command("todo add", "{}", FakeUser{.source = "prefix"});
    EXPECT_EQ(host_.calls().at(0).operation, "interactions.reply");
}

TEST_F(CommandsOfTheSdk, what_waits_for_an_answer_ends_with_the_plugin) {
    host_.command("purge");
    host_.command("collect");
    host_.command("votes");
    EXPECT_EQ(host_.unload(), "");
    EXPECT_EQ(host_.open_events(), 0U);
}

}  // namespace
