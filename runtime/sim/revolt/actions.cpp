#include "sim/revolt/actions.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cctype>

namespace rookery::sim::revolt {
namespace {

constexpr const char* kSystem = "00000000000000000000000000";
constexpr Millis kPreviewDelay{20};

/// The ids in marks such as "<@ID>", each once.
std::vector<std::string> marked(const std::string& text, const std::string& opening) {
    constexpr std::size_t kIdSize = 26;
    std::vector<std::string> out;
    for (auto at = text.find(opening); at != std::string::npos; at = text.find(opening, at + 1)) {
        const auto id = text.substr(at + opening.size(), kIdSize);
        if (is_ulid(id) && text.substr(at + opening.size() + kIdSize, 1) == ">" &&
            std::find(out.begin(), out.end(), id) == out.end()) {
            out.push_back(id);
        }
    }
    return out;
}

/// `data` over the object, without the keys of `clear`; what stands for a part of the status is
/// taken out of it.
void merge(Json& object, const Json& data, const Json& clear) {
    for (const auto& [key, value] : data.items()) {
        if (key == "status" && value.is_object()) {
            object[key].update(value);
        } else {
            object[key] = value;
        }
    }
    for (const auto& field : clear) {
        const auto key = key_of(field.get<std::string>());
        if (key == "status_text") {
            object["status"].erase("text");
        } else if (key == "status_presence") {
            object["status"].erase("presence");
        } else {
            object.erase(key);
        }
    }
}

}  // namespace

std::string key_of(const std::string& field) {
    std::string out;
    for (const char c : field) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isupper(byte) != 0 && !out.empty()) {
            out += '_';
        }
        out += static_cast<char>(std::tolower(byte));
    }
    return out;
}

std::string plain_emoji(std::string emoji) {
    constexpr std::string_view kSelector = "\xEF\xB8\x8F";
    for (auto at = emoji.find(kSelector); at != std::string::npos; at = emoji.find(kSelector)) {
        emoji.erase(at, kSelector.size());
    }
    return emoji;
}

Json Actions::post(Draft draft) {
    auto& world = core_.world;
    Json message = std::move(draft.more);
    message["_id"] = world.next_id();
    message["channel"] = draft.channel;
    message["author"] = draft.author;
    if (!draft.content.empty()) {
        message["content"] = draft.content;
    }
    auto people = marked(draft.content, "<@");
    for (const auto& user : draft.mentioned) {
        if (std::find(people.begin(), people.end(), user) == people.end()) {
            people.push_back(user);
        }
    }
    if (!people.empty()) {
        message["mentions"] = people;
    }
    if (const auto roles = marked(draft.content, "<%"); !roles.empty()) {
        message["role_mentions"] = roles;
    }
    auto stored = message;
    stored.erase("nonce");
    world.add_message(std::move(stored));
    if (auto user = world.user_json(draft.author, {}); user.is_object()) {
        message["user"] = std::move(user);
        const auto home = world.channels[draft.channel].value("server", std::string());
        if (const auto* member = world.member(home, draft.author)) {
            message["member"] = *member;
        }
    }
    auto event = message;
    event["type"] = "Message";
    gateway_.tell_channel(draft.channel, event);
    on_message(message);
    if (draft.content.find("http://") != std::string::npos ||
        draft.content.find("https://") != std::string::npos) {
        auto timer = std::make_shared<boost::asio::steady_timer>(core_.shared.io, kPreviewDelay);
        timer->async_wait(
            [this, timer, channel = draft.channel,
             id = message["_id"].get<std::string>()](boost::system::error_code error) {
                auto* found = error ? nullptr : core_.world.message(channel, id);
                if (found != nullptr) {
                    append_embed(*found, {{"type", "Website"},
                                          {"url", "https://example.invalid/wiki/rookery"},
                                          {"title", "Rookery"},
                                          {"description", "Where the birds nest"},
                                          {"site_name", "Example wiki"}});
                }
            });
    }
    return message;
}

void Actions::append_embed(Json& message, const Json& embed) {
    message["embeds"].push_back(embed);
    gateway_.tell_channel(message["channel"], {{"type", "MessageAppend"},
                                               {"id", message["_id"]},
                                               {"channel", message["channel"]},
                                               {"append", {{"embeds", Json::array({embed})}}}});
}

void Actions::tell_message(const Json& message, const Json& data, const Json& clear) {
    gateway_.tell_channel(message["channel"], {{"type", "MessageUpdate"},
                                               {"id", message["_id"]},
                                               {"channel", message["channel"]},
                                               {"data", data},
                                               {"clear", clear}});
}

