#include "app/check.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <set>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

struct CheckArguments {
    std::string file = "rookery.toml";
    bool keys = false;
};

std::string_view to_string(config::IntentChoice::Mode mode) {
    switch (mode) {
        case config::IntentChoice::Mode::automatic:
            return "auto";
        case config::IntentChoice::Mode::all:
            return "all";
        case config::IntentChoice::Mode::listed:
            return "listed";
    }
    return "?";
}

void print_bot(const config::BotSection& bot) {
    std::string where = bot.simulated ? "the embedded simulator" : bot.platform;
    if (bot.simulated && bot.platform != "discord") {
        where += " of " + bot.platform;
    }
    if (!bot.api_url.empty()) {
        where += " at " + bot.api_url;
    }
    if (bot.shard) {
        where += fmt::format(", shard {} of {}", bot.shard->index, bot.shard->count);
    }
    if (bot.platform == "discord") {
        where += ", intents " + (bot.intents.mode == config::IntentChoice::Mode::listed
                                     ? fmt::format("{}", fmt::join(bot.intents.names, ", "))
                                     : std::string(to_string(bot.intents.mode)));
    }
    std::cout << fmt::format("  bot {}: {}\n", bot.name, where);
}

void print_extensions(std::string_view kind, const config::ExtensionsSection& section,
                      const std::vector<app::Checked>& checked) {
    std::set<std::string> found;
    for (const auto& one : checked) {
        if (one.kind == kind && !one.name.empty()) {
            found.insert(one.name);
        }
    }
    std::cout << fmt::format("  {}s in {}{}\n", kind, section.dir.string(),
                             found.empty() ? ": none" : ":");
    for (const auto& name : found) {
        const auto settings = section.of(name);
        std::vector<std::string> keys;
        for (const auto& [key, value] : settings.settings.items()) {
            keys.push_back(key);
        }
        std::cout << fmt::format(
            "    {}{}{}\n", name, settings.enabled ? "" : " (disabled)",
            keys.empty() ? "" : fmt::format(" (settings: {})", fmt::join(keys, ", ")));
    }
    for (const auto& configured : section.sections) {
        if (!found.contains(configured.name)) {
            std::cerr << fmt::format("warning: [{}s.{}] is for nothing: no such {} in {}\n", kind,
                                     configured.name, kind, section.dir.string());
        }
    }
}

int check(const CheckArguments& arguments) {
    if (arguments.keys) {
        std::cout << config::reference();
        return kExitOk;
    }
    const auto config = load_or_explain(arguments.file);
    if (!config) {
        return kExitUsage;
    }
    std::cout << fmt::format("{}: in order\n  state in {}\n", arguments.file,
                             config->runtime.state.string());
    for (const auto& bot : config->bots) {
        print_bot(bot);
    }
    const auto checked = app::check_extensions(*config);
    print_extensions("plugin", config->plugins, checked);
    print_extensions("script", config->scripts, checked);
    if (config->simulator.enabled) {
        std::cout << fmt::format("  simulator: {} guild{}, {}\n", config->simulator.guilds,
                                 config->simulator.guilds == 1 ? "" : "s",
                                 config->simulator.chatter ? "people talk" : "silent");
    }
    bool good = true;
    for (const auto& one : checked) {
        if (!one.fault.empty()) {
            good = false;
            std::cerr << fmt::format("{} {}: {}\n", one.kind, one.name, one.fault);
        }
    }
    return good ? kExitOk : kExitUsage;
}

}  // namespace

void add_check(CLI::App& app, CommandContext& context) {
    auto* command = app.add_subcommand(
        "check",
        "Check a config file and the plugins and scripts that it would run; nothing is started");
    const auto arguments = std::make_shared<CheckArguments>();
    auto* file = command->add_option("FILE,-c,--config", arguments->file, "The TOML file")
                     ->capture_default_str();
    auto* keys = command->add_flag("--keys", arguments->keys,
                                   "Print every key that a config file may have instead");
    keys->excludes(file);
    command->footer(
        "Exit code 0: in order; 2: it has faults, each told with its place.\n"
        "Examples:\n"
        "  rookery check bot.toml\n"
        "  rookery check --keys");
    command->callback(
        [arguments, &context] { context.action = [arguments] { return check(*arguments); }; });
}

}  // namespace rookery::cli
