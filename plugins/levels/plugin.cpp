// Points for writing, ranks, a leaderboard, and roles for levels.

#include <rookery/plugin.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using rookery::CommandCall;
using rookery::JsonObject;
using rookery::JsonValue;
using rookery::Task;
using rookery::Type;

constexpr int kPageSize = 10;
constexpr std::uint32_t kBatch = 1000;       // keys read at once
constexpr std::size_t kMostRanked = 20'000;  // members of one guild
constexpr int kTries = 5;
constexpr std::chrono::seconds kFresh{30};  // how long a ranking is good for
constexpr std::size_t kMostKept = 16;       // rankings, each of one guild

/// What is kept of a member.
struct Standing {
    std::int64_t points = 0;
    std::int64_t at = 0;  ///< milliseconds since 1970: when a message counted last
    std::string message;  ///< which one that was
    bool rose = false;    ///< it brought a level
    std::string name;

    [[nodiscard]] std::string json() const {
        return JsonObject()
            .add("points", points)
            .add("at", at)
            .add("message", message)
            .add("rose", rose)
            .add("name", name)
            .text();
    }
    static Standing read(std::string_view json) {
        const JsonValue value = JsonValue::parse(json);
        Standing out;
        out.points = value.integer_at("points");
        out.at = value.integer_at("at");
        out.message = value.text_at("message");
        out.rose = value.flag_at("rose");
        out.name = value.text_at("name");
        return out;
    }
};

std::int64_t to_next(std::int64_t level) { return 5 * level * level + 50 * level + 100; }

std::int64_t level_of(std::int64_t points) {
    std::int64_t level = 0;
    while (points >= to_next(level)) {
        points -= to_next(level++);
    }
    return level;
}

/// 15 to 25, the same whenever the message is handled.
std::int64_t points_of(std::string_view message) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : message) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    return 15 + static_cast<std::int64_t>(hash % 11);
}

/// One of the leaderboard.
struct Ranked {
    std::string user;
    std::string name;
    std::int64_t points = 0;

    [[nodiscard]] bool before(const Ranked& other) const {
        return points != other.points ? points > other.points : user < other.user;
    }
};
using Ranking = std::vector<Ranked>;

/// What no role has that writing brings: the bit, and what it is called.
constexpr std::array<std::pair<unsigned, std::string_view>, 10> kDangerous{
    {{1, "kickMembers"},
     {2, "banMembers"},
     {3, "administrator"},
     {4, "manageChannels"},
     {5, "manageGuild"},
     {13, "manageMessages"},
     {17, "mentionEveryone"},
     {28, "manageRoles"},
     {29, "manageWebhooks"},
     {40, "moderateMembers"}}};

std::uint64_t bits_of(const rookery::Role& role) {
    const std::string_view text = role.permissions();
    std::uint64_t bits = 0;
    std::from_chars(text.data(), text.data() + text.size(), bits);
    return bits;
}

std::optional<rookery::Role> find(const rookery::List<rookery::Role>& roles, std::string_view id) {
    for (const rookery::Role role : roles) {
        if (role.id() == id) {
            return role;
        }
    }
    return std::nullopt;
}

/// How high somebody stands.
std::int64_t height_of(const rookery::Member& member, const rookery::List<rookery::Role>& roles) {
    std::int64_t highest = 0;
    for (const std::string_view id : member.roles()) {
        if (const auto role = find(roles, id)) {
            highest = std::max(highest, role->position());
        }
    }
    return highest;
}

/// Why nobody is to have the role by writing, whoever asks; empty: there is nothing.
std::string fault_of(std::string_view guild, std::string_view id,
                     const rookery::List<rookery::Role>& roles) {
    const auto role = find(roles, id);
    if (!role || id == guild || role->managed()) {
        return "That role is none for people.";
    }
    const auto everyone = find(roles, guild);
    const std::uint64_t more = bits_of(*role) & ~(everyone ? bits_of(*everyone) : 0);
    for (const auto& [bit, name] : kDangerous) {
        if (((more >> bit) & 1U) != 0) {
            return "That role has the permission " + std::string(name) + ", which no level brings.";
        }
    }
    return {};
}

std::string prefix_of(std::string_view guild) { return "points/" + std::string(guild) + "/"; }

