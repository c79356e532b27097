#pragma once

#include "async/backoff.hpp"
#include "base/clock.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rookery::gateway {

/// How a connection ended.
struct LinkEnd {
    enum class Then : std::uint8_t {
        retry,  ///< after the backoff's time
        fatal,  ///< never again by itself: the token was refused, the session taken away
    };
    Then then = Then::retry;
    std::string text;            ///< for people
    Millis not_before{0};        ///< the server asked for that much patience
    bool login_refused = false;  ///< counts against the limit of logins, told or not
};

struct SupervisorOptions {
    async::Backoff::Limits backoff{Millis{1'000}, Millis{60'000}};
    async::Random random = async::system_random();
    /// Ready for so long: the next end is a first one again. A server that lets the bot in and
    /// drops it at once is not asked every second.
    Millis stable{10'000};
    Millis most_patience{900'000};  ///< however much more the server asks for
    /// Without a word from the peer for so long the connection is cut; 0: never.
    Millis silence{90'000};
    Millis login_timeout{30'000};  ///< from the connect to ready(); 0: no limit
    unsigned logins = 0;           ///< at most so many in `login_window`; 0: no limit
    Millis login_window{3'600'000};
    Millis goodbye{2'000};  ///< for hang_up() to take effect; then the connection is cancelled
};

/// What a link's supervisor decides: when to connect, when a connection is given up, when to stop
/// trying. Does no I/O and reads no clock: the time comes with each call, the actions go back to
/// the supervisor, which carries them out in order. Calls that do not fit the state change nothing.
class SupervisorFsm {
  public:
    enum class Phase : std::uint8_t {
        idle,     ///< not started
        waiting,  ///< until the next attempt is due
        running,  ///< a connection is under way
        ending,   ///< it has been told to end
        fatal,    ///< refused for good
        closed,   ///< stopped; the end
    };

    struct Run {};  ///< begin a connection; ended() is called when it is over
    struct HangUp {
        bool cut = false;
    };
    struct Cancel {};  ///< the connection did not end when told to
    struct Note {
        enum class Level : std::uint8_t { info, warn, error };
        Level level = Level::info;
        std::string text;
    };
    using Action = std::variant<Run, HangUp, Cancel, Note>;
    using Actions = std::vector<Action>;

    /// Counters since the start of the process.
    struct Counters {
        std::uint64_t connects = 0;
        std::uint64_t logins = 0;
        std::uint64_t resumes = 0;
    };

    explicit SupervisorFsm(SupervisorOptions options);

    [[nodiscard]] Actions start(SteadyTime now);
    /// The connection is over; nullopt when it failed without saying how.
    [[nodiscard]] Actions ended(std::optional<LinkEnd> end, SteadyTime now);
    /// The deadline has passed, or seems to have.
    [[nodiscard]] Actions tick(SteadyTime now);
    /// Ends the connection and makes it anew, at once when it was ready; from a fatal state it
    /// tries again.
    [[nodiscard]] Actions reconnect(std::string_view why, SteadyTime now);
    [[nodiscard]] Actions stop(SteadyTime now);

    // What the connection tells.
    void state(std::string_view name, std::string detail);
    void heard(SteadyTime now) noexcept { heard_ = now; }
    void logging_in(SteadyTime now);
    [[nodiscard]] Actions ready(bool resumed, SteadyTime now);

    /// When tick() is to be called; max: never. May move without a call that returns actions, but
    /// only backwards in time by ready(): a tick that comes too early is nothing.
    [[nodiscard]] SteadyTime deadline() const noexcept;

    [[nodiscard]] Phase phase() const noexcept { return phase_; }
    [[nodiscard]] bool is_ready() const noexcept { return phase_ == Phase::running && ready_; }
    /// "backoff", "ready", what the connection said, ...
    [[nodiscard]] std::string_view name() const noexcept;
    /// Why it is not ready, for people.
    [[nodiscard]] const std::string& detail() const noexcept { return detail_; }
    [[nodiscard]] const Counters& counters() const noexcept { return counters_; }
    [[nodiscard]] std::uint64_t logins_24h(SteadyTime now) const;

  private:
    void run(SteadyTime now);
    void wait(const LinkEnd& end, std::string_view what, SteadyTime now);
    void hang_up(bool cut, SteadyTime now);
    void note(Note::Level level, std::string text);
    [[nodiscard]] SteadyTime login_free_at(SteadyTime now) const;
    [[nodiscard]] Actions take() { return std::exchange(actions_, {}); }

    SupervisorOptions options_;
    async::Backoff backoff_;
    Phase phase_ = Phase::idle;
    Actions actions_;
    Counters counters_;
    std::string name_;
    std::string detail_;
    std::deque<SteadyTime> logins_;       ///< the latest
    SteadyTime due_ = SteadyTime::max();  ///< of the attempt, the login, or the end; by phase
    SteadyTime heard_{};
    SteadyTime ready_since_{};
    std::optional<SteadyTime> down_since_;  ///< since when nothing was ready that had been
    bool ready_ = false;
    bool told_login_ = false;  ///< this connection has
    bool prompt_ = false;      ///< the next attempt needs no wait
    bool stopping_ = false;
};

}  // namespace rookery::gateway
