#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace rookery {
namespace {

using namespace std::string_literals;

TEST(Base64, vectors_of_the_rfc_go_both_ways) {
    for (const auto& [bytes, text] : std::initializer_list<std::pair<std::string, std::string>>{
             {"", ""},
             {"f", "Zg=="},
             {"fo", "Zm8="},
             {"foo", "Zm9v"},
             {"foob", "Zm9vYg=="},
             {"fooba", "Zm9vYmE="},
             {"foobar", "Zm9vYmFy"},
             {"\xff\xfe\x00"s, "//4A"},
         }) {
        std::string out;
        append_base64(out, bytes);
        EXPECT_EQ(out, text);
        EXPECT_EQ(base64_size(bytes.size()), text.size());
        EXPECT_EQ(decode_base64(text), bytes);
    }
}

TEST(Base64, what_no_encoder_writes_is_refused) {
    for (const auto* text : {"Z", "Zg", "Zg=", "Zg===", "====", "=", "Z===", "Zm9v=", "Zm 9",
                             "Zm9v\n", "Zm9-", "Zh==", "Zm9=", "Zg==Zg==", "Z=g="}) {
        EXPECT_EQ(decode_base64(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace rookery
