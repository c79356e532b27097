#pragma once

#include "base/clock.hpp"
#include "protocol/socketio/out_packet.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Engine.IO v4: one packet is a digit and data; in a polling body packets are joined by 0x1E and
/// binary is `b` and base64.
namespace rookery::protocol::socketio {

inline constexpr char kSeparator = '\x1e';

/// A packet that came. `data` is a view into what it was read from.
struct EnginePacket {
    EngineType type = EngineType::message;
    bool binary = false;  ///< then a message
    std::string_view data;
};

/// The text of one packet; nullopt when it is none. Base64 is decoded into `decoded`, to which
/// `data` then points.
[[nodiscard]] std::optional<EnginePacket> parse_engine_packet(std::string_view text,
                                                              std::string& decoded);

/// The packets of a polling body, one at a time; nothing is copied but what was base64.
class PayloadReader {
  public:
    enum class Next : std::uint8_t { packet, end, failed };

    /// `body` outlives the reader. An empty body has one packet, which is none: failed.
    explicit PayloadReader(std::string_view body) noexcept : rest_(body) {}

    /// `out.data` is valid until the next call. After `failed` or `end` nothing more comes.
    [[nodiscard]] Next next(EnginePacket& out);

  private:
    std::string_view rest_;
    bool ended_ = false;
    std::string decoded_;
};

/// Appends a packet to a polling body. Neither a control frame nor one with a separator.
void append_to_payload(std::string& body, const OutPacket& packet);
/// Bytes that append_to_payload() takes, the separator included.
[[nodiscard]] std::size_t payload_size(const OutPacket& packet) noexcept;

/// The handshake: `0{"sid":...}`.
struct OpenPacket {
    std::string_view sid;
    bool upgrade = false;  ///< a websocket may take over
    Millis ping_interval{};
    Millis ping_timeout{};
    std::size_t max_payload = 0;
};
[[nodiscard]] OutPacket encode_open(const OpenPacket& open);

/// Whether a text is UTF-8, which every text that is passed on must be.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace rookery::protocol::socketio
