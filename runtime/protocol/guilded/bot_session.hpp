#pragma once

#include "base/clock.hpp"
#include "protocol/guilded/bot_frame.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::protocol::guilded {

/// One connection to the bot gateway, from the upgrade to its end: what a frame means, when the
/// heartbeat is due, and from where the next connection has its events repeated. Sans-IO: time is
/// passed in and must not run backwards.
class BotSession {
  public:
    /// `cursor`: the last event's id that was taken, by this process or an earlier one; empty:
    /// none.
    explicit BotSession(std::string cursor)
        : cursor_(std::move(cursor)), asked_(!cursor_.empty()) {}

    /// What the caller has to do with a frame.
    enum class Step : std::uint8_t {
        nothing,  ///< unknown op, or a known one out of place
        event,    ///< take frame(), then call taken()
        welcome,  ///< logged in; ready() tells whether the events flow already
        resumed,  ///< the replay is finished
        gap,      ///< the cursor is too old or unknown: it is forgotten; connect again, afresh
        failed,   ///< the server had a fault: connect again
    };

    [[nodiscard]] Step on_frame(const BotFrame& frame, SteadyTime now);

    /// The event of the latest frame has been taken: the cursor moves.
    void taken(const BotFrame& frame);

    /// The header `guilded-last-message-id` for the upgrade, and what is to be kept for the next
    /// one; empty: begin afresh.
    [[nodiscard]] const std::string& cursor() const noexcept { return cursor_; }
    [[nodiscard]] bool asked_for_replay() const noexcept { return asked_; }
    [[nodiscard]] bool ready() const noexcept { return ready_; }
    [[nodiscard]] const Welcome& welcome() const noexcept { return welcome_; }
    [[nodiscard]] const std::string& error() const noexcept { return error_; }

    /// Anything at all has come in.
    void heard(SteadyTime now) noexcept { heard_ = now; }

    enum class Beat : std::uint8_t {
        wait,  ///< until beat_at()
        send,  ///< a ping frame, now
        dead,  ///< the last one had no answer, nor did anything else come
        late,  ///< the replay that was asked for has not ended: there may be a gap
    };
    /// When beat() is to be asked again; none before the welcome.
    [[nodiscard]] std::optional<SteadyTime> beat_at() const noexcept;
    [[nodiscard]] Beat beat(SteadyTime now);

    static constexpr Millis kReplayTime{10'000};

  private:
    std::string cursor_;
    bool asked_ = false;
    bool welcomed_ = false;
    bool ready_ = false;
    Welcome welcome_;
    std::string error_;
    SteadyTime heard_{};
    SteadyTime next_beat_{};
    std::optional<SteadyTime> beaten_;
    SteadyTime replay_until_{};
};

}  // namespace rookery::protocol::guilded
