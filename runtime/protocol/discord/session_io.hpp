#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

/// What goes into a SessionFsm and what comes out of it.
namespace rookery::protocol::discord {

struct Shard {
    std::uint32_t id = 0;
    std::uint32_t count = 1;
    bool operator==(const Shard&) const = default;
};

/// All that a resume needs. The four belong together; a session of another shard cannot be resumed.
struct Session {
    std::string id;
    std::string resume_url;  ///< as READY gave it, without a query; may be empty: use the base URL
    std::uint64_t seq = 0;   ///< newest sequence number received
    Shard shard;
    bool operator==(const Session&) const = default;
};

enum class Timer : std::uint8_t { backoff, hello, heartbeat, ready, close, quiet };
inline constexpr std::size_t kTimerCount = 6;

namespace input {
struct Start {};         ///< connect; from stopped or fatal
struct SocketOpened {};  ///< websocket handshake done
/// The connection or its handshake failed, or the gateway's address could not be had. A permanent
/// one may also answer RequestSlot: asking for the identify budget has shown that the token is
/// refused.
struct ConnectFailed {
    std::string reason;
    bool permanent = false;  ///< no use in trying again (REST said 401)
};
struct Hello {
    Millis interval;
};
struct Ack {};
struct HeartbeatRequest {};
struct ReconnectRequest {};
struct InvalidSession {
    bool resumable = false;
};
struct Ready {  ///< the READY dispatch; on_dispatch() is not called for it
    std::string session_id;
    std::string resume_url;
    std::uint64_t seq = 0;
};
struct Resumed {  ///< the RESUMED dispatch; on_dispatch() is not called for it
    std::uint64_t seq = 0;
};
/// The connection ended, whoever began it. `code` as received; none for a TCP end without close
/// frame.
struct SocketClosed {
    std::optional<std::uint16_t> code;
    std::string reason;
};
struct TimerFired {
    Timer which;
};
struct SlotGranted {};
struct SlotRefused {  ///< the identify budget says no for a while
    Millis retry_after;
    std::string reason;
};
struct BadFrame {  ///< what arrived cannot be understood: corrupt stream, broken JSON or framing
    std::string reason;
};
struct Reidentify {  ///< settings of the identify payload changed: a new session is needed
    std::string reason;
};
/// The session survives on the server for a few minutes when resumable, else it ends now.
struct Stop {
    bool resumable = true;
};
}  // namespace input

using Input = std::variant<input::Start, input::SocketOpened, input::ConnectFailed, input::Hello,
                           input::Ack, input::HeartbeatRequest, input::ReconnectRequest,
                           input::InvalidSession, input::Ready, input::Resumed, input::SocketClosed,
                           input::TimerFired, input::SlotGranted, input::SlotRefused,
                           input::BadFrame, input::Reidentify, input::Stop>;

namespace action {
struct Connect {
    std::string resume_url;  ///< empty: the base URL from discovery
};
struct Close {  ///< send a close frame; then report SocketClosed, however the connection ends
    std::uint16_t code;
};
struct DropSocket {
};  ///< cut or stop connecting, at once; nothing more of that connection is reported
struct SendHeartbeat {
    std::optional<std::uint64_t> seq;
};
struct SendIdentify {};
struct SendResume {
    std::string session_id;
    std::uint64_t seq;
};
struct RequestSlot {};  ///< answer with SlotGranted, SlotRefused or a permanent ConnectFailed
struct ReturnSlot {};   ///< withdraw the request, or give back the unused grant
struct ArmTimer {       ///< replaces a running timer of that name
    Timer which;
    Millis delay;
};
struct CancelTimer {
    Timer which;
};
struct SessionEstablished {  ///< SessionFsm::session() is complete
    bool resumed;
};
struct SessionLost {};  ///< cannot be resumed any more: forget what was stored
struct Latency {
    std::chrono::microseconds round_trip;
};
struct Fatal {           ///< no further attempt until Start
    std::uint16_t code;  ///< 0 when it was not a close code
    std::string text;    ///< one line for the user
};
struct Stopped {};
struct Note {  ///< for the log
    enum class Level : std::uint8_t { debug, info, warn } level;
    std::string text;
};
}  // namespace action

using Action = std::variant<action::Connect, action::Close, action::DropSocket,
                            action::SendHeartbeat, action::SendIdentify, action::SendResume,
                            action::RequestSlot, action::ReturnSlot, action::ArmTimer,
                            action::CancelTimer, action::SessionEstablished, action::SessionLost,
                            action::Latency, action::Fatal, action::Stopped, action::Note>;

/// Short text of an action for traces and tests: "connect wss://...", "arm hello 20000".
[[nodiscard]] std::string describe(const Action& action);

}  // namespace rookery::protocol::discord
