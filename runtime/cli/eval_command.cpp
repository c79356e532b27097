#include "cli/commands.hpp"
#include "cli/control_target.hpp"
#include "cli/line_editor.hpp"
#include "cli/terminal.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <unistd.h>

namespace rookery::cli {
namespace {

struct EvalArguments {
    ControlTarget target;
    std::string script;
    std::string code;
};

/// Without escapes that could come from outside through a script's values; line breaks stay.
std::string shown(std::string_view text) {
    std::string safe;
    for (const char byte : text) {
        const auto code = static_cast<unsigned char>(byte);
        if ((code < 0x20 && byte != '\n' && byte != '\t') || code == 0x7f) {
            safe += fmt::format("\\{}", code);
        } else {
            safe += byte;
        }
    }
    return safe;
}

void print(std::string_view text) {
    if (!text.empty()) {
        std::cout << shown(text) << '\n' << std::flush;
    }
}

enum class Outcome { done, failed, incomplete, interrupted, gone };

volatile std::sig_atomic_t interrupted = 0;

/// Has the code run, and prints what comes of it.
Outcome evaluate(ControlClient& client, const EvalArguments& arguments, const std::string& code) {
    const auto answer = client.ask(
        {{"cmd", "eval"}, {"name", arguments.script}, {"code", code}}, [](std::string_view) {},
        [](const nlohmann::json& item) {
            if (item.is_object() && item.contains("print") && item["print"].is_string()) {
                std::cout << shown(item["print"].get_ref<const std::string&>()) << '\n'
                          << std::flush;
            }
            return true;
        });
    if (!answer && answer.error().kind() == ErrorKind::cancelled) {
        return Outcome::interrupted;
    }
    if (!answer) {
        std::cerr << tinted(shown(answer.error().message()), Tint::red,
                            colours_wanted() && ::isatty(STDERR_FILENO) == 1)
                  << '\n';
        return answer.error().kind() == ErrorKind::denied ? Outcome::failed : Outcome::gone;
    }
    if (answer->data.is_object() && answer->data.value("incomplete", false)) {
        return Outcome::incomplete;
    }
    print(answer->text);
    return Outcome::done;
}

int evaluate_once(ControlClient& client, const EvalArguments& arguments) {
    switch (evaluate(client, arguments, arguments.code)) {
        case Outcome::done:
            return kExitOk;
        case Outcome::incomplete:
            std::cerr << "rookery eval: the code ends too early\n";
            return kExitUsage;
        default:
            return kExitFailed;
    }
}

/// Line after line, until the end of the input. A line that is the beginning of something longer is
/// gone on with.
int converse(ControlClient client, const EvalArguments& arguments) {
    const bool people = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
    if (people) {
        std::cout << "The globals are the script's own; a local lives for its line. Ctrl-D ends, "
                     "Ctrl-C gives a line up.\n";
        struct sigaction action {};
        action.sa_handler = [](int) { interrupted = 1; };
        ::sigaction(SIGINT, &action, nullptr);
        client.stop_on(&interrupted);
    }
    LineReader reader(people, client.state_dir() / "eval_history");
    std::string code;
    bool failed = false;
    while (true) {
        const auto line =
            reader.read(code.empty() ? arguments.script + "> "
                                     : std::string(arguments.script.size(), '.') + "> ");
        if (line.kind == LineReader::Kind::end) {
            break;
        }
        if (line.kind == LineReader::Kind::given_up) {
            code.clear();
            continue;
        }
        code += (code.empty() ? "" : "\n") + line.text;
        if (code.find_first_not_of(" \t\r\n") == std::string::npos) {
            code.clear();
            continue;
        }
        const Outcome outcome = evaluate(client, arguments, code);
        if (outcome == Outcome::interrupted) {
            std::cout << "\nleft to itself: it goes on in the script, within its limits\n";
            interrupted = 0;
            auto again = ControlClient::connect(client.state_dir(), ControlClient::kForEver);
            if (again) {
                client = *std::move(again);
                client.stop_on(&interrupted);
            }
        }
        if (outcome == Outcome::gone) {
            return kExitFailed;
        }
        if (outcome != Outcome::incomplete) {
            failed = failed || outcome == Outcome::failed;
            code.clear();
        }
    }
    if (!code.empty()) {
        std::cerr << "rookery eval: the code ends too early\n";
        failed = true;
    }
    return failed && !people ? kExitFailed : kExitOk;
}

int run(const EvalArguments& arguments, const std::string& state_dir) {
    int exit_code = kExitOk;
    auto client = connect(arguments.target, state_dir, "eval", exit_code, ControlClient::kForEver);
    if (!client) {
        return exit_code;
    }
    return arguments.code.empty() ? converse(*std::move(client), arguments)
                                  : evaluate_once(*client, arguments);
}

}  // namespace

void add_eval(CLI::App& app, CommandContext& context) {
    auto* command = app.add_subcommand(
        "eval", "Run Lua in a script of the running process, once or line by line");
    command->alias("repl");
    const auto arguments = std::make_shared<EvalArguments>();
    command->add_option("SCRIPT", arguments->script, "The script whose state it runs in")
        ->required();
    command->add_option("CODE", arguments->code,
                        "An expression or statements; without it, lines are read");
    add_target(*command, arguments->target);
    command->footer(
        "It runs as a task of the script, within its limits, and may wait: "
        "`rookery.messages.send(...)` "
        "shows what\n"
        "came of it. Code that runs away is stopped like the script's own, and the script starts "
        "afresh.\n"
        "Exit code 1: the code failed, or the script does not run.\n"
        "Examples:\n"
        "  rookery eval ping 'rookery.config'\n"
        "  rookery eval ping 'rookery.messages.send(\"845021399025258547\", \"hello\")'\n"
        "  rookery repl ping\n"
        "  rookery eval ping < commands.lua");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { return run(*arguments, context.state_dir); };
    });
}

}  // namespace rookery::cli
