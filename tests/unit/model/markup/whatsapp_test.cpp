#include "model/markup/whatsapp.hpp"

#include <gtest/gtest.h>

namespace rookery::model::markup {
namespace {

std::string in(std::string_view text) {
    static const std::vector<WhatsAppMention> kMentioned{{"4915", "4915@s.whatsapp.net"},
                                                         {"123", "123@lid"}};
    return from_whatsapp(text, kMentioned);
}
std::string out(std::string_view content) { return to_whatsapp(content).text; }

TEST(WhatsAppMarkup, marks_become_markdown) {
    EXPECT_EQ(in("*bold* _italic_ ~struck~ `code`"), "**bold** _italic_ ~~struck~~ `code`");
    EXPECT_EQ(in("*_both_*"), "**_both_**");
    EXPECT_EQ(in("(*a*), *b*!"), "(**a**), **b**!");
    EXPECT_EQ(in("> *q*\n* item"), "> **q**\n* item");
}

TEST(WhatsAppMarkup, what_is_no_mark_stays) {
    for (const auto* text :
         {"2*3*4", "* a*", "*a *", "snake_case_name", "*", "**", "*a", "~~", "a_b"}) {
        EXPECT_EQ(in(text), text);
    }
    EXPECT_EQ(in("*a\nb*"), "*a\nb*") << "marks end with the line";
}

TEST(WhatsAppMarkup, code_is_left_alone) {
    EXPECT_EQ(in("```*a*\n@4915``` *b*"), "```*a*\n@4915``` **b**");
    EXPECT_EQ(in("`*a*`"), "`*a*`");
    EXPECT_EQ(in("```*a*"), "```**a**") << "no end: no block";
}

TEST(WhatsAppMarkup, numbers_of_those_who_are_mentioned_become_mentions) {
    EXPECT_EQ(in("hi @4915, @123 and @49151 @ 4915 a@4916"),
              "hi <@4915@s.whatsapp.net>, <@123@lid> and @49151 @ 4915 a@4916");
    EXPECT_EQ(in("*@4915*"), "**<@4915@s.whatsapp.net>**");
}

TEST(WhatsAppMarkup, markdown_becomes_marks) {
    EXPECT_EQ(out("**bold** *italic* _italic_ ~~struck~~ `code`"),
              "*bold* _italic_ _italic_ ~struck~ `code`");
    EXPECT_EQ(out("**a _b_ c**"), "*a _b_ c*");
    EXPECT_EQ(out("__under__"), "under");
    EXPECT_EQ(out("# Title\n-# small\n> quote"), "*Title*\nsmall\n> quote");
    EXPECT_EQ(out("```cpp\nint x;\n```"), "```int x;\n```");
    EXPECT_EQ(out("```x```"), "```x```");
    EXPECT_EQ(out("[text](https://x.y)"), "text (https://x.y)");
    EXPECT_EQ(out("<:wave:123>"), ":wave:");
}

TEST(WhatsAppMarkup, mentions_come_with_their_jids_each_once) {
    const auto made = to_whatsapp("<@4915@s.whatsapp.net> <@123@lid> <@4915> @everyone");
    EXPECT_EQ(made.text, "@4915 @123 @4915 @everyone");
    EXPECT_EQ(made.mentions, (std::vector<std::string>{"4915@s.whatsapp.net", "123@lid"}));
    EXPECT_TRUE(made.everyone);
}

TEST(WhatsAppMarkup, what_goes_out_comes_back) {
    for (const auto* text : {"**bold**", "_italic_", "~~struck~~", "**_both_**", "`code`",
                             "a **b** c", "```\nblock\n```", "<@4915@s.whatsapp.net>"}) {
        EXPECT_EQ(in(out(text)),
                  text == std::string_view("```\nblock\n```") ? "```block\n```" : text);
    }
}

TEST(WhatsAppMarkup, long_texts_of_marks_take_linear_time) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) {
        text += "*a _b ~c ";
    }
    EXPECT_EQ(in(text), text);
    EXPECT_EQ(in(std::string(200'000, '*')), std::string(200'000, '*'));
    EXPECT_EQ(in(std::string(200'000, '@')).size(), 200'000U);
    EXPECT_EQ(in(std::string(200'000, '`')).size(), 200'000U);
}

}  // namespace
}  // namespace rookery::model::markup
