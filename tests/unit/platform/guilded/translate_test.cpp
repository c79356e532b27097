#include "platform/guilded/translate.hpp"

#include "protocol/guilded/json_scan.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace rookery::guilded {
namespace {

using model::EventType;
using nlohmann::json;

constexpr std::string_view kMessage =
    R"j({"serverId":"s1","message":{"id":"m1","channelId":"c1","createdBy":"u1",
    "content":"hi <@aB3dE5f7> ![pic](https://x.example/a.png)",
    "mentions":{"users":[{"id":"aB3dE5f7"}]}}})j";

json context(const Translation& what, std::size_t part = 0) {
    return json::parse(what.parts.at(part).context);
}

TEST(Translate, a_message_knows_where_and_who) {
    Seen seen;
    seen.learn_user(R"({"id":"aB3dE5f7","name":"Lena"})");
    seen.learn_member("s1", R"({"user":{"id":"u1","name":"Kim","type":"bot"},"nickname":"K"})");
    const auto what = translate(Flavour::bot, "ChatMessageCreated", kMessage, true, seen);
    EXPECT_EQ(what.identity, "message:m1");
    ASSERT_EQ(what.parts.size(), 1U);
    EXPECT_EQ(what.parts[0].type, EventType::message_create);
    const json known = context(what);
    EXPECT_EQ(known["place"], json({{"guildId", "s1"}, {"channelId", "c1"}}));
    EXPECT_EQ(known["user"]["name"], "Kim");
    EXPECT_EQ(known["user"]["bot"], true);
    EXPECT_EQ(known["member"]["nickname"], "K");
    EXPECT_EQ(known["names"]["aB3dE5f7"], "Lena");
    EXPECT_EQ(known["attachments"][0]["url"], "https://x.example/a.png");
}

TEST(Translate, an_edit_and_a_deletion_have_what_was_there) {
    Seen seen;
    (void)translate(Flavour::bot, "ChatMessageCreated", kMessage, false, seen);
    const auto edit = translate(
        Flavour::bot, "ChatMessageUpdated",
        R"({"serverId":"s1","message":{"id":"m1","channelId":"c1","content":"new","createdBy":"u1","updatedAt":"2026-01-01T00:00:00.000Z"}})",
        true, seen);
    EXPECT_EQ(edit.identity, "edited:m1:2026-01-01T00:00:00.000Z");
    EXPECT_EQ(context(edit)["old"]["id"], "m1");
    const auto gone =
        translate(Flavour::bot, "ChatMessageDeleted",
                  R"({"serverId":"s1","message":{"id":"m1","channelId":"c1"}})", true, seen);
    EXPECT_EQ(context(gone)["old"]["content"], "new");
    const auto again =
        translate(Flavour::bot, "ChatMessageDeleted",
                  R"({"serverId":"s1","message":{"id":"m1","channelId":"c1"}})", true, seen);
    EXPECT_FALSE(context(again).contains("old"));
}

TEST(Translate, a_document_tells_mentions_and_files) {
    Seen seen;
    const auto what = translate(
        Flavour::user, "ChatMessageCreated",
        R"({"teamId":"t1","channelId":"c1","message":{"id":"m1","createdBy":"u1","content":{"object":"value","document":{"nodes":[
            {"object":"block","type":"image","data":{"src":"https:\/\/x.example\/dir\/cat.png?s=1"},"nodes":[]},
            {"object":"inline","type":"mention","data":{"mention":{"type":"person","id":"u2"}},"nodes":[]}]}}}})",
        true, seen);
    const json known = context(what);
    EXPECT_EQ(known["attachments"][0]["name"], "cat.png");
    EXPECT_EQ(known["mentions"]["users"][0]["id"], "u2");
    EXPECT_EQ(known["place"]["guildId"], "t1");
}

TEST(Translate, a_list_becomes_an_event_for_each) {
    Seen seen;
    const auto roles = translate(
        Flavour::bot, "ServerRolesUpdated",
        R"({"serverId":"s","memberRoleIds":[{"userId":"a","roleIds":[1]},{"userId":"b","roleIds":[]}]})",
        true, seen);
    ASSERT_EQ(roles.parts.size(), 2U);
    EXPECT_EQ(context(roles, 1)["entry"]["userId"], "b");
    const auto gone = translate(Flavour::user, "TeamChannelsDeleted",
                                R"({"teamId":"t","channelIds":["x","y"]})", true, seen);
    ASSERT_EQ(gone.parts.size(), 2U);
    EXPECT_EQ(gone.parts[0].type, EventType::channel_delete);
    const auto removed = translate(Flavour::user, "TeamMembersRemoved",
                                   R"({"teamId":"t","userIds":["x","y","z"]})", true, seen);
    EXPECT_EQ(removed.parts.size(), 3U);
}

