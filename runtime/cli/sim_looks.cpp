#include "cli/message_text.hpp"
#include "cli/sim_remote.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

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

/// "author: text", what it has besides in lines of their own.
std::string line_of(const Json& message, const People& people) {
    const auto text = message_text(message);
    return author_of(message, people) + (text.starts_with('\n') ? ":" : ": ") + text;
}

/// Who is who; nobody when the simulator does not answer, which is told by the next question.
People people_at(const CommandContext& context, const Remote& remote) {
    const auto client = remote.client(context);
    const auto state = client ? client->get(remote.aimed("/_sim/state")) : Result<Json>(Json());
    return state ? people_of(*state) : People();
}

struct Shown {
    std::string channel;
    std::string by;
    std::size_t limit = 20;
    bool json = false;
};

int show_messages(const CommandContext& context, const Remote& remote, const Shown& wanted) {
    std::vector<Json> messages;
    auto named = remote;
    if (const auto colon = wanted.channel.find(':');
        colon != std::string::npos && named.platform.empty()) {
        named.platform = wanted.channel.substr(0, colon);
    }
    const auto people = people_at(context, named);
    const auto target = remote.aimed("/_sim/messages") + "&channel=" + url_encoded(wanted.channel);
    const int code = look(context, remote, target, [&](const Json& entry) {
        if (wanted.by.empty() || author_of(entry, people) == wanted.by) {
            messages.push_back(entry);
        }
    });
    const auto skipped = messages.size() - std::min(messages.size(), wanted.limit);
    for (std::size_t i = skipped; i < messages.size(); ++i) {
        std::cout << (wanted.json ? messages[i].dump() : line_of(messages[i], people)) << '\n';
    }
    return code;
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

    auto wanted = std::make_shared<Shown>();
    auto* messages = sim.add_subcommand("messages", "Prints what was written in a channel");
    messages->add_option("channel", wanted->channel, "Channel, with or without '#'")->required();
    messages->add_option("--by", wanted->by, "Only what that user or bot wrote")->type_name("NAME");
    messages->add_option("--limit", wanted->limit, "So many, the newest")->capture_default_str();
    messages->add_flag("--json", wanted->json, "Each as the platform tells it");
    messages->footer("Example:\n  rookery sim messages revolt:#general");
    messages->callback([&context, remote, wanted] {
        context.action = [&context, remote, wanted] {
            return show_messages(context, *remote, *wanted);
        };
    });
}

}  // namespace rookery::cli
