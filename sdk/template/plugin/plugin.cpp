// @NAME@: what it does, in one line.

#include <rookery/plugin.hpp>

namespace {

class @CLASS@ final : public rookery::Plugin {
    void start() override {
        answer_ = config().text("answer", "This is @NAME@.");

        command({.name = "@NAME@",
                 .description = "Answers",
                 .options = {{.name = "who", .description = "Whom to greet"}}},
                [this](const rookery::CommandCall& call) {
                    return call.given("who") ? std::string(call.text("who")) + ": " + answer_
                                             : answer_;
                });
    }

    std::string answer_;
};

}  // namespace

ROOKERY_PLUGIN(@CLASS@)
