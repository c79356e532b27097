#include "sim/revolt/rate_limits.hpp"

#include <functional>
#include <vector>

namespace rookery::sim::revolt {
namespace {

constexpr std::chrono::duration<double, std::milli> kWindow{10'000};
// Requests that were on their way when the refusal came are no insistence.
constexpr Millis kInFlight{250};

std::vector<std::string> segments(std::string_view path) {
    std::vector<std::string> out;
    while (!path.empty()) {
        path.remove_prefix(1);
        out.emplace_back(path.substr(0, path.find('/')));
        path.remove_prefix(out.back().size());
    }
    return out;
}

}  // namespace

Bucket bucket_of(std::string_view method, std::string_view path) {
    const auto parts = segments(path);
    const auto part = [&](std::size_t i) { return i < parts.size() ? parts[i] : std::string(); };
    const auto first = part(0);
    if (first == "users") {
        if (method == "PATCH") {
            return {"user_edit:" + part(1), 2};
        }
        return part(2) == "default_avatar" ? Bucket{"default_avatar", 255} : Bucket{"users", 20};
    }
    if (first == "bots") {
        return {"bots", 10};
    }
    if (first == "channels" && !part(1).empty()) {
        const bool sends = method == "POST" && part(2) == "messages" && parts.size() == 3;
        return sends ? Bucket{"messaging:" + part(1), 10} : Bucket{"channels:" + part(1), 15};
    }
    if (first == "servers" && !part(1).empty()) {
        return {"servers:" + part(1), 5};
    }
    if (first == "auth") {
        return method == "DELETE" ? Bucket{"auth_delete", 255} : Bucket{"auth", 15};
    }
    return {"any", 20};
}

RateLimits::Standing RateLimits::take(const Bucket& bucket, const std::string& identity,
                                      std::vector<std::pair<std::string, std::string>>& headers) {
    const auto length = std::chrono::duration_cast<Millis>(kWindow / shared_.options.limit_speed);
    const auto now = shared_.clock.now();
    auto& window = windows_[identity + "|" + bucket.key];
    if (window.used == 0 || now - window.began >= length) {
        window = {now, 0, {}};
    }
    Standing standing;
    standing.allowed = window.used < bucket.limit;
    standing.reset_after = std::chrono::duration_cast<Millis>(window.began + length - now);
    if (standing.allowed) {
        ++window.used;
    } else if (window.refused == SteadyTime{}) {
        window.refused = now;
    } else {
        standing.insisted = now - window.refused > kInFlight;
    }
    headers.emplace_back("X-RateLimit-Limit", std::to_string(bucket.limit));
    headers.emplace_back("X-RateLimit-Bucket",
                         std::to_string(std::hash<std::string>{}(bucket.key)));
    headers.emplace_back("X-RateLimit-Remaining", std::to_string(bucket.limit - window.used));
    headers.emplace_back("X-RateLimit-Reset-After", std::to_string(standing.reset_after.count()));
    return standing;
}

}  // namespace rookery::sim::revolt
