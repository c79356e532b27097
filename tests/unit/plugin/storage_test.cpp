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

}  // namespace
}  // namespace rookery::plugin
