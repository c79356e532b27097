#include "protocol/guilded/json_scan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace rookery::protocol::guilded {
namespace {

TEST(MemberScan, finds_members_whatever_their_values_hold) {
    const std::string text =
        R"( { "a" : "x\"}," , "b":{"c":["]}",{}]}, "d":-1.5e3,"e":null , "f":[] } )";
    std::string seen;
    MemberScan scan(text);
    while (scan.next()) {
        seen += std::string(scan.key()) + "=" + std::string(scan.value()) + ";";
    }
    EXPECT_FALSE(scan.failed());
    EXPECT_EQ(seen, R"(a="x\"},";b={"c":["]}",{}]};d=-1.5e3;e=null;f=[];)");
    EXPECT_EQ(member_at(text, {"b", "c"}), R"(["]}",{}])");
    EXPECT_EQ(member_at(text, {"b", "x", "y"}), "");
}

TEST(MemberScan, a_text_cut_anywhere_ends_the_scan) {
    const std::string text = R"({"a":"x\"","b":{"c":[1,2]},"d":true})";
    for (std::size_t size = 0; size < text.size(); ++size) {
        MemberScan scan(std::string_view(text).substr(0, size));
        while (scan.next()) {
        }
        EXPECT_TRUE(scan.failed()) << size;
    }
    for (const std::string_view odd : {"", "7", "[]", "{,}", "{\"a\"}", "{\"a\":}", "{a:1}"}) {
        MemberScan scan(odd);
        while (scan.next()) {
        }
        EXPECT_TRUE(scan.failed()) << odd;
    }
}

TEST(PlainText, is_of_strings_and_numbers) {
    EXPECT_EQ(plain_text("\"aB3\""), "aB3");
    EXPECT_EQ(plain_text("4711"), "4711");
    EXPECT_EQ(plain_text("{}"), "");
    EXPECT_EQ(plain_text("\""), "");
    EXPECT_EQ(plain_text("null"), "");
}

std::string nested(std::size_t depth) {
    std::string out;
    for (std::size_t i = 0; i < depth; ++i) {
        out += R"({"nodes":[)";
    }
    for (std::size_t i = 0; i < depth; ++i) {
        out += "]}";
    }
    return out;
}

TEST(LimitDepth, leaves_alone_what_is_shallow) {
    EXPECT_FALSE(limit_depth(nested(30), 60));
    EXPECT_FALSE(limit_depth(R"({"a":"[[[[[[[[[["})", 3));
    EXPECT_FALSE(limit_depth("", 3));
}

TEST(LimitDepth, cuts_a_document_nested_a_thousand_deep) {
    const auto cut = limit_depth(nested(1'000), 60);
    ASSERT_TRUE(cut);
    EXPECT_NE(cut->find("[nested too deeply]"), std::string::npos);
    EXPECT_LT(cut->size(), std::size_t{2'000});
    // It is JSON again, of a depth that is read.
    std::size_t deepest = 0;
    std::size_t depth = 0;
    for (const char c : *cut) {
        depth += c == '{' || c == '[' ? 1 : 0;
        deepest = std::max(deepest, depth);
        depth -= c == '}' || c == ']' ? 1 : 0;
    }
    EXPECT_LE(deepest, std::size_t{65});
    EXPECT_EQ(depth, 0U);
}

TEST(LimitDepth, takes_a_text_that_never_ends) {
    EXPECT_TRUE(limit_depth(std::string(100'000, '['), 60));
    EXPECT_FALSE(limit_depth("]]]]}}}}\"", 60));
}

}  // namespace
}  // namespace rookery::protocol::guilded
