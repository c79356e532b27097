#include "platform/guilded/request.hpp"

#include "model/event_names.hpp"
#include "platform/guilded/api.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery::guilded {
namespace {

using nlohmann::json;

struct Built {
    Seen seen;
    Result<ApiRequest> operator()(Flavour flavour, const char* name, const json& arguments,
                                  std::string_view nonce = {}) {
        const auto* const operation = model::find_operation(*model::find_platform("guilded"), name);
        EXPECT_NE(operation, nullptr) << name;
        return build_request(flavour, *operation, arguments, nonce, {}, seen);
    }
};

TEST(GuildedRequest, a_message_of_a_bot) {
    Built build;
    const auto request = build(Flavour::bot, "messages.send",
                               {{"channelId", "c/1"},
                                {"content", "hi <@&4711>"},
                                {"flags", 4096},
                                {"tts", true},
                                {"replyTo", "m0"}});
    ASSERT_TRUE(request) << request.error().message();
    EXPECT_EQ(request->method, "POST");
    EXPECT_EQ(request->path, "/channels/c%2F1/messages");
    EXPECT_EQ(request->major, "c/1");
    EXPECT_EQ(request->body, json({{"content", "hi <@4711>"},
                                   {"isSilent", true},
                                   {"replyMessageIds", json::array({"m0"})}}));
}

TEST(GuildedRequest, a_message_of_a_person_is_a_document_with_an_id) {
    Built build;
    const auto one = build(Flavour::user, "messages.send",
                           {{"channelId", "c1"}, {"content", "**x**"}}, "effect-1");
    const auto two = build(Flavour::user, "messages.send",
                           {{"channelId", "c1"}, {"content", "**x**"}}, "effect-1");
    ASSERT_TRUE(one);
    ASSERT_TRUE(two);
    EXPECT_EQ(one->message_id, two->message_id);
    EXPECT_EQ(one->message_id.size(), 36U);
    EXPECT_EQ(one->message_id[14], '4');
    EXPECT_EQ(one->body["messageId"], one->message_id);
    EXPECT_EQ(one->body["content"]["document"]["nodes"][0]["type"], "paragraph");
    EXPECT_NE(uuid_of(""), uuid_of(""));
}

TEST(GuildedRequest, reactions_are_numbers) {
    Built build;
    const json where = {{"channelId", "c"}, {"messageId", "m"}};
    json with = where;
    with["emoji"] = "<:wave:90001>";
    EXPECT_EQ(build(Flavour::bot, "reactions.add", with)->path,
              "/channels/c/messages/m/emotes/90001");
    with["emoji"] = "wave:90001";
    EXPECT_EQ(build(Flavour::user, "reactions.add", with)->path,
              "/channels/c/messages/m/reactions/90001");
    EXPECT_EQ(build(Flavour::bot, "reactions.clearEmoji", with)->path,
              "/channels/c/messages/m/emotes?emoteId=90001");
    with["emoji"] = "\xf0\x9f\x91\x8d";
    EXPECT_FALSE(build(Flavour::bot, "reactions.add", with));
}

TEST(GuildedRequest, people_ban_with_delete) {
    Built build;
    const auto ban = build(Flavour::user, "bans.create",
                           {{"guildId", "t"}, {"userId", "u"}, {"reason", "spam"}});
    ASSERT_TRUE(ban);
    EXPECT_EQ(ban->method, "DELETE");
    EXPECT_EQ(ban->path, "/teams/t/members/u/ban");
    EXPECT_EQ(ban->body, json({{"memberId", "u"}, {"teamId", "t"}, {"reason", "spam"}}));
    EXPECT_EQ(build(Flavour::user, "bans.remove", {{"guildId", "t"}, {"userId", "u"}})->method,
              "PUT");
}

TEST(GuildedRequest, what_a_flavour_has_not_is_unsupported) {
    Built build;
    const auto roles = build(Flavour::user, "roles.list", {{"guildId", "t"}});
    ASSERT_FALSE(roles);
    EXPECT_EQ(roles.error().kind(), ErrorKind::unsupported);
    const auto files = build(Flavour::bot, "messages.send",
                             {{"channelId", "c"}, {"files", json::array({{{"name", "x"}}})}});
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().kind(), ErrorKind::unsupported);
}

TEST(GuildedRequest, pages_go_by_the_time_of_messages_that_were_seen) {
    Built build;
    EXPECT_FALSE(build(Flavour::bot, "messages.list", {{"channelId", "c"}, {"before", "m1"}}));
    build.seen.messages.put("m1", R"({"id":"m1","createdAt":"2026-01-02T03:04:05.678Z"})");
    EXPECT_EQ(build(Flavour::bot, "messages.list", {{"channelId", "c"}, {"before", "m1"}})->path,
              "/channels/c/messages?before=2026-01-02T03%3A04%3A05.678Z");
    EXPECT_EQ(build(Flavour::user, "messages.list", {{"channelId", "c"}, {"after", "m1"}})->path,
              "/channels/c/messages?afterDate=2026-01-02T03%3A04%3A05.678Z");
}

