#include "cli/app.hpp"

#include "base/log.hpp"
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/sim_command.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <exception>
#include <iostream>
#include <vector>

namespace rookery::cli {

int run(std::span<const std::string> arguments) {
    CLI::App app(
        "A bot runtime: native plugins and Lua scripts on one gateway connection, reloaded while "
        "it runs.",
        "rookery");
    app.footer(
        "Examples:\n"
        "  rookery new bot magpie            a bot to start from\n"
        "  rookery run --config FILE         run it\n"
        "  rookery reload                    take up changed plugins, scripts and settings\n"
        "`rookery COMMAND --help` tells the rest.");
    app.require_subcommand(1);
    app.fallthrough();
    CommandContext context;
    app.add_option(
           "--state", context.state_dir,
           "State directory of the runtime that is meant (default: the config's, else ./state)")
        ->type_name("DIR");
    add_run(app, context);
    add_check(app, context);
    add_new(app, context);
    add_control(app, context);
    add_sim(app, context);
    add_version(app, context);

    // CLI11 takes its arguments from the back.
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
        app.parse(std::move(reversed));
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kExitOk : kExitUsage;
    }
    try {
        return context.action ? context.action() : kExitUsage;
    } catch (const std::exception& error) {
        std::cerr << fmt::format("rookery: {}\n", log::redacted(error.what()));
        return kExitFailed;
    }
}

}  // namespace rookery::cli
