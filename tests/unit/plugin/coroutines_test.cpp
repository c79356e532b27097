#include "hostapi/arguments.hpp"
#include "unit/plugin/loaded_plugin.hpp"

namespace rookery::plugin {
namespace {

using nlohmann::json;
using Rest = bus::Lane::Rest;

json message(const std::string& id, const std::string& content) {
    return {{"id", id},
            {"channelId", "1001"},
            {"content", content},
            {"author", {{"id", "5"}, {"username", "alice"}}},
            {"mentions", {{"users", {"6", "7"}}}}};
}

class Coroutines : public PluginTest {
  protected:
    void SetUp() override { ASSERT_EQ(plugin_.start(), ""); }
    void expect_logged(const std::string& text) {
        EXPECT_TRUE(eventually([&] { return plugin_.logged(text); })) << plugin_.log();
    }

    std::shared_ptr<testing::RecordingDelivery> delivery_ =
        std::make_shared<testing::RecordingDelivery>();
    LoadedPlugin plugin_{host_, fixture_path("coroutines")};
};

TEST_F(Coroutines, a_result_has_the_type_of_the_event_and_outlives_its_callback) {
    plugin_.message("send");
    ASSERT_EQ(plugin_.wish_count(), 1U);
    EXPECT_EQ(plugin_.wish(0).arguments, (json{{"channelId", "1001"}, {"content", "hello"}}));
    EXPECT_EQ(plugin_.wish(0).deadline, Millis{2000});
    plugin_.answer(0, message("900", "hello"));
    expect_logged("sent 900 alice 2 Message");
}

TEST_F(Coroutines, a_failure_is_a_value) {
    plugin_.message("send");
    plugin_.answer(0, Error(ErrorKind::denied, "no permission"));
    expect_logged("not sent: no permission -4 0 0 -");
    EXPECT_EQ(plugin_.counters().errors.load(), 0U);
}

TEST_F(Coroutines, a_list_has_typed_elements) {
    plugin_.message("list");
    plugin_.answer(0, json::array({message("1", "one"), message("2", "two")}));
    expect_logged("listed one by alice");
    expect_logged("listed two by alice");
    expect_logged("2 2 false");
}

TEST_F(Coroutines, the_event_stays_open_and_readable_until_the_end) {
    plugin_.message("sleep", 8, delivery_);
    expect_logged("slept, and reads sleep");
    EXPECT_TRUE(eventually([&] { return plugin_.wish_count() == 1; }));
    EXPECT_EQ(plugin_.wish(0).operation, "messages.reply");
    ASSERT_NE(plugin_.wish(0).event, nullptr);
    EXPECT_EQ(delivery_->count(8, 3), 0);
    plugin_.answer(0, json());
    EXPECT_EQ(delivery_->count(8, 3), 1);
    EXPECT_EQ(plugin_.in_flight(), 0U);
}

TEST_F(Coroutines, unloading_ends_what_waits_before_stop_is_called) {
    plugin_.message("for ever", 8, delivery_);
    plugin_.message("send", 9, delivery_);
    plugin_.stop(Rest::leave_open);
    const std::string log = plugin_.log();
    EXPECT_LT(log.find("gone: eternal"), log.find("stop\n"));
    EXPECT_EQ(delivery_->count(8, 3), 0);
    EXPECT_EQ(mappings(), 0U);
}

TEST_F(Coroutines, what_is_thrown_fails_the_handler_at_once_or_later) {
    plugin_.message("throw");
    expect_logged("handler of messageCreate failed: thrown at once");
    plugin_.message("throw later");
    expect_logged("thrown later");
    EXPECT_EQ(plugin_.counters().errors.load(), 2U);
    EXPECT_EQ(plugin_.in_flight(), 0U);
}

TEST_F(Coroutines, it_waits_for_an_event_that_is_accepted) {
    plugin_.message("next");
    plugin_.message("other");
    EXPECT_FALSE(plugin_.logged("next 77"));
    plugin_.message("here");
    expect_logged("next 77 after next");
    EXPECT_EQ(plugin_.in_flight(), 0U);
}

TEST_F(Coroutines, waiting_for_an_event_has_a_limit) {
    plugin_.message("none");
    expect_logged("none: true");
}

TEST_F(Coroutines, several_at_once) {
    plugin_.message("all");
    plugin_.answer(0, message("44", "x"));
    expect_logged("all 44 3");
    expect_logged("each 3");
}

TEST_F(Coroutines, the_first_of_several_cancels_the_others) {
    plugin_.message("race");
    expect_logged("race 1 7");
    expect_logged("gone: loser");
    for (const std::string& effect : plugin_.effects()) {
        EXPECT_EQ(effect.find("after"), std::string::npos) << effect;
    }
}

TEST_F(Coroutines, a_spawned_one_can_be_cancelled) {
    plugin_.message("spawn");
    EXPECT_FALSE(plugin_.logged("gone: loser"));
    plugin_.message("cancel");
    expect_logged("cancelled true false");
    expect_logged("gone: loser");
}

TEST_F(Coroutines, a_long_loop_of_awaits_needs_no_stack) {
    plugin_.message("loop");
    expect_logged("loop 100000");
}

TEST_F(Coroutines, once_is_once) {
    plugin_.message("x");
    plugin_.message("x");
    EXPECT_EQ(plugin_.count_logged("once"), 1U);
}

TEST_F(Coroutines, another_bot_is_named) {
    plugin_.message("other bot");
    ASSERT_EQ(plugin_.wish_count(), 1U);
    EXPECT_EQ(plugin_.wish(0).bot, "second");
}

TEST_F(Coroutines, what_cannot_be_begun_is_told_too) {
    plugin_.message("invalid");
    expect_logged("invalid true");
    expect_logged("messages.send: ");
    EXPECT_EQ(plugin_.wish_count(), 0U);
}

}  // namespace
}  // namespace rookery::plugin
