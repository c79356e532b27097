#include "levels.hpp"

#include <rookery/roles.hpp>

#include <array>
#include <utility>

using rookery::CommandCall;
using rookery::JsonObject;
using rookery::JsonValue;
using rookery::Task;

namespace {

/// What no role has that writing brings: the bit, and what it is called.
constexpr std::array<std::pair<unsigned, std::string_view>, 10> kDangerous{
    {{1, "KickMembers"},
     {2, "BanMembers"},
     {3, "Administrator"},
     {4, "ManageChannels"},
     {5, "ManageGuild"},
     {13, "ManageMessages"},
     {17, "MentionEveryone"},
     {28, "ManageRoles"},
     {29, "ManageWebhooks"},
     {40, "ModerateMembers"}}};

}  // namespace

std::string Levels::fault_of(std::string_view guild, std::string_view id, const Roles& roles) {
    const auto role = rookery::find_role(roles, id);
    if (!role || id == guild || role->managed()) {
        return "That role is none for people.";
    }
    const auto everyone = rookery::find_role(roles, guild);
    const std::uint64_t more =
        rookery::permissions_of(*role) & ~(everyone ? rookery::permissions_of(*everyone) : 0);
    for (const auto& [bit, name] : kDangerous) {
        if (((more >> bit) & 1U) != 0) {
            return "That role has the permission " + std::string(name) + ", which no level brings.";
        }
    }
    return {};
}

Task<std::string> Levels::above_me(std::string guild, std::string id,
                                   const rookery::List<rookery::Role>* all) {
    const auto me = co_await users().me();
    if (!me.ok()) {
        co_return "";
    }
    const auto myself = co_await members().get(guild, me->id());
    const auto role = rookery::find_role(*all, id);
    const bool above = myself.ok() && role && rookery::height_of(*myself, *all) <= role->position();
    co_return above ? "That role is not below mine." : "";
}

Task<> Levels::check_role(const CommandCall* call) {
    const std::string guild(call->guild_id());
    const std::string id(call->role("role").id());
    const auto all = co_await roles().list(guild);
    const auto server = co_await guilds().get(guild);
    std::string problem = fault_of(guild, id, all.value());
    if (problem.empty() && server.value().owner_id() != call->user_id()) {
        const auto asks = co_await members().get(guild, call->user_id());
        if (rookery::height_of(asks.value(), all.value()) <=
            rookery::find_role(all.value(), id)->position()) {
            problem = "That role is not below yours.";
        }
    }
    if (problem.empty()) {
        Task<std::string> asking = above_me(guild, id, &all.value());
        problem = co_await std::move(asking);
    }
    if (!problem.empty()) {
        call->fail(problem);
    }
}

Task<std::string> Levels::set_role(const CommandCall* call) {
    const std::string guild(call->guild_id());
    const std::string level = std::to_string(call->integer("level"));
    const auto role = call->role("role");
    if (role) {
        Task<> checking = check_role(call);
        co_await std::move(checking);
    }
    const JsonValue before = JsonValue::parse(settings().json(guild, "roles"));
    JsonObject roles;
    for (std::size_t i = 0; i < before.keys.size(); ++i) {
        if (before.keys[i] != level) {
            roles.add(before.keys[i], before.items[i].text);
        }
    }
    if (role) {
        roles.add(level, role.id());
    }
    Task<std::string> setting =
        set(guild, "roles", roles.text(),
            "Level " + level +
                (role ? " brings the role " + std::string(role.name()) + "." : " brings no role."));
    co_return co_await std::move(setting);
}
