#pragma once

#include "base/clock.hpp"
#include "protocol/socketio/end_reason.hpp"
#include "protocol/socketio/engine_packet.hpp"
#include "protocol/socketio/engine_request.hpp"
#include "protocol/socketio/packet_queue.hpp"
#include "protocol/websocket/frame_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::protocol::socketio {

/// Of all sessions of a server.
struct EngineOptions {
    Millis ping_interval{25'000};
    Millis ping_timeout{20'000};
    Millis upgrade_timeout{10'000};     ///< from the websocket's opening to the `5`
    Millis first_poll_timeout{10'000};  ///< from the handshake to the next GET
    Millis noop_interval{100};          ///< between two `6` while a websocket is probed
    Millis linger{10'000};              ///< a polling client may still fetch what was sent so long
    std::size_t max_payload = 1'000'000;  ///< bytes from the client at once, and of one poll answer
    std::size_t max_poll_packets = 16;    ///< in one poll answer: python-engineio takes no more
    std::size_t buffer_bytes = 1'048'576;  ///< that wait for the client
    std::size_t buffer_packets = 1'000;    ///< likewise
    bool upgrades = true;                  ///< a websocket may take over from polling
};

/// One client's Engine.IO v4 session, the server's side: handshake, heartbeat, polling, websocket,
/// the switch from one to the other, what waits for the client, and the end. Does no I/O and reads
/// no clock: inputs come with the time.
///
/// Packets that were sent wait here until flush() (polling) or ready() and wrote() (websocket) take
/// them; the owner calls those at the end of its turn for each session that was touched. One
/// thread.
class EngineSession {
  public:
    enum class State : std::uint8_t {
        polling,
        probing,    ///< polling; a websocket has come and is tried
        websocket,  ///< the only transport from now on
        lingering,  ///< over; what was sent before still waits for the client's next GET
        closed,     ///< over; the object can go
    };

    /// Whom the session tells. It may be called within any input; it may call send() and close()
    /// from there, but must neither destroy the session nor give it another input.
    class Owner {
      public:
        Owner() = default;
        Owner(const Owner&) = delete;
        Owner& operator=(const Owner&) = delete;
        virtual ~Owner() = default;

        /// A message from the client: valid UTF-8 unless binary. The view ends with the call.
        virtual void message(std::string_view data, bool binary, SteadyTime now) = 0;
        /// The GET that waited is answered: 200, text/plain; charset=UTF-8, no-store.
        virtual void answer_poll(std::shared_ptr<const std::string> body) = 0;
        /// The websocket belongs to the session no more: write `last` (the rest of a frame that was
        /// begun, what was to go out still, and a close frame), then close it within a deadline.
        /// Empty: cut it at once.
        virtual void close_socket(std::string last) = 0;
        /// Packets were dropped (Overflow::drop), and there is room again.
        virtual void dropped(std::size_t packets) = 0;
        /// Once. No message comes any more and none can be sent. The object is still needed while
        /// it is lingering.
        virtual void ended(EndReason reason) = 0;
    };

    enum class Overflow : std::uint8_t {
        disconnect,  ///< end the session: slow_consumer
        drop,        ///< this message alone
    };
    enum class Sent : std::uint8_t {
        queued,
        dropped,
        unsendable,  ///< a text with 0x1E, while the client is polling
        over,        ///< the session is, or it is now
    };

    enum class Transport : std::uint8_t { polling, websocket };

    /// The open packet is queued: the GET that opened the session is the first poll(), a websocket
    /// that opened it is announced by socket_opened(). `options` and `owner` outlive the session.
    EngineSession(const EngineOptions& options, Owner& owner, std::string_view sid,
                  Transport transport, SteadyTime now);
    EngineSession(const EngineSession&) = delete;
    EngineSession& operator=(const EngineSession&) = delete;

    /// What becomes of a GET: it is refused, or answered at once, or (both null) it waits for
    /// Owner::answer_poll(). A second one ends the session.
    struct Poll {
        std::optional<EngineRefusal> refusal;
        std::shared_ptr<const std::string> body;
    };
    [[nodiscard]] Poll poll(SteadyTime now);
    /// The client left before the waiting GET was answered.
    void poll_gone(SteadyTime now);

    /// A POST's head has come: an answer refuses it there. Else exactly one of the following three
    /// ends it. A second one meanwhile ends the session, as does application/octet-stream.
    [[nodiscard]] std::optional<EngineRefusal> post_begins(std::string_view content_type,
                                                           SteadyTime now);
    /// Its whole body; an answer refuses it, else it is answered with 200, text/html, `ok`.
    [[nodiscard]] std::optional<EngineRefusal> post(std::string_view body, SteadyTime now);
    /// The server did not take the body (413, 408): the session lives.
    void post_refused() noexcept { posting_ = false; }
    /// The client left in the middle of the body.
    void post_gone(SteadyTime now);

    /// A websocket asks for this session, before the 101. One at a time; refused when it cannot be.
    /// Else socket_opened() or socket_gone() follows.
    [[nodiscard]] std::optional<EngineRefusal> reserve_socket(SteadyTime now);
    void socket_opened(SteadyTime now);
    /// Pings are answered (one pong for all since the last write), a close frame ends the session.
    void socket_message(const websocket::Message& message, SteadyTime now);
    /// websocket::FrameReader refused what came.
    void socket_failed(std::uint16_t close_code, SteadyTime now);
    /// It ended, or the 101 never came. Nothing is to be closed any more.
    void socket_gone(SteadyTime now);

    /// Queues a message.
    Sent send(const OutMessage& message, Overflow overflow = Overflow::disconnect);
    Sent send(const OutPacket& packet, Overflow overflow = Overflow::disconnect);

    /// Answers the waiting GET when there is something to say.
    void flush();

    /// Ends the session. Reasons that mean a healthy client: what was sent goes out first.
    void close(EndReason reason, SteadyTime now);

    /// The socket's frames, in order: how many may be written now, and each. Stays the same until
    /// the next call of something else; what is to be written without being copied is held by a
    /// copy of the packet.
    [[nodiscard]] std::size_t ready() const noexcept;
    [[nodiscard]] const OutPacket& ready(std::size_t index) const noexcept;
    /// Bytes of the first that are written.
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
    /// So many bytes more of them are written.
    void wrote(std::size_t bytes);

    /// Deadlines that have passed. Early calls do no harm.
    void tick(SteadyTime now);
    /// When tick() is due; may lie later than it did (a lazy timer will do).
    [[nodiscard]] SteadyTime next_deadline() const noexcept;

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] bool is_over() const noexcept { return state_ >= State::lingering; }
    [[nodiscard]] bool poll_waits() const noexcept { return poll_waits_; }
    [[nodiscard]] std::size_t queued_bytes() const noexcept { return queue_.bytes(); }
    [[nodiscard]] std::size_t queued_packets() const noexcept { return queue_.size(); }
    /// Harmless packets that had no business here.
    [[nodiscard]] std::uint32_t ignored() const noexcept { return ignored_; }
    /// The client has sent a message: it is no empty handshake.
    [[nodiscard]] bool has_spoken() const noexcept { return spoken_; }

  private:
    enum class Socket : std::uint8_t { none, reserved, opened };

    void take(const EnginePacket& packet, SteadyTime now);
    void take_socket(const websocket::Message& message, SteadyTime now);
    void take_probe(const websocket::Message& message, SteadyTime now);
    void switch_over();
    void drop_probe(std::uint16_t close_code);
    void forget_probe() noexcept;
    void answer_ping(std::string_view payload);
    void answer_poll(std::string body);
    [[nodiscard]] std::string poll_body();
    void heard(SteadyTime now) noexcept;
    void beat(SteadyTime now);
    void finish(EndReason reason, std::uint16_t close_code, SteadyTime now);
    void finish_poll(EndReason reason);
    [[nodiscard]] std::string last_bytes(bool everything, std::uint16_t close_code,
                                         std::string_view reason);
    [[nodiscard]] Sent make_room(std::size_t bytes, std::size_t packets, Overflow overflow);
    void tell_dropped();
    [[nodiscard]] PacketQueue& socket_queue() noexcept {
        return state_ == State::probing ? probe_queue_ : queue_;
    }
    [[nodiscard]] const PacketQueue& socket_queue() const noexcept {
        return state_ == State::probing ? probe_queue_ : queue_;
    }

    const EngineOptions& options_;
    Owner& owner_;
    PacketQueue queue_;         ///< for the transport in use
    PacketQueue probe_queue_;   ///< for the websocket that is tried
    std::size_t offset_ = 0;    ///< bytes written of the first packet for the socket
    std::size_t dropped_ = 0;   ///< since Owner::dropped()
    SteadyTime beat_at_;        ///< the next ping, or the end when it is not answered
    SteadyTime first_poll_by_;  ///< max() when it has come
    SteadyTime upgrade_by_;     ///< of a probe; of a lingering session: its end
    SteadyTime noop_at_;        ///< not before
    std::uint32_t ignored_ = 0;
    State state_;
    Socket socket_ = Socket::none;
    bool awaits_pong_ = false;
    bool extended_ = false;  ///< the wait for the pong, by something else that came
    bool poll_waits_ = false;
    bool polled_ = false;  ///< the handshake's GET has been answered
    bool posting_ = false;
    bool probed_ = false;  ///< `2probe` has come
    bool pong_queued_ = false;
    bool spoken_ = false;
};

}  // namespace rookery::protocol::socketio
