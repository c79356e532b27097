#include "platform/discord/cache/entities.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace rookery::discord {

using cache::Entry;
using model::JsonIndex;
using model::JsonNode;

namespace {

/// How the objects of one kind are kept.
struct Form {
    bool in_guild = false;                      ///< `guild_id` is left out and put back
    bool of_user = false;                       ///< the same with `user`
    std::array<std::string_view, 3> without{};  ///< more that is left out, for good
};

constexpr std::array<Form, cache::kKinds> kForms = [] {
    std::array<Form, cache::kKinds> forms{};
    for (const Kind kind : {Kind::channel, Kind::thread, Kind::member, Kind::presence,
                            Kind::voice_state, Kind::stage_instance, Kind::scheduled_event,
                            Kind::soundboard_sound, Kind::automod_rule, Kind::integration}) {
        forms[cache::index_of(kind)].in_guild = true;
    }
    for (const Kind kind : {Kind::member, Kind::presence}) {
        forms[cache::index_of(kind)].of_user = true;
    }
    // Of an interaction's member: they hold for its channel.
    forms[cache::index_of(Kind::member)].without = {"permissions"};
    forms[cache::index_of(Kind::voice_state)].without = {"member"};
    forms[cache::index_of(Kind::thread_member)].without = {"member", "presence"};
    return forms;
}();

/// The lists of GUILD_CREATE and GUILD_UPDATE that have kinds of their own.
constexpr std::array<std::string_view, 12> kGuildLists = {"channels",
                                                          "threads",
                                                          "members",
                                                          "presences",
                                                          "roles",
                                                          "emojis",
                                                          "stickers",
                                                          "voice_states",
                                                          "soundboard_sounds",
                                                          "stage_instances",
                                                          "guild_scheduled_events",
                                                          "unavailable"};

constexpr std::array<Kind, 15> kOfGuild = {
    Kind::channel,         Kind::thread,           Kind::role,
    Kind::emoji,           Kind::sticker,          Kind::member,
    Kind::presence,        Kind::voice_state,      Kind::stage_instance,
    Kind::scheduled_event, Kind::soundboard_sound, Kind::automod_rule,
    Kind::invite,          Kind::channel_info,     Kind::integration};

/// The members that are not kept of an object of that kind.
cache::Keys left_out(Kind kind, std::array<std::string_view, 5>& room) {
    if (kind == Kind::guild) {
        return kGuildLists;
    }
    const Form& form = kForms[cache::index_of(kind)];
    std::size_t count = 0;
    if (form.in_guild) {
        room[count++] = "guild_id";
    }
    if (form.of_user) {
        room[count++] = "user";
    }
    for (const std::string_view key : form.without) {
        if (!key.empty()) {
            room[count++] = key;
        }
    }
    return cache::Keys(room).first(count);
}

/// Whether somebody who has `old` would see a difference after the merge. A member of the object
/// that merely was not told before is none, unless `newly_told` and it says something.
bool differs(JsonNode old, JsonNode change, cache::Keys except, bool newly_told) {
    for (const auto& [name, value] : change.members()) {
        if (std::find(except.begin(), except.end(), name) != except.end()) {
            continue;
        }
        const JsonNode known = old[name];
        if (known ? !cache::same_value(known, value) : newly_told && !value.is_null()) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::uint64_t hash_of_code(std::string_view code) noexcept {
    std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
    for (const char c : code) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    return hash;
}

Entities::Entities(cache::StoreLimits limits, MemberPolicy members)
    : store_(limits), members_(members) {}

void Entities::keep(const KindSet& kinds) {
    for (std::size_t kind = 0; kind < cache::kKinds; ++kind) {
        if (kinds_[kind] && !kinds[kind]) {
            store_.clear(static_cast<Kind>(kind));
        }
    }
    if (!kinds[cache::index_of(Kind::channel)] && !kinds[cache::index_of(Kind::thread)]) {
        tails_.clear();
    }
    kinds_ = kinds;
}

void Entities::append(std::string& out, Kind kind, const Entry& entry) {
    if (kind == Kind::channel || kind == Kind::thread) {
        if (const auto tail = tails_.find(entry.id); tail != tails_.end()) {
            cache::ObjectWriter channel(out);
            channel.id("guild_id", entry.owner);
            append_counted(channel, entry.text, tail->second);
            channel.close();
            return;
        }
    }
    const Form& form = kForms[cache::index_of(kind)];
    out += '{';
    const std::size_t begin = out.size();
    if (form.in_guild) {
        out += "\"guild_id\":\"";
        out += std::to_string(entry.owner);
        out += '"';
    }
    if (form.of_user) {
        out += out.size() == begin ? "\"user\":" : ",\"user\":";
        if (const Entry user = store_.peek(Kind::user, 0, entry.id); !user.text.empty()) {
            out += user.text;
        } else {
            out += "{\"id\":\"" + std::to_string(entry.id) + "\"}";
        }
    }
    const bool more = entry.text.find_first_not_of(" \t\r\n", 1) != entry.text.size() - 1;
    if (more && out.size() != begin) {
        out += ',';
    }
    out += entry.text.substr(1);
}

void Entities::append_counted(cache::ObjectWriter& channel, std::string_view text,
                              const Tail& tail) {
    const auto index = JsonIndex::build(text);
    const JsonNode known = index->root();
    static constexpr std::array<std::string_view, 3> kCounted = {"last_message_id", "message_count",
                                                                 "total_message_sent"};
    channel.members_of(known, kCounted);
    if (tail.newest > id_of(known["last_message_id"])) {
        channel.id("last_message_id", tail.newest);
    } else if (known["last_message_id"]) {
        channel.raw("last_message_id", known["last_message_id"].raw());
    }
    if (const auto count = known["message_count"].as_integer()) {
        channel.number("message_count", std::max<std::int64_t>(0, *count + tail.messages));
    }
    if (const auto sent = known["total_message_sent"].as_integer()) {
        channel.number("total_message_sent", *sent + tail.sent);
    }
}

void Entities::settle() {
    for (const auto& [id, tail] : std::exchange(tails_, {})) {
        for (const Kind kind : {Kind::channel, Kind::thread}) {
            const Entry known = store_.peek(kind, 0, id);
            if (!known.text.empty()) {
                scratch_.clear();
                cache::ObjectWriter channel(scratch_);
                append_counted(channel, known.text, tail);
                channel.close();
                store_.put(kind, known.owner, id, scratch_);
            }
        }
    }
}

bool Entities::read(std::string& out, Kind kind, std::uint64_t owner, std::uint64_t id) {
    if (store_.get(kind, owner, id).empty()) {
        return false;
    }
    append(out, kind, store_.peek(kind, owner, id));
    return true;
}

std::string Entities::read(Kind kind, std::uint64_t owner, std::uint64_t id) {
    std::string out;
    read(out, kind, owner, id);
    return out;
}

std::string Entities::read_all(Kind kind, std::uint64_t owner) {
    std::string out = "[";
    store_.each(kind, owner, [&](const Entry& entry) {
        if (out.size() > 1) {
            out += ',';
        }
        append(out, kind, entry);
    });
    return out + ']';
}

std::string Entities::read_channel(std::uint64_t id) {
    std::string out;
    for (const Kind kind : {Kind::channel, Kind::thread}) {
        if (const Entry found = store_.peek(kind, 0, id); !found.text.empty()) {
            append(out, kind, found);
            break;
        }
    }
    return out;
}

void Entities::put(Kind kind, std::uint64_t owner, std::uint64_t id, JsonNode object) {
    if (!keeps(kind) || id == 0 || !object.is_object()) {
        return;
    }
    std::array<std::string_view, 5> room;
    scratch_.clear();
    cache::copy_without(scratch_, object, left_out(kind, room));
    store_.put(kind, owner, id, scratch_);
    if (kind == Kind::thread || kind == Kind::channel) {
        tails_.erase(id);
        settle_thread(owner, id, object);
    }
}

void Entities::merge(Kind kind, std::uint64_t owner, std::uint64_t id, JsonNode change) {
    if (!keeps(kind) || id == 0 || !change.is_object()) {
        return;
    }
    const Entry known = store_.peek(kind, owner, id);
    if (known.text.empty()) {
        put(kind, owner, id, change);
        return;
    }
    const auto old = JsonIndex::build(known.text);
    std::array<std::string_view, 5> room;
    scratch_.clear();
    cache::merge_objects(scratch_, old->root(), change, left_out(kind, room));
    store_.put(kind, owner != 0 ? owner : known.owner, id, scratch_);
    if (kind == Kind::thread || kind == Kind::channel) {
        if (const auto tail = tails_.find(id); tail != tails_.end()) {
            // What the server says of its counters holds.
            if (change["last_message_id"]) {
                tail->second.newest = 0;
            }
            if (change["message_count"]) {
                tail->second.messages = 0;
            }
            if (change["total_message_sent"]) {
                tail->second.sent = 0;
            }
        }
        settle_thread(owner, id, change);
    }
}

/// Threads come and go without number: archived ones may be evicted.
void Entities::settle_thread(std::uint64_t guild, std::uint64_t id, JsonNode change) {
    if (const auto archived = change["thread_metadata"]["archived"].as_bool()) {
        store_.pin(Kind::thread, guild, id, !*archived);
    }
}

void Entities::patch(Kind kind, std::uint64_t owner, std::uint64_t id, std::string_view change) {
    if (const Entry known = store_.peek(kind, owner, id); !known.text.empty()) {
        if (const auto index = JsonIndex::build(change)) {
            merge(kind, known.owner, id, index->root());
        }
    }
}

void Entities::put_raw(Kind kind, std::uint64_t owner, std::uint64_t id, std::string_view text) {
    if (keeps(kind) && id != 0) {
        store_.put(kind, owner, id, text);
    }
}

bool Entities::erase(Kind kind, std::uint64_t owner, std::uint64_t id) {
    return store_.erase(kind, owner, id);
}

void Entities::erase_channel(Kind kind, std::uint64_t id) {
    store_.erase(kind, 0, id);
    store_.erase(Kind::channel_info, 0, id);
    store_.erase_all(Kind::message, id);
    store_.erase_all(Kind::thread_member, id);
    tails_.erase(id);
}

void Entities::erase_guild(std::uint64_t guild) {
    for (const Kind kind : {Kind::channel, Kind::thread}) {
        store_.each(kind, guild, [&](const Entry& entry) { tails_.erase(entry.id); });
        std::vector<std::uint64_t> ids;
        store_.each(kind, guild, [&](const Entry& entry) { ids.push_back(entry.id); });
        for (const std::uint64_t id : ids) {
            store_.erase_all(Kind::message, id);
            store_.erase_all(Kind::thread_member, id);
        }
    }
    for (const Kind kind : kOfGuild) {
        store_.erase_all(kind, guild);
    }
    store_.erase(Kind::guild, 0, guild);
}

std::optional<std::string> Entities::see_user(JsonNode user, bool want_old) {
    const std::uint64_t id = id_of(user["id"]);
    if (!keeps(Kind::user) || id == 0) {
        return std::nullopt;
    }
    const Entry known = store_.peek(Kind::user, 0, id);
    if (known.text.empty()) {
        if (user["username"]) {
            static constexpr std::array<std::string_view, 1> kMember = {"member"};
            scratch_.clear();
            cache::copy_without(scratch_, user, kMember);  // of a mention
            store_.put(Kind::user, 0, id, scratch_);
        }
        return std::nullopt;
    }
    static constexpr std::array<std::string_view, 1> kMember = {"member"};
    const auto old = JsonIndex::build(known.text);
    if (!cache::changes(old->root(), user, kMember)) {
        store_.touch(Kind::user, 0, id);
        return std::nullopt;
    }
    std::optional<std::string> before;
    if (want_old && differs(old->root(), user, kMember, false)) {
        before = std::string(known.text);
    }
    scratch_.clear();
    cache::merge_objects(scratch_, old->root(), user, kMember);
    store_.put(Kind::user, 0, id, scratch_);
    return before;
}

Entities::Seen Entities::see_member(const Sighting& sighting) {
    const JsonNode user = sighting.user ? sighting.user : sighting.member["user"];
    const std::uint64_t id = id_of(user["id"]);
    Seen seen;
    if (id == 0 || sighting.guild == 0) {
        return seen;
    }
    const bool kept = keeps(Kind::member) && sighting.member.is_object();
    const Entry known = kept ? store_.peek(Kind::member, sighting.guild, id) : Entry{};
    const bool add = kept && known.text.empty() &&
                     (members_ == MemberPolicy::all || id == self_ ||
                      (members_ == MemberPolicy::seen && !sighting.listed));
    if (!known.text.empty() || add || !sighting.listed) {
        seen.user_before = see_user(user, sighting.want_old);
    }
    if (add) {
        put(Kind::member, sighting.guild, id, sighting.member);
        store_.pin(Kind::member, sighting.guild, id, id == self_);
    } else if (!known.text.empty()) {
        seen.changed = merge_member(sighting.guild, id, sighting.member);
    }
    return seen;
}

bool Entities::merge_member(std::uint64_t guild, std::uint64_t id, JsonNode member) {
    std::array<std::string_view, 5> room;
    const auto except = left_out(Kind::member, room);
    const auto old = JsonIndex::build(store_.peek(Kind::member, guild, id).text);
    if (!cache::changes(old->root(), member, except)) {
        store_.touch(Kind::member, guild, id);
        return false;
    }
    const bool visible = differs(old->root(), member, except, true);
    scratch_.clear();
    cache::merge_objects(scratch_, old->root(), member, except);
    store_.put(Kind::member, guild, id, scratch_);
    return visible;
}

void Entities::count_message(std::uint64_t channel, std::uint64_t newest, std::int64_t more) {
    if (!keeps(Kind::channel) && !keeps(Kind::thread)) {
        return;
    }
    Tail& tail = tails_[channel];
    tail.newest = std::max(tail.newest, newest);
    tail.messages += more;
    tail.sent += more > 0 ? more : 0;
}

}  // namespace rookery::discord
