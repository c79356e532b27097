#pragma once

#include "base/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// RFC 6455 framing without any I/O. No extension is negotiated, so reserved bits are errors.
namespace rookery::protocol::websocket {

enum class Opcode : std::uint8_t {
    continuation = 0x0,
    text = 0x1,
    binary = 0x2,
    close = 0x8,
    ping = 0x9,
    pong = 0xA,
};

enum class Role : std::uint8_t { client, server };

inline constexpr std::uint16_t kCloseNormal = 1000;
inline constexpr std::uint16_t kCloseProtocolError = 1002;
inline constexpr std::uint16_t kCloseNoStatus = 1005;  ///< never on the wire: "no code was given"
inline constexpr std::uint16_t kCloseBadText = 1007;
inline constexpr std::uint16_t kClosePolicy = 1008;
inline constexpr std::uint16_t kCloseTooBig = 1009;

/// One whole message (fragments joined) or one control frame.
struct Message {
    Opcode opcode{};               ///< never continuation
    std::uint16_t close_code = 0;  ///< of a close frame: its code, kCloseNoStatus when it had none
    std::string_view payload;      ///< of a close frame: the reason (valid UTF-8)
};

/// Splits what one peer sends into messages. Owns the receive buffer, so that an unfragmented frame
/// is handed out as a view into it and is never copied:
///
///     auto room = reader.prepare();            // read from the socket into `room`
///     reader.commit(bytes_read);
///     while (reader.next(message) == Next::message) { ... }
///
/// Text is not checked to be UTF-8 here: whoever parses it does that. One thread at a time.
class FrameReader {
  public:
    struct Limits {
        std::size_t max_message = std::size_t{64}
                                  << 20;              ///< bytes of one message, fragments joined
        std::size_t max_fragments = 16384;            ///< frames of one message
        std::size_t buffer = std::size_t{256} << 10;  ///< receive buffer while frames are small
    };
    enum class Next : std::uint8_t {
        message,    ///< one more in `out`
        need_more,  ///< prepare(), read, commit()
        failed,     ///< the peer broke the protocol: see failure(); stays so until reset()
    };
    struct Failure {
        Error error;               ///< protocol or limit
        std::uint16_t close_code;  ///< to close with: 1002, 1007 or 1009
    };

    /// `role` is the reader's own: a client refuses masked frames, a server unmasked ones.
    explicit FrameReader(Role role) : FrameReader(role, Limits{}) {}
    FrameReader(Role role, Limits limits);

    /// Room for the next read, never empty. Invalidates every view handed out so far. The buffer
    /// grows by doubling, up to the frame that is arriving, and shrinks back once that is consumed.
    [[nodiscard]] std::span<char> prepare();

    /// `bytes` have been written to the front of prepare()'s room.
    void commit(std::size_t bytes);

    /// The next message. Views in `out` are valid until the next call of next(), prepare() or
    /// reset().
    [[nodiscard]] Next next(Message& out);

    /// Only after Next::failed.
    [[nodiscard]] const Failure& failure() const;

    /// Forgets everything received: for a new connection.
    void reset();

    /// Bytes committed and not yet handed out.
    [[nodiscard]] std::size_t pending() const noexcept { return end_ - begin_; }

    /// Whether part of a message has come, and its end has not.
    [[nodiscard]] bool inside_message() const noexcept { return pending() > 0 || fragments_ > 0; }

    /// Gives the receive buffer back, if there is nothing in it, until the next prepare(): for
    /// connections that are many and mostly silent. Invalidates every view handed out so far.
    void release();

  private:
    struct Header {
        Opcode opcode{};
        bool fin = false;
        std::size_t size = 0;      ///< of the header
        std::uint64_t length = 0;  ///< of the payload
        std::array<unsigned char, 4> mask{};
    };

    [[nodiscard]] bool parse_header(Header& header);
    [[nodiscard]] bool check_header(const Header& header, unsigned char first, bool masked);
    [[nodiscard]] bool join(const Header& header, std::string_view payload, Message& out);
    [[nodiscard]] Next take_close(std::string_view payload, Message& out);
    void fail(ErrorKind kind, std::uint16_t close_code, std::string text);
    void resize(std::size_t capacity);

    Role role_;
    Limits limits_;
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t wanted_ = 0;  ///< size of the frame at begin_, once its header is known
    std::string joined_;      ///< payloads of the fragments so far
    std::size_t fragments_ = 0;
    Opcode joined_opcode_{};
    bool joined_handed_out_ = false;
    std::optional<Failure> failure_;
};

using MaskKey = std::array<unsigned char, 4>;

/// Appends the header of a whole frame, without the key that follows it when it is masked.
void encode_header(Opcode opcode, std::size_t size, bool masked, std::string& out);

/// Appends one whole frame to `out`. A client must give a fresh random key for each frame, a server
/// none. A control frame's payload must be at most 125 bytes (asserted).
void encode_frame(Opcode opcode, std::string_view payload, std::optional<MaskKey> key,
                  std::string& out);

/// Appends a close frame; the reason is cut to the 123 bytes that fit, at a character's edge.
void encode_close(std::uint16_t code, std::string_view reason, std::optional<MaskKey> key,
                  std::string& out);

}  // namespace rookery::protocol::websocket
