#pragma once

#include <rookery/result.hpp>
#include <rookery/text.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

using rookery::cut;
using rookery::mention_channel;
using rookery::mention_user;

inline std::string in_words(std::chrono::seconds time) {
    constexpr std::array<std::pair<std::int64_t, std::string_view>, 4> kUnits{
        {{86'400, "day"}, {3'600, "hour"}, {60, "minute"}, {1, "second"}}};
    std::string out;
    std::int64_t left = time.count();
    for (const auto& [seconds, unit] : kUnits) {
        if (const std::int64_t count = left / seconds; count > 0) {
            out += (out.empty() ? "" : " ") + std::to_string(count) + " " + std::string(unit) +
                   (count == 1 ? "" : "s");
            left -= count * seconds;
        }
    }
    return out.empty() ? "no time" : out;
}

/// Why it came to nothing, for the moderator.
inline std::string why(const rookery::Failure& failure) {
    if (failure.status == RK_E_DENIED) {
        return "I may not do that: is my highest role above theirs, and have I the permission?";
    }
    if (failure.status == RK_E_NOT_FOUND) {
        return "There is nobody (or no ban) like that.";
    }
    return "It did not work: " + cut(failure.message, 300);
}
