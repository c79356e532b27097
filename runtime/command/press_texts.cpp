#include "command/press_texts.hpp"

#include <array>

namespace rookery::command {
namespace {

struct Texts {
    std::string_view en;
    std::string_view de;
};

/// By PressText.
constexpr std::array<Texts, 10> kTexts{{
    {"This does not work any more.", "Das funktioniert nicht mehr."},
    {"It is too late for that.", "Dafür ist es zu spät."},
    {"This is not for you.", "Das ist nicht für dich."},
    {"That has been used already.", "Das wurde schon benutzt."},
    {"What this was for is no longer there.", "Das, wofür es war, gibt es nicht mehr."},
    {"Write `cancel` to stop.", "Mit `cancel` hörst du auf."},
    {"Cancelled.", "Abgebrochen."},
    {"Write `-` to leave it empty.", "Mit `-` bleibt es leer."},
    {"At least {} characters, please.", "Bitte mindestens {} Zeichen."},
    {"At most {} characters, please.", "Bitte höchstens {} Zeichen."},
}};
static_assert(kTexts.size() == static_cast<std::size_t>(PressText::form_too_long) + 1);

}  // namespace

std::string_view press_text(PressText text, std::string_view locale) noexcept {
    const Texts& texts = kTexts.at(static_cast<std::size_t>(text));
    return locale == "de" || locale.starts_with("de-") ? texts.de : texts.en;
}

}  // namespace rookery::command
