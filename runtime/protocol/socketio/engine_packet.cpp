#include "protocol/socketio/engine_packet.hpp"

#include "base/assert.hpp"
#include "base/base64.hpp"
#include "model/json_text.hpp"

#include <simdjson.h>

#include <algorithm>

namespace rookery::protocol::socketio {

std::optional<EnginePacket> parse_engine_packet(std::string_view text, std::string& decoded) {
    if (text.empty()) {
        return std::nullopt;
    }
    const char type = text.front();
    text.remove_prefix(1);
    if (type == 'b') {
        auto bytes = decode_base64(text);
        if (!bytes) {
            return std::nullopt;
        }
        decoded = std::move(*bytes);
        return EnginePacket{EngineType::message, true, decoded};
    }
    if (type < '0' || type > '6') {
        return std::nullopt;
    }
    return EnginePacket{static_cast<EngineType>(type - '0'), false, text};
}

PayloadReader::Next PayloadReader::next(EnginePacket& out) {
    if (ended_) {
        return Next::end;
    }
    const std::size_t size = std::min(rest_.find(kSeparator), rest_.size());
    const auto packet = parse_engine_packet(rest_.substr(0, size), decoded_);
    // A separator at the very end has an empty packet behind it, which is none.
    ended_ = size == rest_.size() || !packet;
    rest_.remove_prefix(std::min(size + 1, rest_.size()));
    if (!packet) {
        return Next::failed;
    }
    out = *packet;
    return Next::packet;
}

void append_to_payload(std::string& body, const OutPacket& packet) {
    RK_ASSERT(!packet.is_control() && !packet.has_separator());
    if (!body.empty()) {
        body += kSeparator;
    }
    if (packet.is_binary()) {
        body += 'b';
        append_base64(body, packet.payload());
    } else {
        body += packet.payload();
    }
}

std::size_t payload_size(const OutPacket& packet) noexcept {
    const std::size_t size = packet.payload().size();
    return 1 + (packet.is_binary() ? 1 + base64_size(size) : size);
}

OutPacket encode_open(const OpenPacket& open) {
    std::string json = R"({"sid":)";
    model::append_json_text(json, open.sid);
    json += R"(,"upgrades":)";
    json += open.upgrade ? R"(["websocket"])" : "[]";
    json += R"(,"pingInterval":)" + std::to_string(open.ping_interval.count());
    json += R"(,"pingTimeout":)" + std::to_string(open.ping_timeout.count());
    json += R"(,"maxPayload":)" + std::to_string(open.max_payload) + "}";
    return OutPacket::text(EngineType::open, json);
}

bool is_utf8(std::string_view text) noexcept {
    return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace rookery::protocol::socketio
