#include "hostapi/command_use.hpp"

#include <spdlog/fmt/fmt.h>

#include <string_view>
#include <utility>

namespace rookery::hostapi {
namespace {

using command::Per;

/// A name that stays the same over restarts: FNV-1a.
std::string short_name(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const unsigned char c : text) {
        hash = (hash ^ c) * 0x100000001b3;
    }
    return fmt::format("{:016x}", hash);
}

Millis wait_of(const command::Cooldowns::Outcome& outcome) {
    return outcome.allowed ? Millis{0} : std::max(outcome.wait, Millis{1});
}

}  // namespace

/// What is counted together: the command, in the bot, by whom or where.
std::string CommandUse::key_of(const std::string& path, Per per) const {
    const std::string key = short_name(who_.owner + "/" + path) + "/" + who_.bot + "/" +
                            std::string(command::to_string(per));
    switch (per) {
        case Per::user:
            return key + "/" + who_.user;
        case Per::member:
            return key + "/" + who_.guild + "/" + who_.user;
        case Per::channel:
            return key + "/" + who_.channel;
        case Per::guild:
            // Outside of a guild the place is the conversation.
            return key + "/" + (who_.guild.empty() ? who_.channel : who_.guild);
        case Per::everyone:
            break;
    }
    return key;
}

bool CommandUse::free(const command::Node& node) const {
    const auto& most = node.rules.concurrency;
    return !most || !node.leaf ||
           desk_.places()->free(key_of(node.rules.concurrency_of, most->per), most->limit,
                                who_.event);
}

std::shared_ptr<void> CommandUse::take_place(const command::Node& node) const {
    const auto& most = node.rules.concurrency;
    return desk_.places()->take(key_of(node.rules.concurrency_of, most->per), most->limit,
                                who_.event, who_.session);
}

CommandDesk::Use CommandUse::use(const command::Rules& rules) const {
    return {key_of(rules.cooldown_of, rules.cooldown->per),
            {rules.cooldown->uses, rules.cooldown->time},
            who_.event,
            who_.made};
}

Millis CommandUse::wait(const command::Node& node) const {
    return node.rules.cooldown && node.leaf ? wait_of(desk_.look(use(node.rules))) : Millis{0};
}

void CommandUse::take(const command::Node& node, std::function<void(Millis)> done) const {
    if (!node.rules.cooldown || !node.leaf) {
        done(Millis{0});
        return;
    }
    desk_.use(use(node.rules),
              [done = std::move(done)](const command::Cooldowns::Outcome& outcome) {
                  done(wait_of(outcome));
              });
}

}  // namespace rookery::hostapi
