#pragma once

#include <string_view>

namespace rookery {

/// Whether a text can be an id of a platform: up to 20 digits (`digits`), or 1 to 128 printable
/// characters of ASCII that mean nothing in an URL: a ULID, an UUID, a JID.
[[nodiscard]] bool is_id(std::string_view text, bool digits = false) noexcept;

}  // namespace rookery
