#include "hostapi/command_operations.hpp"

#include "base/log.hpp"
#include "command/help.hpp"
#include "hostapi/guild_language.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

std::string text_of(const json& arguments, const char* key) {
    const auto found = arguments.find(key);
    return found != arguments.end() && found->is_string() ? found->get<std::string>()
                                                          : std::string();
}

/// The bot that is meant: the one named, that of the event, or the only one.
Result<std::string> bot_of(const OperationCall& call, const CommandRules& rules) {
    if (!call.bot.empty()) {
        return call.bot;
    }
    if (call.event != nullptr) {
        return std::string(call.event->bot_name());
    }
    if (rules.bots.size() == 1) {
        return rules.bots.begin()->first;
    }
    return Error(ErrorKind::invalid, call.operation + ": there are " +
                                         std::to_string(rules.bots.size()) +
                                         " bots: say which one (parameter bot)");
}

std::string guild_of(const OperationCall& call) {
    const std::string guild = text_of(call.arguments, "guildId");
    return guild.empty() && call.event != nullptr ? std::string(call.event->guild_text()) : guild;
}

bool is_for(const command::Definition& definition, const std::string& bot,
            const std::string& guild) {
    const auto has = [](const std::vector<std::string>& list, const std::string& one) {
        return list.empty() || std::find(list.begin(), list.end(), one) != list.end();
    };
    return has(definition.bots, bot) && has(definition.guilds, guild);
}

json all_of(const CommandIndex& index, const CommandRules& rules, const std::string& bot,
            const std::string& guild, const std::string& locale) {
    const auto* const prefixes = rules.prefixes(bot, guild);
    const auto* const policy = rules.of(bot, guild);
    const std::string prefix =
        prefixes == nullptr || prefixes->empty() ? std::string() : prefixes->front();
    json commands = json::array();
    std::set<std::pair<command::CommandType, std::string>> shown;
    for (const BookEntryPtr& entry : index.all()) {
        const command::Definition& definition = *entry->definition;
        const auto& root = definition.root;
        // Of several with a name the one that would be used.
        const auto winner = definition.prefix ? index.find_text(bot, guild, root.name)
                                              : index.find(definition.type, bot, guild, root.name);
        if (!is_for(definition, bot, guild) || (winner != nullptr && winner != entry) ||
            !shown.emplace(definition.type, root.name).second) {
            continue;
        }
        json one = command::help_document(definition, root, locale,
                                          definition.prefix && !prefix.empty() ? prefix : "/");
        one["extension"] = entry->owner;
        one["slash"] = definition.slash;
        one["text"] = definition.prefix && !prefix.empty();
        one["disabled"] = policy != nullptr && policy->is_disabled(root.path);
        commands.push_back(std::move(one));
    }
    return {{"prefix", prefix}, {"language", locale}, {"commands", std::move(commands)}};
}

/// Whether every path that is to be disabled is one that there is.
Result<> check_paths(const CommandIndex& index, const json& wish) {
    const auto found = wish.find("disable");
    if (found == wish.end()) {
        return {};
    }
    const json paths = found->is_array() ? *found : json::array({*found});
    for (const json& path : paths) {
        const std::string text = path.is_string() ? path.get<std::string>() : std::string();
        const bool known =
            std::any_of(index.all().begin(), index.all().end(), [&](const BookEntryPtr& entry) {
                return command::find_node(*entry->definition, text) != nullptr;
            });
        if (!text.empty() && !known) {
            return Error(ErrorKind::not_found,
                         "disable: there is no command " + log::clipped(text, 60));
        }
    }
    return {};
}

}  // namespace

void serve_command_operations(Operations& operations, CommandDesk& desk) {
    const auto serve = [&](const char* name, auto carry_out) {
        operations.route(name, [&desk, carry_out](const model::OperationInfo& info,
                                                  OperationCall call, OperationDone done) {
            const CommandRulesPtr rules = desk.rules();
            const auto bot = bot_of(call, *rules);
            if (!bot) {
                done(bot.error());
                return;
            }
            carry_out(info, *rules, *bot, std::move(call), std::move(done));
        });
    };
    serve("commands.all", [&desk](const model::OperationInfo&, const CommandRules& rules,
                                  const std::string& bot, const OperationCall& call,
                                  const OperationDone& done) {
        const std::string guild = guild_of(call);
        const std::string locale = text_of(call.arguments, "locale");
        if (!locale.empty()) {
            done(all_of(*desk.book().index(), rules, bot, guild, locale));
            return;
        }
        find_guild_language(desk, bot, guild, [&desk, bot, guild, done](const std::string& own) {
            done(all_of(*desk.book().index(), *desk.rules(), bot, guild, own));
        });
    });
    serve("commands.policy",
          [](const model::OperationInfo&, const CommandRules& rules, const std::string& bot,
             const OperationCall& call, const OperationDone& done) {
              const auto* const policy = rules.of(bot, guild_of(call));
              done(command::to_json(policy == nullptr ? command::GuildPolicy{} : *policy));
          });
    serve("commands.configure",
          [&desk](const model::OperationInfo& info, const CommandRules&, const std::string& bot,
                  OperationCall call, OperationDone done) {
              const std::string guild = guild_of(call);
              const std::string name(info.name);
              if (guild.empty()) {
                  done(Error(ErrorKind::invalid, name + ": guildId: it is about no guild"));
                  return;
              }
              if (auto known = check_paths(*desk.book().index(), call.arguments); !known) {
                  done(known.error().within(name));
                  return;
              }
              desk.configure(
                  bot, guild, call.arguments, [name, done = std::move(done)](Result<json> result) {
                      done(result ? std::move(result) : Result<json>(result.error().within(name)));
                  });
          });
}

}  // namespace rookery::hostapi
