#include "sim/discord/events.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

struct EventIntents {
    std::string_view prefix;  ///< a whole name, or the start of a family when it ends in '_'
    std::uint64_t guild;
    std::uint64_t direct;
};

constexpr std::uint64_t bit(unsigned number) { return std::uint64_t{1} << number; }

// First match wins, so a whole name stands before the family that it is an exception of.
constexpr std::array kTable = {
    EventIntents{"GUILD_MEMBERS_CHUNK", 0, 0},
    EventIntents{"GUILD_MEMBER_", bit(1), bit(1)},
    EventIntents{"GUILD_AUDIT_LOG_", bit(2), bit(2)},
    EventIntents{"GUILD_BAN_", bit(2), bit(2)},
    EventIntents{"GUILD_EMOJIS_", bit(3), bit(3)},
    EventIntents{"GUILD_STICKERS_", bit(3), bit(3)},
    EventIntents{"GUILD_SOUNDBOARD_", bit(3), bit(3)},
    EventIntents{"GUILD_INTEGRATIONS_", bit(4), bit(4)},
    EventIntents{"INTEGRATION_", bit(4), bit(4)},
    EventIntents{"GUILD_SCHEDULED_EVENT_", bit(16), bit(16)},
    EventIntents{"GUILD_", bit(0), bit(0)},
    EventIntents{"CHANNEL_INFO", 0, 0},
    EventIntents{"CHANNEL_PINS_", bit(0), bit(12)},
    EventIntents{"CHANNEL_", bit(0), bit(0)},
    EventIntents{"THREAD_MEMBERS_", bit(0) | bit(1), bit(0)},
    EventIntents{"THREAD_", bit(0), bit(0)},
    EventIntents{"STAGE_INSTANCE_", bit(0), bit(0)},
    EventIntents{"WEBHOOKS_", bit(5), bit(5)},
    EventIntents{"INVITE_", bit(6), bit(6)},
    EventIntents{"VOICE_STATE_", bit(7), bit(7)},
    EventIntents{"VOICE_CHANNEL_EFFECT_", bit(7), bit(7)},
    EventIntents{"VOICE_CHANNEL_", bit(0), bit(0)},
    EventIntents{"PRESENCE_", bit(8), bit(8)},
    EventIntents{"MESSAGE_REACTION_", bit(10), bit(13)},
    EventIntents{"MESSAGE_POLL_", bit(24), bit(25)},
    EventIntents{"MESSAGE_", bit(9), bit(12)},
    EventIntents{"TYPING_", bit(11), bit(14)},
    EventIntents{"AUTO_MODERATION_RULE_", bit(20), bit(20)},
    EventIntents{"AUTO_MODERATION_ACTION_", bit(21), bit(21)},
};

}  // namespace

std::uint64_t intents_of(std::string_view type, bool in_guild) {
    const auto found = std::find_if(kTable.begin(), kTable.end(), [&](const EventIntents& entry) {
        return type.starts_with(entry.prefix) &&
               (entry.prefix.back() == '_' || type == entry.prefix);
    });
    if (found == kTable.end()) {
        return 0;
    }
    return in_guild ? found->guild : found->direct;
}

}  // namespace rookery::sim::discord
