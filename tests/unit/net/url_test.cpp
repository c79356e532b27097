#include "net/url.hpp"

#include <gtest/gtest.h>

namespace rookery::net {
namespace {

TEST(Url, splits_host_port_and_target) {
    const auto url = parse_url("wss://Gateway.Discord.GG/?v=10&encoding=json");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, "wss");
    EXPECT_EQ(url->host, "gateway.discord.gg");
    EXPECT_EQ(url->port, 443);
    EXPECT_EQ(url->target, "/?v=10&encoding=json");
    EXPECT_TRUE(url->secure());
    EXPECT_EQ(url->text(), "wss://gateway.discord.gg/?v=10&encoding=json");
}

TEST(Url, a_target_always_begins_with_a_slash) {
    EXPECT_EQ(parse_url("http://a")->target, "/");
    EXPECT_EQ(parse_url("http://a?x=1")->target, "/?x=1");
}

TEST(Url, authority_names_the_port_only_when_it_is_unusual) {
    EXPECT_EQ(parse_url("http://a:80/")->authority(), "a");
    EXPECT_EQ(parse_url("ws://127.0.0.1:8080")->authority(), "127.0.0.1:8080");
    EXPECT_EQ(parse_url("https://[::1]:8443/x")->authority(), "[::1]:8443");
    EXPECT_EQ(parse_url("https://[::1]:8443/x")->host, "::1");
}

class BadUrl : public ::testing::TestWithParam<const char*> {};

TEST_P(BadUrl, is_refused) {
    const auto url = parse_url(GetParam());
    ASSERT_FALSE(url) << GetParam();
    EXPECT_EQ(url.error().kind(), ErrorKind::invalid);
}

INSTANTIATE_TEST_SUITE_P(Each, BadUrl,
                         ::testing::Values("", "discord.com", "ftp://a/", "://a", "http://",
                                           "http:///x", "http://a:0/", "http://a:65536/",
                                           "http://a:/", "http://a:8x/", "http://a b/",
                                           "http://a/\r\nX: y", "http://a/#frag", "http://[::1/",
                                           "http://[::1]x/", "http://a_b!/",
                                           "http://caf\xc3\xa9/"));

TEST(Url, a_password_is_refused_and_not_shown) {
    const auto url = parse_url("https://bob:hunter22@example.org/");
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().message().find("hunter22"), std::string::npos);
}

TEST(Url, an_endless_one_is_refused) {
    EXPECT_FALSE(parse_url("http://a/" + std::string(4'000, 'x')));
}

TEST(PercentEncode, leaves_only_unreserved_characters) {
    EXPECT_EQ(percent_encode("name:123"), "name%3A123");
    EXPECT_EQ(percent_encode("\xf0\x9f\x91\x8d"), "%F0%9F%91%8D");
    EXPECT_EQ(percent_encode("a/b?c%d"), "a%2Fb%3Fc%25d");
    EXPECT_EQ(percent_encode("Az09-._~"), "Az09-._~");
}

}  // namespace
}  // namespace rookery::net
