#include "platform/guilded/user_routes.hpp"

#include <algorithm>
#include <array>

namespace rookery::guilded {
namespace {

// A ban is set with DELETE and lifted with PUT.
constexpr std::array<UserRoute, 24> kRoutes = {{
    {"api.request", "ADAPTER", ""},
    {"bans.create", "DELETE", "/teams/{server}/members/{user}/ban"},
    {"bans.list", "GET", "/teams/{server}/members/ban"},
    {"bans.remove", "PUT", "/teams/{server}/members/{user}/ban"},
    {"channels.typing", "SOCKET", ""},
    {"dms.open", "POST", "/users/{me}/channels"},
    {"guilds.get", "GET", "/teams/{server}/info"},
    {"guilds.list", "GET", "/me"},
    {"members.addRole", "PUT", "/teams/{server}/roles/{role}/users/{user}"},
    {"members.edit", "ADAPTER", "/teams/{server}/members/{user}/nickname"},
    {"members.kick", "DELETE", "/teams/{server}/members/{user}"},
    {"members.list", "GET", "/teams/{server}/members"},
    {"members.removeRole", "DELETE", "/teams/{server}/roles/{role}/users/{user}"},
    {"messages.delete", "DELETE", "/channels/{channel}/messages/{message}"},
    {"messages.edit", "PUT", "/channels/{channel}/messages/{message}"},
    {"messages.list", "GET", "/channels/{channel}/messages"},
    {"messages.reply", "POST", "/channels/{channel}/messages"},
    {"messages.send", "POST", "/channels/{channel}/messages"},
    {"pins.add", "POST", "/channels/{channel}/pins"},
    {"pins.remove", "DELETE", "/channels/{channel}/pins/{message}"},
    {"reactions.add", "POST", "/channels/{channel}/messages/{message}/reactions/{emote}"},
    {"reactions.remove", "DELETE", "/channels/{channel}/messages/{message}/reactions/{emote}"},
    {"users.get", "GET", "/users/{user}"},
    {"users.me", "GET", "/me"},
}};

}  // namespace

const UserRoute* find_user_route(std::string_view operation) noexcept {
    const auto* const found =
        std::find_if(kRoutes.begin(), kRoutes.end(),
                     [&](const UserRoute& route) { return route.operation == operation; });
    return found != kRoutes.end() ? found : nullptr;
}

}  // namespace rookery::guilded
