#include "sim/community/world.hpp"

#include <algorithm>

namespace rookery::sim::community {

Server& World::add_server(const std::string& name, const std::string& by) {
    auto& server = make_server(name, 0);
    Happening happening{What::server_made};
    happening.server = &server;
    happening.by = by;
    tell(std::move(happening));
    return server;
}

void World::change_server(Server& server, const std::string& name) {
    server.name = name;
    Happening happening{What::server_changed};
    happening.server = &server;
    tell(std::move(happening));
}

void World::remove_server(const std::string& id, const std::string& by) {
    const auto found = std::find_if(servers_.begin(), servers_.end(),
                                    [&](const Server& server) { return server.id == id; });
    if (found == servers_.end()) {
        return;
    }
    Happening happening{What::server_gone};
    happening.server = &*found;
    happening.by = by;
    tell(std::move(happening));
    for (const auto& channel : found->channels) {
        channels_.erase(channel);
    }
    servers_.erase(found);
}

Channel& World::add_channel(Server& server, const std::string& name, ChannelType type,
                            const std::string& by, const std::string& parent,
                            const std::string& topic) {
    auto& channel = make_channel(server.id, name, type);
    channel.parent = parent;
    channel.topic = topic;
    tell(about(What::channel_made, channel, nullptr, by));
    return channel;
}

void World::channel_changed(Channel& channel, const std::string& by) {
    tell(about(What::channel_changed, channel, nullptr, by));
}

bool World::remove_channel(const std::string& id, const std::string& by) {
    const auto found = channels_.find(id);
    if (found == channels_.end()) {
        return false;
    }
    if (auto* in = server(found->second); in != nullptr) {
        std::erase(in->channels, id);
    }
    auto gone = channels_.extract(found);
    tell(about(What::channel_gone, gone.mapped(), nullptr, by));
    return true;
}

Role& World::add_role(Server& server, const std::string& name, unsigned color,
                      const std::string& by) {
    auto& role = server.roles.emplace_back(Role{new_id(IdOf::role), name, color});
    Happening happening{What::role_made};
    happening.server = &server;
    happening.role = &role;
    happening.by = by;
    tell(std::move(happening));
    return role;
}

void World::role_changed(Server& server, const Role& role, const std::string& by) {
    Happening happening{What::role_changed};
    happening.server = &server;
    happening.role = &role;
    happening.by = by;
    tell(std::move(happening));
}

bool World::remove_role(Server& server, const std::string& id, const std::string& by) {
    const auto found = std::find_if(server.roles.begin(), server.roles.end(),
                                    [&](const Role& role) { return role.id == id; });
    if (found == server.roles.end() || found->everyone) {
        return false;
    }
    const auto gone = *found;
    server.roles.erase(found);
    for (auto& [person, member] : server.members) {
        std::erase(member.roles, id);
    }
    Happening happening{What::role_gone};
    happening.server = &server;
    happening.role = &gone;
    happening.by = by;
    tell(std::move(happening));
    return true;
}

namespace {

Happening of_person(What what, const Server& server, const Person& person, const std::string& by) {
    Happening happening{what};
    happening.server = &server;
    happening.person = &person;
    happening.by = by;
    return happening;
}

}  // namespace

bool World::join(Server& server, Person& person) {
    if (!server.members.try_emplace(person.id, Member{person.id, {}, {}, now()}).second) {
        return false;
    }
    tell(of_person(What::joined, server, person, person.id));
    return true;
}

bool World::leave(Server& server, Person& person, bool kicked, const std::string& by) {
    if (server.members.erase(person.id) == 0) {
        return false;
    }
    tell(of_person(kicked ? What::kicked : What::left, server, person, by));
    return true;
}

bool World::ban(Server& server, Person& person, const std::string& by, const std::string& reason) {
    const bool known = std::any_of(server.bans.begin(), server.bans.end(),
                                   [&](const Ban& ban) { return ban.person == person.id; });
    if (known) {
        return false;
    }
    server.bans.push_back({person.id, by, reason, now()});
    auto happening = of_person(What::banned, server, person, by);
    happening.detail = reason;
    tell(happening);
    server.members.erase(person.id);
    return true;
}

bool World::unban(Server& server, Person& person, const std::string& by) {
    if (std::erase_if(server.bans, [&](const Ban& ban) { return ban.person == person.id; }) == 0) {
        return false;
    }
    tell(of_person(What::unbanned, server, person, by));
    return true;
}

bool World::nick(Server& server, Person& person, const std::string& nick, const std::string& by) {
    const auto found = server.members.find(person.id);
    if (found == server.members.end()) {
        return false;
    }
    found->second.nick = nick;
    tell(of_person(What::member_changed, server, person, by));
    return true;
}

bool World::give_role(Server& server, Person& person, const std::string& role, bool given,
                      const std::string& by) {
    const auto found = server.members.find(person.id);
    if (found == server.members.end()) {
        return false;
    }
    auto& roles = found->second.roles;
    const bool has = std::find(roles.begin(), roles.end(), role) != roles.end();
    if (has == given) {
        return true;
    }
    if (given) {
        roles.push_back(role);
    } else {
        std::erase(roles, role);
    }
    tell(of_person(What::roles_given, server, person, by));
    return true;
}

void World::presence(Person& person, const std::string& status) {
    person.status = status;
    Happening happening{What::presence};
    happening.person = &person;
    happening.by = person.id;
    tell(std::move(happening));
}

}  // namespace rookery::sim::community
