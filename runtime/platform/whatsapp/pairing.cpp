#include "platform/whatsapp/pairing.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <qrencode.h>

namespace rookery::whatsapp {
namespace {

constexpr int kQuiet = 2;  ///< modules of white around it
constexpr std::string_view kBlackOnWhite = "\x1b[38;5;16;48;5;231m";
constexpr std::string_view kOwnColours = "\x1b[0m";

struct FreeCode {
    void operator()(QRcode* code) const noexcept { QRcode_free(code); }
};

/// What stands at the terminal is the bridge's choice: nothing of it may move the cursor.
std::string printable(std::string_view code) {
    constexpr std::size_t kMostShown = 32;
    std::string text(code);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return log::clipped(text, kMostShown);
}

}  // namespace

Result<std::string> qr_picture(std::string_view text) {
    const std::unique_ptr<QRcode, FreeCode> code(
        QRcode_encodeData(static_cast<int>(text.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_L));
    if (code == nullptr) {
        return errno == ERANGE ? Error(ErrorKind::limit, "the text is too long for a QR code")
                               : Error(ErrorKind::internal, "no QR code could be made");
    }
    const int width = code->width;
    const auto is_black = [&](int x, int y) {
        return x >= 0 && y >= 0 && x < width && y < width &&
               (code->data[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                           static_cast<std::size_t>(x)] &
                1U) != 0;
    };
    // Two rows of modules in one of characters.
    constexpr std::array<std::string_view, 4> kCells{" ", "▀", "▄", "█"};
    std::string picture;
    for (int y = -kQuiet; y < width + kQuiet; y += 2) {
        picture += kBlackOnWhite;
        for (int x = -kQuiet; x < width + kQuiet; ++x) {
            picture += kCells.at((is_black(x, y) ? 1U : 0U) | (is_black(x, y + 1) ? 2U : 0U));
        }
        picture += kOwnColours;
        picture += '\n';
    }
    return picture;
}

std::string show_qr(std::string_view bot, std::string_view text) {
    const auto picture = qr_picture(text);
    return "WhatsApp, bot " + std::string(bot) +
           ": on the telephone, open Settings, Linked devices, Link a device, and scan:\n" +
           (picture ? *picture : "(" + picture.error().message() + ")\n") +
           "The code changes every 20 seconds or so; the newest one counts.\n";
}

std::string show_pairing_code(std::string_view bot, std::string_view code) {
    return "WhatsApp, bot " + std::string(bot) +
           ": on the telephone, open Settings, Linked devices, Link a device, Link with phone "
           "number instead, and enter: " +
           printable(code) + "\n";
}

}  // namespace rookery::whatsapp
