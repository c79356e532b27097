#pragma once

#include "base/result.hpp"
#include "platform/whatsapp/directory.hpp"
#include "platform/whatsapp/values.hpp"

#include <string>

/// What an operation's arguments are as the content of a WhatsApp message (Baileys'
/// AnyMessageContent). Pure functions.
namespace rookery::whatsapp {

/// `content` and `embeds` as one text: {text, mentions}. An empty text: neither was given.
[[nodiscard]] Json write_text(const Json& arguments);

/// {poll: {name, values, selectableCount}} of a poll in Discord's form, or in WhatsApp's own.
/// Error invalid.
[[nodiscard]] Result<Json> write_poll(const Json& poll);

/// Puts `quoted` into a content as what it answers.
void quote(Json& content, const MessageKey& quoted);

/// A character to react with. Error unsupported: a custom emoji.
[[nodiscard]] Result<std::string> read_emoji(const Json& arguments);

}  // namespace rookery::whatsapp
