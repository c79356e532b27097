// plugins/levels in a host that is none.
#define ROOKERY_MANIFEST_NAME "levels"
#define ROOKERY_MANIFEST_VERSION "0.1.0"
#include "../plugins/levels/level_roles.cpp"
#include "../plugins/levels/plugin.cpp"
#include "../plugins/levels/points.cpp"
#include "../plugins/levels/ranks.cpp"
#include "../plugins/levels/settings.cpp"
#include "../plugins/levels/standing.cpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rookery/testing/fake_host.hpp>

namespace {

using namespace std::chrono_literals;
using rookery::testing::FakeHost;
using rookery::testing::FakeUser;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Owner 1; user 5 (role 20); the bot 9 (role 25); regulars 30, who may do nothing special.
class LevelsTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(host_.load(), "");
        host_.advance(1h);
        host_.answer("guilds.get", R"({"id": "1", "ownerId": "1"})");
        host_.answer("users.me", R"({"id": "9"})");
        ranks("20", "25");
    }
    /// Where the regulars stand, and what they may do.
    void regulars(int position, const std::string& permissions, const std::string& more = "") {
        host_.answer("roles.list", R"([{"id": "1", "position": 0, "permissions": "1024"},
            {"id": "20", "position": 3, "permissions": "0"},
            {"id": "25", "position": 5, "permissions": "0"},
            {"id": "10", "position": 1, "permissions": "0"},
            {"id": "30", "name": "Regular", "position": )" +
                                       std::to_string(position) + R"(, "permissions": ")" +
                                       permissions + "\"" + more + "}]");
    }
    /// Of who asks, then of the bot.
    void ranks(const std::string& asks, const std::string& own) {
        host_.answer("members.get", R"({"id": "5", "roles": [")" + asks + R"("]})");
        host_.answer("members.get", R"({"id": "9", "roles": [")" + own + R"("]})");
    }
    std::string role_of_first_level(const FakeUser& by = {}) {
        host_.command("levels role", R"({"level": 1, "role": {"id": "30", "name": "Regular"}})",
                      by);
        return host_.answers().back();
    }
    void rise() {
        for (int i = 0; i < 7; ++i) {
            say("5", std::to_string(200 + i));
            host_.advance(1min);
        }
    }
    std::size_t count(const std::string& operation) {
        const auto& all = host_.calls();
        return static_cast<std::size_t>(std::count_if(
            all.begin(), all.end(), [&](const auto& call) { return call.operation == operation; }));
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
    regulars(2, "0");
    EXPECT_EQ(role_of_first_level(), "Level 1 brings the role Regular.");
    rise();
    std::vector<std::string> seen;
    for (const auto& call : host_.calls()) {
        if (call.operation == "members.addRole") {
            seen.push_back(call.text("roleId"));
        }
        if (call.operation == "messages.send") {
            seen.push_back(call.text("content"));
        }
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"user5 has reached level 1.", "30"}));
}

TEST_F(LevelsTest, a_role_that_is_not_below_who_asks_is_refused_the_owner_excepted) {
    regulars(3, "0");
    EXPECT_EQ(role_of_first_level(), "That role is not below yours.");
    EXPECT_EQ(role_of_first_level({.id = "1"}), "Level 1 brings the role Regular.");
}

TEST_F(LevelsTest, a_role_that_is_not_below_the_bot_is_refused) {
    regulars(5, "0");
    role_of_first_level();  // takes the answer about who asks; from now on it is the bot's
    EXPECT_EQ(role_of_first_level({.id = "1"}), "That role is not below mine.");
}

TEST_F(LevelsTest, a_role_that_may_what_moderators_may_is_refused) {
    regulars(2, "268435456");
    EXPECT_EQ(role_of_first_level({.id = "1"}),
              "That role has the permission ManageRoles, which no level brings.");
}

TEST_F(LevelsTest, roles_of_integrations_and_everyone_are_refused) {
    regulars(2, "0", R"(, "managed": true)");
    EXPECT_EQ(role_of_first_level({.id = "1"}), "That role is none for people.");
    host_.command("levels role", R"({"level": 1, "role": {"id": "1"}})", {.id = "1"});
    EXPECT_EQ(host_.answers().back(), "That role is none for people.");
}

TEST_F(LevelsTest, a_role_that_has_become_dangerous_is_not_given) {
    regulars(2, "0");
    regulars(2, "8");
    EXPECT_EQ(role_of_first_level(), "Level 1 brings the role Regular.");
    rise();
    EXPECT_EQ(count("messages.send"), 1U);
    EXPECT_EQ(count("members.addRole"), 0U);
}

TEST_F(LevelsTest, the_ranking_is_read_once_in_half_a_minute) {
    say("5", "1");
    host_.command("leaderboard");
    say("6", "2");
    host_.command("leaderboard");
    EXPECT_THAT(host_.answers().back(), Not(HasSubstr("user6")));
    host_.command("rank", "{}", {.id = "6"});  // one's own points are read at once
    EXPECT_THAT(host_.answers().back(), HasSubstr("of 2."));
    host_.advance(30s);
    host_.command("leaderboard");
    EXPECT_THAT(host_.answers().back(), HasSubstr("user6"));
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
