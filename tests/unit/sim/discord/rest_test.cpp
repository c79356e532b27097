#include "unit/sim/discord/sim_fixture.hpp"

namespace rookery::sim::testing {
namespace {

class Rest : public SimTest {
  protected:
    std::string messages() { return "/channels/" + channel() + "/messages"; }
    std::string written(const std::string& text) {
        return act({{"do", "write"}, {"channel", "general"}, {"text", text}})["id"];
    }
};

TEST_F(Rest, wrong_token_is_401) {
    start();
    EXPECT_EQ(
        call(addresses().api_url, "GET", "/users/@me", "", {{"Authorization", "Bot x"}}).status,
        401);
    EXPECT_TRUE(violated("authorization"));
}

TEST_F(Rest, odd_user_agent_is_403) {
    start();
    const auto reply =
        call(addresses().api_url, "GET", "/users/@me", "", {{"User-Agent", "curl/8"}});
    EXPECT_EQ(reply.status, 403);
    EXPECT_EQ(reply.body["code"], 40'333);
}

TEST_F(Rest, broken_json_is_50109) {
    start();
    const auto reply = call(addresses().api_url, "POST", messages(), "{\"content\":");
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.body["code"], 50'109);
}

TEST_F(Rest, wrong_content_type_is_50035) {
    start();
    const auto reply =
        call(addresses().api_url, "POST", messages(), "a=b", {{"Content-Type", "text/plain"}});
    EXPECT_EQ(reply.body["code"], 50'035);
}

TEST_F(Rest, unknown_route_is_404_and_known_one_501) {
    start();
    EXPECT_EQ(rest("GET", "/no/such/thing").status, 404);
    EXPECT_EQ(rest("GET", "/guilds/1/templates").status, 501);
    EXPECT_TRUE(violated("not_simulated"));
}

TEST_F(Rest, gateway_bot_names_the_listener_and_the_budget) {
    start();
    const auto reply = rest("GET", "/gateway/bot");
    EXPECT_EQ(reply.body["url"], gateway());
    EXPECT_EQ(reply.body["session_start_limit"]["remaining"], 1'000);
}

TEST_F(Rest, new_message_comes_back_over_the_gateway) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto reply = rest("POST", messages(), {{"content", "hello"}, {"nonce", 7}});
    EXPECT_EQ(reply.status, 200);
    const auto event = client.until("MESSAGE_CREATE");
    EXPECT_EQ(event["d"]["id"], reply.body["id"]);
    EXPECT_EQ(event["d"]["nonce"], 7);
    EXPECT_EQ(event["d"]["guild_id"], guild());
    EXPECT_FALSE(reply.body.contains("guild_id"));
}

struct BadMessage {
    const char* name;
    Json body;
    int code;
};

class RestRefuses : public Rest, public ::testing::WithParamInterface<BadMessage> {};

TEST_P(RestRefuses, message_with_its_code) {
    start();
    const auto reply = rest("POST", messages(), GetParam().body);
    EXPECT_EQ(reply.status, 400) << reply.text;
    EXPECT_EQ(reply.body["code"], GetParam().code) << reply.text;
}

INSTANTIATE_TEST_SUITE_P(
    All, RestRefuses,
    ::testing::Values(
        BadMessage{"empty", {{"content", "  "}}, 50'006},
        BadMessage{"too_long", {{"content", std::string(2'001, 'x')}}, 50'035},
        BadMessage{"content_is_a_list", {{"content", Json::array()}}, 50'035},
        BadMessage{"eleven_embeds", {{"embeds", std::vector<Json>(11, Json::object())}}, 50'035},
        BadMessage{"long_title", {{"embeds", {{{"title", std::string(257, 'x')}}}}}, 50'035},
        BadMessage{"long_nonce", {{"content", "x"}, {"nonce", std::string(26, 'n')}}, 50'035},
        BadMessage{"reply_to_nothing",
                   {{"content", "x"}, {"message_reference", {{"message_id", "1"}}}},
                   50'035},
        BadMessage{
            "both_kinds_of_mentions",
            {{"content", "x"}, {"allowed_mentions", {{"parse", {"users"}}, {"users", {"1"}}}}},
            50'035}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(Rest, two_thousand_characters_may_be_more_bytes) {
    start();
    std::string text;
    for (int i = 0; i < 2'000; ++i) {
        text += "ä";
    }
    EXPECT_EQ(rest("POST", messages(), {{"content", text}}).status, 200);
}

TEST_F(Rest, enforced_nonce_gives_the_first_message_again) {
    start();
    const Json body = {{"content", "once"}, {"nonce", "n-1"}, {"enforce_nonce", true}};
    const auto first = rest("POST", messages(), body);
    const auto second = rest("POST", messages(), body);
    EXPECT_EQ(second.body["id"], first.body["id"]);
    EXPECT_EQ(look("/_sim/messages?channel=general").size(), 1);
}

TEST_F(Rest, nonce_without_enforcement_writes_twice) {
    start();
    const Json body = {{"content", "twice"}, {"nonce", "n-1"}};
    EXPECT_NE(rest("POST", messages(), body).body["id"], rest("POST", messages(), body).body["id"]);
}

TEST_F(Rest, reply_carries_the_message_that_it_answers) {
    start();
    const auto question = written("a question");
    const auto reply =
        rest("POST", messages(),
             {{"content", "an answer"}, {"message_reference", {{"message_id", question}}}});
    EXPECT_EQ(reply.body["type"], 19);
    EXPECT_EQ(reply.body["referenced_message"]["content"], "a question");
}

TEST_F(Rest, sixth_message_in_five_seconds_is_limited) {
    start();
    WireReply reply;
    for (int i = 0; i < 5; ++i) {
        reply = rest("POST", messages(), {{"content", "x"}});
        ASSERT_EQ(reply.status, 200);
        EXPECT_EQ(reply.headers.at("x-ratelimit-remaining"), std::to_string(4 - i));
    }
    reply = rest("POST", messages(), {{"content", "x"}});
    EXPECT_EQ(reply.status, 429);
    EXPECT_EQ(reply.headers.at("x-ratelimit-scope"), "user");
    EXPECT_GT(reply.body["retry_after"].get<double>(), 0);
    EXPECT_EQ(reply.body["global"], false);
}

TEST_F(Rest, own_message_can_be_edited_and_deleted) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto id = rest("POST", messages(), {{"content", "before"}}).body["id"].get<std::string>();
    EXPECT_EQ(rest("PATCH", messages() + "/" + id, {{"content", "after"}}).body["content"],
              "after");
    EXPECT_EQ(client.until("MESSAGE_UPDATE")["d"]["content"], "after");
    EXPECT_EQ(rest("DELETE", messages() + "/" + id).status, 204);
    EXPECT_EQ(client.until("MESSAGE_DELETE")["d"]["id"], id);
    EXPECT_EQ(rest("GET", messages() + "/" + id).body["code"], 10'008);
}

TEST_F(Rest, message_of_another_cannot_be_edited) {
    start();
    const auto reply = rest("PATCH", messages() + "/" + written("mine"), {{"content", "yours"}});
    EXPECT_EQ(reply.body["code"], 50'005);
}

TEST_F(Rest, messages_are_listed_newest_first) {
    start();
    written("one");
    written("two");
    const auto middle = written("three");
    const auto list = rest("GET", messages() + "?limit=2");
    ASSERT_EQ(list.body.size(), 2);
    EXPECT_EQ(list.body[0]["content"], "three");
    EXPECT_EQ(rest("GET", messages() + "?before=" + middle).body[0]["content"], "two");
}

TEST_F(Rest, bulk_delete_takes_two_to_a_hundred) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto one = written("one");
    const auto two = written("two");
    EXPECT_EQ(rest("POST", messages() + "/bulk-delete", {{"messages", {one}}}).body["code"],
              50'016);
    fault({{"kind", "clear"}});
    auto reply = rest("POST", messages() + "/bulk-delete", {{"messages", {one, two}}});
    while (reply.status == 429) {
        reply = rest("POST", messages() + "/bulk-delete", {{"messages", {one, two}}});
    }
    EXPECT_EQ(reply.status, 204);
    EXPECT_EQ(client.until("MESSAGE_DELETE_BULK")["d"]["ids"].size(), 2);
}

TEST_F(Rest, reaction_is_put_and_taken_back) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto path = messages() + "/" + written("react!") + "/reactions/%F0%9F%91%8D";
    EXPECT_EQ(rest("PUT", path + "/@me").status, 204);
    EXPECT_EQ(client.until("MESSAGE_REACTION_ADD")["d"]["emoji"]["name"], "👍");
    EXPECT_EQ(rest("GET", path).body.size(), 1);
    while (rest("DELETE", path + "/@me").status == 429) {
    }
    EXPECT_FALSE(client.until("MESSAGE_REACTION_REMOVE").is_null());
    EXPECT_EQ(rest("GET", path).body.size(), 0);
}

TEST_F(Rest, reaction_with_a_word_is_unknown_emoji) {
    start();
    const auto path = messages() + "/" + written("react!") + "/reactions/thumbsup/@me";
    EXPECT_EQ(rest("PUT", path).body["code"], 10'014);
}

TEST_F(Rest, role_is_given_to_a_member) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto role = rest("POST", "/guilds/" + guild() + "/roles", {{"name", "Birds"}}).body["id"];
    EXPECT_EQ(client.until("GUILD_ROLE_CREATE")["d"]["role"]["name"], "Birds");
    const auto me = rest("GET", "/users/@me").body["id"].get<std::string>();
    const auto path = "/guilds/" + guild() + "/members/" + me + "/roles/" + role.get<std::string>();
    EXPECT_EQ(rest("PUT", path).status, 204);
    const auto roles = client.until("GUILD_MEMBER_UPDATE")["d"]["roles"];
    EXPECT_NE(std::find(roles.begin(), roles.end(), role), roles.end()) << roles;
}

TEST_F(Rest, direct_message_reaches_the_other_side) {
    start();
    const auto alice = act({{"do", "presence"}, {"user", "alice"}})["id"];
    const auto opened = rest("POST", "/users/@me/channels", {{"recipient_id", alice}});
    ASSERT_EQ(opened.status, 200);
    const auto path = "/channels/" + opened.body["id"].get<std::string>() + "/messages";
    EXPECT_EQ(rest("POST", path, {{"content", "psst"}}).status, 200);
}

TEST_F(Rest, interaction_is_answered_once) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    act({{"do", "slash"}, {"channel", "general"}, {"user", "bob"}, {"name", "ping"}});
    const auto event = client.until("INTERACTION_CREATE")["d"];
    EXPECT_EQ(event["data"]["name"], "ping");
    const auto path = "/interactions/" + event["id"].get<std::string>() + "/" +
                      event["token"].get<std::string>() + "/callback";
    const Json answer = {{"type", 4}, {"data", {{"content", "pong"}}}};
    EXPECT_EQ(rest("POST", path, answer).status, 204);
    EXPECT_EQ(rest("POST", path, answer).body["code"], 40'060);
    const auto original = "/webhooks/" + event["application_id"].get<std::string>() + "/" +
                          event["token"].get<std::string>() + "/messages/@original";
    EXPECT_EQ(rest("PATCH", original, {{"content", "pong!"}}).body["content"], "pong!");
}

TEST_F(Rest, commands_keep_their_ids_when_replaced) {
    start();
    const auto application = rest("GET", "/applications/@me").body["id"].get<std::string>();
    const auto path = "/applications/" + application + "/commands";
    const Json commands = {{{"name", "ping"}, {"description", "pong"}}};
    const auto first = rest("PUT", path, commands);
    ASSERT_EQ(first.status, 200);
    EXPECT_EQ(rest("PUT", path, commands).body[0]["id"], first.body[0]["id"]);
    EXPECT_EQ(rest("GET", path).body.size(), 1);
}

TEST_F(Rest, attachment_is_taken_from_a_form) {
    start();
    const std::string body =
        "--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: "
        "application/json\r\n\r\n{\"content\":\"see\"}\r\n--b\r\nContent-Disposition: form-data; "
        "name=\"files[0]\"; filename=\"a.txt\"\r\nContent-Type: "
        "text/plain\r\n\r\nhello\r\n--b--\r\n";
    const auto reply = call(addresses().api_url, "POST", messages(), body,
                            {{"Content-Type", "multipart/form-data; boundary=b"}});
    EXPECT_EQ(reply.status, 200) << reply.text;
    EXPECT_EQ(reply.body["attachments"][0]["size"], 5);
}

}  // namespace
}  // namespace rookery::sim::testing
