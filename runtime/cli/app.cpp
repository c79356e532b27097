#include "cli/app.hpp"

#include "base/log.hpp"
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/sim_command.hpp"
#include "config/values.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <exception>
#include <iostream>
#include <memory>
#include <vector>

namespace rookery::cli {
namespace {

/// CLI11's own, with the line break that it leaves out after a footer.
class Formatter final : public CLI::Formatter {
  public:
    std::string make_footer(const CLI::App* app) const override {
        const auto footer = CLI::Formatter::make_footer(app);
        return footer.empty() ? footer : footer + "\n";
    }
};

int explain(const CLI::App& app, const CLI::ParseError& error) {
    const auto rest = app.remaining();
    if (dynamic_cast<const CLI::RequiredError*>(&error) == nullptr || rest.empty()) {
        return app.exit(error) == 0 ? kExitOk : kExitUsage;
    }
    std::vector<std::string> names;
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(command->get_name());
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    const auto near = config::nearest(rest.front(), known);
    std::cerr << fmt::format(
        "rookery: there is no command \"{}\"; {}\n", log::clipped(rest.front(), 40),
        near.empty() ? "see rookery --help" : fmt::format("did you mean \"{}\"?", near));
    return kExitUsage;
}

}  // namespace

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
    app.formatter(std::make_shared<Formatter>());
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
    add_test(app, context);
    add_control(app, context);
    add_top(app, context);
    add_events(app, context);
    add_eval(app, context);
    add_keys(app, context);
    add_sim(app, context);
    add_plugin(app, context);
    add_version(app, context);

    // CLI11 takes its arguments from the back.
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
        app.parse(std::move(reversed));
    } catch (const CLI::ParseError& error) {
        return explain(app, error);
    }
    try {
        return context.action ? context.action() : kExitUsage;
    } catch (const std::exception& error) {
        std::cerr << fmt::format("rookery: {}\n", log::redacted(error.what()));
        return kExitFailed;
    }
}

}  // namespace rookery::cli
