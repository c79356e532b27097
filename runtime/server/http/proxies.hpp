#pragma once

#include "base/result.hpp"
#include "server/http/message.hpp"

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace rookery::server {

/// The proxies whose word on who asks is believed.
class Proxies {
  public:
    Proxies() = default;
    /// "10.0.0.7", "10.0.0.0/8", "fd00::/8". Error invalid.
    [[nodiscard]] static Result<Proxies> parse(const std::vector<std::string>& networks);

    [[nodiscard]] bool trusts(const boost::asio::ip::address& address) const;

    /// The address that a request counts for: `peer`, or, while that is a trusted one, the one
    /// before it in X-Forwarded-For, from its end. What a client wrote in there itself stands
    /// further to the left and is never reached.
    [[nodiscard]] std::string look_through(const std::string& peer, const Headers& headers) const;

  private:
    struct Network {
        boost::asio::ip::address base;
        unsigned bits = 0;
    };
    std::vector<Network> networks_;
};

/// "1.2.3.4" also for the way in which IPv6 writes it.
[[nodiscard]] boost::asio::ip::address plain_address(const boost::asio::ip::address& address);

}  // namespace rookery::server
