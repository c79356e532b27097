#include "unit/plugin/loaded_plugin.hpp"

namespace rookery::plugin {
namespace {

class ServicesTest : public PluginTest {};

TEST_F(ServicesTest, settings_metrics_and_threads_do_what_their_headers_say) {
    LoadedPlugin plugin(host_, fixture_path("services"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("go");
    ASSERT_TRUE(eventually([&] { return plugin.in_flight() == 0; }));
    EXPECT_TRUE(plugin.logged("refused: limit must be at most 10, got 11")) << plugin.log();
    EXPECT_TRUE(plugin.logged(R"(all {"limit":3,"prefix":"??"})")) << plugin.log();
    EXPECT_EQ(plugin.metrics(),
              "# TYPE plugin_test_seen counter\nplugin_test_seen{kind=\"a\"} 2\n");
    EXPECT_EQ(plugin.counters().errors, 0U) << plugin.log();
}

}  // namespace
}  // namespace rookery::plugin
