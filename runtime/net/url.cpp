#include "net/url.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace rookery::net {

namespace {

constexpr std::size_t kMaxUrl = 2048;

struct Scheme {
    std::string_view name;
    std::uint16_t port;
};
constexpr std::array<Scheme, 4> kSchemes{{{"http", 80}, {"https", 443}, {"ws", 80}, {"wss", 443}}};

Error bad(std::string_view text, std::string_view reason) {
    return {ErrorKind::invalid, "URL \"" + log::clipped(text) + "\": " + std::string(reason)};
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~").find(c) != std::string_view::npos;
}

bool is_host(std::string_view host, bool bracketed) {
    return !host.empty() && std::all_of(host.begin(), host.end(), [&](char c) {
        return bracketed ? (is_unreserved(c) || c == ':') : is_unreserved(c);
    });
}

/// Takes "host" or "[v6]" from the front of `authority`; false when it is none.
bool take_host(std::string_view& authority, Url& url) {
    const bool bracketed = authority.starts_with('[');
    const auto end = bracketed ? authority.find(']') : authority.find(':');
    if (bracketed && end == std::string_view::npos) {
        return false;
    }
    const auto host = bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
    if (!is_host(host, bracketed)) {
        return false;
    }
    url.host = lower(host);
    const auto used = bracketed ? end + 1 : host.size();
    authority.remove_prefix(used);
    return true;
}

/// "" or ":8080".
bool take_port(std::string_view rest, Url& url) {
    if (rest.empty()) {
        return true;
    }
    if (rest.front() != ':') {
        return false;
    }
    rest.remove_prefix(1);
    const auto [end, ec] = std::from_chars(rest.data(), rest.data() + rest.size(), url.port);
    return ec == std::errc() && end == rest.data() + rest.size() && url.port != 0;
}

}  // namespace

std::string Url::authority() const {
    std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
    const auto* known = std::find_if(kSchemes.begin(), kSchemes.end(),
                                     [&](const Scheme& one) { return one.name == scheme; });
    if (known == kSchemes.end() || known->port != port) {
        out += ":" + std::to_string(port);
    }
    return out;
}

std::string Url::origin() const { return scheme + "://" + authority(); }

std::string Url::text() const { return origin() + target; }

Result<Url> parse_url(std::string_view text) {
    if (text.size() > kMaxUrl) {
        return bad(text, "longer than 2048 bytes");
    }
    if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; })) {
        return bad(text, "has a space, a control character or a character outside of ASCII");
    }
    const auto colon = text.find("://");
    Url url;
    url.scheme = lower(text.substr(0, colon == std::string_view::npos ? 0 : colon));
    const auto* scheme = std::find_if(kSchemes.begin(), kSchemes.end(),
                                      [&](const Scheme& one) { return one.name == url.scheme; });
    if (scheme == kSchemes.end()) {
        return bad(text, "must begin with http://, https://, ws:// or wss://");
    }
    url.port = scheme->port;
    const auto rest = text.substr(colon + 3);
    if (rest.find('#') != std::string_view::npos) {
        return bad(text, "has a fragment (#...)");
    }
    const auto slash = std::min(rest.find_first_of("/?"), rest.size());
    auto authority = rest.substr(0, slash);
    if (authority.find('@') != std::string_view::npos) {
        // The text stays out of the message: it may hold a password.
        return Error(ErrorKind::invalid, "URL: user names and passwords in it are not supported");
    }
    if (!take_host(authority, url)) {
        return bad(text, "has no valid host");
    }
    if (!take_port(authority, url)) {
        return bad(text, "has a bad port");
    }
    url.target = rest.substr(slash);
    if (!url.target.starts_with('/')) {
        url.target.insert(0, 1, '/');
    }
    return url;
}

std::string percent_encode(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHex[byte >> 4U];
            out += kHex[byte & 15U];
        }
    }
    return out;
}

}  // namespace rookery::net
