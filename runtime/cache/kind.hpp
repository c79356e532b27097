#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rookery::cache {

/// What is kept. Each kind belongs to an owner: its guild, or what the comment says.
enum class Kind : std::uint8_t {
    guild,  ///< owner 0
    channel,
    thread,
    role,
    emoji,
    sticker,
    user,  ///< owner 0
    member,
    presence,
    voice_state,
    message,  ///< owner: channel
    stage_instance,
    scheduled_event,
    soundboard_sound,
    automod_rule,
    invite,         ///< id: hash_of_code()
    thread_member,  ///< owner: thread
    channel_info,   ///< status and start time of voice channels
    integration,
    entitlement,   ///< owner 0
    subscription,  ///< owner 0
};

inline constexpr std::size_t kKinds = 21;
using KindSet = std::bitset<kKinds>;

[[nodiscard]] constexpr std::size_t index_of(Kind kind) noexcept {
    return static_cast<std::size_t>(kind);
}

struct KindInfo {
    std::string_view name;  ///< as in the configuration and in counters
    bool paired;            ///< its id is unique within its owner only
};

[[nodiscard]] const KindInfo& info(Kind kind) noexcept;
[[nodiscard]] std::optional<Kind> find_kind(std::string_view name) noexcept;

/// What goes first when the budget is used up; each oldest first. The kinds that are missing here
/// are never evicted: without them events could not be understood.
inline constexpr std::array<Kind, 9> kEvictionOrder = {
    Kind::message, Kind::presence, Kind::thread_member, Kind::thread,       Kind::invite,
    Kind::member,  Kind::user,     Kind::entitlement,   Kind::subscription,
};
[[nodiscard]] constexpr bool evictable(Kind kind) noexcept {
    for (const Kind known : kEvictionOrder) {
        if (known == kind) {
            return true;
        }
    }
    return false;
}

}  // namespace rookery::cache
