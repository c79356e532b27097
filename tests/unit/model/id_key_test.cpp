#include "model/event.hpp"
#include "model/ids.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace rookery::model {
namespace {

TEST(IdKey, a_number_is_its_own_key) {
    EXPECT_EQ(id_key("80351110224678912"), 80351110224678912U);
    EXPECT_EQ(id_key("18446744073709551615"), 18446744073709551615U);
    EXPECT_EQ(id_key(""), 0U);
}

TEST(IdKey, other_texts_have_keys_of_their_own) {
    const std::vector<std::string> ids{"01J0000000000000000000MSG1",
                                       "01J0000000000000000000MSG2",
                                       "aB3dE5f7",
                                       "6f1c9f8e-7b1a-4c6e-9f38-3f2b1d9c5e10",
                                       "4915112345678:12@s.whatsapp.net",
                                       "18446744073709551616",
                                       "007",
                                       "7x"};
    for (const std::string& id : ids) {
        EXPECT_NE(id_key(id), 0U);
        EXPECT_EQ(id_key(id), id_key(std::string(id)));
        EXPECT_EQ(std::count_if(ids.begin(), ids.end(),
                                [&](const std::string& one) { return id_key(one) == id_key(id); }),
                  1);
    }
    EXPECT_NE(id_key("007"), id_key("7"));
}

TEST(IdBefore, numbers_go_by_value_and_before_texts) {
    std::vector<std::string> ids{"10", "9", "1A", "abc", "100"};
    std::sort(ids.begin(), ids.end(), id_before);
    EXPECT_EQ(ids, (std::vector<std::string>{"9", "10", "100", "1A", "abc"}));
}

}  // namespace
}  // namespace rookery::model
