#include "platform/discord/cache/handlers.hpp"

#include <array>
#include <vector>

namespace rookery::discord {

using cache::Entry;
using model::JsonIndex;
using model::JsonNode;

void apply_thread_delete(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t id = id_of(turn.data[handler.id]);
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::thread, 0, id);
    }
    entities.erase_channel(Kind::thread, id);
}

namespace {

bool contains(JsonNode ids, std::uint64_t id) {
    for (const JsonNode known : ids.elements()) {
        if (id_of(known) == id) {
            return true;
        }
    }
    return false;
}

}  // namespace

/// The active threads of the channels that the bot can now see: others of these channels (of all,
/// when none are named) are not active any more. Archived ones are not listed and stay.
void apply_thread_list(Entities& entities, Turn& turn, const Handler& /*handler*/) {
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    const JsonNode parents = turn.data["channel_ids"];
    std::vector<std::uint64_t> stale;
    entities.store().each(Kind::thread, guild, [&](const Entry& entry) {
        const auto index = JsonIndex::build(entry.text);
        const JsonNode thread = index->root();
        const bool archived = thread["thread_metadata"]["archived"].as_bool().value_or(false);
        if (!archived && (!parents.is_array() || contains(parents, id_of(thread["parent_id"])))) {
            stale.push_back(entry.id);
        }
    });
    for (const JsonNode thread : turn.data["threads"].elements()) {
        const std::uint64_t id = id_of(thread["id"]);
        entities.merge(Kind::thread, guild, id, thread);
        std::erase(stale, id);
    }
    for (const std::uint64_t id : stale) {
        entities.erase_channel(Kind::thread, id);
    }
    for (const JsonNode member : turn.data["members"].elements()) {
        entities.merge(Kind::thread_member, id_of(member["id"]), id_of(member["user_id"]), member);
    }
}

/// The bot's own membership; it stands in the thread too.
void apply_thread_member(Entities& entities, Turn& turn, const Handler& /*handler*/) {
    const std::uint64_t thread = id_of(turn.data["id"]);
    const std::uint64_t user = id_of(turn.data["user_id"]);
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::thread_member, thread, user);
    }
    entities.merge(Kind::thread_member, thread, user, turn.data);
    if (user == entities.self() || entities.self() == 0) {
        std::string change;
        static constexpr std::array<std::string_view, 1> kGuild = {"guild_id"};
        cache::ObjectWriter object(change);
        std::string member;
        cache::copy_without(member, turn.data, kGuild);
        object.raw("member", member);
        object.close();
        entities.patch(Kind::thread, 0, thread, change);
    }
}

void apply_thread_members(Entities& entities, Turn& turn, const Handler& /*handler*/) {
    const std::uint64_t thread = id_of(turn.data["id"]);
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    if (turn.reads_old()) {
        turn.old = entities.read_all(Kind::thread_member, thread);
    }
    for (const JsonNode added : turn.data["added_members"].elements()) {
        entities.merge(Kind::thread_member, thread, id_of(added["user_id"]), added);
        entities.see_member({guild, added["member"], {}, false, false});
    }
    for (const JsonNode removed : turn.data["removed_member_ids"].elements()) {
        entities.erase(Kind::thread_member, thread, id_of(removed));
    }
    if (const JsonNode count = turn.data["member_count"]; count.is_number()) {
        std::string change;
        cache::ObjectWriter object(change);
        object.raw("member_count", count.raw());
        object.close();
        entities.patch(Kind::thread, 0, thread, change);
    }
}

}  // namespace rookery::discord
