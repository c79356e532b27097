// The plugin that waits in every way, in a host that is none.
#include "abi/plugins/coroutines.cpp"

#include <gtest/gtest.h>
#include <rookery/testing/fake_host.hpp>

namespace {

using rookery::testing::FakeHost;

class Fake : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(host_.load(), ""); }
    void say(const std::string& content) {
        host_.emit("messageCreate",
                   rookery::JsonObject()
                       .add("id", "1")
                       .add("channelId", "2")
                       .add("content", content)
                       .add("author", rookery::JsonObject().add("id", "5").add("username", "bo"))
                       .text());
    }

    FakeHost host_{"coroutines"};
};

TEST_F(Fake, answers_what_it_is_told_to) {
    host_.answer("messages.send",
                 R"({"id": "900", "author": {"username": "alice"}, "mentions": {"users": ["6"]}})");
    say("send");
    ASSERT_EQ(host_.calls().size(), 1U);
    EXPECT_EQ(host_.calls()[0].text("content"), "hello");
    host_.advance(1ms);
    EXPECT_TRUE(host_.logged("sent 900 alice 1 Message"));
}

TEST_F(Fake, fails_what_it_is_told_to) {
    host_.fail("messages.send", RK_E_DENIED, "no permission",
               R"({"status": 403, "code": 50013, "fields": [{"path": "content"}]})");
    say("send");
    EXPECT_TRUE(host_.logged("not sent: no permission -4 403 50013 content"));
}

TEST_F(Fake, an_ignored_call_runs_into_its_deadline) {
    host_.ignore("messages.send");
    say("send");
    host_.advance(1999ms);
    EXPECT_EQ(host_.open_events(), 1U);
    host_.advance(1ms);
    EXPECT_TRUE(host_.logged("not sent: messages.send: no answer in time -6"));
    EXPECT_EQ(host_.open_events(), 0U);
}

TEST_F(Fake, the_clock_moves_only_when_it_is_told) {
    say("sleep");
    EXPECT_FALSE(host_.logged("slept"));
    host_.advance(1ms);
    EXPECT_TRUE(host_.logged("slept, and reads sleep"));
    EXPECT_EQ(host_.timers(), 0U);
}

TEST_F(Fake, failures_are_kept) {
    say("throw");
    say("throw later");
    host_.advance(1ms);
    ASSERT_EQ(host_.failures().size(), 2U);
    EXPECT_EQ(host_.failures()[0], "handler of messageCreate: thrown at once");
    EXPECT_EQ(host_.failures()[1], "a timer: thrown later");
}

TEST_F(Fake, unloading_ends_what_waits_and_leaves_nothing) {
    say("for ever");
    say("spawn");
    say("next");
    EXPECT_EQ(host_.unload(), "");
    EXPECT_TRUE(host_.logged("gone: eternal"));
    EXPECT_TRUE(host_.logged("gone: loser"));
    EXPECT_EQ(host_.timers(), 0U);
}

TEST_F(Fake, a_race_and_an_all_end) {
    say("race");
    host_.advance(1ms);
    EXPECT_TRUE(host_.logged("race 1 7"));
    host_.answer("messages.get", R"({"id": "44"})");
    say("all");
    host_.advance(1ms);
    EXPECT_TRUE(host_.logged("all 44 3"));
    EXPECT_TRUE(host_.logged("each 3"));
}

}  // namespace
