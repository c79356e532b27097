// `rookery sim slash`, `complete`, `click`, `submit`: a person uses what the bot offers.
#include "cli/message_text.hpp"
#include "cli/sim_remote.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <iostream>

namespace rookery::cli {
namespace {

using Json = nlohmann::json;

constexpr const char* kTarget = "/_sim/interact";

/// What the person sees; the exit code says whether there was anything.
int show(const Json& answer) {
    if (!answer.value("answered", false)) {
        std::cerr << (answer.value("deferred", false) ? "deferred, and no answer within the time\n"
                                                      : "no answer within the time\n");
        return kExitFailed;
    }
    if (answer.contains("choices")) {
        for (const auto& choice : answer["choices"]) {
            std::cout << fmt::format("{}\t{}\n", choice.value("name", std::string()),
                                     choice["value"].dump());
        }
    } else if (answer.contains("modal")) {
        std::cout << fmt::format("a form opened: {}\n", form_text(answer["modal"]));
    } else if (answer.value("removed", false)) {
        std::cout << "the message was removed\n";
    } else if (answer.contains("message")) {
        std::cout << fmt::format("{}\n", alone(message_text(answer["message"])));
        std::cerr << fmt::format("message {}\n", answer["message"].value("id", std::string()));
    } else {
        std::cout << "taken note of, and nothing to be seen\n";
    }
    std::cerr << fmt::format("answered after {:.1f} ms{}\n", answer.value("latency_ms", 0.0),
                             answer.value("deferred", false) ? ", deferred first" : "");
    return kExitOk;
}

struct Wanted {
    std::string channel, user, text, target, bot, message, custom_id;
    std::vector<std::string> values;
    double timeout = kPatience;
};

using Body = std::function<bool(const Wanted&, Json&)>;

/// The options that all four have, and what happens when one of them runs.
void finish(CLI::App& command, CommandContext& context, const std::shared_ptr<Remote>& remote,
            const std::shared_ptr<Wanted>& wanted, Body fill) {
    command.add_option("--bot", wanted->bot, "Which bot (default: the first)");
    command.add_option("--timeout", wanted->timeout,
                       "Seconds to wait for the answer (default: 10)");
    command.callback([&context, remote, wanted, fill = std::move(fill)] {
        context.action = [&context, remote, wanted, fill] {
            const Millis patience(static_cast<std::int64_t>(wanted->timeout * 1000));
            Json body = {{"user", wanted->user}, {"timeout_ms", patience.count()}};
            if (!wanted->bot.empty()) {
                body["bot"] = wanted->bot;
            }
            return fill(*wanted, body) ? ask_simulator(context, *remote, kTarget, body,
                                                       patience + Millis{2'000}, show)
                                       : kExitUsage;
        };
    });
}

void add_command(CLI::App& sim, CommandContext& context, const std::shared_ptr<Remote>& remote,
                 const char* name, const char* description, const char* example) {
    auto wanted = std::make_shared<Wanted>();
    auto* command = sim.add_subcommand(name, description);
    command->add_option("channel", wanted->channel, "Channel, with or without '#', or dm")
        ->required();
    command->add_option("user", wanted->user, "Who types it")->required();
    command->add_option("text", wanted->text, "The command line, options by name:value or in order")
        ->required();
    command->add_option("--target", wanted->target,
                        "Of a user or message command: a user's name or a message's id");
    command->footer(example);
    finish(*command, context, remote, wanted,
           [kind = std::string(name)](const Wanted& given, Json& body) {
               body["kind"] = kind;
               body["channel"] = given.channel;
               body["text"] = given.text;
               body["target"] = given.target;
               return true;
           });
}

void add_click(CLI::App& sim, CommandContext& context, const std::shared_ptr<Remote>& remote) {
    auto wanted = std::make_shared<Wanted>();
    auto* command = sim.add_subcommand("click", "Uses a button or a select of a message");
    command->add_option("message", wanted->message, "Its id, or 'last' for the newest")->required();
    command
        ->add_option("custom_id", wanted->custom_id, "Of the component, or what is written on it")
        ->required();
    command->add_option("user", wanted->user, "Who clicks")->required();
    command->add_option("values", wanted->values, "What is chosen in a select");
    command->footer(
        "Examples:\n"
        "  rookery sim click last snooze alice\n"
        "  rookery sim click 1234567890123456789 tea bob green");
    finish(*command, context, remote, wanted, [](const Wanted& given, Json& body) {
        body["kind"] = "click";
        body["message"] = given.message;
        body["custom_id"] = given.custom_id;
        body["values"] = given.values;
        return true;
    });
}

void add_submit(CLI::App& sim, CommandContext& context, const std::shared_ptr<Remote>& remote) {
    auto wanted = std::make_shared<Wanted>();
    auto* command = sim.add_subcommand("submit", "Sends the form that a user sees");
    command
        ->add_option("form", wanted->custom_id,
                     "Its title or custom id, or 'last' for the one shown")
        ->required();
    command->add_option("user", wanted->user, "Who sends it")->required();
    command->add_option("fields", wanted->values,
                        "FIELD=VALUE, by the fields' custom ids or what is written beside them");
    command->footer(
        "Examples:\n"
        "  rookery sim submit last alice text='very good'\n"
        "  rookery sim submit 'Your feedback' alice 'What do you think?=very good'");
    finish(*command, context, remote, wanted, [](const Wanted& given, Json& body) {
        body["kind"] = "submit";
        body["custom_id"] = given.custom_id;
        body["fields"] = Json::object();
        return read_pairs(given.values, body["fields"]);
    });
}

}  // namespace

void add_sim_interactions(CLI::App& sim, CommandContext& context,
                          const std::shared_ptr<Remote>& remote) {
    add_command(sim, context, remote, "slash", "Runs a command of the bot",
                "Examples:\n"
                "  rookery sim slash '#general' alice '/remind 2h tea'\n"
                "  rookery sim slash '#general' alice 'Report' --target bob");
    add_command(sim, context, remote, "complete", "Asks for completions of what is typed last",
                "Example:\n  rookery sim complete '#general' alice '/remind 2'");
    add_click(sim, context, remote);
    add_submit(sim, context, remote);
}

}  // namespace rookery::cli
