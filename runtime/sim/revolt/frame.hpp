#pragma once

#include "sim/recorder.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rookery::sim::revolt {

enum class Format { json, msgpack };

/// An event as it goes over the wire. In msgpack times are numbers: ms since 1970.
[[nodiscard]] std::string frame_of(const Json& event, Format format);
/// What a client sent; nothing for what cannot be decoded or is no object.
[[nodiscard]] std::optional<Json> read_frame(std::string_view bytes, Format format);

}  // namespace rookery::sim::revolt
