#include "base/base64.hpp"

#include <array>
#include <cstdint>

namespace rookery {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 0xFF;

constexpr auto kValues = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(kNone);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}();

std::uint32_t byte_at(std::string_view bytes, std::size_t at) noexcept {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
    out.reserve(out.size() + base64_size(bytes.size()));
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::uint32_t group =
            byte_at(bytes, at) << 16U | byte_at(bytes, at + 1) << 8U | byte_at(bytes, at + 2);
        out += kAlphabet[group >> 18U];
        out += kAlphabet[group >> 12U & 63U];
        out += at + 1 < bytes.size() ? kAlphabet[group >> 6U & 63U] : '=';
        out += at + 2 < bytes.size() ? kAlphabet[group & 63U] : '=';
    }
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') {
        ++padding;
    }
    std::string out;
    out.reserve(text.size() / 4 * 3);
    for (std::size_t at = 0; at < text.size(); at += 4) {
        const std::size_t unused = at + 4 == text.size() ? padding : 0;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const std::uint8_t value =
                i < 4 - unused ? kValues[static_cast<unsigned char>(text[at + i])] : 0;
            if (value == kNone) {
                return std::nullopt;
            }
            group = group << 6U | value;
        }
        // Bits that stand for nothing must be 0: one text for each content.
        if ((unused == 1 && (group & 0xFFU) != 0) || (unused == 2 && (group & 0xFFFFU) != 0)) {
            return std::nullopt;
        }
        for (std::size_t i = 0; i < 3 - unused; ++i) {
            out += static_cast<char>(group >> (16U - 8U * i));
        }
    }
    return out;
}

}  // namespace rookery
