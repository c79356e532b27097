#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace rookery::protocol::discord {

/// Counts what has left within a time: at most `capacity` in any `window`. Monotonic time.
class SlidingWindow {
  public:
    SlidingWindow(unsigned capacity, Millis window) : capacity_(capacity), window_(window) {}

    void record(SteadyTime now);
    /// How long until fewer than `limit` (at most the capacity) are within the window; 0: now.
    [[nodiscard]] Millis wait(unsigned limit, SteadyTime now);
    [[nodiscard]] Millis wait(SteadyTime now) { return wait(capacity_, now); }
    [[nodiscard]] unsigned capacity() const noexcept { return capacity_; }
    void clear() { times_.clear(); }

  private:
    unsigned capacity_;
    Millis window_;
    std::deque<SteadyTime> times_;
};

/// What waits to be sent on one shard's connection, and when each may leave: at most 120 payloads
/// in 60 s, of which enough are kept back for heartbeats; presence at most 5 in 20 s and only the
/// newest; voice only the newest for each guild; the rest first in, first out. Heartbeat, identify
/// and resume do not wait here, they are only counted. It does no I/O and reads no clock.
class SendQueue {
  public:
    /// A command's number, so that its sender can be told. Never 0.
    using Ticket = std::uint64_t;
    struct Command {
        Ticket ticket;
        std::string payload;
    };

    static constexpr std::size_t kMaxWaiting = 1024;

    /// A newer presence takes the place of one that waits; that one's ticket never leaves.
    Ticket push_presence(std::string payload);
    /// The same for voice, guild by guild.
    Ticket push_voice(std::uint64_t guild, std::string payload);
    /// Error limit: kMaxWaiting wait already.
    [[nodiscard]] Result<Ticket> push(std::string payload);
    /// Its sender has given up. Nothing happens when it has left.
    void withdraw(Ticket ticket);

    /// A connection has been opened: its count begins at nothing. What waits stays.
    void new_connection();
    /// Known from Hello: how many places heartbeats need.
    void set_heartbeat(Millis interval);
    /// Heartbeat, identify or resume has been sent.
    void sent_urgent(SteadyTime now) { window_.record(now); }
    /// Whether one more answer to a server's heartbeat request stays within the limit.
    [[nodiscard]] bool may_answer(SteadyTime now) { return window_.wait(now) == Millis{0}; }

    /// The next command that may leave now; it counts as sent. Only while the session is ready.
    [[nodiscard]] std::optional<Command> next(SteadyTime now);
    /// When to ask next() again; none while nothing waits.
    [[nodiscard]] std::optional<Millis> wait(SteadyTime now);

    [[nodiscard]] std::size_t waiting() const noexcept {
        return commands_.size() + voice_.size() + (presence_ ? 1U : 0U);
    }

  private:
    // A payload counts when it arrives, so what lies a little over 60 s apart here may be closer
    // there.
    static constexpr Millis kWindow{60'500};
    static constexpr Millis kPresenceWindow{20'500};

    [[nodiscard]] unsigned usable() const;

    SlidingWindow window_{120, kWindow};
    SlidingWindow presence_window_{5, kPresenceWindow};
    Millis interval_{41'250};
    Ticket last_ = 0;
    std::optional<Command> presence_;
    std::map<std::uint64_t, Command> voice_;  ///< by guild
    std::deque<Command> commands_;
};

}  // namespace rookery::protocol::discord
