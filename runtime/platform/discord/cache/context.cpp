#include "platform/discord/cache/context.hpp"

#include "model/string_scratch.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace rookery::discord {

using cache::Entry;
using cache::ObjectWriter;
using model::ContextKey;
using model::JsonIndex;
using model::JsonNode;

namespace {

/// Channels are sorted among those that a client shows together.
enum class Group : std::uint8_t { none, text, voice, category };

Group group_of(std::int64_t type) {
    switch (type) {
        case 0:
        case 5:
        case 15:
        case 16:
            return Group::text;
        case 2:
        case 13:
            return Group::voice;
        case 4:
            return Group::category;
        default:
            return Group::none;
    }
}

struct Place {
    Group group = Group::none;
    std::uint64_t parent = 0;
    std::int64_t position = 0;
};

Place place_of(std::string_view text) {
    const auto index = JsonIndex::build(text);
    const JsonNode channel = index->root();
    Place place;
    place.group = group_of(channel["type"].as_integer().value_or(-1));
    place.parent = place.group == Group::category ? 0 : id_of(channel["parent_id"]);
    place.position = channel["position"].as_integer().value_or(0);
    return place;
}

std::int64_t position_of(std::string_view text) {
    return JsonIndex::build(text)->root()["position"].as_integer().value_or(0);
}

std::string text_of(std::string_view json, std::initializer_list<std::string_view> keys) {
    if (json.empty()) {
        return {};
    }
    const auto index = JsonIndex::build(json);
    model::StringScratch scratch;
    for (const std::string_view key : keys) {
        if (const auto text = index->root()[key].as_string(scratch); !text.empty()) {
            return std::string(text);
        }
    }
    return {};
}

}  // namespace

std::optional<std::int64_t> channel_rank(const Entities& entities, std::uint64_t guild,
                                         std::uint64_t channel) {
    const Entry own = entities.store().peek(Kind::channel, guild, channel);
    if (own.text.empty()) {
        return std::nullopt;
    }
    const Place mine = place_of(own.text);
    std::int64_t rank = 0;
    entities.store().each(Kind::channel, own.owner, [&](const Entry& entry) {
        const Place other = place_of(entry.text);
        const bool before = other.position < mine.position ||
                            (other.position == mine.position && entry.id < channel);
        rank += other.group == mine.group && other.parent == mine.parent && before ? 1 : 0;
    });
    return rank;
}

std::optional<std::int64_t> role_rank(const Entities& entities, std::uint64_t guild,
                                      std::uint64_t role) {
    const Entry own = entities.store().peek(Kind::role, guild, role);
    if (own.text.empty()) {
        return std::nullopt;
    }
    const std::int64_t mine = position_of(own.text);
    std::int64_t rank = 0;
    entities.store().each(Kind::role, own.owner, [&](const Entry& entry) {
        const std::int64_t other = position_of(entry.text);
        rank += other < mine || (other == mine && entry.id > role) ? 1 : 0;
    });
    return rank;
}

std::int64_t holders_of(const Entities& entities, std::uint64_t guild, std::uint64_t role) {
    if (role == guild) {
        return static_cast<std::int64_t>(entities.store().count(Kind::member, guild));
    }
    // Ids are written one way, and a member has its roles' ids nowhere else.
    const std::string quoted = '"' + std::to_string(role) + '"';
    std::int64_t holders = 0;
    entities.store().each(Kind::member, guild, [&](const Entry& entry) {
        holders += entry.text.find(quoted) != std::string_view::npos ? 1 : 0;
    });
    return holders;
}

std::optional<std::uint64_t> permissions_of(const Entities& entities, std::uint64_t guild,
                                            std::uint64_t user, JsonNode roles) {
    const auto bits = [&](std::uint64_t role) -> std::optional<std::uint64_t> {
        const Entry found = entities.store().peek(Kind::role, guild, role);
        if (found.text.empty()) {
            return std::nullopt;
        }
        return id_of(JsonIndex::build(found.text)->root()["permissions"]);
    };
    const auto everyone = bits(guild);
    if (!everyone) {
        return std::nullopt;
    }
    const Entry known = entities.store().peek(Kind::guild, 0, guild);
    if (user != 0 && !known.text.empty() &&
        id_of(JsonIndex::build(known.text)->root()["owner_id"]) == user) {
        return std::numeric_limits<std::uint64_t>::max();
    }
    std::uint64_t all = *everyone;
    for (const JsonNode role : roles.elements()) {
        all |= bits(id_of(role)).value_or(0);
    }
    return all;
}

