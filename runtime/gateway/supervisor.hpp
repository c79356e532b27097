#pragma once

#include "async/backoff.hpp"
#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "gateway/bot.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

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
    bool login_refused = false;  ///< counts against the limit of logins
};

/// What a connection under way tells its supervisor. io thread.
class LinkReport {
  public:
    virtual ~LinkReport() = default;
    /// "connecting", "logging_in", "ready", ...: what `rookery list` shows.
    virtual void state(std::string_view name, std::string detail = {}) = 0;
    /// Something came from the peer: the watchdog starts again.
    virtual void heard() = 0;
    /// A login goes out now: it is counted.
    virtual void logging_in() = 0;
    /// Logged in, events flow: the backoff starts anew with the next end. `resumed`: nothing was
    /// missed since the former connection.
    virtual void ready(bool resumed) = 0;
    /// What happened between these moments may not have been seen, or has been fetched.
    virtual void gap(Gap gap) = 0;
    virtual void latency(std::chrono::microseconds round_trip) = 0;
    virtual void received(std::uint64_t bytes, std::uint64_t frames) = 0;
};

/// One platform's connection: what differs between platforms. io thread.
class LinkSession {
  public:
    virtual ~LinkSession() = default;
    /// Connects, logs in, and reads until the connection is over. Called again for each attempt; is
    /// cancelled when it has not ended some time after hang_up().
    [[nodiscard]] virtual async::Task<LinkEnd> run(LinkReport& report) = 0;
    /// Ends the connection from our side: with a proper goodbye, or (`cut`) at once.
    virtual void hang_up(bool cut) = 0;
};

struct SupervisorOptions {
    async::Backoff::Limits backoff{Millis{1'000}, Millis{60'000}};
    async::Random random = async::system_random();
    Millis silence{
        90'000};  ///< without a word from the peer for so long the connection is cut; 0: never
    Millis login_timeout{30'000};  ///< from the connect to ready()
    unsigned logins = 0;           ///< at most so many in `login_window`; 0: no limit
    Millis login_window{3'600'000};
    Millis goodbye{2'000};  ///< for hang_up() to take effect when the runtime stops
};

/// Keeps one link connected: backoff with jitter, a watchdog over silence and over logins that do
/// not end, a limit of logins, and the status that people see. io thread.
class Supervisor {
  public:
    [[nodiscard]] static std::unique_ptr<Supervisor> make(async::Executor executor,
                                                          LinkSession& session,
                                                          SupervisorOptions options,
                                                          log::Logger log);
    virtual ~Supervisor() = default;
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    /// Connects and stays connected. Once.
    virtual void start() = 0;
    /// Cuts the connection and makes it anew.
    virtual void reconnect(const std::string& why) = 0;
    /// Says goodbye; afterwards nothing runs any more.
    [[nodiscard]] virtual async::Task<> close() = 0;

    /// Fills in state, detail, fatal, connects, identifies, resumes, gaps, latency, bytes, and one
    /// shard of the same.
    virtual void describe(BotStatus& status) const = 0;
    [[nodiscard]] virtual bool is_ready() const noexcept = 0;

  protected:
    Supervisor() = default;
};

}  // namespace rookery::gateway
