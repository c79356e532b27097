#include "unit/sim/community/platform_fixture.hpp"

namespace rookery::sim::testing {
namespace {

class GuildedUser : public PlatformTest {
  protected:
    void play_user(Options options = {}) {
        play("guilded", std::move(options));
        mid_ = addresses().more.at("user_session");
        credentials_ = {
            {"Cookie", std::string("hmac_signed_session=") + kDemoToken + "; guilded_mid=" + mid_}};
    }
    WireReply user(const std::string& method, const std::string& path, const Json& body = nullptr) {
        return call(addresses().more.at("user_api_url"), method, path,
                    body.is_null() ? "" : body.dump(), credentials_);
    }
    WireSocket connect(const std::string& more = "") {
        const auto base = addresses().more.at("user_gateway_url");
        return WireSocket("ws" + base.substr(4) +
                              "/socket.io/?jwt=undefined&EIO=3&transport=websocket"
                              "&guildedClientId=" +
                              mid_ + more,
                          credentials_);
    }
    static Json event(const std::optional<std::string>& frame) {
        return frame && frame->starts_with("42") ? Json::parse(frame->substr(2), nullptr, false)
                                                 : Json();
    }
    static Json markdown(const std::string& text) {
        return Json::parse(R"({"object":"value","document":{"object":"document","data":{},"nodes":[
            {"object":"block","type":"markdown-plain-text","data":{},"nodes":[
            {"object":"text","leaves":[{"object":"leaf","text":"","marks":[]}]}]}]}})")
            .patch(Json::array({{{"op", "replace"},
                                 {"path", "/document/nodes/0/nodes/0/leaves/0/text"},
                                 {"value", text}}}));
    }
    std::string messages() { return "/channels/" + channel() + "/messages"; }

    std::string mid_;
};

constexpr const char* kUuid = "11111111-2222-4333-8444-555555555555";

TEST_F(GuildedUser, a_login_gives_the_cookies) {
    play_user();
    const auto api = addresses().more.at("user_api_url");
    const Json right = {{"email", "rookery@example.invalid"}, {"password", kDemoToken}};
    const auto reply = call(api, "POST", "/login", right.dump());
    EXPECT_EQ(reply.status, 200U);
    EXPECT_TRUE(reply.body.contains("user"));
    EXPECT_TRUE(reply.headers.contains("set-cookie"));
    EXPECT_EQ(call(api, "POST", "/login", R"({"email":"a","password":"b"})").status, 401U);
    EXPECT_EQ(call(api, "POST", "/login", "{}").status, 400U);
    EXPECT_EQ(user("GET", "/me").body["teams"][0]["name"], "Rookery");
    EXPECT_EQ(call(api, "GET", "/me").status, 401U);
}

TEST_F(GuildedUser, a_socket_begins_with_the_open_packet_and_forty) {
    play_user();
    auto client = connect();
    EXPECT_TRUE(client.next()->starts_with("0{"));
    EXPECT_EQ(client.next(), "40");
    client.send("2");
    EXPECT_EQ(client.next(), "3");
}

TEST_F(GuildedUser, strangers_are_refused) {
    play_user();
    mid_ = "nobody";
    credentials_.clear();
    EXPECT_EQ(connect().status(), 401U);
    const auto base = addresses().more.at("user_gateway_url");
    WireSocket wrong("ws" + base.substr(4) + "/socket.io/?EIO=4&transport=websocket");
    EXPECT_EQ(wrong.status(), 400U);
}

TEST_F(GuildedUser, a_silent_client_is_closed) {
    Options options;
    options.heartbeat_interval = Millis{40};
    play_user(options);
    auto client = connect();
    (void)client.next();
    (void)client.next();
    EXPECT_NE(client.close_code(), 0U);
    EXPECT_TRUE(violated("engine_heartbeat"));
}

