#include "base/id_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery {
namespace {

TEST(IdText, ids_of_every_platform_are_ids) {
    for (const char* id : {"80351110224678912", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "aB3dE5f7",
                           "6f1c9f8e-7b1a-4c6e-9f38-3f2b1d9c5e10",
                           "4915112345678:12@s.whatsapp.net", "123-456@g.us", "status@broadcast"}) {
        EXPECT_TRUE(is_id(id)) << id;
    }
    EXPECT_TRUE(is_id(std::string(128, 'x')));
}

TEST(IdText, what_leads_elsewhere_in_an_url_is_none) {
    for (const char* id : {"", ".", "..", "a/b", "a?b", "a#b", "a b", "a\nb", "a%2fb", "a\\b",
                           "\xc3\xa9", "\x7f", "<@1>"}) {
        EXPECT_FALSE(is_id(id)) << id;
    }
    EXPECT_FALSE(is_id(std::string(129, 'x')));
}

TEST(IdText, digits_are_up_to_twenty) {
    EXPECT_TRUE(is_id("18446744073709551615", true));
    EXPECT_FALSE(is_id("184467440737095516150", true));
    EXPECT_FALSE(is_id("1a", true));
    EXPECT_FALSE(is_id("", true));
}

}  // namespace
}  // namespace rookery
