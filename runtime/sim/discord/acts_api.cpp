// What people do through their own client is what REST offers to bots: these acts are requests,
// made as a person. Parameters that the path does not take form the body.
#include "sim/discord/act_call.hpp"
#include "sim/discord/rest.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace rookery::sim::discord {
namespace {

struct ApiAct {
    std::string_view name;
    const char* method;
    std::string_view path;  ///< {guild}, {channel}, {message}, {user}, {role}, or {KEY} as given
};

constexpr std::array kApiActs = {
    ApiAct{"automod_create", "POST", "/guilds/{guild}/auto-moderation/rules"},
    ApiAct{"automod_delete", "DELETE", "/guilds/{guild}/auto-moderation/rules/{id}"},
    ApiAct{"automod_update", "PATCH", "/guilds/{guild}/auto-moderation/rules/{id}"},
    ApiAct{"ban", "PUT", "/guilds/{guild}/bans/{user}"},
    ApiAct{"channel_edit", "PATCH", "/channels/{channel}"},
    ApiAct{"emoji_create", "POST", "/guilds/{guild}/emojis"},
    ApiAct{"emoji_delete", "DELETE", "/guilds/{guild}/emojis/{id}"},
    ApiAct{"emoji_update", "PATCH", "/guilds/{guild}/emojis/{id}"},
    ApiAct{"entitlement_create", "POST", "/applications/{application}/entitlements"},
    ApiAct{"entitlement_delete", "DELETE", "/applications/{application}/entitlements/{id}"},
    ApiAct{"entitlement_consume", "POST", "/applications/{application}/entitlements/{id}/consume"},
    ApiAct{"event_create", "POST", "/guilds/{guild}/scheduled-events"},
    ApiAct{"event_delete", "DELETE", "/guilds/{guild}/scheduled-events/{id}"},
    ApiAct{"event_update", "PATCH", "/guilds/{guild}/scheduled-events/{id}"},
    ApiAct{"invite_create", "POST", "/channels/{channel}/invites"},
    ApiAct{"invite_delete", "DELETE", "/invites/{code}"},
    ApiAct{"kick", "DELETE", "/guilds/{guild}/members/{user}"},
    ApiAct{"member_edit", "PATCH", "/guilds/{guild}/members/{user}"},
    ApiAct{"pin", "PUT", "/channels/{channel}/messages/pins/{message}"},
    ApiAct{"reactions_clear", "DELETE", "/channels/{channel}/messages/{message}/reactions"},
    ApiAct{"role_edit", "PATCH", "/guilds/{guild}/roles/{role}"},
    ApiAct{"sound_create", "POST", "/guilds/{guild}/soundboard-sounds"},
    ApiAct{"sound_delete", "DELETE", "/guilds/{guild}/soundboard-sounds/{id}"},
    ApiAct{"sound_send", "POST", "/channels/{channel}/send-soundboard-sound"},
    ApiAct{"sound_update", "PATCH", "/guilds/{guild}/soundboard-sounds/{id}"},
    ApiAct{"stage_close", "DELETE", "/stage-instances/{channel}"},
    ApiAct{"stage_edit", "PATCH", "/stage-instances/{channel}"},
    ApiAct{"stage_open", "POST", "/stage-instances"},
    ApiAct{"sticker_create", "POST", "/guilds/{guild}/stickers"},
    ApiAct{"sticker_delete", "DELETE", "/guilds/{guild}/stickers/{id}"},
    ApiAct{"sticker_update", "PATCH", "/guilds/{guild}/stickers/{id}"},
    ApiAct{"thread_add", "PUT", "/channels/{channel}/thread-members/{user}"},
    ApiAct{"thread_create", "POST", "/channels/{channel}/threads"},
    ApiAct{"thread_delete", "DELETE", "/channels/{channel}"},
    ApiAct{"thread_edit", "PATCH", "/channels/{channel}"},
    ApiAct{"thread_from", "POST", "/channels/{channel}/messages/{message}/threads"},
    ApiAct{"thread_remove", "DELETE", "/channels/{channel}/thread-members/{user}"},
    ApiAct{"unban", "DELETE", "/guilds/{guild}/bans/{user}"},
    ApiAct{"unpin", "DELETE", "/channels/{channel}/messages/pins/{message}"},
    ApiAct{"voice_status", "PUT", "/channels/{channel}/voice-status"},
    ApiAct{"webhook_create", "POST", "/channels/{channel}/webhooks"},
    ApiAct{"webhook_delete", "DELETE", "/webhooks/{id}"},
    ApiAct{"webhook_edit", "PATCH", "/webhooks/{id}"},
};

/// What stands in the path for one placeholder; empty with act.error set when it names nothing.
std::string filled_in(Act& act, const std::string& key) {
    if (key == "guild") {
        const auto* guild = act.guild();
        return guild == nullptr ? "" : id_text(guild->id);
    }
    if (key == "channel") {
        const auto* channel = act.channel();
        return channel == nullptr ? "" : id_text(channel->id);
    }
    if (key == "message") {
        auto* channel = act.channel();
        const auto* message = channel == nullptr ? nullptr : act.message(*channel);
        return message == nullptr ? "" : id_text(message->id);
    }
    if (key == "user") {
        const auto* user = act.user();
        return user == nullptr ? "" : id_text(user->id);
    }
    if (key == "role") {
        auto* guild = act.guild();
        const auto* role = guild == nullptr ? nullptr : act.role(*guild);
        return role == nullptr ? "" : id_text(role->id);
    }
    if (key == "application") {
        return id_text(act.core.world.bot_by_user(act.bot())->application);
    }
    act.error = Error(ErrorKind::invalid, "the act needs " + key);
    return act.text(key.c_str());
}

/// Sensible values for what a body must have and nobody wants to type.
void complete_body(Act& act, std::string_view name, Json& body) {
    const auto add = [&](const char* key, const Json& value) {
        if (!body.contains(key)) {
            body[key] = value;
        }
    };
    const auto later = [&](int hours) {
        return iso_time(act.core.clock.wall() + std::chrono::hours(hours));
    };
    if (name.ends_with("_create") || name == "thread_from" || name == "stage_open") {
        add("name", std::string(name.substr(0, name.find('_'))));
    }
    if (name == "emoji_create") {
        add("image", "data:image/png;base64,iVBORw0KGgo=");
    } else if (name == "sticker_create") {
        add("tags", "bird");
    } else if (name == "sound_create") {
        add("sound", "data:audio/ogg;base64,T2dnUw==");
    } else if (name == "event_create") {
        add("privacy_level", 2);
        add("entity_type", 3);
        add("entity_metadata", {{"location", "the nest"}});
        add("scheduled_start_time", later(1));
        add("scheduled_end_time", later(2));
    } else if (name == "automod_create") {
        add("event_type", 1);
        add("trigger_type", 1);
        add("trigger_metadata", {{"keyword_filter", {"forbidden"}}});
        add("actions", Json::array({{{"type", 1}}}));
    } else if (name == "thread_create") {
        add("type", 11);
    } else if (name == "stage_open") {
        add("topic", "a talk");
        const auto* channel = act.channel();
        body["channel_id"] = channel == nullptr ? "" : id_text(channel->id);
    } else if (name == "entitlement_create") {
        add("sku_id", "1");
        add("owner_id", id_text(act.core.world.user_named("alice")->id));
        add("owner_type", 2);
    }
}

Result<Json> request(Act& act, const char* method, const std::string& path, const Json& body) {
    const auto* actor = act.core.world.user_named(act.text("as", "alice"));
    if (actor == nullptr) {
        return Error(ErrorKind::not_found, "no user '" + act.text("as") + "'");
    }
    const auto reply = act.rest.perform_as(actor->id, method, path, body, act.text("reason"));
    const auto answer = Json::parse(reply.body.empty() ? "{}" : reply.body, nullptr, false);
    if (reply.status >= 300) {
        return Error(ErrorKind::invalid, std::to_string(reply.status) + " " + reply.body);
    }
    return answer;
}

}  // namespace