void Actions::edit(Json& message, const Json& changes) {
    auto data = changes;
    data["edited"] = core_.world.now_text();
    message.update(data);
    tell_message(message, data);
}

void Actions::remove_message(const std::string& channel, const std::string& id) {
    auto& all = core_.world.messages[channel];
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Json& message) { return message["_id"] == id; });
    if (found == all.end()) {
        return;
    }
    const bool newest = std::next(found) == all.end();
    all.erase(found);
    if (newest) {
        const Json last = all.empty() ? Json(nullptr) : all.back()["_id"];
        core_.world.channels[channel]["last_message_id"] = last;
        gateway_.tell_channel(channel, {{"type", "ChannelUpdate"},
                                        {"id", channel},
                                        {"data", {{"last_message_id", last}}},
                                        {"clear", Json::array()}});
    }
    gateway_.tell_channel(channel, {{"type", "MessageDelete"}, {"id", id}, {"channel", channel}});
}

void Actions::remove_messages(const std::string& channel, const std::vector<std::string>& ids) {
    std::erase_if(core_.world.messages[channel], [&](const Json& message) {
        return std::find(ids.begin(), ids.end(), message["_id"].get<std::string>()) != ids.end();
    });
    gateway_.tell_channel(channel,
                          {{"type", "BulkMessageDelete"}, {"channel", channel}, {"ids", ids}});
}

bool Actions::react(Json& message, const std::string& user, const std::string& emoji) {
    auto& people = message["reactions"][emoji];
    if (people.is_null()) {
        people = Json::array();
    }
    if (std::find(people.begin(), people.end(), Json(user)) != people.end()) {
        return false;
    }
    people.push_back(user);
    gateway_.tell_channel(message["channel"], {{"type", "MessageReact"},
                                               {"id", message["_id"]},
                                               {"channel_id", message["channel"]},
                                               {"user_id", user},
                                               {"emoji_id", emoji}});
    return true;
}

bool Actions::unreact(Json& message, const std::string& user, const std::string& emoji) {
    const auto all = message.value("reactions", Json::object());
    if (!all.contains(emoji)) {
        return false;
    }
    auto& people = message["reactions"][emoji];
    const auto found = std::find(people.begin(), people.end(), Json(user));
    if (found == people.end()) {
        return false;
    }
    people.erase(found);
    if (people.empty()) {
        message["reactions"].erase(emoji);
    }
    gateway_.tell_channel(message["channel"], {{"type", "MessageUnreact"},
                                               {"id", message["_id"]},
                                               {"channel_id", message["channel"]},
                                               {"user_id", user},
                                               {"emoji_id", emoji}});
    return true;
}

void Actions::remove_emoji(Json& message, const std::string& emoji) {
    if (message.contains("reactions")) {
        message["reactions"].erase(emoji);
    }
    gateway_.tell_channel(message["channel"], {{"type", "MessageRemoveReaction"},
                                               {"id", message["_id"]},
                                               {"channel_id", message["channel"]},
                                               {"emoji_id", emoji}});
}

void Actions::clear_reactions(Json& message) {
    message.erase("reactions");
    tell_message(message, {{"reactions", Json::object()}});
}

void Actions::system_message(const std::string& channel, const Json& system) {
    Draft draft;
    draft.channel = channel;
    draft.author = kSystem;
    draft.more = {{"system", system}};
    post(std::move(draft));
}

void Actions::pin(Json& message, const std::string& by, bool pinned) {
    const auto id = message["_id"].get<std::string>();
    const auto channel = message["channel"].get<std::string>();
    if (pinned) {
        message["pinned"] = true;
        tell_message(message, {{"pinned", true}});
    } else {
        message.erase("pinned");
        tell_message(message, Json::object(), Json::array({"Pinned"}));
    }
    system_message(
        channel,
        {{"type", pinned ? "message_pinned" : "message_unpinned"}, {"id", id}, {"by", by}});
}

void Actions::typing(const std::string& channel, const std::string& user, bool started) {
    gateway_.tell_channel(channel, {{"type", started ? "ChannelStartTyping" : "ChannelStopTyping"},
                                    {"id", channel},
                                    {"user", user}});
}

