#include "unit/sim/community/platform_fixture.hpp"

#include <thread>

namespace rookery::sim::testing {
namespace {

class GuildedRest : public PlatformTest {
  protected:
    std::string messages() { return "/channels/" + channel() + "/messages"; }
};

TEST_F(GuildedRest, a_wrong_token_gets_401_with_code_and_message) {
    play("guilded");
    const auto reply =
        call(addresses().api_url, "GET", messages(), "", {{"Authorization", "Bearer other"}});
    EXPECT_EQ(reply.status, 401U);
    EXPECT_EQ(reply.body["code"], "UnauthorizedError");
}

TEST_F(GuildedRest, a_message_is_made_with_201_and_changed_and_removed) {
    play("guilded");
    const auto made = ask("POST", messages(), {{"content", "hi"}});
    ASSERT_EQ(made.status, 201U) << made.text;
    const auto id = made.body["message"]["id"].get<std::string>();
    EXPECT_EQ(last_text("general"), "hi");
    EXPECT_EQ(ask("PUT", messages() + "/" + id, {{"content", "ho"}}).status, 200U);
    EXPECT_EQ(ask("GET", messages() + "/" + id).body["message"]["content"], "ho");
    EXPECT_EQ(ask("PUT", messages() + "/" + id + "/emotes/90001164").status, 204U);
    EXPECT_EQ(ask("DELETE", messages() + "/" + id + "/emotes/90001164").status, 204U);
    EXPECT_EQ(ask("POST", messages() + "/" + id + "/pin").status, 204U);
    EXPECT_EQ(ask("DELETE", messages() + "/" + id).status, 204U);
    EXPECT_EQ(ask("GET", messages() + "/" + id).status, 404U);
}

TEST_F(GuildedRest, what_cannot_be_a_message_is_refused) {
    play("guilded");
    EXPECT_EQ(ask("POST", messages(), Json::object()).status, 400U);
    EXPECT_EQ(ask("POST", messages(), {{"content", ""}}).status, 400U);
    EXPECT_EQ(ask("POST", messages(), {{"content", 7}}).status, 400U);
    EXPECT_EQ(ask("POST", messages(), {{"content", std::string(4'001, 'x')}}).status, 400U);
    EXPECT_EQ(ask("POST", messages(), {{"content", "x"}, {"replyMessageIds", {"nobody"}}}).status,
              400U);
    const auto broken = call(addresses().api_url, "POST", messages(), "{", credentials_);
    EXPECT_EQ(broken.status, 400U);
    EXPECT_TRUE(violated("guilded_bad_body"));
}

TEST_F(GuildedRest, the_history_ends_where_it_is_asked_to) {
    play("guilded");
    for (const auto* text : {"a", "b", "c"}) {
        (void)ask("POST", messages(), {{"content", text}});
    }
    const auto two = ask("GET", messages() + "?limit=2");
    ASSERT_EQ(two.body["messages"].size(), 2U);
    EXPECT_EQ(two.body["messages"][0]["content"], "c");
    EXPECT_EQ(ask("GET", messages() + "?limit=0").status, 400U);
}

TEST_F(GuildedRest, servers_members_and_roles_are_told) {
    play("guilded");
    const auto servers = ask("GET", "/users/@me/servers");
    ASSERT_EQ(servers.status, 200U);
    const auto server = servers.body["servers"][0]["id"].get<std::string>();
    EXPECT_EQ(servers.body["servers"][0]["name"], "Rookery");
    EXPECT_EQ(ask("GET", "/servers/" + server + "/members").body["members"].size(), 10U);
    const auto owner = servers.body["servers"][0]["ownerId"].get<std::string>();
    const auto path = "/servers/" + server + "/members/" + owner;
    EXPECT_EQ(ask("GET", path).body["member"]["user"]["name"], "Alice");
    EXPECT_EQ(ask("PUT", path + "/nickname", {{"nickname", "Al"}}).status, 200U);
    EXPECT_EQ(ask("GET", path).body["member"]["nickname"], "Al");
    const auto role = ask("GET", "/servers/" + server + "/roles").body["roles"][1]["id"].dump();
    EXPECT_EQ(ask("DELETE", path + "/roles/" + role).status, 204U);
    EXPECT_EQ(ask("DELETE", path).status, 204U);
    EXPECT_EQ(ask("GET", path).status, 404U);
}

TEST_F(GuildedRest, what_lies_beside_messages_is_kept_and_told) {
    play("guilded");
    WireSocket client(gateway(), credentials_);
    (void)client.next();
    const auto topics = "/channels/" + channel() + "/topics";
    EXPECT_EQ(ask("POST", topics, Json::object()).status, 400U);
    const auto made = ask("POST", topics, {{"title", "rules"}, {"content", "be kind"}});
    ASSERT_EQ(made.status, 201U) << made.text;
    EXPECT_NE(client.next()->find("ForumTopicCreated"), std::string::npos);
    const auto path = topics + "/" + made.body["forumTopic"]["id"].dump();
    EXPECT_EQ(ask("PATCH", path, {{"title", "Rules"}}).body["forumTopic"]["title"], "Rules");
    EXPECT_EQ(ask("GET", topics).body["forumTopics"].size(), 1U);
    EXPECT_EQ(ask("DELETE", path).status, 204U);
    EXPECT_EQ(ask("GET", path).status, 404U);
    const auto hooks = "/servers/" + guild() + "/webhooks";
    const auto hook = ask("POST", hooks, {{"name", "w"}, {"channelId", channel()}});
    EXPECT_EQ(hook.status, 201U);
    EXPECT_TRUE(client.until("ServerWebhookCreated"));
}

TEST_F(GuildedRest, an_unknown_route_is_told_as_a_violation) {
    play("guilded");
    EXPECT_EQ(ask("GET", "/nonsense").status, 404U);
    EXPECT_TRUE(violated("guilded_unknown_route"));
}

TEST_F(GuildedRest, a_limit_comes_with_and_without_its_time) {
    play("guilded");
    fault({{"kind", "rest_429"}, {"retry_after", 2}});
    const auto limited = ask("GET", "/users/@me/servers");
    EXPECT_EQ(limited.status, 429U);
    EXPECT_EQ(limited.headers.at("retry-after"), "2");
    EXPECT_EQ(ask("GET", "/users/@me/servers").status, 200U);
    EXPECT_TRUE(violated("guilded_rate_limit_ignored"));
    fault({{"kind", "rest_429"}, {"no_header", true}});
    EXPECT_FALSE(ask("GET", "/users/@me/servers").headers.contains("retry-after"));
}

TEST_F(GuildedRest, say_gives_what_the_bot_answers) {
    play("guilded");
    WireSocket client(gateway(), credentials_);
    (void)client.next();
    const auto path = messages();
    std::thread bot([&] {
        (void)client.until("!ping");
        (void)ask("POST", path, {{"content", "pong"}});
    });
    const auto answer = control_->post(
        "/_sim/say", {{"channel", "#general"}, {"user", "alice"}, {"text", "!ping"}});
    bot.join();
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ((*answer)["answer"], "pong");
}

TEST_F(GuildedRest, a_load_is_counted_by_what_the_bot_writes) {
    play("guilded");
    WireSocket client(gateway(), credentials_);
    const auto me = Json::parse(*client.next())["d"]["user"]["id"];
    const auto run = control_->post("/_sim/load", {{"rate", 200}, {"seconds", 0.05}});
    ASSERT_TRUE(run) << run.error().message();
    for (unsigned answered = 0; answered < (*run)["total"].get<unsigned>();) {
        const auto text = client.until("ChatMessageCreated");
        ASSERT_TRUE(text);
        const auto message = Json::parse(*text)["d"]["message"];
        if (message["createdBy"] != me) {
            (void)ask("POST", "/channels/" + message["channelId"].get<std::string>() + "/messages",
                      {{"content", message["content"]}});
            ++answered;
        }
    }
    const auto verdict = look("/_sim/verdict?settle_ms=50");
    EXPECT_EQ(verdict["handled"], (*run)["total"]);
    EXPECT_EQ(verdict["lost"], 0);
}

}  // namespace
}  // namespace rookery::sim::testing
