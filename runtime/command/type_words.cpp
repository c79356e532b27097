#include "command/type_words.hpp"

#include "command/definition_names.hpp"
#include "command/messages.hpp"

#include <array>

namespace rookery::command {
namespace {

/// In the order of OptionType; languages as messages.hpp has them.
constexpr auto kWords = std::to_array<std::array<std::string_view, 2>>({
    {"a text", "ein Text"},
    {"a whole number", "eine ganze Zahl"},
    {"a number", "eine Zahl"},
    {"yes or no", "ja oder nein"},
    {"somebody", "jemand"},
    {"somebody on this server", "jemand auf diesem Server"},
    {"a role", "eine Rolle"},
    {"a channel", "ein Kanal"},
    {"somebody or a role", "jemand oder eine Rolle"},
    {"a file", "eine Datei"},
    {"a time span such as 1h30m", "eine Zeitspanne wie 1h30m"},
});
static_assert(kWords.size() == names::kOptionTypes.size());

}  // namespace

std::string_view type_words(std::string_view locale, OptionType type) noexcept {
    const bool german = phrase_text(locale, Phrase::yes) == phrase_text("de", Phrase::yes);
    return kWords[static_cast<std::size_t>(type)][german ? 1 : 0];
}

}  // namespace rookery::command
