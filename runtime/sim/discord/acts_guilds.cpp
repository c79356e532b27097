#include "sim/discord/act_call.hpp"

#include <array>

namespace rookery::sim::discord {
namespace {

Result<Json> channel_create(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    auto& fresh = act.core.world.add_channel(*guild, act.text("name", "new"),
                                             static_cast<ChannelType>(act.with.value("type", 0)));
    fresh.topic = act.text("topic");
    act.actions.channel_event("CHANNEL_CREATE", fresh);
    return made(fresh.id);
}

Result<Json> channel_update(Act& act) {
    auto* channel = act.channel();
    if (channel == nullptr) {
        return act.error;
    }
    channel->name = act.text("name", channel->name);
    channel->topic = act.text("topic", channel->topic);
    act.actions.channel_event("CHANNEL_UPDATE", *channel);
    return made(channel->id);
}

Result<Json> channel_delete(Act& act) {
    auto* channel = act.channel();
    if (channel == nullptr) {
        return act.error;
    }
    const Id id = channel->id;
    act.actions.channel_event("CHANNEL_DELETE", *channel);
    act.core.world.remove_channel(id);
    return made(id);
}

Result<Json> role_create(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    auto& role =
        act.core.world.add_role(*guild, act.text("name", "new role"), act.with.value("color", 0U));
    if (act.with.contains("permissions")) {
        role.permissions = parse_id(act.text("permissions")).value_or(0);
    }
    role.position = act.with.value("position", role.position);
    act.actions.role_event("GUILD_ROLE_CREATE", *guild, role);
    return made(role.id);
}

/// {role: null} where there is none of that name.
Result<Json> role_find(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    for (const auto& [id, role] : guild->roles) {
        if (role.name == act.text("role") || id_text(id) == act.text("role")) {
            return Json{{"role", act.core.world.role_json(role)}};
        }
    }
    return Json{{"role", nullptr}};
}

Result<Json> role_update(Act& act) {
    auto* guild = act.guild();
    auto* role = guild == nullptr ? nullptr : act.role(*guild);
    if (role == nullptr) {
        return act.error;
    }
    role->name = act.text("name", role->name);
    role->color = act.with.value("color", role->color);
    act.actions.role_event("GUILD_ROLE_UPDATE", *guild, *role);
    return made(role->id);
}

Result<Json> role_delete(Act& act) {
    auto* guild = act.guild();
    auto* role = guild == nullptr ? nullptr : act.role(*guild);
    if (role == nullptr) {
        return act.error;
    }
    const Id id = role->id;
    act.actions.role_event("GUILD_ROLE_DELETE", *guild, *role);
    guild->roles.erase(id);
    return made(id);
}

Result<Json> guild_update(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    guild->name = act.text("name", guild->name);
    act.actions.announce("GUILD_UPDATE", guild->id, act.core.world.guild_json(*guild));
    return made(guild->id);
}

Result<Json> guild_join(Act& act) {
    auto& guild = act.core.world.add_guild(act.text("name", "Another guild"));
    act.actions.guild_appeared(guild);
    return made(guild.id);
}

Result<Json> guild_leave(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    const Id id = guild->id;
    act.actions.guild_left(id);
    return made(id);
}

Result<Json> outage(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    act.actions.set_outage(*guild, act.with.value("on", true));
    return made(guild->id);
}

constexpr std::array kActs = {
    NamedAct{"channel_create", channel_create},
    NamedAct{"channel_delete", channel_delete},
    NamedAct{"channel_update", channel_update},
    NamedAct{"guild_join", guild_join},
    NamedAct{"guild_leave", guild_leave},
    NamedAct{"guild_update", guild_update},
    NamedAct{"outage", outage},
    NamedAct{"role_create", role_create},
    NamedAct{"role_delete", role_delete},
    NamedAct{"role_find", role_find},
    NamedAct{"role_update", role_update},
};

}  // namespace

std::span<const NamedAct> guild_acts() { return kActs; }

}  // namespace rookery::sim::discord
