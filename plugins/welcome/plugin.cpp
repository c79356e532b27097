// Greets members who join and says goodbye to those who leave.

#include <rookery/plugin.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace {

/// The text with {user} and {guild} filled in; any other pair of braces stays as it is.
std::string filled(std::string_view text, std::string_view user, std::string_view guild) {
    std::string out;
    while (!text.empty()) {
        const std::size_t brace = text.find('{');
        out += text.substr(0, brace);
        text.remove_prefix(brace == std::string_view::npos ? text.size() : brace);
        if (text.starts_with("{user}")) {
            out += user;
            text.remove_prefix(6);
        } else if (text.starts_with("{guild}")) {
            out += guild;
            text.remove_prefix(7);
        } else if (!text.empty()) {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

struct Options {
    std::string channel;
    std::string welcome = "Welcome to {guild}, {user}!";
    std::string goodbye = "{user} has left.";

    static void describe(auto& keys) {
        keys.required("channel", &Options::channel);
        keys.key("welcome", &Options::welcome);
        keys.key("goodbye", &Options::goodbye);
    }
};

class Welcome final : public rookery::Plugin {
    void start() override {
        options_ = config().read<Options>();

        // Joining and leaving do not tell the guild's name: it comes once, when the bot logs in.
        on<rookery::GuildCreate>([this](const rookery::GuildCreate& guild) {
            guild_names_[std::string(guild.id())] = guild.name();
        });
        on<rookery::GuildMemberAdd>([this](const rookery::GuildMemberAdd& member) {
            // "<@id>" is shown as the member's name and tells them.
            say(options_.welcome, "<@" + std::string(member.id()) + ">",
                member.guild_id().value_or(""));
        });
        on<rookery::GuildMemberRemove>([this](const rookery::GuildMemberRemove& event) {
            // Nobody is there to be told any more: the plain name.
            const rookery::User user = event.user();
            say(options_.goodbye, user.global_name().value_or(user.username()), event.guild_id());
        });
    }

    // The names come only at login, so a new version gets them from the old one: one "id name" a
    // line.
    std::optional<std::string> save() override {
        std::string state;
        for (const auto& [id, name] : guild_names_) {
            state += id + ' ' + name + '\n';
        }
        return state;
    }

    void load(std::string_view state, std::uint32_t /*version*/) override {
        while (!state.empty()) {
            const std::string_view line = state.substr(0, state.find('\n'));
            const std::size_t space = line.find(' ');
            if (space != std::string_view::npos) {
                guild_names_[std::string(line.substr(0, space))] = line.substr(space + 1);
            }
            state.remove_prefix(std::min(line.size() + 1, state.size()));
        }
    }

    /// An empty text switches its message off.
    void say(std::string_view text, std::string_view user, std::string_view guild) const {
        if (text.empty()) {
            return;
        }
        const auto name = guild_names_.find(std::string(guild));
        messages().send(
            options_.channel,
            filled(text, user, name == guild_names_.end() ? "the server" : name->second));
    }

    Options options_;
    std::map<std::string, std::string> guild_names_;
};

}  // namespace

ROOKERY_PLUGIN(Welcome, "welcome", "0.1.0")
