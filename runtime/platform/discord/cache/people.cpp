#include "platform/discord/cache/handlers.hpp"

#include <array>

// Members, users, presences and voice states.
namespace rookery::discord {

using model::JsonIndex;
using model::JsonNode;

namespace {

/// `member_count` comes once, with the guild; from then on joining and leaving move it.
void move_member_count(Entities& entities, std::uint64_t guild, std::int64_t by) {
    const auto known = entities.store().peek(Kind::guild, 0, guild);
    if (known.text.empty()) {
        return;
    }
    const auto index = JsonIndex::build(known.text);
    const auto count = index->root()["member_count"].as_integer();
    if (!count || *count + by < 0) {
        return;
    }
    std::string change;
    cache::ObjectWriter object(change);
    object.number("member_count", *count + by);
    object.close();
    entities.patch(Kind::guild, 0, guild, change);
}

/// Another payload has shown that a user has changed.
void derive_user(Entities& entities, Turn& turn, JsonNode user, std::optional<std::string> before) {
    if (before) {
        turn.derived.push_back(
            {"userUpdate", entities.read(Kind::user, 0, id_of(user["id"])), *std::move(before)});
    }
}

void see(Entities& entities, Turn& turn, JsonNode member, JsonNode user) {
    auto seen = entities.see_member({id_of(turn.data["guild_id"]), member, user, false, true});
    derive_user(entities, turn, user ? user : member["user"], std::move(seen.user_before));
}

}  // namespace

/// May come twice for one member.
void apply_member_add(Entities& entities, Turn& turn, const Handler& /*handler*/) {
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    const std::uint64_t id = id_of(turn.data["user"]["id"]);
    const bool known = !entities.store().peek(Kind::member, guild, id).text.empty();
    see(entities, turn, turn.data, turn.data["user"]);
    if (!known) {
        move_member_count(entities, guild, 1);
    }
}

void apply_member_update(Entities& entities, Turn& turn, const Handler& /*handler*/) {
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    const JsonNode user = turn.data["user"];
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::member, guild, id_of(user["id"]));
    }
    auto seen = entities.see_member({guild, turn.data, user, false, true});
    derive_user(entities, turn, user, std::move(seen.user_before));
    turn.raise = seen.changed || turn.noop_updates;
}

void apply_member_remove(Entities& entities, Turn& turn, const Handler& /*handler*/) {
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    const std::uint64_t id = id_of(turn.data["user"]["id"]);
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::member, guild, id);
    }
    entities.erase(Kind::member, guild, id);
    entities.erase(Kind::presence, guild, id);
    entities.erase(Kind::voice_state, guild, id);
    move_member_count(entities, guild, -1);
}

void apply_members_chunk(Entities& entities, Turn& turn, const Handler& /*handler*/) {
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    for (const JsonNode member : turn.data["members"].elements()) {
        entities.see_member({guild, member, {}, true, false});
    }
    for (const JsonNode presence : turn.data["presences"].elements()) {
        entities.put(Kind::presence, guild, id_of(presence["user"]["id"]), presence);
    }
}

/// Everything but `user.id` may be missing. `user` has what has changed, often nothing.
void apply_presence(Entities& entities, Turn& turn, const Handler& /*handler*/) {
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    const JsonNode user = turn.data["user"];
    const std::uint64_t id = id_of(user["id"]);
    const std::string before = entities.read(Kind::presence, guild, id);
    if (turn.reads_old()) {
        turn.old = before;
    }
    if (!before.empty() && !turn.noop_updates) {
        static constexpr std::array<std::string_view, 3> kElsewhere = {"user", "guild_id",
                                                                       "processed_at_timestamp"};
        const auto old = JsonIndex::build(before);
        turn.raise = cache::changes(old->root(), turn.data, kElsewhere);
    }
    derive_user(entities, turn, user, entities.see_user(user, true));
    entities.put(Kind::presence, guild, id, turn.data);
}

void apply_self(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t id = id_of(turn.data[handler.id]);
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::user, 0, id);
    }
    entities.merge(Kind::user, 0, id, turn.data);
    entities.store().pin(Kind::user, 0, id, true);
}

/// A state without a channel says that the user has left.
void apply_voice_state(Entities& entities, Turn& turn, const Handler& /*handler*/) {
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    const std::uint64_t id = id_of(turn.data["user_id"]);
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::voice_state, guild, id);
    }
    if (turn.data["member"].is_object()) {
        see(entities, turn, turn.data["member"], {});
    }
    const bool there = id_of(turn.data["channel_id"]) != 0;
    if (there) {
        entities.put(Kind::voice_state, guild, id, turn.data);
    } else {
        entities.erase(Kind::voice_state, guild, id);
    }
    entities.store().pin(Kind::member, guild, id, there || id == entities.self());
}

/// A payload of which only the member is news: TYPING_START.
void apply_sighting(Entities& entities, Turn& turn, const Handler& /*handler*/) {
    if (turn.data["member"].is_object()) {
        see(entities, turn, turn.data["member"], {});
    }
}

/// It may come from a guild that the bot is not in; then nothing of it is kept.
void apply_interaction(Entities& entities, Turn& turn, const Handler& /*handler*/) {
    const JsonNode resolved = turn.data["data"]["resolved"];
    for (const auto& [id, user] : resolved["users"].members()) {
        derive_user(entities, turn, user, entities.see_user(user, true));
    }
    if (!turn.known_guild) {
        return;
    }
    if (turn.data["member"].is_object()) {
        see(entities, turn, turn.data["member"], {});
    } else if (turn.data["user"].is_object()) {
        derive_user(entities, turn, turn.data["user"], entities.see_user(turn.data["user"], true));
    }
    for (const auto& [id, member] : resolved["members"].members()) {
        see(entities, turn, member, resolved["users"][id]);
    }
}

}  // namespace rookery::discord