void Actions::join(Json& server, const std::string& user) {
    auto& world = core_.world;
    const auto id = server["_id"].get<std::string>();
    const auto member = world.add_member(server, user);
    gateway_.tell_server(
        id, {{"type", "ServerMemberJoin"}, {"id", id}, {"user", user}, {"member", member}});
    if (world.is_bot(user)) {
        Json channels = Json::array();
        for (const auto& channel : server["channels"]) {
            channels.push_back(world.channels[channel]);
        }
        gateway_.tell_user(user, {{"type", "ServerCreate"},
                                  {"id", id},
                                  {"server", server},
                                  {"channels", channels},
                                  {"emojis", Json::array()},
                                  {"voice_states", Json::array()}});
    }
    const auto greet = server["system_messages"].value("user_joined", std::string());
    if (world.channel(greet) != nullptr) {
        system_message(greet, {{"type", "user_joined"}, {"id", user}});
    }
}

void Actions::leave(const std::string& server, const std::string& user, const std::string& reason) {
    gateway_.tell_server(
        server,
        {{"type", "ServerMemberLeave"}, {"id", server}, {"user", user}, {"reason", reason}});
    auto& world = core_.world;
    world.members[server].erase(user);
    if (auto* found = world.server(server)) {
        (*found)["approximate_member_count"] = world.members[server].size();
    }
}

void Actions::update_user(const std::string& user, const Json& data, const Json& clear) {
    merge(*core_.world.user(user), data, clear);
    gateway_.tell_acquaintances(user, {{"type", "UserUpdate"},
                                       {"id", user},
                                       {"data", data},
                                       {"clear", clear},
                                       {"event_id", nullptr}});
}

void Actions::update_member(const std::string& server, const std::string& user, const Json& data,
                            const Json& clear) {
    gateway_.with_visibility(server,
                             {{"type", "ServerMemberUpdate"},
                              {"id", {{"server", server}, {"user", user}}},
                              {"data", data},
                              {"clear", clear}},
                             [&] { merge(*core_.world.member(server, user), data, clear); });
}

void Actions::update_channel(const std::string& channel, const Json& data, const Json& clear) {
    auto& found = *core_.world.channel(channel);
    const Json event = {
        {"type", "ChannelUpdate"}, {"id", channel}, {"data", data}, {"clear", clear}};
    if (found.contains("server")) {
        return gateway_.with_visibility(found["server"], event, [&] { merge(found, data, clear); });
    }
    merge(found, data, clear);
    gateway_.tell_channel(channel, event);
}

void Actions::update_server(const std::string& server, const Json& data, const Json& clear) {
    gateway_.with_visibility(
        server, {{"type", "ServerUpdate"}, {"id", server}, {"data", data}, {"clear", clear}},
        [&] { merge(*core_.world.server(server), data, clear); });
}

void Actions::update_role(const std::string& server, const std::string& role, const Json& data,
                          const Json& clear) {
    gateway_.with_visibility(
        server,
        {{"type", "ServerRoleUpdate"},
         {"id", server},
         {"role_id", role},
         {"data", data},
         {"clear", clear}},
        [&] { merge((*core_.world.server(server))["roles"][role], data, clear); });
}

void Actions::remove_role(const std::string& server, const std::string& role) {
    gateway_.with_visibility(
        server, {{"type", "ServerRoleDelete"}, {"id", server}, {"role_id", role}}, [&] {
            (*core_.world.server(server))["roles"].erase(role);
            for (auto& [user, member] : core_.world.members[server]) {
                auto roles = member.value("roles", Json::array());
                roles.erase(std::remove(roles.begin(), roles.end(), Json(role)), roles.end());
                member["roles"] = roles;
            }
        });
}

void Actions::rank_roles(const std::string& server, const Json& ranks) {
    auto& roles = (*core_.world.server(server))["roles"];
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        roles[ranks[i].get<std::string>()]["rank"] = i;
    }
    gateway_.tell_server(server,
                         {{"type", "ServerRoleRanksUpdate"}, {"id", server}, {"ranks", ranks}});
}

Json& Actions::create_channel(Json& server, const std::string& name, bool voice) {
    auto& channel = core_.world.add_channel(server, name, voice);
    auto event = channel;
    event["type"] = "ChannelCreate";
    gateway_.tell_channel(channel["_id"], event);
    return channel;
}

void Actions::remove_channel(const std::string& channel) {
    gateway_.tell_channel(channel, {{"type", "ChannelDelete"}, {"id", channel}});
    core_.world.remove_channel(channel);
}

Json& Actions::create_server(const std::string& name) {
    auto& world = core_.world;
    auto& server = world.add_server(name, (*world.user_named("alice"))["_id"]);
    Json channels = Json::array();
    for (const auto& id : server["channels"]) {
        channels.push_back(world.channels[id]);
    }
    gateway_.tell_server(server["_id"], {{"type", "ServerCreate"},
                                         {"id", server["_id"]},
                                         {"server", server},
                                         {"channels", channels},
                                         {"emojis", Json::array()},
                                         {"voice_states", Json::array()}});
    return server;
}

