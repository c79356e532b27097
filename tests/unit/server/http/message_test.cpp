#include "server/http/message.hpp"

#include <gtest/gtest.h>

namespace rookery::server {
namespace {

TEST(Headers, NamesCompareWithoutCase) {
    Headers headers{{"Content-Type", "text/plain"}};
    EXPECT_EQ(headers.find("content-type"), "text/plain");
    EXPECT_FALSE(headers.find("content-typ").has_value());
}

TEST(Headers, SettingReplacesAllOfThatName) {
    Headers headers{{"a", "1"}, {"A", "2"}};
    headers.set("A", "3");
    EXPECT_EQ(headers.size(), 1U);
    EXPECT_EQ(headers.find("a"), "3");
}

TEST(Request, TheLastParameterOfANameCounts) {
    Request request;
    request.query = {{"a", "1"}, {"b", ""}, {"a", "2"}};
    EXPECT_EQ(request.parameter("a"), "2");
    EXPECT_EQ(request.parameter("b"), "");
    EXPECT_FALSE(request.parameter("c").has_value());
}

TEST(Failure, HasItsThreeKeysInOrderAndNeverBreaksUtf8) {
    const Response response = failure(404, "NOT_FOUND", "Route GET /\xff not found");
    EXPECT_EQ(response.status, 404U);
    EXPECT_EQ(*response.body,
              "{\"success\":false,\"error\":\"Route GET /\xEF\xBF\xBD not found\",\"code\":\"NOT_"
              "FOUND\"}");
}

}  // namespace
}  // namespace rookery::server
