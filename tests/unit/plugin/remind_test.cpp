// One plugin in three languages: the same messages, the same answers.
#include "unit/plugin/loaded_plugin.hpp"

#include <filesystem>

namespace rookery::plugin {
namespace {

using nlohmann::json;
using Rest = bus::Lane::Rest;

class Remind : public PluginTest, public ::testing::WithParamInterface<const char*> {
  protected:
    void SetUp() override {
        const auto path =
            std::filesystem::path(ROOKERY_PLUGINS) / (std::string(GetParam()) + ".so");
        if (!std::filesystem::exists(path)) {
            GTEST_SKIP() << path << " was not built";
        }
        plugin_.emplace(host_, path);
        ASSERT_EQ(plugin_->start(), "");
    }

    std::shared_ptr<testing::RecordingDelivery> delivery_ =
        std::make_shared<testing::RecordingDelivery>();
    std::optional<LoadedPlugin> plugin_;
};

TEST_P(Remind, answers_when_the_time_has_come) {
    plugin_->message("!remind 0s \"tea\" and\ncake", 8, delivery_);
    ASSERT_TRUE(eventually([&] { return plugin_->wish_count() == 1; })) << plugin_->log();
    EXPECT_EQ(plugin_->wish(0).operation, "messages.reply");
    EXPECT_EQ(plugin_->wish(0).arguments, (json{{"channelId", "1001"},
                                                {"messageId", "77"},
                                                {"content", "Reminder: \"tea\" and\ncake"}}));
    EXPECT_NE(plugin_->wish(0).event, nullptr);
    EXPECT_EQ(delivery_->count(8, 3), 0);
    plugin_->answer(0, json());
    EXPECT_TRUE(eventually([&] { return delivery_->count(8, 3) == 1; }));
}

TEST_P(Remind, says_how_it_is_used) {
    for (const char* wrong : {"!remind tea", "!remind 5x tea", "!remind 99h tea", "!remind 5m"}) {
        const std::size_t before = plugin_->wish_count();
        plugin_->message(wrong);
        ASSERT_EQ(plugin_->wish_count(), before + 1) << wrong;
        EXPECT_TRUE(plugin_->wish(before).arguments.at("content").get<std::string>().starts_with(
            "Say: !remind"));
    }
}

TEST_P(Remind, hears_of_nothing_else) {
    plugin_->message("remind me");
    EXPECT_EQ(plugin_->wish_count(), 0U);
}

TEST_P(Remind, what_waits_at_the_end_is_delivered_again) {
    plugin_->message("!remind 1h tea", 8, delivery_);
    EXPECT_EQ(plugin_->in_flight(), 1U);
    plugin_->stop(Rest::leave_open);
    EXPECT_EQ(delivery_->count(8, 3), 0);
    EXPECT_EQ(plugin_->counters().errors.load(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Languages, Remind, ::testing::Values("remind", "remind_c", "remind_rust"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace rookery::plugin
