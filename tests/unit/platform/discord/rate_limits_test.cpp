#include "platform/discord/rate_limits.hpp"

#include "model/routes.hpp"

#include <gtest/gtest.h>

namespace rookery::discord {
namespace {

using rest::LimitScope;

const WallTime kNow{Millis(1'700'000'000'000)};

/// A snowflake made so long before kNow.
std::string aged(Millis age) {
    const auto made = std::chrono::duration_cast<Millis>(kNow.time_since_epoch() - age).count();
    return std::to_string((static_cast<std::uint64_t>(made) - 1'420'070'400'000U) << 22U);
}

rest::Route route(std::string_view method, const std::string& path,
                  const nlohmann::json& body = nullptr) {
    return route_of(method, path, body, kNow);
}

TEST(RouteOf, replaces_ids_and_keeps_the_major_one) {
    const auto one = route("GET", "/channels/123/messages/456?x=1");
    EXPECT_EQ(one.key, "GET /channels/{channel_id}/messages/{message_id}");
    EXPECT_EQ(one.major, "123");
    EXPECT_TRUE(one.authenticated);
    EXPECT_FALSE(one.global_exempt);
}

TEST(RouteOf, guilds_and_webhooks_are_major_and_users_are_not) {
    EXPECT_EQ(route("PUT", "/guilds/9/members/8/roles/7").major, "9");
    EXPECT_EQ(route("PUT", "/guilds/9/members/8/roles/7").key,
              "PUT /guilds/{guild_id}/members/{user_id}/roles/{role_id}");
    EXPECT_EQ(route("GET", "/webhooks/5").major, "5");
    EXPECT_EQ(route("GET", "/users/5").major, "");
    EXPECT_EQ(route("GET", "/gateway/bot").key, "GET /gateway/bot");
}

TEST(RouteOf, reactions_of_a_channel_share_one_queue) {
    const auto add = route("PUT", "/channels/1/messages/2/reactions/%F0%9F%91%8D/@me");
    const auto remove = route("DELETE", "/channels/1/messages/3/reactions/a%3A4/5");
    EXPECT_EQ(add.key, remove.key);
    EXPECT_EQ(add.major, remove.major);
    EXPECT_NE(add.key, route("GET", "/channels/1/messages/2/reactions/x").key);
}

TEST(RouteOf, reactions_keep_their_distance) {
    EXPECT_EQ(route("PUT", "/channels/1/messages/2/reactions/x/@me").spacing, Millis(250));
    EXPECT_EQ(route("POST", "/channels/1/messages").spacing, Millis(0));
}

TEST(RouteOf, a_route_that_nobody_knows_is_counted_by_its_form) {
    const auto unknown = route("POST", "/channels/12/inventions/34");
    EXPECT_EQ(unknown.key, "POST /channels/{id}/inventions/{id}");
    EXPECT_EQ(unknown.major, "12");
}

/// Every route: what is counted together, and no token in what is shown.
TEST(RouteOf, every_known_route_is_shown_as_its_template) {
    for (const auto& info : model::discord_routes()) {
        std::string path(info.path);
        for (auto at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
            path.replace(at, path.find('}', at) - at + 1, path[at + 1] == 'w' ? "S3cret" : "12");
        }
        const auto found = route(info.method, path);
        EXPECT_EQ(found.key.find("S3cret"), std::string::npos) << found.key;
        EXPECT_EQ(found.key.find("12"), std::string::npos) << found.key;
        if (path.starts_with("/guilds/12") || path.starts_with("/channels/12")) {
            EXPECT_EQ(found.major, "12") << path;
        }
    }
}

TEST(RouteOf, deleting_is_counted_by_the_messages_age) {
    const auto young = route("DELETE", "/channels/1/messages/" + aged(Millis(5'000))).key;
    const auto grown = route("DELETE", "/channels/1/messages/" + aged(Millis(60'000))).key;
    const auto old =
        route("DELETE", "/channels/1/messages/" + aged(std::chrono::hours(15 * 24))).key;
    EXPECT_NE(young, grown);
    EXPECT_NE(grown, old);
    EXPECT_NE(young, old);
}

TEST(RouteOf, a_rename_is_told_from_other_changes_of_a_channel) {
    EXPECT_EQ(route("PATCH", "/channels/1", {{"name", "x"}}).sub_kind, "rename");
    EXPECT_EQ(route("PATCH", "/channels/1", {{"topic", "x"}}).sub_kind, "rename");
    EXPECT_EQ(route("PATCH", "/channels/1", {{"nsfw", true}}).sub_kind, "");
    EXPECT_EQ(route("PATCH", "/channels/1/messages/2", {{"name", "x"}}).sub_kind, "");
}

TEST(RouteOf, a_webhooks_token_is_major_and_never_shown) {
    const auto hook = route("POST", "/webhooks/5/SeCrEt");
    EXPECT_EQ(hook.key, "POST /webhooks/{webhook_id}/{webhook_token}");
    EXPECT_EQ(hook.major, "5/SeCrEt");
    EXPECT_FALSE(hook.authenticated);
    EXPECT_FALSE(hook.global_exempt);
}

TEST(RouteOf, interactions_are_exempt_from_the_global_limit) {
    const std::string token(180, 'a');
    const auto callback = route("POST", "/interactions/5/" + token + "/callback");
    EXPECT_EQ(callback.key, "POST /interactions/{interaction_id}/{interaction_token}/callback");
    EXPECT_FALSE(callback.authenticated);
    EXPECT_TRUE(callback.global_exempt);
    const auto follow_up = route("PATCH", "/webhooks/5/" + token + "/messages/@original");
    EXPECT_EQ(follow_up.key, "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original");
    EXPECT_TRUE(follow_up.global_exempt);
}

TEST(RouteOf, survives_odd_paths) {
    for (const char* path :
         {"", "/", "//", "?", "/channels", "/webhooks/1", "/reactions", "/channels/1/reactions"}) {
        EXPECT_TRUE(route("GET", path).key.starts_with("GET "));
    }
}

net::HttpResponse response(unsigned status, net::HttpHeaders headers, std::string body = "") {
    return {status, std::move(headers), std::move(body)};
}

TEST(ReadLimits, reads_the_headers_of_a_success) {
    const auto info = read_limits(response(200, {{"X-RateLimit-Limit", "5"},
                                                 {"X-RateLimit-Remaining", "0"},
                                                 {"X-RateLimit-Reset", "1470173023.123"},
                                                 {"X-RateLimit-Reset-After", "1.2341"},
                                                 {"X-RateLimit-Bucket", "abcd1234"}}));
    EXPECT_EQ(info.scope, LimitScope::none);
    EXPECT_EQ(info.bucket, "abcd1234");
    EXPECT_EQ(info.remaining, 0U);
    EXPECT_EQ(info.reset_after, Millis(1'235));
}

TEST(ReadLimits, absent_or_odd_headers_are_no_limits) {
    EXPECT_FALSE(read_limits(response(204, {})).remaining);
    const auto odd = read_limits(response(200, {{"X-RateLimit-Remaining", "-1"},
                                                {"X-RateLimit-Reset-After", "nan"},
                                                {"Retry-After", "soon"}}));
    EXPECT_FALSE(odd.remaining);
    EXPECT_FALSE(odd.reset_after);
    EXPECT_FALSE(odd.retry_after);
}

TEST(ReadLimits, a_wait_is_at_most_a_day) {
    EXPECT_EQ(read_limits(response(200, {{"X-RateLimit-Reset-After", "1e300"}})).reset_after,
              Millis(86'400'000));
}

constexpr const char* kBody =
    R"({"message":"You are being rate limited.","retry_after":1.337,"global":false})";

TEST(ReadLimits, tells_the_classes_of_a_429_apart) {
    const auto scope = [](net::HttpHeaders headers, const std::string& body = kBody) {
        return read_limits(response(429, std::move(headers), body)).scope;
    };
    EXPECT_EQ(scope({{"X-RateLimit-Scope", "user"}, {"X-RateLimit-Remaining", "0"}}),
              LimitScope::bucket);
    EXPECT_EQ(scope({{"X-RateLimit-Scope", "user"}, {"X-RateLimit-Remaining", "3"}}),
              LimitScope::hidden);
    EXPECT_EQ(scope({{"X-RateLimit-Scope", "shared"}}), LimitScope::shared);
    EXPECT_EQ(scope({{"X-RateLimit-Scope", "global"}}), LimitScope::global);
    EXPECT_EQ(scope({{"X-RateLimit-Global", "true"}}), LimitScope::global);
    EXPECT_EQ(scope({{"Via", "1.1 google"}}, R"({"retry_after":1,"global":true})"),
              LimitScope::global);
    EXPECT_EQ(
        scope({{"Via", "1.1 google"}}, R"({"code":20028,"message":"slow","retry_after":4.5})"),
        LimitScope::hidden);
    EXPECT_EQ(scope({}, "<html>error code: 1015</html>"), LimitScope::network);
    EXPECT_EQ(
        scope({},
              R"({"code":0,"message":"You are being blocked from accessing our API temporarily"})"),
        LimitScope::network);
}

TEST(ReadLimits, the_bodys_decimals_win_over_the_rounded_header) {
    const auto info =
        read_limits(response(429, {{"Retry-After", "2"}, {"X-RateLimit-Scope", "user"}}, kBody));
    EXPECT_EQ(info.retry_after, Millis(1'337));
    const auto header = read_limits(response(429, {{"Retry-After", "2"}}, "<html>"));
    EXPECT_EQ(header.retry_after, Millis(2'000));
}

}  // namespace
}  // namespace rookery::discord
