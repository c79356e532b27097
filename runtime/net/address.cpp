#include "net/address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace rookery::net {
namespace {

namespace ip = boost::asio::ip;

struct Range4 {
    std::uint32_t first;
    unsigned bits;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c = 0, unsigned d = 0) {
    return a << 24U | b << 16U | c << 8U | d;
}

/// IANA's special-purpose registry, as far as it is not globally reachable.
constexpr std::array kNotPublic{
    Range4{v4(0, 0), 8},         Range4{v4(10, 0), 8},      Range4{v4(100, 64), 10},
    Range4{v4(127, 0), 8},       Range4{v4(169, 254), 16},  Range4{v4(172, 16), 12},
    Range4{v4(192, 0), 24},      Range4{v4(192, 0, 2), 24}, Range4{v4(192, 88, 99), 24},
    Range4{v4(192, 168), 16},    Range4{v4(198, 18), 15},   Range4{v4(198, 51, 100), 24},
    Range4{v4(203, 0, 113), 24}, Range4{v4(224, 0), 4},     Range4{v4(240, 0), 4},
};

bool is_public_v4(std::uint32_t address) {
    return std::none_of(kNotPublic.begin(), kNotPublic.end(), [address](const Range4& range) {
        return (address >> (32 - range.bits)) == (range.first >> (32 - range.bits));
    });
}

bool is_public_v6(const ip::address_v6& address) {
    const auto bytes = address.to_bytes();
    const auto begins = [&bytes](std::initializer_list<unsigned> prefix) {
        return std::equal(prefix.begin(), prefix.end(), bytes.begin());
    };
    const auto inner = [&bytes](std::size_t at) {
        return is_public_v4(v4(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]));
    };
    if (begins({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}) ||
        begins({0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) {  // mapped; NAT64
        return inner(12);
    }
    if (begins({0x20, 0x02})) {  // 6to4
        return inner(2);
    }
    const bool special = begins({0x20, 0x01, 0x0D, 0xB8}) || begins({0x20, 0x01, 0, 0}) ||
                         begins({0x20, 0x01, 0, 0x02});
    // Only 2000::/3 is given out.
    return (bytes[0] & 0xE0U) == 0x20 && !special;
}

}  // namespace

bool is_public(const ip::address& address) {
    return address.is_v4() ? is_public_v4(address.to_v4().to_uint())
                           : is_public_v6(address.to_v6());
}

}  // namespace rookery::net
