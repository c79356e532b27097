#include "model/event_names.hpp"
#include "platform/revolt/api.hpp"
#include "platform/revolt/api_error.hpp"
#include "platform/revolt/gap_filler.hpp"
#include "platform/revolt/message_body.hpp"
#include "platform/revolt/operations.hpp"
#include "platform/revolt/permissions.hpp"
#include "platform/revolt/request.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery::revolt {
namespace {

using nlohmann::json;

net::HttpResponse answer(unsigned status, std::string body, net::HttpHeaders headers = {}) {
    net::HttpResponse out;
    out.status = status;
    out.body = std::move(body);
    out.headers = std::move(headers);
    return out;
}

TEST(RevoltApiError, in_the_platforms_words) {
    const auto error =
        to_error("POST /x", answer(403, R"({"type":"MissingPermission","permission":"SendMessage",
                                            "location":"crates/x.rs:1:2"})"));
    EXPECT_EQ(error.kind(), ErrorKind::denied);
    EXPECT_EQ(error.message(), "POST /x: 403 MissingPermission (permission: SendMessage)");
    ASSERT_NE(error.refusal(), nullptr);
    EXPECT_EQ(error.refusal()->status, 403u);
    EXPECT_EQ(error.refusal()->fields.at(0).code, "MissingPermission");
}

TEST(RevoltApiError, kinds) {
    const auto kind = [](unsigned status, const char* body) {
        return to_error("GET /x", answer(status, body)).kind();
    };
    EXPECT_EQ(kind(400, R"({"type":"FailedValidation","error":"x"})"), ErrorKind::invalid);
    EXPECT_EQ(kind(400, R"({"type":"IsBot"})"), ErrorKind::unsupported);
    EXPECT_EQ(kind(400, R"({"type":"TooManyReplies","max":5})"), ErrorKind::limit);
    EXPECT_EQ(kind(401, R"({"error":{"code":401,"reason":"Unauthorized","description":"no"}})"),
              ErrorKind::denied);
    EXPECT_EQ(kind(404, ""), ErrorKind::not_found);
    EXPECT_EQ(kind(409, R"({"type":"DuplicateNonce"})"), ErrorKind::exists);
    EXPECT_EQ(kind(422, R"({"type":"PayloadTooLarge"})"), ErrorKind::limit);
    EXPECT_EQ(kind(422, R"({"type":"EmptyMessage"})"), ErrorKind::invalid);
    EXPECT_EQ(kind(429, R"({"type":"InSlowmode","retry_after":5})"), ErrorKind::limit);
    EXPECT_EQ(kind(500, R"({"type":"LabelMe"})"), ErrorKind::unavailable);
}

TEST(RevoltApiError, pages_and_frameworks) {
    const auto page = to_error(
        "GET /x", answer(502, "<html>no</html>", {{"Content-Type", "text/html; charset=utf-8"}}));
    EXPECT_EQ(page.message(), "GET /x: 502 a web page instead of an answer of the API");
    const auto guard =
        to_error("GET /x", answer(401, R"({"error":{"code":401,"reason":"Unauthorized",
                                           "description":"The request requires it."}})"));
    EXPECT_EQ(guard.message(), "GET /x: 401 Unauthorized: The request requires it.");
}

TEST(RevoltApiError, what_is_nested_without_end_is_no_json) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const auto error =
        to_error("GET /x", answer(400, R"({"type":"FailedValidation","error":)" + deep + '}'));
    EXPECT_EQ(error.kind(), ErrorKind::invalid);
}

TEST(RevoltApiError, a_repeat_is_told_apart) {
    const auto error = to_error("POST /x", answer(409, R"({"type":"DuplicateNonce"})"));
    EXPECT_NE(error.message().find("already sent"), std::string::npos) << error.message();
    EXPECT_EQ(error.refusal()->fields.at(0).code, "DuplicateNonce");
}

