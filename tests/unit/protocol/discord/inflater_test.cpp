#include "protocol/discord/inflater.hpp"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

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

/// The same in zstd: one frame that never ends.
class ZstdCompressor {
  public:
    explicit ZstdCompressor(int window_log = 0) : context_(ZSTD_createCCtx()) {
        ZSTD_CCtx_setParameter(context_, ZSTD_c_windowLog, window_log);
    }
    ZstdCompressor(const ZstdCompressor&) = delete;
    ZstdCompressor& operator=(const ZstdCompressor&) = delete;
    ~ZstdCompressor() { ZSTD_freeCCtx(context_); }

    std::string operator()(const std::string& plain, ZSTD_EndDirective end = ZSTD_e_flush) {
        std::string out(ZSTD_compressBound(plain.size()) + 64, '\0');
        ZSTD_inBuffer from{plain.data(), plain.size(), 0};
        ZSTD_outBuffer to{out.data(), out.size(), 0};
        EXPECT_EQ(ZSTD_compressStream2(context_, &to, &from, end), 0u);
        out.resize(to.pos);
        return out;
    }

  private:
    ZSTD_CCtx* context_;
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

TEST(Inflater, G43_gives_each_payload_of_a_shared_window) {
    Deflater deflate;
    const auto text = payload(1, 2000);
    const auto first = deflate(text);
    const auto second = deflate(text + text);
    EXPECT_LT(second.size(), 200u);  // only possible by looking back into the first
    const auto owner = make_inflater(Compression::zlib);
    Inflater& inflater = *owner;
    EXPECT_EQ(fed(inflater, first), text);
    EXPECT_EQ(fed(inflater, second), text + text);
    EXPECT_EQ(inflater.compressed_bytes(), first.size() + second.size());
    EXPECT_EQ(inflater.plain_bytes(), 3 * text.size());
}

TEST(Inflater, G42_payload_split_in_two_at_every_byte) {
    Deflater deflate;
    const std::vector<std::string> plain{payload(1, 300), payload(2, 300)};
    const auto first = deflate(plain[0]);
    const auto second = deflate(plain[1]);
    for (std::size_t cut = 1; cut < second.size(); ++cut) {
        const auto owner = make_inflater(Compression::zlib);
        Inflater& inflater = *owner;
        ASSERT_EQ(fed(inflater, first), plain[0]);
        EXPECT_EQ(fed(inflater, std::string_view(second).substr(0, cut)), "") << cut;
        EXPECT_EQ(fed(inflater, std::string_view(second).substr(cut)), plain[1]) << cut;
    }
}

TEST(Inflater, G44_payload_in_messages_of_one_byte) {
    Deflater deflate;
    const auto text = payload(3, 500);
    const auto packed = deflate(text);
    const auto owner = make_inflater(Compression::zlib);
    Inflater& inflater = *owner;
    for (std::size_t i = 0; i + 1 < packed.size(); ++i) {
        ASSERT_EQ(fed(inflater, std::string_view(packed).substr(i, 1)), "");
    }
    EXPECT_EQ(fed(inflater, std::string_view(packed).substr(packed.size() - 1)), text);
}

TEST(Inflater, payloads_around_the_buffer_size) {
    Deflater deflate;
    const auto owner = make_inflater(Compression::zlib);
    Inflater& inflater = *owner;
    for (const std::size_t size : {65'530u, 65'536u, 65'537u, 131'072u, 3'000'000u, 10u}) {
        const auto text = std::string(size, 'x');
        EXPECT_EQ(fed(inflater, deflate(text)), text) << size;
    }
}

TEST(Inflater, empty_flush_is_no_payload) {
    Deflater deflate;
    const auto owner = make_inflater(Compression::zlib);
    Inflater& inflater = *owner;
    EXPECT_EQ(fed(inflater, deflate("{}")), "{}");
    EXPECT_EQ(fed(inflater, std::string_view("\x00\x00\x00\xFF\xFF", 5)), "");
}

TEST(Inflater, padding_after_the_payload_may_be_read) {
    Deflater deflate;
    const auto owner = make_inflater(Compression::zlib, Inflater::Limits{65'536 + 100, 1 << 20});
    Inflater& inflater = *owner;
    const auto text = std::string(65'536 + 100, 'x');
    const auto result = inflater.feed(deflate(text));
    ASSERT_TRUE(result && *result);
    unsigned sum = 0;
    for (std::size_t i = 0; i < Inflater::kPadding; ++i) {
        sum += static_cast<unsigned char>((*result)->data()[(*result)->size() + i]);
    }
    EXPECT_LE(sum, Inflater::kPadding * 255);
}

TEST(Inflater, G45_G46_corrupt_data_poisons_until_reset) {
    const auto owner = make_inflater(Compression::zlib);
    Inflater& inflater = *owner;
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
    const auto owner = make_inflater(Compression::zlib);
    Inflater& inflater = *owner;
    EXPECT_FALSE(inflater.feed(packed));
}

TEST(Inflater, G49_bomb_stops_at_the_cap) {
    Deflater deflate;
    const auto packed = deflate(std::string(8 << 20, '\0'));
    const auto owner = make_inflater(Compression::zlib, Inflater::Limits{1 << 20, 1 << 20});
    Inflater& inflater = *owner;
    const auto result = inflater.feed(packed);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::limit);
}

TEST(Inflater, payload_of_exactly_the_cap_passes) {
    Deflater deflate;
    const std::string text(100'000, 'x');
    const auto owner = make_inflater(Compression::zlib, Inflater::Limits{text.size(), 1 << 20});
    Inflater& inflater = *owner;
    EXPECT_EQ(fed(inflater, deflate(text)), text);
    EXPECT_FALSE(inflater.feed(deflate(text + 'x')));
}

TEST(Inflater, flood_without_a_flush_stops_at_the_cap) {
    const auto owner = make_inflater(Compression::zlib, Inflater::Limits{1 << 20, 1000});
    Inflater& inflater = *owner;
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
    const auto owner = make_inflater(Compression::zlib, Inflater::Limits{10'000, 10'000});
    Inflater& inflater = *owner;
    for (int round = 0; round < 2000; ++round) {
        inflater.reset();
        ASSERT_TRUE(inflater.feed(first));
        auto changed = second;
        changed[rng() % (changed.size() - 4)] = static_cast<char>(rng());
        const auto result = inflater.feed(changed);
        EXPECT_TRUE(!result || !*result || (*result)->size() <= 10'000);
    }
}

TEST(ZstdInflater, gives_each_payload_of_a_shared_window) {
    ZstdCompressor compress;
    const auto text = payload(1, 2000);
    const auto first = compress(text);
    const auto second = compress(text + text);
    EXPECT_LT(second.size(), 200u);
    const auto inflater = make_inflater(Compression::zstd);
    EXPECT_EQ(fed(*inflater, first), text);
    EXPECT_EQ(fed(*inflater, second), text + text);
    EXPECT_EQ(inflater->compressed_bytes(), first.size() + second.size());
    EXPECT_EQ(inflater->plain_bytes(), 3 * text.size());
}

TEST(ZstdInflater, G47_payload_larger_than_the_buffer_in_a_frame_that_never_ends) {
    ZstdCompressor compress;
    const auto inflater = make_inflater(Compression::zstd);
    for (const std::size_t size : {65'530u, 65'536u, 65'537u, 131'072u, 3'000'000u, 10u}) {
        const auto text = std::string(size, 'x');
        EXPECT_EQ(fed(*inflater, compress(text)), text) << size;
        const auto noise = payload(7, size);
        EXPECT_EQ(fed(*inflater, compress(noise)), noise) << size;
    }
}

TEST(ZstdInflater, corrupt_data_poisons_until_reset) {
    const auto inflater = make_inflater(Compression::zstd);
    const auto bad = inflater->feed("no zstd here");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().kind(), ErrorKind::protocol);
    ZstdCompressor compress;
    const auto good = compress("{}");
    EXPECT_FALSE(inflater->feed(good));
    inflater->reset();
    EXPECT_EQ(fed(*inflater, good), "{}");
}

TEST(ZstdInflater, reset_in_the_middle_of_a_frame_starts_a_new_one) {
    const auto inflater = make_inflater(Compression::zstd);
    ZstdCompressor first;
    EXPECT_EQ(fed(*inflater, first(payload(1, 500))), payload(1, 500));
    inflater->reset();
    ZstdCompressor second;
    EXPECT_EQ(fed(*inflater, second("{}")), "{}");
}

TEST(ZstdInflater, end_of_the_frame_is_an_error) {
    ZstdCompressor compress;
    const auto inflater = make_inflater(Compression::zstd);
    EXPECT_FALSE(inflater->feed(compress("{}", ZSTD_e_end)));
}

TEST(ZstdInflater, bomb_stops_at_the_cap) {
    ZstdCompressor compress;
    const auto packed = compress(std::string(8 << 20, '\0'));
    const auto inflater = make_inflater(Compression::zstd, {1 << 20, 1 << 20, 27});
    const auto result = inflater->feed(packed);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::limit);
}

TEST(ZstdInflater, payload_of_exactly_the_cap_passes) {
    ZstdCompressor compress;
    const std::string text(100'000, 'x');
    const auto inflater = make_inflater(Compression::zstd, {text.size(), 1 << 20, 27});
    EXPECT_EQ(fed(*inflater, compress(text)), text);
    EXPECT_FALSE(inflater->feed(compress(text + 'x')));
}

TEST(ZstdInflater, window_above_the_cap_is_refused) {
    ZstdCompressor compress(24);
    const auto inflater = make_inflater(Compression::zstd, {1 << 20, 1 << 20, 20});
    EXPECT_FALSE(inflater->feed(compress("{}")));
}

TEST(ZstdInflater, random_changes_never_break_it) {
    ZstdCompressor compress;
    const auto first = compress(payload(1, 400));
    const auto second = compress(payload(2, 400));
    std::mt19937 rng(1);
    const auto inflater = make_inflater(Compression::zstd, {10'000, 10'000, 27});
    for (int round = 0; round < 2000; ++round) {
        inflater->reset();
        ASSERT_TRUE(inflater->feed(first));
        auto changed = second;
        changed[rng() % changed.size()] = static_cast<char>(rng());
        const auto result = inflater->feed(changed);
        EXPECT_TRUE(!result || !*result || (*result)->size() <= 10'000);
    }
}

TEST(Inflater, none_is_nothing_to_inflate) { EXPECT_EQ(make_inflater(Compression::none), nullptr); }

}  // namespace
}  // namespace rookery::protocol::discord
