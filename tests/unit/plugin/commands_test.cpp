#include "hostapi/hands_over.hpp"
#include "support/events.hpp"
#include "unit/plugin/loaded_plugin.hpp"

namespace rookery::plugin {
namespace {

using hostapi::InvocationKind;
using nlohmann::json;

class CommandsOfPlugins : public PluginTest {
  protected:
    void SetUp() override {
        ASSERT_EQ(plugin_.start(), "");
        plugin_.on_worker([this] { plugin_.commands().concerned = true; });
    }

    void prepared(const std::string& key, const json& data, std::shared_ptr<void> place = {}) {
        plugin_.on_worker([&] { plugin_.commands().prepared(key, data, std::move(place)); });
    }

    LoadedPlugin plugin_{host_, fixture_path("commands")};
};

TEST_F(CommandsOfPlugins, they_are_declared_withdrawn_and_handled) {
    auto& commands = plugin_.commands();
    ASSERT_EQ(commands.declared.size(), 2U);
    EXPECT_EQ(commands.declared[1]["name"], "todo");
    EXPECT_EQ(commands.withdrawn, 1);
    ASSERT_EQ(commands.handlers.size(), 3U);
    EXPECT_EQ(commands.handlers[1].key, "todo add");
    EXPECT_EQ(commands.handlers[2].kind, InvocationKind::autocomplete);
    EXPECT_EQ(commands.handlers[3].kind, InvocationKind::press);
}

TEST_F(CommandsOfPlugins, the_event_is_open_until_it_is_known_what_it_is_and_handled) {
    plugin_.message("!todo add tea");
    EXPECT_EQ(plugin_.in_flight(), 1U);
    EXPECT_FALSE(plugin_.logged("tea"));
    prepared("todo add", {{"kind", "command"}, {"options", {{"what", "tea"}}}});
    EXPECT_EQ(plugin_.in_flight(), 0U);
    EXPECT_TRUE(plugin_.logged(R"({"kind":"command","options":{"what":"tea"}})"));
}

TEST_F(CommandsOfPlugins, what_is_for_nobody_is_finished) {
    plugin_.message("!todo add tea");
    plugin_.on_worker([this] { plugin_.commands().for_nobody(); });
    EXPECT_EQ(plugin_.in_flight(), 0U);
    EXPECT_EQ(plugin_.counters().handled, 1U);
}

TEST_F(CommandsOfPlugins, what_cannot_be_a_command_is_not_looked_at) {
    plugin_.on_worker([this] { plugin_.commands().concerned = false; });
    plugin_.message("hello");
    EXPECT_EQ(plugin_.in_flight(), 0U);
    EXPECT_FALSE(plugin_.commands().waiting);
}

TEST_F(CommandsOfPlugins, the_place_is_taken_as_long_as_the_event_is_held) {
    auto place = std::make_shared<int>(1);
    const std::weak_ptr<int> taken = place;
    plugin_.message("!todo add keep");
    prepared("todo add", {{"options", "keep"}}, std::move(place));
    EXPECT_FALSE(taken.expired());
    EXPECT_EQ(plugin_.in_flight(), 1U);
    plugin_.message("press", 2);
    prepared("vote", {{"kind", "press"}});
    EXPECT_TRUE(taken.expired());
    EXPECT_EQ(plugin_.in_flight(), 0U);
}

TEST_F(CommandsOfPlugins, unsubscribe_ends_a_handler_within_itself) {
    plugin_.message("press");
    prepared("vote", {{"kind", "press"}, {"action", "vote"}});
    EXPECT_EQ(plugin_.count_logged("given back"), 1U);
    EXPECT_EQ(plugin_.commands().handlers.size(), 2U);
    plugin_.message("press", 2);
    prepared("vote", {{"kind", "press"}, {"action", "again"}});
    EXPECT_FALSE(plugin_.logged("again"));
    EXPECT_EQ(plugin_.in_flight(), 0U);
}

TEST_F(CommandsOfPlugins, a_failure_is_logged_with_the_command) {
    plugin_.message("!todo add fail");
    prepared("todo add", {{"command", "todo add"}, {"options", "fail"}});
    EXPECT_TRUE(plugin_.logged("todo add")) << plugin_.log();
    EXPECT_TRUE(plugin_.logged("on purpose")) << plugin_.log();
}

TEST_F(CommandsOfPlugins, an_event_that_waits_for_an_answer_is_given_up_unfinished) {
    plugin_.message("!todo add wait");
    prepared("todo add", {{"options", "wait"}});
    plugin_.message("!todo add keep", 2);
    prepared("todo add", {{"options", "keep"}});
    EXPECT_EQ(plugin_.in_flight(), 1U);
    plugin_.on_worker([this] {
        const auto given = dynamic_cast<hostapi::HandsOver&>(plugin_.extension()).give_up();
        ASSERT_EQ(given.size(), 1U);
        EXPECT_EQ(given[0]->seq(), 1U);
    });
    plugin_.stop(bus::Lane::Rest::finish);
    EXPECT_EQ(plugin_.counters().handled, 1U);
}

TEST_F(CommandsOfPlugins, an_event_of_which_others_have_holds_as_well_is_in_flight) {
    plugin_.message("!todo add both");
    prepared("todo add", {{"options", "wait keep"}});
    EXPECT_EQ(plugin_.in_flight(), 1U);
    plugin_.message("press", 2);
    prepared("vote", {{"kind", "press"}});  // which lets go of what is kept
    EXPECT_EQ(plugin_.in_flight(), 0U);
}

TEST_F(CommandsOfPlugins, the_end_of_one_question_is_not_that_of_another) {
    plugin_.message("!todo add two");
    prepared("todo add", {{"options", "two questions"}});
    EXPECT_EQ(plugin_.in_flight(), 0U);
    plugin_.message("press", 2);
    prepared("vote", {{"kind", "press"}, {"options", "one answer"}});
    EXPECT_EQ(plugin_.in_flight(), 0U);
}

TEST_F(CommandsOfPlugins, an_event_that_is_taken_up_is_for_the_handler_of_commands_alone) {
    plugin_.on_worker([this] {
        dynamic_cast<hostapi::HandsOver&>(plugin_.extension())
            .take_up(hostapi::Ticket(
                rookery::testing::make_event("messageCreate", R"({"id":"1"})", 7, nullptr), 3,
                std::make_shared<hostapi::ExtensionCounters>()));
    });
    prepared("todo add", {{"options", "tea"}});
    EXPECT_TRUE(plugin_.logged("tea"));
    EXPECT_EQ(plugin_.in_flight(), 0U);
}

TEST_F(CommandsOfPlugins, stopped_in_the_middle_the_event_stays_open_and_the_place_is_free) {
    auto place = std::make_shared<int>(1);
    const std::weak_ptr<int> taken = place;
    plugin_.message("!todo add keep");
    prepared("todo add", {{"options", "keep"}}, std::move(place));
    plugin_.message("!todo add tea", 2);
    EXPECT_EQ(plugin_.in_flight(), 2U);
    plugin_.stop(bus::Lane::Rest::leave_open);
    EXPECT_TRUE(taken.expired());
    EXPECT_EQ(plugin_.counters().handled, 0U);
}

}  // namespace
}  // namespace rookery::plugin