TEST_F(GuildedUser, messages_come_on_both_sockets_and_others_on_that_of_the_team) {
    play_user();
    auto account = connect();
    auto team = connect("&teamId=" + guild());
    for (auto* client : {&account, &team}) {
        (void)client->next();
        (void)client->next();
    }
    (void)act({{"do", "write"}, {"channel", "general"}, {"text", "a **bold** word"}});
    const auto one = event(account.next());
    EXPECT_EQ(one[0], "ChatMessageCreated");
    EXPECT_EQ(one[1]["type"], "ChatMessageCreated");
    EXPECT_EQ(event(team.next())[1]["message"]["id"], one[1]["message"]["id"]);
    const auto& leaves = one[1]["message"]["content"]["document"]["nodes"][0]["nodes"][0]["leaves"];
    EXPECT_EQ(leaves[1]["text"], "bold");
    EXPECT_EQ(leaves[1]["marks"][0]["type"], "bold");
    (void)act({{"do", "join"}, {"user", "zoe"}});
    EXPECT_EQ(event(team.next())[0], "TeamMemberJoined");
    (void)act({{"do", "role_create"}, {"name", "painter"}});
    EXPECT_EQ(event(team.next())[0], "teamRolesUpdated");
    EXPECT_FALSE(account.next(milliseconds(50)));
}

TEST_F(GuildedUser, a_message_has_the_clients_own_id_once) {
    play_user();
    auto client = connect();
    (void)client.next();
    (void)client.next();
    const Json body = {{"messageId", kUuid}, {"content", markdown("from **me**")}};
    EXPECT_EQ(user("POST", messages(), body).status, 200U);
    const auto echo = event(client.next());
    EXPECT_EQ(echo[1]["guildedClientId"], mid_);
    EXPECT_EQ(echo[1]["message"]["content"]["document"]["nodes"][0]["type"], "paragraph");
    EXPECT_EQ(last_text("general"), "from **me**");
    EXPECT_EQ(user("POST", messages(), body).status, 400U);
    EXPECT_EQ(user("POST", messages(), {{"messageId", "x"}, {"content", markdown("y")}}).status,
              400U);
    EXPECT_EQ(user("PUT", messages() + "/" + kUuid, {{"content", markdown("new")}}).status, 200U);
    EXPECT_EQ(event(client.next())[0], "ChatMessageUpdated");
    EXPECT_EQ(user("POST", messages() + "/" + kUuid + "/reactions/90001164").status, 200U);
    EXPECT_EQ(event(client.next())[0], "ChatMessageReactionAdded");
    EXPECT_EQ(user("DELETE", messages() + "/" + kUuid).status, 200U);
    EXPECT_EQ(event(client.next())[0], "ChatMessageDeleted");
}

TEST_F(GuildedUser, typing_goes_by_the_socket) {
    play_user();
    auto client = connect();
    (void)client.next();
    (void)client.next();
    client.send("42" + Json::array({"ChatChannelTyping", {{"channelId", channel()}}}).dump());
    EXPECT_EQ(event(client.next())[0], "ChatChannelTyping");
    client.send(R"(42["Nonsense",{}])");
    client.send("2");
    (void)client.next();
    EXPECT_TRUE(violated("guilded_unknown_request"));
}

TEST_F(GuildedUser, what_was_missed_can_be_read) {
    play_user();
    (void)act({{"do", "write"}, {"channel", "general"}, {"text", "missed"}});
    const auto all = user("GET", messages() + "?afterDate=2020-01-01T00:00:00.000Z");
    EXPECT_EQ(all.body["messages"].size(), 1U);
    EXPECT_EQ(
        user("GET", messages() + "?afterDate=2120-01-01T00:00:00.000Z").body["messages"].size(),
        0U);
}

TEST_F(GuildedUser, a_ban_is_set_with_delete_and_lifted_with_put) {
    play_user();
    const auto state = look("/_sim/state")["guilds"][0];
    std::string bob;
    for (const auto& member : state["members"]) {
        bob = member["name"] == "bob" ? member["id"].get<std::string>() : bob;
    }
    const auto path = "/teams/" + guild() + "/members/" + bob + "/ban";
    EXPECT_EQ(user("DELETE", path, Json::object()).status, 200U);
    EXPECT_EQ(user("GET", "/teams/" + guild() + "/members/ban").body["bans"].size(), 1U);
    EXPECT_EQ(user("PUT", path).status, 200U);
    EXPECT_EQ(user("GET", "/teams/" + guild() + "/members/ban").body["bans"].size(), 0U);
}

}  // namespace
}  // namespace rookery::sim::testing
