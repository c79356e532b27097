#include "net/address.hpp"

#include <gtest/gtest.h>

namespace rookery::net {
namespace {

bool is_public(const char* text) { return net::is_public(boost::asio::ip::make_address(text)); }

TEST(Address, of_the_open_internet_is_public) {
    for (const char* address : {"1.1.1.1", "8.8.8.8", "172.32.0.1", "172.15.255.255", "100.128.0.1",
                                "192.167.0.1", "223.255.255.255", "2606:4700::1111",
                                "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"}) {
        EXPECT_TRUE(is_public(address)) << address;
    }
}

TEST(Address, of_this_machine_or_network_is_not_public) {
    for (const char* address : {"0.0.0.0",
                                "127.0.0.1",
                                "127.255.255.255",
                                "10.1.2.3",
                                "172.16.0.1",
                                "172.31.255.255",
                                "192.168.1.1",
                                "169.254.169.254",
                                "100.64.0.1",
                                "198.18.0.1",
                                "224.0.0.1",
                                "255.255.255.255",
                                "::",
                                "::1",
                                "fe80::1",
                                "fc00::1",
                                "fd12::1",
                                "fec0::1",
                                "ff02::1",
                                "::ffff:127.0.0.1",
                                "::ffff:10.0.0.1",
                                "64:ff9b::7f00:1",
                                "2002:7f00:1::1",
                                "2002:a00:1::1",
                                "2001:db8::1",
                                "2001::1",
                                "::7f00:1",
                                "100::1"}) {
        EXPECT_FALSE(is_public(address)) << address;
    }
}

}  // namespace
}  // namespace rookery::net
