#include "unit/plugin/loaded_plugin.hpp"

namespace rookery::plugin {
namespace {

class StorageTest : public PluginTest {};

TEST_F(StorageTest, answers_calls_in_order_and_holds_the_event_until_then) {
    LoadedPlugin plugin(host_, fixture_path("storage"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("go");
    ASSERT_TRUE(eventually([&] { return plugin.logged("n=42 0"); })) << plugin.log();
    EXPECT_TRUE(plugin.logged("first 10")) << plugin.log();
    EXPECT_TRUE(plugin.logged("second 0"));
    EXPECT_TRUE(plugin.logged("got 2"));
    EXPECT_TRUE(plugin.logged("got -1"));
    EXPECT_TRUE(plugin.logged("sum 42"));
    EXPECT_TRUE(plugin.logged("refused 1"));
    EXPECT_TRUE(eventually([&] { return plugin.in_flight() == 0; }));
    EXPECT_EQ(plugin.counters().handled, 1U);
    EXPECT_EQ(plugin.counters().errors, 0U);
}

TEST_F(StorageTest, may_be_unloaded_with_calls_under_way) {
    LoadedPlugin plugin(host_, fixture_path("storage"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("go");
    plugin.stop(bus::Lane::Rest::finish);
    EXPECT_EQ(mappings(), 0U);
}

/// An event that is handled again before it is finished, as after a kill.
void handle_twice(LoadedPlugin& plugin, const std::string& content) {
    const nlohmann::json payload = {{"id", "77"}, {"channel_id", "1001"}, {"content", content}};
    const auto event = testing::make_event("messageCreate", payload.dump());
    plugin.on_worker([&] {
        for (const bool again : {false, true}) {
            hostapi::Ticket ticket(event, 3, std::make_shared<hostapi::ExtensionCounters>());
            if (again) {
                ticket.set_repeated();
            }
            plugin.extension().handle(std::move(ticket));
        }
    });
}

TEST_F(StorageTest, what_is_written_for_an_event_is_written_once) {
    LoadedPlugin plugin(host_, fixture_path("storage"));
    ASSERT_EQ(plugin.start(), "");
    handle_twice(plugin, "go");
    ASSERT_TRUE(eventually([&] { return plugin.count_logged("n=42 0") == 2; })) << plugin.log();
    EXPECT_EQ(plugin.count_logged("first 10"), 2U) << plugin.log();
    EXPECT_EQ(plugin.count_logged("second 0"), 2U);
    EXPECT_EQ(plugin.count_logged("sum 42"), 2U);
    EXPECT_TRUE(eventually([&] { return plugin.in_flight() == 0; }));
}

/// A coroutine goes on in a timer, and in the handler of another event; what it writes there is
/// written for the event that it began with.
TEST_F(StorageTest, a_coroutine_writes_for_its_own_event) {
    LoadedPlugin plugin(host_, fixture_path("coroutines"));
    ASSERT_EQ(plugin.start(), "");
    handle_twice(plugin, "count");
    ASSERT_TRUE(eventually([&] { return plugin.count_logged("slept, counted 1") == 2; }))
        << plugin.log();
    plugin.message("here");
    ASSERT_TRUE(eventually([&] { return plugin.count_logged("met, counted 2") == 2; }))
        << plugin.log();
    EXPECT_TRUE(eventually([&] { return plugin.in_flight() == 0; }));
}

}  // namespace
}  // namespace rookery::plugin
