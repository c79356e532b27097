#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "protocol/socketio/end_reason.hpp"
#include "protocol/socketio/packet.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::protocol::socketio {

/// Of all connections of a server.
struct ConnectionOptions {
    Millis connect_timeout{10'000};       ///< without a namespace; and for the answer to a CONNECT
    Millis assembly_timeout{20'000};      ///< from a packet's text to its last attachment
    std::size_t max_payload = 1'000'000;  ///< bytes of a packet's text and attachments
    std::size_t most_namespaces = 8;      ///< joined or asked for at once
    unsigned most_refused = 5;            ///< the connection ends with so many CONNECTs refused
    std::size_t most_acks = 1'000;        ///< that one namespace's socket may owe us
};

/// The Socket.IO side of one client, over the messages of its Engine.IO session: namespaces, events
/// with their attachments, acknowledgements. Whatever is against the protocol ends the connection.
/// Does no I/O and reads no clock. One thread.
///
/// The owner names each client of a namespace with a key, never used again.
class Connection {
  public:
    using Key = std::uint64_t;

    /// Whom the connection tells. It may call accept(), refuse(), disconnect(), emit_with_ack() and
    /// reply() from there, and closed(), but must not destroy the connection.
    class Owner {
      public:
        Owner() = default;
        Owner(const Owner&) = delete;
        Owner& operator=(const Owner&) = delete;
        virtual ~Owner() = default;

        /// A key for a client that asks for that namespace; nullopt when there is no such
        /// namespace.
        [[nodiscard]] virtual std::optional<Key> admit(std::string_view ns) = 0;
        /// Asks: answered by accept() or refuse(), at once or later. `auth` is a compact object.
        virtual void connect(Key key, std::string_view ns, std::string auth) = 0;
        /// `ack`: for reply().
        virtual void event(Key key, std::string name, Arguments arguments,
                           std::optional<std::uint64_t> ack) = 0;
        /// Once for each key that was asked for and not refused by the owner; nothing can be sent
        /// to it any more. `joined` false: it was not admitted in time or the client left before.
        virtual void left(Key key, EndReason reason, bool joined) = 0;
        /// To the client, in order, behind what was sent before.
        virtual void send(const OutMessage& message) = 0;
        /// The session is to end; closed() follows, at once or later. `why` is for the log.
        virtual void close(EndReason reason, std::string why) = 0;
    };

    /// Both outlive the connection.
    Connection(const ConnectionOptions& options, Owner& owner, SteadyTime now);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    /// A message of the session (valid UTF-8).
    void text(std::string_view message, SteadyTime now);
    void binary(std::string_view message, SteadyTime now);

    /// Answer to Owner::connect(); nothing happens when the client has gone meanwhile: false. What
    /// a recovered client missed is sent before.
    bool accept(Key key, std::string_view sid, std::string_view pid = {});
    /// `data`: JSON, empty for none.
    bool refuse(Key key, std::string_view message, std::string_view data = {});

    /// Sends the client away from the namespace: `41`, then Owner::left(server_disconnect). One
    /// that still waits for its answer is refused, and is not told of by left().
    void disconnect(Key key, SteadyTime now);

    /// `done` runs once. Errors: timeout, cancelled (it left), limit (too many wait).
    using Done = std::function<void(Result<Arguments>)>;
    void emit_with_ack(Key key, std::string_view event, const Arguments& arguments,
                       SteadyTime deadline, Done done);
    /// Answers an event that asked for it.
    void reply(Key key, std::uint64_t ack, const Arguments& arguments);

    /// The session has ended: everybody leaves, every acknowledgement is cancelled.
    void closed(EndReason reason);

    /// Deadlines that have passed. Early calls do no harm.
    void tick(SteadyTime now);
    /// When tick() is due; max() when nothing waits.
    [[nodiscard]] SteadyTime next_deadline() const noexcept;

    [[nodiscard]] bool is_joined(Key key) const noexcept;
    [[nodiscard]] std::size_t joined() const noexcept;
    /// Harmless packets that had no business here: acknowledgements nobody waits for.
    [[nodiscard]] std::uint32_t ignored() const noexcept { return ignored_; }

  private:
    struct PendingAck {
        std::uint64_t id;
        SteadyTime deadline;
        Done done;
    };
    enum class Stage : std::uint8_t {
        asked,  ///< the owner decides
        joined,
        sent_away,  ///< what the client said before it knew is ignored
    };
    struct Member {
        Key key = 0;
        Stage stage = Stage::asked;
        SteadyTime answer_by;
        std::string ns;
        std::uint64_t next_ack = 0;
        std::vector<PendingAck> acks;  ///< by id
    };
    /// A packet, and its attachments as far as they have come.
    struct Incoming {
        Key key = 0;
        bool is_ack = false;
        std::optional<std::uint64_t> id;
        std::string name;
        Arguments arguments;
        unsigned owed = 0;
        std::size_t bytes = 0;
        SteadyTime deadline;
    };

    void take_connect(const Packet& packet, SteadyTime now);
    void take_disconnect(const Packet& packet, Key key, SteadyTime now);
    void take_content(const Packet& packet, Incoming incoming, SteadyTime now);
    void hand_over(Incoming incoming);
    void settle(Member& member, Incoming incoming);
    void refuse_connect(std::string_view ns, std::string_view message, std::string_view data);
    void violated(std::string why);
    void remove(Key key, SteadyTime namespace_by);
    void refuse_late(SteadyTime now);
    void time_out_acks(SteadyTime now);
    static void cancel(std::vector<PendingAck> acks);
    [[nodiscard]] Member* find(Key key) noexcept;
    [[nodiscard]] Member* find_joined(Key key) noexcept;
    [[nodiscard]] Member* find(std::string_view ns) noexcept;
    [[nodiscard]] std::size_t present() const noexcept;

    const ConnectionOptions& options_;
    Owner& owner_;
    std::vector<Member> members_;
    std::unique_ptr<Incoming> assembly_;
    SteadyTime namespace_by_;                  ///< max() while there is one
    SteadyTime acks_due_ = SteadyTime::max();  ///< not later than the first of them
    std::uint32_t ignored_ = 0;
    unsigned refused_ = 0;
    bool over_ = false;
};

}  // namespace rookery::protocol::socketio
