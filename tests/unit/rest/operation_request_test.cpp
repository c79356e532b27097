#include "rest/operation_request.hpp"

#include <gtest/gtest.h>

namespace rookery::rest {
namespace {

using nlohmann::json;

TEST(OperationRequest, a_path_takes_one_segment) {
    std::string path = "/channels/{channel}/messages/{message}";
    EXPECT_TRUE(put_into_path(path, "channel", "a/b@c"));
    EXPECT_TRUE(put_into_path(path, "message", "01H"));
    EXPECT_EQ(path, "/channels/a%2Fb%40c/messages/01H");
    EXPECT_FALSE(put_into_path(path, "message", "again"));
}

TEST(OperationRequest, a_segment_that_would_be_another_route_is_refused) {
    std::string path = "/channels/{channel}";
    EXPECT_FALSE(put_into_path(path, "channel", ""));
    EXPECT_FALSE(put_into_path(path, "channel", ".."));
    EXPECT_EQ(path, "/channels/{channel}");
}

TEST(OperationRequest, a_query_is_encoded_and_lists_repeat) {
    std::string path = "/messages";
    put_into_query(path, "limit", 5);
    put_into_query(path, "q", "a b&c");
    put_into_query(path, "id", json::array({"1", 2}));
    EXPECT_EQ(path, "/messages?limit=5&q=a%20b%26c&id=1&id=2");
}

TEST(OperationRequest, a_body_grows_where_it_is_asked_to) {
    json body;
    EXPECT_TRUE(put_into_body(body, "embed.footer.text", "x"));
    EXPECT_TRUE(put_into_body(body, "embed.title", "y"));
    EXPECT_EQ(body, json::parse(R"({"embed":{"footer":{"text":"x"},"title":"y"}})"));
    EXPECT_FALSE(put_into_body(body, "embed.title.deeper", 1)) << "a text is in the way";
}

TEST(OperationRequest, a_body_is_replaced_or_merged_as_a_whole) {
    json body = {{"a", {{"b", 1}}}};
    EXPECT_TRUE(put_into_body(body, "**", json{{"a", {{"c", 2}}}, {"d", nullptr}}));
    EXPECT_EQ(body, json::parse(R"({"a":{"b":1,"c":2},"d":null})"));
    EXPECT_TRUE(put_into_body(body, "*", json::array({1})));
    EXPECT_EQ(body, json::array({1}));
}

TEST(OperationRequest, seconds_become_a_moment) {
    const WallTime now{Millis{1'700'000'000'123}};
    EXPECT_EQ(iso_time(json(60), now), "2023-11-14T22:14:20.123Z");
    EXPECT_EQ(iso_time(json("2024-01-01T00:00:00.000Z"), now), "2024-01-01T00:00:00.000Z");
    EXPECT_EQ(iso_time(json(nullptr), now), nullptr);
}

}  // namespace
}  // namespace rookery::rest
