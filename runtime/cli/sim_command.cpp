#include "cli/sim_command.hpp"

#include "base/log.hpp"
#include "cli/message_text.hpp"
#include "cli/sim_remote.hpp"
#include "cli/sim_verdict.hpp"
#include "sim/control_client.hpp"
#include "sim/simulator.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <csignal>
#include <ctime>
#include <functional>
#include <iostream>
#include <memory>

namespace rookery::cli {
namespace {

using Json = nlohmann::json;

/// No simulator could be named.
int absent(const Error& error) {
    std::cerr << fmt::format("rookery sim: {}\n", error.message());
    return kExitNoRuntime;
}

/// Waits until SIGINT or SIGTERM, or until the time is over when `seconds` is above 0.
void wait_for_signal(double seconds) {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    if (seconds <= 0) {
        int caught = 0;
        sigwait(&wanted, &caught);
        return;
    }
    const auto whole = static_cast<std::time_t>(seconds);
    const timespec limit{whole,
                         static_cast<long>((seconds - static_cast<double>(whole)) * 1'000'000'000)};
    sigtimedwait(&wanted, nullptr, &limit);
}

void print_platform(const std::string& platform, const sim::Addresses& addresses, bool only) {
    fmt::print("  {:<10} REST {}  gateway {}\n", platform, addresses.api_url,
               addresses.gateway_url);
    for (const auto& [name, url] : addresses.more) {
        fmt::print("  {:<10} {} {}\n", "", name, url);
    }
    fmt::print(
        "\n"
        "  [[bot]]\n"
        "  name = \"{}\"\n"
        "  platform = \"{}\"\n"
        "  token = \"{}\"\n"
        "  api_url = \"{}\"\n"
        "{}\n",
        only ? "demo" : platform, platform, addresses.token, addresses.api_url,
        platform == "discord" ? "" : "  gateway_url = \"" + addresses.gateway_url + "\"\n");
}

void print_addresses(const sim::Simulator& simulator, const std::string& state_dir) {
    const auto& platforms = simulator.options().platforms;
    const auto& first = simulator.addresses();
    fmt::print("The simulator is up, to be controlled at {}{}. To point bots at it:\n\n",
               first.control_url, first.ca_file.empty() ? "" : ", its CA is " + first.ca_file);
    for (const auto& platform : platforms) {
        print_platform(platform, *simulator.addresses(platform), platforms.size() == 1);
    }
    fmt::print(
        "To talk to the bot:  rookery sim say '{}#general' alice '!ping' --state {}\n"
        "Ctrl-C ends it.\n",
        platforms.size() == 1 ? "" : platforms.front() + ":", state_dir);
    std::fflush(stdout);
}

int serve(const CommandContext& context, sim::Options options, double seconds) {
    // Blocked before any thread starts, so that wait_for_signal alone gets them.
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigaddset(&blocked, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
    options.state_dir = context.state_dir.empty() ? "./state" : context.state_dir;
    const auto state_dir = options.state_dir.string();
    const auto simulator = sim::Simulator::start(std::move(options));
    if (!simulator) {
        return sim_failed(simulator.error());
    }
    print_addresses(**simulator, state_dir);
    wait_for_signal(seconds);
    return kExitOk;
}

void add_serve(CLI::App& sim, CommandContext& context) {
    struct Wanted {
        sim::Options options;
        std::vector<std::string> platforms;
        std::string token;
        double seconds = 0;
        long heartbeat_ms = 0;
        bool chatter = false;
        bool no_limits = false;
    };
    auto wanted = std::make_shared<Wanted>();
    auto& options = wanted->options;
    sim.add_option("--platforms", wanted->platforms,
                   "Which services it plays, with commas between, or all (default: discord)")
        ->delimiter(',')
        ->type_name("NAME,...");
    sim.add_option("--api-port", options.api_port,
                   "Port of the first platform's REST API (default: any)");
    sim.add_option("--gateway-port", options.gateway_port, "Port of its gateway (default: any)");
    sim.add_option("--control-port", options.control_port, "Port of the control interface");
    sim.add_option("--guilds", options.guilds, "How many guilds there are (default: 1)");
    sim.add_option("--members", options.members, "Members of each guild (default: the ten seeded)");
    sim.add_option("--shards", options.shards,
                   "Shards that are recommended at the least (default: one for 1000 guilds)");
    sim.add_option("--concurrency", options.max_concurrency,
                   "Identifies at a time, max_concurrency (default: 1)");
    sim.add_option("--token", wanted->token, "The token that is accepted")->type_name("TEXT");
    sim.add_option("--heartbeat-ms", wanted->heartbeat_ms, "Heartbeat interval (default: 41250)");
    sim.add_option("--seconds", wanted->seconds, "Ends by itself after this time");
    sim.add_flag("--chatter", wanted->chatter, "The community talks by itself");
    sim.add_option("--chatter-rate", options.chatter, "Lines a second of the chatter");
    sim.add_flag("--no-limits", wanted->no_limits, "No rate limits");
    sim.add_flag("--tls", options.tls, "TLS with a certificate made at the start");
    sim.callback([&sim, &context, wanted] {
        if (!sim.get_subcommands().empty()) {
            return;
        }
        context.action = [&context, wanted] {
            auto chosen = wanted->options;
            chosen.rate_limits = !wanted->no_limits;
            chosen.chatter = wanted->chatter && chosen.chatter == 0 ? 0.5 : chosen.chatter;
            if (wanted->heartbeat_ms > 0) {
                chosen.heartbeat_interval = Millis{wanted->heartbeat_ms};
            }
            if (!wanted->token.empty()) {
                chosen.tokens = {wanted->token};
                for (const auto& platform : sim::simulated_platforms()) {
                    chosen.tokens_of[platform] = {wanted->token};
                }
            }
            if (wanted->platforms == std::vector<std::string>{"all"}) {
                chosen.platforms = sim::simulated_platforms();
            } else if (!wanted->platforms.empty()) {
                chosen.platforms = wanted->platforms;
            }
            return serve(context, std::move(chosen), wanted->seconds);
        };
    });
}

int say(const sim::ControlClient& client, const Json& body, double timeout) {
    const Millis patience(static_cast<std::int64_t>(timeout * 1000));
    const auto answer = client.post("/_sim/say", body, patience + Millis{2'000});
    if (!answer) {
        return sim_failed(answer.error());
    }
    if (!answer->value("answered", false)) {
        std::cerr << fmt::format("no answer within {} s\n", timeout);
        return kExitFailed;
    }
    // Its text also where the platform's form hides it.
    auto message = answer->value("message", Json::object());
    message["content"] = answer->value("answer", std::string());
    std::cout << fmt::format("{}\n", alone(message_text(message)));
    std::cerr << fmt::format("answered after {:.1f} ms\n", answer->value("latency_ms", 0.0));
    return kExitOk;
}

void add_say(CLI::App& sim, CommandContext& context, const std::shared_ptr<Remote>& remote) {
    struct Wanted {
        std::string channel, user, text;
        double timeout = kPatience;
    };
    auto wanted = std::make_shared<Wanted>();
    auto* command = sim.add_subcommand("say", "Writes as a user and prints what the bot answers");
    command->add_option("channel", wanted->channel, "Channel, with or without '#'")->required();
    command->add_option("user", wanted->user, "Who says it")->required();
    command->add_option("text", wanted->text, "What is said")->required();
    command->add_option("--timeout", wanted->timeout,
                        "Seconds to wait for the answer (default: 10)");
    command->footer("Example:\n  rookery sim say '#general' alice '!ping'");
    command->callback([&context, remote, wanted] {
        context.action = [&context, remote, wanted] {
            const auto client = remote->client(context);
            return !client
                       ? absent(client.error())
                       : say(*client,
                             remote->asking({{"channel", wanted->channel},
                                             {"user", wanted->user},
                                             {"text", wanted->text},
                                             {"timeout_ms",
                                              static_cast<std::int64_t>(wanted->timeout * 1000)}}),
                             wanted->timeout);
        };
    });
}

void add_load(CLI::App& sim, CommandContext& context, const std::shared_ptr<Remote>& remote) {
    struct Wanted {
        double rate = 100;
        double seconds = 10;
        unsigned guilds = 1;
        unsigned channels = 4;
        std::string prefix = "load";
        bool limits = false;
        bool wait = false;
    };
    auto wanted = std::make_shared<Wanted>();
    auto* command =
        sim.add_subcommand("load", "Starts to write numbered messages at a steady rate");
    command->add_option("--rate", wanted->rate, "Messages a second (default: 100)");
    command->add_option("--seconds", wanted->seconds, "For how long (default: 10)");
    command->add_option("--guilds", wanted->guilds, "Over how many guilds (default: 1)");
    command->add_option("--channels", wanted->channels, "Channels in each guild (default: 4)");
    command->add_option("--prefix", wanted->prefix, "First word of each message (default: load)");
    command->add_flag("--limits", wanted->limits, "Keep the rate limits of REST during the run");
    command->add_flag("--wait", wanted->wait, "Return when all have been sent");
    command->footer(
        "Example:\n  rookery sim load --rate 2000 --seconds 30 --guilds 3 --wait\n"
        "  rookery sim verdict");
    command->callback([&context, remote, wanted] {
        context.action = [&context, remote, wanted] {
            const auto client = remote->client(context);
            if (!client) {
                return absent(client.error());
            }
            const auto run =
                client->post("/_sim/load", remote->asking({{"rate", wanted->rate},
                                                           {"seconds", wanted->seconds},
                                                           {"guilds", wanted->guilds},
                                                           {"channels_per_guild", wanted->channels},
                                                           {"prefix", wanted->prefix},
                                                           {"limits", wanted->limits}}));
            if (!run) {
                return sim_failed(run.error());
            }
            std::cout << fmt::format("run {}: {} messages\n", run->value("run", std::string()),
                                     run->value("total", std::uint64_t{0}));
            return wanted->wait ? wait_for_run(*client, run->value("run", std::string())) : kExitOk;
        };
    });
}

void add_verdict(CLI::App& sim, CommandContext& context, const std::shared_ptr<Remote>& remote) {
    auto wanted = std::make_shared<VerdictRequest>();
    auto* command = sim.add_subcommand("verdict", "Says what became of the messages of a run");
    command->add_option("--run", wanted->run, "Which run (default: the last)");
    command->add_option("--tally", wanted->tally,
                        "File of a counting extension: one marker a line");
    command->add_option("--on", wanted->on,
                        "Platform on which bots answer, when another one than the run's (relays)");
    command->add_option("--timeout", wanted->timeout, "Seconds to wait for the end (default: 60)");
    command->add_flag("--json", wanted->json, "Print JSON");
    command->footer(
        "Exit 0 only if nothing was lost, doubled or out of order.\n"
        "Example:\n  rookery sim verdict --tally state/tally.txt");
    command->callback([&context, remote, wanted] {
        context.action = [&context, remote, wanted] {
            const auto client = remote->client(context);
            wanted->platform = remote->platform;
            return client ? print_verdict(*client, *wanted) : absent(client.error());
        };
    });
}

void add_dispatch(CLI::App& sim, CommandContext& context, const std::shared_ptr<Remote>& remote) {
    struct Wanted {
        std::string event, data;
    };
    auto wanted = std::make_shared<Wanted>();
    auto* command = sim.add_subcommand("dispatch", "Sends an event just as it is given");
    command->add_option("event", wanted->event, "Name, as on the wire")->required();
    command->add_option("data", wanted->data, "Its data, a JSON object")->required();
    command->footer(
        "It goes to the sessions whose intents and shards it concerns.\n"
        "Example:\n  rookery sim dispatch TYPING_START "
        "'{\"channel_id\":\"1\",\"user_id\":\"2\",\"timestamp\":3}'");
    command->callback([&context, remote, wanted] {
        context.action = [&context, remote, wanted] {
            const auto data = Json::parse(wanted->data, nullptr, false);
            if (!data.is_object()) {
                std::cerr << "rookery sim: the data is not a JSON object\n";
                return kExitUsage;
            }
            return ask_simulator(context, *remote, "/_sim/dispatch",
                                 {{"t", wanted->event}, {"d", data}}, Millis{5'000},
                                 [](const Json& answer) {
                                     std::cout << answer.dump() << '\n';
                                     return kExitOk;
                                 });
        };
    });
}

/// act and fault: a name, then KEY=VALUE pairs that become the fields of the request.
void add_keyed(CLI::App& sim, CommandContext& context, const std::shared_ptr<Remote>& remote,
               const char* name, const char* field, const char* description, const char* example) {
    struct Wanted {
        std::string what;
        std::vector<std::string> pairs;
    };
    auto wanted = std::make_shared<Wanted>();
    auto* command = sim.add_subcommand(name, description);
    command->add_option("what", wanted->what, "What")->required();
    command->add_option("pairs", wanted->pairs, "KEY=VALUE; a value may be JSON");
    command->footer(example);
    const std::string target = std::string("/_sim/") + name;
    command->callback([&context, remote, wanted, target, field] {
        context.action = [&context, remote, wanted, target, field] {
            Json body = {{field, wanted->what}};
            if (!read_pairs(wanted->pairs, body)) {
                return kExitUsage;
            }
            const auto client = remote->client(context);
            if (!client) {
                return absent(client.error());
            }
            const auto answer = client->post(target, remote->asking(body));
            if (!answer) {
                return sim_failed(answer.error());
            }
            std::cout << answer->dump() << '\n';
            return kExitOk;
        };
    });
}

}  // namespace

void add_sim(CLI::App& app, CommandContext& context) {
    auto* sim = app.add_subcommand("sim", "Loopback platforms to run and test bots against");
    sim->require_subcommand(0, 1);
    sim->fallthrough();
    auto remote = std::make_shared<Remote>();
    sim->add_option("--control", remote->control, "Control URL (default: from the state directory)")
        ->type_name("URL");
    sim->add_option("--platform", remote->platform,
                    "Which of its platforms is meant (default: the first)")
        ->type_name("NAME");
    add_target(*sim, remote->target);
    sim->footer(
        "Examples:\n"
        "  rookery sim --chatter --state demo-state     run it until Ctrl-C\n"
        "  rookery sim --platforms all                  all platforms in one process\n"
        "  rookery sim say '#general' alice '!ping'     talk to the bot\n"
        "  rookery sim say revolt:#general bob '!ping'  on the platform named\n"
        "  rookery sim load --rate 2000 --seconds 10    put it under load\n"
        "  rookery sim verdict                          what became of it");
    add_serve(*sim, context);
    add_say(*sim, context, remote);
    add_load(*sim, context, remote);
    add_verdict(*sim, context, remote);
    add_dispatch(*sim, context, remote);
    add_sim_looks(*sim, context, remote);
    add_sim_interactions(*sim, context, remote);
    add_keyed(*sim, context, remote, "act", "do", "Does what a member of the community could do",
              "Examples:\n"
              "  rookery sim act join user=zoe\n"
              "  rookery sim act react channel=general user=bob emoji=🎉\n"
              "  rookery sim act poll_vote channel=general user=bob answer=2\n"
              "  rookery sim act emoji_create name=party as=bob reason='for the feast'\n"
              "  rookery sim act request method=PATCH path=/channels/1/... body='{}'");
    add_keyed(*sim, context, remote, "fault", "kind", "Breaks something",
              "Examples:\n"
              "  rookery sim fault reconnect\n"
              "  rookery sim fault close code=4000\n"
              "  rookery sim fault mute on=false\n"
              "  rookery sim fault chaos seconds=600 seed=7 kinds=resumable\n"
              "  rookery sim fault rest_429 count=3 class=global retry_after=0.5");
}

}  // namespace rookery::cli
