#include "rest/json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery::rest {
namespace {

TEST(RestJson, takes_what_is_json) {
    EXPECT_EQ(parse_json(R"({"a":[1,"\ud800"]})").dump(), "{\"a\":[1,\"\xEF\xBF\xBD\"]}");
    EXPECT_TRUE(parse_json("").is_discarded());
    EXPECT_TRUE(parse_json("{\"a\":1").is_discarded());
}

TEST(RestJson, depth_is_bounded) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    EXPECT_TRUE(parse_json(deep).is_discarded());
}

}  // namespace
}  // namespace rookery::rest
