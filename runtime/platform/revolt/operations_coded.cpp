#include "net/url.hpp"
#include "platform/revolt/operations.hpp"
#include "platform/revolt/permissions.hpp"
#include "platform/revolt/request.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

/// Operations that are several requests, or none.
namespace rookery::revolt {

using async::Task;
using nlohmann::json;

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string hex_colour(std::int64_t colour) {
    std::string out = "#";
    for (int shift = 20; shift >= 0; shift -= 4) {
        out += "0123456789abcdef"[static_cast<std::size_t>(colour >> shift & 15)];
    }
    return out;
}

/// {users, bans}: a list of { reason, user }.
json bans_of(const json& answer) {
    json out = json::array();
    json users = json::object();
    if (!answer.is_object()) {
        return out;
    }
    for (const auto& user : answer.value("users", json::array())) {
        users[text_at(user, "/_id")] = user;
    }
    for (const auto& ban : answer.value("bans", json::array())) {
        const auto id = text_at(ban, "/_id/user");
        json user = {{"id", id}};
        if (users.contains(id)) {
            user["username"] = users[id].value("username", json());
            user["discriminator"] = users[id].value("discriminator", json());
        }
        out.push_back({{"reason", ban.value("reason", json())}, {"user", std::move(user)}});
    }
    return out;
}

}  // namespace

/// One request; `ids` fill the label's holes in their order.
Operations::Answer Operations::ask(std::string method, std::string label,
                                   std::vector<std::string> ids, json body, const Call& call) {
    ApiRequest request;
    request.method = std::move(method);
    request.path = label;
    request.label = label.substr(0, label.find('?'));
    request.body = std::move(body);
    request.reason = call.text("reason");
    request.major = ids.empty() ? std::string() : ids.front();
    for (const auto& id : ids) {
        const auto open = request.path.find('{');
        const auto close = request.path.find('}', open);
        if (id.empty() || open == std::string::npos || close == std::string::npos) {
            co_return Error(ErrorKind::invalid, label + " is not complete");
        }
        request.path.replace(open, close + 1 - open, net::percent_encode(id));
    }
    co_return co_await parts_.api->send(std::move(request), call.context);
}

Operations::Answer Operations::reactions_list(Call call) {
    std::vector<std::string> ids{call.text("channelId"), call.text("messageId")};
    const auto message =
        co_await ask("GET", "/channels/{channel}/messages/{message}", std::move(ids), json(), call);
    if (!message) {
        co_return message;
    }
    const auto emoji = emoji_key(call.text("emoji"));
    const auto reactions = message->is_object() ? message->value("reactions", json()) : json();
    json users = reactions.is_object() ? reactions.value(emoji, json::array()) : json::array();
    std::sort(users.begin(), users.end());
    const auto after = call.text("after");
    json out = json::array();
    for (const auto& user : users) {
        const auto id = user.is_string() ? user.get<std::string>() : std::string();
        if (id.empty() || id <= after || out.size() >= call.limit(25)) {
            continue;
        }
        auto known = json::parse(parts_.cache->user(id), nullptr, false);
        if (!known.is_object()) {
            std::vector<std::string> who{id};
            auto asked = co_await ask("GET", "/users/{user}", std::move(who), json(), call);
            known = asked && asked->is_object() ? *std::move(asked) : json{{"_id", id}};
        }
        out.push_back(std::move(known));
    }
    co_return out;
}

Operations::Answer Operations::channels_list(Call call) {
    std::vector<std::string> ids{call.text("guildId")};
    const auto server = co_await ask("GET", "/servers/{server}?include_channels=true",
                                     std::move(ids), json(), call);
    if (!server) {
        co_return server;
    }
    co_return server->is_object() ? server->value("channels", json::array()) : json::array();
}

Operations::Answer Operations::channels_typing(Call call) {
    if (auto sent = parts_.typing(call.text("channelId")); !sent) {
        co_return sent.error().within("channels.typing");
    }
    co_return json();
}

