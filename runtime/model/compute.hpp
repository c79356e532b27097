#pragma once

#include "model/json_index.hpp"
#include "model/shape.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// The computed fields: pure functions from raw values to texts and numbers. Texts are made in the
/// scratch; empty (or none) when the input is not what it should be.
namespace rookery::model::compute {

/// Milliseconds since 1970 at which an id was made.
[[nodiscard]] std::int64_t snowflake_millis(std::uint64_t id) noexcept;

/// YYYY-MM-DDTHH:mm:ss.sssZ. Empty outside of the years 0 to 9999.
[[nodiscard]] std::string_view time_of_millis(std::int64_t millis, StringScratch& scratch);

/// The same moment in that form. Takes ISO 8601 with any number of decimals and Z, an offset or
/// nothing (UTC).
[[nodiscard]] std::string_view iso_time(std::string_view text, StringScratch& scratch);

/// So many seconds later, in that form; empty unless `seconds` is more than 0.
[[nodiscard]] std::string_view time_after(std::string_view time, std::int64_t seconds,
                                          StringScratch& scratch);

/// `format` with {0}, {1}... replaced by the texts at the paths. The last one is a hash: {ext}
/// becomes gif when it names an animated picture ("a_..."), else webp. {cdn} becomes the context's,
/// else Discord's. Empty unless every path has a text or an id.
[[nodiscard]] std::string_view image_url(std::string_view format, std::span<const RawPath> paths,
                                         JsonNode node, StringScratch& scratch);
[[nodiscard]] std::string_view default_avatar(JsonNode id, JsonNode discriminator,
                                              StringScratch& scratch);
[[nodiscard]] std::string_view emoji_url(JsonNode id, bool animated, StringScratch& scratch);
/// "name:id" ("a:name:id" when animated), or the bare name of an emoji without an id.
[[nodiscard]] std::string_view emoji_identifier(JsonNode id, JsonNode name, bool animated,
                                                StringScratch& scratch);

/// "#rrggbb" of the low 24 bits.
[[nodiscard]] std::string_view hex_colour(std::int64_t colour, StringScratch& scratch);

/// "unknown" for a number that the table has not.
[[nodiscard]] std::string_view name_of(std::span<const NumberName> names,
                                       std::optional<std::int64_t> number) noexcept;

/// Whether the last part of the URL's path starts with SPOILER_.
[[nodiscard]] bool is_spoiler(std::string_view url) noexcept;

/// The content with what people see instead of markup: mentions of users (named by `mentions`),
/// channels (named by `channels`, where the payload has them), all these and roles (named by
/// `names`, an object of texts by id), commands, custom emoji. Ids of 17 to 19 digits only;
/// whatever cannot be named stays. Looks at the first 200 candidates.
[[nodiscard]] std::string_view clean_content(JsonNode content, JsonNode mentions, JsonNode channels,
                                             JsonNode names, StringScratch& scratch);

/// The next id in a `<#id>` of `content` at or after `from` that does not occur before it; moves
/// `from` past it. Empty at the end. Looks at the first 16 KiB.
[[nodiscard]] std::string_view next_channel_mention(std::string_view content,
                                                    std::size_t& from) noexcept;

/// 26 characters of Crockford's base 32, in capitals.
[[nodiscard]] bool is_ulid(std::string_view text) noexcept;
/// Milliseconds since 1970 at which the ULID was made; none for another text.
[[nodiscard]] std::optional<std::int64_t> ulid_millis(std::string_view id) noexcept;

/// A number, digits in a text, or both halves of a number: {"low": 1, "high": 0}.
[[nodiscard]] std::optional<std::int64_t> loose_integer(JsonNode node) noexcept;

/// 24 bits of a number, or of the first "#rgb" or "#rrggbb" in a text.
[[nodiscard]] std::optional<std::int64_t> colour_of(JsonNode node) noexcept;

/// What the table has for a text, or for a number's digits.
[[nodiscard]] std::optional<std::string_view> text_of(std::span<const TextName> texts,
                                                      JsonNode node, StringScratch& scratch);

/// Without the device: "123:4@host" and "123_1:4@host" as "123@host".
[[nodiscard]] std::string_view bare_jid(std::string_view jid, StringScratch& scratch);

/// The decimal number of a bit set in other bits: {from, "to"} each.
[[nodiscard]] std::string_view bit_text(std::span<const NumberName> bits, std::int64_t number,
                                        StringScratch& scratch);

/// The names of permissions in the order of their bits; one bit may have two names.
struct PermissionName {
    unsigned bit;
    std::string_view name;
};
[[nodiscard]] std::span<const PermissionName> permission_names() noexcept;

}  // namespace rookery::model::compute
