#pragma once

#include "async/task.hpp"
#include "base/log.hpp"
#include "gateway/bot.hpp"
#include "gateway/supervisor_fsm.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace rookery::gateway {

/// What a connection under way tells its supervisor. io thread.
class LinkReport {
  public:
    virtual ~LinkReport() = default;
    /// "connecting", "logging_in", "ready", ...: what `rookery list` shows.
    virtual void state(std::string_view name, std::string detail = {}) = 0;
    /// Something came from the peer: the watchdog starts again. A session that does not read
    /// because the bus is congested calls it too: that silence is ours. Cheap.
    virtual void heard() = 0;
    /// A login goes out now: it is counted.
    virtual void logging_in() = 0;
    /// Logged in, events flow. `resumed`: nothing was missed since the former connection. Once for
    /// a connection; from here on the watchdog is about silence, before about the login.
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
    /// Connects, logs in, and reads until the connection is over. Called again for each attempt,
    /// never while one runs; is cancelled when it has not ended some time after hang_up().
    [[nodiscard]] virtual async::Task<LinkEnd> run(LinkReport& report) = 0;
    /// Ends the connection from our side: with a proper goodbye, or (`cut`) at once. Called within
    /// a run(), from outside of it; what it wakes must not call the supervisor back from in here.
    virtual void hang_up(bool cut) = 0;
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
    /// Cuts the connection and makes it anew, at once when it was ready; tries again when it had
    /// been refused for good. Not from within run(), which can simply end.
    virtual void reconnect(const std::string& why) = 0;
    /// Says goodbye; afterwards nothing runs any more.
    [[nodiscard]] virtual async::Task<> close() = 0;

    /// Fills in state, detail, fatal, connects, identifies, resumes, gaps, latency, bytes, frames,
    /// and one shard of the same. What comes of the events: gateway::describe() of intake.hpp, in
    /// any order.
    virtual void describe(BotStatus& status) const = 0;
    [[nodiscard]] virtual bool is_ready() const noexcept = 0;

  protected:
    Supervisor() = default;
};

}  // namespace rookery::gateway
