#include "cli/sim_remote.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <functional>
#include <iostream>

namespace rookery::cli {
namespace {

using Json = nlohmann::json;

/// Asks for `target` and has each entry of the list that comes printed; the exit code.
int look(const CommandContext& context, const Remote& remote, const std::string& target,
         const std::function<void(const Json&)>& print) {
    const auto client = remote.client(context);
    if (!client) {
        std::cerr << fmt::format("rookery sim: {}\n", client.error().message());
        return kExitNoRuntime;
    }
    const auto answer = client->get(target);
    if (!answer) {
        return sim_failed(answer.error());
    }
    for (const auto& entry : *answer) {
        print(entry);
    }
    return kExitOk;
}

}  // namespace

void add_sim_looks(CLI::App& sim, CommandContext& context, const std::shared_ptr<Remote>& remote) {
    auto* violations = sim.add_subcommand(
        "violations", "Tells what a bot's connection did against the platform's protocol");
    violations->footer("Example:\n  rookery sim violations --platform revolt");
    violations->callback([&context, remote] {
        context.action = [&context, remote] {
            return look(context, *remote, remote->aimed("/_sim/violations"), [](const Json& entry) {
                std::cout << fmt::format(
                    "{:<24} connection {}: {}\n", entry.value("rule", std::string()),
                    entry.value("connection", 0U), entry.value("text", std::string()));
            });
        };
    });

    auto channel = std::make_shared<std::string>();
    auto* messages = sim.add_subcommand("messages", "Prints what was written in a channel");
    messages->add_option("channel", *channel, "Channel, with or without '#'")->required();
    messages->footer("Example:\n  rookery sim messages revolt:#general");
    messages->callback([&context, remote, channel] {
        context.action = [&context, remote, channel] {
            return look(context, *remote,
                        remote->aimed("/_sim/messages") + "&channel=" + url_encoded(*channel),
                        [](const Json& entry) { std::cout << entry.dump() << '\n'; });
        };
    });
}

}  // namespace rookery::cli
