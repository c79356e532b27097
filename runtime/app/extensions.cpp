#include "app/extensions.hpp"

#include "base/log.hpp"
#include "hostapi/command_desk.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <system_error>
#include <utility>

namespace rookery::app {
namespace {

constexpr const char* kDisabledFile = "disabled";

std::filesystem::path builtin_dir(const store::StateDir& state) { return state.file("builtin"); }

bus::FullPolicy policy(config::WhenFull choice) {
    switch (choice) {
        case config::WhenFull::spill:
            return bus::FullPolicy::spill;
        case config::WhenFull::drop_oldest:
            return bus::FullPolicy::drop_oldest;
        case config::WhenFull::block:
            return bus::FullPolicy::block;
    }
    return bus::FullPolicy::spill;
}

hostapi::Capabilities::Grants grants_of(const config::ExtensionsSection& all,
                                        const config::ExtensionSection& own) {
    hostapi::Capabilities::Grants grants;
    grants.own = own.grant;
    grants.granted = all.grant;
    grants.granted.insert(grants.granted.end(), own.grant.begin(), own.grant.end());
    grants.denied = all.deny;
    grants.denied.insert(grants.denied.end(), own.deny.begin(), own.deny.end());
    return grants;
}

hostapi::Manager::Options manager_options(
    const config::RuntimeSection& runtime, hostapi::InteractionWatch& interactions,
    hostapi::CommandRegistry& commands, const hostapi::Services& services,
    std::filesystem::path builtin, std::function<void()> changed,
    std::function<Result<unsigned>(const std::string&)> slot_for) {
    hostapi::Manager::Options options;
    options.reload_deadline = runtime.reload_timeout;
    options.changed = std::move(changed);
    options.interactions = &interactions;
    options.commands = &commands;
    options.services = services;
    options.builtin = std::move(builtin);
    options.slot_for = std::move(slot_for);
    return options;
}

}  // namespace

std::string Extensions::Found::title() const {
    return std::string(kind->host->kind()) + " " + spec.name;
}

Extensions::Extensions(const store::StateDir& state, bus::EventBus& bus,
                       hostapi::Operations& operations, hostapi::InteractionWatch& interactions,
                       hostapi::CommandRegistry& commands, const hostapi::Services& services,
                       const config::RuntimeSection& runtime, std::function<void()> changed)
    : state_(state),
      desk_(services.commands),
      manager_(bus, operations,
               manager_options(runtime, interactions, commands, services, builtin_dir(state),
                               std::move(changed),
                               [this](const std::string& title) { return slot(title); })) {}

Result<unsigned> Extensions::slot(const std::string& title) {
    const std::scoped_lock lock(slots_mutex_);
    return slots_->slot(title);
}

Result<> Extensions::open() {
    auto slots = store::SlotRegistry::open(state_.file("slots"));
    if (!slots) {
        return slots.error();
    }
    slots_ = std::make_unique<store::SlotRegistry>(*std::move(slots));
    if (builtin_ != nullptr) {
        if (auto written = write_builtin(); !written) {
            return written;
        }
    }
    std::ifstream file(state_.file(kDisabledFile));
    for (std::string title; std::getline(file, title);) {
        disabled_.insert(title);
    }
    return {};
}

std::vector<std::string> Extensions::disabled() const {
    const std::scoped_lock lock(mutex_);
    return {disabled_.begin(), disabled_.end()};
}

bool Extensions::is_disabled(const std::string& title) const {
    const std::scoped_lock lock(mutex_);
    return disabled_.contains(title);
}

Result<> Extensions::save_disabled() const {
    const auto path = state_.file(kDisabledFile);
    const auto next = std::filesystem::path(path.string() + ".new");
    {
        std::ofstream file(next, std::ios::trunc);
        for (const auto& title : disabled()) {
            file << title << '\n';
        }
        if (!file.flush()) {
            return Error(ErrorKind::io, "write " + next.string());
        }
    }
    std::error_code error;
    std::filesystem::rename(next, path, error);
    return error ? Result<>(Error(ErrorKind::io, "write " + path.string() + ": " + error.message()))
                 : Result<>();
}

/// What the TOML lets run of what the folder holds.
Result<std::vector<Extensions::Found>> Extensions::discover(Kind& kind,
                                                            const config::Config& config) const {
    const config::ExtensionsSection& section = config.*kind.section;
    auto specs = kind.host->discover(section.dir);
    if (!specs) {
        return specs.error();
    }
    std::vector<Found> found;
    for (hostapi::ExtensionSpec& spec : *specs) {
        const config::ExtensionSection own = section.of(spec.name);
        if (!own.enabled) {
            continue;
        }
        spec.settings = own.settings;
        spec.places = own.places.of;
        spec.limits.time_limit = own.time_limit;
        spec.limits.wait_limit = own.wait_limit;
        spec.limits.memory_limit = own.memory_limit;
        spec.limits.rest = {own.rest_limit->count, own.rest_limit->per};
        spec.limits.rest_guild = {own.rest_guild_limit->count, own.rest_guild_limit->per};
        spec.limits.queue.events = own.queue_events;
        spec.limits.queue.bytes = own.queue_bytes;
        spec.limits.queue.policy = policy(own.when_full);
        spec.limits.queue.spill_dir = state_.path();
        spec.limits.kv_limit = own.kv_limit;
        spec.grants = grants_of(section, own);
        spec.grants.section = std::string(kind.host->kind()) + "s." + spec.name;
        spec.grants.file = config.file.string();
        const nlohmann::json relevant = {own.settings,
                                         own.time_limit.count(),
                                         own.wait_limit.count(),
                                         own.memory_limit,
                                         own.rest_limit->count,
                                         own.rest_limit->per.count(),
                                         own.rest_guild_limit->count,
                                         own.rest_guild_limit->per.count(),
                                         own.queue_events,
                                         own.queue_bytes,
                                         static_cast<int>(own.when_full),
                                         own.kv_limit,
                                         spec.grants.granted,
                                         spec.grants.denied};
        spec.fingerprint += "/" + std::to_string(std::hash<std::string>{}(relevant.dump()));
        found.push_back({&kind, std::move(spec)});
    }
    return found;
}

std::vector<hostapi::StepResult> Extensions::apply(const config::Config& config,
                                                   const hostapi::Manager::Progress& progress) {
    std::vector<hostapi::StepResult> steps;
    for (Kind& kind : kinds_) {
        auto found = discover(kind, config);
        if (!found) {
            const std::string title = std::string(kind.host->kind()) + "s";
            log::get("core")->error("{}: {}", title, found.error().message());
            steps.push_back({title, "failed", found.error().message(), false});
            if (progress) {
                progress(steps.back());
            }
            continue;
        }
        std::vector<hostapi::ExtensionSpec> wanted;
        for (Found& one : *found) {
            if (!is_disabled(one.title())) {
                wanted.push_back(std::move(one.spec));
            }
        }
        auto done = manager_.apply(*kind.host, wanted, progress);
        steps.insert(steps.end(), std::make_move_iterator(done.begin()),
                     std::make_move_iterator(done.end()));
    }
    auto builtin = settle_builtin(config, progress);
    steps.insert(steps.end(), std::make_move_iterator(builtin.begin()),
                 std::make_move_iterator(builtin.end()));
    return steps;
}

void Extensions::add_builtin(std::unique_ptr<hostapi::ExtensionHost> host, std::string_view text) {
    builtin_ = std::move(host);
    builtin_text_ = text;
}

/// As a file, so that it is a script like any other.
Result<> Extensions::write_builtin() const {
    const auto dir = builtin_dir(state_);
    std::error_code error;
    std::filesystem::remove_all(dir, error);
    std::filesystem::create_directories(dir, error);
    std::ofstream file(dir / "commands.lua", std::ios::trunc | std::ios::binary);
    file << builtin_text_;
    return file.flush() ? Result<>() : Result<>(Error(ErrorKind::io, "write " + dir.string()));
}

std::vector<hostapi::StepResult> Extensions::settle_builtin(
    const config::Config& config, const hostapi::Manager::Progress& progress) {
    if (builtin_ == nullptr || desk_ == nullptr) {
        return {};
    }
    std::vector<hostapi::ExtensionSpec> wanted;
    if (config.commands.help && desk_->book().index()->any() &&
        !std::filesystem::exists(config.scripts.dir / "commands.lua") &&
        !std::filesystem::exists(config.scripts.dir / "commands")) {
        auto found = builtin_->discover(builtin_dir(state_));
        if (!found) {
            return {{"script commands", "failed", found.error().message(), false}};
        }
        wanted = *std::move(found);
        for (hostapi::ExtensionSpec& spec : wanted) {
            spec.grants.section = "commands";
            spec.grants.file = config.file.string();
        }
    }
    return manager_.apply(*builtin_, wanted, progress);
}

Result<Extensions::Found> Extensions::find(const config::Config& config, const std::string& name) {
    std::string wanted = name;
    std::replace(wanted.begin(), wanted.end(), '/', ' ');
    std::vector<Found> matches;
    std::string known;
    for (Kind& kind : kinds_) {
        auto found = discover(kind, config);
        if (!found) {
            return found.error();
        }
        for (Found& one : *found) {
            known += (known.empty() ? "" : ", ") + one.spec.name;
            if (one.spec.name == wanted || one.title() == wanted) {
                matches.push_back(std::move(one));
            }
        }
    }
    if (matches.empty()) {
        return Error(ErrorKind::not_found, "there is no plugin or script named " +
                                               log::clipped(name, 60) +
                                               (known.empty() ? "" : "; there are: " + known));
    }
    if (matches.size() > 1) {
        return Error(ErrorKind::invalid, "there is a plugin and a script named " + name +
                                             ": say \"plugin/" + name + "\" or \"script/" + name +
                                             "\"");
    }
    return std::move(matches.front());
}

Result<hostapi::StepResult> Extensions::reload(const config::Config& config,
                                               const std::string& name) {
    auto found = find(config, name);
    if (!found) {
        return found.error();
    }
    if (is_disabled(found->title())) {
        return Error(ErrorKind::invalid, found->title() + " is disabled; `rookery enable " +
                                             found->spec.name + "` turns it on");
    }
    return manager_.reload(*found->kind->host, found->spec);
}

Result<hostapi::StepResult> Extensions::disable(const config::Config& config,
                                                const std::string& name) {
    auto found = find(config, name);
    if (!found) {
        return found.error();
    }
    {
        const std::scoped_lock lock(mutex_);
        if (!disabled_.insert(found->title()).second) {
            return Error(ErrorKind::exists, found->title() + " is disabled already");
        }
    }
    if (auto saved = save_disabled(); !saved) {
        return saved.error();
    }
    hostapi::StepResult step = manager_.unload(found->title(), "disabled");
    if (step.ok) {
        step.action = "disabled";
        step.detail = "until `rookery enable " + found->spec.name + "`";
    }
    return step;
}

Result<hostapi::StepResult> Extensions::enable(const config::Config& config,
                                               const std::string& name) {
    auto found = find(config, name);
    if (!found) {
        return found.error();
    }
    {
        const std::scoped_lock lock(mutex_);
        if (disabled_.erase(found->title()) == 0) {
            return Error(ErrorKind::exists, found->title() + " is not disabled");
        }
    }
    if (auto saved = save_disabled(); !saved) {
        return saved.error();
    }
    return manager_.reload(*found->kind->host, found->spec);
}

}  // namespace rookery::app
