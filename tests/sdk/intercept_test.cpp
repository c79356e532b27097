#include <gtest/gtest.h>
#include <rookery/plugin.hpp>
#include <rookery/testing/fake_host.hpp>

#include <string>

namespace {

using rookery::Filter;
using rookery::MessageCreate;
using rookery::Task;
using rookery::Verdict;

class Guard final : public rookery::Plugin {
    void start() override {
        intercept<MessageCreate>(Filter{.contains = "spam"}, [this](const MessageCreate&) {
            log().info("second");
            return Verdict::stop;
        });
        intercept<MessageCreate>(
            [this](const MessageCreate&) {
                log().info("first");
                return Verdict::pass;
            },
            10);
        intercept<MessageCreate>(
            Filter{.contains = "asked"}, [this](const MessageCreate& message) -> Task<Verdict> {
                const auto known = co_await kv().get("known/" + std::string(message.id()));
                co_return known&&* known ? Verdict::pass : Verdict::stop;
            });
        on<MessageCreate>(
            [this](const MessageCreate& message) { log().info("heard ", message.content()); });
        kv().set("known/1", "");
        cron("0 9 * * *", [this] { log().info("nine"); });
    }
};

}  // namespace

ROOKERY_PLUGIN(Guard, "guard", "1.0.0")

namespace {

class Intercept : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(host_.load(), ""); }
    void say(std::string_view id, std::string_view content) {
        host_.emit("messageCreate",
                   rookery::JsonObject().add("id", id).add("content", content).text());
    }
    rookery::testing::FakeHost host_;
};

TEST_F(Intercept, what_is_stopped_reaches_nobody_behind) {
    say("1", "some spam");
    EXPECT_EQ(host_.log(), (std::vector<std::string>{"info: first", "info: second"}));
    say("1", "hello");
    EXPECT_EQ(host_.log().back(), "info: heard hello");
}

TEST_F(Intercept, a_cron_task_runs_when_it_is_told_to) {
    EXPECT_TRUE(host_.run_cron("0 9 * * *"));
    EXPECT_FALSE(host_.run_cron("0 10 * * *"));
    EXPECT_EQ(host_.log(), std::vector<std::string>{"info: nine"});
}

TEST_F(Intercept, a_coroutine_decides_later) {
    say("1", "asked");
    EXPECT_TRUE(host_.logged("heard asked"));
    say("2", "asked again");
    EXPECT_FALSE(host_.logged("heard asked again"));
    EXPECT_EQ(host_.open_events(), 0U);
    EXPECT_EQ(host_.unload(), "");
}

}  // namespace
