#include "sim/socketio/packet.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace rookery::sim::socketio {
namespace {

constexpr std::size_t kMostIdDigits = 16;
constexpr unsigned kMostAttachments = 10;
constexpr std::size_t kMostNamespace = 128;
constexpr std::array kReserved = {"connect",       "connect_error", "disconnect",
                                  "disconnecting", "newListener",   "removeListener"};

std::string_view take_digits(std::string_view& text) {
    const auto end = std::find_if(text.begin(), text.end(),
                                  [](unsigned char c) { return std::isdigit(c) == 0; });
    const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(digits.size());
    return digits;
}

bool binary(PacketType type) {
    return type == PacketType::binary_event || type == PacketType::binary_ack;
}

/// What each type of packet from a client has to carry.
const char* wrong_data(const Packet& packet) {
    const auto& data = packet.data;
    switch (packet.type) {
        case PacketType::connect:
            return data.is_null() || data.is_object() ? nullptr : "auth that is no object";
        case PacketType::disconnect:
            return data.is_null() ? nullptr : "a disconnect with data";
        case PacketType::event:
        case PacketType::binary_event: {
            if (!data.is_array() || data.empty()) {
                return "an event that is no list";
            }
            if (data[0].is_number()) {
                return nullptr;
            }
            const bool reserved = !data[0].is_string() ||
                                  std::any_of(kReserved.begin(), kReserved.end(),
                                              [&](const char* name) { return data[0] == name; });
            return reserved ? "an event without a name of its own" : nullptr;
        }
        case PacketType::ack:
        case PacketType::binary_ack:
            return data.is_array() && packet.id ? nullptr : "an ack that is no list with a number";
        case PacketType::connect_error:
            return "an error packet from a client";
    }
    return "a packet of no known type";
}

}  // namespace

std::string encoded(const Packet& packet) {
    std::string text = std::to_string(static_cast<unsigned>(packet.type));
    if (binary(packet.type)) {
        text += std::to_string(packet.attachments) + "-";
    }
    if (packet.nsp != "/") {
        text += packet.nsp + ",";
    }
    if (packet.id) {
        text += std::to_string(*packet.id);
    }
    if (!packet.data.is_null()) {
        text += packet.data.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return text;
}

std::optional<Packet> decoded(std::string_view text, std::string& why) {
    const auto fail = [&](const char* reason) {
        why = reason;
        return std::optional<Packet>();
    };
    if (text.empty() || text[0] < '0' || text[0] > '6') {
        return fail("a packet of no known type");
    }
    Packet packet;
    packet.type = static_cast<PacketType>(text[0] - '0');
    text.remove_prefix(1);
    if (binary(packet.type)) {
        const auto digits = take_digits(text);
        if (digits.empty() || digits.size() > 2 || !text.starts_with('-')) {
            return fail("a binary packet without its count");
        }
        text.remove_prefix(1);
        packet.attachments = static_cast<unsigned>(std::stoul(std::string(digits)));
        if (packet.attachments == 0 || packet.attachments > kMostAttachments) {
            return fail("a count of attachments out of bounds");
        }
    }
    if (text.starts_with('/')) {
        const auto name = text.substr(0, text.find(','));
        if (name.size() > kMostNamespace) {
            return fail("a namespace longer than 128 bytes");
        }
        packet.nsp = std::string(name);
        text.remove_prefix(std::min(text.size(), name.size() + 1));
    }
    if (const auto digits = take_digits(text); !digits.empty()) {
        if (digits.size() > kMostIdDigits) {
            return fail("the number of an ack that is too long");
        }
        packet.id = std::stoull(std::string(digits));
    }
    if (!text.empty()) {
        packet.data = Json::parse(text.begin(), text.end(), nullptr, false);
        if (packet.data.is_discarded()) {
            return fail("data that is no JSON");
        }
        if (packet.data.is_null()) {
            return fail("data that is null");
        }
    }
    if (const auto* wrong = wrong_data(packet)) {
        return fail(wrong);
    }
    return packet;
}

}  // namespace rookery::sim::socketio
