#include "hostapi/command_registry.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace rookery::hostapi {
namespace {

/// Whether the two would meet somewhere: empty stands for all.
bool overlap(const std::vector<std::string>& one, const std::vector<std::string>& other) {
    return one.empty() || other.empty() ||
           std::any_of(one.begin(), one.end(), [&](const std::string& name) {
               return std::binary_search(other.begin(), other.end(), name);
           });
}

/// Commands for everywhere and a guild's own are different scopes.
bool same_scope(const CommandForm& one, const CommandForm& other) {
    return overlap(one.bots, other.bots) && one.guilds.empty() == other.guilds.empty() &&
           overlap(one.guilds, other.guilds);
}

/// Takes out those of built-in versions that another has the name of, or that there is no room for.
void give_way(std::vector<WantedCommand>& commands, const std::set<std::string>& builtin) {
    const auto gives_way = [&](const WantedCommand& one) {
        if (!builtin.contains(one.owner)) {
            return false;
        }
        std::size_t beside = 0;
        for (const WantedCommand& other : commands) {
            const bool counts = other.type == one.type && !builtin.contains(other.owner);
            if (counts && other.name == one.name) {
                return true;
            }
            beside += counts ? 1 : 0;
        }
        return one.type == 1 && beside + 2 > CommandRegistry::kMostSlash;
    };
    std::vector<WantedCommand> kept;
    std::copy_if(commands.begin(), commands.end(), std::back_inserter(kept),
                 [&](const WantedCommand& one) { return !gives_way(one); });
    commands = std::move(kept);
}

}  // namespace

void CommandRegistry::on_change(std::function<void()> changed) {
    const std::scoped_lock lock(mutex_);
    changed_ = std::move(changed);
}

void CommandRegistry::tell() const {
    std::function<void()> changed;
    {
        const std::scoped_lock lock(mutex_);
        changed = changed_;
    }
    if (changed) {
        changed();
    }
}

CommandRegistry::Session CommandRegistry::open(const std::string& owner, bool builtin) {
    const std::scoped_lock lock(mutex_);
    const Session session = next_++;
    versions_.emplace(session, Version{owner, false, builtin});
    return session;
}

void CommandRegistry::activate(Session session) {
    {
        const std::scoped_lock lock(mutex_);
        const auto chosen = versions_.find(session);
        if (chosen == versions_.end()) {
            return;
        }
        for (auto& [id, version] : versions_) {
            version.active = version.owner == chosen->second.owner ? id == session : version.active;
        }
        failed_.erase(chosen->second.owner);
    }
    tell();
}

void CommandRegistry::close(Session session) {
    {
        const std::scoped_lock lock(mutex_);
        versions_.erase(session);
        std::erase_if(declarations_,
                      [&](const auto& one) { return one.second.session == session; });
    }
    tell();
}

void CommandRegistry::failed(const std::string& owner) {
    {
        const std::scoped_lock lock(mutex_);
        failed_.insert(owner);
    }
    tell();
}

void CommandRegistry::forget(const std::string& owner) {
    {
        const std::scoped_lock lock(mutex_);
        failed_.erase(owner);
    }
    tell();
}

/// Whether there is room for it beside what other extensions, and its own version, have declared.
Result<> CommandRegistry::admit(Session session, const CommandForm& form) const {
    const std::string& owner = versions_.at(session).owner;
    const bool builtin = versions_.at(session).builtin;
    std::size_t beside = 0;
    for (const auto& [id, known] : declarations_) {
        const auto version = versions_.find(known.session);
        const bool own = known.session == session;
        // Another version of the same extension is the one that this one replaces.
        if (version == versions_.end() || (!own && version->second.owner == owner) ||
            version->second.builtin != builtin || known.form.type != form.type ||
            !same_scope(known.form, form)) {
            continue;
        }
        if (known.form.name == form.name) {
            return Error(ErrorKind::exists,
                         "command " + log::clipped(form.name, 60) + " has been declared already" +
                             (own ? "" : " by " + version->second.owner) +
                             (known.where.empty() ? "" : " (" + known.where + ")"));
        }
        ++beside;
    }
    const std::size_t most = form.type == 1 ? kMostSlash : form.type == 4 ? 1 : kMostOfOther;
    if (beside >= most) {
        return Error(ErrorKind::limit, "command " + log::clipped(form.name, 60) +
                                           ": the platform takes " + std::to_string(most) +
                                           " of that type, which all extensions share");
    }
    return {};
}

Result<CommandRegistry::DeclarationId> CommandRegistry::declare(Session session,
                                                                const nlohmann::json& command,
                                                                std::string where) {
    auto form = read_command(command);
    if (!form) {
        return form.error();
    }
    DeclarationId id = 0;
    {
        const std::scoped_lock lock(mutex_);
        if (!versions_.contains(session)) {
            return Error(ErrorKind::stale, "the extension has been stopped");
        }
        if (auto room = admit(session, *form); !room) {
            return room.error();
        }
        id = next_++;
        declarations_.emplace(id, Declaration{session, std::move(where), *std::move(form)});
    }
    tell();
    return id;
}

void CommandRegistry::withdraw(DeclarationId declaration) {
    {
        const std::scoped_lock lock(mutex_);
        declarations_.erase(declaration);
    }
    tell();
}

WantedCommands CommandRegistry::wanted(const std::string& bot) const {
    WantedCommands out;
    std::set<std::string> builtin;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [session, version] : versions_) {
            if (version.builtin) {
                builtin.insert(version.owner);
            }
        }
        for (const auto& [id, known] : declarations_) {
            const auto version = versions_.find(known.session);
            const CommandForm& form = known.form;
            if (version == versions_.end() || !version->second.active ||
                !overlap(form.bots, {bot})) {
                continue;
            }
            const WantedCommand one{form.type, form.name, version->second.owner, known.where,
                                    form.body};
            if (form.guilds.empty()) {
                out[""].push_back(one);
            }
            for (const std::string& guild : form.guilds) {
                out[guild].push_back(one);
            }
        }
    }
    for (auto& [scope, commands] : out) {
        give_way(commands, builtin);
        std::sort(commands.begin(), commands.end(), [](const auto& left, const auto& right) {
            return std::tie(left.type, left.name) < std::tie(right.type, right.name);
        });
    }
    return out;
}

std::set<std::string> CommandRegistry::failed_owners() const {
    const std::scoped_lock lock(mutex_);
    return failed_;
}

}  // namespace rookery::hostapi
