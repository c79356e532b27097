#include "sim/world.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

namespace rookery::sim {
namespace {

struct Person {
    const char* username;
    const char* display;
};

constexpr std::array kPeople = {
    Person{"alice", "Alice"},   Person{"bob", "Bob the Builder"}, Person{"carol", "Carol ☕"},
    Person{"dave", "dave"},     Person{"erin", "Erin O'Neil"},    Person{"frank", "Frank"},
    Person{"grace", "Grace 🚀"}, Person{"heidi", "Heidi"},         Person{"ivan", "Иван"},
};

struct SeedChannel {
    const char* name;
    ChannelType type;
};

constexpr std::array kChannels = {
    SeedChannel{"general", ChannelType::text}, SeedChannel{"random", ChannelType::text},
    SeedChannel{"bots", ChannelType::text},    SeedChannel{"mod-log", ChannelType::text},
    SeedChannel{"welcome", ChannelType::text}, SeedChannel{"Lounge", ChannelType::voice},
};

constexpr std::uint64_t kEveryonePermissions = 1'071'698'660'929;
constexpr Id kFixedEpoch = Id{200'000'000'000} << 22U;  // some day in 2021
constexpr Id kFixedStep = (Id{86'400'017} << 22U) + 4'099;

std::string hash_text(Id id) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%016llx%016llx",
                  static_cast<unsigned long long>(id * 0x9e3779b97f4a7c15U),
                  static_cast<unsigned long long>((id ^ 0xabcdefU) * 0xc2b2ae3d27d4eb4fU));
    return text.data();
}

}  // namespace

World::World(const Options& options, const Clock& clock)
    : clock_(clock), fixed_(kFixedEpoch + (options.seed % 1000) * (Id{977} << 22U)) {
    add_bot("rookery", options.tokens.front());
    seed_people();
    for (unsigned i = 0; i < options.guilds; ++i) {
        add_guild(i == 0 ? "Rookery" : "Rookery " + std::to_string(i + 1));
    }
    // Last, so that the ids of all others do not depend on how many bots there are.
    for (std::size_t i = 1; i < options.tokens.size(); ++i) {
        const Id user = add_bot("rookery" + std::to_string(i + 1), options.tokens[i]).user;
        for (auto& [id, guild] : guilds_) {
            add_member(guild, user);
        }
    }
    fixed_ = 0;
}

BotAccount& World::add_bot(const std::string& name, const std::string& token) {
    const Id user = add_user(name, true).id;
    return bots_.emplace_back(BotAccount{user, user, token, false});
}

void World::seed_people() {
    for (const auto& person : kPeople) {
        add_user(person.username, false).display = person.display;
    }
}

BotAccount* World::bot_by_token(std::string_view token) {
    const auto found = std::find_if(bots_.begin(), bots_.end(),
                                    [&](const BotAccount& bot) { return bot.token == token; });
    return found == bots_.end() || found->revoked ? nullptr : &*found;
}

BotAccount* World::bot_by_user(Id user) {
    const auto found = std::find_if(bots_.begin(), bots_.end(),
                                    [&](const BotAccount& bot) { return bot.user == user; });
    return found == bots_.end() ? nullptr : &*found;
}

BotAccount* World::bot_by_application(Id application) {
    const auto found = std::find_if(bots_.begin(), bots_.end(), [&](const BotAccount& bot) {
        return bot.application == application;
    });
    return found == bots_.end() ? nullptr : &*found;
}

User* World::user(Id id) {
    const auto found = users_.find(id);
    return found == users_.end() ? nullptr : &found->second;
}

User* World::user_named(std::string_view name) {
    if (name.starts_with('@')) {
        name.remove_prefix(1);
    }
    const auto id = parse_id(name);
    for (auto& [key, candidate] : users_) {
        if (candidate.username == name || (id && key == *id)) {
            return &candidate;
        }
    }
    return nullptr;
}

Guild* World::guild(Id id) {
    const auto found = guilds_.find(id);
    return found == guilds_.end() ? nullptr : &found->second;
}

Guild* World::guild_named(std::string_view name) {
    const auto id = parse_id(name);
    for (auto& [key, candidate] : guilds_) {
        if (name.empty() || candidate.name == name || (id && key == *id)) {
            return &candidate;
        }
    }
    return nullptr;
}

