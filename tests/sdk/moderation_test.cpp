// plugins/moderation in a host that is none.
#define ROOKERY_MANIFEST_NAME "moderation"
#define ROOKERY_MANIFEST_VERSION "0.1.0"
#include "../plugins/moderation/actions.cpp"
#include "../plugins/moderation/case_commands.cpp"
#include "../plugins/moderation/cases.cpp"
#include "../plugins/moderation/channels.cpp"
#include "../plugins/moderation/plugin.cpp"
#include "../plugins/moderation/ranks.cpp"
#include "../plugins/moderation/settings.cpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rookery/testing/fake_host.hpp>

namespace {

using rookery::testing::FakeHost;
using rookery::testing::FakeUser;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Owner 1; moderator 5 (role 20, position 2); bo 6 (role 10, position 1); boss 7 (role 30). The
/// bot 9 stands where the last answer about a member says.
class ModerationTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(host_.load(), "");
        host_.answer("guilds.get", R"({"id": "1", "ownerId": "1"})");
        host_.answer("roles.list", R"([{"id": "10", "position": 1}, {"id": "20", "position": 2},
                                       {"id": "30", "position": 3}])");
        host_.answer("users.me", R"({"id": "9"})");
        host_.answer("dms.open", R"({"id": "99"})");
    }
    void TearDown() override {
        EXPECT_THAT(host_.failures(), IsEmpty());
        EXPECT_EQ(host_.unload(), "");
    }
    /// Whom, with that role; then the moderator.
    void ranks(const std::string& role) {
        host_.answer("members.get", R"({"id": "6", "roles": [")" + role + R"("]})");
        host_.answer("members.get", R"({"id": "5", "roles": ["20"]})");
    }
    std::vector<std::string> asked() {
        std::vector<std::string> out;
        for (const auto& call : host_.calls()) {
            out.push_back(call.operation);
        }
        return out;
    }
    std::size_t count(const std::string& operation) {
        const auto all = asked();
        return static_cast<std::size_t>(std::count(all.begin(), all.end(), operation));
    }

    FakeHost host_{"moderation"};
    const std::string bo_ = R"({"user": {"id": "6", "username": "bo"}, "reason": "spam"})";
};

TEST_F(ModerationTest, a_warning_is_a_case_that_is_told_and_logged) {
    host_.setting("1", "log", "\"50\"");
    ranks("10");
    ASSERT_TRUE(host_.command("warn", bo_));
    EXPECT_THAT(host_.answers(), ElementsAre("Case 1: bo was warned. Reason: spam"));
    EXPECT_EQ(count("messages.send"), 2U);
    EXPECT_EQ(host_.calls().back().text("channelId"), "50");
    EXPECT_EQ(host_.calls().back().text("content"), "Case 1: bo was warned by <@5>. Reason: spam");
    EXPECT_TRUE(host_.stored("case/1/0000000001"));
}

TEST_F(ModerationTest, a_ban_goes_to_the_audit_log_with_reason_and_moderator) {
    host_.fail("members.get", RK_E_NOT_FOUND, "unknown member");
    ASSERT_TRUE(host_.command("ban", bo_));
    const auto& calls = host_.calls();
    const auto ban = std::find_if(calls.begin(), calls.end(),
                                  [](const auto& call) { return call.operation == "bans.create"; });
    ASSERT_NE(ban, calls.end());
    EXPECT_EQ(ban->text("reason"), "5: spam");
    EXPECT_EQ(ban->arguments.integer_at("deleteMessageSeconds", -1), 0);
}

TEST_F(ModerationTest, nobody_acts_on_themselves_the_owner_or_somebody_above) {
    host_.command("kick", R"({"user": {"id": "5"}})");
    EXPECT_EQ(host_.answers().back(), "That is you.");
    ranks("20");
    host_.command("kick", bo_);
    EXPECT_EQ(host_.answers().back(), "Your highest role is not above theirs.");
    host_.answer("members.get", R"({"id": "1", "roles": []})");
    host_.command("kick", R"({"user": {"id": "1"}})");
    EXPECT_EQ(host_.answers().back(), "That is the owner.");
    EXPECT_EQ(count("members.kick"), 0U);
}

