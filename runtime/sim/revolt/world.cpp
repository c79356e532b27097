#include "sim/revolt/world.hpp"

#include "sim/cast.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace rookery::sim::revolt {
namespace {

using namespace permission;

constexpr std::uint64_t kEveryone = kChangeNickname | kViewChannel | kReadHistory | kSendMessage |
                                    kSendEmbeds | kUploadFiles | kMasquerade | kReact |
                                    (1ULL << 12U) | (1ULL << 25U) | (1ULL << 30U) | (1ULL << 31U) |
                                    (1ULL << 32U) | (1ULL << 36U);
constexpr WallTime kFoundation{std::chrono::seconds(1'750'000'000)};  // some day in 2025

template <class Map>
Json* find_in(Map& map, const std::string& id) {
    const auto found = map.find(id);
    return found == map.end() ? nullptr : &found->second;
}

struct Named {
    std::uint64_t bit;
    const char* name;
};
constexpr std::array kNames = {
    Named{kManageChannel, "ManageChannel"},
    Named{kManageServer, "ManageServer"},
    Named{kManagePermissions, "ManagePermissions"},
    Named{kManageRole, "ManageRole"},
    Named{kManageCustomisation, "ManageCustomisation"},
    Named{kKickMembers, "KickMembers"},
    Named{kBanMembers, "BanMembers"},
    Named{kTimeoutMembers, "TimeoutMembers"},
    Named{kAssignRoles, "AssignRoles"},
    Named{kChangeNickname, "ChangeNickname"},
    Named{kManageNicknames, "ManageNicknames"},
    Named{kViewChannel, "ViewChannel"},
    Named{kReadHistory, "ReadMessageHistory"},
    Named{kSendMessage, "SendMessage"},
    Named{kManageMessages, "ManageMessages"},
    Named{kManageWebhooks, "ManageWebhooks"},
    Named{kSendEmbeds, "SendEmbeds"},
    Named{kUploadFiles, "UploadFiles"},
    Named{kMasquerade, "Masquerade"},
    Named{kReact, "React"},
};

std::uint64_t overridden(std::uint64_t rights, const Json& override) {
    return (rights | override.value("a", std::uint64_t{0})) &
           ~override.value("d", std::uint64_t{0});
}

/// The member's roles from the least senior (largest rank) to the most.
std::vector<std::string> roles_by_rank(const Json& server, const Json& member) {
    std::vector<std::string> roles;
    for (const auto& role : member.value("roles", Json::array())) {
        if (server.value("roles", Json::object()).contains(role.get<std::string>())) {
            roles.push_back(role);
        }
    }
    std::stable_sort(roles.begin(), roles.end(), [&](const auto& a, const auto& b) {
        return server["roles"][a].value("rank", 0) > server["roles"][b].value("rank", 0);
    });
    return roles;
}

}  // namespace

const char* permission_name(std::uint64_t bit) {
    const auto* found = std::find_if(kNames.begin(), kNames.end(),
                                     [&](const Named& named) { return named.bit == bit; });
    return found == kNames.end() ? "Unknown" : found->name;
}

World::World(Shared& shared, const std::vector<std::string>& tokens)
    : clock_(shared.clock), ids_(shared.options.seed), fixed_(kFoundation) {
    seed_community(tokens, shared.options.guilds);
    fixed_.reset();
}

void World::seed_community(const std::vector<std::string>& tokens, unsigned servers_wanted) {
    // Every seeded thing is a day older than the next: ids and times repeat for equal seeds.
    const auto day = [this] { *fixed_ += std::chrono::hours(24); };
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto name = i == 0 ? std::string(cast::kBot) : cast::kBot + std::to_string(i + 1);
        auto& bot = add_user(name, name);
        accounts_.push_back({bot["_id"], tokens[i], true, false});
        day();
    }
    for (const auto& person : cast::kPeople) {
        auto& user = add_user(person.username, person.display);
        accounts_.push_back({user["_id"], "session." + std::string(person.username), false, false});
        day();
    }
    const auto owner = (*user_named("alice"))["_id"].get<std::string>();
    for (auto& account : accounts_) {
        if (account.bot) {
            users[account.user]["bot"] = {{"owner", owner}};
            users[account.user]["online"] = false;
        }
    }
    for (unsigned i = 0; i < servers_wanted; ++i) {
        add_server(i == 0 ? cast::kGuild : cast::kGuild + (" " + std::to_string(i + 1)), owner);
        day();
    }
}

Account* World::account_of(std::string_view token) {
    const auto found = std::find_if(
        accounts_.begin(), accounts_.end(),
        [&](const Account& account) { return account.token == token && !account.revoked; });
    return found == accounts_.end() ? nullptr : &*found;
}

bool World::is_bot(const std::string& user) const {
    return std::any_of(accounts_.begin(), accounts_.end(),
                       [&](const Account& account) { return account.bot && account.user == user; });
}

std::string World::time_text(WallTime time) {
    const auto ms = std::chrono::duration_cast<Millis>(time.time_since_epoch()).count();
    const std::time_t seconds = ms / 1000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                  parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                  parts.tm_min, parts.tm_sec, static_cast<int>(ms % 1000));
    return text.data();
}

