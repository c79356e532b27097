#include "cli/commands.hpp"
#include "cli/control_target.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <array>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <memory>
#include <sys/file.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace rookery::cli {
namespace {

struct ControlArguments {
    std::string command;
    std::string name;
    ControlTarget target;
    bool json = false;
    double wait = 60;  ///< seconds for what the command waits for by itself; 0: it does not
};

/// The commands that a running process answers over its control socket.
struct ControlCommand {
    enum class Name { none, optional, required };
    const char* verb;
    const char* description;
    Name name;
    const char* footer;
    const char* waits_for = nullptr;  ///< what the command waits for by itself; null: nothing
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
     "One that fails leaves the old version running. Where it makes bots connect anew, since their "
     "settings have changed or\nevents are wanted that their session does not get, it waits until "
     "they are ready.\n"
     "Examples:\n  rookery reload\n  rookery reload ping",
     "for bots that connect anew"},
    {"disable", "Unload a plugin or script until it is enabled again",
     ControlCommand::Name::required, "Example:\n  rookery disable ping"},
    {"enable", "Load a disabled plugin or script", ControlCommand::Name::required,
     "Example:\n  rookery enable ping"},
    {"stop", "Stop the running process in order, as SIGTERM does", ControlCommand::Name::none,
     "It returns when the process has let go of its state folder.\nExample:\n  rookery stop",
     "until the process is gone"},
});

void print(std::string_view text) {
    std::cout << text << (text.ends_with('\n') || text.empty() ? "" : "\n") << std::flush;
}

/// What became of a bot that connects anew: nothing said as long as that is open.
struct Connection {
    bool ready = false;
    std::string trouble;  ///< why it is not; final when it will not try again
    bool final = false;
};

Connection connection_of(const nlohmann::json& status, const std::string& bot) {
    for (const auto& each : status.value("bots", nlohmann::json::array())) {
        if (each.value("name", std::string()) == bot) {
            const auto state = each.value("state", std::string());
            const auto detail = each.value("detail", std::string());
            return {state == "ready", state + (detail.empty() ? "" : ": " + detail),
                    each.value("fatal", false)};
        }
    }
    return {false, "gone", true};
}

/// Waits until the bots are ready; the exit code.
int wait_until_ready(ControlClient& client, const std::vector<std::string>& bots, double seconds,
                     bool quiet) {
    constexpr auto kPause = Millis(100);
    const auto began = std::chrono::steady_clock::now();
    const auto passed = [began] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    };
    for (const auto& bot : bots) {
        while (true) {
            const auto status = client.ask({{"cmd", "status"}}, [](std::string_view) {});
            if (!status) {
                std::cerr << fmt::format("rookery reload: {}\n", status.error().message());
                return kExitFailed;
            }
            const auto now = connection_of(status->data, bot);
            if (now.ready) {
                if (!quiet) {
                    print(fmt::format("bot {} is ready again after {:.1f} s", bot, passed()));
                }
                break;
            }
            if (now.final || passed() > seconds) {
                std::cerr << fmt::format("rookery reload: bot {} is not ready: {}\n", bot,
                                         now.trouble);
                return kExitFailed;
            }
            std::this_thread::sleep_for(kPause);
        }
    }
    return kExitOk;
}

/// Waits until the process has let go of its state folder; the exit code.
int wait_until_gone(const std::filesystem::path& state_dir, double seconds, bool quiet) {
    constexpr auto kPause = Millis(50);
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    const int lock = ::open((state_dir / "lock").c_str(), O_RDONLY | O_CLOEXEC);
    bool free = lock < 0;  // not even a folder is left
    while (!free) {
        free = ::flock(lock, LOCK_SH | LOCK_NB) == 0;
        if (!free && std::chrono::steady_clock::now() > until) {
            std::cerr << fmt::format("rookery stop: still busy after {} s\n", seconds);
            break;
        }
        if (!free) {
            std::this_thread::sleep_for(kPause);
        }
    }
    if (lock >= 0) {
        ::close(lock);
    }
    if (free && !quiet) {
        print("stopped");
    }
    return free ? kExitOk : kExitFailed;
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
    const auto connecting = answer->data.is_object()
                                ? answer->data.value("connecting", std::vector<std::string>())
                                : std::vector<std::string>();
    if (arguments.wait <= 0) {
        return kExitOk;
    }
    return arguments.command == "stop"
               ? wait_until_gone(client->state_dir(), arguments.wait, arguments.json)
               : wait_until_ready(*client, connecting, arguments.wait, arguments.json);
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
    if (entry.waits_for != nullptr) {
        command
            ->add_option("--wait", arguments->wait,
                         fmt::format("Seconds to wait {}; 0: not at all", entry.waits_for))
            ->capture_default_str();
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
