#include "config/network_text.hpp"

#include "config/times.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace rookery::config {
namespace {

template <class Number>
std::optional<Number> whole(std::string_view text) {
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failure == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                      : std::nullopt;
}

/// 4 or 6; 0 when it is no address.
int family_of(std::string_view text) {
    const std::string terminated(text);
    std::array<unsigned char, sizeof(in6_addr)> parsed{};
    if (::inet_pton(AF_INET, terminated.c_str(), parsed.data()) == 1) {
        return 4;
    }
    return ::inet_pton(AF_INET6, terminated.c_str(), parsed.data()) == 1 ? 6 : 0;
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const auto port = whole<std::uint16_t>(text.substr(colon + 1));
    auto host = text.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    } else if (host == "localhost") {
        host = "127.0.0.1";
    }
    if (!port || family_of(host) != (bracketed ? 6 : 4)) {
        return std::nullopt;
    }
    return Endpoint{std::string(host), *port};
}

bool is_network(std::string_view text) {
    const auto slash = text.find('/');
    const int family = family_of(text.substr(0, slash));
    if (family == 0 || slash == std::string_view::npos) {
        return family != 0;
    }
    const auto bits = whole<unsigned>(text.substr(slash + 1));
    return bits && *bits <= (family == 4 ? 32U : 128U);
}

bool is_origin(std::string_view text) {
    const auto begin = text.find("://");
    const auto scheme = text.substr(0, begin);
    if (begin == std::string_view::npos || scheme.empty() ||
        scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+.-") !=
            std::string_view::npos) {
        return false;
    }
    const auto host = text.substr(begin + 3);
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return c > ' ' && c < '\x7f' &&
               std::string_view("/?#@\\\"<>").find(c) == std::string_view::npos;
    });
}

std::optional<WallTime> time_of(const toml::node& node) {
    if (const auto text = node.value_exact<std::string_view>()) {
        return parse_time(*text);
    }
    if (const auto date = node.value_exact<toml::date>()) {
        return time_at({date->year, date->month, date->day});
    }
    const auto both = node.value_exact<toml::date_time>();
    if (!both) {
        return std::nullopt;
    }
    const std::chrono::minutes offset(both->offset ? both->offset->minutes : 0);
    return time_at({both->date.year, both->date.month, both->date.day, both->time.hour,
                    both->time.minute, both->time.second, offset});
}

}  // namespace rookery::config
