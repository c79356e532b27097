#pragma once

#include "sim/discord/rest_route.hpp"

#include <string>

namespace rookery::sim::discord {

/// The platform's numbers of what was done.
enum class AuditAction : int {
    guild_update = 1,
    channel_create = 10,
    channel_update = 11,
    channel_delete = 12,
    overwrite_create = 13,
    overwrite_update = 14,
    overwrite_delete = 15,
    member_kick = 20,
    member_prune = 21,
    member_ban_add = 22,
    member_ban_remove = 23,
    member_update = 24,
    member_role_update = 25,
    member_move = 26,
    member_disconnect = 27,
    role_create = 30,
    role_update = 31,
    role_delete = 32,
    invite_create = 40,
    invite_delete = 42,
    webhook_create = 50,
    webhook_update = 51,
    webhook_delete = 52,
    emoji_create = 60,
    emoji_update = 61,
    emoji_delete = 62,
    message_delete = 72,
    message_bulk_delete = 73,
    message_pin = 74,
    message_unpin = 75,
    integration_delete = 82,
    stage_create = 83,
    stage_update = 84,
    stage_delete = 85,
    sticker_create = 90,
    sticker_update = 91,
    sticker_delete = 92,
    event_create = 100,
    event_update = 101,
    event_delete = 102,
    thread_create = 110,
    thread_update = 111,
    thread_delete = 112,
    sound_create = 130,
    sound_update = 131,
    sound_delete = 132,
    automod_create = 140,
    automod_update = 141,
    automod_delete = 142,
    voice_status_set = 192,
    voice_status_cleared = 193,
    none = 0
};

/// Writes an entry into the guild's audit log, with the request's reason, and tells the sessions.
/// Nothing for `none` or guild 0. Null `changes` and `options` are left out.
void audit(RestCall& call, Id guild, AuditAction action, const std::string& target,
           const Json& changes = nullptr, const Json& options = nullptr);

/// The audit log's list of what differs: [{key, old_value?, new_value?}], over the keys of `after`.
[[nodiscard]] Json changes_between(const Json& before, const Json& after);

}  // namespace rookery::sim::discord
