#include "app/run.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "config/values.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace rookery::cli {
namespace {

struct RunArguments {
    std::string config = "rookery.toml";
    std::string run_for;
};

int run_bots(const RunArguments& arguments, const std::string& state_dir) {
    std::optional<Millis> run_for;
    if (!arguments.run_for.empty()) {
        const bool bare = arguments.run_for.find_first_not_of("0123456789.") == std::string::npos;
        run_for = config::parse_duration(arguments.run_for + (bare ? "s" : ""));
        if (!run_for) {
            std::cerr << "rookery run: --for takes seconds or a duration such as 90s or 5m\n";
            return kExitUsage;
        }
    }
    auto config = load_or_explain(arguments.config);
    if (!config) {
        return kExitUsage;
    }
    app::RunOptions options;
    options.config = *std::move(config);
    options.run_for = run_for;
    if (!state_dir.empty()) {
        options.state = std::filesystem::absolute(state_dir);
    }
    return app::run(std::move(options));
}

}  // namespace

void add_run(CLI::App& app, CommandContext& context) {
    auto* command =
        app.add_subcommand("run", "Run the bots of a config file until SIGTERM or SIGINT");
    const auto arguments = std::make_shared<RunArguments>();
    command->add_option("-c,--config", arguments->config, "The TOML file")
        ->capture_default_str()
        ->type_name("FILE");
    command->add_option("--for", arguments->run_for, "Stop by itself after that long")
        ->type_name("SECONDS");
    command->footer(
        "Signals: HUP rereads the file and reloads what changed, USR1 writes the status to the "
        "log,\n"
        "TERM and INT stop in order.\n"
        "Examples:\n"
        "  rookery run\n"
        "  rookery run --config config/demo.toml\n"
        "  rookery run --config bot.toml --state /var/lib/bot");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { return run_bots(*arguments, context.state_dir); };
    });
}

}  // namespace rookery::cli
