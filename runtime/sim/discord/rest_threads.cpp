// Threads: how they begin, who is in them, and the lists of them.
#include "sim/discord/collection.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

using enum FieldType;

constexpr BucketRule kThreads{"threads", 10, Millis{10'000}};
constexpr BucketRule kMembers{"thread-members", 10, Millis{5'000}};
constexpr BucketRule kReads{"thread-reads", 30, Millis{10'000}};

constexpr std::array kFields = {Field{"name", text, true, 1, 100},
                                Field{"auto_archive_duration", integer},
                                Field{"type", integer, false, 10, 12},
                                Field{"invitable", flag},
                                Field{"rate_limit_per_user", integer, false, 0, 21'600},
                                Field{"applied_tags", list, false, 0, 5},
                                Field{"message", object}};

Json member_entry(RestCall& call, const Channel& thread, Id user) {
    return {{"id", id_text(thread.id)},
            {"user_id", id_text(user)},
            {"join_timestamp", call.core.world.now_text()},
            {"flags", 0}};
}

void tell_members(RestCall& call, const Channel& thread, const Json& added, const Json& removed) {
    Json data = {{"id", id_text(thread.id)},
                 {"guild_id", id_text(thread.guild)},
                 {"member_count", std::min<std::size_t>(thread.thread_members.size(), 50)}};
    if (!added.is_null()) {
        data["added_members"] = Json::array({added});
    }
    if (!removed.is_null()) {
        data["removed_member_ids"] = Json::array({removed});
    }
    call.actions.announce("THREAD_MEMBERS_UPDATE", thread.guild, data);
}

void join(RestCall& call, Channel& thread, Id user) {
    if (thread.thread_members.contains(user)) {
        return;
    }
    auto entry = member_entry(call, thread, user);
    thread.thread_members[user] = entry;
    const auto member = call.core.world.find_member(*call.core.world.guild(thread.guild), user);
    if (member) {
        entry["member"] = call.core.world.member_json(*member, true);
        entry["presence"] = call.core.world.presence_json(*member, thread.guild);
    }
    tell_members(call, thread, entry, nullptr);
}

Channel& begin_thread(RestCall& call, Channel& parent, ChannelType type, Id id) {
    auto& world = call.core.world;
    auto& thread = world.add_thread(*world.guild(parent.guild),
                                    call.body["name"].get<std::string>(), type, id);
    thread.more = {{"parent_id", id_text(parent.id)},
                   {"owner_id", id_text(call.actor)},
                   {"thread_metadata",
                    {{"archived", false},
                     {"auto_archive_duration", call.body.value("auto_archive_duration", 4320)},
                     {"archive_timestamp", world.now_text()},
                     {"create_timestamp", world.now_text()},
                     {"locked", false}}}};
    if (type == ChannelType::private_thread) {
        thread.more["thread_metadata"]["invitable"] = call.body.value("invitable", true);
    }
    if (call.body.contains("applied_tags")) {
        thread.more["applied_tags"] = call.body["applied_tags"];
    }
    thread.thread_members[call.actor] = member_entry(call, thread, call.actor);
    auto created = world.channel_json(thread, true);
    created["newly_created"] = true;
    call.actions.announce("THREAD_CREATE", thread.guild, created);
    audit(call, thread.guild, AuditAction::thread_create, id_text(thread.id),
          changes_between(nullptr, {{"name", thread.name}, {"type", static_cast<int>(type)}}));
    return thread;
}

bool fits(RestCall& call) {
    FormErrors errors;
    check_fields(call.body, kFields, false, errors);
    if (!errors.empty()) {
        call.failure = errors.reply();
    }
    return errors.empty();
}

HttpReply from_message(RestCall& call) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    if (message == nullptr || !fits(call)) {
        return call.failure;
    }
    if (call.core.world.channel(message->id) != nullptr) {
        return error_reply(400, 160004, "A thread has already been created for this message");
    }
    const auto type =
        channel->type == ChannelType::news ? ChannelType::news_thread : ChannelType::public_thread;
    const auto& thread = begin_thread(call, *channel, type, message->id);
    constexpr unsigned kHasThread = 1U << 5U;
    message->extra["thread"] = call.core.world.channel_json(thread, true);
    call.actions.edit(*channel, *message, {{"flags", message->flags | kHasThread}});
    return json_reply(call.core.world.channel_json(thread, true), 201);
}

HttpReply without_message(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr || !fits(call)) {
        return call.failure;
    }
    const bool forum = channel->type == ChannelType::forum || channel->type == ChannelType::media;
    if (!forum) {
        const auto type = static_cast<ChannelType>(
            call.body.value("type", static_cast<int>(ChannelType::private_thread)));
        const auto& thread = begin_thread(call, *channel, type, 0);
        return json_reply(call.core.world.channel_json(thread, true), 201);
    }
    Draft draft;
    if (!call.body.contains("message")) {
        return form_error("message", "BASE_TYPE_REQUIRED", "This field is required");
    }
    if (!read_message(call, call.body["message"], false, draft)) {
        return call.failure;
    }
    const auto& thread = begin_thread(call, *channel, ChannelType::public_thread, 0);
    draft.channel = thread.id;
    draft.author = call.actor;
    draft.id = thread.id;  // the first message of a post has the post's id
    const auto& written = call.actions.post(std::move(draft));
    auto out = call.core.world.channel_json(thread, true);
    out["message"] = call.core.world.message_json(written, call.actor);
    return json_reply(out, 201);
}

Channel* thread_of(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel != nullptr && !channel->is_thread()) {
        call.failure = error_reply(400, 50024, "Cannot execute action on this channel type");
        return nullptr;
    }
    return channel;
}

Id named_user(const RestCall& call) {
    return call.parameters.size() > 1 && call.parameters[1] != "@me" ? call.id(1) : call.actor;
}

HttpReply add_member(RestCall& call) {
    auto* thread = thread_of(call);
    if (thread == nullptr) {
        return call.failure;
    }
    if (thread->archived()) {
        return error_reply(400, 50083, "Thread is archived");
    }
    join(call, *thread, named_user(call));
    return no_content();
}

HttpReply remove_member(RestCall& call) {
    auto* thread = thread_of(call);
    if (thread == nullptr) {
        return call.failure;
    }
    const Id user = named_user(call);
    if (thread->thread_members.erase(user) != 0) {
        tell_members(call, *thread, nullptr, id_text(user));
    }
    return no_content();
}

HttpReply get_thread_member(RestCall& call) {
    auto* thread = thread_of(call);
    if (thread == nullptr) {
        return call.failure;
    }
    const auto found = thread->thread_members.find(named_user(call));
    return found == thread->thread_members.end() ? error_reply(404, 10007, "Unknown Member")
                                                 : json_reply(found->second);
}

HttpReply list_thread_members(RestCall& call) {
    auto* thread = thread_of(call);
    if (thread == nullptr) {
        return call.failure;
    }
    Json out = Json::array();
    for (const auto& [user, entry] : thread->thread_members) {
        out.push_back(entry);
    }
    return json_reply(out);
}

/// Those threads of a guild that `wanted` names, as lists of threads answer them.
template <class Wanted>
HttpReply thread_list(RestCall& call, const Guild& guild, bool paged, Wanted wanted) {
    Json threads = Json::array();
    Json members = Json::array();
    for (const Id id : guild.threads) {
        const auto& thread = *call.core.world.channel(id);
        if (!wanted(thread)) {
            continue;
        }
        threads.push_back(call.core.world.channel_json(thread, true));
        const auto own = thread.thread_members.find(call.actor);
        if (own != thread.thread_members.end()) {
            members.push_back(own->second);
        }
    }
    Json out = {{"threads", std::move(threads)}, {"members", std::move(members)}};
    if (paged) {
        out["has_more"] = false;
    }
    return json_reply(out);
}

HttpReply active_threads(RestCall& call) {
    const auto* guild = call.guild(0);
    return guild == nullptr ? call.failure
                            : thread_list(call, *guild, false,
                                          [](const Channel& thread) { return !thread.archived(); });
}

HttpReply archived(RestCall& call, bool is_private, bool own) {
    const auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    return thread_list(call, *call.core.world.guild(channel->guild), true,
                       [&](const Channel& thread) {
                           return thread.parent() == channel->id && thread.archived() &&
                                  (thread.type == ChannelType::private_thread) == is_private &&
                                  (!own || thread.thread_members.contains(call.actor));
                       });
}

HttpReply archived_public(RestCall& call) { return archived(call, false, false); }
HttpReply archived_private(RestCall& call) { return archived(call, true, false); }
HttpReply archived_joined(RestCall& call) { return archived(call, true, true); }

constexpr std::array kRoutes = {
    Route{"POST", "/channels/{}/messages/{}/threads", kThreads, from_message},
    Route{"POST", "/channels/{}/threads", kThreads, without_message},
    Route{"GET", "/channels/{}/thread-members", kReads, list_thread_members},
    Route{"GET", "/channels/{}/thread-members/{}", kReads, get_thread_member},
    Route{"PUT", "/channels/{}/thread-members/{}", kMembers, add_member},
    Route{"DELETE", "/channels/{}/thread-members/{}", kMembers, remove_member},
    Route{"GET", "/guilds/{}/threads/active", kReads, active_threads},
    Route{"GET", "/channels/{}/threads/archived/public", kReads, archived_public},
    Route{"GET", "/channels/{}/threads/archived/private", kReads, archived_private},
    Route{"GET", "/channels/{}/users/@me/threads/archived/private", kReads, archived_joined},
};

}  // namespace

std::span<const Route> thread_routes() { return kRoutes; }

}  // namespace rookery::sim::discord
