// @NAME@: what it does, in one line.

#include <rookery/plugin.hpp>

namespace {

class @CLASS@ final : public rookery::Plugin {
    void start() override {
        on<rookery::MessageCreate>([this](const rookery::MessageCreate& message) {
            if (message.content() == "!@NAME@" && !message.author().bot()) {
                reply(message, "This is @NAME@.");
            }
        });
    }
};

}  // namespace

ROOKERY_PLUGIN(@CLASS@, "@NAME@", "0.1.0")
