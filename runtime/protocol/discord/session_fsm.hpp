#pragma once

#include "base/clock.hpp"
#include "protocol/discord/close_codes.hpp"
#include "protocol/discord/session_io.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::protocol::discord {

enum class State : std::uint8_t {
    stopped,      ///< never started, or stopped by the user
    backoff,      ///< waiting before the next attempt
    connecting,   ///< TCP, TLS and upgrade are under way
    await_hello,  ///< connected, Hello has not come yet
    wait_slot,    ///< no session; waiting for the right to identify
    identifying,  ///< op 2 sent
    resuming,     ///< op 6 sent; missed dispatches arrive
    ready,        ///< READY or RESUMED seen
    closing,      ///< close frame sent
    fatal,        ///< refused for good
};

[[nodiscard]] std::string_view to_string(State state) noexcept;

/// How a dispatch relates to what was received before.
enum class Seen : std::uint8_t {
    fresh,     ///< a sequence number above all so far
    repeated,  ///< at or below, while resuming: was received before the connection broke
    late,      ///< at or below, otherwise: out of order, still to be handled
};

/// The life of one shard's session with the gateway: connecting, heartbeats, identify, resume,
/// backoff, close codes. Does no I/O and reads no clock: inputs come with the time, actions go back
/// to the link, which carries them out in order. Inputs that do not fit the state are ignored, so a
/// timer that fired while it was cancelled does no harm. One thread at a time.
class SessionFsm {
  public:
    struct Options {
        Shard shard;
        IntentRequest intents;           ///< only for the text of a refusal
        std::function<double()> random;  ///< uniform in [0, 1); required
        Millis hello_timeout{20'000};
        Millis ready_timeout{60'000};  ///< without READY, RESUMED, a dispatch or an ack
        Millis ready_limit{900'000};   ///< without READY or RESUMED, whatever else comes
        Millis close_timeout{5'000};
        Millis dead_timeout{1'000};  ///< the same, for a connection that looks dead
        Millis backoff_base{1'000};
        Millis backoff_cap{60'000};
        Millis stable_after{60'000};  ///< ready for this long: the next drop is a first one again
        unsigned max_resumes = 3;     ///< in a row without RESUMED and without a fresh dispatch
        /// Without it every connection begins a new session: for servers that have no resume.
        bool can_resume = true;
        /// Failures of the resume host after which only the base URL is tried; the session stays.
        unsigned max_host_failures = 3;
        /// Without a dispatch for so long (up to twice that), in a session that has had some and
        /// whose heartbeats are answered: resume. Doubled, up to eightfold, while that brings
        /// nothing. 0: never.
        Millis dispatch_timeout{0};
        /// A prompt reconnect waits up to this long, so that many shards do not come all at once.
        Millis spread{0};
    };
    using Actions = std::vector<Action>;

    /// `stored`: the session of a former run, resumed by the first connection when its shard is
    /// ours.
    explicit SessionFsm(Options options, std::optional<Session> stored = std::nullopt);

    /// Takes one input at `now` (monotonic). The actions are to be carried out in order.
    [[nodiscard]] Actions step(const Input& input, SteadyTime now);

    /// An ordinary dispatch (not READY, not RESUMED). Cheap: called for every event.
    Seen on_dispatch(std::uint64_t seq) noexcept {
        if (seq > seq_) {
            gaps_ += seq != seq_ + 1 ? 1 : 0;
            seq_ = seq;
            return Seen::fresh;
        }
        return state_ == State::resuming ? Seen::repeated : Seen::late;
    }

    /// What may be stored and resumed by a later run; its seq is the newest received.
    [[nodiscard]] std::optional<Session> session() const;

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] std::uint64_t seq() const noexcept { return seq_; }
    /// Jumps in the numbering. Not an error: numbering is the server's business.
    [[nodiscard]] std::uint64_t gaps() const noexcept { return gaps_; }

    /// The next identify asks for these.
    void set_intents(IntentRequest intents) { options_.intents = std::move(intents); }

  private:
    /// How soon to connect again.
    enum class Pace : std::uint8_t {
        prompt,   ///< at once after the first drop, else with backoff
        backoff,  ///< with backoff
        fixed,    ///< after fixed_wait_
    };

    void on(const input::Start&);
    void on(const input::SocketOpened&);
    void on(const input::ConnectFailed&);
    void on(const input::Hello&);
    void on(const input::Ack&);
    void on(const input::HeartbeatRequest&);
    void on(const input::ReconnectRequest&);
    void on(const input::InvalidSession&);
    void on(const input::Ready&);
    void on(const input::Resumed&);
    void on(const input::SocketClosed&);
    void on(const input::TimerFired&);
    void on(const input::SlotGranted&);
    void on(const input::SlotRefused&);
    void on(const input::BadFrame&);
    void on(const input::Reidentify&);
    void on(const input::Stop&);

    void connect();
    void connect_host_failed();
    void begin_resume();
    void expect_ready();
    void extend_ready();
    void established(bool resumed);
    void beat_due(SteadyTime deadline);
    void send_beat();
    void ready_overdue();
    void listen();
    void quiet_overdue();
    void close(std::uint16_t code, Pace pace) { close(code, pace, options_.close_timeout); }
    void close(std::uint16_t code, Pace pace, Millis timeout);
    void schedule_reconnect();
    void leave_connection();
    void apply(CloseAction what, const input::SocketClosed& closed);
    void forget_session();
    void become_fatal(std::uint16_t code, std::string text);
    void become_stopped();

    void arm(Timer which, Millis delay);
    void cancel(Timer which);
    template <class A>
    void emit(A action) {
        actions_.emplace_back(std::move(action));
    }
    void note(action::Note::Level level, std::string text);
    [[nodiscard]] bool connected() const noexcept;  ///< socket open and not closing

    Options options_;
    State state_ = State::stopped;
    SteadyTime now_{};
    Actions actions_;

    struct Identity {
        std::string id;
        std::string resume_url;
    };
    std::optional<Identity> identity_;  ///< of the resumable session
    std::uint64_t seq_ = 0;             ///< 0: no dispatch yet
    std::uint64_t gaps_ = 0;
    bool avoid_resume_host_ = false;  ///< connecting to it failed: the base URL has its turn
    unsigned host_failures_ = 0;      ///< of the resume host, in this session
    unsigned resumes_ = 0;            ///< attempts that brought nothing
    std::uint64_t resumed_from_ = 0;  ///< seq_ when op 6 was sent
    std::uint64_t ready_mark_ = 0;    ///< seq_ when the ready timer was armed

    Millis interval_{};
    bool ack_pending_ = false;
    SteadyTime beat_sent_{};
    SteadyTime ready_since_{};
    SteadyTime ready_limit_at_{};
    std::uint64_t quiet_mark_ = 0;  ///< seq_ when the quiet timer was armed
    bool heard_ = false;            ///< the session has had dispatches beside READY
    unsigned patience_ = 1;         ///< times dispatch_timeout

    bool stopping_ = false;
    Pace pace_ = Pace::prompt;
    Millis fixed_wait_{};
    unsigned failures_ = 0;
    std::array<std::optional<SteadyTime>, kTimerCount> deadlines_{};
};

}  // namespace rookery::protocol::discord
