#include "protocol/socketio/out_packet.hpp"

#include "protocol/socketio/engine_packet.hpp"
#include "protocol/websocket/frame_codec.hpp"

#include <numeric>
#include <utility>

namespace rookery::protocol::socketio {

OutPacket::OutPacket(std::string bytes, Kind kind) : kind_(kind) {
    constexpr auto kOpcode = [](Kind of) {
        return of == Kind::text     ? websocket::Opcode::text
               : of == Kind::binary ? websocket::Opcode::binary
                                    : websocket::Opcode::pong;
    };
    const std::string_view payload = std::string_view(bytes).substr(kHeaderRoom);
    std::string header;
    websocket::encode_header(kOpcode(kind), payload.size(), false, header);
    begin_ = static_cast<std::uint8_t>(kHeaderRoom - header.size());
    separator_ = kind == Kind::text && payload.find(kSeparator) != std::string_view::npos;
    bytes.replace(begin_, header.size(), header);
    bytes_ = std::make_shared<const std::string>(std::move(bytes));
}

OutPacket OutPacket::text(EngineType type, std::span<const std::string_view> parts) {
    std::string bytes;
    bytes.reserve(
        std::accumulate(parts.begin(), parts.end(), kHeaderRoom + 1,
                        [](std::size_t sum, std::string_view part) { return sum + part.size(); }));
    bytes.assign(kHeaderRoom, '\0');
    bytes += static_cast<char>('0' + static_cast<int>(type));
    for (const auto part : parts) {
        bytes += part;
    }
    return {std::move(bytes), Kind::text};
}

OutPacket OutPacket::binary(std::string_view data) {
    std::string bytes;
    bytes.reserve(kHeaderRoom + data.size());
    bytes.assign(kHeaderRoom, '\0');
    bytes += data;
    return {std::move(bytes), Kind::binary};
}

OutPacket OutPacket::pong_frame(std::string_view payload) {
    return {std::string(kHeaderRoom, '\0').append(payload), Kind::control};
}

}  // namespace rookery::protocol::socketio
