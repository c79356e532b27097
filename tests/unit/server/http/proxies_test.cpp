#include "server/http/proxies.hpp"

#include <gtest/gtest.h>

namespace rookery::server {
namespace {

std::string asked_by(const std::vector<std::string>& proxies, const std::string& peer,
                     const Headers& headers) {
    return Proxies::parse(proxies)->look_through(peer, headers);
}

TEST(Proxies, nobody_is_believed_without_a_declaration) {
    EXPECT_EQ(asked_by({}, "10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}}), "10.0.0.1");
    EXPECT_EQ(asked_by({"10.0.0.2"}, "10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}}), "10.0.0.1");
}

TEST(Proxies, declared_one_is_looked_through) {
    EXPECT_EQ(asked_by({"10.0.0.0/8"}, "10.1.2.3", {{"X-Forwarded-For", "1.2.3.4"}}), "1.2.3.4");
    EXPECT_EQ(asked_by({"10.0.0.0/8"}, "10.1.2.3", {{"x-forwarded-for", " ::ffff:1.2.3.4 "}}),
              "1.2.3.4");
    EXPECT_EQ(asked_by({"fd00::/8"}, "fd00::1", {{"X-Forwarded-For", "2001:db8::1"}}),
              "2001:db8::1");
}

TEST(Proxies, what_a_client_wrote_itself_is_never_reached) {
    EXPECT_EQ(
        asked_by({"10.0.0.0/8"}, "10.0.0.1", {{"X-Forwarded-For", "8.8.8.8, 1.2.3.4, 10.0.0.2"}}),
        "1.2.3.4");
    EXPECT_EQ(asked_by({"10.0.0.0/8"}, "10.0.0.1",
                       {{"X-Forwarded-For", "8.8.8.8"}, {"X-Forwarded-For", "1.2.3.4"}}),
              "1.2.3.4");
}

TEST(Proxies, what_is_no_address_ends_the_look) {
    EXPECT_EQ(asked_by({"10.0.0.0/8"}, "10.0.0.1", {{"X-Forwarded-For", "1.2.3.4, unknown"}}),
              "10.0.0.1");
    EXPECT_EQ(asked_by({"10.0.0.0/8"}, "10.0.0.1", {{"X-Forwarded-For", ""}}), "10.0.0.1");
    EXPECT_EQ(asked_by({"10.0.0.0/8"}, "10.0.0.1", {}), "10.0.0.1");
}

TEST(Proxies, networks_end_within_a_byte) {
    const auto proxies = Proxies::parse({"10.0.0.64/26", "1.1.1.1"});
    ASSERT_TRUE(proxies);
    const auto trusts = [&](const char* text) {
        return proxies->trusts(boost::asio::ip::make_address(text));
    };
    EXPECT_TRUE(trusts("10.0.0.127"));
    EXPECT_FALSE(trusts("10.0.0.128"));
    EXPECT_FALSE(trusts("10.0.0.63"));
    EXPECT_FALSE(trusts("1.1.1.2"));
    EXPECT_FALSE(trusts("::1"));
}

TEST(Proxies, bad_networks_are_refused) {
    for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "host", "::/129"}) {
        EXPECT_FALSE(Proxies::parse({text})) << text;
    }
}

}  // namespace
}  // namespace rookery::server
