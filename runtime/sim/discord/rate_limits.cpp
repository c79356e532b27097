#include "sim/discord/rate_limits.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace rookery::sim::discord {
namespace {

double seconds(SteadyTime::duration span) { return std::chrono::duration<double>(span).count(); }

std::string decimals(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", value);
    return text.data();
}

/// Sixteen hexadecimal digits that name the rule and nothing else (FNV-1a).
std::string bucket_hash(std::string_view name) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    }
    std::array<char, 20> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
    return text.data();
}

}  // namespace

void RateLimits::expire(Window& window, SteadyTime before) {
    while (!window.empty() && window.front() <= before) {
        window.pop_front();
    }
}

std::vector<std::pair<std::string, std::string>> RateLimits::headers(const BucketRule& rule,
                                                                     const Window& window,
                                                                     SteadyTime now) const {
    const auto reset_after =
        window.empty() ? 0.0 : std::max(0.0, seconds(window.back() + rule.window - now));
    const auto wall = std::chrono::duration<double>(clock_.wall().time_since_epoch()).count();
    const auto skew = std::chrono::duration<double>(faults_.clock_skew).count();
    return {{"X-RateLimit-Limit", std::to_string(rule.limit)},
            {"X-RateLimit-Remaining", std::to_string(rule.limit - window.size())},
            {"X-RateLimit-Reset", decimals(wall + reset_after + skew)},
            {"X-RateLimit-Reset-After", decimals(reset_after)},
            {"X-RateLimit-Bucket",
             bucket_hash(faults_.new_buckets ? std::string(rule.name) + "-new" : rule.name)}};
}

double RateLimits::take_hidden(const BucketRule& rule, const std::string& key) {
    const auto now = clock_.now();
    auto& window = buckets_[std::string(rule.name) + "//" + key];
    expire(window, now - rule.window);
    if (window.size() >= rule.limit) {
        return seconds(window.front() + rule.window - now);
    }
    window.push_back(now);
    return 0;
}

LimitVerdict RateLimits::take(const BucketRule& rule, const std::string& account,
                              const std::string& major, bool exempt_from_global) {
    const auto now = clock_.now();
    LimitVerdict verdict;
    auto& global = global_[account];
    expire(global, now - kGlobalWindow);
    if (!exempt_from_global && global.size() >= kGlobalLimit) {
        verdict.allowed = false;
        verdict.global = true;
        verdict.retry_after = seconds(global.front() + kGlobalWindow - now);
        verdict.headers = {{"X-RateLimit-Global", "true"}, {"X-RateLimit-Scope", "global"}};
        return verdict;
    }
    auto& window =
        buckets_[std::string(rule.name) + "/" + (rule.shared ? "" : account) + "/" + major];
    expire(window, now - rule.window);
    verdict.allowed = window.size() < rule.limit;
    if (verdict.allowed) {
        window.push_back(now);
        if (!exempt_from_global) {
            global.push_back(now);
        }
        verdict.headers = headers(rule, window, now);
        return verdict;
    }
    verdict.retry_after = seconds(window.front() + rule.window - now);
    verdict.headers = headers(rule, window, now);
    verdict.headers.emplace_back("X-RateLimit-Scope", rule.shared ? "shared" : "user");
    return verdict;
}

}  // namespace rookery::sim::discord
