#include "protocol/discord/inflater.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>
#include <vector>

namespace rookery::protocol::discord {
namespace {

/// The sending side: one deflate stream, flushed after each payload.
class Deflater {
  public:
    Deflater() { EXPECT_EQ(deflateInit(&z_, Z_DEFAULT_COMPRESSION), Z_OK); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;
    ~Deflater() { deflateEnd(&z_); }

    std::string operator()(const std::string& plain, int flush = Z_SYNC_FLUSH) {
        std::string out(deflateBound(&z_, plain.size()) + 64, '\0');
        std::string input = plain;
        z_.next_in = reinterpret_cast<Bytef*>(input.data());
        z_.avail_in = static_cast<uInt>(input.size());
        z_.next_out = reinterpret_cast<Bytef*>(out.data());
        z_.avail_out = static_cast<uInt>(out.size());
        deflate(&z_, flush);
        out.resize(out.size() - z_.avail_out);
        return out;
    }

  private:
    z_stream z_{};
};

std::string payload(unsigned seed, std::size_t size) {
    std::mt19937 rng(seed);
    std::string text = "{\"d\":\"";
    while (text.size() < size) {
        text += static_cast<char>('a' + rng() % 26);
    }
    return text + "\"}";
}

/// The payload that `message` completes; "" when it completes none.
std::string fed(Inflater& inflater, std::string_view message) {
    const auto result = inflater.feed(message);
    if (!result) {
        return "error: " + result.error().message();
    }
    return std::string(result->value_or(""));
}

TEST(Inflater, gives_each_payload_of_a_shared_window) {  // G43
    Deflater deflate;
    const auto text = payload(1, 2000);
    const auto first = deflate(text);
    const auto second = deflate(text + text);
    EXPECT_LT(second.size(), 200u);  // only possible by looking back into the first
    Inflater inflater;
    EXPECT_EQ(fed(inflater, first), text);
    EXPECT_EQ(fed(inflater, second), text + text);
    EXPECT_EQ(inflater.compressed_bytes(), first.size() + second.size());
    EXPECT_EQ(inflater.plain_bytes(), 3 * text.size());
}

TEST(Inflater, payload_split_in_two_at_every_byte) {  // G42, G44
    Deflater deflate;
    const std::vector<std::string> plain{payload(1, 300), payload(2, 300)};
    const auto first = deflate(plain[0]);
    const auto second = deflate(plain[1]);
    for (std::size_t cut = 1; cut < second.size(); ++cut) {
        Inflater inflater;
        ASSERT_EQ(fed(inflater, first), plain[0]);
        EXPECT_EQ(fed(inflater, std::string_view(second).substr(0, cut)), "") << cut;
        EXPECT_EQ(fed(inflater, std::string_view(second).substr(cut)), plain[1]) << cut;
    }
}

TEST(Inflater, payload_in_messages_of_one_byte) {
    Deflater deflate;
    const auto text = payload(3, 500);
    const auto packed = deflate(text);
    Inflater inflater;
    for (std::size_t i = 0; i + 1 < packed.size(); ++i) {
        ASSERT_EQ(fed(inflater, std::string_view(packed).substr(i, 1)), "");
    }
    EXPECT_EQ(fed(inflater, std::string_view(packed).substr(packed.size() - 1)), text);
}

TEST(Inflater, payloads_around_the_buffer_size) {
    Deflater deflate;
    Inflater inflater;
    for (const std::size_t size : {65'530u, 65'536u, 65'537u, 131'072u, 3'000'000u, 10u}) {
        const auto text = std::string(size, 'x');
        EXPECT_EQ(fed(inflater, deflate(text)), text) << size;
    }
}

TEST(Inflater, empty_flush_is_no_payload) {
    Deflater deflate;
    Inflater inflater;
    EXPECT_EQ(fed(inflater, deflate("{}")), "{}");
    EXPECT_EQ(fed(inflater, std::string_view("\x00\x00\x00\xFF\xFF", 5)), "");
}

TEST(Inflater, padding_after_the_payload_may_be_read) {
    Deflater deflate;
    Inflater inflater(Inflater::Limits{65'536 + 100, 1 << 20});
    const auto text = std::string(65'536 + 100, 'x');
    const auto result = inflater.feed(deflate(text));
    ASSERT_TRUE(result && *result);
    unsigned sum = 0;
    for (std::size_t i = 0; i < Inflater::kPadding; ++i) {
        sum += static_cast<unsigned char>((*result)->data()[(*result)->size() + i]);
    }
    EXPECT_LE(sum, Inflater::kPadding * 255);
}

TEST(Inflater, corrupt_data_poisons_until_reset) {  // G45, G46
    Inflater inflater;
    const auto bad = inflater.feed(std::string_view("no zlib here\x00\x00\xFF\xFF", 16));
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().kind(), ErrorKind::protocol);
    Deflater deflate;
    const auto good = deflate("{}");
    EXPECT_FALSE(inflater.feed(good));
    inflater.reset();
    EXPECT_EQ(fed(inflater, good), "{}");
}

TEST(Inflater, end_of_the_stream_is_an_error) {
    Deflater deflate;
    auto packed = deflate("{}", Z_FINISH);
    packed += std::string_view("\x00\x00\xFF\xFF", 4);
    Inflater inflater;
    EXPECT_FALSE(inflater.feed(packed));
}

TEST(Inflater, bomb_stops_at_the_cap) {  // G49
    Deflater deflate;
    const auto packed = deflate(std::string(8 << 20, '\0'));
    Inflater inflater({1 << 20, 1 << 20});
    const auto result = inflater.feed(packed);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::limit);
}

TEST(Inflater, payload_of_exactly_the_cap_passes) {
    Deflater deflate;
    const std::string text(100'000, 'x');
    Inflater inflater({text.size(), 1 << 20});
    EXPECT_EQ(fed(inflater, deflate(text)), text);
    EXPECT_FALSE(inflater.feed(deflate(text + 'x')));
}

TEST(Inflater, flood_without_a_flush_stops_at_the_cap) {
    Inflater inflater({1 << 20, 1000});
    const std::string part(300, 'x');
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(inflater.feed(part));
    }
    const auto result = inflater.feed(part);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::limit);
}

TEST(Inflater, random_changes_never_break_it) {
    Deflater deflate;
    const auto first = deflate(payload(1, 400));
    const auto second = deflate(payload(2, 400));
    std::mt19937 rng(1);
    Inflater inflater({10'000, 10'000});
    for (int round = 0; round < 2000; ++round) {
        inflater.reset();
        ASSERT_TRUE(inflater.feed(first));
        auto changed = second;
        changed[rng() % (changed.size() - 4)] = static_cast<char>(rng());
        const auto result = inflater.feed(changed);
        EXPECT_TRUE(!result || !*result || (*result)->size() <= 10'000);
    }
}

}  // namespace
}  // namespace rookery::protocol::discord
