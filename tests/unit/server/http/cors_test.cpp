#include "server/http/cors.hpp"

#include <gtest/gtest.h>

namespace rookery::server {
namespace {

Headers answer_to(const Cors& cors, const std::string& origin) {
    Headers headers;
    cors.add_headers(headers, {{"Origin", origin}});
    return headers;
}

TEST(Cors, listed_origin_is_named_and_may_read_the_rates) {
    const Cors cors({"https://App.example", "http://localhost:5173/"});
    const Headers headers = answer_to(cors, "https://app.example");
    EXPECT_EQ(headers.find("Access-Control-Allow-Origin"), "https://app.example");
    EXPECT_EQ(headers.find("Vary"), "Origin");
    EXPECT_NE(headers.find("Access-Control-Expose-Headers")->find("X-RateLimit-Remaining"),
              std::string_view::npos);
    EXPECT_TRUE(answer_to(cors, "http://localhost:5173").find("Access-Control-Allow-Origin"));
}

TEST(Cors, other_origins_are_told_nothing_but_that_it_depends_on_them) {
    const Cors cors({"https://app.example"});
    const Headers headers = answer_to(cors, "https://app.example.evil");
    EXPECT_EQ(headers.size(), 1);
    EXPECT_EQ(headers.find("Vary"), "Origin");
}

TEST(Cors, empty_list_says_nothing_at_all) {
    EXPECT_EQ(answer_to(Cors({}), "https://app.example").size(), 0);
}

TEST(Cors, star_is_for_all) {
    EXPECT_EQ(answer_to(Cors({"*"}), "https://x").find("Access-Control-Allow-Origin"), "*");
}

TEST(Cors, preflight_names_methods_and_the_headers_asked_for) {
    const Cors cors({"https://a"});
    const auto answer = cors.preflight({{"Origin", "https://a"},
                                        {"Access-Control-Request-Method", "DELETE"},
                                        {"Access-Control-Request-Headers", "x-api-key"}});
    EXPECT_EQ(answer.status, 204);
    EXPECT_NE(answer.headers.find("Access-Control-Allow-Methods")->find("DELETE"),
              std::string_view::npos);
    EXPECT_EQ(answer.headers.find("Access-Control-Allow-Headers"), "x-api-key");
    const auto other =
        cors.preflight({{"Origin", "https://b"}, {"Access-Control-Request-Method", "DELETE"}});
    EXPECT_FALSE(other.headers.find("Access-Control-Allow-Methods"));
}

TEST(Cors, websockets_open_for_programs_the_own_origin_and_listed_ones) {
    const Cors cors({"https://a"});
    EXPECT_TRUE(cors.may_upgrade({{"Host", "h:3000"}}));
    EXPECT_TRUE(cors.may_upgrade({{"Host", "h:3000"}, {"Origin", "http://H:3000"}}));
    EXPECT_TRUE(cors.may_upgrade({{"Host", "h:3000"}, {"Origin", "https://a"}}));
    EXPECT_FALSE(cors.may_upgrade({{"Host", "h:3000"}, {"Origin", "http://h:3001"}}));
    EXPECT_FALSE(cors.may_upgrade({{"Host", "h:3000"}, {"Origin", "null"}}));
    EXPECT_TRUE(Cors({"*"}).may_upgrade({{"Host", "h"}, {"Origin", "null"}}));
}

}  // namespace
}  // namespace rookery::server
