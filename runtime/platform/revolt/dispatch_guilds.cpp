#include "platform/revolt/dispatcher.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace rookery::revolt {

using gateway::Becoming;
using model::ContextKey;
using model::EventType;
using model::JsonNode;
using nlohmann::json;

namespace {

std::string dumped(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// A user of whom nothing but the id is known.
std::string bare(std::string_view id) { return "{\"_id\":" + json_text(id) + '}'; }

/// The user with the status as others are shown it: what the schema's Presence reads.
std::string shown(const std::string& user) {
    const json kept = user.empty() ? json() : json::parse(user, nullptr, false);
    if (!kept.is_object()) {
        return {};
    }
    const auto own = kept.find("status");
    const auto presence =
        own != kept.end() && own->is_object() ? own->value("presence", json()) : json();
    const auto online = kept.find("online");
    // Who shows something is there, where nobody said that they are not.
    const bool there =
        online != kept.end() && online->is_boolean() ? online->get<bool>() : presence.is_string();
    std::string status = "offline";
    if (there) {
        status = presence == "Idle"                          ? "idle"
                 : presence == "Busy" || presence == "Focus" ? "dnd"
                 : presence == "Invisible"                   ? "offline"
                                                             : "online";
    }
    return with_member(user, "shown_as", json_text(status));
}

}  // namespace

void Dispatcher::server_create(Turn& turn) {
    const JsonNode server = turn.root["server"];
    if (server.is_object()) {
        cache_.put_server(server.raw());
    }
    for (const JsonNode channel : turn.root["channels"].elements()) {
        if (channel.is_object()) {
            cache_.put_channel(channel.raw());
        }
    }
    for (const JsonNode emoji : turn.root["emojis"].elements()) {
        if (emoji.is_object()) {
            cache_.put_emoji(emoji.raw());
        }
    }
    const auto known = context(turn).take();
    become(turn, {{EventType::guild_create, {}, known}});
}

void Dispatcher::server_update(Turn& turn) {
    const auto id = text(turn, {"id"});
    const auto old = cache_.server(id);
    std::string now;
    if (!old.empty()) {
        now = apply_update(old, turn.root["data"].raw(), turn.root["clear"].raw());
        cache_.put_server(now);
    }
    const auto known = context(turn).add(ContextKey::old, old).add(ContextKey::now, now).take();
    become(turn, {{EventType::guild_update, {}, known}});
}

void Dispatcher::server_delete(Turn& turn) {
    const auto id = text(turn, {"id"});
    const auto known = context(turn).add(ContextKey::old, cache_.server(id)).take();
    cache_.drop_server(id);
    become(turn, {{EventType::guild_delete, {}, known}});
}

void Dispatcher::member_join(Turn& turn) {
    if (const JsonNode member = turn.root["member"]; member.is_object()) {
        cache_.put_member(member.raw());
    }
    const auto known =
        context(turn).add(ContextKey::user, cache_.user(text(turn, {"user"}))).take();
    become(turn, {{EventType::guild_member_add, {}, known}});
}

void Dispatcher::member_update(Turn& turn) {
    const auto server = text(turn, {"id", "server"});
    const auto user = text(turn, {"id", "user"});
    const auto old = cache_.member(server, user);
    if (!old.empty()) {
        json kept = json::parse(
            apply_update(old, turn.root["data"].raw(), turn.root["clear"].raw()), nullptr, false);
        kept.erase("user");
        cache_.put_member(dumped(kept));
    }
    const auto known = context(turn)
                           .add(ContextKey::old, old)
                           .add(ContextKey::now, old.empty() ? old : cache_.member(server, user))
                           .add(ContextKey::user, cache_.user(user))
                           .take();
    become(turn, {{EventType::guild_member_update, {}, known}});
}

void Dispatcher::member_leave(Turn& turn) {
    const auto server = text(turn, {"id"});
    const auto user = text(turn, {"user"});
    if (user == self_ && !user.empty()) {
        const auto known = context(turn).add(ContextKey::old, cache_.server(server)).take();
        cache_.drop_server(server);
        return become(turn, {{EventType::guild_delete, {}, known}});
    }
    const auto known = context(turn)
                           .add(ContextKey::old, cache_.member(server, user))
                           .add(ContextKey::user, cache_.user(user))
                           .take();
    cache_.drop_member(server, user);
    std::vector<Becoming> events{{EventType::guild_member_remove, {}, known}};
    if (text(turn, {"reason"}) == "Ban") {
        events.push_back({EventType::guild_ban_add, {}, known});
    }
    become(turn, events);
}

void Dispatcher::role_update(Turn& turn) {
    const auto server = text(turn, {"id"});
    const auto id = text(turn, {"role_id"});
    const auto guild = cache_.server(server);
    const auto old = cache_.role(server, id);
    std::string now;
    json kept = guild.empty() ? json() : json::parse(guild, nullptr, false);
    if (kept.is_object()) {
        now = apply_update(old.empty() ? "{\"_id\":" + json_text(id) + "}" : old,
                           turn.root["data"].raw(), turn.root["clear"].raw());
        auto& roles = kept["roles"];
        roles = roles.is_object() ? roles : json::object();
        roles[id] = json::parse(now, nullptr, false);
        cache_.put_server(dumped(kept));
    }
    const auto known = context(turn)
                           .text(ContextKey::guild_id, server)
                           .add(ContextKey::old, old)
                           .add(ContextKey::now, now)
                           .take();
    // Only who knows the server can tell a new role from a changed one.
    const bool fresh = kept.is_object() && old.empty();
    become(turn, {{fresh ? EventType::role_create : EventType::role_update, {}, known}});
}

void Dispatcher::role_ranks(Turn& turn) {
    const auto server = text(turn, {"id"});
    const auto guild = cache_.server(server);
    json kept = guild.empty() ? json() : json::parse(guild, nullptr, false);
    std::vector<std::string> contexts;
    std::size_t rank = 0;
    for (const JsonNode each : turn.root["ranks"].elements()) {
        const std::string id(each.raw_string());
        const auto old = cache_.role(server, id);
        auto role = old.empty() ? json() : json::parse(old, nullptr, false);
        if (role.is_object() && role.value("rank", json()) != json(rank)) {
            role["rank"] = rank;
            kept["roles"][id] = role;
            contexts.push_back(context(turn)
                                   .text(ContextKey::guild_id, server)
                                   .add(ContextKey::old, old)
                                   .add(ContextKey::now, dumped(role))
                                   .take());
        }
        ++rank;
    }
    if (contexts.empty()) {
        return;
    }
    cache_.put_server(dumped(kept));
    std::vector<Becoming> events;
    for (const auto& known : contexts) {
        events.push_back({EventType::role_update, {}, known});
    }
    become(turn, events);
}

void Dispatcher::role_delete(Turn& turn) {
    const auto server = text(turn, {"id"});
    const auto id = text(turn, {"role_id"});
    const auto known = context(turn)
                           .text(ContextKey::guild_id, server)
                           .add(ContextKey::old, cache_.role(server, id))
                           .take();
    json kept = json::parse(cache_.server(server), nullptr, false);
    if (kept.is_object() && kept.contains("roles") && kept["roles"].is_object()) {
        kept["roles"].erase(id);
        cache_.put_server(dumped(kept));
    }
    become(turn, {{EventType::role_delete, {}, known}});
}

void Dispatcher::user_update(Turn& turn) {
    const auto id = text(turn, {"id"});
    const JsonNode data = turn.root["data"];
    const JsonNode clear = turn.root["clear"];
    const auto old = cache_.user(id);
    std::string now;
    if (!old.empty()) {
        now = apply_update(old, data.raw(), clear.raw());
        cache_.put_user(now);
    }
    if (!turn.want.any) {
        return;
    }
    std::size_t of_presence = (data["online"] ? 1U : 0U) + (data["status"] ? 1U : 0U);
    std::size_t changes = data.size() + clear.size();
    for (const JsonNode name : clear.elements()) {
        of_presence += name.raw_string().starts_with("Status") ? 1U : 0U;
    }
    const bool others = changes > of_presence || of_presence == 0;
    const auto about = context(turn).add(ContextKey::old, old).add(ContextKey::now, now).take();
    std::vector<Becoming> events;
    if (others) {
        events.push_back({EventType::user_update, {}, about});
    }
    // Of somebody who is not cached at least what came.
    const auto known = now.empty() ? apply_update(bare(id), data.raw(), {}) : now;
    const auto presence =
        context(turn).add(ContextKey::old, shown(old)).add(ContextKey::now, shown(known)).take();
    if (of_presence > 0) {
        events.push_back({EventType::presence_update, {}, presence});
    }
    become(turn, events);
}

void Dispatcher::user_presence(Turn& turn) {
    const auto id = text(turn, {"id"});
    const auto old = cache_.user(id);
    const std::string_view online = turn.root["online"].raw();
    const auto change = "{\"online\":" + std::string(online.empty() ? "false" : online) + '}';
    const auto now = apply_update(old.empty() ? bare(id) : old, change, {});
    if (!old.empty()) {
        cache_.put_user(now);
    }
    const auto known =
        context(turn).add(ContextKey::old, shown(old)).add(ContextKey::now, shown(now)).take();
    become(turn, {{EventType::presence_update, {}, known}});
}

void Dispatcher::user_relationship(Turn& turn) {
    if (const JsonNode user = turn.root["user"]; user.is_object()) {
        cache_.put_user(user.raw());
    }
    become(turn, {});
}

void Dispatcher::platform_wipe(Turn& turn) { become(turn, {}); }

void Dispatcher::emoji_create(Turn& turn) {
    cache_.put_emoji(turn.frame.text);
    const auto known = context(turn).take();
    become(turn, {{EventType::emoji_create, {}, known}});
}

void Dispatcher::emoji_update(Turn& turn) {
    const auto id = text(turn, {"id"});
    const auto old = cache_.emoji(id);
    std::string now;
    if (!old.empty()) {
        now = apply_update(old, turn.root["data"].raw(), {});
        cache_.put_emoji(now);
    }
    const auto known = context(turn)
                           .text(ContextKey::guild_id, cache_.server_of_emoji(id))
                           .add(ContextKey::old, old)
                           .add(ContextKey::now, now)
                           .take();
    become(turn, {{EventType::emoji_update, {}, known}});
}

void Dispatcher::emoji_delete(Turn& turn) {
    const auto id = text(turn, {"id"});
    const auto known = context(turn)
                           .text(ContextKey::guild_id, cache_.server_of_emoji(id))
                           .add(ContextKey::old, cache_.emoji(id))
                           .take();
    cache_.drop_emoji(id);
    become(turn, {{EventType::emoji_delete, {}, known}});
}

void Dispatcher::channel_create(Turn& turn) {
    cache_.put_channel(turn.frame.text);
    const auto known = context(turn).take();
    become(turn, {{EventType::channel_create, {}, known}});
}

void Dispatcher::channel_update(Turn& turn) {
    const auto id = text(turn, {"id"});
    const auto old = cache_.channel(id);
    std::string now;
    if (!old.empty()) {
        now = apply_update(old, turn.root["data"].raw(), turn.root["clear"].raw());
        cache_.put_channel(now);
    }
    const auto known = context(turn)
                           .text(ContextKey::guild_id, cache_.server_of_channel(id))
                           .add(ContextKey::old, old)
                           .add(ContextKey::now, now)
                           .take();
    become(turn, {{EventType::channel_update, {}, known}});
}

void Dispatcher::channel_delete(Turn& turn) {
    const auto id = text(turn, {"id"});
    const auto known = context(turn)
                           .text(ContextKey::guild_id, cache_.server_of_channel(id))
                           .add(ContextKey::old, cache_.channel(id))
                           .take();
    cache_.drop_channel(id);
    become(turn, {{EventType::channel_delete, {}, known}});
}

void Dispatcher::recipients(const std::string& channel, const std::string& user, bool join) {
    json kept = json::parse(cache_.channel(channel), nullptr, false);
    if (!kept.is_object()) {
        return;
    }
    auto& list = kept["recipients"];
    list = list.is_array() ? list : json::array();
    const auto place = std::find(list.begin(), list.end(), json(user));
    if (join && place == list.end()) {
        list.push_back(user);
    } else if (!join && place != list.end()) {
        list.erase(place);
    }
    cache_.put_channel(dumped(kept));
}

void Dispatcher::group_join(Turn& turn) {
    recipients(text(turn, {"id"}), text(turn, {"user"}), true);
    become(turn, {});
}

void Dispatcher::group_leave(Turn& turn) {
    const auto user = text(turn, {"user"});
    if (user == self_ && !user.empty()) {
        cache_.drop_channel(text(turn, {"id"}));
    } else {
        recipients(text(turn, {"id"}), user, false);
    }
    become(turn, {});
}

void Dispatcher::webhook_create(Turn& turn) {
    const auto channel = text(turn, {"channel_id"});
    cache_.put_webhook(text(turn, {"id"}), channel);
    const auto known =
        context(turn).text(ContextKey::guild_id, cache_.server_of_channel(channel)).take();
    become(turn, {{EventType::webhook_update, {}, known}});
}

void Dispatcher::webhook_changed(Turn& turn) {
    const auto channel = cache_.channel_of_webhook(text(turn, {"id"}));
    const auto known = context(turn)
                           .text(ContextKey::guild_id, cache_.server_of_channel(channel))
                           .text(ContextKey::channel_id, channel)
                           .take();
    become(turn, {{EventType::webhook_update, {}, known}});
}

/// VoiceChannelJoin, -Leave and -Move, and UserVoiceStateUpdate: channel and user stand elsewhere
/// in each.
void Dispatcher::voice(Turn& turn) {
    const bool changed = turn.frame.type == "UserVoiceStateUpdate";
    const bool moved = turn.frame.type == "VoiceChannelMove";
    const auto channel = text(turn, {changed ? "channel_id" : moved ? "to" : "id"});
    auto user = text(turn, {changed ? "id" : "user"});
    user = user.empty() ? text(turn, {"state", "id"}) : user;
    const auto server = cache_.server_of_channel(channel);
    const auto known = context(turn)
                           .text(ContextKey::guild_id, server)
                           .add(ContextKey::member, cache_.member(server, user))
                           .take();
    become(turn, {{EventType::voice_state_update, {}, known}});
}

}  // namespace rookery::revolt
