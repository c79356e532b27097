#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The inside of one line of the normalised markdown.
namespace rookery::model::markup {

/// Bit set of what a piece of text looks like.
enum Mark : std::uint8_t {
    kStrike = 1,
    kSpoiler = 2,
    kUnderline = 4,
    kBold = 8,
    kItalic = 16,
    kCode = 32,
};
inline constexpr std::size_t kMarkCount = 6;

/// One piece of a line.
struct Inline {
    enum class Kind : std::uint8_t { text, user, role, channel, everyone, here, emoji, link };
    Kind kind = Kind::text;
    std::uint8_t marks = 0;
    std::string text;  ///< without escapes; of an emoji its name
    std::string id;    ///< of what is mentioned; of a link its address
};

/// The pieces in order; neighbouring texts of equal marks are one. Delimiters without a partner are
/// text. Never fails.
[[nodiscard]] std::vector<Inline> parse_inline(std::string_view line);

/// The delimiter that opens and closes a mark: "**".
[[nodiscard]] std::string_view delimiter(Mark mark) noexcept;

/// `text` with a backslash before each character that could be read as markup.
[[nodiscard]] std::string escape_inline(std::string_view text);

}  // namespace rookery::model::markup
