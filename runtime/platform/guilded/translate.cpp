#include "platform/guilded/translate.hpp"

#include "model/json_index.hpp"
#include "model/json_text.hpp"
#include "model/markup/guilded.hpp"
#include "protocol/guilded/json_scan.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <utility>

namespace rookery::guilded {
namespace {

using model::EventType;
using protocol::guilded::member;
using protocol::guilded::member_at;
using protocol::guilded::MemberScan;
using protocol::guilded::plain_text;

constexpr std::size_t kMostParts = 16;  ///< events of one arrival: what the journal keeps

/// The first of these that is an id.
std::string_view id_of(std::string_view object, std::initializer_list<std::string_view> keys) {
    for (const auto key : keys) {
        if (const auto id = plain_text(member(object, key)); !id.empty()) {
            return id;
        }
    }
    return {};
}

std::string as_text(std::string_view escaped) { return '"' + std::string(escaped) + '"'; }

/// The elements of a JSON list, each as its text; at most `most`.
std::vector<std::string_view> elements(std::string_view list, std::size_t most = kMostParts) {
    std::vector<std::string_view> out;
    const auto index =
        list.starts_with('[') ? model::JsonIndex::build(list) : Result<model::JsonIndex>(Error());
    if (!index) {
        return out;
    }
    for (const auto node : index->root().elements()) {
        if (out.size() == most) {
            break;
        }
        out.push_back(node.raw());
    }
    return out;
}

/// Collects the members of a context object.
class Context {
  public:
    void add(std::string_view key, std::string_view json) {
        if (!json.empty()) {
            text_ += (text_.empty() ? "" : ",") + as_text(key) + ':' + std::string(json);
        }
    }
    /// `"key":value` pairs.
    void add_members(const std::string& members) {
        if (!members.empty()) {
            text_ += (text_.empty() ? "" : ",") + members;
        }
    }
    [[nodiscard]] std::string take() { return text_.empty() ? text_ : '{' + text_ + '}'; }

  private:
    std::string text_;
};

struct Job {
    Flavour flavour;
    std::string_view name;
    std::string_view payload;
    std::string_view server;  ///< serverId or teamId
    Seen& seen;
    Translation& out;

