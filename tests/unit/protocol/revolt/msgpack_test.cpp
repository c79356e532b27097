#include "protocol/revolt/msgpack.hpp"

#include "model/json_index.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <random>
#include <string>

namespace rookery::protocol::revolt {
namespace {

using nlohmann::json;

std::string packed(const json& value) {
    const auto bytes = json::to_msgpack(value);
    return {bytes.begin(), bytes.end()};
}

Result<std::string> unpacked(std::string_view bytes, const MsgpackLimits& limits = {}) {
    std::string out;
    if (auto done = msgpack_to_json(bytes, out, limits); !done) {
        return done.error();
    }
    return out;
}

json sample() {
    return json::parse(R"({"type":"Message","_id":"01J0","content":"\"quoted\" \\ \u0001 äö€😀",
        "flags":3,"negative":-5,"ratio":1.5,"small":-32768,"big":18446744073709551615,
        "long":-9223372036854775808,"yes":true,"no":false,"nothing":null,
        "list":[1,[2,[]],{"a":{}}],"permissions":4503599627370495})");
}

TEST(Msgpack, the_same_value_comes_out_as_json) {
    auto value = sample();
    value["wide"] = json::array();
    for (int i = 0; i < 70'000; ++i) {
        value["wide"].push_back(i);
    }
    value["text"] = std::string(300, 'x');
    value["longer"] = std::string(70'000, 'y');
    for (int i = 0; i < 40; ++i) {
        value["map"]["key" + std::to_string(i)] = i * 1000;
    }
    const auto text = unpacked(packed(value));
    ASSERT_TRUE(text) << text.error().message();
    EXPECT_EQ(json::parse(*text), value);
    EXPECT_TRUE(model::JsonIndex::build(*text));
}

TEST(Msgpack, times_become_iso_texts) {
    const auto text = unpacked(packed({{"type", "MessageUpdate"},
                                       {"data", {{"edited", 1767323045678}, {"flags", 5}}},
                                       {"timeout", 0},
                                       {"joined_at", nullptr}}));
    ASSERT_TRUE(text);
    EXPECT_EQ(json::parse(*text), json::parse(R"({"type":"MessageUpdate","data":{
        "edited":"2026-01-02T03:04:05.678Z","flags":5},"timeout":"1970-01-01T00:00:00.000Z",
        "joined_at":null})"));
}

TEST(Msgpack, a_moment_that_no_calendar_has_stays_a_number) {
    const auto text = unpacked(packed({{"edited", INT64_MAX}}));
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, R"({"edited":9223372036854775807})");
}

TEST(Msgpack, binary_becomes_a_list_of_bytes) {
    const auto text = unpacked(packed({{"data", json::binary({1, 2, 255})}}));
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, R"({"data":[1,2,255]})");
}

TEST(Msgpack, a_frame_cut_at_any_byte_is_refused) {
    const auto bytes = packed(sample());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto text = unpacked(std::string_view(bytes).substr(0, size));
        ASSERT_FALSE(text) << size;
        EXPECT_EQ(text.error().kind(), ErrorKind::protocol) << size;
    }
    EXPECT_FALSE(unpacked(bytes + "\x01"));
}

TEST(Msgpack, what_is_no_map_of_texts_is_refused) {
    using namespace std::string_literals;
    for (const auto& bytes :
         {"\x01"s, "\xA1x"s, "\x91\x80"s, "\xC0"s, "\x81\x01\x02"s, "\x81\xC0\x02"s,
          "\x81\xA1x\xC1"s, "\x81\xA1x\xD4\x01\x02"s, "\x81\xA1x\xC7\x01\x02\x03"s}) {
        const auto text = unpacked(bytes);
        ASSERT_FALSE(text) << json(json::binary({bytes.begin(), bytes.end()}));
        EXPECT_EQ(text.error().kind(), ErrorKind::protocol);
    }
    EXPECT_FALSE(unpacked(packed({{"x", std::nan("")}})));
}

TEST(Msgpack, sizes_that_cannot_be_true_cost_nothing) {
    using namespace std::string_literals;
    for (const auto& bytes : {"\xDF\xFF\xFF\xFF\xFF"s, "\x81\xA1x\xDD\xFF\xFF\xFF\xFF"s,
                              "\x81\xA1x\xDB\xFF\xFF\xFF\xFF"s, "\x81\xA1x\xC6\xFF\xFF\xFF\xFF"s,
                              "\x81\xDB\xFF\xFF\xFF\xFF"s}) {
        EXPECT_FALSE(unpacked(bytes));
    }
}

TEST(Msgpack, limits_of_depth_count_and_size) {
    const std::string deep = "\x81\xA1x" + std::string(1'000, '\x91') + "\x01";
    const auto depth = unpacked(deep);
    ASSERT_FALSE(depth);
    EXPECT_EQ(depth.error().kind(), ErrorKind::limit);

    const auto wide = packed({{"x", json(std::vector<int>(100, 1))}});
    EXPECT_TRUE(unpacked(wide));
    const auto values = unpacked(wide, {.values = 50});
    ASSERT_FALSE(values);
    EXPECT_EQ(values.error().kind(), ErrorKind::limit);
    const auto size = unpacked(wide, {.json_size = 50});
    ASSERT_FALSE(size);
    EXPECT_EQ(size.error().kind(), ErrorKind::limit);
}

TEST(Msgpack, changed_bytes_do_no_harm) {
    std::mt19937 random(7);
    const auto good = packed(sample());
    for (int round = 0; round < 20'000; ++round) {
        auto bytes = good;
        for (int changes = 0; changes < 3; ++changes) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        const auto text = unpacked(bytes);
        if (text && model::JsonIndex::build(*text)) {
            EXPECT_FALSE(json::parse(*text, nullptr, false).is_discarded()) << *text;
        }
    }
}

}  // namespace
}  // namespace rookery::protocol::revolt
