#include "hostapi/command_sync.hpp"

#include "base/log.hpp"
#include "store/files.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestFile = std::size_t{64} << 20U;
constexpr Millis kFirstRetry{5'000};
constexpr unsigned kMostDoublings = 7;  // a little over ten minutes

std::string key_of(const json& command) {
    return std::to_string(command.value("type", 1)) + "/" + command.value("name", std::string());
}

json body_of(const std::vector<WantedCommand>& commands) {
    json out = json::array();
    for (const WantedCommand& one : commands) {
        out.push_back(one.body);
    }
    return out;
}

/// Trying the same again later may help.
bool is_passing(ErrorKind kind) {
    return kind == ErrorKind::unavailable || kind == ErrorKind::io || kind == ErrorKind::timeout ||
           kind == ErrorKind::limit || kind == ErrorKind::protocol;
}

std::string scope_title(const std::string& guild) {
    return guild.empty() ? "everywhere" : "in guild " + guild;
}

/// "added ban, changed kick, removed warn"
std::string difference(const json& before, const json& after) {
    std::map<std::string, const json*> old;
    for (const json& command : before) {
        old.emplace(key_of(command), &command);
    }
    std::string text;
    const auto add = [&](const char* what, const json& command) {
        text += (text.empty() ? "" : ", ") + std::string(what) + " " +
                log::clipped(command.value("name", std::string()), 40);
    };
    for (const json& command : after) {
        const auto found = old.find(key_of(command));
        if (found == old.end()) {
            add("added", command);
        } else if (*found->second != command) {
            add("changed", command);
        }
        old.erase(key_of(command));
    }
    for (const auto& [key, command] : old) {
        add("removed", *command);
    }
    return text.empty() ? "nothing new" : text;
}

/// The first "[N]" of an error's text: which command of the list the platform found fault with.
std::optional<std::size_t> index_in(const std::string& text) {
    for (auto at = text.find('['); at != std::string::npos; at = text.find('[', at + 1)) {
        std::size_t index = 0;
        const char* const end = text.data() + text.size();
        const auto read = std::from_chars(text.data() + at + 1, end, index);
        if (read.ec == std::errc() && read.ptr != end && *read.ptr == ']') {
            return index;
        }
    }
    return std::nullopt;
}

std::map<std::string, std::string> texts_of(const json& object) {
    std::map<std::string, std::string> out;
    if (object.is_object()) {
        for (const auto& [key, value] : object.items()) {
            if (value.is_string()) {
                out.emplace(key, value.get<std::string>());
            }
        }
    }
    return out;
}

}  // namespace

CommandSync::CommandSync(std::string bot, std::filesystem::path file,
                         const CommandRegistry& registry, Call call, Later later)
    : bot_(std::move(bot)),
      file_(std::move(file)),
      registry_(registry),
      call_(std::move(call)),
      later_(std::move(later)) {
    load();
}

void CommandSync::load() {
    const auto text = store::read_file(file_, kLargestFile);
    if (!text) {
        log::get("commands")->warn("bot {}: {}", bot_, text.error().message());
        return;
    }
    if (!text->has_value()) {
        return;
    }
    const json state = json::parse(**text, nullptr, false);
    const auto scopes = state.is_object() ? state.find("scopes") : state.end();
    if (!state.is_object() || scopes == state.end() || !scopes->is_object()) {
        const auto aside = store::set_aside(file_);
        log::get("commands")
            ->warn("bot {}: {} cannot be read and is set aside: all commands are sent again", bot_,
                   file_.string());
        return;
    }
    application_ = state.value("application", std::string());
    for (const auto& [guild, stored] : scopes->items()) {
        if (stored.is_object() && stored.contains("commands") && stored["commands"].is_array()) {
            scopes_[guild] = {stored["commands"], texts_of(stored.value("ids", json())),
                              texts_of(stored.value("owners", json()))};
        }
    }
}

