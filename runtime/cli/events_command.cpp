#include "cli/commands.hpp"
#include "cli/control_target.hpp"
#include "cli/tail_text.hpp"
#include "cli/terminal.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <iostream>
#include <memory>

namespace rookery::cli {
namespace {

struct TailArguments {
    ControlTarget target;
    std::vector<std::string> types;
    std::string bot;
    std::string guild;
    std::string channel;
    std::uint64_t limit = 0;
    bool json = false;
    bool raw = false;
};

nlohmann::json request_of(const TailArguments& arguments) {
    nlohmann::json request = {{"cmd", "events"}, {"types", arguments.types}};
    const auto put = [&](const char* key, const std::string& value) {
        if (!value.empty()) {
            request[key] = value;
        }
    };
    put("bot", arguments.bot);
    put("guild", arguments.guild);
    put("channel", arguments.channel);
    request["data"] = arguments.json && !arguments.raw;
    request["raw"] = arguments.raw;
    return request;
}

int tail(const TailArguments& arguments, const std::string& state_dir) {
    int exit_code = kExitOk;
    auto client =
        connect(arguments.target, state_dir, "events tail", exit_code, ControlClient::kForEver);
    if (!client) {
        return exit_code;
    }
    const bool lines = arguments.json || arguments.raw;
    const bool coloured = !lines && colours_wanted();
    std::uint64_t shown = 0;
    const auto answer = client->ask(
        request_of(arguments), [](std::string_view) {},
        [&](const nlohmann::json& item) {
            std::cout << (lines ? item.dump() : tail_line(item, coloured)) << '\n' << std::flush;
            shown += item.contains("event") ? 1 : 0;
            return std::cout.good() && (arguments.limit == 0 || shown < arguments.limit);
        });
    if (!answer) {
        std::cerr << fmt::format("rookery events tail: {}\n", answer.error().message());
        return kExitFailed;
    }
    if (!answer->text.empty()) {
        std::cerr << fmt::format("rookery events tail: {}\n", answer->text);
    }
    return kExitOk;
}

}  // namespace

void add_events(CLI::App& app, CommandContext& context) {
    auto* events = app.add_subcommand("events", "Watch the events of the running process");
    events->require_subcommand(1);
    auto* command = events->add_subcommand("tail", "Show each event as it comes, until Ctrl-C");
    const auto arguments = std::make_shared<TailArguments>();
    command->add_option("--type", arguments->types, "Only this event (may be given several times)")
        ->type_name("EVENT")
        ->take_all();
    command->add_option("--bot", arguments->bot, "Only this bot's")->type_name("NAME");
    command->add_option("--guild", arguments->guild, "Only of this guild")->type_name("ID");
    command->add_option("--channel", arguments->channel, "Only of this channel")->type_name("ID");
    command->add_option("--limit", arguments->limit, "End after so many")->type_name("N");
    command->add_flag("--json", arguments->json,
                      "A JSON object a line, with the whole event in data");
    command->add_flag("--raw", arguments->raw,
                      "A JSON object a line, with the platform's own payload in raw");
    add_target(*command, arguments->target);
    command->footer(
        "It only looks: extensions and their ledgers do not notice, and no intent is asked for. "
        "What "
        "the\n"
        "platform does not send because no extension needs it (see `intents` in `rookery status`) "
        "is "
        "not seen.\n"
        "What comes faster than it can be written is left out, and counted.\n"
        "Examples:\n"
        "  rookery events tail\n"
        "  rookery events tail --type messageCreate --bot demo\n"
        "  rookery events tail --json --limit 10 | jq .data");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { return tail(*arguments, context.state_dir); };
    });
}

}  // namespace rookery::cli
