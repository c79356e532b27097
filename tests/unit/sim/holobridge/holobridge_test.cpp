#include "unit/sim/community/platform_fixture.hpp"

namespace rookery::sim::testing {
namespace {

class HoloBridge : public PlatformTest {
  protected:
    HoloBridge() { credentials_ = {{"X-API-Key", kDemoToken}}; }

    std::unique_ptr<WireSocket> connect(const std::string& key = kDemoToken) {
        auto client = std::make_unique<WireSocket>("ws" + gateway().substr(4) +
                                                   "/socket.io/?EIO=4&transport=websocket");
        (void)client->next();
        client->send("40" + Json{{"apiKey", key}}.dump());
        return client;
    }
    std::unique_ptr<WireSocket> subscribed() {
        auto client = connect();
        (void)client->next();
        client->send("42" + Json::array({"subscribe", {{"guildIds", {guild()}}}}).dump());
        (void)client->next();
        return client;
    }
    static Json envelope(const std::optional<std::string>& frame) {
        return frame ? Json::parse(frame->substr(2), nullptr, false)[1] : Json();
    }
    std::string messages() { return "/api/channels/" + channel() + "/messages"; }
};

TEST_F(HoloBridge, a_wrong_key_is_an_error_and_a_second_try_succeeds) {
    play("holobridge");
    auto client = connect("other");
    EXPECT_EQ(client->next(), R"(44{"message":"Invalid API key"})");
    client->send("40" + Json{{"apiKey", kDemoToken}}.dump());
    EXPECT_TRUE(client->next()->starts_with("40{"));
}

TEST_F(HoloBridge, only_guilds_that_are_subscribed_to_are_told) {
    play("holobridge");
    auto client = connect();
    (void)client->next();
    (void)act({{"do", "write"}, {"channel", "general"}, {"text", "unheard"}});
    client->send("42" + Json::array({"subscribe", {{"guildIds", {guild(), "1"}}}}).dump());
    const auto answer = Json::parse(client->next()->substr(2));
    EXPECT_EQ(answer[0], "subscribed");
    EXPECT_EQ(answer[1]["guildIds"], Json::array({guild()}));
    (void)act({{"do", "write"}, {"channel", "general"}, {"text", "heard"}});
    const auto event = envelope(client->next());
    EXPECT_EQ(event["event"], "messageCreate");
    EXPECT_EQ(event["guildId"], guild());
    EXPECT_EQ(event["data"]["content"], "heard");
    EXPECT_EQ(event["data"]["author"]["username"], "alice");
    EXPECT_EQ(event["data"]["typeName"], "0");
}

TEST_F(HoloBridge, a_direct_message_goes_to_everybody) {
    play("holobridge");
    auto client = connect();
    (void)client->next();
    (void)act({{"do", "dm"}, {"user", "bob"}, {"text", "psst"}});
    const auto event = envelope(client->next());
    EXPECT_TRUE(event["guildId"].is_null());
    EXPECT_EQ(event["data"]["content"], "psst");
}

TEST_F(HoloBridge, an_update_has_what_was_and_what_is) {
    play("holobridge");
    auto client = subscribed();
    (void)act({{"do", "write"}, {"channel", "general"}, {"text", "before"}});
    (void)client->next();
    (void)act({{"do", "edit"}, {"channel", "general"}, {"text", "after"}});
    const auto event = envelope(client->next());
    EXPECT_EQ(event["event"], "messageUpdate");
    EXPECT_EQ(event["data"]["old"]["content"], "before");
    EXPECT_EQ(event["data"]["new"]["content"], "after");
}

TEST_F(HoloBridge, every_act_has_its_event) {
    play("holobridge");
    auto client = subscribed();
    (void)act({{"do", "write"}, {"channel", "general"}, {"text", "x"}});
    const std::vector<std::pair<Json, std::string>> acts = {
        {{{"do", "react"}, {"channel", "general"}}, "messageReactionAdd"},
        {{{"do", "unreact"}, {"channel", "general"}}, "messageReactionRemove"},
        {{{"do", "pin"}, {"channel", "general"}}, "channelPinsUpdate"},
        {{{"do", "delete"}, {"channel", "general"}}, "messageDelete"},
        {{{"do", "typing"}, {"channel", "general"}}, "typingStart"},
        {{{"do", "presence"}, {"status", "idle"}}, "presenceUpdate"},
        {{{"do", "join"}, {"user", "zoe"}}, "guildMemberAdd"},
        {{{"do", "nick"}, {"user", "zoe"}, {"nick", "Z"}}, "guildMemberUpdate"},
        {{{"do", "ban"}, {"user", "zoe"}}, "guildBanAdd"},
        {{{"do", "unban"}, {"user", "zoe"}}, "guildBanRemove"},
        {{{"do", "leave"}, {"user", "bob"}}, "guildMemberRemove"},
        {{{"do", "channel_create"}, {"name", "fresh"}}, "channelCreate"},
        {{{"do", "channel_update"}, {"channel", "fresh"}, {"topic", "t"}}, "channelUpdate"},
        {{{"do", "channel_delete"}, {"channel", "fresh"}}, "channelDelete"},
        {{{"do", "role_create"}, {"name", "painter"}}, "roleCreate"},
        {{{"do", "role_update"}, {"role", "painter"}, {"name", "poet"}}, "roleUpdate"},
        {{{"do", "role_delete"}, {"role", "poet"}}, "roleDelete"},
        {{{"do", "guild_update"}, {"name", "Nest"}}, "guildUpdate"},
    };
    for (const auto& [what, name] : acts) {
        (void)act(what);
        EXPECT_TRUE(client->until("\"event\":\"" + name + "\"", milliseconds(2'000))) << name;
    }
}

TEST_F(HoloBridge, a_subscription_without_ids_takes_everybody_down) {
    play("holobridge");
    auto client = connect();
    (void)client->next();
    client->send(R"(42["subscribe",null])");
    EXPECT_EQ(client->close_code(), 1006U);
    EXPECT_TRUE(violated("holobridge_fatal_request"));
}

TEST_F(HoloBridge, rest_answers_in_the_forms_of_the_bridge) {
    play("holobridge");
    EXPECT_EQ(call(addresses().api_url, "GET", "/api/guilds", "", {}).body["code"],
              "MISSING_API_KEY");
    EXPECT_EQ(call(addresses().api_url, "GET", "/api/guilds", "", {{"X-API-Key", "no"}}).status,
              401U);
    const auto guilds = ask("GET", "/api/guilds");
    EXPECT_EQ(guilds.body["success"], true);
    EXPECT_EQ(guilds.body["data"][0]["name"], "Rookery");
    EXPECT_EQ(guilds.headers.at("x-ratelimit-limit"), "100");
    const auto made = ask("POST", messages(), {{"content", "hello"}});
    EXPECT_EQ(made.status, 201U);
    const auto id = made.body["data"]["id"].get<std::string>();
    EXPECT_EQ(ask("PATCH", messages() + "/" + id, {{"content", "ho"}}).body["data"]["content"],
              "ho");
    EXPECT_EQ(ask("POST", messages() + "/" + id + "/reactions/%F0%9F%91%8D").body["data"],
              Json({{"reacted", true}}));
    EXPECT_EQ(ask("DELETE", messages() + "/" + id).body["data"], Json({{"deleted", true}}));
    EXPECT_EQ(ask("GET", messages() + "/" + id).body["code"], "MESSAGE_NOT_FOUND");
    const auto wrong = ask("POST", messages(), Json::object());
    EXPECT_EQ(wrong.status, 400U);
    EXPECT_EQ(wrong.body["error"], "Invalid request body");
    EXPECT_FALSE(wrong.body.contains("code"));
    EXPECT_EQ(ask("GET", "/api/nothing").body["code"], "NOT_FOUND");
    EXPECT_EQ(ask("GET", "/api/guilds/1").body["code"], "GUILD_NOT_FOUND");
}

TEST_F(HoloBridge, a_missing_scope_is_told_once_they_are_asked_for) {
    play("holobridge");
    fault({{"kind", "scopes"}, {"granted", {"read:guilds"}}});
    EXPECT_EQ(ask("GET", "/api/guilds").status, 200U);
    const auto refused = ask("POST", messages(), {{"content", "x"}});
    EXPECT_EQ(refused.status, 403U);
    EXPECT_EQ(refused.body["code"], "INSUFFICIENT_SCOPE");
}

TEST_F(HoloBridge, the_hundred_and_first_request_is_too_many) {
    play("holobridge");
    for (int i = 0; i < 100; ++i) {
        (void)ask("GET", "/api/guilds/1");
    }
    const auto limited = ask("GET", "/api/guilds/1");
    EXPECT_EQ(limited.status, 429U);
    EXPECT_EQ(limited.body["code"], "RATE_LIMITED");
    EXPECT_TRUE(limited.headers.contains("retry-after"));
}

}  // namespace
}  // namespace rookery::sim::testing
