#include "platform/revolt/cache.hpp"

#include "model/event.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::revolt {

using model::id_key;
using model::JsonIndex;
using model::JsonNode;
using nlohmann::json;

namespace {

constexpr std::size_t kMessagesOfChannel = 100;

/// Of two ids together.
std::uint64_t pair_key(std::uint64_t owner, std::uint64_t id) noexcept {
    return (owner * 0x9E3779B97F4A7C15ULL) ^ (id + 0x7F4A7C15U + (owner >> 7U));
}

std::string text_at(std::string_view object, std::initializer_list<std::string_view> path) {
    const auto index = JsonIndex::build(object);
    if (!index) {
        return {};
    }
    JsonNode node = index->root();
    for (const auto key : path) {
        node = node[key];
    }
    model::StringScratch scratch;
    return std::string(node.as_string(scratch));
}

std::string text_of(const Shelf& shelf, std::string_view id) {
    const Shelf::Entry* const found = shelf.find(id_key(id));
    return found != nullptr ? found->text : std::string();
}

std::string owner_of(const Shelf& shelf, std::string_view id) {
    const Shelf::Entry* const found = shelf.find(id_key(id));
    return found != nullptr ? found->owner : std::string();
}

/// What an update's `clear` calls a field, where it is not the field's name with a capital.
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kCleared{{
    {"Avatar", "avatar"},
    {"Banner", "banner"},
    {"Categories", "categories"},
    {"Colour", "colour"},
    {"DefaultPermissions", "default_permissions"},
    {"Description", "description"},
    {"DisplayName", "display_name"},
    {"Icon", "icon"},
    {"JoinedAt", "joined_at"},
    {"Nickname", "nickname"},
    {"Pinned", "pinned"},
    {"Pronouns", "pronouns"},
    {"Roles", "roles"},
    {"Slowmode", "slowmode"},
    {"SystemMessages", "system_messages"},
    {"Timeout", "timeout"},
    {"Voice", "voice"},
}};

void clear_field(json& object, const std::string& name) {
    if (name == "StatusText" || name == "StatusPresence") {
        if (object.contains("status") && object["status"].is_object()) {
            object["status"].erase(name == "StatusText" ? "text" : "presence");
        }
        return;
    }
    const auto* const found = std::find_if(kCleared.begin(), kCleared.end(),
                                           [&](const auto& each) { return each.first == name; });
    if (found != kCleared.end()) {
        object.erase(std::string(found->second));
    }
}

}  // namespace

