#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace rookery::protocol::revolt {

struct MsgpackLimits {
    unsigned depth = 64;                             ///< lists and maps inside one another
    std::size_t values = std::size_t{4} << 20U;      ///< in one frame
    std::size_t json_size = std::size_t{64} << 20U;  ///< of the text that becomes of it
};

/// One msgpack frame as the JSON text that the same event has with `format=json`: times, which
/// msgpack carries as milliseconds, become ISO 8601 texts; binary becomes a list of bytes. Strict:
/// one map with text keys that ends with the frame, no extension types, no NaN. Written into `out`,
/// whose memory serves again. Errors: protocol (with the byte offset), limit.
[[nodiscard]] Result<> msgpack_to_json(std::string_view bytes, std::string& out,
                                       const MsgpackLimits& limits = {});

}  // namespace rookery::protocol::revolt
