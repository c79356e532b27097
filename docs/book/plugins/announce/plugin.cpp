// Announcements by those who may: /announce #random The server restarts at noon.

#include <rookery/plugin.hpp>

#include <chrono>
#include <string>

namespace {

using namespace std::chrono_literals;
using rookery::CommandCall;

class Announce final : public rookery::Plugin {
    void start() override {
        // [command]
        command({.name = "announce",
                 .description = "Writes an announcement into a channel",
                 .options =
                     {{.name = "channel",
                       .description = "Where",
                       .type = rookery::Type::channel,
                       .required = true,
                       .channel_types = {"text"}},
                      {.name = "text", .description = "What", .required = true, .max_length = 500}},
                 .cooldown = {.per = rookery::Per::guild, .uses = 2, .time = 1min},
                 .member_permissions = {"ManageMessages"},
                 .where = rookery::Where::guild},
                [this](const CommandCall& call) -> rookery::Task<> {
                    const std::string text = "**Announcement:** " + std::string(call.text("text"));
                    const auto sent = co_await messages().send(call.channel("channel").id(), text);
                    if (!sent) {
                        call.fail("I could not write there: " + sent.error().message);
                    }
                    call.reply("Announced.");
                });
        // [/command]
    }
};

}  // namespace

ROOKERY_PLUGIN(Announce)
