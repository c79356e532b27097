#pragma once

#include <rookery/result.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// Not in the middle of a character.
inline std::string cut(std::string_view text, std::size_t most) {
    std::size_t size = std::min(text.size(), most);
    while (size > 0 && size < text.size() &&
           (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return std::string(text.substr(0, size)) + (size < text.size() ? "…" : "");
}

inline std::string mention(std::string_view id) { return "<@" + std::string(id) + ">"; }

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
