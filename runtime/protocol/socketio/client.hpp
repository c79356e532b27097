#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "protocol/socketio/packet.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::protocol::socketio {

/// Which revision of Engine.IO the server speaks, and with it which Socket.IO.
enum class EngineRevision : std::uint8_t {
    v3 = 3,  ///< Socket.IO 2: the client pings, `/` is joined unasked
    v4 = 4,  ///< Socket.IO 3 and later: the server pings, every namespace is asked for
};

/// What brings a lost session back (Engine.IO v4, where the server keeps it): the server then sends
/// what was missed before it says that the namespace is joined.
struct Recovery {
    std::string pid;
    std::string offset;  ///< of the last event; empty: none has come
    bool operator==(const Recovery&) const = default;
};

/// A namespace to be joined.
struct Membership {
    std::string ns = "/";
    /// v4: a JSON object for the server's check; empty: none. v3: a query ("token=x") that is put
    /// behind the namespace's name; nothing for `/`, whose check reads the upgrade's request.
    std::string auth;
    std::optional<Recovery> recovery = std::nullopt;
};

struct ClientOptions {
    EngineRevision revision = EngineRevision::v4;
    std::vector<Membership> namespaces{Membership{}};  ///< asked for when the session opens
    Millis open_timeout{15'000};      ///< from the socket's opening to the open packet
    Millis join_timeout{15'000};      ///< for the answer about a namespace
    Millis assembly_timeout{20'000};  ///< from a packet's text to its last attachment
    std::size_t max_payload = std::size_t{16} << 20U;  ///< bytes of a packet and its attachments
    std::size_t max_nodes = 1'000'000;                 ///< values in one packet's JSON
    std::size_t most_acks = 1'000;                     ///< that the server may owe us
    /// Another JSON for an event that would be refused (nested deeper than 64, say); nullopt: the
    /// one that came. Empty: nobody is asked.
    std::function<std::optional<std::string>(std::string_view json)> repair{};
};

/// An event that came.
struct ClientEvent {
    std::string ns;
    std::string name;
    Arguments arguments;
    std::optional<std::uint64_t> ack;  ///< for Client::reply()
};

/// The client's side of one Socket.IO session over one websocket: Engine.IO heartbeats, namespaces,
/// events with attachments, acknowledgements. Does no I/O and reads no clock. One thread.
///
/// A packet that breaks the framing ends the session. An event whose JSON cannot be read (broken,
/// nested deeper than 64, too many values, a reserved name) is dropped and told by malformed().
class Client {
  public:
    /// Whom the client tells. It may call any of the client's functions from there, but must not
    /// destroy it.
    class Owner {
      public:
        Owner() = default;
        Owner(const Owner&) = delete;
        Owner& operator=(const Owner&) = delete;
        virtual ~Owner() = default;

        /// One message for the websocket, in order.
        virtual void send(std::string_view payload, bool binary) = 0;
        virtual void joined(std::string_view ns) = 0;
        /// The server does not let us in; the session stays. `data`: JSON; empty: none.
        virtual void refused(std::string_view ns, std::string message, std::string data) = 0;
        /// The server sent us away from a namespace that we had joined; the session stays.
        virtual void left(std::string_view ns) = 0;
        virtual void event(ClientEvent event) = 0;
        virtual void malformed(std::string_view ns, const Error& error) = 0;
        /// A heartbeat was answered. Engine.IO v3 alone: in v4 the server asks.
        virtual void latency(std::chrono::microseconds round_trip) = 0;
        /// The session is over: the socket is to be closed. Once, and nothing comes after it;
        /// acknowledgements that are owed have failed before. Kinds: timeout (nothing heard in
        /// time), unavailable (the server closed), unsupported (another revision), protocol, limit.
        virtual void ended(const Error& why) = 0;
    };

    /// The websocket has just opened. `owner` outlives the client.
    Client(ClientOptions options, Owner& owner, SteadyTime now);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    /// A message of the websocket.
    void text(std::string_view message, SteadyTime now);
    void binary(std::string_view message, SteadyTime now);
    /// The websocket has ended: ended() follows, unless it was called before.
    void lost(const Error& why);

    /// Asks for a namespace, once more or beside those of the options. Errors: exists (joined or
    /// asked for), invalid (name), unavailable (the session is over).
    [[nodiscard]] Result<> join(Membership membership, SteadyTime now);
    /// Leaves it: acknowledgements owed there fail with cancelled. No left() for that.
    void leave(std::string_view ns);
    /// Says goodbye (`1`, so that a session that the server keeps can be recovered): ended() is not
    /// called.
    void close();

    /// Errors: unavailable (the namespace is not joined), invalid (no JSON array), limit (longer
    /// than what the server takes, too many attachments).
    [[nodiscard]] Result<> emit(std::string_view ns, std::string_view name,
                                const Arguments& arguments);
    /// `done` runs once, maybe at once. Errors besides those of emit(): timeout, cancelled (the
    /// namespace or the session ended), limit (too many wait), protocol (an answer that cannot be
    /// read).
    using Done = std::function<void(Result<Arguments>)>;
    void emit_with_ack(std::string_view ns, std::string_view name, const Arguments& arguments,
                       SteadyTime deadline, Done done);
    /// Answers an event that asked for it.
    [[nodiscard]] Result<> reply(std::string_view ns, std::uint64_t ack,
                                 const Arguments& arguments);

    /// Until now nothing was read, by our own choice: what the server may have said waits in the
    /// socket, and its deadlines begin anew.
    void excuse(SteadyTime now);
    /// Deadlines that have passed, and the heartbeat of v3. Early calls do no harm.
    void tick(SteadyTime now);
    /// When tick() is due; max() once it is over.
    [[nodiscard]] SteadyTime next_deadline() const noexcept;

    [[nodiscard]] bool is_joined(std::string_view ns) const noexcept;
    /// The server's id of us in that namespace; empty: not joined, or v3.
    [[nodiscard]] std::string_view sid(std::string_view ns) const noexcept;
    /// The server gave back the session of Membership::recovery: nothing was missed.
    [[nodiscard]] bool recovered(std::string_view ns) const noexcept;
    /// For the next connection; nullopt where the server keeps no sessions.
    [[nodiscard]] std::optional<Recovery> recovery(std::string_view ns) const;
    /// Harmless packets that had no business here: acknowledgements nobody waits for, events of
    /// namespaces that were left.
    [[nodiscard]] std::uint64_t ignored() const noexcept { return ignored_; }

  private:
    struct PendingAck {
        std::uint64_t id;
        SteadyTime deadline;
        Done done;
    };
    enum class Stage : std::uint8_t {
        wanted,  ///< the session is not open yet
        asked,
        joined,
    };
    struct Member {
        Membership membership;
        Stage stage = Stage::wanted;
        SteadyTime answer_by;
        std::string sid;
        bool recovered = false;
        std::uint64_t next_ack = 0;
        std::vector<PendingAck> acks;  ///< by id
    };
    /// A packet whose attachments are still to come.
    struct Incoming {
        std::string ns;
        PacketType type{};
        std::optional<std::uint64_t> id;
        std::string name;
        Arguments arguments;
        std::optional<Error> broken;  ///< its JSON: attachments are taken and dropped with it
        unsigned owed = 0;
        std::size_t bytes = 0;
        SteadyTime deadline;
    };

    void open(std::string_view json, SteadyTime now);
    void take_packet(std::string_view text, SteadyTime now);
    void take_connect(const Packet& packet, SteadyTime now);
    void take_connect_error(const Packet& packet);
    void take_disconnect(const Packet& packet);
    void take_content(const Packet& packet, SteadyTime now);
    void hand_over(Incoming incoming);
    void settle(Member& member, Incoming incoming);
    void ask(Member& member, SteadyTime now);
    [[nodiscard]] Result<> check(std::string_view ns, const Arguments& arguments) const;
    void heard(SteadyTime now);
    void ping(SteadyTime now);
    void send(const OutMessage& message);
    void send_engine(EngineType type, std::string_view data = {});
    void end(Error why);
    void cancel_acks(Member& member, const Error& why);
    void time_out_acks(SteadyTime now);
    void remove(std::string_view ns, const Error& why);
    [[nodiscard]] bool v3() const noexcept { return options_.revision == EngineRevision::v3; }
    [[nodiscard]] Member* find(std::string_view ns) noexcept;
    [[nodiscard]] const Member* find(std::string_view ns) const noexcept;

    ClientOptions options_;
    Owner& owner_;
    std::vector<std::unique_ptr<Member>> members_;
    std::unique_ptr<Incoming> assembly_;
    Millis ping_interval_{};
    Millis ping_timeout_{};
    SteadyTime dead_at_;                      ///< without a word until then it is over
    SteadyTime ping_at_ = SteadyTime::max();  ///< v3: the next heartbeat
    std::optional<SteadyTime> pinged_;        ///< v3: not answered yet
    std::uint64_t ignored_ = 0;
    std::size_t server_max_ = 0;  ///< bytes of a packet that the server takes; 0: it did not say
    bool root_joined_ = false;    ///< v3: the server has let us in
    bool open_ = false;
    bool over_ = false;
};

}  // namespace rookery::protocol::socketio
