#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace rookery::whatsapp {

/// A QR code for a terminal, two modules a character, black on white whatever the terminal's own
/// colours are, with the quiet zone that scanners need. Error limit: the text is too long for one
/// (about 2,900 bytes); internal: libqrencode failed.
[[nodiscard]] Result<std::string> qr_picture(std::string_view text);

/// The same with what to do, for people at the terminal. `bot`: its name.
[[nodiscard]] std::string show_qr(std::string_view bot, std::string_view text);
[[nodiscard]] std::string show_pairing_code(std::string_view bot, std::string_view code);

}  // namespace rookery::whatsapp