Operations::Answer Operations::guilds_list(Call call) {
    json all = json::array();
    parts_.cache->servers().each([&](const Shelf::Entry& entry) {
        const auto server = json::parse(entry.text, nullptr, false);
        if (server.is_object()) {
            const auto self = parts_.self();
            const auto icon = text_at(server, "/icon/_id");
            all.push_back({{"id", entry.id},
                           {"name", server.value("name", json())},
                           {"icon", icon.empty() ? json() : json(icon)},
                           {"owner", !self.empty() && text_at(server, "/owner") == self}});
        }
    });
    std::sort(all.begin(), all.end(),
              [](const json& a, const json& b) { return a["id"] < b["id"]; });
    const auto after = call.text("after");
    const auto before = call.text("before");
    json out = json::array();
    for (auto& one : all) {
        const auto id = one["id"].get<std::string>();
        if (id > after && (before.empty() || id < before) && out.size() < call.limit(200)) {
            out.push_back(std::move(one));
        }
    }
    co_return out;
}

Operations::Answer Operations::members_search(Call call) {
    Call all = call;
    all.operation = model::find_operation(*parts_.bot->platform, "members.list");
    all.arguments = {{"guildId", call.text("guildId")}};
    auto members = co_await plain(all);
    if (!members) {
        co_return members;
    }
    const auto query = lower(call.text("query"));
    json out = json::array();
    for (auto& member : *members) {
        const auto names = {text_at(member, "/nickname"), text_at(member, "/user/display_name"),
                            text_at(member, "/user/username")};
        const bool fits = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
            return lower(name).starts_with(query);
        });
        if (fits && out.size() < call.limit(25)) {
            out.push_back(std::move(member));
        }
    }
    co_return out;
}

Operations::Answer Operations::set_role(Call call, bool give) {
    std::vector<std::string> ids{call.text("guildId"), call.text("userId")};
    const auto member = co_await ask("GET", "/servers/{server}/members/{user}", ids, json(), call);
    if (!member) {
        co_return member;
    }
    const json role = call.text("roleId");
    json roles = member->is_object() ? member->value("roles", json::array()) : json::array();
    const auto place = std::find(roles.begin(), roles.end(), role);
    if ((place != roles.end()) == give) {
        co_return json();
    }
    if (give) {
        roles.push_back(role);
    } else {
        roles.erase(place);
    }
    json body;
    body["roles"] = std::move(roles);
    const auto done = co_await ask("PATCH", "/servers/{server}/members/{user}", std::move(ids),
                                   std::move(body), call);
    if (!done) {
        co_return done;
    }
    co_return json();
}

Operations::Answer Operations::members_add_role(Call call) {
    return set_role(std::move(call), true);
}
Operations::Answer Operations::members_remove_role(Call call) {
    return set_role(std::move(call), false);
}

/// The platform knows the bot by its id alone.
Operations::Answer Operations::members_edit_self(Call call) {
    const auto self = parts_.self();
    if (self.empty()) {
        co_return Error(ErrorKind::unavailable, "members.editSelf: the bot is not connected yet");
    }
    Call edit = call;
    edit.operation = model::find_operation(*parts_.bot->platform, "members.edit");
    edit.arguments["userId"] = self;
    co_return co_await plain(edit);
}

