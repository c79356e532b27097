#include "moderation.hpp"
#include "words.hpp"

using rookery::CommandCall;
using rookery::Task;
using rookery::Type;

void Moderation::declare_settings() {
    command({.name = "moderation",
             .description = "How moderation works here",
             .member_permissions = {"ManageGuild"},
             .where = rookery::Where::guild,
             .subcommands = {{.name = "log",
                              .description = "Where it is told what was done",
                              .options = {{.name = "channel",
                                           .description = "None: nowhere",
                                           .type = Type::channel}}},
                             {.name = "tell",
                              .description = "Whether people are told what happens to them",
                              .options = {{.name = "yes",
                                           .description = "In a direct message",
                                           .type = Type::boolean,
                                           .required = true}}},
                             {.name = "bandays",
                              .description = "Of how many days a ban deletes messages",
                              .options = {{.name = "days",
                                           .description = "0: none",
                                           .type = Type::integer,
                                           .required = true,
                                           .min = 0,
                                           .max = 7}}}},
             .category = "Moderation"});
    on_invocation("moderation log", [this](const CommandCall& call) { return set_log(&call); });
    on_invocation("moderation tell", [this](const CommandCall& call) { return set_tell(&call); });
    on_invocation("moderation bandays",
                  [this](const CommandCall& call) { return set_ban_days(&call); });
}

Task<std::string> Moderation::set_log(const CommandCall* call) {
    const std::string guild(call->guild_id());
    const std::string channel(call->channel("channel").id());
    if (channel.empty()) {
        auto change = settings().reset(guild, "log");
        const auto done = co_await std::move(change);
        static_cast<void>(done.value());
        co_return "There is no log any more.";
    }
    auto change = settings().set(guild, "log", channel);
    const auto done = co_await std::move(change);
    static_cast<void>(done.value());
    co_return "The log is in " + mention_channel(channel) + ".";
}

Task<std::string> Moderation::set_tell(const CommandCall* call) {
    const bool yes = call->flag("yes");
    auto change = settings().set(call->guild_id(), "tell", yes);
    const auto done = co_await std::move(change);
    static_cast<void>(done.value());
    co_return yes ? "People are told what happens to them."
                  : "People are not told what happens to them.";
}

Task<std::string> Moderation::set_ban_days(const CommandCall* call) {
    const std::int64_t days = call->integer("days");
    auto change = settings().set(call->guild_id(), "ban_days", days);
    const auto done = co_await std::move(change);
    static_cast<void>(done.value());
    co_return "A ban deletes the messages of " + std::to_string(days) +
        (days == 1 ? " day." : " days.");
}