Channel* World::channel(Id id) {
    const auto found = channels_.find(id);
    return found == channels_.end() ? nullptr : &found->second;
}

Channel* World::channel_named(std::string_view name, Id guild_id) {
    if (name.starts_with('#')) {
        name.remove_prefix(1);
    }
    for (const auto& [key, candidate] : guilds_) {
        if (guild_id != 0 && key != guild_id) {
            continue;
        }
        for (const Id id : candidate.channels) {
            if (auto* found = channel(id); found != nullptr && found->name == name) {
                return found;
            }
        }
    }
    const auto id = parse_id(name);
    return id ? channel(*id) : nullptr;
}

Message* World::message(Channel& channel, Id id) {
    auto& messages = channel.messages;
    const auto found = std::lower_bound(messages.begin(), messages.end(), id,
                                        [](const Message& m, Id wanted) { return m.id < wanted; });
    return found == messages.end() || found->id != id ? nullptr : &*found;
}

User& World::add_user(std::string username, bool bot) {
    const Id id = fixed_ != 0 ? (fixed_ += kFixedStep) : next_id();
    return users_[id] = User{id, username, username, hash_text(id), bot};
}

Guild& World::add_guild(const std::string& name) {
    const auto make_id = [this] { return fixed_ != 0 ? (fixed_ += kFixedStep) : next_id(); };
    const Id id = make_id();
    auto& guild = guilds_[id];
    guild.id = id;
    guild.name = name;
    guild.joined_at = now_text();
    guild.roles[id] = {id, "@everyone", 0, 0, false, kEveryonePermissions};
    const Id moderators = add_role(guild, "Moderators", 0x3498db).id;
    const Id regulars = add_role(guild, "Regulars", 0x2ecc71).id;
    for (const auto& seed : kChannels) {
        add_channel(guild, seed.name, seed.type);
    }
    for (const auto& person : kPeople) {
        auto& member = add_member(guild, user_named(person.username)->id);
        guild.owner = guild.owner == 0 ? member.user : guild.owner;
        member.roles = {guild.members.size() <= 2 ? moderators : regulars};
    }
    for (const auto& bot : bots_) {
        add_member(guild, bot.user);
    }
    return guild;
}

Channel& World::add_channel(Guild& guild, std::string name, ChannelType type) {
    const Id id = fixed_ != 0 ? (fixed_ += kFixedStep) : next_id();
    auto& channel = channels_[id];
    channel.id = id;
    channel.guild = guild.id;
    channel.type = type;
    channel.name = std::move(name);
    channel.position = static_cast<int>(guild.channels.size());
    guild.channels.push_back(id);
    return channel;
}

Channel& World::direct_channel(Id bot, Id user) {
    auto& id = direct_[{bot, user}];
    if (id == 0) {
        id = next_id();
        auto& made = channels_[id];
        made.id = id;
        made.type = ChannelType::direct;
        made.bot = bot;
        made.recipient = user;
    }
    return channels_[id];
}

Role& World::add_role(Guild& guild, std::string name, unsigned color) {
    const Id id = fixed_ != 0 ? (fixed_ += kFixedStep) : next_id();
    const int position = static_cast<int>(guild.roles.size());
    return guild.roles[id] = {id,       std::move(name), color,
                              position, color != 0,      kEveryonePermissions};
}

Member& World::add_member(Guild& guild, Id user) {
    auto& member = guild.members[user];
    member.user = user;
    member.joined_at = now_text();
    return member;
}

Message& World::add_message(Message message) {
    auto& channel = channels_.at(message.channel);
    channel.last_message = message.id;
    if (channel.messages.size() == kMessagesKept) {
        channel.messages.pop_front();
    }
    return channel.messages.emplace_back(std::move(message));
}

bool World::remove_message(Channel& channel, Id id) {
    return std::erase_if(channel.messages, [&](const Message& m) { return m.id == id; }) != 0;
}

void World::remove_channel(Id id) {
    if (auto* gone = channel(id)) {
        if (auto* home = guild(gone->guild)) {
            std::erase(home->channels, id);
        }
        channels_.erase(id);
    }
}

void World::remove_guild(Id id) {
    if (auto* gone = guild(id)) {
        for (const Id channel : gone->channels) {
            channels_.erase(channel);
        }
        guilds_.erase(id);
    }
}

}  // namespace rookery::sim
