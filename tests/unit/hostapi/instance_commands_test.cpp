#include "hostapi/instance_commands.hpp"

#include "support/commands_world.hpp"

namespace rookery::hostapi {
namespace {

class InstanceCommandsTest : public CommandsWorld {};

TEST_F(InstanceCommandsTest, one_declaration_is_a_text_and_a_slash_command) {
    ASSERT_EQ(declare({{"name", "echo"},
                       {"options",
                        {{{"name", "n"}, {"type", "integer"}, {"required", true}},
                         {{"name", "what"}, {"type", "string"}}}}}),
              "");
    const json text = use(message("!echo 3 two words"));
    EXPECT_EQ(text["options"], (json{{"n", 3}, {"what", "two words"}}));
    EXPECT_EQ(text["source"], "prefix");
    EXPECT_EQ(text["prefix"], "!");
    EXPECT_EQ(text["messageId"], "5");
    EXPECT_EQ(text["guildId"], "10");
    EXPECT_EQ(text["userId"], "2");
    const json pressed =
        use(slash("echo", {{{"name", "n"}, {"type", 4}, {"value", 3}},
                           {{"name", "what"}, {"type", 3}, {"value", "two words"}}}));
    EXPECT_EQ(pressed["options"], text["options"]);
    EXPECT_EQ(pressed["source"], "slash");
    EXPECT_EQ(pressed["locale"], "de");
    EXPECT_EQ(registry_.wanted("test").size(), 0U);  // the registry's own activation is the host's
}

TEST_F(InstanceCommandsTest, only_what_begins_with_a_prefix_or_the_bots_mention_is_a_command) {
    ASSERT_EQ(declare({{"name", "ping"}, {"aliases", {"P"}}}), "");
    EXPECT_TRUE(subscribed());
    EXPECT_EQ(use(message("!!ping"))["prefix"], "!!");
    EXPECT_EQ(use(message("!p"))["alias"], "p");
    EXPECT_EQ(use(message("!PING\nx")), nullptr);  // more than it takes
    EXPECT_NE(told(), "");
    EXPECT_EQ(use(message("<@900> ping"))["command"], "ping");
    EXPECT_EQ(use(message("<@!900>ping"))["command"], "ping");
    EXPECT_EQ(use(message("<@901> ping")), nullptr);
    EXPECT_EQ(use(message("<@&900> ping")), nullptr);
    for (const char* text : {"ping", "?ping", "! ping", "!", "", "!pong", "<@900>", "<@900> "}) {
        EXPECT_EQ(use(message(text)), nullptr) << text;
    }
    EXPECT_EQ(use(message("!ping", "5", "2", {{"author", {{"id", "3"}, {"bot", true}}}})), nullptr);
    EXPECT_EQ(use(message("!ping", "5", "2", {{"webhook_id", "3"}})), nullptr);
    EXPECT_EQ(told(), "");
}

TEST_F(InstanceCommandsTest, messages_are_heard_only_while_one_can_be_a_command) {
    desk_->set_bot("test", {{}, false, {}});
    ASSERT_EQ(declare({{"name", "ping"}}), "");
    EXPECT_FALSE(subscribed());
    desk_->set_bot("test", {{"?"}, false, {}});
    on_worker([] { return 0; });
    EXPECT_TRUE(subscribed());
    on_worker([&] {
        scope_.undo_all();
        return 0;
    });
    EXPECT_FALSE(subscribed());
}

TEST_F(InstanceCommandsTest, the_first_of_two_extensions_keeps_name_and_aliases) {
    ASSERT_EQ(declare({{"name", "remind"}, {"aliases", {"r"}}}), "");
    InstanceCommands* const other = keep(make("script b"));
    other->activate();
    EXPECT_EQ(declare({{"name", "remind"}}, other),
              "command remind has been declared already by script a (a.lua:1)");
    EXPECT_EQ(declare({{"name", "roll"}, {"aliases", {"R"}}}, other),
              "command roll: the name r has been declared already by script a (a.lua:1)");
    EXPECT_EQ(declare({{"name", "remind"}, {"guilds", {"10"}}}, other), "");
    EXPECT_EQ(use(message("!remind")), nullptr);  // the guild's own goes first
    EXPECT_FALSE(use(message("!remind"), other).is_null());
}

TEST_F(InstanceCommandsTest, a_built_in_gives_way) {
    InstanceCommands* const builtin = keep(make("script commands", true));
    builtin->activate();
    ASSERT_EQ(declare({{"name", "help"}}, builtin), "");
    EXPECT_FALSE(use(message("!help"), builtin).is_null());
    ASSERT_EQ(declare({{"name", "help"}}), "");
    EXPECT_EQ(use(message("!help"), builtin), nullptr);
    EXPECT_FALSE(use(message("!help")).is_null());
}

TEST_F(InstanceCommandsTest, a_hundred_and_one_slash_commands) {
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(declare({{"name", "c" + std::to_string(i)}}), "");
    }
    EXPECT_EQ(declare({{"name", "one-more"}}),
              "command one-more: the platform takes 100 of that type, which all extensions share; "
              "with slash = false it is there in the prefix form alone");
    EXPECT_EQ(use(message("!one-more")), nullptr);
    EXPECT_EQ(declare({{"name", "one-more"}, {"slash", false}}), "");
    EXPECT_FALSE(use(message("!one-more")).is_null());
}

TEST_F(InstanceCommandsTest, an_answer_is_kept_until_the_handler_that_has_asked_is_done) {
    ASSERT_EQ(declare({{"name", "ask"}}), "");
    const auto answer = [](const std::string& key) {
        return slash("", json::array(), {{"id", "7"}, {"type", 3}, {"data", {{"custom_id", key}}}});
    };
    on_worker([&] { return commands_->handle(InvocationKind::press, "~ask").has_value(); });
    EXPECT_TRUE(use(answer("5/1")).is_null()) << "nobody asks yet";
    EXPECT_FALSE(use(message("!ask", "5")).is_null());
    auto asker = std::exchange(place_, nullptr);
    EXPECT_TRUE(use(answer("6/1")).is_null()) << "not of this one";
    EXPECT_FALSE(use(answer("5/2")).is_null());
    ASSERT_TRUE(until_answered_);
    auto open = std::make_shared<int>();
    std::weak_ptr<int> kept = open;
    until_answered_(std::move(open));
    on_worker([] { return 0; });
    EXPECT_FALSE(kept.expired());
    asker.reset();
    on_worker([] { return 0; });
    EXPECT_TRUE(kept.expired());
    EXPECT_TRUE(use(answer("5/3")).is_null()) << "it is done";
}

TEST_F(InstanceCommandsTest, whoever_uses_a_command_answers_nothing) {
    ASSERT_EQ(declare({{"name", "ask"}}), "");
    auto* const other = keep(make("script b"));
    other->activate();
    ASSERT_EQ(declare({{"name", "ping"}}, other), "");
    on_worker([&] { return commands_->handle(InvocationKind::press, "~ask").has_value(); });
    presses_.messages = true;
    const auto concerned = [&](const char* text) {
        return on_worker([&] { return commands_->concerns(*message(text)); });
    };
    EXPECT_TRUE(concerned("hello"));
    EXPECT_TRUE(concerned("!pong"));
    EXPECT_FALSE(concerned("!ping")) << "it is the other's";
    EXPECT_FALSE(concerned("<@900> ping"));
}

TEST_F(InstanceCommandsTest, messages_are_heard_from_the_first_question_that_they_answer) {
    desk_->set_bot("test", {{}, false, {}});
    on_worker([&] { return commands_->handle(InvocationKind::press, "~ask").has_value(); });
    EXPECT_FALSE(subscribed());
    on_worker([&] {
        commands_->expect_messages();
        return 0;
    });
    EXPECT_TRUE(subscribed());
}

TEST_F(InstanceCommandsTest, what_is_under_way_when_it_stops_comes_to_nobody) {
    ASSERT_EQ(declare({{"name", "ping"}}), "");
    const auto event = message("!ping");
    EXPECT_FALSE(on_worker([&] {
        bool called = false;
        commands_->stop();
        commands_->prepare(event, [&](const std::optional<Invocation>&) { called = true; });
        return called;
    }));
}

}  // namespace
}  // namespace rookery::hostapi
