#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Gateway intents (facts of the platform's documentation, "List of Intents").
namespace rookery::protocol::discord {

using Intents = std::uint32_t;

struct IntentInfo {
    std::string_view name;  ///< as documented: GUILD_MEMBERS
    Intents bit;
    bool privileged;
};

/// Every documented intent, by ascending bit.
[[nodiscard]] std::span<const IntentInfo> intent_infos() noexcept;

inline constexpr Intents kAllIntents = 0x0331FFFF;
inline constexpr Intents kUnprivilegedIntents = 0x03317EFD;

/// Bits of the named intents. Case and underscores do not matter (GUILD_MEMBERS, GuildMembers); the
/// former names GUILD_BANS and GUILD_EMOJIS_AND_STICKERS are known too.
/// Error invalid for an unknown name, with the nearest known one.
[[nodiscard]] Result<Intents> parse_intents(std::span<const std::string> names);

/// Documented names of the set bits, ascending; undocumented bits are left out.
[[nodiscard]] std::vector<std::string_view> intent_names(Intents intents);

/// What is asked for and for whom; the text of a refused intent (close 4014) comes from this.
struct IntentRequest {
    Intents bits = 0;
    std::map<std::string, std::vector<std::string>> needed_by;  ///< intent name -> extension names
};

}  // namespace rookery::protocol::discord
