#include "model/compute.hpp"
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
constexpr std::size_t kMostEmbeds = 100;
}  // namespace

void Dispatcher::message(Turn& turn) {
    const auto channel = text(turn, {"channel"});
    const auto id = text(turn, {"_id"});
    if (const JsonNode user = turn.root["user"]; user.is_object()) {
        cache_.put_user(user.raw());
    }
    if (const JsonNode member = turn.root["member"]; member.is_object()) {
        cache_.put_member(member.raw());
    }
    cache_.put_message(turn.frame.text);
    const auto server = cache_.server_of_channel(channel);
    auto about = context(turn);
    about.text(ContextKey::guild_id, server);
    if (about.reads(ContextKey::names)) {
        about.add(ContextKey::names, names_in(turn.root["content"], server));
    }
    const auto known = about.take();
    become(turn, {{EventType::message_create, {}, known}}, "message:" + id);
    if (on_message_) {
        on_message_(channel, id, turn.late);
    }
}

void Dispatcher::message_update(Turn& turn) {
    const auto id = text(turn, {"id"});
    const auto channel = text(turn, {"channel"});
    const auto old = cache_.message(id);
    const JsonNode data = turn.root["data"];
    const JsonNode clear = turn.root["clear"];
    std::string now;
    if (!old.empty()) {
        now = apply_update(old, data.raw(), clear.raw());
        cache_.put_message(now);
    }
    if (!turn.want.any) {
        return;
    }
    const auto server = cache_.server_of_channel(channel);
    auto about = context(turn);
    about.text(ContextKey::guild_id, server).add(ContextKey::old, old).add(ContextKey::now, now);
    if (about.reads(ContextKey::names)) {
        about.add(ContextKey::names, names_in(data["content"], server));
    }
    const auto known = about.take();
    bool unpinned = false;
    for (const JsonNode name : clear.elements()) {
        unpinned = unpinned || name.raw_string() == "Pinned";
    }
    const bool pins = unpinned || data["pinned"];
    const JsonNode reactions = data["reactions"];
    const bool cleared = reactions.is_object() && reactions.size() == 0;
    std::vector<Becoming> events;
    // An update that says nothing but that is told as what it is.
    if (data.size() > (data["pinned"] ? 1U : 0U) + (cleared ? 1U : 0U) || (!pins && !cleared)) {
        events.push_back({EventType::message_update, {}, known});
    }
    if (pins) {
        events.push_back({EventType::channel_pins_update, {}, known});
    }
    if (cleared) {
        events.push_back({EventType::message_reaction_remove_all, {}, known});
    }
    become(turn, events);
}

void Dispatcher::message_append(Turn& turn) {
    const auto old = cache_.message(text(turn, {"id"}));
    std::string now;
    if (!old.empty()) {
        json message = json::parse(old, nullptr, false);
        const json added = json::parse(turn.root["append"]["embeds"].raw(), nullptr, false);
        if (message.is_object() && added.is_array()) {
            auto& embeds = message["embeds"];
            embeds = embeds.is_array() ? embeds : json::array();
            const auto room = kMostEmbeds - std::min(embeds.size(), kMostEmbeds);
            const auto count = std::min(added.size(), room);
            embeds.insert(embeds.end(), added.begin(),
                          added.begin() + static_cast<std::ptrdiff_t>(count));
            now = message.dump(-1, ' ', false, json::error_handler_t::replace);
            cache_.put_message(now);
        }
    }
    if (turn.want.any) {
        const auto known =
            context(turn)
                .text(ContextKey::guild_id, cache_.server_of_channel(text(turn, {"channel"})))
                .add(ContextKey::old, old)
                .add(ContextKey::now, now)
                .take();
        become(turn, {{EventType::message_update, {}, known}});
    }
}

void Dispatcher::message_delete(Turn& turn) {
    const auto id = text(turn, {"id"});
    const auto old = cache_.message(id);
    cache_.drop_message(id);
    if (turn.want.any) {
        const auto known =
            context(turn)
                .text(ContextKey::guild_id, cache_.server_of_channel(text(turn, {"channel"})))
                .add(ContextKey::old, old)
                .take();
        become(turn, {{EventType::message_delete, {}, known}});
    }
}

