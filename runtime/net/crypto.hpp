#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace rookery::net {

/// Fills with bytes from the system's cryptographic generator. Any thread.
void fill_random(std::span<unsigned char> bytes);

[[nodiscard]] std::array<unsigned char, 20> sha1(std::string_view text);
[[nodiscard]] std::array<unsigned char, 32> sha256(std::string_view text);

/// The standard alphabet, padded.
[[nodiscard]] std::string base64(std::span<const unsigned char> bytes);

}  // namespace rookery::net
