#include "server/http/response_head.hpp"

#include "net/crypto.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace rookery::server {
namespace {

using Field = std::pair<std::string_view, std::string_view>;

constexpr std::array kSecurity{
    Field{"Cross-Origin-Opener-Policy", "same-origin"},
    Field{"Cross-Origin-Resource-Policy", "same-origin"},
    Field{"Origin-Agent-Cluster", "?1"},
    Field{"Referrer-Policy", "no-referrer"},
    Field{"X-Content-Type-Options", "nosniff"},
    Field{"X-DNS-Prefetch-Control", "off"},
    Field{"X-Download-Options", "noopen"},
    Field{"X-Frame-Options", "SAMEORIGIN"},
    Field{"X-Permitted-Cross-Domain-Policies", "none"},
    Field{"X-XSS-Protection", "0"},
};
constexpr Field kStrictTransport{"Strict-Transport-Security",
                                 "max-age=15552000; includeSubDomains"};

constexpr std::string_view kWebsocketGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// What the server itself writes, or nobody may.
constexpr std::array<std::string_view, 8> kReserved{
    "connection", "content-length", "content-type", "date",
    "keep-alive", "trailer",        "upgrade",      "transfer-encoding"};

void put(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

bool is_token(std::string_view name) noexcept {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kOthers.find(c) != std::string_view::npos;
    });
}

bool is_value(std::string_view value) noexcept {
    return std::none_of(value.begin(), value.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    });
}

bool is_reserved(std::string_view name) {
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return std::find(kReserved.begin(), kReserved.end(), lower) != kReserved.end();
}

void put_given(std::string& out, const Headers& headers) {
    for (const auto& [name, value] : headers) {
        if (is_token(name) && is_value(value) && !is_reserved(name)) {
            put(out, name, value);
        }
    }
}

/// IMF-fixdate; made once a second.
const std::string& date() {
    thread_local std::time_t made = 0;
    thread_local std::string text;
    const std::time_t now = std::time(nullptr);
    if (now != made) {
        made = now;
        std::tm parts{};
        gmtime_r(&now, &parts);
        std::array<char, 40> buffer{};
        text.assign(buffer.data(), std::strftime(buffer.data(), buffer.size(),
                                                 "%a, %d %b %Y %H:%M:%S GMT", &parts));
    }
    return text;
}

std::string status_line(unsigned status) {
    const auto known = boost::beast::http::int_to_status(status);
    const auto reason = boost::beast::http::obsolete_reason(known);
    std::string line = "HTTP/1.1 " + std::to_string(status) + " ";
    line.append(reason.data(), reason.size());
    return line + "\r\n";
}

}  // namespace

bool has_body(unsigned status) noexcept { return status >= 200 && status != 204 && status != 304; }

std::string response_head(const Response& response, const HeadContext& context) {
    std::string out = status_line(response.status);
    put(out, "Date", date());
    if (has_body(response.status)) {
        if (!response.content_type.empty() && is_value(response.content_type)) {
            put(out, "Content-Type", response.content_type);
        }
        put(out, "Content-Length",
            std::to_string(response.body == nullptr ? 0 : response.body->size()));
    }
    if (!context.request_id.empty()) {
        put(out, "X-Request-Id", context.request_id);
    }
    for (const auto& [name, value] : kSecurity) {
        if (!response.headers.find(name)) {
            put(out, name, value);
        }
    }
    if (context.secure) {
        put(out, kStrictTransport.first, kStrictTransport.second);
    }
    if (context.added != nullptr) {
        put_given(out, *context.added);
    }
    put_given(out, response.headers);
    if (context.close) {
        put(out, "Connection", "close");
    } else if (!context.http11) {
        put(out, "Connection", "keep-alive");
    }
    return out + "\r\n";
}

bool is_websocket_key(std::string_view key) noexcept {
    constexpr std::size_t kLength = 24;
    return key.size() == kLength && key.ends_with("==") &&
           std::all_of(key.begin(), key.end() - 2, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/';
           });
}

std::string switching_head(std::string_view key, std::string_view request_id) {
    std::string out = status_line(101);
    put(out, "Upgrade", "websocket");
    put(out, "Connection", "Upgrade");
    put(out, "Sec-WebSocket-Accept",
        net::base64(net::sha1(std::string(key) + std::string(kWebsocketGuid))));
    put(out, "X-Request-Id", request_id);
    return out + "\r\n";
}

}  // namespace rookery::server
