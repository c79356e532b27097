#pragma once

#include "model/json_index.hpp"
#include "model/string_scratch.hpp"

#include <string>
#include <string_view>

/// Message texts of platforms. Normalised content is Discord's markdown: **bold** *italic*
/// ~~struck~~
/// __underlined__ ||spoiler|| `code`, mentions <@id> <#id> <@&id>, emoji <:name:id>.
namespace rookery::model::markup {

/// A platform's text as normalised content; the same text when there is nothing to change, else one
/// made in `scratch`. Any text, any thread.
using Inbound = std::string_view (*)(std::string_view text, StringScratch& scratch);
/// Normalised content as the platform's text.
using Outbound = std::string (*)(std::string_view content);

struct Dialect {
    std::string_view name;  ///< "revolt"
    Inbound inbound;
    Outbound outbound;
};

/// Null for a dialect that is like normalised content.
[[nodiscard]] const Dialect* find_dialect(std::string_view name) noexcept;

[[nodiscard]] std::string_view inbound(std::string_view dialect, std::string_view text,
                                       StringScratch& scratch);
[[nodiscard]] std::string outbound(std::string_view dialect, std::string_view content);

/// The content with names instead of mentions, and :name: instead of custom emoji. `names`: texts
/// by id; an id that it has not stays. Looks at the first 200 candidates.
[[nodiscard]] std::string_view with_names(std::string_view content, JsonNode names,
                                          StringScratch& scratch);

}  // namespace rookery::model::markup
