#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::command {

/// What people are told about buttons, menus and forms.
enum class PressText : std::uint8_t {
    damaged,    ///< forged, or of another runtime
    expired,    ///< its time is over
    not_yours,  ///< for somebody else
    used,       ///< somebody was first
    gone,       ///< nobody handles it any more
    form_cancel_hint,
    form_cancelled,
    form_optional,
    form_too_short,  ///< "{}": how many characters are needed
    form_too_long,   ///< "{}": how many there may be
};

/// In the language of the locale ("de", "en-US"), else in English.
[[nodiscard]] std::string_view press_text(PressText text, std::string_view locale) noexcept;

}  // namespace rookery::command
