#pragma once

#include <boost/asio/ip/address.hpp>

namespace rookery::net {

/// False for what is not the open internet: this machine, private and link-local networks, shared
/// and reserved ranges, multicast, and the ways to write such an IPv4 address as an IPv6 one.
[[nodiscard]] bool is_public(const boost::asio::ip::address& address);

}  // namespace rookery::net
