#include "unit/plugin/loaded_plugin.hpp"

namespace rookery::plugin {
namespace {

class HttpTest : public PluginTest {};

TEST_F(HttpTest, hands_the_answer_to_the_plugin_and_holds_the_event_until_then) {
    LoadedPlugin plugin(host_, fixture_path("http"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("go");
    ASSERT_TRUE(eventually([&] { return plugin.logged("answer 200 "); })) << plugin.log();
    EXPECT_TRUE(plugin.logged(R"("body":"hello")")) << plugin.log();
    EXPECT_TRUE(plugin.logged(R"("headers":{"X-Mine":"yes"})"));
    EXPECT_TRUE(plugin.logged(R"("method":"POST")"));
    EXPECT_TRUE(plugin.logged("X-One=1"));
    EXPECT_TRUE(eventually([&] { return plugin.in_flight() == 0; }));
    EXPECT_EQ(plugin.counters().errors, 0U);
}

}  // namespace
}  // namespace rookery::plugin
