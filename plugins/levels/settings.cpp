#include "levels.hpp"

using rookery::CommandCall;
using rookery::JsonObject;
using rookery::JsonValue;
using rookery::Task;
using rookery::Type;

void Levels::declare_settings() {
    command({.name = "levels",
             .description = "How levels work here",
             .member_permissions = {"ManageGuild"},
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
                              .member_permissions = {"ManageGuild", "ManageRoles"},
                              .bot_permissions = {"ManageRoles"}}},
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

Task<std::string> Levels::set(std::string guild, std::string key, std::string json,
                              std::string said) {
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