void CommandSync::save() const {
    json scopes = json::object();
    for (const auto& [guild, scope] : scopes_) {
        scopes[guild] = {
            {"commands", scope.commands}, {"ids", scope.ids}, {"owners", scope.owners}};
    }
    const json state = {{"application", application_}, {"scopes", std::move(scopes)}};
    const auto saved = store::replace_file(
        file_, state.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
    if (!saved) {
        log::get("commands")->warn("bot {}: {}", bot_, saved.error().message());
    }
}

/// What extensions declare, and what those had declared that are there but do not start: taking
/// their commands away would lose the permissions that people have set on them.
WantedCommands CommandSync::wanted() const {
    WantedCommands all = registry_.wanted(bot_);
    const auto failed = registry_.failed_owners();
    for (const auto& [guild, scope] : scopes_) {
        for (const json& command : scope.commands) {
            const auto owner = scope.owners.find(key_of(command));
            if (owner == scope.owners.end() || !failed.contains(owner->second)) {
                continue;
            }
            auto& commands = all[guild];
            const WantedCommand kept{command.value("type", 1), command.value("name", std::string()),
                                     owner->second, "", command};
            const auto place = std::lower_bound(
                commands.begin(), commands.end(), kept, [](const auto& left, const auto& right) {
                    return std::tie(left.type, left.name) < std::tie(right.type, right.name);
                });
            if (place == commands.end() || place->type != kept.type || place->name != kept.name) {
                commands.insert(place, kept);
            }
        }
    }
    return all;
}

void CommandSync::run(bool force) {
    if (force) {
        refused_.clear();
        for (const auto& [guild, commands] : wanted()) {
            stale_.insert(guild);
        }
        for (const auto& [guild, scope] : scopes_) {
            stale_.insert(guild);
        }
    }
    if (busy_) {
        again_ = true;
        return;
    }
    if (scopes_.empty() && wanted().empty()) {
        return;
    }
    busy_ = true;
    if (application_known_) {
        next();
    } else {
        learn_application();
    }
}

/// A token may have been exchanged for that of another application, which knows nothing yet.
void CommandSync::learn_application() {
    call_("application.get", json::object(),
          [this, alive = std::weak_ptr<bool>(alive_)](const Result<json>& answer) {
              if (alive.expired()) {
                  return;
              }
              const auto id =
                  answer && answer->is_object() ? answer->find("id") : json::const_iterator();
              if (!answer || !answer->is_object() || id == answer->end() || !id->is_string()) {
                  return retry("", answer ? "the application has no id" : answer.error().message());
              }
              application_known_ = true;
              if (application_ != id->get<std::string>()) {
                  application_ = id->get<std::string>();
                  scopes_.clear();
              }
              next();
          });
}

/// Sends the first scope that is not as wanted.
void CommandSync::next() {
    WantedCommands all = wanted();
    for (const auto& [guild, scope] : scopes_) {
        all.try_emplace(guild);
    }
    for (const auto& [guild, commands] : all) {
        const json body = body_of(commands);
        const auto known = scopes_.find(guild);
        const bool same = known != scopes_.end() ? known->second.commands == body : body.empty();
        const auto refused = refused_.find(guild);
        const bool hopeless = refused != refused_.end() && refused->second == fingerprint(body);
        if (!stale_.contains(guild) && (same || hopeless)) {
            if (same) {
                problems_.erase(guild);
            }
            continue;
        }
        stale_.erase(guild);
        json arguments = {{"applicationId", application_}, {"commands", body}};
        if (!guild.empty()) {
            arguments["guildId"] = guild;
        }
        call_(guild.empty() ? "commands.overwrite" : "commands.overwriteGuild",
              std::move(arguments),
              [this, guild = guild, commands = commands,
               alive = std::weak_ptr<bool>(alive_)](const Result<json>& answer) {
                  if (!alive.expired()) {
                      sent(guild, commands, answer);
                  }
              });
        return;
    }
    finish();
}

void CommandSync::sent(const std::string& guild, const std::vector<WantedCommand>& commands,
                       const Result<json>& answer) {
    if (!answer) {
        return failed(guild, commands, answer.error());
    }
    Scope scope;
    scope.commands = body_of(commands);
    for (const WantedCommand& one : commands) {
        scope.owners.emplace(key_of(one.body), one.owner);
    }
    if (answer->is_array()) {
        for (const json& made : *answer) {
            if (made.is_object() && made.contains("id") && made["id"].is_string()) {
                scope.ids.emplace(key_of(made), made["id"].get<std::string>());
            }
        }
    }
    log::get("commands")
        ->info("bot {}: {} command{} {}: {}", bot_, scope.commands.size(),
               scope.commands.size() == 1 ? "" : "s", scope_title(guild),
               difference(scopes_[guild].commands, scope.commands));
    if (scope.commands.empty()) {
        scopes_.erase(guild);
    } else {
        scopes_[guild] = std::move(scope);
    }
    problems_.erase(guild);
    refused_.erase(guild);
    failures_ = 0;
    save();
    next();
}

void CommandSync::failed(const std::string& guild, const std::vector<WantedCommand>& commands,
                         const Error& error) {
    std::string what = error.message();
    if (const auto index = index_in(what); index && *index < commands.size()) {
        const WantedCommand& one = commands[*index];
        what += " (command " + one.name + " of " + one.owner +
                (one.where.empty() ? "" : ", " + one.where) + ")";
    }
    if (is_passing(error.kind())) {
        stale_.insert(guild);
        return retry(guild, what);
    }
    problems_[guild] = what;
    if (error.kind() == ErrorKind::cancelled) {
        busy_ = false;
        return;
    }
    log::get("commands")->error("bot {}: commands {}: {}", bot_, scope_title(guild), what);
    if (commands.empty()) {
        // Nothing can be taken away where the bot may not go any more.
        scopes_.erase(guild);
        save();
    } else {
        refused_[guild] = fingerprint(body_of(commands));
    }
    next();
}

void CommandSync::retry(const std::string& guild, const std::string& what) {
    const Millis delay = kFirstRetry * (1U << std::min(failures_++, kMostDoublings));
    problems_[guild] = what;
    log::get("commands")
        ->warn("bot {}: commands {}: {}; again in {} s", bot_, scope_title(guild), what,
               delay.count() / 1000);
    if (!std::exchange(retrying_, true)) {
        later_(delay, [this, alive = std::weak_ptr<bool>(alive_)] {
            if (!alive.expired()) {
                retrying_ = false;
                run();
            }
        });
    }
    busy_ = false;
}

void CommandSync::finish() {
    busy_ = false;
    if (std::exchange(again_, false)) {
        run();
    }
}

std::vector<CommandStatus> CommandSync::list() const {
    std::vector<CommandStatus> out;
    for (const auto& [guild, commands] : wanted()) {
        const auto known = scopes_.find(guild);
        const bool same = known != scopes_.end() && known->second.commands == body_of(commands);
        const auto problem = problems_.find(guild);
        for (const WantedCommand& one : commands) {
            CommandStatus status{bot_, guild, one.name, one.owner, "", "", one.type};
            status.state = same                         ? "there"
                           : problem != problems_.end() ? "not there: " + problem->second
                                                        : "on its way";
            if (known != scopes_.end()) {
                const auto id = known->second.ids.find(key_of(one.body));
                status.id = id == known->second.ids.end() ? "" : id->second;
            }
            out.push_back(std::move(status));
        }
    }
    return out;
}

}  // namespace rookery::hostapi
