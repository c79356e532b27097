#include "hostapi/capabilities.hpp"

#include "base/log.hpp"
#include "model/operations.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace rookery::hostapi {
namespace {

/// Granted without being asked for.
constexpr std::array<std::string_view, 6> kDefault = {"kv",    "settings", "metrics",
                                                      "serve", "rest:*",   "events:*"};
constexpr std::string_view kForms =
    "expected kv, settings, metrics, serve, rest:NOUN.VERB, rest:NOUN.*, events:NAME, http:HOST, "
    "http:HOST:PORT, http:*.DOMAIN or http:*";
constexpr std::size_t kLongest = 300;

struct Parts {
    std::string_view kind;
    std::string_view rest;
};

Parts split(std::string_view text) {
    const std::size_t colon = text.find(':');
    return colon == std::string_view::npos ? Parts{text, {}}
                                           : Parts{text.substr(0, colon), text.substr(colon + 1)};
}

struct HostPort {
    std::string_view host;  ///< an IPv6 address without its brackets
    std::string_view port;  ///< empty: any
};

HostPort split_host(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        const bool port = end != std::string_view::npos && text.substr(end + 1).starts_with(':');
        return {text.substr(1, end == std::string_view::npos ? end : end - 1),
                port ? text.substr(end + 2) : std::string_view{}};
    }
    const std::size_t colon = text.rfind(':');
    return colon == std::string_view::npos
               ? HostPort{text, {}}
               : HostPort{text.substr(0, colon), text.substr(colon + 1)};
}

/// What a wildcard must not stand for: an address in its usual writing, or this machine.
bool is_literal(std::string_view host) {
    const std::string text(host);
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
           inet_pton(AF_INET6, text.c_str(), address.data()) == 1 || host == "localhost" ||
           host.ends_with(".localhost");
}

bool covers_host(std::string_view granted, std::string_view wanted) {
    const HostPort grant = split_host(granted);
    const HostPort want = split_host(wanted);
    if (!grant.port.empty() && grant.port != want.port) {
        return false;
    }
    if (grant.host == want.host) {
        return true;
    }
    if (is_literal(want.host)) {
        return false;
    }
    // "*" is everything; "*.example.com" is what ends in ".example.com".
    return grant.host == "*" ||
           (grant.host.starts_with("*.") && want.host.ends_with(grant.host.substr(1)) &&
            want.host.size() > grant.host.size() - 1);
}

bool is_host(std::string_view text) {
    const HostPort parts = split_host(text);
    std::string_view name = parts.host;
    if (name == "*") {
        return parts.port.empty() || text.size() > name.size();
    }
    if (name.starts_with("*.")) {
        name.remove_prefix(2);
    }
    std::uint16_t port = 1;
    if (!parts.port.empty()) {
        const char* const end = parts.port.data() + parts.port.size();
        const auto [rest, error] = std::from_chars(parts.port.data(), end, port);
        if (error != std::errc{} || rest != end || port == 0) {
            return false;
        }
    }
    const bool bracketed = text.starts_with('[');
    return !name.empty() && std::all_of(name.begin(), name.end(), [bracketed](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_' || (bracketed && c == ':');
    });
}

bool is_operation(std::string_view text) {
    if (text == "*" || model::find_operation(text) != nullptr) {
        return true;
    }
    const auto operations = model::operations();
    return text.ends_with(".*") &&
           std::any_of(operations.begin(), operations.end(), [text](const auto& operation) {
               return operation.noun == text.substr(0, text.size() - 2);
           });
}

bool any_covers(const auto& list, std::string_view wanted) {
    return std::any_of(list.begin(), list.end(),
                       [wanted](const auto& one) { return covers(one, wanted); });
}

}  // namespace

Result<> check_capability(std::string_view text) {
    const auto [kind, rest] = split(text);
    const auto refuse = [&](std::string_view problem) {
        return Error(ErrorKind::invalid,
                     fmt::format("capability \"{}\": {}", log::clipped(text, 60), problem));
    };
    if (text.size() > kLongest) {
        return refuse("longer than 300 bytes");
    }
    if (kind == "rest") {
        return is_operation(rest) ? Result<>() : refuse("there is no such operation");
    }
    if (kind == "http") {
        return is_host(rest) ? Result<>()
                             : refuse(
                                   "expected a host in lower case, with a port or without, or "
                                   "*.DOMAIN; no scheme and no path");
    }
    if (kind == "events") {
        return rest.empty() ? refuse("expected the name of an event, or *") : Result<>();
    }
    const bool plain = text == "kv" || text == "settings" || text == "metrics" || text == "serve";
    return plain ? Result<>() : refuse(kForms);
}

bool covers(std::string_view granted, std::string_view wanted) {
    const Parts grant = split(granted);
    const Parts want = split(wanted);
    if (grant.kind != want.kind) {
        return false;
    }
    if (grant.kind == "http") {
        return covers_host(grant.rest, want.rest);
    }
    if (grant.rest == "*" || grant.rest == want.rest) {
        return true;
    }
    return grant.rest.ends_with(".*") &&
           want.rest.starts_with(grant.rest.substr(0, grant.rest.size() - 1));
}

bool Capabilities::is_declared(std::string_view wanted) const {
    if (!declared_ || any_covers(*declared_, wanted)) {
        return true;
    }
    return wanted.starts_with("events:") &&
           std::none_of(declared_->begin(), declared_->end(),
                        [](const std::string& one) { return one.starts_with("events:"); });
}

Result<> Capabilities::check_granted(std::string_view wanted) const {
    const std::string place =
        grants_.file.empty() ? std::string("the configuration") : grants_.file;
    if (any_covers(grants_.denied, wanted)) {
        return Error(ErrorKind::denied,
                     fmt::format("{} is denied to it: `deny` in {}, in [{}] or the section above, "
                                 "names it",
                                 wanted, place, grants_.section));
    }
    if (any_covers(kDefault, wanted) || any_covers(grants_.granted, wanted)) {
        return {};
    }
    std::string list;
    for (const std::string& one : grants_.own) {
        list += "\"" + one + "\", ";
    }
    return Error(ErrorKind::denied,
                 fmt::format("{} is not granted to it; {} must say: [{}] grant = [{}\"{}\"]",
                             wanted, place, grants_.section, list, wanted));
}

Result<> Capabilities::check_declared() const {
    if (!declared_) {
        return {};
    }
    for (const std::string& capability : *declared_) {
        if (auto granted = check_granted(capability); !granted) {
            return granted.error().within("its manifest asks for what it has not been given");
        }
    }
    return {};
}

Result<> Capabilities::check(std::string_view wanted) const {
    if (!is_declared(wanted)) {
        return Error(ErrorKind::denied,
                     fmt::format("{0} is not among the \"capabilities\" of its manifest: add "
                                 "\"{0}\" there",
                                 wanted));
    }
    return check_granted(wanted);
}

}  // namespace rookery::hostapi