namespace {

std::string name_of_user(const Entities& entities, std::uint64_t guild, std::uint64_t user) {
    const auto& store = entities.store();
    std::string name = text_of(store.peek(Kind::member, guild, user).text, {"nick"});
    return name.empty() ? text_of(store.peek(Kind::user, 0, user).text, {"global_name", "username"})
                        : name;
}

std::string name_of_mention(const Entities& entities, std::uint64_t guild, char kind,
                            std::uint64_t id) {
    const auto& store = entities.store();
    if (kind == '&') {
        return text_of(store.peek(Kind::role, guild, id).text, {"name"});
    }
    if (kind == '#') {
        const Entry channel = store.peek(Kind::channel, guild, id);
        return text_of(
            channel.text.empty() ? store.peek(Kind::thread, guild, id).text : channel.text,
            {"name"});
    }
    return name_of_user(entities, guild, id);
}

}  // namespace

std::string names_in(const Entities& entities, std::uint64_t guild, std::string_view content) {
    constexpr std::size_t kMost = 200;  // a message has no room for more
    std::string out;
    ObjectWriter object(out);
    std::size_t found = 0;
    for (std::size_t at = content.find('<'); at != std::string_view::npos && found < kMost;
         at = content.find('<', at + 1)) {
        // <@id> <@!id> <@&id> <#id>
        std::size_t digits = at + 2;
        char kind = at + 1 < content.size() ? content[at + 1] : '\0';
        if (kind == '@' && digits < content.size() &&
            (content[digits] == '!' || content[digits] == '&')) {
            kind = content[digits++];
        } else if (kind != '@' && kind != '#') {
            continue;
        }
        const std::size_t end = content.find('>', at);
        if (end == std::string_view::npos || end <= digits) {
            continue;
        }
        std::uint64_t id = 0;
        const auto [stopped, error] =
            std::from_chars(content.data() + digits, content.data() + end, id);
        if (error != std::errc() || stopped != content.data() + end) {
            continue;
        }
        const std::string key = std::to_string(id);
        const std::string name = name_of_mention(entities, guild, kind, id);
        if (!name.empty() && out.find('"' + key + "\":") == std::string::npos) {
            object.text(key, name);
            ++found;
        }
    }
    object.close();
    return found == 0 ? std::string{} : out;
}

namespace {

/// Whom an event is about.
std::uint64_t user_of(JsonNode data) {
    for (const std::string_view path :
         {"user_id", "user.id", "author.id", "member.user.id", "creator_id"}) {
        if (const std::uint64_t id = id_of(data.path(path)); id != 0) {
            return id;
        }
    }
    return 0;
}

}  // namespace

ContextWriter::ContextWriter(Entities& entities, const Turn& turn, const Handler* handler,
                             std::string_view cdn)
    : entities_(entities), turn_(turn), handler_(handler), cdn_(cdn) {
    if (turn.reads_key(ContextKey::old_position)) {
        old_position_ = rank();
    }
    if (turn.reads_key(ContextKey::old_permissions)) {
        const Entry member = entities.store().peek(Kind::member, guild(), user());
        if (!member.text.empty()) {
            old_permissions_ = permissions(JsonIndex::build(member.text)->root()["roles"]);
        }
    }
}

std::uint64_t ContextWriter::guild() const {
    if (!guild_) {
        const bool itself = turn_.name == "GUILD_CREATE" || turn_.name == "GUILD_UPDATE" ||
                            turn_.name == "GUILD_DELETE";
        guild_ = id_of(turn_.data[itself ? "id" : "guild_id"]);
    }
    return *guild_;
}

std::uint64_t ContextWriter::user() const {
    if (!user_) {
        user_ = user_of(turn_.data);
    }
    return *user_;
}

