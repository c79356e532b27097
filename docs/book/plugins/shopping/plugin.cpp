// A shopping list for each channel: /shopping add milk, /shopping show, /shopping clear

#include <rookery/plugin.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace {

using namespace std::chrono_literals;
using rookery::CommandCall;
using rookery::Task;

std::string key_of(const CommandCall& call) { return "list/" + std::string(call.channel_id()); }

class Shopping final : public rookery::Plugin {
    void start() override {
        // [command]
        command({.name = "shopping",
                 .description = "The shopping list of this channel",
                 .subcommands = {{.name = "add",
                                  .description = "Puts something on the list",
                                  .options = {{.name = "what",
                                               .description = "What",
                                               .required = true,
                                               .max_length = 50}}},
                                 {.name = "show", .description = "Shows the list"},
                                 {.name = "clear", .description = "Empties the list"}}});
        on_invocation("shopping add", [this](const CommandCall& call) { return add(call); });
        on_invocation("shopping show", [this](const CommandCall& call) { return show(call); });
        on_invocation("shopping clear", [this](const CommandCall& call) { return clear(call); });
        // [/command]
    }

    // [add]
    // A list is a text with a line for each thing. When somebody else was faster, once more.
    Task<std::string> add(CommandCall call) {
        const std::string key = key_of(call);
        const std::string line = "- " + std::string(call.text("what")) + "\n";
        for (;;) {
            const auto found = co_await kv().get(key);
            const std::optional<std::string> old = found ? *found : std::nullopt;
            const std::string before = old.value_or("");
            const bool there = before.find(line) != std::string::npos;
            const std::string after = there ? before : before + line;
            const auto swapped = co_await kv().cas(key, old, after);
            if (!swapped) {
                call.fail("That did not work: " + swapped.error().message);
            }
            if (*swapped) {
                const auto count = std::count(after.begin(), after.end(), '\n');
                co_return std::string(call.text("what")) + " is on the list; " +
                    std::to_string(count) + " in all.";
            }
        }
    }
    // [/add]

    Task<std::string> show(CommandCall call) {
        const auto list = co_await kv().get(key_of(call));
        co_return list&&* list ? **list : std::string("The list is empty.");
    }

    // [confirm]
    Task<> clear(CommandCall call) {
        const rookery::ConfirmOptions how{.yes = "Throw away", .no = "Keep", .timeout = 30s};
        const rookery::Confirmed sure = co_await call.confirm("Throw the whole list away?", how);
        if (sure) {
            co_await kv().remove(key_of(call));
        }
        call.edit(sure ? "The list is empty." : "The list stays.");
    }
    // [/confirm]
};

}  // namespace

ROOKERY_PLUGIN(Shopping)