TEST(RevoltApiError, waits_are_bounded) {
    const auto wait = [](const char* body) {
        return to_error("GET /x", answer(429, body)).refusal()->retry_after;
    };
    EXPECT_EQ(wait(R"({"retry_after":1e300})"), 3'600);
    EXPECT_EQ(wait(R"({"retry_after":-5})"), 0);
    EXPECT_EQ(wait(R"({"type":"InSlowmode","retry_after":2500})"), 2.5);
}

TEST(RevoltGap, channels_alive_near_the_loss_are_suspects) {
    // The times are the first ten characters; 2^15 ms = 32.8 s are one of the seventh.
    const auto at = [](char seventh) {
        return std::string("01J000") + seventh + "0000000000000000000";
    };
    std::vector<QuietChannel> quiet{{"old", at('1')}, {"near", at('8')}, {"last", at('9')}};
    for (int i = 0; i < 3; ++i) {
        quiet.push_back({"b" + std::to_string(i), at('9')});
    }
    quiet.push_back({"near2", at('8')});
    const auto some = suspects(quiet, at('9'));
    ASSERT_EQ(some.size(), 6u);
    EXPECT_EQ(some.front().last, at('9'));
    EXPECT_EQ(some.back().id, "near2");
    EXPECT_EQ(suspects(quiet, at('Z')).size(), 5u) << "the most recent ones in any case";
    quiet.assign(100, {"x", at('9')});
    EXPECT_EQ(suspects(quiet, at('9')).size(), 20u);
}

TEST(RevoltOperations, text_at_takes_texts_alone) {
    EXPECT_EQ(text_at({{"a", {{"b", "x"}}}}, "/a/b"), "x");
    EXPECT_EQ(text_at({{"a", {{"b", 7}}}}, "/a/b"), "");
    EXPECT_EQ(text_at(json(7), "/a/b"), "");
    EXPECT_EQ(text_at(json::array({1}), "/a"), "");
}

TEST(RevoltApi, what_was_asked_in_secret_is_not_told_in_the_open) {
    const auto secure = *net::parse_url("https://api.example.org/0.8");
    EXPECT_TRUE(may_trust(secure, "event server", "wss://events.example.org"));
    EXPECT_TRUE(may_trust(secure, "file server", ""));
    EXPECT_FALSE(may_trust(secure, "event server", "ws://events.example.org"));
    EXPECT_FALSE(may_trust(secure, "file server", "http://files.example.org"));
    EXPECT_TRUE(may_trust(*net::parse_url("http://127.0.0.1:1"), "event server", "ws://x"));
}

TEST(RevoltLimits, headers_are_milliseconds) {
    const auto info = read_limits(answer(200, "{}",
                                         {{"X-RateLimit-Bucket", "77"},
                                          {"X-RateLimit-Remaining", "3"},
                                          {"X-RateLimit-Reset-After", "9500"}}));
    EXPECT_EQ(info.bucket, "77");
    EXPECT_EQ(info.remaining, 3u);
    EXPECT_EQ(info.reset_after, Millis(9'500));
    EXPECT_EQ(info.scope, rest::LimitScope::none);
}

TEST(RevoltLimits, slow_mode_is_no_limit_of_the_api) {
    const auto limited = read_limits(answer(429, R"({"retry_after":1234})"));
    EXPECT_EQ(limited.scope, rest::LimitScope::bucket);
    EXPECT_EQ(limited.retry_after, Millis(1'234));
    const auto slow = read_limits(answer(429, R"({"type":"InSlowmode","retry_after":5})"));
    EXPECT_EQ(slow.scope, rest::LimitScope::none);
    EXPECT_FALSE(slow.retry_after);
    const auto odd = read_limits(answer(429, "<html>", {{"X-RateLimit-Reset-After", "x"}}));
    EXPECT_EQ(odd.scope, rest::LimitScope::bucket);
    EXPECT_EQ(odd.retry_after, Millis(10'000));
}

TEST(RevoltMessageBody, is_converted) {
    json body;
    const json arguments = {
        {"content", "hi <@&01J0000000000000000000RVE1>"},
        {"replyTo", "01MSG"},
        {"flags", 4096},
        {"masquerade", {{"name", "N"}, {"avatarUrl", "http://a"}, {"colour", "#fff"}}},
        {"embeds",
         {{{"title", "T"},
           {"description", "D"},
           {"color", 255},
           {"thumbnail", {{"url", "http://i"}}},
           {"fields", {{{"name", "F"}, {"value", "V"}}}},
           {"footer", {{"text", "end"}}}}}}};
    ASSERT_TRUE(put_message(body, arguments, false, 2'000));
    EXPECT_EQ(body, json::parse(R"({"content":"hi <%01J0000000000000000000RVE1>",
        "replies":[{"id":"01MSG","mention":true,"fail_if_not_exists":false}],"flags":1,
        "masquerade":{"name":"N","avatar":"http://a","colour":"#fff"},
        "embeds":[{"title":"T","description":"D\n**F**\nV\nend","colour":"#0000ff",
        "icon_url":"http://i"}]})"));
}

TEST(RevoltMessageBody, bytes_are_counted) {
    json body;
    std::string text;
    for (int i = 0; i < 1'001; ++i) {
        text += "\xC3\xA4";
    }
    const auto over = put_message(body, {{"content", text}}, false, 2'000);
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().kind(), ErrorKind::limit);
    EXPECT_EQ(over.error().message(),
              "content: at most 2000 bytes with all descriptions, got 2002");
    EXPECT_FALSE(put_message(body, {{"embeds", json::array({1})}}, false, 2'000));
    EXPECT_FALSE(
        put_message(body, {{"embeds", json(std::vector<json>(6, json::object()))}}, false, 2'000));
}

TEST(RevoltRequest, as_the_schema_says) {
    const auto* const platform = model::find_platform("revolt");
    const auto build = [&](const char* name, const json& arguments) {
        return build_request(*model::find_operation(*platform, name), arguments, WallTime{});
    };
    auto request = build("reactions.removeUser", {{"channelId", "C/1"},
                                                  {"messageId", "M"},
                                                  {"emoji", "cat:01J0000000000000000000EMJ1"},
                                                  {"userId", "U"}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->method, "DELETE");
    EXPECT_EQ(request->path,
              "/channels/C%2F1/messages/M/reactions/01J0000000000000000000EMJ1?user_id=U");
    EXPECT_EQ(request->label, "/channels/{channel}/messages/{message}/reactions/{emoji}");
    EXPECT_EQ(request->major, "C/1");
    request = build("members.timeout", {{"guildId", "S"}, {"userId", "U"}, {"time", 60}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body, json::parse(R"({"timeout":"1970-01-01T00:01:00.000Z"})"));
    request = build("members.removeTimeout", {{"guildId", "S"}, {"userId", "U"}, {"reason", "r"}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body, json::parse(R"({"remove":["Timeout"]})"));
    EXPECT_EQ(request->reason, "r");
    request = build(
        "webhooks.execute",
        {{"webhookId", "W"}, {"webhookToken", "T"}, {"username", "N"}, {"avatarUrl", "http://a"}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body, json::parse(R"({"masquerade":{"name":"N","avatar":"http://a"}})"));
    for (const char* id : {"", ".", ".."}) {
        EXPECT_FALSE(build("users.get", {{"userId", id}})) << id;
    }
}

TEST(RevoltRequest, emoji_of_every_form) {
    const std::string id = "01J0000000000000000000EMJ1";
    for (const std::string& text :
         {id, ":" + id + ":", "cat:" + id, "<:cat:" + id + ">", "<a:cat:" + id + ">"}) {
        EXPECT_EQ(emoji_key(text), id) << text;
    }
    EXPECT_EQ(emoji_key("\xE2\x9D\xA4\xEF\xB8\x8F"), "\xE2\x9D\xA4");
    EXPECT_EQ(emoji_key("owl:f1_b3c0508eWAX1MLM-AvfZGyCAIKtENVHn09vKNh9"),
              "f1_b3c0508eWAX1MLM-AvfZGyCAIKtENVHn09vKNh9");
    EXPECT_EQ(emoji_key(""), "");
    EXPECT_EQ(emoji_key(":"), ":");
}

TEST(RevoltRequest, the_same_effect_has_the_same_key) {
    EXPECT_EQ(idempotency_key("a"), idempotency_key("a"));
    EXPECT_NE(idempotency_key("a"), idempotency_key("b"));
    EXPECT_NE(idempotency_key(""), idempotency_key(""));
    EXPECT_EQ(idempotency_key("a").size(), 32u);
}

TEST(RevoltPermissions, there_and_back) {
    EXPECT_EQ(to_platform_bits(2), 1u << 6U);
    EXPECT_EQ(to_platform_bits(std::uint64_t{1} << 28U), (1u << 2U) | (1u << 3U) | (1u << 9U));
    EXPECT_EQ(to_platform_bits(8), 0u);
}

}  // namespace
}  // namespace rookery::revolt
