#include "net/content_coding.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace rookery::net {
namespace {

std::string pack(const std::string& text, int window) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(text.size() + 1'000, '\0');
    std::string in = text;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

TEST(DecodeContent, unpacks_gzip_and_both_kinds_of_deflate) {
    const std::string text(100'000, 'x');
    EXPECT_EQ(*decode_content("gzip", pack(text, 31), 1U << 20U), text);
    EXPECT_EQ(*decode_content("deflate", pack(text, 15), 1U << 20U), text);
    EXPECT_EQ(*decode_content("deflate", pack(text, -15), 1U << 20U), text);
    EXPECT_EQ(*decode_content("", text, 1U << 20U), text);
}

TEST(DecodeContent, a_bomb_stops_at_the_limit) {
    const auto packed = pack(std::string(4'000'000, 'x'), 31);
    EXPECT_EQ(decode_content("gzip", packed, 100'000).error().kind(), ErrorKind::limit);
}

TEST(DecodeContent, what_is_cut_or_something_else_is_an_error) {
    const auto packed = pack("some text that is packed", 31);
    for (std::size_t length = 1; length < packed.size(); ++length) {
        EXPECT_EQ(decode_content("gzip", packed.substr(0, length), 1'000).error().kind(),
                  ErrorKind::protocol)
            << length;
    }
    EXPECT_FALSE(decode_content("gzip", "not packed", 1'000));
    EXPECT_FALSE(decode_content("br", "x", 1'000));
}

}  // namespace
}  // namespace rookery::net
