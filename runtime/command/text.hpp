#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What commands need to know of texts in UTF-8. Pure functions, linear in the text, any thread.
namespace rookery::command {

/// Takes the first character off `text`, which must not be empty. U+FFFD (and one byte) for what is
/// no UTF-8: a surrogate, a longer form than needed, past U+10FFFF.
char32_t take_character(std::string_view& text) noexcept;
void append_character(std::string& out, char32_t character);

/// U+FFFD itself is good.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;
/// Code points; bytes that are no UTF-8 count as one each.
[[nodiscard]] std::size_t characters(std::string_view text) noexcept;

/// Spaces of all scripts and line breaks; not the one of no width.
[[nodiscard]] bool is_space(char32_t character) noexcept;
/// What is not seen and changes how the text around it looks or is read: controls, marks of
/// direction, joiners and spaces of no width, variation selectors and tags are left out of this
/// only where a script needs them (ZWNJ, ZWJ).
[[nodiscard]] bool is_invisible(char32_t character) noexcept;

/// The same for texts that differ in case alone: Latin, Greek, Cyrillic, Armenian and full-width
/// letters. For comparing; not for showing.
[[nodiscard]] std::string folded(std::string_view text);
/// Into a buffer; the text there, or nothing when it has not room enough.
[[nodiscard]] std::optional<std::string_view> folded(std::string_view text, char* buffer,
                                                     std::size_t size) noexcept;
[[nodiscard]] char32_t folded(char32_t character) noexcept;

/// What somebody has written, to be told back: at most `most` characters ("…" for the rest), on one
/// line, without what is invisible, its markup escaped, and such that it mentions nobody.
[[nodiscard]] std::string shown(std::string_view text, std::size_t most = 60);

}  // namespace rookery::command
