#include "protocol/revolt/session_fsm.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace rookery::protocol::revolt {
namespace {

using nlohmann::json;

/// A server's Ping carries a number or a few bytes; what is larger is not answered.
constexpr std::size_t kMaxPingData = 512;

/// Frames that are for the session; all others are events.
constexpr std::array<std::string_view, 6> kControl{"Authenticated", "Bulk", "Error",
                                                   "Logout",        "Ping", "Pong"};

std::string encode(const json& payload, Format format) {
    if (format == Format::json) {
        return payload.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    const auto bytes = json::to_msgpack(payload);
    return {bytes.begin(), bytes.end()};
}

std::optional<std::uint64_t> natural(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string_view to_string(State state) noexcept {
    constexpr std::array<std::string_view, 5> kNames{"closed", "authenticating", "await_ready",
                                                     "ready", "over"};
    return kNames[static_cast<std::size_t>(state)];
}

bool SessionFsm::is_event(std::string_view type) const noexcept {
    return state_ == State::ready && type != "Ready" && !is_bare_error(type) &&
           std::ranges::find(kControl, type) == kControl.end();
}

SessionFsm::Actions SessionFsm::opened() {
    Actions out;
    if (state_ != State::closed) {
        return out;
    }
    state_ = State::authenticating;
    out.emplace_back(action::Send{
        encode({{"type", "Authenticate"}, {"token", options_.token.reveal()}}, options_.format)});
    return out;
}

SessionFsm::Actions SessionFsm::step(const Frame& frame, SteadyTime now) {
    Actions out;
    if (state_ == State::closed || state_ == State::over) {
        return out;
    }
    if (frame.type == "Authenticated") {
        if (state_ == State::authenticating) {
            state_ = State::await_ready;
            deadline_ = now + options_.ping_every;  // before the login none is answered
        }
    } else if (frame.type == "Ready") {
        const bool first = state_ != State::ready;
        state_ = State::ready;
        deadline_ = deadline_ ? *deadline_ : now + options_.ping_every;
        if (!first) {
            out.emplace_back(action::Note{"a second Ready in one connection"});
        }
        out.emplace_back(action::Ready{first});
    } else if (frame.type == "Bulk") {
        out.emplace_back(action::Bulk{});
    } else if (frame.type == "Pong") {
        pong(frame, now, out);
    } else if (frame.type == "Ping") {
        const auto text = data_of(frame);
        const auto data = json::parse(text.substr(0, kMaxPingData), nullptr, false);
        if (data.is_number_unsigned() || data.is_array()) {
            out.emplace_back(
                action::Send{encode({{"type", "Pong"}, {"data", data}}, options_.format)});
        }
    } else if (frame.type == "Logout") {
        end(true, false,
            "logged out by the server: the bot's token was reset, or its session ended", out);
    } else if (frame.type == "Error" || is_bare_error(frame.type)) {
        refused(frame, out);
    } else if (state_ != State::authenticating) {
        out.emplace_back(action::Event{});
    } else {
        out.emplace_back(action::Note{"a frame before the login is ignored"});
    }
    return out;
}

void SessionFsm::refused(const Frame& frame, Actions& out) {
    const auto id = error_id(frame);
    const bool login = state_ != State::ready;
    if (id == "InvalidSession" || id == "NotAuthenticated") {
        end(true, login, "the token was refused (" + id + ")", out);
    } else if (id == "OnboardingNotFinished") {
        end(true, login, "the account has no name yet (OnboardingNotFinished)", out);
    } else if (id == "AlreadyAuthenticated") {
        out.emplace_back(action::Note{"the server says: " + id});
    } else if (login) {
        end(false, true, "the login failed: " + id, out);
    } else {
        // The server goes on, or cuts the connection: that is seen.
        out.emplace_back(action::Note{"the server says: " + id});
        out.emplace_back(action::Event{});
    }
}

void SessionFsm::pong(const Frame& frame, SteadyTime now, Actions& out) {
    if (!ping_sent_ || natural(data_of(frame)) != pings_) {
        return;
    }
    out.emplace_back(
        action::Latency{std::chrono::duration_cast<std::chrono::microseconds>(now - *ping_sent_)});
    deadline_ = std::max(now, *ping_sent_ + options_.ping_every);
    ping_sent_.reset();
}

SessionFsm::Actions SessionFsm::tick(SteadyTime now) {
    Actions out;
    if (!deadline_ || now < *deadline_) {
        return out;
    }
    if (ping_sent_) {
        end(false, false,
            "no Pong within " +
                std::to_string(std::chrono::duration_cast<Millis>(now - *ping_sent_).count()) +
                " ms",
            out);
        return out;
    }
    ping_sent_ = now;
    deadline_ = now + options_.pong_timeout;
    out.emplace_back(action::Send{encode({{"type", "Ping"}, {"data", ++pings_}}, options_.format)});
    return out;
}

void SessionFsm::events_came(SteadyTime now) noexcept {
    if (ping_sent_ && deadline_) {
        deadline_ = std::max(*deadline_, std::min(now + options_.pong_timeout,
                                                  *ping_sent_ + 6 * options_.pong_timeout));
    }
}

void SessionFsm::excuse(SteadyTime now) noexcept {
    if (ping_sent_) {
        deadline_ = now + options_.pong_timeout;
    }
}

void SessionFsm::end(bool fatal, bool login_refused, std::string text, Actions& out) {
    state_ = State::over;
    deadline_.reset();
    out.emplace_back(action::End{fatal, login_refused, std::move(text)});
}

std::string encode_typing(std::string_view channel, bool begin, Format format) {
    return encode({{"type", begin ? "BeginTyping" : "EndTyping"}, {"channel", channel}}, format);
}

std::string gateway_url(std::string_view base, Format format) {
    std::string out(base);
    out += out.find('?') == std::string::npos ? '?' : '&';
    out += "version=1&format=";
    out += format == Format::json ? "json" : "msgpack";
    return out;
}

}  // namespace rookery::protocol::revolt