class Levels final : public rookery::Plugin {
    void start() override {
        settings().declare(R"({
            "on": {"type": "boolean", "default": true, "doc": "Whether messages count."},
            "cooldown": {"type": "integer", "default": 60, "min": 0, "max": 3600,
                         "doc": "Seconds between two messages that count."},
            "announce": {"type": "boolean", "default": true, "doc": "Whether a level is told."},
            "roles": {"type": "table", "default": {}, "doc": "Roles by level."}
        })");
        on<rookery::MessageCreate>(
            rookery::Filter{.bot = false},
            [this](const rookery::MessageCreate& message) { return count(&message); });
        declare_ranks();
        declare_settings();
    }

    // Coroutines take what they are about by pointer: the wrapper keeps it until they end.

    Task<> count(const rookery::MessageCreate* message) {
        const std::string guild(message->guild_id().value_or(""));
        if (guild.empty() || !settings().boolean(guild, "on").value_or(true)) {
            co_return;
        }
        const std::string key = prefix_of(guild) + std::string(message->author().id());
        for (int i = 0; i < kTries; ++i) {
            const auto found = co_await kv().get(key);
            Standing standing = found.value() ? Standing::read(*found.value()) : Standing();
            const bool again = standing.message == message->id();
            if (!again && !take(standing, *message, guild)) {
                co_return;
            }
            bool stored = again;
            if (!again) {
                auto change = kv().cas(key, found.value(), standing.json());
                const auto changed = co_await std::move(change);
                stored = changed.value();
            }
            if (stored) {
                if (standing.rose) {
                    Task<> rising = rise(message, guild, level_of(standing.points));
                    co_await std::move(rising);
                }
                co_return;
            }
        }
    }
    /// False when the message does not count.
    bool take(Standing& standing, const rookery::MessageCreate& message,
              const std::string& guild) const {
        const std::int64_t at =
            std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch()).count();
        const std::int64_t pause = 1000 * settings().integer(guild, "cooldown").value_or(60);
        if (standing.at != 0 && at - standing.at < pause) {
            return false;
        }
        const std::int64_t before = level_of(standing.points);
        standing.points += points_of(message.id());
        standing.at = at;
        standing.message = message.id();
        standing.rose = level_of(standing.points) > before;
        standing.name = message.author().username();
        return true;
    }
    Task<> rise(const rookery::MessageCreate* message, std::string guild, std::int64_t level) {
        if (settings().boolean(guild, "announce").value_or(true)) {
            const JsonObject nobody = JsonObject().add("parse", rookery::JsonList());
            const std::string text = std::string(message->author().username()) +
                                     " has reached level " + std::to_string(level) + ".";
            messages().send(message->channel_id(), {.content = text, .allowed_mentions = nobody});
        }
        const JsonValue brought = JsonValue::parse(settings().json(guild, "roles"));
        const std::string role(brought.text_at(std::to_string(level)));
        if (role.empty()) {
            co_return;
        }
        // It may have become another role since somebody chose it.
        const auto all = co_await roles().list(guild);
        std::string problem = all.ok() ? fault_of(guild, role, *all) : all.error().message;
        if (problem.empty()) {
            Task<std::string> asking = above_me(guild, role, &*all);
            problem = co_await std::move(asking);
        }
        if (problem.empty()) {
            const auto given = co_await members().add_role(
                guild, message->author().id(), role, {.reason = "level " + std::to_string(level)});
            problem = given.ok() ? "" : given.error().message;
        }
        if (!problem.empty()) {
            log().warn("guild ", guild, ": the role of level ", level, " is not given: ", problem);
        }
    }
    /// Whether the role is out of the bot's reach, as a text; where it cannot know, the platform
    /// says so.
    Task<std::string> above_me(std::string guild, std::string id,
                               const rookery::List<rookery::Role>* all) {
        const auto me = co_await users().me();
        if (!me.ok()) {
            co_return "";
        }
        const auto myself = co_await members().get(guild, me->id());
        const auto role = find(*all, id);
        const bool above = myself.ok() && role && height_of(*myself, *all) <= role->position();
        co_return above ? "That role is not below mine." : "";
    }

    void declare_ranks() {
        command(
            {.name = "rank",
             .description = "Level, points and place of somebody",
             .aliases = {"level"},
             .options = {{.name = "user", .description = "Else yours", .type = Type::user}},
             .cooldown = {.per = rookery::Per::user, .uses = 3, .time = std::chrono::seconds(10)},
             .where = rookery::Where::guild,
             .category = "Levels"},
            [this](const CommandCall& call) { return rank(&call); });
        command(
            {.name = "leaderboard",
             .description = "Everybody by their points",
             .aliases = {"top"},
             .cooldown = {.per = rookery::Per::user, .uses = 2, .time = std::chrono::seconds(10)},
             .where = rookery::Where::guild,
             .category = "Levels"},
            [](const CommandCall& call) -> Task<> {
                const std::string guild = JsonObject().add("g", call.guild_id()).text();
                const auto sent = co_await call.page("leaderboard", guild);
                static_cast<void>(sent.value());
            });
        pager("leaderboard",
              [this](int page, const JsonValue& state) { return page_of(page, state); });
    }

    /// Of all members, the first ones first; up to half a minute old. Whoever asks next does not
    /// read thousands of entries again.
    Task<std::shared_ptr<const Ranking>> ranking(std::string guild) {
        if (const auto kept = rankings_.find(guild);
            kept != rankings_.end() && fresh(kept->second)) {
            co_return kept->second.all;
        }
        const std::string prefix = prefix_of(guild);
        const auto out = std::make_shared<Ranking>();
        std::string after;
        bool more = true;
        while (more && out->size() < kMostRanked) {
            const auto page = co_await kv().list(prefix, after, kBatch);
            for (const auto& [key, json] : page.value().items) {
                const Standing standing = Standing::read(json);
                out->push_back({key.substr(prefix.size()), standing.name, standing.points});
                after = key;
            }
            more = page.value().more && !page.value().items.empty();
        }
        std::sort(out->begin(), out->end(),
                  [](const Ranked& a, const Ranked& b) { return a.before(b); });
        std::erase_if(rankings_, [this](const auto& each) { return !fresh(each.second); });
        if (rankings_.size() >= kMostKept) {
            rankings_.clear();
        }
        rankings_[guild] = {now(), out};
        co_return out;
    }

    Task<std::string> rank(const CommandCall* call) {
        const auto given = call->user("user");
        const std::string guild(call->guild_id());
        const std::string user(given ? given.id() : call->user_id());
        const std::string whose = given ? std::string(given.name()) + " has" : "You have";
        const auto stored = co_await kv().get(prefix_of(guild) + user);
        if (!stored.value()) {
            co_return whose + " no points yet.";
        }
        const Ranked own{user, "", Standing::read(*stored.value()).points};
        Task<std::shared_ptr<const Ranking>> reading = ranking(guild);
        const auto all = co_await std::move(reading);
        std::size_t place = 1;
        std::size_t count = 1;
        for (const Ranked& other : *all) {
            if (other.user != user) {
                place += other.before(own) ? 1 : 0;
                ++count;
            }
        }
        co_return whose + " level " + std::to_string(level_of(own.points)) + " with " +
            std::to_string(own.points) + " points: place " + std::to_string(place) + " of " +
            std::to_string(count) + ".";
    }

    Task<rookery::Page> page_of(int page, JsonValue state) {
        Task<std::shared_ptr<const Ranking>> reading = ranking(std::string(state.text_at("g")));
        const auto all = co_await std::move(reading);
        rookery::Page out;
        out.last = (static_cast<int>(all->size()) + kPageSize - 1) / kPageSize;
        out.content = all->empty() ? "Nobody has points yet." : "**Leaderboard**";
        const std::size_t first = static_cast<std::size_t>(page - 1) * kPageSize;
        for (std::size_t i = first; i < all->size() && i < first + kPageSize; ++i) {
            const Ranked& one = (*all)[i];
            out.content += "\n" + std::to_string(i + 1) + ". " + one.name + ": level " +
                           std::to_string(level_of(one.points)) + ", " +
                           std::to_string(one.points) + " points";
        }
        co_return out;
    }

    void declare_settings() {
        command({.name = "levels",
                 .description = "How levels work here",
                 .member_permissions = {"manageGuild"},
                 .where = rookery::Where::guild,
                 .subcommands = {{.name = "on", .description = "Messages count"},
                                 {.name = "off", .description = "Messages do not count"},
                                 {.name = "cooldown",
                                  .description = "How long it takes until another message counts",
                                  .options = {{.name = "time",
                                               .description = "At most 1h",
                                               .type = Type::duration,
                                               .required = true,
                                               .min = "0s",
                                               .max = "1h"}}},
                                 {.name = "announce",
                                  .description = "Whether a new level is told",
                                  .options = {{.name = "yes",
                                               .description = "In the channel",
                                               .type = Type::boolean,
                                               .required = true}}},
                                 {.name = "role",
                                  .description = "The role of a level",
                                  .options = {{.name = "level",
                                               .description = "From 1 to 1000",
                                               .type = Type::integer,
                                               .required = true,
                                               .min = 1,
                                               .max = 1000},
                                              {.name = "role",
                                               .description = "Else there is none",
                                               .type = Type::role}},
                                  .member_permissions = {"manageGuild", "manageRoles"},
                                  .bot_permissions = {"manageRoles"}}},
                 .category = "Levels"});
        on_invocation("levels on", [this](const CommandCall& call) {
            return set(std::string(call.guild_id()), "on", "true", "Messages count.");
        });
        on_invocation("levels off", [this](const CommandCall& call) {
            return set(std::string(call.guild_id()), "on", "false", "Messages do not count.");
        });
        on_invocation("levels cooldown", [this](const CommandCall& call) {
            const std::string seconds = std::to_string(call.duration("time").count());
            return set(std::string(call.guild_id()), "cooldown", seconds,
                       "A message counts after " + seconds + " seconds.");
        });
        on_invocation("levels announce", [this](const CommandCall& call) {
            const bool yes = call.flag("yes");
            return set(std::string(call.guild_id()), "announce", yes ? "true" : "false",
                       yes ? "New levels are told." : "New levels are not told.");
        });
        on_invocation("levels role", [this](const CommandCall& call) { return set_role(&call); });
    }

    /// What one may give away oneself, levels may.
    Task<> check_role(const CommandCall* call) {
        const std::string guild(call->guild_id());
        const std::string id(call->role("role").id());
        const auto all = co_await roles().list(guild);
        const auto server = co_await guilds().get(guild);
        std::string problem = fault_of(guild, id, all.value());
        if (problem.empty() && server.value().owner_id() != call->user_id()) {
            const auto asks = co_await members().get(guild, call->user_id());
            if (height_of(asks.value(), all.value()) <= find(all.value(), id)->position()) {
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

    Task<std::string> set_role(const CommandCall* call) {
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
        Task<std::string> setting = set(
            guild, "roles", roles.text(),
            "Level " + level +
                (role ? " brings the role " + std::string(role.name()) + "." : " brings no role."));
        co_return co_await std::move(setting);
    }

    /// `json`: true, false, a number or an object.
    Task<std::string> set(std::string guild, std::string key, std::string json, std::string said) {
        const JsonValue value = JsonValue::parse(json);
        JsonObject object;
        for (std::size_t i = 0; i < value.keys.size(); ++i) {
            object.add(value.keys[i], value.items[i].text);
        }
        rookery::Result<rookery::Done> done{rookery::Done()};
        if (value.kind == JsonValue::Kind::boolean) {
            auto change = settings().set(guild, key, value.boolean);
            done = co_await std::move(change);
        } else if (value.kind == JsonValue::Kind::integer) {
            auto change = settings().set(guild, key, value.integer);
            done = co_await std::move(change);
        } else {
            auto change = settings().set(guild, key, object);
            done = co_await std::move(change);
        }
        static_cast<void>(done.value());
        co_return said;
    }

    struct Kept {
        std::chrono::system_clock::time_point at;
        std::shared_ptr<const Ranking> all;
    };
    [[nodiscard]] bool fresh(const Kept& kept) const {
        const auto age = now() - kept.at;
        return age >= age.zero() && age < kFresh;
    }

    std::map<std::string, Kept, std::less<>> rankings_;  // by guild
};

}  // namespace

ROOKERY_PLUGIN(Levels)
