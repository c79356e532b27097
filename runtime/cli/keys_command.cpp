#include "app/key_commands.hpp"
#include "cli/commands.hpp"
#include "cli/control_target.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <iostream>
#include <memory>

namespace rookery::cli {
namespace {

struct KeyArguments {
    std::string what;
    std::string name;
    std::vector<std::string> scopes;
    std::vector<std::string> guilds;
    std::vector<std::string> events;
    std::string expires;
    ControlTarget target;
    bool json = false;
};

int print(const KeyArguments& arguments, const std::string& text, const nlohmann::json& data) {
    std::cout << (arguments.json ? data.dump(2) + "\n" : text) << std::flush;
    return kExitOk;
}

int fail(const KeyArguments& arguments, const Error& error) {
    std::cerr << fmt::format("rookery keys {}: {}\n", arguments.what, error.message());
    return kExitFailed;
}

/// By the process that runs there; when none does, in the state directory itself.
int keys(const KeyArguments& arguments, const std::string& state_dir) {
    const auto folder = state_dir_of(arguments.target, state_dir);
    if (!folder) {
        return kExitUsage;
    }
    const nlohmann::json request{{"cmd", "keys"},
                                 {"what", arguments.what},
                                 {arguments.what == "revoke" ? "id" : "name", arguments.name},
                                 {"scopes", arguments.scopes},
                                 {"guilds", arguments.guilds},
                                 {"events", arguments.events},
                                 {"expires", arguments.expires}};
    auto client = ControlClient::connect(*folder);
    if (client) {
        const auto answer = client->ask(request, [](std::string_view) {});
        return answer ? print(arguments, answer->text, answer->data)
                      : fail(arguments, answer.error());
    }
    if (client.error().kind() != ErrorKind::unavailable) {
        return fail(arguments, client.error());
    }
    const auto answer = app::answer_keys_alone(request, *folder);
    if (!answer) {
        return fail(arguments, answer.error());
    }
    if (!arguments.json) {
        std::cerr << fmt::format("no runtime runs in {}: {}\n", folder->string(),
                                 answer->changed ? "it will know at its next start"
                                                 : "keys of a config file are not shown");
    }
    return print(arguments, answer->text, answer->data);
}

int hash() {
    std::string secret;
    std::getline(std::cin, secret);
    const auto hashed = app::hash_of_key(secret);
    if (!hashed) {
        std::cerr << fmt::format("rookery keys hash: {}\n", hashed.error().message());
        return kExitFailed;
    }
    std::cout << *hashed << '\n';
    return kExitOk;
}

std::shared_ptr<KeyArguments> add(CLI::App& command, CommandContext& context) {
    const auto arguments = std::make_shared<KeyArguments>();
    arguments->what = command.get_name();
    add_target(command, arguments->target);
    command.add_flag("--json", arguments->json, "Print the data for programs");
    command.callback([arguments, &context] {
        context.action = [arguments, &context] { return keys(*arguments, context.state_dir); };
    });
    return arguments;
}

}  // namespace

void add_keys(CLI::App& app, CommandContext& context) {
    auto* family = app.add_subcommand("keys", "Make, list and revoke keys of the server's clients");
    family->require_subcommand(1);
    family->footer(
        "They hold at once in a running process, and are kept in its state directory as hashes.\n"
        "Keys can stand in the config, too: [[server.key]].");
    auto* make = family->add_subcommand("new", "Make a key, and show it once");
    const auto made = add(*make, context);
    make->add_option("NAME", made->name, "What it is for; its id comes of it")->required();
    make->add_option("--scopes", made->scopes, "What it may do: read:guilds,events")
        ->delimiter(',')
        ->type_name("SCOPES");
    make->add_option("--guilds", made->guilds, "Only these guilds")
        ->delimiter(',')
        ->type_name("IDS");
    make->add_option("--events", made->events, "Only these events")
        ->delimiter(',')
        ->type_name("NAMES");
    make->add_option("--expires", made->expires, "After so long (90d, 12h), or at a date")
        ->type_name("WHEN");
    make->footer(
        "Example:\n"
        "  rookery keys new dashboard --scopes read:guilds,events --expires 90d");
    add(*family->add_subcommand("list", "List keys: what they may, and when they were last used"),
        context);
    auto* revoke = family->add_subcommand("revoke", "Accept a key no more, and close its sockets");
    const auto revoked = add(*revoke, context);
    revoke->add_option("ID", revoked->name, "As `rookery keys list` shows it")->required();
    auto* hashed = family->add_subcommand(
        "hash", "Read a key from standard input and print what [[server.key]] takes as hash");
    hashed->callback([&context] { context.action = hash; });
}

}  // namespace rookery::cli