TEST(GuildedRequest, the_raw_way_stays_within_the_api) {
    Built build;
    EXPECT_EQ(
        build(Flavour::bot, "api.request", {{"method", "GET"}, {"path", "servers/s/members/u/xp"}})
            ->path,
        "/servers/s/members/u/xp");
    EXPECT_FALSE(build(Flavour::bot, "api.request", {{"method", "GET"}, {"path", "/../x"}}));
    EXPECT_FALSE(build(Flavour::bot, "api.request", {{"method", "TRACE"}, {"path", "/x"}}));
}

TEST(GuildedAnswer, comes_out_of_its_wrapping) {
    Built build;
    const auto* const send =
        model::find_operation(*model::find_platform("guilded"), "messages.send");
    const json arguments = {{"channelId", "c1"}, {"content", "x"}};
    const auto sent = build(Flavour::bot, "messages.send", arguments);
    const auto shown = read_answer(
        Flavour::bot, *send, arguments, *sent,
        R"({"message":{"id":"m1","channelId":"c1","serverId":"s1","content":"hi <@4711>","createdBy":"u1","createdAt":"2026-01-02T03:04:05.678Z"}})",
        build.seen);
    ASSERT_TRUE(shown) << shown.error().message();
    EXPECT_EQ((*shown)["id"], "m1");
    EXPECT_EQ((*shown)["guildId"], "s1");
    EXPECT_EQ((*shown)["content"], "hi <@&4711>");
    EXPECT_EQ((*shown)["author"]["id"], "u1");
}

TEST(GuildedAnswer, says_what_was_sent_where_the_server_says_nothing) {
    Built build;
    build.seen.own_id = "me";
    const auto* const send =
        model::find_operation(*model::find_platform("guilded"), "messages.send");
    const json arguments = {{"channelId", "c1"}, {"content", "**x**"}};
    const auto sent = build(Flavour::user, "messages.send", arguments);
    const auto shown = read_answer(Flavour::user, *send, arguments, *sent, "[]", build.seen);
    ASSERT_TRUE(shown);
    EXPECT_EQ((*shown)["id"], sent->message_id);
    EXPECT_EQ((*shown)["content"], "**x**");
    EXPECT_EQ((*shown)["channelId"], "c1");
}

net::HttpResponse response(unsigned status, std::string body, net::HttpHeaders headers = {}) {
    return {status, std::move(headers), std::move(body)};
}

TEST(GuildedErrors, have_code_text_and_status) {
    const auto error = to_error(
        "GET /x", response(403, R"({"code":"ForbiddenError","message":"no","meta":{"a":1}})"));
    EXPECT_EQ(error.kind(), ErrorKind::denied);
    EXPECT_EQ(error.message(), "GET /x: 403, ForbiddenError, no");
    ASSERT_NE(error.refusal(), nullptr);
    EXPECT_EQ(error.refusal()->status, 403U);
    EXPECT_EQ(to_error("GET /x", response(200, "<html>")).kind(), ErrorKind::unavailable);
    EXPECT_EQ(to_error("GET /x", response(404, "")).kind(), ErrorKind::not_found);
}

TEST(GuildedLimits, wait_as_long_as_the_server_says_or_five_seconds) {
    EXPECT_EQ(read_limits(response(200, "")).scope, rest::LimitScope::none);
    EXPECT_EQ(read_limits(response(429, "")).retry_after, Millis(5'000));
    EXPECT_EQ(read_limits(response(429, "", {{"Retry-After", "2"}})).retry_after, Millis(2'001));
    EXPECT_EQ(read_limits(response(429, "", {{"Retry-After", "x"}})).retry_after, Millis(5'000));
    EXPECT_EQ(read_limits(response(429, "", {{"Retry-After", "1e99"}})).retry_after,
              Millis(3'600'000));
}

TEST(GuildedRequest, a_refusal_nested_deep_is_text) {
    constexpr std::size_t kDepth = 200'000;
    const std::string body =
        R"({"message":)" + std::string(kDepth, '[') + std::string(kDepth, ']') + '}';
    const auto error = to_error("GET /x", {400, {}, body});
    EXPECT_EQ(error.kind(), ErrorKind::invalid);
    EXPECT_LT(error.message().size(), 400U);
}

}  // namespace
}  // namespace rookery::guilded
