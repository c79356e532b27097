// What moderators need: warnings, timeouts, kicks, bans, purges and slow mode. Everything that is
// done about somebody is a numbered case, and a line in the log channel.

#include "moderation.hpp"

#include <rookery/text.hpp>

#include <chrono>

void Moderation::start() {
    settings().declare(R"({
        "log": {"type": "id", "doc": "The channel that is told what was done."},
        "tell": {"type": "boolean", "default": true,
                 "doc": "Whether somebody is told in a direct message what happens to them."},
        "ban_days": {"type": "integer", "default": 0, "min": 0, "max": 7,
                     "doc": "Of how many days a ban deletes messages."}
    })");
    cases_.emplace(kv());
    declare_actions();
    declare_cases();
    declare_channels();
    declare_settings();
}

void Moderation::say(const CommandCall& call, std::string_view text) {
    call.reply({.content = text, .allowed_mentions = rookery::kPingNobody});
}

void Moderation::write_log(std::string_view guild, std::string_view text) const {
    if (const auto channel = settings().text(guild, "log")) {
        messages().send(*channel, {.content = text, .allowed_mentions = rookery::kPingNobody});
    }
}

std::int64_t Moderation::seconds_now() const {
    return std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count();
}

ROOKERY_PLUGIN(Moderation)
