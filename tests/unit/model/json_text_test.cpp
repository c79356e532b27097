#include "model/json_text.hpp"

#include <gtest/gtest.h>

namespace rookery::model {
namespace {

std::string unescaped(std::string_view escaped) {
    StringScratch scratch;
    return std::string(unescape(escaped, scratch));
}

std::string written(std::string_view text) {
    std::string out;
    append_json_text(out, text);
    return out;
}

std::string spliced(std::string_view json) {
    std::string out = ">";
    append_json(out, json);
    return out.substr(1);
}

TEST(JsonText, unescapes_everything_that_json_has) {
    EXPECT_EQ(unescaped(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
    EXPECT_EQ(unescaped(R"(a\u0041\u00e9\u20AC)"), "aA\u00e9\u20ac");
    EXPECT_EQ(unescaped(R"(\u0000)"), std::string(1, '\0'));
}

TEST(JsonText, joins_surrogate_pairs) { EXPECT_EQ(unescaped(R"(\ud83d\ude00!)"), "\U0001F600!"); }

TEST(JsonText, lone_surrogates_become_the_replacement_character) {
    EXPECT_EQ(unescaped(R"(\ud83d)"), "\ufffd");
    EXPECT_EQ(unescaped(R"(\ude00)"), "\ufffd");
    EXPECT_EQ(unescaped(R"(\ud83dx)"), "\ufffdx");
    EXPECT_EQ(unescaped(R"(\ud83d\u0041)"), "\ufffdA");
    EXPECT_EQ(unescaped(R"(\ud83d\ud83d\ude00)"), "\ufffd\U0001F600");
    EXPECT_EQ(unescaped(R"(\ud83d\n)"), "\ufffd\n");
}

TEST(JsonText, text_without_escapes_is_not_copied) {
    StringScratch scratch;
    const std::string_view text = "plain \xE2\x82\xAC";
    EXPECT_EQ(unescape(text, scratch).data(), text.data());
}

TEST(JsonText, earlier_texts_stay_when_more_are_made) {
    StringScratch scratch;
    const std::string long_one = "\\n" + std::string(5000, 'x');
    const std::string_view first = unescape(R"(a\nb)", scratch);
    const std::string_view second = unescape(long_one, scratch);
    const std::string_view third = unescape(R"(\t)", scratch);
    EXPECT_EQ(first, "a\nb");
    EXPECT_EQ(second.size(), 5001U);
    EXPECT_EQ(third, "\t");
}

TEST(JsonText, writes_what_must_be_escaped) {
    EXPECT_EQ(written("a\"b\\c\n\r\t\x01\x1f/\u20ac"),
              "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f/\u20ac\"");
    EXPECT_EQ(written(""), "\"\"");
}

TEST(JsonText, splicing_keeps_escapes_as_they_are) {
    EXPECT_EQ(spliced(R"({"a":"\u00e9\/\ud83d\ude00"})"), R"({"a":"\u00e9\/\ud83d\ude00"})");
}

TEST(JsonText, splicing_replaces_lone_surrogates) {
    EXPECT_EQ(spliced(R"(["\ud83d","\ude00x\ud83d\ude00"])"),
              R"(["\ufffd","\ufffdx\ud83d\ude00"])");
    EXPECT_EQ(spliced(R"("\\ud83d")"), R"("\\ud83d")");
}

}  // namespace
}  // namespace rookery::model
