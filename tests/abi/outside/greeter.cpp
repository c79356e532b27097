#include <rookery/plugin.hpp>

namespace {

class Greeter final : public rookery::Plugin {
    void start() override {
        on<rookery::MessageCreate>([this](const rookery::MessageCreate& message) {
            if (message.content() == "!hello") {
                reply(message, "Hello!");
            }
        });
    }
};

}  // namespace

ROOKERY_PLUGIN(Greeter, "greeter", "1.0.0")
