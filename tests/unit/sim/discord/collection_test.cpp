#include "unit/sim/discord/sim_fixture.hpp"

namespace rookery::sim::testing {
namespace {

/// One family of things that REST keeps, with a body that makes one.
struct Family {
    const char* name;
    std::string path;  ///< behind /guilds/ID
    Json body;
    Json change;
    const char* event;  ///< that the creation is told by
    const char* id_key = "id";
};

class CollectionOf : public SimTest, public ::testing::WithParamInterface<Family> {
  protected:
    void SetUp() override {
        Options options;
        options.rate_limits = false;
        start(std::move(options));
    }
};

TEST_P(CollectionOf, is_created_read_changed_and_deleted) {
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto& family = GetParam();
    const auto path = "/guilds/" + guild() + family.path;
    const auto made = rest("POST", path, family.body);
    ASSERT_LT(made.status, 300) << made.text;
    EXPECT_FALSE(client.until(family.event).is_null());
    EXPECT_EQ(client.until("GUILD_AUDIT_LOG_ENTRY_CREATE")["d"]["target_id"],
              made.body[family.id_key]);
    const auto one = path + "/" + made.body[family.id_key].get<std::string>();
    EXPECT_EQ(rest("GET", one).body[family.id_key], made.body[family.id_key]);
    const auto changed = rest("PATCH", one, family.change);
    EXPECT_EQ(changed.body["name"], family.change["name"]) << changed.text;
    EXPECT_EQ(rest("DELETE", one).status, 204);
    EXPECT_EQ(rest("GET", one).status, 404);
}

TEST_P(CollectionOf, refuses_a_body_without_a_name_in_tree_form) {
    const auto& family = GetParam();
    auto body = family.body;
    body.erase("name");
    const auto reply = rest("POST", "/guilds/" + guild() + family.path, body);
    EXPECT_EQ(reply.body["code"], 50'035);
    EXPECT_EQ(reply.body["errors"]["name"]["_errors"][0]["code"], "BASE_TYPE_REQUIRED");
}

INSTANTIATE_TEST_SUITE_P(
    All, CollectionOf,
    ::testing::Values(Family{"emojis",
                             "/emojis",
                             {{"name", "party"}, {"image", "data:image/png;base64,AA=="}},
                             {{"name", "feast"}},
                             "GUILD_EMOJIS_UPDATE"},
                      Family{"sounds",
                             "/soundboard-sounds",
                             {{"name", "caw"}, {"sound", "data:audio/ogg;base64,AA=="}},
                             {{"name", "croak"}},
                             "GUILD_SOUNDBOARD_SOUND_CREATE",
                             "sound_id"},
                      Family{"events",
                             "/scheduled-events",
                             {{"name", "meeting"},
                              {"privacy_level", 2},
                              {"entity_type", 3},
                              {"entity_metadata", {{"location", "here"}}},
                              {"scheduled_start_time", "2030-01-01T00:00:00Z"},
                              {"scheduled_end_time", "2030-01-01T01:00:00Z"}},
                             {{"name", "party"}},
                             "GUILD_SCHEDULED_EVENT_CREATE"},
                      Family{"rules",
                             "/auto-moderation/rules",
                             {{"name", "words"},
                              {"event_type", 1},
                              {"trigger_type", 1},
                              {"actions", Json::array({{{"type", 1}}})}},
                             {{"name", "bad words"}},
                             "AUTO_MODERATION_RULE_CREATE"}),
    [](const auto& test) { return std::string(test.param.name); });

class RestFamilies : public SimTest {
  protected:
    void SetUp() override {
        Options options;
        options.rate_limits = false;
        start(std::move(options));
    }
    std::string user(const std::string& name) {
        return act({{"do", "presence"}, {"user", name}})["id"];
    }
    std::string messages() { return "/channels/" + channel() + "/messages"; }
    std::string written(const std::string& text) {
        return rest("POST", messages(), {{"content", text}}).body["id"];
    }
};

TEST_F(RestFamilies, audit_log_keeps_the_reason) {
    const auto path = "/guilds/" + guild() + "/members/" + user("bob");
    const auto kicked = call(addresses().api_url, "DELETE", path, "",
                             {{"X-Audit-Log-Reason", "too%20loud%20%F0%9F%90%A6"}});
    EXPECT_EQ(kicked.status, 204);
    const auto log = rest("GET", "/guilds/" + guild() + "/audit-logs?action_type=20");
    ASSERT_EQ(log.body["audit_log_entries"].size(), 1);
    EXPECT_EQ(log.body["audit_log_entries"][0]["reason"], "too loud 🐦");
}

TEST_F(RestFamilies, ban_removes_the_member_and_can_be_lifted) {
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto bob = user("bob");
    const auto path = "/guilds/" + guild() + "/bans/" + bob;
    EXPECT_EQ(rest("PUT", path, {{"delete_message_seconds", 0}}).status, 204);
    EXPECT_EQ(client.until("GUILD_MEMBER_REMOVE")["d"]["user"]["id"], bob);
    EXPECT_EQ(client.until("GUILD_BAN_ADD")["d"]["user"]["id"], bob);
    EXPECT_EQ(rest("GET", path).body["user"]["username"], "bob");
    EXPECT_EQ(rest("DELETE", path).status, 204);
    EXPECT_EQ(rest("GET", path).body["code"], 10'026);
}

TEST_F(RestFamilies, timeout_is_told_as_a_member_update) {
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto until = "2030-01-01T00:00:00+00:00";
    const auto path = "/guilds/" + guild() + "/members/" + user("bob");
    EXPECT_EQ(rest("PATCH", path, {{"communication_disabled_until", until}}).status, 200);
    EXPECT_EQ(client.until("GUILD_MEMBER_UPDATE")["d"]["communication_disabled_until"], until);
}

TEST_F(RestFamilies, thread_from_a_message_has_its_id) {
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto message = written("start here");
    const auto thread = rest("POST", messages() + "/" + message + "/threads", {{"name", "talk"}});
    ASSERT_EQ(thread.status, 201) << thread.text;
    EXPECT_EQ(thread.body["id"], message);
    EXPECT_EQ(client.until("THREAD_CREATE")["d"]["newly_created"], true);
    EXPECT_EQ(rest("GET", "/guilds/" + guild() + "/threads/active").body["threads"].size(), 1);
    EXPECT_EQ(rest("PATCH", "/channels/" + message, {{"archived", true}}).status, 200);
    EXPECT_EQ(client.until("THREAD_UPDATE")["d"]["thread_metadata"]["archived"], true);
    EXPECT_EQ(
        rest("GET", "/channels/" + channel() + "/threads/archived/public").body["threads"].size(),
        1);
}

TEST_F(RestFamilies, pins_are_listed_with_their_time) {
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto message = written("remember this");
    EXPECT_EQ(rest("PUT", messages() + "/pins/" + message).status, 204);
    EXPECT_FALSE(client.until("CHANNEL_PINS_UPDATE").is_null());
    const auto pins = rest("GET", messages() + "/pins");
    ASSERT_EQ(pins.body["items"].size(), 1);
    EXPECT_EQ(pins.body["items"][0]["message"]["pinned"], true);
    EXPECT_EQ(rest("DELETE", messages() + "/pins/" + message).status, 204);
    EXPECT_EQ(rest("GET", messages() + "/pins").body["items"].size(), 0);
}

TEST_F(RestFamilies, channel_is_renamed_twice_in_ten_minutes) {
    Options options;
    start(std::move(options));  // with its limits
    const auto path = "/channels/" + channel();
    EXPECT_EQ(rest("PATCH", path, {{"name", "one"}}).status, 200);
    EXPECT_EQ(rest("PATCH", path, {{"name", "two"}}).status, 200);
    const auto third = rest("PATCH", path, {{"name", "three"}});
    EXPECT_EQ(third.status, 429);
    EXPECT_NE(third.headers.at("x-ratelimit-remaining"), "0");
    EXPECT_GT(third.body["retry_after"].get<double>(), 500);
    EXPECT_EQ(rest("PATCH", path, {{"nsfw", true}}).status, 200);
}

TEST_F(RestFamilies, webhook_writes_without_a_token_of_a_bot) {
    const auto made = rest("POST", "/channels/" + channel() + "/webhooks", {{"name", "news"}});
    ASSERT_EQ(made.status, 200) << made.text;
    const auto path = "/webhooks/" + made.body["id"].get<std::string>() + "/" +
                      made.body["token"].get<std::string>();
    const auto written =
        call(addresses().api_url, "POST", path + "?wait=true",
             R"({"content":"extra!","username":"The paper"})", {{"Authorization", ""}});
    EXPECT_EQ(written.body["author"]["username"], "The paper") << written.text;
    const auto message = path + "/messages/" + written.body["id"].get<std::string>();
    EXPECT_EQ(rest("PATCH", message, {{"content", "corrected"}}).body["content"], "corrected");
    EXPECT_EQ(rest("DELETE", message).status, 204);
    EXPECT_EQ(rest("POST", path + "x", {{"content", "?"}}).body["code"], 50'027);
}

TEST_F(RestFamilies, overwrite_reaches_the_channel) {
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto path = "/channels/" + channel() + "/permissions/" + guild();
    EXPECT_EQ(rest("PUT", path, {{"type", 0}, {"deny", "2048"}}).status, 204);
    EXPECT_EQ(client.until("CHANNEL_UPDATE")["d"]["permission_overwrites"][0]["deny"], "2048");
}

TEST_F(RestFamilies, poll_counts_its_votes) {
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const Json poll = {{"question", {{"text", "Tea?"}}},
                       {"answers", Json::array({{{"poll_media", {{"text", "yes"}}}},
                                                {{"poll_media", {{"text", "no"}}}}})}};
    const auto made = rest("POST", messages(), {{"poll", poll}});
    ASSERT_EQ(made.status, 200) << made.text;
    act({{"do", "poll_vote"}, {"channel", "general"}, {"user", "bob"}, {"answer", 2}});
    EXPECT_EQ(client.until("MESSAGE_POLL_VOTE_ADD")["d"]["answer_id"], 2);
    const auto id = made.body["id"].get<std::string>();
    EXPECT_EQ(rest("GET", "/channels/" + channel() + "/polls/" + id + "/answers/2")
                  .body["users"][0]["username"],
              "bob");
    EXPECT_EQ(rest("POST", "/channels/" + channel() + "/polls/" + id + "/expire")
                  .body["poll"]["results"]["is_finalized"],
              true);
}

TEST_F(RestFamilies, components_with_the_same_custom_id_are_refused) {
    const Json button = {{"type", 2}, {"style", 1}, {"label", "x"}, {"custom_id", "same"}};
    const auto reply =
        rest("POST", messages(),
             {{"content", "choose"},
              {"components", Json::array({{{"type", 1}, {"components", {button, button}}}})}});
    EXPECT_EQ(reply.body["errors"]["components"]["0"]["components"]["1"]["custom_id"]["_errors"][0]
                        ["code"],
              "COMPONENT_CUSTOM_ID_DUPLICATED")
        << reply.text;
}

TEST_F(RestFamilies, wrong_command_names_its_option) {
    const auto application = rest("GET", "/applications/@me").body["id"].get<std::string>();
    const Json bad = Json::array(
        {{{"name", "ok"},
          {"description", "fine"},
          {"options", Json::array({{{"name", "Not Good"}, {"type", 3}, {"description", "d"}}})}}});
    const auto reply = rest("PUT", "/applications/" + application + "/commands", bad);
    EXPECT_EQ(reply.status, 400);
    EXPECT_TRUE(reply.body["errors"]["0"]["options"]["0"].contains("name")) << reply.text;
}

TEST_F(RestFamilies, people_do_through_acts_what_bots_do_through_rest) {
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    act({{"do", "emoji_create"}, {"name", "party"}, {"as", "bob"}, {"reason", "a feast"}});
    EXPECT_EQ(client.until("GUILD_EMOJIS_UPDATE")["d"]["emojis"][0]["name"], "party");
    const auto entry = client.until("GUILD_AUDIT_LOG_ENTRY_CREATE")["d"];
    EXPECT_EQ(entry["reason"], "a feast");
    EXPECT_EQ(entry["user_id"], user("bob"));
}

TEST_F(RestFamilies, many_invalid_requests_shut_an_address_out) {
    Options options;
    options.invalid_requests = 3;
    start(std::move(options));
    for (int i = 0; i < 3; ++i) {
        const auto reply =
            call(addresses().api_url, "GET", "/users/@me", "", {{"Authorization", "Bot wrong"}});
        EXPECT_EQ(reply.status, 401);
    }
    const auto out = rest("GET", "/users/@me");
    EXPECT_EQ(out.status, 429);
    EXPECT_FALSE(out.headers.contains("via"));
    EXPECT_TRUE(out.body.is_discarded());
}

}  // namespace
}  // namespace rookery::sim::testing
