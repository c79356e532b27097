#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::protocol::socketio {

enum class EngineType : std::uint8_t { open, close, ping, pong, message, upgrade, noop };

/// One Engine.IO packet on its way out, in the form that both transports take it from: written
/// once, shared by all who get it, never changed. Copying it copies a pointer. Any thread.
class OutPacket {
  public:
    /// A text packet; its data are the parts, one behind the other. Valid UTF-8.
    [[nodiscard]] static OutPacket text(EngineType type, std::span<const std::string_view> parts);
    [[nodiscard]] static OutPacket text(EngineType type, std::string_view data = {}) {
        return text(type, std::span(&data, 1));
    }
    /// A binary message.
    [[nodiscard]] static OutPacket binary(std::string_view data);
    /// A control frame of the websocket; polling has nothing like it. At most 125 bytes.
    [[nodiscard]] static OutPacket pong_frame(std::string_view payload);

    /// The whole websocket frame, unmasked: a server's.
    [[nodiscard]] std::string_view frame() const noexcept {
        return std::string_view(*bytes_).substr(begin_);
    }
    /// Without the frame's header: type and data of a text packet, data alone of a binary one.
    [[nodiscard]] std::string_view payload() const noexcept {
        return std::string_view(*bytes_).substr(kHeaderRoom);
    }
    [[nodiscard]] bool is_binary() const noexcept { return kind_ == Kind::binary; }
    [[nodiscard]] bool is_control() const noexcept { return kind_ == Kind::control; }
    /// A text that holds 0x1E would be taken apart by a polling client. JSON never does.
    [[nodiscard]] bool has_separator() const noexcept { return separator_; }
    /// Bytes of the frame.
    [[nodiscard]] std::size_t size() const noexcept { return bytes_->size() - begin_; }
    /// What keeps the views alive.
    [[nodiscard]] const std::shared_ptr<const std::string>& bytes() const noexcept {
        return bytes_;
    }

  private:
    enum class Kind : std::uint8_t { text, binary, control };
    static constexpr std::size_t kHeaderRoom = 10;  ///< the longest header of an unmasked frame

    OutPacket(std::string bytes, Kind kind);

    std::shared_ptr<const std::string> bytes_;  ///< unused room, header, payload
    std::uint8_t begin_ = 0;                    ///< of the header
    Kind kind_{};
    bool separator_ = false;
};

/// A Socket.IO packet: one text and the binary that belongs to it. Goes out whole or not at all.
struct OutMessage {
    OutPacket text;
    std::vector<OutPacket> attachments;
};

}  // namespace rookery::protocol::socketio
