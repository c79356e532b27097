#include "hostapi/route_pattern.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

std::string error_of(std::string_view text) {
    const auto pattern = RoutePattern::parse(text);
    return pattern ? "fine" : pattern.error().message();
}

std::string match(std::string_view text, const std::vector<std::string>& segments) {
    const auto pattern = RoutePattern::parse(text);
    RoutePattern::Params params;
    if (!pattern || !pattern->match(segments, params)) {
        return "no";
    }
    std::string found = "yes";
    for (const auto& [name, value] : params) {
        found += " " + name + "=" + value;
    }
    return found;
}

TEST(RoutePattern, stands_for_paths) {
    EXPECT_EQ(match("/", {}), "yes");
    EXPECT_EQ(match("/", {"a"}), "no");
    EXPECT_EQ(match("/a/:id/b", {"a", "5", "b"}), "yes id=5");
    EXPECT_EQ(match("/a/:id", {"a", ""}), "no");
    EXPECT_EQ(match("/a/:id", {"a", "x/y"}), "yes id=x/y");  // one segment, decoded
    EXPECT_EQ(match("/a/*", {"a"}), "yes *=");
    EXPECT_EQ(match("/a/*", {"a", "b", "c"}), "yes *=b/c");
    EXPECT_EQ(match("/a/*", {"b"}), "no");
    EXPECT_EQ(match("/*", {}), "yes *=");
}

TEST(RoutePattern, refuses_what_makes_no_sense) {
    EXPECT_EQ(error_of("a"), "the pattern must begin with /");
    EXPECT_EQ(error_of("/a//b"), "the pattern has an empty segment, \".\" or \"..\"");
    EXPECT_EQ(error_of("/a/../b"), "the pattern has an empty segment, \".\" or \"..\"");
    EXPECT_EQ(error_of("/a/"), "the pattern must not end with /");
    EXPECT_EQ(error_of("/*/a"), "the pattern may have * at its end only");
    EXPECT_EQ(error_of("/:"),
              "the pattern has a parameter whose name is not of letters, digits and _");
    EXPECT_EQ(error_of("/:a/:a"), "the pattern has two parameters :a");
    EXPECT_EQ(error_of("/" + std::string(600, 'a')), "the pattern is longer than 512 bytes");
}

TEST(RoutePattern, that_says_more_goes_first) {
    const auto literal = *RoutePattern::parse("/a/b");
    const auto parameter = *RoutePattern::parse("/a/:x");
    const auto rest = *RoutePattern::parse("/a/*");
    EXPECT_TRUE(literal.before(parameter));
    EXPECT_TRUE(parameter.before(rest));
    EXPECT_FALSE(rest.before(literal));
    EXPECT_EQ(parameter.shape(), RoutePattern::parse("/a/:other")->shape());
}

}  // namespace
}  // namespace rookery::hostapi
