#pragma once

#include "base/result.hpp"
#include "protocol/socketio/out_packet.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Socket.IO v5 packets: `<type>[<attachments>-][<namespace>,][<ack id>][<JSON>]`. Stricter than
/// the reference where docs/adr/0020-strict-socketio.md says so.
namespace rookery::protocol::socketio {

enum class PacketType : std::uint8_t {
    connect,
    disconnect,
    event,
    ack,
    connect_error,
    binary_event,
    binary_ack,
};

inline constexpr unsigned kMaxAttachments = 10;
inline constexpr std::size_t kMaxNamespace = 128;  ///< bytes of a name
inline constexpr std::size_t kMaxNodes = 100'000;  ///< values in one packet's JSON
inline constexpr std::uint64_t kMaxAckId = (std::uint64_t{1} << 53U) - 1;

/// What an event or an acknowledgement carries: a compact JSON array without the event's name, as
/// it came (numbers and escapes untouched), and the binary that its placeholders
/// `{"_placeholder":true,"num":0}` stand for.
struct Arguments {
    std::string json = "[]";
    std::vector<std::string> attachments;
    bool operator==(const Arguments&) const = default;
};

/// A packet as its text says; the JSON has not been looked at.
struct Packet {
    PacketType type{};
    unsigned attachments = 0;  ///< that follow: 1 to kMaxAttachments for the binary types
    std::string_view ns = "/";
    std::optional<std::uint64_t> id;
    std::string_view json;  ///< empty: there is none
};

/// Views into `text`. Error protocol or limit.
[[nodiscard]] Result<Packet> parse_packet(std::string_view text);

/// An event's name (a number stays as it was written) and its arguments, of an event packet. Checks
/// the JSON (UTF-8, depth 64, `max_nodes`), that the name is none of the reserved ones, and that
/// the placeholders of a binary event are in range. Error protocol or limit.
struct EventContent {
    std::string name;
    std::string json;  ///< Arguments::json
};
[[nodiscard]] Result<EventContent> read_event(const Packet& packet,
                                              std::size_t max_nodes = kMaxNodes);

/// Arguments::json of an acknowledgement. The same checks.
[[nodiscard]] Result<std::string> read_ack(const Packet& packet, std::size_t max_nodes = kMaxNodes);

/// The object of a CONNECT packet, compact; "{}" when there is none. The same checks.
[[nodiscard]] Result<std::string> read_auth(const Packet& packet);

/// What a CONNECT_ERROR packet says: the message and data of its object; of Socket.IO 2, whose
/// packet may hold any JSON, a string is the message and everything else the data. The same checks.
struct RefusalContent {
    std::string message;
    std::string data;  ///< compact JSON; empty: none
};
[[nodiscard]] Result<RefusalContent> read_refusal(const Packet& packet);

/// Appends valid JSON without the white space outside of its strings. One pass.
void append_compact(std::string& out, std::string_view json);

/// Packets, byte for byte those of the reference. `ns` begins with a slash;
/// `arguments.json` is a compact array, not checked again.
[[nodiscard]] OutMessage encode_connect(std::string_view ns, std::string_view sid,
                                        std::string_view pid = {});
/// A client's: `ns` with a query behind it for Socket.IO 2; `auth`: a JSON object, empty for none.
[[nodiscard]] OutMessage encode_join(std::string_view ns, std::string_view auth);
/// `data`: JSON, empty for none.
[[nodiscard]] OutMessage encode_connect_error(std::string_view ns, std::string_view message,
                                              std::string_view data = {});
[[nodiscard]] OutMessage encode_disconnect(std::string_view ns);
/// `offset`: one more argument at the end, for recovery; empty for none. A packet with an id has
/// none.
[[nodiscard]] OutMessage encode_event(std::string_view ns, std::string_view name,
                                      const Arguments& arguments,
                                      std::optional<std::uint64_t> id = std::nullopt,
                                      std::string_view offset = {});
[[nodiscard]] OutMessage encode_ack(std::string_view ns, std::uint64_t id,
                                    const Arguments& arguments);

}  // namespace rookery::protocol::socketio
