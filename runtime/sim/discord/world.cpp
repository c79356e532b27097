#include "sim/discord/world.hpp"

#include "sim/cast.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

namespace rookery::sim::discord {
namespace {

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
/// kickMembers, banMembers, manageChannels, manageMessages, manageRoles, moderateMembers.
constexpr std::uint64_t kModeratorPermissions =
    1U << 1U | 1U << 2U | 1U << 4U | 1U << 13U | 1U << 28U | std::uint64_t{1} << 40U;
constexpr std::uint64_t kAdministrator = 1U << 3U;
constexpr int kPositionOfBots = 100;
constexpr std::uint64_t kViewChannel = 1U << 10U;
constexpr Id kFixedEpoch = Id{200'000'000'000} << 22U;  // some day in 2021
constexpr Id kFixedStep = (Id{86'400'017} << 22U) + 4'099;
// The crowd: people 0, 1, 2, ... are the same in every guild; their ids come before all others.
constexpr Id kCrowdEpoch = Id{100'000'000'000} << 22U;
constexpr Id kCrowdStep = (Id{1'000} << 22U) + 17;
constexpr std::string_view kCrowdName = "member";

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
        add_guild(i == 0 ? "Rookery" : "Rookery " + std::to_string(i + 1), options.members);
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
    for (const auto& person : cast::kPeople) {
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
    if (found != users_.end()) {
        return &found->second;
    }
    return crowd_index(id) ? &(users_[id] = person(id)) : nullptr;
}

User World::person(Id id) const {
    const auto found = users_.find(id);
    if (found != users_.end()) {
        return found->second;
    }
    const auto index = crowd_index(id);
    const auto name = index ? std::string(kCrowdName) + std::to_string(*index) : "deleted";
    return {id, name, name, index ? hash_text(id) : "", false, {}};
}

std::optional<std::size_t> World::crowd_index(Id user) {
    constexpr std::size_t kMost = 1'000'000;
    const bool inside = user >= kCrowdEpoch && (user - kCrowdEpoch) % kCrowdStep == 0 &&
                        (user - kCrowdEpoch) / kCrowdStep < kMost;
    return inside ? std::optional((user - kCrowdEpoch) / kCrowdStep) : std::nullopt;
}

Member World::crowd_member(std::size_t index) const {
    Member member;
    member.user = kCrowdEpoch + index * kCrowdStep;
    member.joined_at = started_;
    member.status = index % 10 == 0 ? "online" : "offline";
    return member;
}

bool World::is_member(const Guild& guild, Id user) const {
    const auto index = crowd_index(user);
    return guild.members.contains(user) ||
           (index && *index < guild.crowd && !guild.crowd_absent.contains(user));
}

Member* World::member(Guild& guild, Id user) {
    const auto found = guild.members.find(user);
    if (found != guild.members.end()) {
        return &found->second;
    }
    if (!is_member(guild, user)) {
        return nullptr;
    }
    guild.crowd_absent.insert(user);
    return &(guild.members[user] = crowd_member(*crowd_index(user)));
}

std::optional<Member> World::find_member(const Guild& guild, Id user) const {
    const auto found = guild.members.find(user);
    if (found != guild.members.end()) {
        return found->second;
    }
    return is_member(guild, user) ? std::optional(crowd_member(*crowd_index(user))) : std::nullopt;
}

void World::each_member(const Guild& guild, Id after,
                        const std::function<bool(const Member&)>& each) const {
    auto known = guild.members.upper_bound(after);
    const auto upto = [&](Id limit) {
        for (; known != guild.members.end() && known->first < limit; ++known) {
            if (!each(known->second)) {
                return false;
            }
        }
        return true;
    };
    const auto first = after < kCrowdEpoch ? 0 : (after - kCrowdEpoch) / kCrowdStep + 1;
    for (auto index = first; index < guild.crowd; ++index) {
        const auto member = crowd_member(index);
        const bool here = !guild.crowd_absent.contains(member.user);
        if (!upto(member.user) || (here && !each(member))) {
            return;
        }
    }
    upto(~Id{0});
}

bool World::remove_member(Guild& guild, Id user) {
    if (!is_member(guild, user)) {
        return false;
    }
    guild.members.erase(user);
    if (const auto index = crowd_index(user); index && *index < guild.crowd) {
        guild.crowd_absent.insert(user);
    }
    return true;
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
    if (name.starts_with(kCrowdName)) {
        const auto index = parse_id(name.substr(kCrowdName.size()));
        return index ? user(kCrowdEpoch + *index * kCrowdStep) : nullptr;
    }
    return id ? user(*id) : nullptr;
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

std::uint64_t World::permissions(const Guild& guild, Id user, const Channel* where) {
    const auto member = find_member(guild, user);
    if (guild.owner == user) {
        return kEveryPermission;
    }
    if (!member) {
        return 0;
    }
    auto bits = guild.roles.at(guild.id).permissions;
    for (const Id role : member->roles) {
        const auto found = guild.roles.find(role);
        bits |= found == guild.roles.end() ? 0 : found->second.permissions;
    }
    if ((bits & kAdministrator) != 0) {
        return kEveryPermission;
    }
    if (where != nullptr && where->is_thread()) {
        where = channel(where->parent());
    }
    if (where == nullptr || !where->more.is_object()) {
        return bits;
    }
    // First those of everyone, then those of all roles together, then the member's own.
    struct Bits {
        std::uint64_t allow = 0;
        std::uint64_t deny = 0;
    };
    std::array<Bits, 3> steps;
    for (const auto& overwrite : where->more.value("permission_overwrites", Json::array())) {
        const Id whose = parse_id(overwrite.value("id", std::string())).value_or(0);
        const bool role = std::count(member->roles.begin(), member->roles.end(), whose) != 0;
        if (whose != guild.id && whose != user && !role) {
            continue;
        }
        auto& step = steps.at(whose == guild.id ? 0 : whose == user ? 2 : 1);
        const auto number = [&](const char* key) {
            const auto value = overwrite.value(key, Json("0"));
            return parse_id(value.is_string() ? value.get<std::string>() : value.dump())
                .value_or(0);
        };
        step.allow |= number("allow");
        step.deny |= number("deny");
    }
    for (const auto& step : steps) {
        bits = (bits & ~step.deny) | step.allow;
    }
    return (bits & kViewChannel) == 0 ? 0 : bits;
}

Channel* World::channel(Id id) {
    const auto found = channels_.find(id);
    return found == channels_.end() ? nullptr : &found->second;
}

Channel* World::channel_named(std::string_view name, Id guild_id) {
    if (name.starts_with('#')) {
        name.remove_prefix(1);
    }
    if (const auto id = parse_id(name); id && channel(*id) != nullptr) {
        return channel(*id);
    }
    for (const auto& [key, candidate] : guilds_) {
        if (guild_id != 0 && key != guild_id) {
            continue;
        }
        for (const auto* list : {&candidate.channels, &candidate.threads}) {
            for (const Id id : *list) {
                if (auto* found = channel(id); found != nullptr && found->name == name) {
                    return found;
                }
            }
        }
    }
    return nullptr;
}

void World::each_channel(const std::function<void(Channel&)>& each) {
    for (auto& [id, channel] : channels_) {
        each(channel);
    }
}

Message* World::message(Channel& channel, Id id) {
    auto& messages = channel.messages;
    const auto found = std::lower_bound(messages.begin(), messages.end(), id,
                                        [](const Message& m, Id wanted) { return m.id < wanted; });
    return found == messages.end() || found->id != id ? nullptr : &*found;
}

User& World::add_user(std::string username, bool bot) {
    const Id id = fixed_ != 0 ? (fixed_ += kFixedStep) : next_id();
    return users_[id] = User{id, username, username, hash_text(id), bot, {}};
}

Guild& World::add_guild(const std::string& name) { return add_guild(name, 0); }

Guild& World::add_guild(const std::string& name, unsigned members) {
    const auto make_id = [this] { return fixed_ != 0 ? (fixed_ += kFixedStep) : next_id(); };
    const Id id = make_id();
    auto& guild = guilds_[id];
    guild.id = id;
    guild.name = name;
    guild.joined_at = now_text();
    guild.roles[id] = {id, "@everyone", 0, 0, false, kEveryonePermissions, {}};
    auto& moderating = add_role(guild, "Moderators", 0x3498db);
    moderating.permissions |= kModeratorPermissions;
    const Id moderators = moderating.id;
    const Id regulars = add_role(guild, "Regulars", 0x2ecc71).id;
    for (const auto& seed : kChannels) {
        add_channel(guild, seed.name, seed.type);
    }
    for (const auto& person : cast::kPeople) {
        auto& member = add_member(guild, user_named(person.username)->id);
        guild.owner = guild.owner == 0 ? member.user : guild.owner;
        member.roles = {guild.members.size() <= 2 ? moderators : regulars};
    }
    // What a bot gets when it is invited: one role for all of them, above those of people.
    auto& own = add_role(guild, "Bots", 0);
    own.permissions = kAdministrator;
    own.position = kPositionOfBots;
    for (const auto& bot : bots_) {
        add_member(guild, bot.user).roles = {own.id};
    }
    guild.crowd = members > guild.members.size() ? members - guild.members.size() : 0;
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

Channel& World::add_thread(Guild& guild, std::string name, ChannelType type, Id id) {
    id = id == 0 ? next_id() : id;
    auto& thread = channels_[id];
    thread.id = id;
    thread.guild = guild.id;
    thread.type = type;
    thread.name = std::move(name);
    guild.threads.push_back(id);
    return thread;
}

Id Channel::parent() const {
    const auto found = more.is_object() ? more.find("parent_id") : more.end();
    return found == more.end() || !found->is_string()
               ? 0
               : parse_id(found->get_ref<const std::string&>()).value_or(0);
}

bool Channel::archived() const {
    return more.is_object() && more.contains("thread_metadata") &&
           more["thread_metadata"].value("archived", false);
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
    return guild.roles[id] = {id,         std::move(name),      color, position,
                              color != 0, kEveryonePermissions, {}};
}

Member& World::add_member(Guild& guild, Id user) {
    if (auto* known = this->member(guild, user)) {
        return *known;
    }
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
            std::erase(home->threads, id);
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

}  // namespace rookery::sim::discord
