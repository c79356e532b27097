#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "protocol/revolt/frame.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rookery::protocol::revolt {

enum class State : std::uint8_t { closed, authenticating, await_ready, ready, over };

[[nodiscard]] std::string_view to_string(State state) noexcept;

namespace action {
struct Send {
    std::string payload;  ///< in the session's format
};
/// The frame is Ready: the cache is to be replaced. `first`: of this connection.
struct Ready {
    bool first;
};
struct Event {};  ///< the frame is an event
struct Bulk {};   ///< the frame holds others: unwrap_bulk(), and a step for each
struct Latency {
    std::chrono::microseconds round_trip;
};
struct Note {
    std::string text;
};
struct End {
    bool fatal;          ///< no use in trying again with this token
    bool login_refused;  ///< the server did not accept the login
    std::string text;
};
}  // namespace action

using Action = std::variant<action::Send, action::Ready, action::Event, action::Bulk,
                            action::Latency, action::Note, action::End>;

/// The life of one connection to the event server: login, keep-alive, and its end. Does no I/O and
/// reads no clock. There is no resume: each connection has a machine of its own. One thread.
class SessionFsm {
  public:
    struct Options {
        Secret token;
        Format format = Format::json;
        Millis ping_every{20'000};    ///< the service asks for 10 to 30 s
        Millis pong_timeout{10'000};  ///< from a Ping to its answer
    };
    using Actions = std::vector<Action>;

    explicit SessionFsm(Options options) : options_(std::move(options)) {}

    /// The websocket is open.
    [[nodiscard]] Actions opened();
    /// One frame came, or one item of a Bulk.
    [[nodiscard]] Actions step(const Frame& frame, SteadyTime now);
    /// Whether a frame in this state is nothing but an event, so that step() need not be asked.
    [[nodiscard]] bool is_event(std::string_view type) const noexcept;
    /// To be called at deadline() or later.
    [[nodiscard]] Actions tick(SteadyTime now);
    /// Events came: the answer to a Ping stands in line behind them. Believed for six times the
    /// patience.
    void events_came(SteadyTime now) noexcept;
    /// Nothing could be read for a while by our own doing: an answer may be waiting unread.
    void excuse(SteadyTime now) noexcept;

    [[nodiscard]] std::optional<SteadyTime> deadline() const noexcept { return deadline_; }
    [[nodiscard]] State state() const noexcept { return state_; }

  private:
    void pong(const Frame& frame, SteadyTime now, Actions& out);
    void refused(const Frame& frame, Actions& out);
    void end(bool fatal, bool login_refused, std::string text, Actions& out);

    Options options_;
    State state_ = State::closed;
    std::optional<SteadyTime> deadline_;  ///< next Ping, or until when its answer must be here
    std::uint64_t pings_ = 0;             ///< the latest one's number is its data
    std::optional<SteadyTime> ping_sent_;
};

/// {"type":"BeginTyping","channel":ID} and its counterpart.
[[nodiscard]] std::string encode_typing(std::string_view channel, bool begin, Format format);

/// The event server's address with the query that chooses version and format.

[[nodiscard]] std::string gateway_url(std::string_view base, Format format);

}  // namespace rookery::protocol::revolt
