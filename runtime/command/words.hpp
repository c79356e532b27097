#pragma once

#include "command/definition.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::command {

/// One word of a command's text.
struct Word {
    enum class Kind : std::uint8_t {
        plain,
        named,     ///< `name:...` or `--name...` of `option`; the value, if any, is `text`
        flag,      ///< `--name` or `--no-name` of a boolean: `on`
        unknown,   ///< `--text` that names no option
        unclosed,  ///< a quotation mark that nothing closes: all that is left
    };
    Kind kind = Kind::plain;
    std::string text;       ///< without quotation marks and escapes
    std::size_t begin = 0;  ///< in bytes
    std::size_t value = 0;  ///< where the value of a named one begins; else as `begin`
    std::size_t end = 0;
    bool quoted = false;
    bool on = false;
    const Option* option = nullptr;
};

/// Cuts a text into words as far as somebody asks, each once: linear in the text.
///
/// Words are parted by spaces and line breaks. "..." '...' “...” „...“ «...» »...« ‘...’ 「...」
/// and a block of code (``` ... ```, kept with its fences) are one word; a quotation mark counts
/// where a word begins, and ' and ’ only where one closes before a space or the end: anything else
/// is an apostrophe. A backslash takes the meaning from a quotation mark, a space or a backslash
/// behind it, and is itself a character everywhere else.
class Words {
  public:
    /// Both stay with the caller. `node`: whose options may be named.
    Words(std::string_view text, const Node& node) : text_(text), node_(&node) {}

    /// The n-th; null: there are not so many. Valid until restart().
    [[nodiscard]] const Word* get(std::size_t n);
    /// How many plain ones there are from the n-th on, at most `limit`.
    [[nodiscard]] std::size_t plain_from(std::size_t n, std::size_t limit);
    /// From there to the end of the text, as it is, without the spaces at its end.
    [[nodiscard]] std::string_view raw_from(std::size_t begin) const;
    [[nodiscard]] std::string_view text() const noexcept { return text_; }

    /// Forgets the words from the n-th on: options of another node may be named in them.
    void restart(std::size_t n, const Node& node);

  private:
    [[nodiscard]] Word read();
    void read_text(Word& word);
    bool read_quoted(Word& word, char32_t close, bool apostrophe);
    bool read_block(Word& word);
    bool read_dashed(Word& word, std::size_t dashes);
    bool read_named(Word& word);
    [[nodiscard]] const Option* option_named(std::string_view name) const;
    void skip_spaces();
    [[nodiscard]] bool at_space(std::size_t at) const;

    std::string_view text_;
    const Node* node_;
    std::size_t at_ = 0;
    bool plain_only_ = false;  ///< behind a `--`
    std::deque<Word> words_;   ///< stay where they are
    /// Marks that were looked for in vain: nothing closes them further on either.
    std::vector<char32_t> never_;
};

}  // namespace rookery::command
