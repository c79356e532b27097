#pragma once

#include "model/json_index.hpp"
#include "model/string_scratch.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// Guilded's two ways to write a message, and the normalised text: Discord-flavoured markdown with
/// mentions `<@id>`, `<@&id>`, `<#id>` and emoji `<:name:id>`. Pure functions.
///
/// - A *document* (user API): a tree of Slate nodes, blocks of inlines of texts with marks.
/// - *Bot markdown* (bot API): the same markdown, except that a role is mentioned like a user.
namespace rookery::model::markup {

/// Blocks within blocks that are read; what lies deeper is told as kTooDeep.
inline constexpr unsigned kSlateDepth = 20;
inline constexpr std::string_view kTooDeep = "[nested too deeply]";

enum class SlateForm : std::uint8_t {
    markup,  ///< marks, mentions and emoji as in the normalised text
    clean,   ///< what people see: no marks, names of whom is mentioned
};

/// The text of a document: `content` is its outermost object ("value" or "document"). A string is
/// given as it is. Empty for anything else. Files, embeds and the header of a reply have no text.
/// Made in `scratch` (a string: perhaps borrowed).
[[nodiscard]] std::string_view slate_text(JsonNode content, SlateForm form, StringScratch& scratch);

/// The document for a normalised text, as JSON: a line is a paragraph; quotes, lists and fenced
/// code are blocks. A text of more than 16 KiB is one block without markup.
[[nodiscard]] std::string slate_document(std::string_view text);

/// What a document says beside its text, as members of a JSON object: `"mentions":{...}` in the
/// form of the bot API ({users:[{id}], roles, channels, everyone, here}), `"embeds":[...]`. Empty
/// when there is nothing.
[[nodiscard]] std::string slate_extras(JsonNode content);

/// Bot markdown as normalised text, and back. A mention of digits is a role's: role ids are
/// numbers, user ids are 8 characters. Borrowed when there is nothing to change.
[[nodiscard]] std::string_view from_guilded(std::string_view text, StringScratch& scratch);
[[nodiscard]] std::string to_guilded(std::string_view text);

}  // namespace rookery::model::markup
