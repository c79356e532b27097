// A card for everybody who joins. /welcome to #channel switches it on, /welcome off.

#include <rookery/plugin.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace {

using rookery::Button;
using rookery::CommandCall;
using rookery::JsonList;
using rookery::JsonObject;
using rookery::Press;

std::string mention(std::string_view user) { return "<@" + std::string(user) + ">"; }

class Welcome final : public rookery::Plugin {
    void start() override {
        // [settings]
        settings().declare(
            R"({"channel": {"type": "id", "doc": "Where newcomers are welcomed."}})");
        // [/settings]

        // [card]
        on<rookery::GuildMemberAdd>([this](const rookery::GuildMemberAdd& member) {
            const auto channel = settings().text(member.guild_id().value_or(""), "channel");
            if (!channel || member.user().bot()) {
                return;
            }
            const std::string state = "\"" + std::string(member.id()) + "\"";
            const std::string text = mention(member.id());
            const std::string embeds = card(member);
            const std::string components =
                rookery::components({{Button{.label = "Say hello",
                                             .action = "greet",
                                             .state = state,
                                             .style = rookery::ButtonStyle::success}}});
            messages().send(*channel,
                            {.content = text, .embeds = embeds, .components = components});
        });
        // [/card]

        // [greet]
        press("greet", [](const Press& press) {
            return mention(press.user_id()) + " says hello to " + mention(press.state().text) + "!";
        });
        // [/greet]

        // [command]
        command({.name = "welcome",
                 .description = "Where newcomers are welcomed",
                 .member_permissions = {"ManageGuild"},
                 .where = rookery::Where::guild,
                 .subcommands = {{.name = "to",
                                  .description = "Welcomes newcomers in that channel",
                                  .options = {{.name = "channel",
                                               .description = "Where",
                                               .type = rookery::Type::channel,
                                               .required = true,
                                               .channel_types = {"text"}}}},
                                 {.name = "off", .description = "Welcomes nobody any more"}}});
        on_invocation("welcome to", [this](const CommandCall& call) -> rookery::Task<std::string> {
            const std::string channel(call.channel("channel").id());
            const auto done = co_await settings().set(call.guild_id(), "channel", channel);
            if (!done) {
                call.fail(done.error().message);
            }
            co_return "Newcomers are welcomed in <#" + channel + ">.";
        });
        on_invocation("welcome off", [this](const CommandCall& call) {
            settings().reset(call.guild_id(), "channel");
            return std::string("Nobody is welcomed any more.");
        });
        // [/command]
    }

    static std::string card(const rookery::GuildMemberAdd& member) {
        return JsonList()
            .add(JsonObject()
                     .add("title", "Welcome!")
                     .add("description",
                          "Good to have you, " + std::string(member.user().username()) + ".")
                     .add("color", 0x5865F2)
                     .add("thumbnail", JsonObject().add("url", member.display_avatar_url())))
            .text();
    }
};

}  // namespace

ROOKERY_PLUGIN(Welcome)
