#include "sim/discord/actions.hpp"

#include <algorithm>

namespace rookery::sim::discord {
namespace {

/// The users named as <@id> or <@!id>.
std::vector<Id> mentioned_users(std::string_view content) {
    std::vector<Id> out;
    for (auto at = content.find("<@"); at != std::string_view::npos;
         at = content.find("<@", at + 2)) {
        auto rest = content.substr(at + 2);
        rest.remove_prefix(rest.starts_with('!') ? 1 : 0);
        const auto end = rest.find('>');
        const auto id =
            end == std::string_view::npos ? std::nullopt : parse_id(rest.substr(0, end));
        if (id && std::find(out.begin(), out.end(), *id) == out.end()) {
            out.push_back(*id);
        }
    }
    return out;
}

Payload text_of(const Json& data) {
    return std::make_shared<const std::string>(
        data.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Payload content_removed(Json data) {
    data["content"] = "";
    data["embeds"] = Json::array();
    data["attachments"] = Json::array();
    data["components"] = Json::array();
    data.erase("poll");
    return text_of(data);
}

}  // namespace

std::string emoji_key(const Json& emoji) {
    const auto id = emoji.find("id");
    return id != emoji.end() && id->is_string() ? id->get<std::string>()
                                                : emoji.value("name", std::string());
}

Message& Actions::post(Draft draft) {
    auto& world = core_.world;
    Message message;
    message.id = draft.id == 0 ? world.next_id() : draft.id;
    message.channel = draft.channel;
    message.author = draft.author;
    message.type = draft.type;
    message.flags = draft.flags;
    message.reply_to = draft.reply_to;
    message.extra = std::move(draft.extra);
    if (draft.mention_users) {
        message.mentions = mentioned_users(draft.content);
        std::erase_if(message.mentions, [&](Id id) { return world.user(id) == nullptr; });
    }
    auto& channel = *world.channel(draft.channel);
    if (draft.reply_to != 0 && draft.mention_replied) {
        const auto* origin = world.message(channel, draft.reply_to);
        auto& mentions = message.mentions;
        if (origin != nullptr &&
            std::find(mentions.begin(), mentions.end(), origin->author) == mentions.end()) {
            mentions.push_back(origin->author);
        }
    }
    message.content = std::move(draft.content);
    auto& stored = world.add_message(std::move(message));
    tell_message("MESSAGE_CREATE", channel, stored);
    for (const auto& observer : observers_) {
        observer(stored);
    }
    return stored;
}

Message& Actions::post_rendered(Message message, Id guild, Payload full, Payload hidden) {
    Dispatch event;
    event.type = "MESSAGE_CREATE";
    event.guild = guild;
    event.any_of = intents_of(event.type, true);
    event.data = std::move(full);
    event.without_content = std::move(hidden);
    auto& stored = core_.world.add_message(std::move(message));
    core_.hub.emit(std::move(event));
    return stored;
}

Json Actions::event_json(const Channel& channel, const Message& message) {
    auto& world = core_.world;
    auto data = world.message_json(message, 0);
    data["channel_type"] = static_cast<int>(channel.type);
    auto* guild = world.guild(channel.guild);
    if (guild == nullptr) {
        return data;
    }
    data["guild_id"] = id_text(guild->id);
    if (const auto member = world.find_member(*guild, message.author)) {
        data["member"] = world.member_json(*member, false);
    }
    for (auto& mention : data["mentions"]) {
        const auto id = parse_id(mention["id"].get_ref<const std::string&>()).value_or(0);
        if (const auto mentioned = world.find_member(*guild, id)) {
            mention["member"] = world.member_json(*mentioned, false);
        }
    }
    return data;
}

void Actions::tell_message(const char* type, const Channel& channel, const Message& message) {
    Dispatch event;
    event.type = type;
    const bool hidden = (message.flags & kEphemeral) != 0;
    event.guild = hidden ? 0 : channel.guild;
    event.any_of = intents_of(type, event.guild != 0);
    event.only_for = hidden ? message.author : channel.bot;
    auto data = event_json(channel, message);
    if (hidden) {
        data.erase("guild_id");
        data.erase("member");
    }
    event.data = text_of(data);
    if (event.guild != 0) {
        event.content_for = message.mentions;
        event.content_for.push_back(message.author);
        event.without_content = content_removed(data);
    }
    core_.hub.emit(std::move(event));
}

void Actions::edit(Channel& channel, Message& message, const Json& changes) {
    if (changes.contains("content")) {
        message.content = changes["content"].is_null() ? "" : changes["content"].get<std::string>();
        message.mentions = mentioned_users(message.content);
    }
    for (const char* key : {"embeds", "components", "attachments"}) {
        if (changes.contains(key)) {
            message.extra[key] = changes[key].is_null() ? Json::array() : changes[key];
        }
    }
    if (changes.contains("flags") && changes["flags"].is_number_unsigned()) {
        message.flags = changes["flags"].get<unsigned>();
    }
    message.edited = core_.world.now_text();
    tell_message("MESSAGE_UPDATE", channel, message);
    observe_change(message, false);
}

void Actions::observe_change(const Message& message, bool gone) const {
    for (const auto& observer : changes_) {
        observer(message, gone);
    }
}

bool Actions::take_out(Channel& channel, Id id) {
    if (const auto* message = core_.world.message(channel, id)) {
        observe_change(*message, true);
    }
    return core_.world.remove_message(channel, id);
}

bool Actions::remove_message(Channel& channel, Id id) {
    if (!take_out(channel, id)) {
        return false;
    }
    Json data = {{"id", id_text(id)}, {"channel_id", id_text(channel.id)}};
    if (channel.guild != 0) {
        data["guild_id"] = id_text(channel.guild);
    }
    announce("MESSAGE_DELETE", channel.guild, data, channel.bot);
    return true;
}

void Actions::remove_messages(Channel& channel, const std::vector<Id>& ids) {
    Json gone = Json::array();
    for (const Id id : ids) {
        take_out(channel, id);
        gone.push_back(id_text(id));
    }
    announce("MESSAGE_DELETE_BULK", channel.guild,
             {{"ids", std::move(gone)},
              {"channel_id", id_text(channel.id)},
              {"guild_id", id_text(channel.guild)}});
}

Json Actions::reaction_json(const Channel& channel, const Message& message, Id user,
                            const Json& emoji) const {
    Json data = {{"user_id", id_text(user)},
                 {"channel_id", id_text(channel.id)},
                 {"message_id", id_text(message.id)},
                 {"emoji", emoji},
                 {"burst", false},
                 {"type", 0}};
    if (channel.guild != 0) {
        data["guild_id"] = id_text(channel.guild);
    }
    return data;
}

bool Actions::react(Channel& channel, Message& message, Id user, const Json& emoji) {
    const auto key = emoji_key(emoji);
    auto found = std::find_if(message.reactions.begin(), message.reactions.end(),
                              [&](const Reaction& r) { return emoji_key(r.emoji) == key; });
    if (found == message.reactions.end()) {
        found = message.reactions.insert(found, Reaction{emoji, {}});
    }
    if (std::find(found->users.begin(), found->users.end(), user) != found->users.end()) {
        return false;
    }
    found->users.push_back(user);
    auto data = reaction_json(channel, message, user, emoji);
    data["message_author_id"] = id_text(message.author);
    if (const auto* guild = core_.world.guild(channel.guild)) {
        if (const auto member = core_.world.find_member(*guild, user)) {
            data["member"] = core_.world.member_json(*member, true);
        }
    }
    announce("MESSAGE_REACTION_ADD", channel.guild, data, channel.bot);
    return true;
}

bool Actions::unreact(Channel& channel, Message& message, Id user, const Json& emoji) {
    const auto key = emoji_key(emoji);
    const auto found = std::find_if(message.reactions.begin(), message.reactions.end(),
                                    [&](const Reaction& r) { return emoji_key(r.emoji) == key; });
    if (found == message.reactions.end() || std::erase(found->users, user) == 0) {
        return false;
    }
    if (found->users.empty()) {
        message.reactions.erase(found);
    }
    announce("MESSAGE_REACTION_REMOVE", channel.guild, reaction_json(channel, message, user, emoji),
             channel.bot);
    return true;
}

void Actions::clear_reactions(Channel& channel, Message& message, const Json& emoji) {
    std::erase_if(message.reactions, [&](const Reaction& reaction) {
        return emoji.is_null() || emoji_key(reaction.emoji) == emoji_key(emoji);
    });
    Json data = {{"channel_id", id_text(channel.id)}, {"message_id", id_text(message.id)}};
    if (channel.guild != 0) {
        data["guild_id"] = id_text(channel.guild);
    }
    if (!emoji.is_null()) {
        data["emoji"] = emoji;
    }
    announce(emoji.is_null() ? "MESSAGE_REACTION_REMOVE_ALL" : "MESSAGE_REACTION_REMOVE_EMOJI",
             channel.guild, data, channel.bot);
}

void Actions::typing(const Channel& channel, Id user) {
    const auto seconds = core_.clock.wall().time_since_epoch() / std::chrono::seconds(1);
    Json data = {
        {"channel_id", id_text(channel.id)}, {"user_id", id_text(user)}, {"timestamp", seconds}};
    if (auto* guild = core_.world.guild(channel.guild)) {
        data["guild_id"] = id_text(guild->id);
        if (const auto member = core_.world.find_member(*guild, user)) {
            data["member"] = core_.world.member_json(*member, true);
        }
    }
    announce("TYPING_START", channel.guild, data, channel.bot);
}

void Actions::join(Guild& guild, Id user) {
    const auto& member = core_.world.add_member(guild, user);
    auto data = core_.world.member_json(member, true);
    data["guild_id"] = id_text(guild.id);
    announce("GUILD_MEMBER_ADD", guild.id, data);
}

bool Actions::leave(Guild& guild, Id user) {
    if (!core_.world.remove_member(guild, user)) {
        return false;
    }
    announce("GUILD_MEMBER_REMOVE", guild.id,
             {{"guild_id", id_text(guild.id)}, {"user", core_.world.user_json(user)}});
    return true;
}

void Actions::member_changed(Guild& guild, const Member& member) {
    auto data = core_.world.member_json(member, true);
    data["guild_id"] = id_text(guild.id);
    announce("GUILD_MEMBER_UPDATE", guild.id, data);
}

void Actions::set_presence(Id user, const std::string& status, const Json& activities) {
    for (auto& [id, guild] : core_.world.guilds()) {
        if (auto* member = core_.world.member(guild, user)) {
            member->status = status;
            member->activities = activities;
            announce("PRESENCE_UPDATE", id, core_.world.presence_json(*member, id));
        }
    }
}

void Actions::set_voice(Guild& guild, Id user, Id channel) {
    if (auto* member = core_.world.member(guild, user)) {
        member->voice_channel = channel;
        announce("VOICE_STATE_UPDATE", guild.id, core_.world.voice_state_json(*member, guild.id));
    }
}

void Actions::set_outage(Guild& guild, bool unavailable) {
    guild.unavailable = unavailable;
    if (unavailable) {
        announce("GUILD_DELETE", guild.id, {{"id", id_text(guild.id)}, {"unavailable", true}});
    } else {
        guild_appeared(guild);
    }
}

void Actions::guild_appeared(Guild& guild) {
    announce("GUILD_CREATE", guild.id, core_.world.guild_create_json(guild, 0, 50));
}

void Actions::guild_left(Id guild) {
    core_.world.remove_guild(guild);
    announce("GUILD_DELETE", guild, {{"id", id_text(guild)}});
}

void Actions::channel_event(const char* type, const Channel& channel) {
    announce(type, channel.guild, core_.world.channel_json(channel, true), channel.bot);
}

void Actions::role_event(const char* type, const Guild& guild, const Role& role) {
    Json data = {{"guild_id", id_text(guild.id)}};
    if (std::string_view(type) == "GUILD_ROLE_DELETE") {
        data["role_id"] = id_text(role.id);
    } else {
        data["role"] = core_.world.role_json(role);
    }
    announce(type, guild.id, data);
}

void Actions::announce(const std::string& type, Id guild, const Json& data, Id only_for) {
    Dispatch event;
    event.type = type;
    event.guild = guild;
    event.any_of = intents_of(type, guild != 0);
    event.only_for = only_for;
    event.data = text_of(data);
    core_.hub.emit(std::move(event));
}

}  // namespace rookery::sim::discord
