#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::sim::socketio {

using Json = nlohmann::json;

/// The digits of the Socket.IO protocol.
enum class PacketType : unsigned {
    connect = 0,
    disconnect = 1,
    event = 2,
    ack = 3,
    connect_error = 4,
    binary_event = 5,
    binary_ack = 6,
};

struct Packet {
    PacketType type = PacketType::event;
    std::string nsp = "/";
    std::optional<std::uint64_t> id{};
    Json data{};  ///< null: none
    unsigned attachments = 0;
};

/// Without the digit of the Engine.IO message around it.
[[nodiscard]] std::string encoded(const Packet& packet);
/// Strict; `why` says what is wrong when it gives nothing.
[[nodiscard]] std::optional<Packet> decoded(std::string_view text, std::string& why);

}  // namespace rookery::sim::socketio
