#pragma once

#include "model/event.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

// The vocabulary of the namespace /api/events: names and payloads as WhatsApp bridges of the
// Baileys family have them. docs/reference/chat-events.md is written from the tables in here.
namespace rookery::server {

/// A name of the namespace.
struct ChatName {
    std::string_view name;  ///< "messages.upsert"
    std::string_view doc;
    bool secret = false;  ///< only for keys with `admin`: whoever has it can take the account over
};
[[nodiscard]] std::span<const ChatName> chat_names() noexcept;
/// Null when there is none of that name.
[[nodiscard]] const ChatName* find_chat_name(std::string_view name) noexcept;

/// What one event of the schema becomes.
struct ChatRule {
    std::string_view event;    ///< "messageCreate"
    std::string_view name;     ///< "messages.upsert"
    std::string_view payload;  ///< what is in it, for people
    /// The payload; nullopt when this one does not fit. `self`: the bot's user, empty while it is
    /// not known.
    std::optional<std::string> (*write)(const model::Event& event, std::string_view self);
};
[[nodiscard]] std::span<const ChatRule> chat_rules() noexcept;

/// What a bot's state (BotInfo::state) is called: "open", "close" or "connecting".
[[nodiscard]] std::string_view chat_connection(std::string_view state) noexcept;

/// The tables as Markdown.
[[nodiscard]] std::string chat_reference();

}  // namespace rookery::server