TEST_F(ModerationTest, who_has_left_can_be_banned_and_not_warned) {
    host_.fail("members.get", RK_E_NOT_FOUND, "unknown member");
    host_.command("warn", bo_);
    EXPECT_EQ(host_.answers().back(), "They are not here (any more).");
    host_.command("ban", bo_);
    EXPECT_THAT(host_.answers().back(), HasSubstr("bo was banned"));
}

TEST_F(ModerationTest, a_refusal_of_the_platform_is_explained_and_no_case) {
    ranks("10");
    host_.fail("members.kick", RK_E_DENIED, "missing permissions");
    host_.command("kick", bo_);
    EXPECT_THAT(host_.answers().back(), HasSubstr("is my highest role above theirs"));
    EXPECT_FALSE(host_.stored("case/1/0000000001"));
}

TEST_F(ModerationTest, a_timeout_says_how_long) {
    ranks("10");
    host_.command("timeout", R"({"user": {"id": "6", "username": "bo"}, "time": 5400})");
    EXPECT_EQ(host_.answers().back(),
              "Case 1: bo has a timeout of 1 hour 30 minutes. Reason: no reason given");
}

TEST_F(ModerationTest, cases_are_listed_shown_and_taken_back) {
    for (int i = 0; i < 10; ++i) {
        host_.fail("members.get", RK_E_NOT_FOUND, "unknown member");
        host_.command("ban", bo_);
    }
    host_.command("warnings", bo_);
    EXPECT_THAT(host_.answers().back(), AllOf(HasSubstr("bo: 10 cases"), HasSubstr("**10** ban")));
    EXPECT_TRUE(host_.click("▶"));
    EXPECT_THAT(host_.answers().back(), AllOf(HasSubstr("**1** ban"), HasSubstr("by <@5>: spam")));
    host_.command("case show", R"({"number": 3})");
    EXPECT_THAT(host_.answers().back(), HasSubstr("bo: **3** ban"));
    host_.command("case remove", R"({"number": 3})");
    EXPECT_EQ(host_.answers().back(), "Case 3 was taken back.");
    host_.command("case show", R"({"number": 3})");
    EXPECT_THAT(host_.answers().back(), AllOf(HasSubstr("**3** ban"), HasSubstr("by <@5>")));
    EXPECT_EQ(Case::read(*host_.stored("case/1/0000000003")).removed_by, "5");
    host_.command("case remove", R"({"number": 30})");
    EXPECT_EQ(host_.answers().back(), "There is no case of that number.");
}

TEST_F(ModerationTest, nobody_takes_back_what_is_about_them_or_by_somebody_not_below) {
    ranks("10");
    for (const char* const role : {"20", "20", "30", "20"}) {  // 8, 5, 7, 5
        host_.answer("members.get", rookery::JsonObject()
                                        .add("id", "0")
                                        .add("roles", rookery::JsonList().add(role))
                                        .text());
    }
    host_.command("warn", bo_);
    host_.command("case remove", R"({"number": 1})", {.id = "6"});
    EXPECT_EQ(host_.answers().back(), "That case is about you.");
    host_.command("case remove", R"({"number": 1})", {.id = "8"});  // stands as high as 5
    EXPECT_EQ(host_.answers().back(),
              "Your highest role is not above the role of who made that case.");
    EXPECT_EQ(Case::read(*host_.stored("case/1/0000000001")).removed_by, "");
    host_.command("case remove", R"({"number": 1})", {.id = "7"});
    EXPECT_EQ(host_.answers().back(), "Case 1 was taken back.");
}

TEST_F(ModerationTest, the_owner_and_administrators_take_back_what_anybody_made) {
    ranks("10");
    host_.answer("roles.list", R"([{"id": "40", "position": 1, "permissions": "8"}])");
    host_.answer("members.get", R"({"id": "8", "roles": ["40"]})");
    host_.command("warn", bo_);
    host_.command("case remove", R"({"number": 1})", {.id = "8"});
    EXPECT_EQ(host_.answers().back(), "Case 1 was taken back.");
    host_.command("case remove", R"({"number": 1})", {.id = "1"});
    EXPECT_EQ(host_.answers().back(), "That case was taken back already.");
}

