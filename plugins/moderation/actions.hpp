#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// What can be done about somebody; one command each.
enum class Kind : std::uint8_t { warn, timeout, untimeout, kick, ban, unban };

struct Action {
    std::string_view name;         ///< of the command, and of the case
    std::string_view description;  ///< of the command
    std::string_view permission;   ///< of moderator and bot; empty for the bot: none
    std::string_view done;         ///< "NAME was warned"
    std::string_view told;         ///< to whom it happens; empty: not told
    bool member;                   ///< it takes somebody who is here
};

inline constexpr std::array<Action, 6> kActions{{
    {"warn", "Warns somebody", "ModerateMembers", "was warned", "You were warned", true},
    {"timeout", "Keeps somebody from writing and speaking for a while", "ModerateMembers",
     "has a timeout", "You have a timeout", true},
    {"untimeout", "Ends somebody's timeout", "ModerateMembers", "may write again", "", true},
    {"kick", "Removes somebody, who may come back", "KickMembers", "was kicked", "You were kicked",
     true},
    {"ban", "Bans somebody", "BanMembers", "was banned", "You were banned", false},
    {"unban", "Lifts somebody's ban", "BanMembers", "is no longer banned", "", false},
}};

inline const Action& action_of(Kind kind) { return kActions[static_cast<std::size_t>(kind)]; }
