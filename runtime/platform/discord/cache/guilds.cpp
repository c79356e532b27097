#include "platform/discord/cache/handlers.hpp"

#include <array>
#include <vector>

// Guilds as a whole, and what goes with channels and roles that are deleted.
namespace rookery::discord {

using cache::Entry;
using model::JsonIndex;
using model::JsonNode;

namespace {

struct List {
    std::string_view key;
    Kind kind;
    std::string_view id;
};

/// Complete each time that a guild comes.
constexpr auto kLists = std::to_array<List>({
    {"channels", Kind::channel, "id"},
    {"threads", Kind::thread, "id"},
    {"roles", Kind::role, "id"},
    {"emojis", Kind::emoji, "id"},
    {"stickers", Kind::sticker, "id"},
    {"voice_states", Kind::voice_state, "user_id"},
    {"stage_instances", Kind::stage_instance, "id"},
    {"guild_scheduled_events", Kind::scheduled_event, "id"},
    {"soundboard_sounds", Kind::soundboard_sound, "sound_id"},
});

void load_people(Entities& entities, std::uint64_t guild, JsonNode data, bool loading) {
    if (loading) {
        // What is left of another session may be people who have gone since.
        entities.store().erase_all(Kind::member, guild);
        entities.store().erase_all(Kind::presence, guild);
    }
    for (const JsonNode member : data["members"].elements()) {
        entities.see_member({guild, member, {}, true, false});
    }
    for (const JsonNode presence : data["presences"].elements()) {
        entities.put(Kind::presence, guild, id_of(presence["user"]["id"]), presence);
    }
    for (const JsonNode state : data["voice_states"].elements()) {
        entities.store().pin(Kind::member, guild, id_of(state["user_id"]), true);
    }
}

}  // namespace

/// The guild with all its lists, or {id, unavailable} alone while it has an outage.
void apply_guild_create(Entities& entities, Turn& turn, const Handler& handler) {
    const JsonNode data = turn.data;
    const std::uint64_t guild = id_of(data[handler.id]);
    if (guild == 0 || data["unavailable"].as_bool().value_or(false)) {
        return;
    }
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::guild, 0, guild);
    }
    entities.put(Kind::guild, 0, guild, data);
    for (const List& list : kLists) {
        const JsonNode items = data[list.key];
        if (!entities.keeps(list.kind) || !items.is_array()) {
            continue;
        }
        entities.store().erase_all(list.kind, guild);
        for (const JsonNode item : items.elements()) {
            entities.put(list.kind, guild, id_of(item[list.id]), item);
        }
    }
    for (const JsonNode thread : data["threads"].elements()) {
        entities.merge(Kind::thread_member, id_of(thread["id"]), entities.self(), thread["member"]);
    }
    load_people(entities, guild, data, turn.loading);
}

void apply_guild_update(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t guild = id_of(turn.data[handler.id]);
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::guild, 0, guild);
    }
    entities.merge(Kind::guild, 0, guild, turn.data);
}

/// An outage keeps everything; without `unavailable` the bot is out.
void apply_guild_delete(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t guild = id_of(turn.data[handler.id]);
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::guild, 0, guild);
    }
    if (!turn.data["unavailable"].as_bool().value_or(false)) {
        entities.erase_guild(guild);
    }
}

/// Nothing else tells that the threads of a deleted channel are gone.
void apply_channel_delete(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t id = id_of(turn.data[handler.id]);
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::channel, guild, id);
    }
    std::vector<std::uint64_t> threads;
    entities.store().each(Kind::thread, guild, [&](const Entry& entry) {
        if (id_of(JsonIndex::build(entry.text)->root()["parent_id"]) == id) {
            threads.push_back(entry.id);
        }
    });
    for (const std::uint64_t thread : threads) {
        entities.erase_channel(Kind::thread, thread);
    }
    entities.erase_channel(Kind::channel, id);
}

/// Members lose the role without an update of their own.
void apply_role_delete(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t role = id_of(turn.data[handler.id]);
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::role, guild, role);
    }
    entities.erase(Kind::role, guild, role);
    const std::string quoted = '"' + std::to_string(role) + '"';
    std::vector<std::uint64_t> holders;
    entities.store().each(Kind::member, guild, [&](const Entry& entry) {
        if (entry.text.find(quoted) != std::string_view::npos) {
            holders.push_back(entry.id);
        }
    });
    for (const std::uint64_t member : holders) {
        const std::string text(entities.store().peek(Kind::member, guild, member).text);
        const auto index = JsonIndex::build(text);
        std::string roles = "{\"roles\":[";
        for (const JsonNode held : index->root()["roles"].elements()) {
            if (id_of(held) != role) {
                roles += roles.back() == '[' ? "" : ",";
                roles += held.raw();
            }
        }
        entities.patch(Kind::member, guild, member, roles + "]}");
    }
}

}  // namespace rookery::discord