TEST(Translate, roles_of_a_team_are_told_by_what_changed) {
    Seen seen;
    const auto one = [&](const char* payload) {
        return translate(Flavour::user, "teamRolesUpdated", payload, true, seen);
    };
    (void)one(
        R"({"teamId":"t","rolesById":{"1":{"id":1,"name":"a"},"2":{"id":2,"name":"b"},"baseRole":{"id":1}}})");
    const auto what = one(
        R"({"teamId":"t","rolesById":{"1":{"id":1,"name":"A"},"3":{"id":3,"name":"c"},"baseRole":{"id":1}}})");
    ASSERT_EQ(what.parts.size(), 3U);
    EXPECT_EQ(what.parts[0].type, EventType::role_update);
    EXPECT_EQ(what.parts[1].type, EventType::role_create);
    EXPECT_EQ(what.parts[2].type, EventType::role_delete);
}

TEST(Translate, channels_with_a_parent_are_threads) {
    Seen seen;
    const auto made =
        translate(Flavour::bot, "ServerChannelCreated",
                  R"({"serverId":"s","channel":{"id":"x","parentId":"c"}})", true, seen);
    EXPECT_EQ(made.parts.at(0).type, EventType::thread_create);
    const auto changed = translate(Flavour::bot, "ServerChannelUpdated",
                                   R"({"serverId":"s","channel":{"id":"y"}})", true, seen);
    EXPECT_EQ(changed.parts.at(0).type, EventType::channel_update);
    const auto archived =
        translate(Flavour::user, "TEAM_CHANNEL_ARCHIVED", R"({"channelId":"x"})", true, seen);
    EXPECT_EQ(archived.parts.at(0).type, EventType::thread_update);
}

TEST(Translate, answers_to_an_invitation_come_and_go) {
    Seen seen;
    const auto type = [&](const char* status) {
        const std::string payload =
            R"({"serverId":"s","calendarEventRsvp":{"calendarEventId":7,"userId":"u","status":")" +
            std::string(status) + "\"}}";
        return translate(Flavour::bot, "CalendarEventRsvpUpdated", payload, true, seen)
            .parts.at(0)
            .type;
    };
    EXPECT_EQ(type("going"), EventType::guild_scheduled_event_user_add);
    EXPECT_EQ(type("declined"), EventType::guild_scheduled_event_user_remove);
}

TEST(Translate, odd_payloads_do_no_harm) {
    for (const std::string_view name :
         {"ChatMessageCreated", "ChatMessageUpdated", "ChatMessageDeleted", "ServerMemberUpdated",
          "ServerRolesUpdated", "teamRolesUpdated", "TeamMembersRemoved", "ServerChannelCreated",
          "CalendarEventRsvpManyUpdated", "USER_TEAMS_UPDATED", "TeamChannelsDeleted",
          "ChatChannelTyping", "_WelcomeMessage", "CalendarEventCreated", "Unheard"}) {
        for (
            const std::string_view payload :
            {"{}", R"({"message":null,"member":7,"channel":"x","memberRoleIds":{}})",
             R"({"serverId":{},"message":[],"userInfo":[1],"userIds":"x","rolesById":[]})",
             R"({"message":{"id":{}},"memberRoleIds":[null,1,"x",[]],"rolesById":{"1":null}})",
             R"({"teamId":"t","message":{"id":"x","content":{"document":7}},"channelIds":[{},null]})"}) {
            Seen seen;
            for (const auto flavour : {Flavour::bot, Flavour::user}) {
                const auto what = translate(flavour, name, payload, true, seen);
                for (const auto& part : what.parts) {
                    EXPECT_TRUE(part.context.empty() || json::accept(part.context))
                        << name << ' ' << payload << ' ' << part.context;
                }
            }
        }
    }
}

TEST(SeenTexts, forgets_what_was_used_longest_ago) {
    SeenTexts texts(16'000);
    for (int i = 0; i < 200; ++i) {
        texts.put("k" + std::to_string(i), std::string(100, 'x'));
        EXPECT_FALSE(texts.find("k0").empty());
    }
    EXPECT_LE(texts.bytes(), std::size_t{16'000});
    EXPECT_TRUE(texts.find("k1").empty());
    EXPECT_FALSE(texts.find("k199").empty());
    texts.put("big", std::string(2'000, 'x'));
    EXPECT_TRUE(texts.find("big").empty());
}

}  // namespace
}  // namespace rookery::guilded
