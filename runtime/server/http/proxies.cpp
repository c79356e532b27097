#include "server/http/proxies.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace rookery::server {
namespace {

namespace ip = boost::asio::ip;

std::vector<unsigned char> bytes_of(const ip::address& address) {
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return {bytes.begin(), bytes.end()};
    }
    const auto bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.end()};
}

bool same_prefix(const ip::address& a, const ip::address& b, unsigned bits) {
    const auto left = bytes_of(a);
    const auto right = bytes_of(b);
    if (left.size() != right.size()) {
        return false;
    }
    for (std::size_t i = 0; i < left.size() && bits > 0; ++i) {
        const unsigned here = std::min(bits, 8U);
        if (((left[i] ^ right[i]) >> (8U - here)) != 0) {
            return false;
        }
        bits -= here;
    }
    return true;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// All of the header's values, as the one list that they are.
std::string forwarded(const Headers& headers) {
    std::string list;
    for (const auto& [name, value] : headers) {
        if (Headers{{name, {}}}.find("X-Forwarded-For")) {
            list += (list.empty() ? "" : ",") + value;
        }
    }
    return list;
}

}  // namespace

ip::address plain_address(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    }
    return address;
}

Result<Proxies> Proxies::parse(const std::vector<std::string>& networks) {
    Proxies out;
    for (const auto& text : networks) {
        const auto slash = std::min(text.find('/'), text.size());
        boost::system::error_code error;
        const auto base = plain_address(ip::make_address(text.substr(0, slash), error));
        const unsigned most = base.is_v4() ? 32 : 128;
        unsigned bits = most;
        if (!error && slash < text.size()) {
            const char* const end = text.data() + text.size();
            const auto [stop, failed] = std::from_chars(text.data() + slash + 1, end, bits);
            if (failed != std::errc{} || stop != end || bits > most) {
                error = boost::asio::error::invalid_argument;
            }
        }
        if (error) {
            return Error(ErrorKind::invalid,
                         "expected an address or a network (\"10.0.0.0/8\"), got \"" + text + "\"");
        }
        out.networks_.push_back({base, bits});
    }
    return out;
}

bool Proxies::trusts(const ip::address& address) const {
    return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
        return same_prefix(network.base, address, network.bits);
    });
}

std::string Proxies::look_through(const std::string& peer, const Headers& headers) const {
    boost::system::error_code error;
    ip::address now = ip::make_address(peer, error);
    if (networks_.empty() || error || !trusts(now)) {
        return peer;
    }
    const std::string list = forwarded(headers);
    std::string_view rest = list;
    while (!rest.empty() && trusts(now)) {
        const auto comma = rest.rfind(',');
        const std::string_view last =
            trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
        const auto before = plain_address(ip::make_address(std::string(last), error));
        if (error) {
            break;  // what stands there is no address: the last known one it is
        }
        now = before;
    }
    return now.to_string();
}

}  // namespace rookery::server
