// @NAME@: what it does, in one line.

#include <rookery/plugin.hpp>

namespace {

class @CLASS@ final : public rookery::Plugin {
    void start() override {
        answer_ = config().text("answer", "This is @NAME@.");

        on<rookery::MessageCreate>(rookery::Filter{.bot = false, .equals = "!@NAME@"},
                                   [this](const rookery::MessageCreate& message) {
                                       reply(message, answer_);
                                   });
    }

    std::string answer_;
};

}  // namespace

ROOKERY_PLUGIN(@CLASS@)
