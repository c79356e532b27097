#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rookery {

/// Appends `bytes` in base64 of RFC 4648, with padding.
void append_base64(std::string& out, std::string_view bytes);

/// Characters that `bytes` bytes take.
[[nodiscard]] constexpr std::size_t base64_size(std::size_t bytes) noexcept {
    return (bytes + 2) / 3 * 4;
}

/// The bytes; nullopt when `text` is not base64 in the one form that append_base64() writes.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace rookery
