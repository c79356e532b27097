#pragma once

#include <string>
#include <string_view>

namespace rookery::cli {

/// Whether to write colours to standard output: it is a terminal, and NO_COLOR and TERM=dumb do not
/// object.
[[nodiscard]] bool colours_wanted();

/// SGR codes of what is coloured, the same in every command.
enum class Tint { plain, dim, bold, red, green, yellow, cyan };

/// `text` in that colour, or as it is when `coloured` is false.
[[nodiscard]] std::string tinted(std::string_view text, Tint tint, bool coloured);

/// Columns that the text takes on a terminal: one for each code point.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// Columns and rows of the terminal at standard output; 80 by 24 when there is none.
struct TerminalSize {
    std::size_t columns = 80;
    std::size_t rows = 24;
};
[[nodiscard]] TerminalSize terminal_size();

/// Standard input without echo and line buffering, while it lives; does nothing when that is no
/// terminal. Ctrl-C still interrupts unless `signals` is false.
class RawInput {
  public:
    explicit RawInput(bool signals);
    ~RawInput();
    RawInput(const RawInput&) = delete;
    RawInput& operator=(const RawInput&) = delete;

  private:
    bool changed_ = false;
};

}  // namespace rookery::cli
