#include "sim/community/world.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::sim::community {
namespace {

struct Named {
    const char* name;
    const char* display;
};

constexpr std::array kPeople = {
    Named{"alice", "Alice"},   Named{"bob", "Bob the Builder"}, Named{"carol", "Carol ☕"},
    Named{"dave", "dave"},     Named{"erin", "Erin O'Neil"},    Named{"frank", "Frank"},
    Named{"grace", "Grace 🚀"}, Named{"heidi", "Heidi"},         Named{"ivan", "Иван"},
};
constexpr std::array kTextChannels = {"general", "random", "bots", "mod-log", "welcome"};
constexpr unsigned kMostMembers = 10'000;

std::string_view bare(std::string_view name) {
    return !name.empty() && (name.front() == '#' || name.front() == '@') ? name.substr(1) : name;
}

template <class Things>
auto named(Things& things, std::string_view wanted) {
    const auto name = bare(wanted);
    auto found = std::find_if(things.begin(), things.end(),
                              [&](const auto& thing) { return thing.id == wanted; });
    if (found == things.end()) {
        found = std::find_if(things.begin(), things.end(),
                             [&](const auto& thing) { return thing.name == name; });
    }
    return found == things.end() ? nullptr : &*found;
}

bool erase_one(std::vector<std::string>& from, const std::string& what) {
    return std::erase(from, what) != 0;
}

}  // namespace

World::World(const Clock& clock, IdForm form, const Seeds& seeds)
    : clock_(clock), form_(std::move(form)) {
    bots_.push_back(&add_person("rookery", "rookery", true));
    for (const auto& [name, display] : kPeople) {
        add_person(name, display, false);
    }
    for (std::size_t i = 2; i <= seeds.bots; ++i) {
        const auto name = "rookery" + std::to_string(i);
        bots_.push_back(&add_person(name, name, true));
    }
    for (unsigned i = 1; i <= std::max(1U, seeds.servers); ++i) {
        make_server(i == 1 ? "Rookery" : "Rookery " + std::to_string(i), seeds.members);
    }
}

std::string World::new_id(IdOf kind, const std::string& name) {
    return form_(kind, ++numbered_, name);
}

Person* World::person(std::string_view name_or_id) { return named(people_, name_or_id); }

Server* World::server(std::string_view name_or_id) {
    return name_or_id.empty() && !servers_.empty() ? &servers_.front()
                                                   : named(servers_, name_or_id);
}

Server* World::server(const Channel& channel) {
    return channel.server.empty() ? nullptr : server(std::string_view(channel.server));
}

Channel* World::channel(std::string_view name_or_id, std::string_view in) {
    if (const auto found = channels_.find(name_or_id); found != channels_.end()) {
        return &found->second;
    }
    const auto name = bare(name_or_id);
    for (auto& server : servers_) {
        if (!in.empty() && server.id != in && server.name != in) {
            continue;
        }
        for (const auto& id : server.channels) {
            if (auto& channel = channels_.at(id); channel.name == name) {
                return &channel;
            }
        }
    }
    return nullptr;
}

Role* World::role(Server& server, std::string_view name_or_id) {
    return named(server.roles, name_or_id);
}

Message* World::message(Channel& channel, std::string_view id) {
    const auto found = std::find_if(channel.messages.rbegin(), channel.messages.rend(),
                                    [&](const Message& message) { return message.id == id; });
    return found == channel.messages.rend() ? nullptr : &*found;
}

Message* World::find_message(std::string_view in, std::string_view id) {
    auto* found = channel(in);
    return found == nullptr ? nullptr : message(*found, id);
}

void World::each_channel(const std::function<void(Channel&)>& each) {
    for (auto& [id, channel] : channels_) {
        each(channel);
    }
}

Person& World::add_person(const std::string& name, const std::string& display, bool bot) {
    return people_.emplace_back(Person{new_id(IdOf::person, name), name, display, bot});
}

Server& World::make_server(const std::string& name, unsigned members) {
    auto& server = servers_.emplace_back();
    server.id = new_id(IdOf::server);
    server.name = name;
    server.created = now();
    server.owner = person("alice")->id;
    server.roles.push_back({new_id(IdOf::role), "everyone", 0, true});
    server.roles.push_back({new_id(IdOf::role), "moderator", 0x2ecc71});
    for (const auto* channel : kTextChannels) {
        make_channel(server.id, channel, ChannelType::text);
    }
    make_channel(server.id, "Lounge", ChannelType::voice);
    for (const auto& person : people_) {
        server.members[person.id] = {person.id, {}, {}, now()};
    }
    server.members[server.owner].roles.push_back(server.roles[1].id);
    for (unsigned i = 0; server.members.size() < std::min(members, kMostMembers); ++i) {
        const auto member = "member" + std::to_string(i);
        auto* known = person(member);
        const auto& who = known == nullptr ? add_person(member, member, false) : *known;
        server.members[who.id] = {who.id, {}, {}, now()};
    }
    return server;
}

