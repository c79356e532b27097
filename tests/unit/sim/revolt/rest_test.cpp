#include "unit/sim/revolt/revolt_fixture.hpp"

namespace rookery::sim::testing {
namespace {

class RevoltRest : public RevoltTest {
  protected:
    std::string upload(const std::string& tag, const std::string& bytes,
                       const std::string& type = "image/png") {
        const auto answer =
            call(addresses().more.at("files_url"), "POST", "/" + tag,
                 "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n"
                 "Content-Type: " +
                     type + "\r\n\r\n" + bytes + "\r\n--b--\r\n",
                 {{"x-bot-token", addresses().token},
                  {"Content-Type", "multipart/form-data; boundary=b"}});
        return answer.status == 200 ? answer.body["id"].get<std::string>()
                                    : answer.body.value("type", std::string());
    }
};

TEST_F(RevoltRest, discovery_names_the_other_addresses) {
    start();
    const auto root = rest("GET", "/", nullptr, {{"x-bot-token", ""}});
    EXPECT_EQ(root.status, 200U);
    EXPECT_EQ(root.body["ws"], addresses().gateway_url);
    EXPECT_EQ(root.body["features"]["autumn"]["url"], addresses().more.at("files_url"));
    EXPECT_EQ(rest("GET", "/0.8").body["revolt"], root.body["revolt"]);
}

TEST_F(RevoltRest, a_message_is_echoed_with_its_nonce) {
    start();
    const auto client = login();
    const auto sent = send({{"content", "hi"}}, {{"Idempotency-Key", "k1"}});
    ASSERT_EQ(sent.status, 200U) << sent.text;
    EXPECT_EQ(sent.body["nonce"], "k1");
    EXPECT_TRUE(sent.body.contains("user") && sent.body.contains("member"));
    const auto event = until(*client, "Message");
    EXPECT_EQ(event["_id"], sent.body["_id"]);
    EXPECT_EQ(event["nonce"], "k1");
    EXPECT_EQ(event["user"]["relationship"], "User");
    const auto fetched =
        rest("GET", "/channels/" + channel() + "/messages/" + sent.body["_id"].get<std::string>());
    EXPECT_EQ(fetched.body["content"], "hi");
    EXPECT_FALSE(fetched.body.contains("user"));
}

TEST_F(RevoltRest, a_key_that_was_used_is_a_conflict) {
    start();
    ASSERT_EQ(send({{"content", "hi"}}, {{"Idempotency-Key", "k"}}).status, 200U);
    const auto again = send({{"content", "hi"}}, {{"Idempotency-Key", "k"}});
    EXPECT_EQ(again.status, 409U);
    EXPECT_EQ(again.body["error"]["code"], 409);
    EXPECT_EQ(send({{"content", "hi"}, {"nonce", "k"}}).body["type"], "InvalidOperation");
    EXPECT_EQ(look("/_sim/messages").size(), 1U);
}

struct Refusal {
    const char* name;
    Json body;
    unsigned status;
    const char* type;
};
class RevoltRefuses : public RevoltRest, public ::testing::WithParamInterface<Refusal> {};

TEST_P(RevoltRefuses, message_with_its_error) {
    start();
    const auto answer = send(GetParam().body);
    EXPECT_EQ(answer.status, GetParam().status) << answer.text;
    EXPECT_EQ(answer.body.value("type", std::string()), GetParam().type);
}

std::string bytes(std::size_t count) { return std::string(count, 'x'); }
Json many(std::size_t count, const Json& item) { return Json(Json::array_t(count, item)); }

INSTANTIATE_TEST_SUITE_P(
    All, RevoltRefuses,
    ::testing::Values(
        Refusal{"empty", Json::object(), 422, "EmptyMessage"},
        Refusal{"long_content", {{"content", bytes(2001)}}, 422, "PayloadTooLarge"},
        // 1,000 letters of two bytes and one more: the length is counted in bytes.
        Refusal{"long_in_bytes",
                {{"content",
                  [] {
                      std::string text = "x";
                      for (int i = 0; i < 1000; ++i) {
                          text += "ä";
                      }
                      return text;
                  }()}},
                422,
                "PayloadTooLarge"},
        Refusal{"embeds_count_too",
                {{"content", bytes(1500)}, {"embeds", many(1, {{"description", bytes(501)}})}},
                422,
                "PayloadTooLarge"},
        Refusal{"six_embeds", {{"embeds", many(6, {{"title", "x"}})}}, 400, "TooManyEmbeds"},
        Refusal{"six_replies",
                {{"content", "x"}, {"replies", many(6, {{"id", "x"}, {"mention", false}})}},
                400,
                "TooManyReplies"},
        Refusal{
            "long_title", {{"embeds", many(1, {{"title", bytes(101)}})}}, 400, "FailedValidation"},
        Refusal{"reply_to_nothing",
                {{"content", "x"}, {"replies", many(1, {{"id", "x"}, {"mention", false}})}},
                404,
                "NotFound"},
        Refusal{"unknown_file", {{"attachments", many(1, "nothing")}}, 400, "UnknownAttachment"},
        Refusal{"number_as_content", {{"content", 5}}, 422, ""},
        Refusal{"long_masquerade",
                {{"content", "x"}, {"masquerade", {{"name", bytes(33)}}}},
                400,
                "FailedValidation"}),
    [](const auto& each) { return each.param.name; });

TEST_F(RevoltRest, guard_failures_are_html_unless_json_is_accepted) {
    start();
    const auto page = rest("GET", "/users/@me", nullptr, {{"x-bot-token", "no"}, {"Accept", ""}});
    EXPECT_EQ(page.status, 401U);
    EXPECT_TRUE(page.text.starts_with("<!DOCTYPE html>"));
    const auto json = rest("GET", "/users/@me", nullptr, {{"x-bot-token", "no"}});
    EXPECT_EQ(json.body["error"]["code"], 401);
    EXPECT_EQ(rest("GET", "/nowhere").status, 404U);
    EXPECT_TRUE(violated("unknown_route"));
}

TEST_F(RevoltRest, bots_are_refused_what_is_for_people) {
    start();
    const auto answer = rest("POST", "/channels/" + channel() + "/search", {{"query", "x"}});
    EXPECT_EQ(answer.status, 400U);
    EXPECT_EQ(answer.body["type"], "IsBot");
    EXPECT_TRUE(violated("is_bot"));
}

TEST_F(RevoltRest, deleting_the_newest_message_updates_the_channel_first) {
    start();
    const auto first = act({{"do", "write"}, {"text", "one"}});
    const auto last = act({{"do", "write"}, {"text", "two"}});
    const auto client = login();
    EXPECT_EQ(
        rest("DELETE", "/channels/" + channel() + "/messages/" + last["id"].get<std::string>())
            .status,
        204U);
    const auto update = client->next();
    EXPECT_EQ(update["type"], "ChannelUpdate");
    EXPECT_EQ(update["data"]["last_message_id"], first["id"]);
    EXPECT_EQ(client->next()["type"], "MessageDelete");
}

TEST_F(RevoltRest, a_link_is_followed_by_its_preview) {
    start();
    const auto client = login();
    const auto made = act({{"do", "write"}, {"text", "see https://example.invalid/x"}});
    EXPECT_EQ(client->next()["type"], "Message");
    const auto append = client->next();
    EXPECT_EQ(append["type"], "MessageAppend");
    EXPECT_EQ(append["id"], made["id"]);
    EXPECT_EQ(append["append"]["embeds"][0]["type"], "Website");
}

TEST_F(RevoltRest, paging_goes_by_ids) {
    start();
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) {
        ids.push_back(act({{"do", "write"}, {"text", std::to_string(i)}})["id"]);
    }
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    const auto path = "/channels/" + channel() + "/messages";
    const auto after = rest("GET", path + "?sort=Oldest&limit=2&after=" + ids[1]).body;
    ASSERT_EQ(after.size(), 2U);
    EXPECT_EQ(after[0]["_id"], ids[2]);
    EXPECT_EQ(after[1]["_id"], ids[3]);
    const auto before = rest("GET", path + "?limit=1&before=" + ids[1]).body;
    ASSERT_EQ(before.size(), 1U);
    EXPECT_EQ(before[0]["_id"], ids[0]);
    EXPECT_EQ(rest("GET", path + "?limit=101").body["type"], "FailedValidation");
    const auto people = rest("GET", path + "?include_users=true").body;
    EXPECT_EQ(people["users"][0]["username"], "alice");
}

TEST_F(RevoltRest, reactions_are_plain_emoji_or_those_of_the_server) {
    start();
    const auto id = act({{"do", "write"}, {"text", "x"}})["id"].get<std::string>();
    const auto client = login();
    const auto path = "/channels/" + channel() + "/messages/" + id + "/reactions/";
    EXPECT_EQ(rest("PUT", path + "%E2%9D%A4%EF%B8%8F").status, 204U);
    EXPECT_EQ(until(*client, "MessageReact")["emoji_id"], "❤");
    EXPECT_EQ(rest("PUT", path + "x").body["type"], "InvalidOperation");
    EXPECT_EQ(rest("DELETE", path + "%E2%9D%A4").status, 204U);
    EXPECT_EQ(until(*client, "MessageUnreact")["id"], id);
    EXPECT_EQ(rest("DELETE", path + "%E2%9D%A4").status, 404U);
}

TEST_F(RevoltRest, a_bucket_is_refused_when_it_is_spent) {
    start();
    WireReply last;
    for (int i = 0; i < 10; ++i) {
        last = send({{"content", "x"}});
    }
    EXPECT_EQ(last.status, 200U);
    EXPECT_EQ(last.headers["x-ratelimit-limit"], "10");
    EXPECT_EQ(last.headers["x-ratelimit-remaining"], "0");
    EXPECT_FALSE(last.headers["x-ratelimit-bucket"].empty());
    const auto refused = send({{"content", "x"}});
    EXPECT_EQ(refused.status, 429U);
    EXPECT_GT(refused.body["retry_after"].get<int>(), 0);
    EXPECT_FALSE(refused.body.contains("type"));
    EXPECT_EQ(
        rest("POST", "/channels/" + channel("random") + "/messages", {{"content", "x"}}).status,
        200U);
}

TEST_F(RevoltRest, windows_pass_as_fast_as_the_option_says) {
    Options options;
    options.limit_speed = 10'000;
    start(std::move(options));
    for (int i = 0; i < 30; ++i) {
        EXPECT_NE(rest("GET", "/channels/" + channel()).status, 500U);
    }
    EXPECT_EQ(rest("GET", "/users/@me").status, 200U);
}

TEST_F(RevoltRest, slowmode_is_no_bucket) {
    start();
    // The bot's role may pass by; without it the bot has to wait as anybody.
    act({{"do", "role_update"},
         {"role", "Bots"},
         {"data", {{"permissions", {{"a", 0}, {"d", 0}}}}}});
    act({{"do", "slowmode"}, {"channel", "general"}, {"seconds", 60}});
    const auto client = login();
    ASSERT_EQ(send({{"content", "one"}}).status, 200U);
    EXPECT_EQ(until(*client, "UserSlowmodes")["slowmodes"][0]["channel_id"], channel());
    const auto refused = send({{"content", "two"}});
    EXPECT_EQ(refused.status, 429U);
    EXPECT_EQ(refused.body["type"], "InSlowmode");
    EXPECT_GT(refused.body["retry_after"].get<int>(), 50'000);
    const auto again = login();
    (void)again;
}

TEST_F(RevoltRest, missing_rights_are_named) {
    start();
    act({{"do", "role_update"},
         {"role", "Bots"},
         {"data", {{"permissions", {{"a", 0}, {"d", 1U << 22U}}}}}});
    const auto refused = send({{"content", "x"}});
    EXPECT_EQ(refused.status, 403U);
    EXPECT_EQ(refused.body["type"], "MissingPermission");
    EXPECT_EQ(refused.body["permission"], "SendMessage");
}

TEST_F(RevoltRest, a_hidden_channel_vanishes_in_a_bulk_before_the_cause) {
    start();
    const auto client = login();
    act({{"do", "role_update"},
         {"role", "Bots"},
         {"data", {{"permissions", {{"a", 0}, {"d", 1U << 20U}}}}}});
    const auto bulk = until(*client, "Bulk");
    ASSERT_FALSE(bulk.is_null());
    EXPECT_EQ(bulk["v"].size(), 7U);
    EXPECT_EQ(bulk["v"][0]["type"], "ChannelDelete");
    EXPECT_EQ(bulk["v"][6]["type"], "ServerRoleUpdate");
    EXPECT_EQ(rest("GET", "/channels/" + channel()).status, 403U);
}

TEST_F(RevoltRest, a_file_can_be_read_once_it_is_attached) {
    start();
    const auto id = upload("attachments", "PNG bytes");
    EXPECT_EQ(id.size(), 42U);
    const auto files = addresses().more.at("files_url");
    EXPECT_EQ(call(files, "GET", "/attachments/" + id).status, 404U);
    const auto sent = send({{"attachments", {id}}});
    ASSERT_EQ(sent.status, 200U) << sent.text;
    EXPECT_EQ(sent.body["attachments"][0]["filename"], "a.png");
    EXPECT_EQ(call(files, "GET", "/attachments/" + id + "/a.png").text, "PNG bytes");
    EXPECT_EQ(send({{"attachments", {id}}}).body["type"], "UnknownAttachment");
}

TEST_F(RevoltRest, uploads_are_checked) {
    start();
    EXPECT_EQ(upload("attachments", ""), "FileTooSmall");
    EXPECT_EQ(upload("emojis", std::string(500'001, 'x')), "FileTooLarge");
    EXPECT_EQ(upload("avatars", "x", "text/plain"), "FileTypeNotAllowed");
}

TEST_F(RevoltRest, a_webhook_writes_under_its_name) {
    start();
    const auto client = login();
    const auto hook = rest("POST", "/channels/" + channel() + "/webhooks", {{"name", "Crow"}}).body;
    EXPECT_EQ(until(*client, "WebhookCreate")["token"], nullptr);
    const auto path =
        "/webhooks/" + hook["id"].get<std::string>() + "/" + hook["token"].get<std::string>();
    const auto sent = rest("POST", path, {{"content", "caw"}}, {{"x-bot-token", ""}});
    ASSERT_EQ(sent.status, 200U) << sent.text;
    EXPECT_EQ(sent.body["webhook"]["name"], "Crow");
    EXPECT_EQ(until(*client, "Message")["author"], hook["id"]);
    const auto message = path + "/" + sent.body["_id"].get<std::string>();
    EXPECT_EQ(rest("PATCH", message, {{"content", "croak"}}).body["content"], "croak");
    EXPECT_EQ(rest("DELETE", message).status, 204U);
}

TEST_F(RevoltRest, old_messages_cannot_be_deleted_in_bulk) {
    start();
    const auto path = "/channels/" + channel() + "/messages/bulk";
    EXPECT_EQ(rest("DELETE", path, {{"ids", {"01HZZZZZZZZZZZZZZZZZZZZZZZ"}}}).body["type"],
              "InvalidOperation");
    const auto id = act({{"do", "write"}, {"text", "x"}})["id"];
    EXPECT_EQ(rest("DELETE", path, {{"ids", Json::array({id})}}).status, 204U);
    EXPECT_TRUE(look("/_sim/messages").empty());
}

TEST_F(RevoltRest, members_are_managed) {
    start();
    const auto client = login();
    const auto path = "/servers/" + server() + "/members/" + user("bob");
    EXPECT_EQ(rest("PATCH", path, {{"nickname", "Bobby"}}).body["nickname"], "Bobby");
    EXPECT_EQ(until(*client, "ServerMemberUpdate")["data"]["nickname"], "Bobby");
    EXPECT_FALSE(rest("PATCH", path, {{"remove", {"Nickname"}}}).body.contains("nickname"));
    EXPECT_EQ(
        rest("PUT", "/servers/" + server() + "/bans/" + user("bob"), {{"reason", "r"}}).status,
        200U);
    EXPECT_EQ(until(*client, "ServerMemberLeave")["reason"], "Ban");
}

TEST_F(RevoltRest, faults_of_rest) {
    start();
    fault({{"kind", "rest_429"}, {"ms", 700}});
    const auto limited = rest("GET", "/users/@me");
    EXPECT_EQ(limited.status, 429U);
    EXPECT_EQ(limited.body, (Json{{"retry_after", 700}}));
    fault({{"kind", "rest_error"}, {"status", 502}, {"html", true}});
    const auto page = rest("GET", "/users/@me");
    EXPECT_EQ(page.status, 502U);
    EXPECT_TRUE(page.text.starts_with("<!DOCTYPE html>"));
    fault({{"kind", "rest_cut"}});
    EXPECT_EQ(rest("GET", "/users/@me").status, 0U);
    fault({{"kind", "rest_no_headers"}});
    EXPECT_FALSE(rest("GET", "/users/@me").headers.contains("x-ratelimit-limit"));
    EXPECT_EQ(rest("GET", "/users/@me").status, 200U);
}

TEST_F(RevoltRest, every_act_can_be_done) {
    start();
    const auto client = login();
    act({{"do", "write"}, {"text", "one"}});
    act({{"do", "emoji_create"}});
    act({{"do", "webhook_create"}});
    std::size_t done = 0;
    const auto state = look("/_sim/state");
    for (const auto& name : state["acts"]) {
        const auto text = name.get<std::string>();
        if (text.ends_with("_delete") || text == "leave" || text == "ban" || text == "delete" ||
            text == "delete_bulk" || text.starts_with("emoji_update")) {
            continue;  // done below, when nobody needs the thing any more
        }
        act({{"do", text}, {"role", "Moderator"}, {"user", "bob"}, {"text", "x"}});
        ++done;
    }
    EXPECT_GT(done, 25U);
    for (const auto& what :
         {Json{{"do", "delete"}}, Json{{"do", "delete_bulk"}}, Json{{"do", "emoji_update"}},
          Json{{"do", "emoji_delete"}, {"name", "feast"}}, Json{{"do", "webhook_delete"}},
          Json{{"do", "role_delete"}, {"role", "Moderator"}},
          Json{{"do", "leave"}, {"user", "bob"}}, Json{{"do", "ban"}, {"user", "carol"}},
          Json{{"do", "channel_delete"}, {"channel", "random"}}, Json{{"do", "server_delete"}}}) {
        act(what);
    }
    EXPECT_FALSE(until(*client, "ServerDelete").is_null());
}

}  // namespace
}  // namespace rookery::sim::testing
