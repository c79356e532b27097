// Points for writing, ranks, a leaderboard, and roles for levels.

#include <rookery/plugin.hpp>

#include <algorithm>
#include <chrono>
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
                    rise(*message, guild, level_of(standing.points));
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
    void rise(const rookery::MessageCreate& message, const std::string& guild,
              std::int64_t level) const {
        const JsonValue roles = JsonValue::parse(settings().json(guild, "roles"));
        if (const std::string_view role = roles.text_at(std::to_string(level)); !role.empty()) {
            members().add_role(guild, message.author().id(), role,
                               {.reason = "level " + std::to_string(level)});
        }
        if (settings().boolean(guild, "announce").value_or(true)) {
            const JsonObject nobody = JsonObject().add("parse", rookery::JsonList());
            const std::string text = std::string(message.author().username()) +
                                     " has reached level " + std::to_string(level) + ".";
            messages().send(message.channel_id(), {.content = text, .allowed_mentions = nobody});
        }
    }

    void declare_ranks() {
        command({.name = "rank",
                 .description = "Level, points and place of somebody",
                 .aliases = {"level"},
                 .options = {{.name = "user", .description = "Else yours", .type = Type::user}},
                 .where = rookery::Where::guild,
                 .category = "Levels"},
                [this](const CommandCall& call) { return rank(&call); });
        command({.name = "leaderboard",
                 .description = "Everybody by their points",
                 .aliases = {"top"},
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

    /// Of all members, the first ones first.
    Task<std::vector<std::pair<std::string, Standing>>> ranking(std::string guild) {
        const std::string prefix = prefix_of(guild);
        std::vector<std::pair<std::string, Standing>> out;
        std::string after;
        bool more = true;
        while (more && out.size() < kMostRanked) {
            const auto page = co_await kv().list(prefix, after, kBatch);
            for (const auto& [key, json] : page.value().items) {
                out.emplace_back(key.substr(prefix.size()), Standing::read(json));
                after = key;
            }
            more = page.value().more && !page.value().items.empty();
        }
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
            return a.second.points != b.second.points ? a.second.points > b.second.points
                                                      : a.first < b.first;
        });
        co_return out;
    }

    Task<std::string> rank(const CommandCall* call) {
        const auto given = call->user("user");
        const std::string user(given ? given.id() : call->user_id());
        Task<std::vector<std::pair<std::string, Standing>>> reading =
            ranking(std::string(call->guild_id()));
        const auto all = co_await std::move(reading);
        std::string out = given ? std::string(given.name()) + " has" : "You have";
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i].first == user) {
                const std::int64_t level = level_of(all[i].second.points);
                co_return out + " level " + std::to_string(level) + " with " +
                    std::to_string(all[i].second.points) + " points: place " +
                    std::to_string(i + 1) + " of " + std::to_string(all.size()) + ".";
            }
        }
        co_return out + " no points yet.";
    }

    Task<rookery::Page> page_of(int page, JsonValue state) {
        Task<std::vector<std::pair<std::string, Standing>>> reading =
            ranking(std::string(state.text_at("g")));
        const auto all = co_await std::move(reading);
        rookery::Page out;
        out.last = (static_cast<int>(all.size()) + kPageSize - 1) / kPageSize;
        out.content = all.empty() ? "Nobody has points yet." : "**Leaderboard**";
        const std::size_t first = static_cast<std::size_t>(page - 1) * kPageSize;
        for (std::size_t i = first; i < all.size() && i < first + kPageSize; ++i) {
            const Standing& one = all[i].second;
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
                                  .member_permissions = {"manageRoles"},
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
        on_invocation("levels role", [this](const CommandCall& call) {
            const std::string guild(call.guild_id());
            const std::string level = std::to_string(call.integer("level"));
            const JsonValue before = JsonValue::parse(settings().json(guild, "roles"));
            JsonObject roles;
            for (std::size_t i = 0; i < before.keys.size(); ++i) {
                if (before.keys[i] != level) {
                    roles.add(before.keys[i], before.items[i].text);
                }
            }
            const auto role = call.role("role");
            if (role) {
                roles.add(level, role.id());
            }
            return set(guild, "roles", roles.text(),
                       "Level " + level +
                           (role ? " brings the role " + std::string(role.name()) + "."
                                 : " brings no role."));
        });
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
};

}  // namespace

ROOKERY_PLUGIN(Levels)
