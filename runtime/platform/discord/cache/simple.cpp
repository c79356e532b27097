#include "platform/discord/cache/handlers.hpp"

#include <array>
#include <set>

// What is one object under one id, and lists of such.
namespace rookery::discord {

using cache::Entry;
using model::JsonIndex;
using model::JsonNode;

namespace {

std::uint64_t owner_of(Kind kind, JsonNode data) {
    const bool of_guild = kind != Kind::entitlement && kind != Kind::subscription;
    return of_guild ? id_of(data["guild_id"]) : 0;
}

}  // namespace

void apply_upsert(Entities& entities, Turn& turn, const Handler& handler) {
    const JsonNode object = handler.at.empty() ? turn.data : turn.data[handler.at];
    const std::uint64_t id = id_of(object[handler.id]);
    const std::uint64_t owner = owner_of(handler.kind, turn.data);
    if (turn.reads_old()) {
        turn.old = entities.read(handler.kind, owner, id);
    }
    entities.merge(handler.kind, owner, id, object);
}

void apply_remove(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t id = id_of(turn.data[handler.id]);
    const std::uint64_t owner = owner_of(handler.kind, turn.data);
    if (turn.reads_old()) {
        turn.old = entities.read(handler.kind, owner, id);
    }
    entities.erase(handler.kind, owner, id);
}

/// Those in the list are added or merged; nothing says that the others are gone.
void apply_list(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t owner = owner_of(handler.kind, turn.data);
    if (turn.reads_old()) {
        turn.old = entities.read_all(handler.kind, owner);
    }
    for (const JsonNode object : turn.data[handler.at].elements()) {
        entities.merge(handler.kind, owner, id_of(object[handler.id]), object);
    }
}

namespace {

/// What makes an update of an emoji or a sticker: that it is usable or not at the moment does not.
constexpr std::array<std::string_view, 4> kSaid = {"name", "roles", "description", "tags"};

bool says_the_same(JsonNode old, JsonNode item) {
    for (const std::string_view key : kSaid) {
        const JsonNode before = old[key];
        const JsonNode after = item[key];
        if (before && after && !cache::same_value(before, after)) {
            return false;
        }
    }
    return true;
}

std::string in_guild(std::uint64_t guild, std::string_view item) {
    std::string out;
    const auto index = JsonIndex::build(item);
    static constexpr std::array<std::string_view, 1> kGuild = {"guild_id"};
    cache::ObjectWriter object(out);
    object.id("guild_id", guild);
    object.members_of(index->root(), kGuild);
    object.close();
    return out;
}

}  // namespace

/// GUILD_EMOJIS_UPDATE and GUILD_STICKERS_UPDATE carry the whole list as it is now. While the guild
/// itself is not cached nobody knows what the list was, and nothing is derived.
void apply_expressions(Entities& entities, Turn& turn, const Handler& handler) {
    struct Names {
        std::string_view create, update, remove;
    };
    static constexpr Names kEmoji = {"emojiCreate", "emojiUpdate", "emojiDelete"};
    static constexpr Names kSticker = {"stickerCreate", "stickerUpdate", "stickerDelete"};
    const Names& names = handler.kind == Kind::emoji ? kEmoji : kSticker;
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    const JsonNode list = turn.data[handler.at];
    if (!entities.keeps(handler.kind) || guild == 0 || !list.is_array()) {
        return;
    }
    const bool known = !entities.store().peek(Kind::guild, 0, guild).text.empty();
    if (turn.reads_old() && known) {
        turn.old = entities.read_all(handler.kind, guild);
    }
    std::set<std::uint64_t> present;
    for (const JsonNode item : list.elements()) {
        const std::uint64_t id = id_of(item["id"]);
        present.insert(id);
        const std::string before(entities.store().peek(handler.kind, guild, id).text);
        if (before.empty()) {
            turn.derived.push_back({names.create, in_guild(guild, item.raw()), {}});
        } else if (const auto old = JsonIndex::build(before); !says_the_same(old->root(), item)) {
            turn.derived.push_back({names.update, in_guild(guild, item.raw()), before});
        }
        entities.put(handler.kind, guild, id, item);
    }
    std::vector<std::uint64_t> gone;
    entities.store().each(handler.kind, guild, [&](const Entry& entry) {
        if (!present.contains(entry.id)) {
            gone.push_back(entry.id);
            turn.derived.push_back(
                {names.remove, in_guild(guild, entry.text), std::string(entry.text)});
        }
    });
    for (const std::uint64_t id : gone) {
        entities.erase(handler.kind, guild, id);
    }
    if (!known) {
        turn.derived.clear();
    }
}

/// The time alone comes, and belongs to the channel.
void apply_pins(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t id = id_of(turn.data[handler.id]);
    if (turn.reads_old()) {
        turn.old = entities.read_channel(id);
    }
    const JsonNode time = turn.data["last_pin_timestamp"];
    std::string change;
    cache::ObjectWriter object(change);
    object.raw("last_pin_timestamp", time ? time.raw() : "null");
    object.close();
    entities.patch(Kind::channel, 0, id, change);
    entities.patch(Kind::thread, 0, id, change);
}

void apply_invite(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t id = hash_of_code(turn.data[handler.id].raw_string());
    const std::uint64_t guild = id_of(turn.data["guild_id"]);
    if (turn.name == "INVITE_CREATE") {
        entities.see_user(turn.data["inviter"]);
        entities.put(Kind::invite, guild, id, turn.data);
        return;
    }
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::invite, guild, id);
    }
    entities.erase(Kind::invite, guild, id);
}

}  // namespace rookery::discord
