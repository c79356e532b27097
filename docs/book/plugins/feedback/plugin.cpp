// Feedback: /feedback shows a button, the button opens a form, what is written goes to a channel.
//
//   [plugins.feedback]
//   channel = "ID"        where it goes (default: where the command was used)

#include <rookery/plugin.hpp>

#include <string>

namespace {

using rookery::Button;
using rookery::CommandCall;
using rookery::LinkButton;
using rookery::Press;

class Feedback final : public rookery::Plugin {
    void start() override {
        channel_ = config().text("channel", "");

        // [command]
        command({.name = "feedback",
                 .description = "Tell us what you think",
                 .options = {{.name = "topic",
                              .description = "What it is about",
                              .default_value = "idea",
                              .choices = {"idea", "praise", "problem"}}}},
                [](const CommandCall& call) {
                    const std::string topic = "\"" + std::string(call.text("topic")) + "\"";
                    const std::string components = rookery::components(
                        {{Button{.label = "Write it down", .action = "write", .state = topic},
                          LinkButton{.label = "The rules", .url = "https://example.com/rules"}}});
                    call.reply({.content = "Thank you for taking the time.",
                                .ephemeral = true,
                                .components = components});
                });
        // [/command]

        // [press]
        press("write", [](const Press& press) {
            const std::string topic = press.state().dump();
            press.form({.title = "Your feedback",
                        .action = "send",
                        .state = topic,
                        .fields = {{.name = "text",
                                    .label = "What is on your mind?",
                                    .paragraph = true,
                                    .min_length = 3,
                                    .max_length = 1000}}});
        });
        // [/press]

        // [send]
        press("send", [this](const Press& press) -> rookery::Task<> {
            const std::string text = "**" + press.state().text + "** from <@" +
                                     std::string(press.user_id()) +
                                     ">: " + std::string(press.field("text"));
            const std::string channel =
                channel_.empty() ? std::string(press.channel_id()) : channel_;
            const auto sent = co_await messages().send(
                channel, {.content = text, .allowed_mentions = R"({"parse":[]})"});
            if (!sent) {
                press.fail("That did not work: " + sent.error().message);
            }
            press.reply_privately("It has been passed on.");
        });
        // [/send]
    }

    std::string channel_;
};

}  // namespace

ROOKERY_PLUGIN(Feedback)
