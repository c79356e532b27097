#pragma once

#include <array>
#include <string_view>
#include <utility>

/// The words of definitions, in the order of the enumerators in definition.hpp.
namespace rookery::command::names {

inline constexpr auto kCommandTypes = std::to_array<std::string_view>({"slash", "user", "message"});
inline constexpr auto kOptionTypes =
    std::to_array<std::string_view>({"string", "integer", "number", "boolean", "user", "member",
                                     "role", "channel", "mentionable", "attachment", "duration"});
inline constexpr auto kWheres = std::to_array<std::string_view>({"anywhere", "guild", "dm"});
inline constexpr auto kPers =
    std::to_array<std::string_view>({"user", "member", "channel", "guild", "everyone"});

/// As Channel.typeName has them.
inline constexpr auto kChannelTypes = std::to_array<std::string_view>(
    {"text", "dm", "voice", "group_dm", "category", "announcement", "announcement_thread",
     "public_thread", "private_thread", "stage", "directory", "forum", "media"});
/// Discord's numbers of them.
inline constexpr auto kChannelNumbers =
    std::to_array<int>({0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16});

}  // namespace rookery::command::names
