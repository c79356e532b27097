#include "net/crypto.hpp"

#include <gtest/gtest.h>

namespace rookery::net {
namespace {

TEST(Crypto, knows_the_published_check_values) {
    // RFC 6455 1.3
    EXPECT_EQ(base64(sha1("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11")),
              "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    // FIPS 180-2 B.1
    EXPECT_EQ(base64(sha256("abc")), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    EXPECT_EQ(base64({}), "");
}

TEST(Crypto, random_bytes_differ) {
    std::array<unsigned char, 16> one{};
    std::array<unsigned char, 16> two{};
    fill_random(one);
    fill_random(two);
    EXPECT_NE(one, two);
}

}  // namespace
}  // namespace rookery::net
