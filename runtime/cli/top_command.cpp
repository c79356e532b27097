#include "cli/commands.hpp"
#include "cli/control_target.hpp"
#include "cli/terminal.hpp"
#include "cli/top_view.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <poll.h>
#include <unistd.h>

namespace rookery::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct TopArguments {
    ControlTarget target;
    std::string sort = "cpu";
    double interval = 1;
    bool once = false;
    bool json = false;
};

/// The other screen, without a cursor, while it lives.
class Screen {
  public:
    explicit Screen(bool wanted) : wanted_(wanted) { write("\x1b[?1049h\x1b[?25l"); }
    ~Screen() { write("\x1b[?25h\x1b[?1049l"); }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    void show(const std::string& text) const {
        // Each line is cleared behind its end, then what is below: nothing flickers.
        std::string out = "\x1b[H";
        for (const char byte : text) {
            out += byte == '\n' ? "\x1b[K\n" : std::string(1, byte);
        }
        write(out + "\x1b[J");
    }

  private:
    void write(const std::string& bytes) const {
        if (wanted_) {
            std::cout << bytes << std::flush;
        }
    }
    bool wanted_;
};

enum class Key { none, quit, order };

/// Waits for a key, when people are there, or for the end of the interval.
Key wait(Clock::time_point until, bool keys) {
    while (true) {
        const auto left = std::chrono::ceil<Millis>(until - Clock::now());
        if (left.count() <= 0) {
            return Key::none;
        }
        pollfd input{STDIN_FILENO, POLLIN, 0};
        const int ready = ::poll(&input, keys ? 1 : 0, static_cast<int>(left.count()));
        char key = 0;
        if (ready > 0 && ::read(STDIN_FILENO, &key, 1) != 1) {
            return Key::quit;
        }
        if (key == 'q' || key == '\x03' || key == '\x04') {
            return Key::quit;
        }
        if (key == 's') {
            return Key::order;
        }
    }
}

class Top {
  public:
    Top(ControlClient client, const TopArguments& arguments)
        : client_(std::move(client)),
          arguments_(arguments),
          people_(!arguments.once && !arguments.json && ::isatty(STDIN_FILENO) == 1 &&
                  ::isatty(STDOUT_FILENO) == 1) {
        options_.sort = arguments.sort;
        options_.coloured = colours_wanted() && !arguments.json;
    }

    int run() {
        auto before = ask();
        if (!before) {
            return told(before.error());
        }
        const RawInput raw(!people_);
        const Screen screen(people_);
        auto asked = Clock::now();
        const auto interval = std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>(arguments_.interval));
        while (true) {
            const Key key = wait(asked + interval, people_);
            if (key == Key::quit) {
                return kExitOk;
            }
            if (key == Key::order) {
                next_order();
                continue;
            }
            const auto now = ask();
            if (!now) {
                return told(now.error());
            }
            const auto moment = Clock::now();
            const double seconds = std::chrono::duration<double>(moment - asked).count();
            show(top_figures(*before, *now, seconds, options_.sort), screen);
            if (arguments_.once || !std::cout.good()) {
                return kExitOk;
            }
            before = now;
            asked = moment;
        }
    }

  private:
    Result<nlohmann::json> ask() {
        auto answer = client_.ask({{"cmd", "list"}}, [](std::string_view) {});
        return answer ? Result<nlohmann::json>(std::move(answer->data))
                      : Result<nlohmann::json>(answer.error());
    }
    static int told(const Error& error) {
        std::cerr << fmt::format("rookery top: {}\n", error.message());
        return kExitFailed;
    }
    void next_order() {
        const auto& all = top_orders();
        const auto at = std::find(all.begin(), all.end(), options_.sort);
        options_.sort = at == all.end() || at + 1 == all.end() ? all.front() : *(at + 1);
    }
    void show(const nlohmann::json& figures, const Screen& screen) {
        if (arguments_.json) {
            std::cout << figures.dump() << '\n' << std::flush;
        } else if (people_) {
            const auto size = terminal_size();
            options_.columns = size.columns;
            options_.rows = size.rows - 2;
            screen.show(top_screen(figures, options_) + "\nq quits, s sorts by something else");
        } else {
            std::cout << top_screen(figures, options_) << std::flush;
        }
    }

    ControlClient client_;
    const TopArguments& arguments_;
    bool people_;
    TopOptions options_;
};

int run(const TopArguments& arguments, const std::string& state_dir) {
    int exit_code = kExitOk;
    auto client = connect(arguments.target, state_dir, "top", exit_code);
    return client ? Top(*std::move(client), arguments).run() : exit_code;
}

}  // namespace

void add_top(CLI::App& app, CommandContext& context) {
    auto* command = app.add_subcommand("top", "Show live what each extension does and costs");
    const auto arguments = std::make_shared<TopArguments>();
    command->add_option("--sort", arguments->sort, "What to sort by")
        ->check(CLI::IsMember(top_orders()))
        ->capture_default_str();
    command->add_option("--interval", arguments->interval, "Seconds between two looks")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    command->add_flag("--once", arguments->once, "One look, then end");
    command->add_flag("--json", arguments->json, "A JSON object a line, for programs");
    add_target(*command, arguments->target);
    command->footer(
        "EVENTS/S, CPU and REST/S are of the last interval; QUEUE is what waits and what is in "
        "hand; "
        "RUN is how\n"
        "long an event's handlers run until they return or wait, DONE from its arrival until all "
        "are "
        "done, both\n"
        "since the start; ERRORS and STOPS are since the start.\n"
        "Examples:\n"
        "  rookery top\n"
        "  rookery top --sort memory\n"
        "  rookery top --once --json");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { return run(*arguments, context.state_dir); };
    });
}

}  // namespace rookery::cli
