// Greets whoever greets the bot.

#include <rookery/plugin.hpp>

namespace {

class Hello final : public rookery::Plugin {
    void start() override {
        // [handler]
        on<rookery::MessageCreate>(
            {.bot = false, .equals = "hello magpie"},
            [this](rookery::MessageCreate message) -> rookery::Task<> {
                const auto sent = co_await reply(
                    message, "Hello, " + std::string(message.author().username()) + "!");
                if (!sent) {
                    log().warn("no greeting: ", sent.error().message);
                }
            });
        // [/handler]
    }
};

}  // namespace

ROOKERY_PLUGIN(Hello)