std::string apply_update(std::string_view object, std::string_view data, std::string_view clear) {
    json merged = json::parse(object, nullptr, false);
    const json changes = json::parse(data, nullptr, false);
    if (!merged.is_object() || !changes.is_object()) {
        return std::string(object);
    }
    const json names = json::parse(clear, nullptr, false);
    if (names.is_array()) {
        for (const auto& name : names) {
            if (name.is_string()) {
                clear_field(merged, name.get<std::string>());
            }
        }
    }
    for (const auto& [key, value] : changes.items()) {
        // A status brings only the half that changed.
        if (key == "status" && value.is_object() && merged[key].is_object()) {
            merged[key].update(value);
        } else {
            merged[key] = value;
        }
    }
    return merged.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string with_member(std::string_view object, std::string_view key, std::string_view value) {
    const auto end = object.find_last_of('}');
    if (end == std::string_view::npos || value.empty()) {
        return std::string(object);
    }
    const auto last = object.substr(0, end).find_last_not_of(" \t\r\n");
    std::string out(object.substr(0, end));
    if (last == std::string_view::npos || object[last] != '{') {
        out += ',';
    }
    out.append("\"").append(key).append("\":").append(value) += '}';
    return out;
}

std::string json_text(std::string_view text) {
    return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

void Shelf::put(std::uint64_t key, std::string_view id, std::string_view owner,
                std::string_view text) {
    if (text.size() > kMostText) {
        erase(key);
        return;
    }
    const auto [found, fresh] = entries_.try_emplace(key);
    Entry& entry = found->second;
    if (fresh) {
        order_.push_back(key);
        entry.id = id;
    }
    entry.owner = owner;
    if (entry.text != text) {
        bytes_ += text.size();
        bytes_ -= entry.text.size();
        entry.text = text;
    }
    make_room();
}

void Shelf::make_room() {
    const auto over = [this] {
        return entries_.size() > most_ || bytes_ > most_bytes_ || order_.size() > 2 * most_ + 16;
    };
    while (!order_.empty() && over()) {
        const auto oldest = order_.front();
        order_.pop_front();
        if (const auto found = entries_.find(oldest); found != entries_.end()) {
            bytes_ -= found->second.text.size();
            entries_.erase(found);
            ++evicted_;
        }
    }
}

const Shelf::Entry* Shelf::find(std::uint64_t key) const {
    const auto found = entries_.find(key);
    ++(found != entries_.end() ? hits_ : misses_);
    return found != entries_.end() ? &found->second : nullptr;
}

void Shelf::erase(std::uint64_t key) {
    if (const auto found = entries_.find(key); found != entries_.end()) {
        bytes_ -= found->second.text.size();
        entries_.erase(found);
        if (const auto place = std::find(order_.begin(), order_.end(), key);
            place != order_.end()) {
            order_.erase(place);
        }
    }
}

void Shelf::erase_owner(std::string_view owner) {
    std::erase_if(entries_, [&](const auto& each) {
        const bool gone = each.second.owner == owner;
        bytes_ -= gone ? each.second.text.size() : 0;
        return gone;
    });
    std::erase_if(order_, [&](std::uint64_t key) { return !entries_.contains(key); });
}

void Shelf::clear() {
    entries_.clear();
    order_.clear();
    bytes_ = 0;
}

std::optional<std::string> Shelf::list(std::uint64_t owner_key) const {
    std::string out;
    for (const auto key : order_) {
        const auto found = entries_.find(key);
        const bool listed =
            found != entries_.end() &&
            (found->second.owner.empty() ? 0 : id_key(found->second.owner)) == owner_key;
        if (listed) {
            out += (out.empty() ? "" : ",") + found->second.text;
        }
    }
    return out.empty() ? std::nullopt : std::optional('[' + out + ']');
}

gateway::CacheKindStatus Shelf::status(std::string_view kind) const {
    return {kind, entries_.size(), bytes_, hits_, misses_, evicted_};
}

void Cache::clear() {
    for (Shelf* const shelf : {&servers_, &channels_, &users_, &members_, &emojis_, &messages_}) {
        shelf->clear();
    }
    channel_messages_.clear();
}

void Cache::put_server(std::string_view text) {
    const auto id = text_at(text, {"_id"});
    servers_.put(id_key(id), id, {}, text);
}

void Cache::put_channel(std::string_view text) {
    const auto id = text_at(text, {"_id"});
    channels_.put(id_key(id), id, text_at(text, {"server"}), text);
}

void Cache::put_user(std::string_view text) {
    const auto id = text_at(text, {"_id"});
    users_.put(id_key(id), id, {}, text);
}

void Cache::put_member(std::string_view text) {
    const auto server = text_at(text, {"_id", "server"});
    const auto user = text_at(text, {"_id", "user"});
    members_.put(pair_key(id_key(server), id_key(user)), user, server, text);
}

void Cache::put_emoji(std::string_view text) {
    const auto id = text_at(text, {"_id"});
    emojis_.put(id_key(id), id, text_at(text, {"parent", "id"}), text);
}

void Cache::put_message(std::string_view text) {
    const auto id = text_at(text, {"_id"});
    const auto channel = text_at(text, {"channel"});
    const auto key = id_key(id);
    if (messages_.find(key) == nullptr) {
        keep_bound(channel, key);
    }
    messages_.put(key, id, channel, text);
}

void Cache::keep_bound(std::string_view channel, std::uint64_t key) {
    auto& kept = channel_messages_[id_key(channel)];
    kept.push_back(key);
    if (kept.size() > kMessagesOfChannel) {
        messages_.erase(kept.front());
        kept.pop_front();
    }
}

void Cache::put_webhook(std::string_view id, std::string_view channel) {
    webhooks_.put(id_key(id), id, channel, channel);
}

void Cache::drop_server(std::string_view id) {
    servers_.erase(id_key(id));
    channels_.erase_owner(id);
    members_.erase_owner(id);
    emojis_.erase_owner(id);
}

void Cache::drop_channel(std::string_view id) {
    channels_.erase(id_key(id));
    messages_.erase_owner(id);
    channel_messages_.erase(id_key(id));
}

void Cache::drop_member(std::string_view server, std::string_view user) {
    members_.erase(pair_key(id_key(server), id_key(user)));
}

void Cache::drop_emoji(std::string_view id) { emojis_.erase(id_key(id)); }
void Cache::drop_message(std::string_view id) {
    const auto key = id_key(id);
    const Shelf::Entry* const found = messages_.find(key);
    if (found == nullptr) {
        return;
    }
    const auto kept = channel_messages_.find(id_key(found->owner));
    messages_.erase(key);
    if (kept != channel_messages_.end()) {
        std::erase(kept->second, key);
        if (kept->second.empty()) {
            channel_messages_.erase(kept);
        }
    }
}

std::string Cache::server(std::string_view id) const { return text_of(servers_, id); }
std::string Cache::channel(std::string_view id) const { return text_of(channels_, id); }
std::string Cache::user(std::string_view id) const { return text_of(users_, id); }
std::string Cache::emoji(std::string_view id) const { return text_of(emojis_, id); }
std::string Cache::message(std::string_view id) const { return text_of(messages_, id); }
bool Cache::knows_channel(std::string_view id) const {
    return channels_.find(id_key(id)) != nullptr;
}
std::string Cache::server_of_channel(std::string_view id) const { return owner_of(channels_, id); }
std::string Cache::server_of_emoji(std::string_view id) const { return owner_of(emojis_, id); }
std::string Cache::channel_of_webhook(std::string_view id) const { return text_of(webhooks_, id); }

std::string Cache::with_user(std::string text, std::string_view user) const {
    const auto known = text.empty() ? std::string() : this->user(user);
    return known.empty() ? text : with_member(text, "user", known);
}

std::string Cache::member(std::string_view server, std::string_view user) const {
    const Shelf::Entry* const found = members_.find(pair_key(id_key(server), id_key(user)));
    return with_user(found != nullptr ? found->text : std::string(), user);
}

std::string Cache::role(std::string_view server, std::string_view id) const {
    const auto text = this->server(server);
    const auto index = JsonIndex::build(text);
    const auto role = index ? index->root()["roles"][id] : JsonNode();
    if (!role.is_object()) {
        return {};
    }
    return role["_id"] ? std::string(role.raw()) : with_member(role.raw(), "_id", json_text(id));
}

std::string Cache::user_name(std::string_view server, std::string_view user) const {
    auto name = server.empty() ? std::string() : text_at(member(server, user), {"nickname"});
    if (name.empty()) {
        const auto text = this->user(user);
        name = text_at(text, {"display_name"});
        name = name.empty() ? text_at(text, {"username"}) : name;
    }
    return name;
}

std::string Cache::channel_name(std::string_view channel) const {
    return text_at(this->channel(channel), {"name"});
}

std::string Cache::role_name(std::string_view server, std::string_view role) const {
    return text_at(this->role(server, role), {"name"});
}

std::optional<std::string> Cache::read(std::string_view kind, std::uint64_t owner,
                                       std::uint64_t id) const {
    const auto of = [&](const Shelf& shelf, std::uint64_t key) -> std::optional<std::string> {
        const Shelf::Entry* const found = shelf.find(key);
        return found != nullptr ? std::optional(found->text) : std::nullopt;
    };
    if (kind == "members") {
        const Shelf::Entry* const found = members_.find(pair_key(owner, id));
        return found != nullptr ? std::optional(with_user(found->text, found->id)) : std::nullopt;
    }
    if (kind == "roles") {
        const Shelf::Entry* const server = servers_.find(owner);
        const auto index = JsonIndex::build(server != nullptr ? server->text : "{}");
        for (const auto& [key, role] : index->root()["roles"].members()) {
            if (id_key(key) == id) {
                return this->role(server->id, key);
            }
        }
        return std::nullopt;
    }
    return kind == "guilds"     ? of(servers_, id)
           : kind == "channels" ? of(channels_, id)
           : kind == "users"    ? of(users_, id)
           : kind == "emojis"   ? of(emojis_, id)
           : kind == "messages" ? of(messages_, id)
                                : std::nullopt;
}

std::optional<std::string> Cache::read_all(std::string_view kind, std::uint64_t owner) const {
    if (kind == "roles") {
        const Shelf::Entry* const server = servers_.find(owner);
        if (server == nullptr) {
            return std::nullopt;
        }
        const auto index = JsonIndex::build(server->text);
        std::string out;
        for (const auto& [key, role] : index->root()["roles"].members()) {
            out += (out.empty() ? "" : ",") + this->role(server->id, key);
        }
        return '[' + out + ']';
    }
    return kind == "guilds"     ? servers_.list(0)
           : kind == "channels" ? channels_.list(owner)
           : kind == "members"  ? members_.list(owner)
           : kind == "emojis"   ? emojis_.list(owner)
           : kind == "messages" ? messages_.list(owner)
                                : std::nullopt;
}

gateway::CacheStatus Cache::status() const {
    gateway::CacheStatus status;
    status.kinds = {servers_.status("guilds"), channels_.status("channels"),
                    users_.status("users"),    members_.status("members"),
                    emojis_.status("emojis"),  messages_.status("messages")};
    for (const auto& kind : status.kinds) {
        status.bytes += kind.bytes;
    }
    status.reserved = status.bytes;
    return status;
}

}  // namespace rookery::revolt