Operations::Answer Operations::bans_list(Call call) {
    std::vector<std::string> ids{call.text("guildId")};
    const auto answer = co_await ask("GET", "/servers/{server}/bans", std::move(ids), json(), call);
    if (!answer) {
        co_return answer;
    }
    auto all = bans_of(*answer);
    const auto id_of = [](const json& ban) { return text_at(ban, "/user/id"); };
    std::sort(all.begin(), all.end(),
              [&](const json& a, const json& b) { return id_of(a) < id_of(b); });
    const auto after = call.text("after");
    const auto before = call.text("before");
    json out = json::array();
    for (auto& ban : all) {
        const auto id = id_of(ban);
        if (id > after && (before.empty() || id < before) && out.size() < call.limit(1'000)) {
            out.push_back(std::move(ban));
        }
    }
    co_return out;
}

Operations::Answer Operations::bans_get(Call call) {
    std::vector<std::string> ids{call.text("guildId")};
    const auto answer = co_await ask("GET", "/servers/{server}/bans", std::move(ids), json(), call);
    if (!answer) {
        co_return answer;
    }
    for (auto& ban : bans_of(*answer)) {
        if (text_at(ban, "/user/id") == call.text("userId")) {
            co_return ban;
        }
    }
    co_return Error(ErrorKind::not_found, "bans.get: the user is not banned");
}

Operations::Answer Operations::roles_list(Call call) {
    std::vector<std::string> ids{call.text("guildId")};
    const auto server = co_await ask("GET", "/servers/{server}", std::move(ids), json(), call);
    if (!server) {
        co_return server;
    }
    json out = json::array();
    const auto roles = server->is_object() ? server->value("roles", json()) : json();
    if (roles.is_object()) {
        for (const auto& [id, role] : roles.items()) {
            json one = role;
            one["_id"] = id;
            out.push_back(std::move(one));
        }
    }
    co_return out;
}

/// What is given beside the name, and the permissions; then the role as it is.
Operations::Answer Operations::change_role(Call call, std::string role) {
    std::vector<std::string> ids{call.text("guildId"), role};
    json body = json::object();
    if (call.value("name").is_string()) {
        body["name"] = call.value("name");
    }
    if (call.value("hoist").is_boolean()) {
        body["hoist"] = call.value("hoist");
    }
    if (call.value("color").is_number_integer()) {
        body["colour"] = hex_colour(call.value("color").get<std::int64_t>());
    }
    const std::string one = "/servers/{server}/roles/{role}";
    if (!body.empty()) {
        const auto changed = co_await ask("PATCH", one, ids, std::move(body), call);
        if (!changed) {
            co_return changed;
        }
    }
    if (const auto& given = call.value("permissions"); !given.is_null()) {
        std::uint64_t bits = 0;
        const auto text = given.is_string() ? given.get<std::string>() : given.dump();
        std::from_chars(text.data(), text.data() + text.size(), bits);
        json set;
        set["permissions"] = {{"allow", to_platform_bits(bits)}, {"deny", 0}};
        const auto changed =
            co_await ask("PUT", "/servers/{server}/permissions/{role}", ids, std::move(set), call);
        if (!changed) {
            co_return changed;
        }
    }
    auto now = co_await ask("GET", one, std::move(ids), json(), call);
    if (now && now->is_object()) {
        (*now)["_id"] = role;
    }
    co_return now;
}

Operations::Answer Operations::roles_create(Call call) {
    std::vector<std::string> ids{call.text("guildId")};
    json body;
    body["name"] = call.has("name") ? call.text("name") : std::string("new role");
    const auto made =
        co_await ask("POST", "/servers/{server}/roles", std::move(ids), std::move(body), call);
    if (!made) {
        co_return made;
    }
    call.arguments.erase("name");
    co_return co_await change_role(call, text_at(*made, "/id"));
}

Operations::Answer Operations::roles_edit(Call call) {
    auto role = call.text("roleId");
    return change_role(std::move(call), std::move(role));
}

Operations::Answer Operations::emojis_create(Call call) {
    const auto id = co_await put_picture("emojis", call.value("image"), call.context);
    if (!id) {
        co_return id.error().within("emojis.create");
    }
    json body;
    body["name"] = call.text("name");
    body["parent"] = {{"type", "Server"}, {"id", call.text("guildId")}};
    std::vector<std::string> ids{*id};
    co_return co_await ask("PUT", "/custom/emoji/{emoji}", std::move(ids), std::move(body), call);
}

Operations::Answer Operations::api_request(Call call) {
    static constexpr std::array<std::string_view, 5> kMethods = {"GET", "POST", "PUT", "PATCH",
                                                                 "DELETE"};
    ApiRequest request;
    request.method = call.text("method");
    request.path = call.text("path");
    if (std::find(kMethods.begin(), kMethods.end(), request.method) == kMethods.end()) {
        co_return Error(ErrorKind::invalid,
                        "api.request: parameter method: expected GET, POST, PUT, PATCH or DELETE");
    }
    if (!request.path.starts_with('/')) {
        request.path.insert(0, 1, '/');
    }
    const auto path = std::string_view(request.path).substr(0, request.path.find('?'));
    if (path.find("/..") != std::string_view::npos || path.find("//") != std::string_view::npos) {
        co_return Error(ErrorKind::invalid, "api.request: parameter path: not a path of the API");
    }
    // Limits are counted by the first part of the path and its id.
    const auto first = path.find('/', 1);
    request.label = std::string(path.substr(0, first)) + "/...";
    request.major =
        first == std::string_view::npos
            ? std::string()
            : std::string(path.substr(first + 1, path.find('/', first + 1) - first - 1));
    request.body = call.value("body");
    request.reason = call.text("reason");
    co_return co_await parts_.api->send(std::move(request), call.context);
}

}  // namespace rookery::revolt
