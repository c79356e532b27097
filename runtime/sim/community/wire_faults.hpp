#pragma once

#include "base/result.hpp"
#include "sim/ws_channel.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rookery::sim::community {

using Json = nlohmann::json;

/// How the frames of a platform look to which faults happen.
struct WireForm {
    /// The frame of one event.
    std::function<std::string(const std::string& name, const std::string& data)> event;
    std::string usual;  ///< name of an event that every client knows
    Json usual_data;    ///< what it could carry
};

/// A fault that happens at once to a live connection: "close" {code, reason}, "reset", "freeze",
/// "thaw", "frame" {text}, "malformed", "cut_frame", "fragments", "nested" {depth}, "oversized"
/// {bytes}, "unknown_event", "wrong_type", "flood" {count, t, d}, "binary". False: no such kind.
[[nodiscard]] bool break_wire(WsChannel& channel, const WireForm& form, const std::string& kind,
                              const Json& parameters);
[[nodiscard]] std::vector<std::string> wire_fault_names();

/// The bytes of one unmasked text frame. `opcode` 1 text, 2 binary, 0 continuation.
[[nodiscard]] std::string ws_frame(std::string_view payload, unsigned opcode, bool final);

}  // namespace rookery::sim::community
