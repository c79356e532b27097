// Asks before it deletes, and tells what was answered.
#include <rookery/plugin.hpp>

namespace {

using rookery::CommandCall;
using rookery::Task;

class Asks final : public rookery::Plugin {
    void start() override {
        command({.name = "delete", .description = "Deletes"},
                [this](const CommandCall& call) { return ask(&call); });
    }

    Task<> ask(const CommandCall* call) {
        log().info("ASKING");
        Task<rookery::Confirmed> asking = call->confirm(
            "Really?", {.yes = "Delete", .no = "Keep", .timeout = std::chrono::minutes(10)});
        const rookery::Confirmed sure = co_await std::move(asking);
        const std::string answer = sure ? "true" : sure.answered ? "false" : "nil";
        log().info("ANSWER ", answer);
        call->follow_up("answer: " + answer);
    }
};

}  // namespace

ROOKERY_PLUGIN(Asks, "asks", "1.0.0")