    void become(EventType type, Context& context) const {
        out.parts.push_back({type, {}, context.take()});
    }
    void become(EventType type) const { out.parts.push_back({type, {}, {}}); }
};

/// Who did it.
void add_person(const Job& job, Context& context, std::string_view user, bool with_member) {
    context.add("user", job.seen.users.find(user));
    if (with_member && !job.server.empty()) {
        context.add("member",
                    job.seen.members.find(std::string(job.server) + '/' + std::string(user)));
    }
}

// ---- messages

/// `![name](url)` in bot markdown: pictures and files.
std::string attachments_of(std::string_view content) {
    std::string out;
    for (auto at = content.find("!["); at != std::string_view::npos; at = content.find("![", at)) {
        const auto middle = content.find("](", at);
        const auto end = middle == std::string_view::npos ? middle : content.find(')', middle);
        if (end == std::string_view::npos) {
            break;
        }
        const auto name = content.substr(at + 2, middle - at - 2);
        const auto url = content.substr(middle + 2, end - middle - 2);
        if (url.starts_with("http") && out.size() < 8'192) {
            out += (out.empty() ? "" : ",") +
                   ("{\"name\":" + as_text(name) + ",\"url\":" + as_text(url) + "}");
        }
        at = end;
    }
    return out.empty() ? out : '[' + out + ']';
}

/// Files of a document: {url, name} each.
std::string attachments_of(model::JsonNode document) {
    std::string out;
    std::uint32_t at = 0;
    for (auto node = document.next_object(at); node; node = document.next_object(at)) {
        const auto type = node["type"].raw_string();
        if (type != "image" && type != "video" && type != "fileUpload") {
            continue;
        }
        const auto url = node["data"]["src"].raw_string();
        if (url.empty() || out.size() > 8'192) {
            continue;
        }
        auto name = node["data"]["name"].raw_string();
        if (name.empty()) {
            name = url.substr(0, url.find('?'));
            name = name.substr(name.rfind('/') + 1);
        }
        out += (out.empty() ? "" : ",") +
               ("{\"url\":" + as_text(url) + ",\"name\":" + as_text(name) + "}");
    }
    return out.empty() ? out : '[' + out + ']';
}

/// Names of those that a message mentions, as far as they are known.
std::string names_of(Seen& seen, std::string_view mentions) {
    std::string out;
    for (const auto one : elements(member(mentions, "users"), 50)) {
        const auto id = plain_text(member(one, "id"));
        const auto name = member(seen.users.find(id), "name");
        if (!name.empty()) {
            out += (out.empty() ? "" : ",") + as_text(id) + ':' + std::string(name);
        }
    }
    return out.empty() ? out : '{' + out + '}';
}

void add_content(const Job& job, std::string_view message, Context& context) {
    const auto content = member(message, "content");
    if (content.starts_with('"')) {
        context.add("attachments", attachments_of(plain_text(content)));
        context.add("names", names_of(job.seen, member(message, "mentions")));
        return;
    }
    const auto index = model::JsonIndex::build(content);
    if (index) {
        context.add_members(model::markup::slate_extras(index->root()));
        context.add("attachments", attachments_of(index->root()));
    }
}

void on_message(const Job& job) {
    const auto message = member(job.payload, "message");
    const auto id = plain_text(member(message, "id"));
    auto channel = plain_text(member(message, "channelId"));
    channel = channel.empty() ? plain_text(member(job.payload, "channelId")) : channel;
    Context context;
    std::string place;
    if (!job.server.empty()) {
        place += "\"guildId\":" + as_text(job.server);
    }
    if (!channel.empty()) {
        place += (place.empty() ? "" : ",") + ("\"channelId\":" + as_text(channel));
    }
    context.add("place", '{' + place + '}');
    const bool created = job.name == "ChatMessageCreated";
    const bool deleted = job.name == "ChatMessageDeleted";
    const std::string old(created ? std::string_view() : job.seen.messages.find(id));
    context.add("old", old);
    if (deleted) {
        add_person(job, context, id_of(old, {"createdBy"}), true);
    } else {
        add_person(job, context, id_of(message, {"createdBy"}), true);
        add_content(job, message, context);
    }
    job.become(created   ? EventType::message_create
               : deleted ? EventType::message_delete
                         : EventType::message_update,
               context);
}

void learn_message(const Job& job) {
    const auto message = member(job.payload, "message");
    const auto id = plain_text(member(message, "id"));
    const bool deleted = job.name == "ChatMessageDeleted";
    if (id.empty()) {
        return;
    }
    const auto stamp = id_of(message, {"deletedAt", "editedAt", "updatedAt"});
    if (job.name == "ChatMessageCreated") {
        job.out.identity = "message:" + std::string(id);
    } else if (deleted || !stamp.empty()) {
        job.out.identity = (deleted ? "deleted:" : "edited:") + std::string(id) + ':' +
                           std::string(deleted ? "" : stamp);
    }
    if (deleted) {
        job.seen.messages.erase(id);
        return;
    }
    // The channel stands beside a message of the user gateway.
    std::string text(message);
    if (member(message, "channelId").empty()) {
        text.pop_back();
        text += ",\"channelId\":" + as_text(plain_text(member(job.payload, "channelId"))) + '}';
    }
    if (!job.server.empty() && member(message, "serverId").empty()) {
        text.pop_back();
        text += ",\"serverId\":" + as_text(job.server) + '}';
    }
    job.seen.messages.put(std::string(id), text);
}

void on_reaction(const Job& job, EventType type) {
    Context context;
    const auto reaction = member(job.payload, "reaction");
    add_person(job, context, id_of(reaction, {"createdBy"}), true);
    job.become(type, context);
}
void on_reaction_added(const Job& job) { on_reaction(job, EventType::message_reaction_add); }
void on_reaction_removed(const Job& job) { on_reaction(job, EventType::message_reaction_remove); }

void on_reactions_cleared(const Job& job) {
    const bool one = member(job.payload, "emote").starts_with('{');
    job.become(one ? EventType::message_reaction_remove_emoji
                   : EventType::message_reaction_remove_all);
}

/// YYYY-MM-DDTHH:mm:ss.mmmZ
std::string now_text() {
    const auto now = std::chrono::system_clock::now();
    const auto millis = std::chrono::duration_cast<Millis>(now.time_since_epoch()).count();
    const std::time_t seconds = millis / 1'000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    const auto rest = std::to_string(1'000 + millis % 1'000);
    return std::string(text.data(), size) + '.' + rest.substr(1) + 'Z';
}

void on_typing(const Job& job) {
    Context context;
    std::string entry = "{\"timestamp\":" + as_text(now_text());
    entry += job.server.empty() ? "}" : ",\"teamId\":" + as_text(job.server) + '}';
    context.add("entry", entry);
    add_person(job, context, id_of(job.payload, {"userId"}), true);
    job.become(EventType::typing_start, context);
}

// ---- people

void on_member_joined(const Job& job) { job.become(EventType::guild_member_add); }

void learn_joined(const Job& job) {
    const auto bot = member(job.payload, "member");
    job.seen.learn_member(job.server, bot.starts_with('{') ? bot : member(job.payload, "user"));
}

void one_removed(const Job& job, std::string_view user) {
    Context context;
    const std::string key = std::string(job.server) + '/' + std::string(user);
    context.add("entry", "{\"userId\":" + as_text(user) + '}');
    add_person(job, context, user, false);
    context.add("old", job.seen.members.find(key));
    job.become(EventType::guild_member_remove, context);
}

std::vector<std::string_view> users_of(const Job& job) {
    std::vector<std::string_view> out;
    if (const auto one = id_of(job.payload, {"userId"}); !one.empty()) {
        out.push_back(one);
    }
    for (const auto key : {"userIds", "memberIds"}) {
        for (const auto id : elements(member(job.payload, key))) {
            out.push_back(plain_text(id));
        }
    }
    return out;
}

void on_member_removed(const Job& job) {
    for (const auto user : users_of(job)) {
        one_removed(job, user);
    }
}

void learn_removed(const Job& job) {
    for (const auto user : users_of(job)) {
        job.seen.members.erase(std::string(job.server) + '/' + std::string(user));
    }
}

/// A member with some of its members in place of those it had.
std::string merged(std::string_view before, std::string_view changes) {
    std::string out;
    for (MemberScan scan(before); scan.next();) {
        if (member(changes, scan.key()).empty()) {
            out += (out.empty() ? "" : ",") + as_text(scan.key()) + ':' + std::string(scan.value());
        }
    }
    for (MemberScan scan(changes); scan.next();) {
        const bool own = scan.key() != "id" && scan.key() != "userId";
        if (own) {
            out += (out.empty() ? "" : ",") + as_text(scan.key()) + ':' + std::string(scan.value());
        }
    }
    return '{' + out + '}';
}

void one_member_changed(const Job& job, std::string_view user, std::string_view changes) {
    Context context;
    const std::string key = std::string(job.server) + '/' + std::string(user);
    const std::string before(job.seen.members.find(key));
    std::string entry = "{\"userId\":" + as_text(user);
    for (MemberScan scan(changes); scan.next();) {
        if (scan.key() != "userId") {
            entry += ',' + as_text(scan.key()) + ':' + std::string(scan.value());
        }
    }
    context.add("entry", entry + '}');
    context.add("user", job.seen.users.find(user));
    if (!before.empty()) {
        const std::string after = merged(before, changes);
        context.add("old", before);
        context.add("member", after);
        job.seen.members.put(key, after);
    }
    job.become(EventType::guild_member_update, context);
}

void on_member_changed(const Job& job) {
    const auto info = member(job.payload, "userInfo");
    const auto user = id_of(info, {"id"});
    if (!user.empty()) {
        one_member_changed(job, user, info);
        return;
    }
    for (const auto each : users_of(job)) {
        one_member_changed(job, each, info);
    }
}

void on_member_roles(const Job& job) {
    for (const auto one : elements(member(job.payload, "memberRoleIds"))) {
        one_member_changed(job, id_of(one, {"userId"}), one);
    }
}

void on_ban(const Job& job) {
    job.become(job.name == "ServerMemberBanned" ? EventType::guild_ban_add
                                                : EventType::guild_ban_remove);
}

void on_own_account(const Job& job) {
    Context context;
    context.add("user", job.seen.users.find(job.seen.own_id));
    job.become(job.name == "USER_UPDATED" ? EventType::user_update : EventType::presence_update,
               context);
}

/// The whole list of a team's roles: what differs from the one before.
void on_team_roles(const Job& job) {
    const auto roles = member(job.payload, "rolesById");
    const std::string before(job.seen.roles.find(job.server));
    const bool known = !before.empty();
    if (roles.starts_with('{')) {
        job.seen.roles.put(std::string(job.server), roles);
    }
    const auto one = [&](EventType type, std::string_view role, std::string_view old) {
        if (job.out.parts.size() < kMostParts) {
            Context context;
            context.add("entry", role);
            context.add("old", old);
            job.become(type, context);
        }
    };
    for (MemberScan scan(roles); scan.next();) {
        const auto old = member(before, scan.key());
        if (scan.key() == "baseRole" || old == scan.value()) {
            continue;
        }
        one(known && old.empty() ? EventType::role_create : EventType::role_update, scan.value(),
            old);
    }
    for (MemberScan scan(before); roles.starts_with('{') && scan.next();) {
        if (scan.key() != "baseRole" && member(roles, scan.key()).empty()) {
            one(EventType::role_delete, scan.value(), {});
        }
    }
    on_member_roles(job);
}

// ---- channels

bool is_thread(const Job& job, std::string_view channel) {
    return !id_of(channel, {"parentId", "parentChannelId", "messageId"}).empty() ||
           !job.seen.threads.find(id_of(channel, {"id"})).empty();
}

void on_channel(const Job& job) {
    const auto channel = member(job.payload, "channel");
    const auto id = id_of(channel, {"id"});
    const bool thread = is_thread(job, channel);
    if (thread) {
        job.seen.threads.put(std::string(id), "{}");
    }
    Context context;
    context.add("old", job.seen.channels.find(id));
    const bool created = job.name.find("Created") != std::string_view::npos;
    const bool deleted = job.name.find("Deleted") != std::string_view::npos;
    job.become(created   ? thread ? EventType::thread_create : EventType::channel_create
               : deleted ? thread ? EventType::thread_delete : EventType::channel_delete
               : thread  ? EventType::thread_update
                         : EventType::channel_update,
               context);
}

void learn_channel(const Job& job) {
    const auto channel = member(job.payload, "channel");
    const std::string id(id_of(channel, {"id"}));
    if (job.name.find("Deleted") != std::string_view::npos) {
        job.seen.channels.erase(id);
    } else if (!id.empty()) {
        job.seen.channels.put(id, channel);
    }
}

void on_role(const Job& job) {
    Context context;
    const auto role = member(job.payload, "role");
    const std::string key = std::string(job.server) + '/' + std::string(id_of(role, {"id"}));
    context.add("old", job.seen.roles.find(key));
    job.become(EventType::role_update, context);
}

void learn_role(const Job& job) {
    const auto role = member(job.payload, "role");
    job.seen.roles.put(std::string(job.server) + '/' + std::string(id_of(role, {"id"})), role);
}

void on_temporal_channel(const Job& job) {
    job.seen.threads.put(std::string(id_of(job.payload, {"channelId"})), "{}");
    job.become(EventType::thread_create);
}

void on_archived(const Job& job) {
    const bool thread = !job.seen.threads.find(id_of(job.payload, {"channelId"})).empty();
    job.become(thread ? EventType::thread_update : EventType::channel_update);
}

/// One event for each id of a list.
void each_id(const Job& job, std::string_view list, EventType type) {
    std::size_t place = 0;
    for (const auto id : elements(member(job.payload, list))) {
        Context context;
        context.add("entry", "{\"id\":" + std::string(id) +
                                 ",\"priority\":" + std::to_string(place++) + '}');
        job.become(type, context);
    }
}
void on_channel_order(const Job& job) {
    each_id(job, "orderedChannelIds", EventType::channel_update);
}
void on_category_order(const Job& job) {
    each_id(job, "orderedChannelCategoryIds", EventType::channel_update);
}
void on_channels_deleted(const Job& job) { each_id(job, "channelIds", EventType::channel_delete); }
void on_categories_deleted(const Job& job) {
    each_id(job, "channelCategoryIds", EventType::channel_delete);
}

// ---- the rest

void on_teams_updated(const Job& job) {
    const bool gone = member(job.payload, "isRemoved") == "true" ||
                      member(job.payload, "isUserBannedFromTeam") == "true";
    job.become(gone ? EventType::guild_delete : EventType::guild_create);
}

void one_rsvp(const Job& job, std::string_view rsvp) {
    const auto status = plain_text(member(rsvp, "status"));
    const bool comes = status == "going" || status == "maybe" || status == "waitlisted";
    Context context;
    context.add("entry", rsvp);
    job.become(comes ? EventType::guild_scheduled_event_user_add
                     : EventType::guild_scheduled_event_user_remove,
               context);
}
void on_rsvp(const Job& job) {
    if (const auto one = member(job.payload, "calendarEventRsvp"); one.starts_with('{')) {
        one_rsvp(job, one);
    }
    for (const auto one : elements(member(job.payload, "calendarEventRsvps"))) {
        one_rsvp(job, one);
    }
}

void learn_plan(const Job& job) {
    const auto plan = member(job.payload, "calendarEvent");
    job.seen.places.put(std::string(id_of(plan, {"id"})), id_of(plan, {"channelId"}));
}

void learn_server(const Job& job) { job.seen.learn_user(member(job.payload, "user")); }

struct Handler {
    std::string_view name;
    void (*become)(const Job&);           ///< null: what the schema says
    void (*learn)(const Job&) = nullptr;  ///< also when nobody wants it; afterwards
};

constexpr std::array<Handler, 45> kHandlers = {{
    {"ChatMessageCreated", on_message, learn_message},
    {"ChatMessageUpdated", on_message, learn_message},
    {"ChatMessageDeleted", on_message, learn_message},
    {"ChatChannelTyping", on_typing},
    {"ChannelMessageReactionCreated", on_reaction_added},
    {"ChannelMessageReactionDeleted", on_reaction_removed},
    {"ChannelMessageReactionManyDeleted", on_reactions_cleared},
    {"ChatMessageReactionAdded", on_reaction_added},
    {"ChatMessageReactionDeleted", on_reaction_removed},
    {"ServerMemberJoined", on_member_joined, learn_joined},
    {"TeamMemberJoined", on_member_joined, learn_joined},
    {"ServerMemberRemoved", on_member_removed, learn_removed},
    {"TeamMemberRemoved", on_member_removed, learn_removed},
    {"TeamMembersRemoved", on_member_removed, learn_removed},
    {"ServerMemberUpdated", on_member_changed},
    {"TeamMemberUpdated", on_member_changed},
    {"TeamMemberAliasUpdated", on_member_changed},
    {"ServerRolesUpdated", on_member_roles},
    {"teamRolesUpdated", on_team_roles},
    {"ServerMemberBanned", on_ban},
    {"ServerMemberUnbanned", on_ban},
    {"USER_UPDATED", on_own_account},
    {"USER_PRESENCE_MANUALLY_SET", on_own_account},
    {"ServerChannelCreated", on_channel, learn_channel},
    {"ServerChannelUpdated", on_channel, learn_channel},
    {"ServerChannelDeleted", on_channel, learn_channel},
    {"TeamChannelCreated", on_channel, learn_channel},
    {"TeamChannelUpdated", on_channel},
    {"ChannelArchived", on_channel, learn_channel},
    {"ChannelRestored", on_channel, learn_channel},
    {"RoleCreated", nullptr, learn_role},
    {"RoleUpdated", on_role, learn_role},
    {"TemporalChannelCreated", on_temporal_channel},
    {"TEAM_CHANNEL_ARCHIVED", on_archived},
    {"TEAM_CHANNEL_RESTORED", on_archived},
    {"TeamChannelPrioritiesUpdated", on_channel_order},
    {"TeamChannelCategoryPrioritiesUpdated", on_category_order},
    {"TeamChannelsDeleted", on_channels_deleted},
    {"TeamChannelCategoriesDeleted", on_categories_deleted},
    {"USER_TEAMS_UPDATED", on_teams_updated},
    {"CalendarEventRsvpUpdated", on_rsvp},
    {"CalendarEventRsvpManyUpdated", on_rsvp},
    {"CalendarEventCreated", nullptr, learn_plan},
    {"CalendarEventUpdated", nullptr, learn_plan},
    {"_WelcomeMessage", nullptr, learn_server},
}};

}  // namespace

Translation translate(Flavour flavour, std::string_view name, std::string_view payload, bool wanted,
                      Seen& seen) {
    Translation out;
    const auto* const found =
        std::find_if(kHandlers.begin(), kHandlers.end(),
                     [&](const Handler& handler) { return handler.name == name; });
    if (found == kHandlers.end()) {
        return out;
    }
    const auto server = id_of(payload, {"serverId", "teamId"});
    const Job job{flavour, name, payload, server, seen, out};
    if (wanted && found->become != nullptr) {
        found->become(job);
    }
    if (found->learn != nullptr) {
        found->learn(job);
    }
    if (out.parts.size() > kMostParts) {
        out.parts.resize(kMostParts);
    }
    return out;
}

Translation::Part guild_available(std::string_view guild) {
    Context context;
    context.add("guild", guild);
    return {EventType::guild_available, {}, context.take()};
}

}  // namespace rookery::guilded
