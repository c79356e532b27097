#include "server/http/cors.hpp"

#include <algorithm>
#include <utility>

namespace rookery::server {
namespace {

constexpr std::string_view kMethods = "GET,HEAD,PUT,PATCH,POST,DELETE";
constexpr std::string_view kExposed =
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, X-Request-Id";

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

}  // namespace

Cors::Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {
    for (auto& origin : origins_) {
        origin = lower(origin);
        if (origin.ends_with('/')) {
            origin.pop_back();
        }
    }
    any_ = std::find(origins_.begin(), origins_.end(), "*") != origins_.end();
}

bool Cors::allows(std::string_view origin) const {
    return any_ || std::find(origins_.begin(), origins_.end(), lower(origin)) != origins_.end();
}

void Cors::add_headers(Headers& headers, const Headers& request) const {
    if (any_) {
        headers.set("Access-Control-Allow-Origin", "*");
    } else if (!origins_.empty()) {
        headers.add("Vary", "Origin");
        const auto origin = request.find("Origin");
        if (!origin || !allows(*origin)) {
            return;
        }
        headers.set("Access-Control-Allow-Origin", std::string(*origin));
    } else {
        return;
    }
    headers.set("Access-Control-Expose-Headers", std::string(kExposed));
}

Response Cors::preflight(const Headers& request) const {
    Response answer;
    answer.status = 204;
    answer.headers.add("Allow", "GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS");
    const auto origin = request.find("Origin");
    if (!origin || !allows(*origin) || !request.find("Access-Control-Request-Method")) {
        return answer;
    }
    answer.headers.add("Access-Control-Allow-Methods", std::string(kMethods));
    if (const auto wanted = request.find("Access-Control-Request-Headers")) {
        answer.headers.add("Access-Control-Allow-Headers", std::string(*wanted));
        answer.headers.add("Vary", "Access-Control-Request-Headers");
    }
    return answer;
}

bool Cors::may_upgrade(const Headers& request) const {
    const auto origin = request.find("Origin");
    if (!origin || allows(*origin)) {
        return true;
    }
    const auto host = request.find("Host");
    const auto scheme = origin->find("://");
    return host && scheme != std::string_view::npos &&
           lower(origin->substr(scheme + 3)) == lower(*host);
}

}  // namespace rookery::server
