#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::protocol::revolt {

/// What the socket carries. A frame of the other kind is dropped by the server without a word.
enum class Format : std::uint8_t { json, msgpack };

/// One thing that the server said. Views point into the text that was scanned.
struct Frame {
    std::string_view type;  ///< "Message"
    std::string_view text;  ///< the whole JSON object
};

/// Reads `type`. Where it stands first, as the server sends it, only the frame's beginning is
/// looked at and the rest is not validated; else the whole is indexed. Errors: protocol (no JSON
/// object, no `type`), limit (nested too deeply).
[[nodiscard]] Result<Frame> scan_frame(std::string_view text);

/// The items of a Bulk, in their order; those of a Bulk inside are put in its place. Items without
/// a type are left out and counted. Errors: protocol (no JSON, no list `v`), limit (a Bulk deeper
/// inside than kMaxBulkDepth, or nested too deeply altogether).
struct Unwrapped {
    std::vector<Frame> items;
    std::size_t malformed = 0;
};
[[nodiscard]] Result<Unwrapped> unwrap_bulk(std::string_view text);

inline constexpr unsigned kMaxBulkDepth = 4;

/// What an Error says, in each of the forms that servers have used: `data.type`, `error`, or the
/// error's id as the frame's own type. "unknown" when there is none.
[[nodiscard]] std::string error_id(const Frame& frame);

/// Whether a frame's type is an error's id that some servers send without the Error around it.
[[nodiscard]] bool is_bare_error(std::string_view type) noexcept;

/// The value of the frame's `data` as it is written; empty when there is none.
[[nodiscard]] std::string data_of(const Frame& frame);

}  // namespace rookery::protocol::revolt
