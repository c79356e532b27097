#include "command/text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery::command {
namespace {

TEST(TextTest, valid_utf8_and_what_is_none) {
    for (const char* good : {"", "a", "ä", "€", "😀", "\ufffd", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(is_utf8(good)) << good;
    }
    for (const char* bad : {"\x80", "\xc0\x80", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                            "\xe0\x80\x80", "\xff", "a\xe2\x82"}) {
        EXPECT_FALSE(is_utf8(bad)) << bad;
    }
}

TEST(TextTest, characters_are_code_points) {
    EXPECT_EQ(characters("aä€😀"), 4U);
    EXPECT_EQ(characters("\xff\xff"), 2U);
}

TEST(TextTest, folding_is_for_all_scripts_with_cases) {
    EXPECT_EQ(folded("ÄÖÜ ÀÉ ŁŻ ÿŸ"), "äöü àé łż ÿÿ");
    EXPECT_EQ(folded("ПРИВЕТ ЁЖ"), "привет ёж");
    EXPECT_EQ(folded("ΆΛΦΑ ς"), "άλφα σ");
    EXPECT_EQ(folded("ՀԱՅ"), "հայ");
    EXPECT_EQ(folded("ＡＢ"), "ａｂ");
    EXPECT_EQ(folded("日本 עברית"), "日本 עברית");
    EXPECT_EQ(folded("STRASSE ẞ"), "strasse ß");
}

TEST(TextTest, folding_into_a_buffer_needs_room) {
    char buffer[8];
    EXPECT_EQ(folded("ABCD", buffer, sizeof buffer), "abcd");
    EXPECT_EQ(folded("ABCDEFGHI", buffer, sizeof buffer), std::nullopt);
}

TEST(TextTest, what_is_shown_is_short_on_one_line_and_harmless) {
    EXPECT_EQ(shown("a\n\n b"), "a b");
    EXPECT_EQ(shown("**x** `y`"), "\\*\\*x\\*\\* \\`y\\`");
    EXPECT_EQ(shown("a\u202eb\u200bc\u2066"), "abc");
    EXPECT_EQ(shown("@everyone"), "@\u200beveryone");
    EXPECT_EQ(shown("<@&5>"), "<\u200b@\u200b&5\\>");
    EXPECT_EQ(shown(std::string(100, 'x'), 5), "xxxxx…");
    EXPECT_EQ(shown("שלום"), "שלום");
    EXPECT_EQ(shown("👩‍👩‍👧"), "👩‍👩‍👧");
    EXPECT_EQ(shown("\xff"), "\ufffd");
}

}  // namespace
}  // namespace rookery::command
