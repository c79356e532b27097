#include "platform/discord/cache/handlers.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace rookery::discord {
namespace {

KindSet set_of(std::initializer_list<Kind> kinds) {
    KindSet set;
    for (const Kind kind : kinds) {
        set.set(cache::index_of(kind));
    }
    return set;
}

/// Sorted by name.
const std::array kHandlers = std::to_array<Handler>({
    {"AUTO_MODERATION_RULE_CREATE", apply_upsert, Kind::automod_rule, "", "id"},
    {"AUTO_MODERATION_RULE_DELETE", apply_remove, Kind::automod_rule, "", "id"},
    {"AUTO_MODERATION_RULE_UPDATE", apply_upsert, Kind::automod_rule, "", "id"},
    {"CHANNEL_CREATE", apply_upsert, Kind::channel, "", "id"},
    {"CHANNEL_DELETE", apply_channel_delete, Kind::channel, "", "id",
     set_of({Kind::thread, Kind::message, Kind::channel_info})},
    {"CHANNEL_INFO", apply_list, Kind::channel_info, "channels", "id"},
    {"CHANNEL_PINS_UPDATE", apply_pins, Kind::channel, "", "channel_id", set_of({Kind::thread})},
    {"CHANNEL_UPDATE", apply_upsert, Kind::channel, "", "id"},
    {"ENTITLEMENT_CREATE", apply_upsert, Kind::entitlement, "", "id"},
    {"ENTITLEMENT_DELETE", apply_remove, Kind::entitlement, "", "id"},
    {"ENTITLEMENT_UPDATE", apply_upsert, Kind::entitlement, "", "id"},
    {"GUILD_CREATE", apply_guild_create, Kind::guild, "", "id",
     set_of({Kind::channel, Kind::thread, Kind::role, Kind::emoji, Kind::sticker, Kind::user,
             Kind::member, Kind::presence, Kind::voice_state, Kind::stage_instance,
             Kind::scheduled_event, Kind::soundboard_sound, Kind::thread_member})},
    {"GUILD_DELETE", apply_guild_delete, Kind::guild, "", "id", KindSet{}.set()},
    {"GUILD_EMOJIS_UPDATE", apply_expressions, Kind::emoji, "emojis", "id"},
    {"GUILD_MEMBERS_CHUNK", apply_members_chunk, Kind::member, "", "",
     set_of({Kind::user, Kind::presence})},
    {"GUILD_MEMBER_ADD", apply_member_add, Kind::member, "", "", set_of({Kind::user, Kind::guild})},
    {"GUILD_MEMBER_REMOVE", apply_member_remove, Kind::member, "", "",
     set_of({Kind::guild, Kind::presence, Kind::voice_state})},
    {"GUILD_MEMBER_UPDATE", apply_member_update, Kind::member, "", "", set_of({Kind::user})},
    {"GUILD_ROLE_CREATE", apply_upsert, Kind::role, "role", "id"},
    {"GUILD_ROLE_DELETE", apply_role_delete, Kind::role, "", "role_id", set_of({Kind::member})},
    {"GUILD_ROLE_UPDATE", apply_upsert, Kind::role, "role", "id"},
    {"GUILD_SCHEDULED_EVENT_CREATE", apply_upsert, Kind::scheduled_event, "", "id"},
    {"GUILD_SCHEDULED_EVENT_DELETE", apply_remove, Kind::scheduled_event, "", "id"},
    {"GUILD_SCHEDULED_EVENT_UPDATE", apply_upsert, Kind::scheduled_event, "", "id"},
    {"GUILD_SOUNDBOARD_SOUNDS_UPDATE", apply_list, Kind::soundboard_sound, "soundboard_sounds",
     "sound_id"},
    {"GUILD_SOUNDBOARD_SOUND_CREATE", apply_upsert, Kind::soundboard_sound, "", "sound_id"},
    {"GUILD_SOUNDBOARD_SOUND_DELETE", apply_remove, Kind::soundboard_sound, "", "sound_id"},
    {"GUILD_SOUNDBOARD_SOUND_UPDATE", apply_upsert, Kind::soundboard_sound, "", "sound_id"},
    {"GUILD_STICKERS_UPDATE", apply_expressions, Kind::sticker, "stickers", "id"},
    {"GUILD_UPDATE", apply_guild_update, Kind::guild, "", "id"},
    {"INTEGRATION_CREATE", apply_upsert, Kind::integration, "", "id"},
    {"INTEGRATION_DELETE", apply_remove, Kind::integration, "", "id"},
    {"INTEGRATION_UPDATE", apply_upsert, Kind::integration, "", "id"},
    {"INTERACTION_CREATE", apply_interaction, Kind::member, "", "", set_of({Kind::user})},
    {"INVITE_CREATE", apply_invite, Kind::invite, "", "code", set_of({Kind::user})},
    {"INVITE_DELETE", apply_invite, Kind::invite, "", "code"},
    {"MESSAGE_CREATE", apply_message_create, Kind::message, "", "id",
     set_of({Kind::user, Kind::member, Kind::channel, Kind::thread})},
    {"MESSAGE_DELETE", apply_message_delete, Kind::message, "", "id",
     set_of({Kind::channel, Kind::thread})},
    {"MESSAGE_DELETE_BULK", apply_messages_delete, Kind::message, "", "ids",
     set_of({Kind::channel, Kind::thread})},
    {"MESSAGE_POLL_VOTE_ADD", apply_poll_vote, Kind::message, "", "message_id"},
    {"MESSAGE_POLL_VOTE_REMOVE", apply_poll_vote, Kind::message, "", "message_id"},
    {"MESSAGE_REACTION_ADD", apply_reaction, Kind::message, "", "message_id",
     set_of({Kind::user, Kind::member})},
    {"MESSAGE_REACTION_REMOVE", apply_reaction, Kind::message, "", "message_id"},
    {"MESSAGE_REACTION_REMOVE_ALL", apply_reactions_clear, Kind::message, "", "message_id"},
    {"MESSAGE_REACTION_REMOVE_EMOJI", apply_reactions_clear, Kind::message, "", "message_id"},
    {"MESSAGE_UPDATE", apply_message_update, Kind::message, "", "id",
     set_of({Kind::user, Kind::member})},
    {"PRESENCE_UPDATE", apply_presence, Kind::presence, "", "", set_of({Kind::user})},
    {"SOUNDBOARD_SOUNDS", apply_list, Kind::soundboard_sound, "soundboard_sounds", "sound_id"},
    {"STAGE_INSTANCE_CREATE", apply_upsert, Kind::stage_instance, "", "id"},
    {"STAGE_INSTANCE_DELETE", apply_remove, Kind::stage_instance, "", "id"},
    {"STAGE_INSTANCE_UPDATE", apply_upsert, Kind::stage_instance, "", "id"},
    {"SUBSCRIPTION_CREATE", apply_upsert, Kind::subscription, "", "id"},
    {"SUBSCRIPTION_DELETE", apply_remove, Kind::subscription, "", "id"},
    {"SUBSCRIPTION_UPDATE", apply_upsert, Kind::subscription, "", "id"},
    {"THREAD_CREATE", apply_upsert, Kind::thread, "", "id"},
    {"THREAD_DELETE", apply_thread_delete, Kind::thread, "", "id",
     set_of({Kind::message, Kind::thread_member})},
    {"THREAD_LIST_SYNC", apply_thread_list, Kind::thread, "", "", set_of({Kind::thread_member})},
    {"THREAD_MEMBERS_UPDATE", apply_thread_members, Kind::thread_member, "", "",
     set_of({Kind::thread, Kind::user, Kind::member})},
    {"THREAD_MEMBER_UPDATE", apply_thread_member, Kind::thread_member, "", "",
     set_of({Kind::thread})},
    {"THREAD_UPDATE", apply_upsert, Kind::thread, "", "id"},
    {"TYPING_START", apply_sighting, Kind::member, "", "", set_of({Kind::user})},
    {"USER_UPDATE", apply_self, Kind::user, "", "id"},
    {"VOICE_CHANNEL_START_TIME_UPDATE", apply_upsert, Kind::channel_info, "", "id"},
    {"VOICE_CHANNEL_STATUS_UPDATE", apply_upsert, Kind::channel_info, "", "id"},
    {"VOICE_STATE_UPDATE", apply_voice_state, Kind::voice_state, "", "",
     set_of({Kind::user, Kind::member})},
});

}  // namespace

const Handler* find_handler(std::string_view raw_name) noexcept {
    const auto* const found = std::lower_bound(
        kHandlers.begin(), kHandlers.end(), raw_name,
        [](const Handler& known, std::string_view name) { return known.name < name; });
    return found != kHandlers.end() && found->name == raw_name ? found : nullptr;
}

std::span<const Handler> handlers() noexcept { return kHandlers; }

}  // namespace rookery::discord
