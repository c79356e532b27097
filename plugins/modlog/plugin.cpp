// Keeps a record of moderation in one channel: what AutoMod did, what was deleted, who left.

#include <rookery/plugin.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace {

/// Longer quotations are cut: a message has room for 2,000 characters in all.
constexpr std::size_t kMaxQuote = 500;

std::string quote(std::string_view text) {
    std::size_t size = std::min(text.size(), kMaxQuote);
    // Not in the middle of a character.
    while (size < text.size() && size > 0 &&
           (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    std::string out = "\n> ";
    for (const char c : text.substr(0, size)) {
        out += c;
        if (c == '\n') {
            out += "> ";
        }
    }
    return size < text.size() ? out + "…" : out;
}

std::string user_mention(std::string_view id) { return "<@" + std::string(id) + ">"; }
std::string channel_mention(std::string_view id) { return "<#" + std::string(id) + ">"; }

class ModLog final : public rookery::Plugin {
    void start() override {
        channel_ = config().required_text("channel");

        on<rookery::AutoModerationActionExecution>(
            [this](const rookery::AutoModerationActionExecution& event) { record(event); });

        on<rookery::MessageDelete>([this](const rookery::MessageDelete& event) {
            if (event.channel_id() != channel_) {
                record("A message was deleted in " + channel_mention(event.channel_id()) + " (id " +
                       std::string(event.id()) + ").");
            }
        });
        on<rookery::MessageDeleteBulk>([this](const rookery::MessageDeleteBulk& event) {
            record(std::to_string(event.ids().size()) + " messages were deleted in " +
                   channel_mention(event.channel_id()) + ".");
        });
        on<rookery::GuildMemberRemove>([this](const rookery::GuildMemberRemove& event) {
            const rookery::User user = event.user();
            record(std::string(user.username()) + " (id " + std::string(user.id()) +
                   ") left or was removed.");
        });
    }

    void record(const rookery::AutoModerationActionExecution& event) const {
        std::string line = "AutoMod acted on " + user_mention(event.user_id());
        if (const auto channel = event.channel_id()) {
            line += " in " + channel_mention(*channel);
        }
        line += " (rule " + std::string(event.rule_id()) + ")";
        if (const auto keyword = event.matched_keyword()) {
            line += ", because of \"" + std::string(*keyword) + "\"";
        }
        record(line + "." + (event.content().empty() ? "" : quote(event.content())));
    }

    /// Names are shown, but nobody is pinged by a record.
    void record(std::string_view text) const {
        messages().send(channel_, {.content = text,
                                   .allowed_mentions =
                                       rookery::JsonObject().add("parse", rookery::JsonList())});
    }

    std::string channel_;
};

}  // namespace

ROOKERY_PLUGIN(ModLog, "modlog", "0.1.0")