Result<Json> perform_api_act(Act& act, const std::string& name) {
    const auto found = std::find_if(kApiActs.begin(), kApiActs.end(),
                                    [&](const ApiAct& one) { return one.name == name; });
    if (found == kApiActs.end()) {
        return Error(ErrorKind::not_found, "no act is called '" + name + "'");
    }
    std::set<std::string> used = {"do", "as", "reason", "guild", "channel", "message"};
    std::string path;
    std::string_view rest = found->path;
    while (!rest.empty()) {
        const auto open = std::min(rest.find('{'), rest.size());
        path += rest.substr(0, open);
        rest.remove_prefix(open);
        if (rest.empty()) {
            break;
        }
        const std::string key(rest.substr(1, rest.find('}') - 1));
        const auto value = filled_in(act, key);
        if (value.empty()) {
            return act.error;
        }
        path += value;
        used.insert(key);
        rest.remove_prefix(key.size() + 2);
    }
    auto body = act.with;
    for (const auto& key : used) {
        // `message` as an object is the first one of a forum's post.
        if (!(key == "message" && body.contains(key) && body[key].is_object())) {
            body.erase(key);
        }
    }
    complete_body(act, found->name, body);
    return request(act, found->method, path, body);
}

/// {method, path, body}: any request, as any person.
Result<Json> perform_request(Act& act) {
    return request(act, act.text("method", "GET").c_str(), act.text("path"),
                   act.with.value("body", Json()));
}

std::vector<std::string> api_act_names() {
    std::vector<std::string> names;
    for (const auto& act : kApiActs) {
        names.emplace_back(act.name);
    }
    return names;
}

}  // namespace rookery::sim::discord
