#include "sim/discord/act_call.hpp"

#include <array>

namespace rookery::sim::discord {
namespace {

Result<Json> join(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    auto* who = act.core.world.user_named(act.text("user"));
    if (who == nullptr) {
        if (act.text("user").empty()) {
            return Error(ErrorKind::invalid, "join needs a user");
        }
        who = &act.core.world.add_user(act.text("user"), false);
    }
    act.actions.join(*guild, who->id);
    return made(who->id);
}

Result<Json> leave(Act& act) {
    auto* guild = act.guild();
    auto* member = guild == nullptr ? nullptr : act.member(*guild);
    if (member == nullptr) {
        return act.error;
    }
    const Id id = member->user;
    act.actions.leave(*guild, id);
    return made(id);
}

Result<Json> nick(Act& act) {
    auto* guild = act.guild();
    auto* member = guild == nullptr ? nullptr : act.member(*guild);
    if (member == nullptr) {
        return act.error;
    }
    member->nick = act.text("nick");
    act.actions.member_changed(*guild, *member);
    return made(member->user);
}

Result<Json> give_role(Act& act) {
    auto* guild = act.guild();
    auto* member = guild == nullptr ? nullptr : act.member(*guild);
    auto* role = member == nullptr ? nullptr : act.role(*guild);
    if (role == nullptr) {
        return act.error;
    }
    std::erase(member->roles, role->id);
    if (act.with.value("add", true)) {
        member->roles.push_back(role->id);
    }
    act.actions.member_changed(*guild, *member);
    return made(role->id);
}

/// The member as the platform tells it; {member: null} of somebody who is none.
Result<Json> tell_member(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    const auto* who = act.core.world.user_named(act.text("user"));
    const auto* member = who == nullptr ? nullptr : act.core.world.member(*guild, who->id);
    return Json{{"member", member == nullptr ? Json() : act.core.world.member_json(*member, true)}};
}

Result<Json> presence(Act& act) {
    auto* who = act.user();
    if (who == nullptr) {
        return act.error;
    }
    act.actions.set_presence(who->id, act.text("status", "online"),
                             act.with.value("activities", Json::array()));
    return made(who->id);
}

Result<Json> voice(Act& act) {
    auto* guild = act.guild();
    auto* member = guild == nullptr ? nullptr : act.member(*guild);
    if (member == nullptr) {
        return act.error;
    }
    Id channel = 0;
    if (!act.text("channel").empty()) {
        auto* wanted = act.channel();
        if (wanted == nullptr) {
            return act.error;
        }
        channel = wanted->id;
    }
    act.actions.set_voice(*guild, member->user, channel);
    return made(member->user);
}

Result<Json> automod(Act& act) {
    auto* channel = act.channel();
    auto* who = channel == nullptr ? nullptr : act.user();
    if (who == nullptr) {
        return act.error;
    }
    const auto text = act.text("text", "a forbidden word");
    const auto keyword = act.text("keyword", "forbidden");
    const Id rule = act.core.world.next_id();
    act.actions.announce("AUTO_MODERATION_ACTION_EXECUTION", channel->guild,
                         {{"guild_id", id_text(channel->guild)},
                          {"action", {{"type", 1}, {"metadata", Json::object()}}},
                          {"rule_id", id_text(rule)},
                          {"rule_trigger_type", 1},
                          {"user_id", id_text(who->id)},
                          {"channel_id", id_text(channel->id)},
                          {"content", text},
                          {"matched_keyword", keyword},
                          {"matched_content", keyword}});
    return made(rule);
}

constexpr std::array kActs = {
    NamedAct{"automod", automod},    NamedAct{"join", join},   NamedAct{"leave", leave},
    NamedAct{"member", tell_member}, NamedAct{"nick", nick},   NamedAct{"presence", presence},
    NamedAct{"role", give_role},     NamedAct{"voice", voice},
};

}  // namespace

std::span<const NamedAct> people_acts() { return kActs; }

}  // namespace rookery::sim::discord
