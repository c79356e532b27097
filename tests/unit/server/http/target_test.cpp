#include "server/http/target.hpp"

#include <gtest/gtest.h>

namespace rookery::server {
namespace {

using Strings = std::vector<std::string>;
using Fields = std::vector<std::pair<std::string, std::string>>;

TEST(Target, path_is_split_before_it_is_decoded) {
    const auto target = parse_target("/api/a%2Fb/%C3%A9");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->segments, (Strings{"api", "a/b", "é"}));
    EXPECT_EQ(target->path, "/api/a/b/é");
}

TEST(Target, trailing_slash_stays_in_the_path_and_adds_no_segment) {
    EXPECT_EQ(parse_target("/api/docs/")->path, "/api/docs/");
    EXPECT_EQ(parse_target("/api/docs/")->segments, (Strings{"api", "docs"}));
    EXPECT_EQ(parse_target("/")->path, "/");
    EXPECT_TRUE(parse_target("/")->segments.empty());
}

TEST(Target, empty_segments_in_the_middle_are_segments) {
    EXPECT_EQ(parse_target("/a//b")->segments, (Strings{"a", "", "b"}));
    EXPECT_EQ(parse_target("//a")->segments, (Strings{"", "a"}));
}

TEST(Target, query_is_decoded_as_forms_are) {
    EXPECT_EQ(parse_target("/x?a=1&b=x%20y+z&c&&=d&a=2%0A")->query,
              (Fields{{"a", "1"}, {"b", "x y z"}, {"c", ""}, {"", "d"}, {"a", "2\n"}}));
    EXPECT_TRUE(parse_target("/x?")->query.empty());
    EXPECT_EQ(parse_target("/a+b")->path, "/a+b");
}

TEST(Target, question_mark_in_the_query_is_text) {
    EXPECT_EQ(parse_target("/x?a=b?c")->query, (Fields{{"a", "b?c"}}));
}

TEST(Target, absolute_form_is_taken) {
    EXPECT_EQ(parse_target("http://host:80/a?b=c")->path, "/a");
    EXPECT_EQ(parse_target("https://host")->path, "/");
}

class BadTarget : public ::testing::TestWithParam<const char*> {};

TEST_P(BadTarget, is_refused) {
    const auto target = parse_target(GetParam());
    ASSERT_FALSE(target) << target->path;
    EXPECT_EQ(target.error().kind(), ErrorKind::invalid);
}

INSTANTIATE_TEST_SUITE_P(All, BadTarget,
                         ::testing::Values("", "*", "a", "host:80", "ftp://host/", "http://host?a",
                                           "/a#b", "/%", "/%4", "/%4g", "/%zz", "/a%00b", "/%0d%0a",
                                           "/%7f", "/..", "/a/../b", "/a/%2e%2E", "/.", "/%2e/a",
                                           "/%ff", "/%c3", "/%ed%a0%80", "/%c0%af", "/x?a=%",
                                           "/x?%ff", "/x?a=%00", "/x?%1=2"));

TEST(Target, escape_at_the_very_end_is_decoded) {
    EXPECT_EQ(parse_target("/a%41")->path, "/aA");
    EXPECT_EQ(parse_target("/a%41?%42=%43")->query, (Fields{{"B", "C"}}));
}

}  // namespace
}  // namespace rookery::server
