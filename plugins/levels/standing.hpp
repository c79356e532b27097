#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// What is kept of a member.
struct Standing {
    std::int64_t points = 0;
    std::int64_t at = 0;  ///< milliseconds since 1970: when a message counted last
    std::string message;  ///< which one that was
    bool rose = false;    ///< it brought a level
    std::string name;

    [[nodiscard]] std::string json() const;
    [[nodiscard]] static Standing read(std::string_view json);
};

[[nodiscard]] std::int64_t level_of(std::int64_t points);
/// 15 to 25, the same whenever the message is handled.
[[nodiscard]] std::int64_t points_of(std::string_view message);
/// Of the keys under which a guild's standings are kept, by user.
[[nodiscard]] std::string prefix_of(std::string_view guild);