TEST_F(ModerationTest, nobody_is_told_of_a_ban_that_the_bot_cannot_carry_out) {
    ranks("10");
    host_.answer("members.get", R"({"id": "9", "roles": ["10"]})");
    host_.command("ban", bo_);
    EXPECT_EQ(host_.answers().back(), "My highest role is not above theirs.");
    EXPECT_EQ(count("messages.send"), 0U);
    EXPECT_EQ(count("bans.create"), 0U);
}

TEST_F(ModerationTest, a_ban_is_told_before_it_is_done) {
    ranks("10");
    host_.command("ban", bo_);
    auto all = asked();
    const auto place = [&](const char* operation) {
        return std::find(all.begin(), all.end(), operation) - all.begin();
    };
    EXPECT_LT(place("messages.send"), place("bans.create"));
}

TEST_F(ModerationTest, who_could_not_be_kept_from_writing_is_not_told) {
    ranks("10");
    host_.fail("members.timeout", RK_E_DENIED, "missing permissions");
    host_.command("timeout", R"({"user": {"id": "6", "username": "bo"}, "time": 5400})");
    EXPECT_EQ(count("messages.send"), 0U);
}

TEST_F(ModerationTest, a_purge_asks_first) {
    host_.answer("messages.list", R"([{"id": "3", "author": {"id": "6"}},
                                      {"id": "2", "author": {"id": "8"}},
                                      {"id": "1", "author": {"id": "6"}}])");
    host_.command("purge", R"({"count": 5, "user": {"id": "6"}})");
    EXPECT_TRUE(host_.click("Keep"));
    EXPECT_EQ(count("messages.bulkDelete"), 0U);
    host_.command("purge", R"({"count": 5, "user": {"id": "6"}})");
    EXPECT_EQ(host_.answers().back(), "Delete the last 5 messages of <@6>?");
    EXPECT_TRUE(host_.click("Delete"));
    EXPECT_EQ(host_.answers().back(), "2 messages were deleted.");
    const auto& calls = host_.calls();
    const auto made = std::find_if(calls.begin(), calls.end(), [](const auto& call) {
        return call.operation == "messages.bulkDelete";
    });
    ASSERT_NE(made, calls.end());
    EXPECT_EQ(made->arguments.find("messageIds")->dump(), R"(["3","1"])");
}

TEST_F(ModerationTest, a_purge_that_is_handled_again_takes_no_other_messages) {
    host_.answer("messages.list", R"([{"id": "3", "author": {"id": "6"}}])");
    host_.answer("messages.list", R"([{"id": "2", "author": {"id": "6"}}])");
    for (int i = 0; i < 2; ++i) {
        host_.command("purge", R"({"count": 1})", {.event = "77"});
        EXPECT_TRUE(host_.click("Delete"));
        EXPECT_EQ(host_.answers().back(), "1 message was deleted.");
        host_.fail("messages.delete", RK_E_NOT_FOUND, "unknown message");
    }
    for (const auto& call : host_.calls()) {
        if (call.operation == "messages.delete") {
            EXPECT_EQ(call.text("messageId"), "3");
        }
    }
    EXPECT_EQ(count("messages.delete"), 2U);
}

TEST_F(ModerationTest, a_purge_that_nobody_confirms_deletes_nothing) {
    host_.command("purge", R"({"count": 5})");
    host_.advance(std::chrono::seconds(60));
    EXPECT_EQ(host_.answers().back(), "Nobody answered: all is there.");
    EXPECT_EQ(count("messages.list"), 0U);
}

TEST_F(ModerationTest, slow_mode_and_settings_are_set) {
    host_.command("slowmode", R"({"time": 90})");
    EXPECT_EQ(host_.answers().back(), "One message in 1 minute 30 seconds.");
    host_.command("moderation log", R"({"channel": {"id": "77"}})");
    EXPECT_EQ(host_.setting("1", "log"), "\"77\"");
    host_.command("moderation log");
    EXPECT_EQ(host_.setting("1", "log"), "");
    host_.command("moderation tell", R"({"yes": false})");
    EXPECT_EQ(host_.setting("1", "tell"), "false");
}

}  // namespace
