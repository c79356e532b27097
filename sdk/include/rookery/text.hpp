#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

/// Helpers for what people read. Since 1.4.
namespace rookery {

/// `allowed_mentions` of a message that shows names but pings nobody.
inline constexpr std::string_view kPingNobody = R"({"parse":[]})";

[[nodiscard]] inline std::string mention_user(std::string_view id) {
    return "<@" + std::string(id) + ">";
}
[[nodiscard]] inline std::string mention_channel(std::string_view id) {
    return "<#" + std::string(id) + ">";
}

/// Its first `most` bytes and an ellipsis, if it is longer; not in the middle of a character.
[[nodiscard]] inline std::string cut(std::string_view text, std::size_t most) {
    std::size_t size = std::min(text.size(), most);
    while (size > 0 && size < text.size() &&
           (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return std::string(text.substr(0, size)) + (size < text.size() ? "…" : "");
}

}  // namespace rookery
