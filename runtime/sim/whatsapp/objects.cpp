#include "sim/whatsapp/objects.hpp"

#include <algorithm>

namespace rookery::sim::whatsapp {
namespace {

std::int64_t seconds(WallTime time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

Json admin_json(const community::Server& server, const community::Member& member) {
    if (server.owner == member.person) {
        return "superadmin";
    }
    return member.roles.empty() ? Json() : Json("admin");
}

/// The JIDs that "@4915100000001" in a text names.
Json mentioned(Core& core, const std::string& text) {
    Json list = Json::array();
    for (const auto& person : core.world.people()) {
        const auto number = person.id.substr(0, person.id.find('@'));
        if (text.find("@" + number) != std::string::npos) {
            list.push_back(person.id);
        }
    }
    return list;
}

}  // namespace

Json time_json(const Core& core, WallTime time) {
    if (core.long_numbers) {
        return {{"low", seconds(time)}, {"high", 0}, {"unsigned", true}};
    }
    return seconds(time);
}

std::string shown_jid(const Core& core, const std::string& person) {
    return core.hidden_ids && core.baileys >= 7 ? lid_of(person) : person;
}

community::Person* person_of(Core& core, const std::string& jid) {
    const auto bare = bare_jid(jid);
    auto& people = core.world.people();
    const auto found = std::find_if(people.begin(), people.end(), [&](const auto& person) {
        return person.id == bare || lid_of(person.id) == bare;
    });
    return found == people.end() ? nullptr : &*found;
}

Json key_json(Core& core, const std::string& chat, const std::string& id, const std::string& by) {
    const bool mine = by == core.me().id;
    Json key = {{"remoteJid", chat}, {"fromMe", mine}, {"id", id}};
    if (is_group(chat) && !mine) {
        key["participant"] = shown_jid(core, by);
        if (core.baileys >= 7) {
            key["participantAlt"] = core.hidden_ids ? by : lid_of(by);
            key["addressingMode"] = core.hidden_ids ? "lid" : "pn";
        }
    } else if (core.baileys >= 7 && !is_group(chat) && chat.ends_with("@s.whatsapp.net")) {
        key["remoteJidAlt"] = lid_of(chat);
    }
    return key;
}

Json content_json(Core& core, const community::Message& message) {
    if (!message.content.is_null()) {
        return message.content;
    }
    auto mentions = mentioned(core, message.text);
    if (message.replies_to.empty() && mentions.empty()) {
        return {{"conversation", message.text}};
    }
    Json context = Json::object();
    if (!mentions.empty()) {
        context["mentionedJid"] = std::move(mentions);
    }
    if (!message.replies_to.empty()) {
        context["stanzaId"] = message.replies_to.front();
        const auto* quoted = core.world.find_message(message.channel, message.replies_to.front());
        if (quoted != nullptr) {
            context["participant"] = shown_jid(core, quoted->author);
            context["quotedMessage"] = {{"conversation", quoted->text}};
        }
    }
    return {{"extendedTextMessage", {{"text", message.text}, {"contextInfo", context}}}};
}

Json message_json(Core& core, const community::Message& message) {
    Json json = {{"key", key_json(core, message.channel, message.id, message.author)},
                 {"message", content_json(core, message)}};
    if (message.author == core.me().id) {
        json["messageTimestamp"] = std::to_string(seconds(message.created));
        json["status"] = "PENDING";
    } else {
        json["messageTimestamp"] = time_json(core, message.created);
        json["broadcast"] = false;
        json["pushName"] = core.world.person(message.author)->display;
    }
    json.update(message.extra);
    return json;
}

Json technical_json(Core& core, const std::string& chat, const std::string& by, Json content) {
    community::Message message;
    message.id = core.world.new_id(community::IdOf::message);
    message.channel = chat;
    message.author = by;
    message.created = core.world.now();
    message.content = std::move(content);
    return message_json(core, message);
}

Json participant_json(const Core& core, const std::string& person, const Json& admin) {
    if (core.baileys < 7) {
        return person;
    }
    return {{"id", shown_jid(core, person)},
            {"phoneNumber", person},
            {"lid", lid_of(person)},
            {"admin", admin}};
}

Json group_json(Core& core, const community::Channel& channel) {
    const auto* server = core.world.server_of(channel);
    Json members = Json::array();
    for (const auto& [id, member] : server->members) {
        Json one = participant_json(core, id, admin_json(*server, member));
        members.push_back(one.is_string() ? Json{{"id", id}, {"admin", admin_json(*server, member)}}
                                          : std::move(one));
    }
    const auto owner_key = core.baileys >= 7 ? "ownerPn" : "ownerJid";
    return {{"id", channel.id},
            {"addressingMode", core.hidden_ids ? "lid" : "pn"},
            {"subject", channel.name},
            {"subjectOwner", shown_jid(core, server->owner)},
            {"subjectTime", seconds(channel.created)},
            {"creation", seconds(channel.created)},
            {"owner", shown_jid(core, server->owner)},
            {owner_key, server->owner},
            {"desc", channel.topic.empty() ? server->name : channel.topic},
            {"linkedParent", server->id},
            {"restrict", false},
            {"announce", false},
            {"isCommunity", false},
            {"isCommunityAnnounce", false},
            {"joinApprovalMode", false},
            {"memberAddMode", true},
            {"size", members.size()},
            {"participants", std::move(members)}};
}

Json chat_json(Core& core, const community::Channel& channel) {
    const auto last = channel.messages.empty() ? channel.created : channel.messages.back().created;
    Json json = {
        {"id", channel.id}, {"conversationTimestamp", time_json(core, last)}, {"unreadCount", 0}};
    if (!channel.name.empty()) {
        json["name"] = channel.name;
    }
    return json;
}

Json contact_json(const Core& core, const community::Person& person) {
    Json json = {{"id", shown_jid(core, person.id)},
                 {"lid", lid_of(person.id)},
                 {"name", person.display},
                 {"notify", person.display},
                 {"imgUrl", nullptr}};
    json[core.baileys >= 7 ? "phoneNumber" : "jid"] = person.id;
    return json;
}

Json boom_json(unsigned status, const std::string& message) {
    return {{"data", nullptr},
            {"isBoom", true},
            {"isServer", status >= 500},
            {"output",
             {{"statusCode", status},
              {"payload", {{"statusCode", status}, {"error", "Unknown"}, {"message", message}}},
              {"headers", Json::object()}}}};
}

}  // namespace rookery::sim::whatsapp
