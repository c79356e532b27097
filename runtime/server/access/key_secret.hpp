#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

// What a client sends to say who it is: "rk_PREFIX_RANDOM" when it was made here. The prefix names
// the key in files and logs; the rest is 256 random bits, so that a plain SHA-256 of it tells
// nothing (docs/adr/0022-keys.md). Pure but for make_secret(); any thread.
namespace rookery::server {

using Digest = std::array<unsigned char, 32>;

[[nodiscard]] std::string make_secret();

/// Of a secret that was made here; empty for any other text.
[[nodiscard]] std::string_view prefix_of(std::string_view secret) noexcept;

[[nodiscard]] Digest digest_of(std::string_view secret);

/// "sha256:" and 64 digits.
[[nodiscard]] std::string to_text(const Digest& digest);
[[nodiscard]] std::optional<Digest> parse_digest(std::string_view text);

/// In a time that does not depend on where they differ.
[[nodiscard]] bool same(const Digest& left, const Digest& right) noexcept;

}  // namespace rookery::server