std::optional<std::int64_t> ContextWriter::rank() const {
    if (handler_ == nullptr) {
        return std::nullopt;
    }
    const JsonNode object = handler_->at.empty() ? turn_.data : turn_.data[handler_->at];
    const std::uint64_t id = id_of(object[handler_->id]);
    if (handler_->kind == Kind::channel) {
        return channel_rank(entities_, guild(), id);
    }
    return handler_->kind == Kind::role ? role_rank(entities_, guild(), id) : std::nullopt;
}

std::optional<std::uint64_t> ContextWriter::permissions(JsonNode roles) const {
    return permissions_of(entities_, guild(), user(), roles);
}

void ContextWriter::write_people(ObjectWriter& object, const model::RawEventInfo& event) {
    if (event.reads(ContextKey::member)) {
        const std::string member = entities_.read(Kind::member, guild(), user());
        if (!member.empty()) {
            object.raw("member", member);
        }
    }
    if (event.reads(ContextKey::user)) {
        const std::string account = entities_.read(Kind::user, 0, user());
        if (!account.empty()) {
            object.raw("user", account);
        }
    }
    if (event.reads(ContextKey::permissions)) {
        JsonNode roles = turn_.data["roles"];
        roles = roles.is_array() ? roles : turn_.data["member"]["roles"];
        const std::string member =
            roles.is_array() ? std::string{} : entities_.read(Kind::member, guild(), user());
        // `roles` may look into the index.
        const auto index = JsonIndex::build(member.empty() ? std::string_view("{}") : member);
        roles = roles.is_array() ? roles : index->root()["roles"];
        if (const auto bits = permissions(roles); bits && roles.is_array()) {
            object.id("permissions", *bits);
        }
    }
    if (event.reads(ContextKey::old_permissions) && old_permissions_) {
        object.id("oldPermissions", *old_permissions_);
    }
}

void ContextWriter::write_places(ObjectWriter& object, const model::RawEventInfo& event) {
    if (event.reads(ContextKey::guild)) {
        const std::string known = entities_.read(Kind::guild, 0, guild());
        if (!known.empty()) {
            object.raw("guild", known);
        }
    }
    if (event.reads(ContextKey::channel)) {
        const std::string channel =
            entities_.read_channel(id_of(model::follow(turn_.data, event.channel)));
        if (!channel.empty()) {
            object.raw("channel", channel);
        }
    }
    if (event.reads(ContextKey::names)) {
        model::StringScratch scratch;
        const std::string names =
            names_in(entities_, guild(), turn_.data["content"].as_string(scratch));
        if (!names.empty()) {
            object.raw("names", names);
        }
    }
}

void ContextWriter::write_numbers(ObjectWriter& object, const model::RawEventInfo& event) {
    if (event.reads(ContextKey::position)) {
        if (const auto position = rank()) {
            object.number("position", *position);
        }
    }
    if (event.reads(ContextKey::old_position) && old_position_) {
        object.number("oldPosition", *old_position_);
    }
    if (event.reads(ContextKey::member_count) && entities_.keeps(Kind::member) &&
        handler_ != nullptr && handler_->kind == Kind::role) {
        const JsonNode role = handler_->at.empty() ? turn_.data : turn_.data[handler_->at];
        object.number("memberCount", holders_of(entities_, guild(), id_of(role[handler_->id])));
    }
    if (event.reads(ContextKey::reaction_count) && turn_.reaction_count) {
        object.number("reactionCount", *turn_.reaction_count);
    }
    if (event.reads(ContextKey::reaction_me) && turn_.reaction_me) {
        object.boolean("reactionMe", *turn_.reaction_me);
    }
}

std::string ContextWriter::write(const model::RawEventInfo& event, std::string_view old) {
    if (event.context == 0) {
        return {};
    }
    std::string out;
    ObjectWriter object(out);
    if (event.reads(ContextKey::old) && !old.empty()) {
        object.raw("old", old);
    }
    write_people(object, event);
    write_places(object, event);
    write_numbers(object, event);
    if (event.reads(ContextKey::cdn) && !cdn_.empty()) {
        object.text("cdn", cdn_);
    }
    object.close();
    return out == "{}" ? std::string{} : out;
}

}  // namespace rookery::discord
