#include "cli/commands.hpp"
#include "cli/control_target.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <array>
#include <iostream>
#include <memory>

namespace rookery::cli {
namespace {

struct ControlArguments {
    std::string command;
    std::string name;
    ControlTarget target;
    bool json = false;
};

/// The commands that a running process answers over its control socket.
struct ControlCommand {
    enum class Name { none, optional, required };
    const char* verb;
    const char* description;
    Name name;
    const char* footer;
};

constexpr auto kCommands = std::to_array<ControlCommand>({
    {"list", "List bots, plugins and scripts of the running process", ControlCommand::Name::none,
     "Examples:\n  rookery list\n  rookery list --json"},
    {"status", "Print connections, queues and counters of the running process",
     ControlCommand::Name::none, "Example:\n  rookery status --state state"},
    {"metrics",
     "Print the numbers of the running process and its extensions, as Prometheus reads them",
     ControlCommand::Name::none, "Example:\n  rookery metrics"},
    {"commands", "List the application commands that extensions declare, and their state",
     ControlCommand::Name::optional,
     "`rookery commands sync` sends all of them again: after somebody else has changed them.\n"
     "Examples:\n  rookery commands\n  rookery commands sync"},
    {"reload", "Reread the config and reload what changed, or reload one plugin or script",
     ControlCommand::Name::optional,
     "Every reload prints its ledger: events held and delivered, lost and doubled, state kept, "
     "duration.\n"
     "One that fails leaves the old version running.\n"
     "Examples:\n  rookery reload\n  rookery reload ping"},
    {"disable", "Unload a plugin or script until it is enabled again",
     ControlCommand::Name::required, "Example:\n  rookery disable ping"},
    {"enable", "Load a disabled plugin or script", ControlCommand::Name::required,
     "Example:\n  rookery enable ping"},
    {"stop", "Stop the running process in order, as SIGTERM does", ControlCommand::Name::none,
     "Example:\n  rookery stop"},
});

void print(std::string_view text) {
    std::cout << text << (text.ends_with('\n') || text.empty() ? "" : "\n") << std::flush;
}

int control(const ControlArguments& arguments, const std::string& state_dir) {
    int exit_code = kExitOk;
    auto client = connect(arguments.target, state_dir, arguments.command, exit_code);
    if (!client) {
        return exit_code;
    }
    nlohmann::json request = {{"cmd", arguments.command}};
    if (!arguments.name.empty()) {
        request["name"] = arguments.name;
    }
    const auto answer = client->ask(request, [&](std::string_view line) {
        if (!arguments.json) {
            print(line);
        }
    });
    if (!answer) {
        std::cerr << fmt::format("rookery {}: {}\n", arguments.command, answer.error().message());
        return kExitFailed;
    }
    print(arguments.json ? answer->data.dump(2) : answer->text);
    return kExitOk;
}

void add(CLI::App& app, CommandContext& context, const ControlCommand& entry) {
    auto* command = app.add_subcommand(entry.verb, entry.description);
    const auto arguments = std::make_shared<ControlArguments>();
    arguments->command = entry.verb;
    if (entry.name != ControlCommand::Name::none) {
        command
            ->add_option("NAME", arguments->name,
                         entry.verb == std::string_view("commands") ? "\"sync\", or nothing"
                                                                    : "The plugin or script")
            ->required(entry.name == ControlCommand::Name::required);
    }
    add_target(*command, arguments->target);
    command->add_flag("--json", arguments->json, "Print the data for programs");
    command->footer(std::string("Exit code 3: no runtime answers in the state directory.\n") +
                    entry.footer);
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { return control(*arguments, context.state_dir); };
    });
}

}  // namespace

void add_control(CLI::App& app, CommandContext& context) {
    for (const auto& entry : kCommands) {
        add(app, context, entry);
    }
}

}  // namespace rookery::cli
