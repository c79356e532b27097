// plugins/levels in a host that is none.
#define ROOKERY_MANIFEST_NAME "levels"
#define ROOKERY_MANIFEST_VERSION "0.1.0"
#include "../plugins/levels/plugin.cpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rookery/testing/fake_host.hpp>

namespace {

using namespace std::chrono_literals;
using rookery::testing::FakeHost;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LevelsTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(host_.load(), "");
        host_.advance(1h);
    }
    void TearDown() override {
        EXPECT_THAT(host_.failures(), IsEmpty());
        EXPECT_EQ(host_.unload(), "");
    }
    void say(const std::string& user, const std::string& id) {
        host_.emit(
            "messageCreate",
            rookery::JsonObject()
                .add("id", id)
                .add("channelId", "2")
                .add("guildId", "1")
                .add("author", rookery::JsonObject().add("id", user).add("username", "user" + user))
                .text());
    }
    std::int64_t points(const std::string& user) {
        const auto stored = host_.stored("points/1/" + user);
        return stored ? Standing::read(*stored).points : 0;
    }

    FakeHost host_{"levels"};
};

TEST_F(LevelsTest, a_message_counts_once_in_a_minute) {
    say("5", "100");
    const std::int64_t first = points("5");
    EXPECT_GE(first, 15);
    EXPECT_LE(first, 25);
    host_.advance(59s);
    say("5", "101");
    EXPECT_EQ(points("5"), first);
    host_.advance(1s);
    say("5", "102");
    EXPECT_GT(points("5"), first);
}

TEST_F(LevelsTest, a_message_that_is_handled_again_counts_once) {
    say("5", "100");
    const std::int64_t first = points("5");
    host_.advance(2min);
    say("5", "100");
    EXPECT_EQ(points("5"), first);
}

TEST_F(LevelsTest, a_level_is_told_and_brings_its_role) {
    host_.command("levels role", R"({"level": 1, "role": {"id": "30", "name": "Regular"}})");
    EXPECT_EQ(host_.answers().back(), "Level 1 brings the role Regular.");
    for (int i = 0; i < 7; ++i) {
        say("5", std::to_string(200 + i));
        host_.advance(1min);
    }
    std::vector<std::string> seen;
    for (const auto& call : host_.calls()) {
        if (call.operation == "members.addRole") {
            seen.push_back(call.text("roleId"));
        }
        if (call.operation == "messages.send") {
            seen.push_back(call.text("content"));
        }
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"30", "user5 has reached level 1."}));
}

TEST_F(LevelsTest, it_is_off_where_it_was_turned_off) {
    host_.command("levels off");
    say("5", "100");
    EXPECT_EQ(points("5"), 0);
    host_.command("levels on");
    host_.command("levels cooldown", R"({"time": 0})");
    say("5", "101");
    say("5", "102");
    EXPECT_GE(points("5"), 30);
}

TEST_F(LevelsTest, ranks_and_the_leaderboard) {
    host_.command("rank");
    EXPECT_EQ(host_.answers().back(), "You have no points yet.");
    for (int user = 10; user < 25; ++user) {
        say(std::to_string(user), std::to_string(1000 + user));
    }
    host_.advance(1min);
    say("5", "1");
    host_.advance(1min);
    say("5", "2");
    host_.command("rank");
    EXPECT_THAT(host_.answers().back(), HasSubstr("place 1 of 16."));
    host_.command("leaderboard");
    EXPECT_THAT(host_.answers().back(), HasSubstr("1. user5: level 0"));
    EXPECT_TRUE(host_.click("▶"));
    EXPECT_THAT(host_.answers().back(), HasSubstr("\n16. user"));
}

}  // namespace