Channel& World::make_channel(const std::string& in, const std::string& name, ChannelType type) {
    const auto id = new_id(type == ChannelType::direct ? IdOf::direct : IdOf::channel, name);
    auto& channel = channels_[id];
    channel.id = id;
    channel.server = in;
    channel.name = name;
    channel.type = type;
    channel.created = now();
    if (!in.empty()) {
        server(std::string_view(in))->channels.push_back(id);
    }
    return channel;
}

Channel& World::direct(const std::string& one, const std::string& other) {
    for (auto& [id, channel] : channels_) {
        const auto& people = channel.people;
        if (channel.type == ChannelType::direct && people.size() == 2 &&
            std::find(people.begin(), people.end(), one) != people.end() &&
            std::find(people.begin(), people.end(), other) != people.end()) {
            return channel;
        }
    }
    auto* partner = person(other);
    auto& channel =
        make_channel({}, partner == nullptr ? other : partner->name, ChannelType::direct);
    channel.people = {one, other};
    channel.name.clear();
    return channel;
}

void World::tell(Happening happening) {
    for (const auto& observer : observers_) {
        observer(happening);
    }
}

Happening World::about(What what, const Channel& channel, const Message* message,
                       const std::string& by) {
    Happening happening{what};
    happening.server = server(channel);
    happening.channel = &channel;
    happening.message = message;
    happening.person = person(by);
    happening.by = by;
    return happening;
}

Message& World::post(Draft draft) {
    auto& place = channels_.at(draft.channel);
    Message message;
    message.id = draft.id.empty() ? new_id(IdOf::message) : std::move(draft.id);
    message.channel = place.id;
    message.author = std::move(draft.author);
    message.text = std::move(draft.text);
    message.content = std::move(draft.content);
    message.replies_to = std::move(draft.replies_to);
    message.extra = std::move(draft.extra);
    message.created = now();
    if (place.messages.size() == kMessagesKept) {
        place.messages.pop_front();
    }
    auto& stored = place.messages.emplace_back(std::move(message));
    tell(about(What::posted, place, &stored, stored.author));
    return stored;
}

void World::edit(Channel& channel, Message& message, std::string text, Json content) {
    auto happening = about(What::edited, channel, &message, message.author);
    happening.detail = std::exchange(message.text, std::move(text));
    message.content = std::move(content);
    message.edited = now();
    tell(std::move(happening));
}

bool World::remove(Channel& channel, const std::string& id, const std::string& by) {
    const auto found = std::find_if(channel.messages.begin(), channel.messages.end(),
                                    [&](const Message& message) { return message.id == id; });
    if (found == channel.messages.end()) {
        return false;
    }
    const auto gone = std::move(*found);
    channel.messages.erase(found);
    tell(about(What::removed, channel, &gone, by));
    return true;
}

void World::remove_many(Channel& channel, const std::vector<std::string>& ids,
                        const std::string& by) {
    auto happening = about(What::removed_many, channel, nullptr, by);
    std::erase_if(channel.messages, [&](const Message& message) {
        const bool hit = std::find(ids.begin(), ids.end(), message.id) != ids.end();
        if (hit) {
            happening.ids.push_back(message.id);
        }
        return hit;
    });
    tell(std::move(happening));
}

bool World::react(Channel& channel, Message& message, const std::string& who,
                  const std::string& emoji) {
    auto found = std::find_if(message.reactions.begin(), message.reactions.end(),
                              [&](const Reaction& reaction) { return reaction.emoji == emoji; });
    if (found == message.reactions.end()) {
        found = message.reactions.insert(found, Reaction{emoji, {}});
    }
    if (std::find(found->by.begin(), found->by.end(), who) != found->by.end()) {
        return false;
    }
    found->by.push_back(who);
    auto happening = about(What::reacted, channel, &message, who);
    happening.detail = emoji;
    tell(std::move(happening));
    return true;
}

bool World::unreact(Channel& channel, Message& message, const std::string& who,
                    const std::string& emoji, const std::string& by) {
    const auto found =
        std::find_if(message.reactions.begin(), message.reactions.end(),
                     [&](const Reaction& reaction) { return reaction.emoji == emoji; });
    if (found == message.reactions.end() || !erase_one(found->by, who)) {
        return false;
    }
    if (found->by.empty()) {
        message.reactions.erase(found);
    }
    auto happening = about(What::unreacted, channel, &message, who);
    happening.detail = emoji;
    happening.by = by.empty() ? who : by;
    tell(std::move(happening));
    return true;
}

void World::clear_reactions(Channel& channel, Message& message, const std::string& emoji,
                            const std::string& by) {
    const auto count = std::erase_if(message.reactions, [&](const Reaction& reaction) {
        return emoji.empty() || reaction.emoji == emoji;
    });
    auto happening = about(What::reactions_cleared, channel, &message, by);
    happening.detail = emoji;
    happening.ids.resize(count);
    tell(std::move(happening));
}

bool World::pin(Channel& channel, Message& message, bool pinned, const std::string& by) {
    if (std::exchange(message.pinned, pinned) == pinned) {
        return false;
    }
    tell(about(pinned ? What::pinned : What::unpinned, channel, &message, by));
    return true;
}

void World::typing(const Channel& channel, const Person& who) {
    tell(about(What::typing, channel, nullptr, who.id));
}

}  // namespace rookery::sim::community
