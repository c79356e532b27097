#pragma once

#include "platform/discord/cache/entities.hpp"
#include "platform/discord/cache/turn.hpp"

#include <span>
#include <string_view>

namespace rookery::discord {

/// What one dispatch does to the cache.
struct Handler {
    using Apply = void (*)(Entities&, Turn&, const Handler&);

    std::string_view name;  ///< "CHANNEL_CREATE"
    Apply apply;
    Kind kind;              ///< what `old` is of
    std::string_view at{};  ///< where the object lies; empty: the payload itself
    std::string_view id{};  ///< its id, or the payload's key for it
    KindSet also{};         ///< further kinds that it feeds
};

/// Null for dispatches that change nothing.
[[nodiscard]] const Handler* find_handler(std::string_view raw_name) noexcept;
[[nodiscard]] std::span<const Handler> handlers() noexcept;

// By what they are about; each says in its source what Discord sends.
void apply_upsert(Entities& entities, Turn& turn, const Handler& handler);
void apply_remove(Entities& entities, Turn& turn, const Handler& handler);
void apply_list(Entities& entities, Turn& turn, const Handler& handler);
void apply_expressions(Entities& entities, Turn& turn, const Handler& handler);
void apply_pins(Entities& entities, Turn& turn, const Handler& handler);
void apply_invite(Entities& entities, Turn& turn, const Handler& handler);

void apply_guild_create(Entities& entities, Turn& turn, const Handler& handler);
void apply_guild_update(Entities& entities, Turn& turn, const Handler& handler);
void apply_guild_delete(Entities& entities, Turn& turn, const Handler& handler);
void apply_channel_delete(Entities& entities, Turn& turn, const Handler& handler);
void apply_role_delete(Entities& entities, Turn& turn, const Handler& handler);

void apply_member_add(Entities& entities, Turn& turn, const Handler& handler);
void apply_member_update(Entities& entities, Turn& turn, const Handler& handler);
void apply_member_remove(Entities& entities, Turn& turn, const Handler& handler);
void apply_members_chunk(Entities& entities, Turn& turn, const Handler& handler);
void apply_presence(Entities& entities, Turn& turn, const Handler& handler);
void apply_self(Entities& entities, Turn& turn, const Handler& handler);
void apply_voice_state(Entities& entities, Turn& turn, const Handler& handler);
void apply_sighting(Entities& entities, Turn& turn, const Handler& handler);
void apply_interaction(Entities& entities, Turn& turn, const Handler& handler);

void apply_thread_delete(Entities& entities, Turn& turn, const Handler& handler);
void apply_thread_list(Entities& entities, Turn& turn, const Handler& handler);
void apply_thread_member(Entities& entities, Turn& turn, const Handler& handler);
void apply_thread_members(Entities& entities, Turn& turn, const Handler& handler);

void apply_message_create(Entities& entities, Turn& turn, const Handler& handler);
void apply_message_update(Entities& entities, Turn& turn, const Handler& handler);
void apply_message_delete(Entities& entities, Turn& turn, const Handler& handler);
void apply_messages_delete(Entities& entities, Turn& turn, const Handler& handler);
void apply_reaction(Entities& entities, Turn& turn, const Handler& handler);
void apply_reactions_clear(Entities& entities, Turn& turn, const Handler& handler);
void apply_poll_vote(Entities& entities, Turn& turn, const Handler& handler);

}  // namespace rookery::discord