Json* World::user(const std::string& id) { return find_in(users, id); }
Json* World::server(const std::string& id) { return find_in(servers, id); }
Json* World::channel(const std::string& id) { return find_in(channels, id); }

Json* World::member(const std::string& server, const std::string& user) {
    const auto found = members.find(server);
    return found == members.end() ? nullptr : find_in(found->second, user);
}

Json* World::message(const std::string& channel, const std::string& id) {
    auto& all = messages[channel];
    const auto found = std::lower_bound(
        all.begin(), all.end(), id, [](const Json& message, const std::string& wanted) {
            return message["_id"].get_ref<const std::string&>() < wanted;
        });
    return found == all.end() || (*found)["_id"] != id ? nullptr : &*found;
}

Json* World::user_named(std::string_view name) {
    for (auto& [id, user] : users) {
        if (id == name || user["username"] == name) {
            return &user;
        }
    }
    return nullptr;
}

Json* World::server_named(std::string_view name) {
    for (auto& [id, server] : servers) {
        if (name.empty() || id == name || server["name"] == name) {
            return &server;
        }
    }
    return nullptr;
}

Json* World::channel_named(std::string_view name, const std::string& server) {
    if (name.starts_with('#')) {
        name.remove_prefix(1);
    }
    for (auto& [id, channel] : channels) {
        const bool inside = server.empty() || channel.value("server", std::string()) == server;
        if (inside && (id == name || channel.value("name", std::string()) == name)) {
            return &channel;
        }
    }
    return nullptr;
}

std::optional<std::string> World::role_named(const Json& server, std::string_view name) {
    const auto roles = server.value("roles", Json::object());
    for (const auto& [id, role] : roles.items()) {
        if (id == name || role["name"] == name) {
            return id;
        }
    }
    return std::nullopt;
}