void Actions::remove_server(const std::string& server) {
    gateway_.tell_server(server, {{"type", "ServerDelete"}, {"id", server}});
    core_.world.remove_server(server);
}

Json& Actions::open_direct(const std::string& one, const std::string& other) {
    const auto before = core_.world.channels.size();
    auto& channel = core_.world.direct_channel(one, other);
    if (core_.world.channels.size() != before) {
        auto event = channel;
        event["type"] = "ChannelCreate";
        gateway_.tell_channel(channel["_id"], event);
    }
    return channel;
}

Json& Actions::create_emoji(const std::string& server, const std::string& id,
                            const std::string& creator, const std::string& name) {
    auto& emoji = core_.world.emojis[id] = {{"_id", id},
                                            {"parent", {{"type", "Server"}, {"id", server}}},
                                            {"creator_id", creator},
                                            {"name", name}};
    auto event = emoji;
    event["type"] = "EmojiCreate";
    gateway_.tell_server(server, event);
    return emoji;
}

void Actions::remove_emoji_object(const std::string& id) {
    const auto server = core_.world.emojis[id]["parent"].value("id", std::string());
    core_.world.emojis.erase(id);
    gateway_.tell_server(server, {{"type", "EmojiDelete"}, {"id", id}});
}

Json& Actions::create_webhook(const std::string& channel, const std::string& creator,
                              const std::string& name) {
    const auto id = core_.world.next_id();
    auto& webhook = core_.world.webhooks[id] = {
        {"id", id},
        {"name", name},
        {"creator_id", creator},
        {"channel_id", channel},
        {"permissions", permission::kSendMessage | permission::kSendEmbeds |
                            permission::kMasquerade | permission::kReact},
        {"token", "hook" + id + id}};
    auto event = webhook;
    event["type"] = "WebhookCreate";
    event["token"] = nullptr;
    gateway_.tell_channel(channel, event);
    return webhook;
}

void Actions::update_webhook(const std::string& id, const Json& data, const Json& remove) {
    auto& webhook = core_.world.webhooks[id];
    merge(webhook, data, remove);
    gateway_.tell_channel(
        webhook["channel_id"],
        {{"type", "WebhookUpdate"}, {"id", id}, {"data", data}, {"remove", remove}});
}

void Actions::remove_webhook(const std::string& id) {
    const auto channel = core_.world.webhooks[id]["channel_id"].get<std::string>();
    core_.world.webhooks.erase(id);
    gateway_.tell_channel(channel, {{"type", "WebhookDelete"}, {"id", id}});
}

void Actions::voice(const std::string& user, const std::string& channel) {
    auto& world = core_.world;
    std::string from;
    for (auto& [id, states] : world.voices) {
        if (states.contains(user)) {
            from = id;
        }
    }
    Json state = from.empty() ? Json{{"id", user},
                                     {"joined_at", world.now_text()},
                                     {"is_receiving", true},
                                     {"is_publishing", false},
                                     {"screensharing", false},
                                     {"camera", false}}
                              : world.voices[from][user];
    if (!from.empty()) {
        world.voices[from].erase(user);
    }
    if (!channel.empty()) {
        world.voices[channel][user] = state;
    }
    if (from.empty() && !channel.empty()) {
        gateway_.tell_channel(channel,
                              {{"type", "VoiceChannelJoin"}, {"id", channel}, {"state", state}});
    } else if (!from.empty() && channel.empty()) {
        gateway_.tell_channel(from, {{"type", "VoiceChannelLeave"}, {"id", from}, {"user", user}});
    } else if (!from.empty()) {
        gateway_.tell_channel(channel, {{"type", "VoiceChannelMove"},
                                        {"user", user},
                                        {"from", from},
                                        {"to", channel},
                                        {"state", state}});
    }
}

void Actions::tell_slowmode(const std::string& channel, const std::string& user) {
    const auto seconds = core_.world.channels[channel].value("slowmode", std::uint64_t{0});
    const auto left = core_.world.slow[{channel, user}] - core_.shared.clock.now();
    gateway_.tell_user(
        user,
        {{"type", "UserSlowmodes"},
         {"slowmodes",
          Json::array({{{"channel_id", channel},
                        {"duration", seconds},
                        {"retry_after", std::chrono::duration_cast<Millis>(left).count()}}})}});
}

}  // namespace rookery::sim::revolt
