#include "model/markup/revolt.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery::model::markup {
namespace {

std::string in(std::string_view text) {
    StringScratch scratch;
    return std::string(revolt_inbound(text, scratch));
}
std::string out(std::string_view text) { return revolt_outbound(text); }

const std::string kId = "01J0000000000000000000RVE1";

TEST(RevoltMarkup, what_is_alike_is_the_same_text) {
    const std::string text = "**b** *i* ~~s~~ `c` <@" + kId + "> <#" + kId + "> 12:30:45 a_b wow!";
    StringScratch scratch;
    EXPECT_EQ(revolt_inbound(text, scratch).data(), text.data());
    EXPECT_EQ(out(text), text);
}

TEST(RevoltMarkup, roles_emoji_and_spoilers_both_ways) {
    EXPECT_EQ(in("hi <%" + kId + ">"), "hi <@&" + kId + ">");
    EXPECT_EQ(in("x :" + kId + ": y"), "x <:emoji:" + kId + "> y");
    EXPECT_EQ(in("!!secret!! and __bold__"), "||secret|| and **bold**");
    EXPECT_EQ(out("hi <@&" + kId + "> <@!" + kId + ">"), "hi <%" + kId + "> <@" + kId + ">");
    EXPECT_EQ(out("<:cat:" + kId + "> <a:cat:" + kId + "> <:cat:123>"),
              ":" + kId + ": :" + kId + ": :cat:");
    EXPECT_EQ(out("||secret|| __u__"), "!!secret!! u");
}

TEST(RevoltMarkup, code_and_escapes_stay) {
    for (const char* text : {"`!!x!!` ```\n__y__ <%A>\n```", "\\!!x!!", "`open !!x!!"}) {
        EXPECT_EQ(in(text), text == std::string("`open !!x!!") ? "`open ||x||" : text) << text;
    }
    EXPECT_EQ(out("`||x||`"), "`||x||`");
}

TEST(RevoltMarkup, marks_without_a_counterpart_stay) {
    for (const char* text : {"!!", "!!!!", "!! x !!", "wow!! so", "__", "<%", "<%x>", ":x:", "<",
                             "<:", "<@", "<:::>", "||", "|| x", "\\", "`", "```"}) {
        EXPECT_EQ(in(text), text) << text;
        EXPECT_EQ(out(text), text) << text;
    }
}

}  // namespace
}  // namespace rookery::model::markup