Json& World::add_user(const std::string& name, const std::string& display) {
    const auto id = ids_.next(fixed_.value_or(clock_.wall()));
    std::array<char, 8> number{};
    std::snprintf(number.data(), number.size(), "%04zu", (users.size() * 37 + 42) % 10'000);
    return users[id] = {{"_id", id},
                        {"username", name},
                        {"discriminator", number.data()},
                        {"display_name", display},
                        {"online", true},
                        {"status", {{"presence", "Online"}}}};
}

Json& World::add_server(const std::string& name, const std::string& owner) {
    const auto id = ids_.next(fixed_.value_or(clock_.wall()));
    auto& server = servers[id] = {{"_id", id},
                                  {"owner", owner},
                                  {"name", name},
                                  {"channels", Json::array()},
                                  {"categories", Json::array()},
                                  {"roles", Json::object()},
                                  {"default_permissions", kEveryone},
                                  {"analytics", false},
                                  {"discoverable", false},
                                  {"approximate_member_count", 0}};
    for (const auto* channel : cast::kTextChannels) {
        add_channel(server, channel, false);
    }
    add_channel(server, cast::kVoiceChannel, true);
    server["categories"].push_back(
        {{"id", "everything"}, {"title", "Everything"}, {"channels", server["channels"]}});
    server["system_messages"] = {{"user_joined", server["channels"][4]}};
    const auto helpers = add_role(server, "Moderator");
    server["roles"][helpers]["permissions"]["a"] = kManageMessages | kKickMembers;
    const auto bots = add_role(server, "Bots");
    // What a bot is usually given, so that it may do all that the platform lets bots do.
    server["roles"][bots]["permissions"]["a"] = kAll;
    for (const auto& [user, json] : users) {
        auto& member = add_member(server, user);
        if (is_bot(user)) {
            member["roles"] = Json::array({bots});
        } else if (json["username"] == "bob") {
            member["roles"] = Json::array({helpers});
        }
    }
    return server;
}

Json& World::add_channel(Json& server, const std::string& name, bool voice) {
    const auto id = ids_.next(fixed_.value_or(clock_.wall()));
    auto& channel = channels[id] = {{"_id", id},
                                    {"channel_type", "TextChannel"},
                                    {"server", server["_id"]},
                                    {"name", name},
                                    {"nsfw", false}};
    if (voice) {
        channel["voice"] = Json::object();
    }
    server["channels"].push_back(id);
    return channel;
}

Json& World::add_member(const Json& server, const std::string& user) {
    const auto id = server["_id"].get<std::string>();
    auto& member = members[id][user] = {{"_id", {{"server", id}, {"user", user}}},
                                        {"joined_at", time_text(fixed_.value_or(clock_.wall()))},
                                        {"can_publish", true},
                                        {"can_receive", true}};
    servers[id]["approximate_member_count"] = members[id].size();
    return member;
}

std::string World::add_role(Json& server, const std::string& name) {
    const auto id = ids_.next(fixed_.value_or(clock_.wall()));
    server["roles"][id] = {{"_id", id},
                           {"name", name},
                           {"permissions", {{"a", 0}, {"d", 0}}},
                           {"rank", server["roles"].size()}};
    return id;
}

Json& World::direct_channel(const std::string& one, const std::string& other) {
    for (auto& [id, channel] : channels) {
        if (channel["channel_type"] == "DirectMessage" &&
            (channel["recipients"] == Json::array({one, other}) ||
             channel["recipients"] == Json::array({other, one}))) {
            return channel;
        }
    }
    const auto id = next_id();
    return channels[id] = {{"_id", id},
                           {"channel_type", "DirectMessage"},
                           {"active", true},
                           {"recipients", Json::array({one, other})}};
}

Json& World::add_message(Json message) {
    const auto channel = message["channel"].get<std::string>();
    auto& all = messages[channel];
    if (all.size() == kMessagesKept) {
        all.pop_front();
    }
    channels[channel]["last_message_id"] = message["_id"];
    return all.emplace_back(std::move(message));
}

void World::remove_channel(const std::string& id) {
    const auto found = channels.find(id);
    if (found == channels.end()) {
        return;
    }
    if (auto* home = server(found->second.value("server", std::string()))) {
        auto& list = (*home)["channels"];
        list.erase(std::remove(list.begin(), list.end(), Json(id)), list.end());
        for (auto& category : (*home)["categories"]) {
            auto& inside = category["channels"];
            inside.erase(std::remove(inside.begin(), inside.end(), Json(id)), inside.end());
        }
    }
    channels.erase(found);
    messages.erase(id);
}

void World::remove_server(const std::string& id) {
    auto* found = server(id);
    if (found == nullptr) {
        return;
    }
    const auto inside = (*found)["channels"];
    for (const auto& channel : inside) {
        remove_channel(channel);
    }
    servers.erase(id);
    members.erase(id);
    bans.erase(id);
}

Json World::user_json(const std::string& id, const std::string& viewer) {
    auto* found = user(id);
    if (found == nullptr) {
        return nullptr;
    }
    auto json = *found;
    if (!json.contains("relationship") || id == viewer) {
        json["relationship"] = id == viewer ? "User" : "None";
    }
    return json;
}

std::uint64_t World::server_permissions(const std::string& user, const Json& server) {
    const auto* who = member(server["_id"], user);
    if (who == nullptr) {
        return 0;
    }
    if (server["owner"] == user) {
        return kAll;
    }
    auto rights = server["default_permissions"].get<std::uint64_t>();
    for (const auto& role : roles_by_rank(server, *who)) {
        rights = overridden(rights, server["roles"][role]["permissions"]);
    }
    return rights;
}

std::uint64_t World::permissions(const std::string& user, const Json& channel) {
    const auto type = channel["channel_type"].get<std::string>();
    if (type != "TextChannel") {
        const auto& people = channel.value("recipients", Json::array());
        const bool inside = std::find(people.begin(), people.end(), Json(user)) != people.end();
        if (!inside) {
            return 0;
        }
        return channel.value("owner", std::string()) == user ? kAll : kEveryone | kBypassSlowmode;
    }
    auto* home = server(channel["server"]);
    const auto* who = home == nullptr ? nullptr : member(channel["server"], user);
    if (who == nullptr) {
        return 0;
    }
    if ((*home)["owner"] == user) {
        return kAll;
    }
    auto rights = (*home)["default_permissions"].get<std::uint64_t>();
    rights = overridden(rights, channel.value("default_permissions", Json::object()));
    const auto roles = roles_by_rank(*home, *who);
    for (const auto& role : roles) {
        rights = overridden(rights, (*home)["roles"][role]["permissions"]);
    }
    const auto own = channel.value("role_permissions", Json::object());
    for (const auto& role : roles) {
        rights = overridden(rights, own.value(role, Json::object()));
    }
    if (who->value("timeout", std::string()) > now_text()) {
        rights &= kViewChannel | kReadHistory;
    }
    return (rights & kViewChannel) == 0 ? 0 : rights;
}

}  // namespace rookery::sim::revolt