void Dispatcher::message_bulk_delete(Turn& turn) {
    std::string old;
    for (const JsonNode id : turn.root["ids"].elements()) {
        const auto text = cache_.message(id.raw_string());
        if (!text.empty()) {
            old += (old.empty() ? "[" : ",") + text;
            cache_.drop_message(id.raw_string());
        }
    }
    if (turn.want.any) {
        const auto known =
            context(turn)
                .text(ContextKey::guild_id, cache_.server_of_channel(text(turn, {"channel"})))
                .add(ContextKey::old, old.empty() ? old : old + ']')
                .take();
        become(turn, {{EventType::message_delete_bulk, {}, known}});
    }
}

/// `how`: 1 adds, -1 takes away, 0 takes all of that emoji away.
void Dispatcher::react(std::string_view message, std::string_view emoji, std::string_view user,
                       int how) {
    const auto old = cache_.message(message);
    json kept = old.empty() ? json() : json::parse(old, nullptr, false);
    if (!kept.is_object()) {
        return;
    }
    auto& all = kept["reactions"];
    all = all.is_object() ? all : json::object();
    auto& users = all[std::string(emoji)];
    users = users.is_array() ? users : json::array();
    const auto place = std::find(users.begin(), users.end(), json(user));
    if (how > 0 && place == users.end()) {
        users.push_back(user);
    } else if (how < 0 && place != users.end()) {
        users.erase(place);
    }
    if (how == 0 || users.empty()) {
        all.erase(std::string(emoji));
    }
    cache_.put_message(kept.dump(-1, ' ', false, json::error_handler_t::replace));
}

void Dispatcher::message_react(Turn& turn) {
    const auto id = text(turn, {"id"});
    const auto user = text(turn, {"user_id"});
    const auto emoji = text(turn, {"emoji_id"});
    react(id, emoji, user, 1);
    if (!turn.want.any) {
        return;
    }
    const auto server = cache_.server_of_channel(text(turn, {"channel_id"}));
    const auto message = cache_.message(id);
    auto about = context(turn);
    about.text(ContextKey::guild_id, server)
        .add(ContextKey::old, message)
        .add(ContextKey::emoji, cache_.emoji(emoji));
    if (about.reads(ContextKey::member)) {
        about.add(ContextKey::member, cache_.member(server, user));
    }
    const json kept = message.empty() ? json() : json::parse(message, nullptr, false);
    if (kept.is_object() && kept.contains("reactions")) {
        const auto& users = kept["reactions"].value(emoji, json::array());
        const bool me = std::find(users.begin(), users.end(), json(self_)) != users.end();
        about.add(ContextKey::reaction_count, std::to_string(users.size()))
            .add(ContextKey::reaction_me, me ? "true" : "false");
    }
    const auto known = about.take();
    become(turn, {{EventType::message_reaction_add, {}, known}});
}

void Dispatcher::message_unreact(Turn& turn) {
    const auto emoji = text(turn, {"emoji_id"});
    react(text(turn, {"id"}), emoji, text(turn, {"user_id"}), -1);
    const auto known =
        context(turn)
            .text(ContextKey::guild_id, cache_.server_of_channel(text(turn, {"channel_id"})))
            .add(ContextKey::emoji, cache_.emoji(emoji))
            .take();
    become(turn, {{EventType::message_reaction_remove, {}, known}});
}

void Dispatcher::message_remove_reaction(Turn& turn) {
    const auto emoji = text(turn, {"emoji_id"});
    react(text(turn, {"id"}), emoji, {}, 0);
    const auto known =
        context(turn)
            .text(ContextKey::guild_id, cache_.server_of_channel(text(turn, {"channel_id"})))
            .add(ContextKey::emoji, cache_.emoji(emoji))
            .take();
    become(turn, {{EventType::message_reaction_remove_emoji, {}, known}});
}

void Dispatcher::typing(Turn& turn) {
    const auto server = cache_.server_of_channel(text(turn, {"id"}));
    auto about = context(turn);
    about.text(ContextKey::guild_id, server);
    if (about.reads(ContextKey::member)) {
        about.add(ContextKey::member, cache_.member(server, text(turn, {"user"})));
    }
    model::StringScratch scratch;
    about.text(ContextKey::received_at, model::compute::time_of_millis(wall_(), scratch));
    const auto known = about.take();
    become(turn, {{EventType::typing_start, {}, known}});
}

}  // namespace rookery::revolt
