#include "base/language_tag.hpp"

#include <gtest/gtest.h>

namespace rookery {
namespace {

TEST(LanguageTagTest, one_form_of_what_people_write) {
    EXPECT_EQ(language_tag("de"), "de");
    EXPECT_EQ(language_tag("DE"), "de");
    EXPECT_EQ(language_tag("en_us"), "en-US");
    EXPECT_EQ(language_tag("pt-BR"), "pt-BR");
    EXPECT_EQ(language_tag("zh-hant-tw"), "zh-Hant-TW");
    EXPECT_EQ(language_tag("es-419"), "es-419");
}

TEST(LanguageTagTest, what_is_none) {
    for (const char* text : {"", "d", "deutsch", "de-", "-de", "de--AT", "d1", "de at", "de-a",
                             "en-US-abcdefgh-abcdefgh", "de-\xc3\xa4\xc3\xa4"}) {
        EXPECT_EQ(language_tag(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace rookery
