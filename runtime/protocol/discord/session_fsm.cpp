#include "protocol/discord/session_fsm.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace rookery::protocol::discord {
namespace {

using Level = action::Note::Level;

/// A client code of the 4000 range: the session lives on for a few minutes. 1000 and 1001 end it.
constexpr std::uint16_t kCloseResumable = 4000;
constexpr std::uint16_t kCloseForGood = 1000;

/// After an invalid session: wait 1 to 5 s (gateway documentation, "Resuming").
constexpr double kInvalidWaitLeast = 1'000;
constexpr double kInvalidWaitSpan = 4'000;

std::string close_text(const input::SocketClosed& closed) {
    if (!closed.code) {
        return "connection lost" + (closed.reason.empty() ? "" : ": " + closed.reason);
    }
    return "closed by the gateway with " + std::to_string(*closed.code) +
           (closed.reason.empty() ? "" : " (" + closed.reason + ")");
}

}  // namespace

std::string_view to_string(State state) noexcept {
    constexpr std::array<std::string_view, 10> kNames{
        "stopped",     "backoff",  "connecting", "await_hello", "wait_slot",
        "identifying", "resuming", "ready",      "closing",     "fatal"};
    return kNames[static_cast<std::size_t>(state)];
}

SessionFsm::SessionFsm(Options options, std::optional<Session> stored)
    : options_(std::move(options)) {
    RK_ASSERT(options_.random != nullptr);
    if (stored && stored->shard == options_.shard && !stored->id.empty()) {
        seq_ = stored->seq;
        identity_ = {std::move(stored->id), std::move(stored->resume_url)};
    }
}

std::optional<Session> SessionFsm::session() const {
    if (!identity_) {
        return std::nullopt;
    }
    return Session{identity_->id, identity_->resume_url, seq_, options_.shard};
}

SessionFsm::Actions SessionFsm::step(const Input& input, SteadyTime now) {
    now_ = now;
    actions_.clear();
    std::visit([this](const auto& what) { on(what); }, input);
    return std::exchange(actions_, {});
}

void SessionFsm::on(const input::Start&) {
    stopping_ = false;
    if (state_ == State::stopped || state_ == State::fatal) {
        failures_ = 0;
        connect();
    } else if (state_ == State::closing) {
        pace_ = Pace::prompt;
    }
}

void SessionFsm::connect() {
    if (!options_.can_resume) {
        forget_session();
    }
    if (identity_ && resumes_ >= options_.max_resumes) {
        note(Level::warn, "the session could not be resumed in " + std::to_string(resumes_) +
                              " attempts: beginning a new one");
        forget_session();
    }
    if (!identity_) {
        // Not earlier: a closing connection may still bring dispatches of the old session.
        seq_ = 0;
    }
    state_ = State::connecting;
    emit(action::Connect{identity_ && !avoid_resume_host_ ? identity_->resume_url : ""});
}

void SessionFsm::on(const input::SocketOpened&) {
    if (state_ == State::connecting) {
        state_ = State::await_hello;
        arm(Timer::hello, options_.hello_timeout);
    }
}

void SessionFsm::on(const input::ConnectFailed& failed) {
    if (failed.permanent && state_ == State::wait_slot) {
        // The answer to the slot request: the token is no good, so the connection is of no use.
        leave_connection();
        emit(action::DropSocket{});
        return become_fatal(0, failed.reason);
    }
    if (state_ != State::connecting) {
        return;
    }
    if (failed.permanent) {
        return become_fatal(0, failed.reason);
    }
    note(Level::warn, "cannot connect: " + failed.reason);
    connect_host_failed();
    pace_ = Pace::backoff;
    schedule_reconnect();
}

/// The session may be resumed through the base URL too; the two take turns until one answers, or
/// the resume host has failed too often.
void SessionFsm::connect_host_failed() {
    if (!identity_) {
        return;
    }
    if (!avoid_resume_host_ && ++host_failures_ == options_.max_host_failures) {
        note(Level::warn, "the resume host is given up; the session goes on through the base URL");
    }
    avoid_resume_host_ = !avoid_resume_host_ || host_failures_ >= options_.max_host_failures;
}

void SessionFsm::on(const input::Hello& hello) {
    if (state_ != State::await_hello) {
        return;
    }
    if (hello.interval <= Millis::zero()) {
        return on(input::BadFrame{"hello without a heartbeat interval"});
    }
    cancel(Timer::hello);
    interval_ = hello.interval;
    ack_pending_ = false;
    arm(Timer::heartbeat, Millis(static_cast<Millis::rep>(static_cast<double>(interval_.count()) *
                                                          options_.random())));
    if (identity_) {
        begin_resume();
    } else {
        state_ = State::wait_slot;
        emit(action::RequestSlot{});
    }
}

void SessionFsm::begin_resume() {
    state_ = State::resuming;
    ++resumes_;
    resumed_from_ = seq_;
    emit(action::SendResume{identity_->id, seq_});
    expect_ready();
}

void SessionFsm::on(const input::SlotGranted&) {
    if (state_ != State::wait_slot) {
        emit(action::ReturnSlot{});
        return;
    }
    state_ = State::identifying;
    emit(action::SendIdentify{});
    expect_ready();
}

void SessionFsm::on(const input::SlotRefused& refused) {
    if (state_ != State::wait_slot) {
        return;
    }
    note(Level::warn, refused.reason);
    state_ = State::await_hello;  // nothing is asked for any more, so nothing is to be returned
    fixed_wait_ = refused.retry_after;
    close(kCloseResumable, Pace::fixed);
}

void SessionFsm::expect_ready() {
    ready_limit_at_ = now_ + options_.ready_limit;
    extend_ready();
}

/// An outage may hold READY back for long while heartbeats are answered, hence a wait that is
/// renewed by every sign of life, within a limit.
void SessionFsm::extend_ready() {
    ready_mark_ = seq_;
    const auto left = std::max(Millis::zero(), std::chrono::ceil<Millis>(ready_limit_at_ - now_));
    arm(Timer::ready, std::min(left, std::max(options_.ready_timeout, 2 * interval_)));
}

void SessionFsm::on(const input::Ready& ready) {
    if (state_ != State::identifying && state_ != State::resuming && state_ != State::ready) {
        return;
    }
    if (ready.session_id.empty()) {
        return on(input::BadFrame{"READY without a session id"});
    }
    identity_ = {ready.session_id, ready.resume_url};
    seq_ = ready.seq;
    host_failures_ = 0;
    heard_ = false;
    patience_ = 1;
    established(false);
}

void SessionFsm::on(const input::Resumed& resumed) {
    if (state_ == State::resuming) {
        patience_ = seq_ > resumed_from_ ? 1 : patience_;
        seq_ = std::max(seq_, resumed.seq);
        established(true);
    }
}

void SessionFsm::established(bool resumed) {
    cancel(Timer::ready);
    state_ = State::ready;
    ready_since_ = now_;
    resumes_ = 0;
    avoid_resume_host_ = host_failures_ >= options_.max_host_failures;
    emit(action::SessionEstablished{resumed});
    listen();
}

void SessionFsm::listen() {
    if (options_.dispatch_timeout > Millis::zero()) {
        quiet_mark_ = seq_;
        arm(Timer::quiet, options_.dispatch_timeout * patience_);
    }
}

/// Heartbeats are answered by the edge, dispatches come from behind it: one may be dead without the
/// other. A resume costs nothing, so a session that went quiet is asked what it has missed.
void SessionFsm::quiet_overdue() {
    const bool heard_now = seq_ != quiet_mark_;
    heard_ = heard_ || heard_now;
    if (heard_now || !heard_ || ack_pending_) {
        return listen();
    }
    note(Level::info, "no event for " +
                          std::to_string((options_.dispatch_timeout * patience_).count() / 1000) +
                          " s: resuming, in case some are held back");
    patience_ = std::min(8U, patience_ * 2);
    close(kCloseResumable, Pace::prompt);
}

void SessionFsm::on(const input::Ack&) {
    if (!ack_pending_) {
        return;
    }
    ack_pending_ = false;
    emit(action::Latency{std::chrono::duration_cast<std::chrono::microseconds>(now_ - beat_sent_)});
    if (state_ == State::identifying || state_ == State::resuming) {
        extend_ready();
    }
}

void SessionFsm::on(const input::HeartbeatRequest&) {
    // Outside the schedule: neither moves the timer nor counts as unanswered.
    if (connected()) {
        send_beat();
    }
}

void SessionFsm::beat_due(SteadyTime deadline) {
    if (now_ - deadline > interval_) {
        note(Level::warn, "the host was asleep, or too busy for a heartbeat: reconnecting");
        leave_connection();
        emit(action::DropSocket{});
        pace_ = Pace::prompt;
        return schedule_reconnect();
    }
    if (ack_pending_) {
        note(Level::warn, "the gateway did not answer a heartbeat: reconnecting");
        return close(kCloseResumable, Pace::prompt, options_.dead_timeout);
    }
    send_beat();
    ack_pending_ = true;
    beat_sent_ = now_;
    arm(Timer::heartbeat, std::chrono::ceil<Millis>(deadline + interval_ - now_));
}

void SessionFsm::send_beat() {
    emit(action::SendHeartbeat{seq_ > 0 ? std::optional(seq_) : std::nullopt});
}

void SessionFsm::on(const input::ReconnectRequest&) {
    if (connected()) {
        note(Level::info, "the gateway asked for a reconnect");
        close(kCloseResumable, Pace::prompt);
    }
}

void SessionFsm::on(const input::InvalidSession& invalid) {
    if (!connected()) {
        return;
    }
    if (invalid.resumable && identity_) {
        note(Level::info, "the gateway asked to resume on a new connection");
        return close(kCloseResumable, Pace::prompt);
    }
    note(Level::info, identity_ ? "the session is no longer valid" : "the identify came too early");
    forget_session();
    fixed_wait_ =
        Millis(static_cast<Millis::rep>(kInvalidWaitLeast + kInvalidWaitSpan * options_.random()));
    close(kCloseResumable, Pace::fixed);
}

void SessionFsm::on(const input::BadFrame& bad) {
    if (connected()) {
        note(Level::warn, "reconnecting after a bad frame: " + bad.reason);
        close(kCloseResumable, Pace::prompt);
    }
}

void SessionFsm::on(const input::Reidentify& why) {
    if (state_ == State::connecting && identity_) {
        emit(action::DropSocket{});
        forget_session();
        return connect();
    }
    const bool identified = connected() && state_ != State::wait_slot;
    if (identified) {
        note(Level::info, "beginning a new session: " + why.reason);
    }
    if (state_ != State::fatal) {
        forget_session();
    }
    if (identified) {
        close(kCloseForGood, Pace::prompt);
    }
}

void SessionFsm::on(const input::Stop& stop) {
    stopping_ = true;
    const bool open = connected();
    if (!stop.resumable) {
        forget_session();
    }
    if (open) {
        close(stop.resumable ? kCloseResumable : kCloseForGood, Pace::prompt);
    } else if (state_ != State::closing) {
        if (state_ == State::connecting) {
            emit(action::DropSocket{});
        }
        become_stopped();
    }
}

void SessionFsm::on(const input::SocketClosed& closed) {
    const auto what = close_action(closed.code);
    if (state_ == State::closing) {
        cancel(Timer::close);
        // What we closed for is decided already; only a verdict on the session can add to it.
        if (!stopping_ && what >= CloseAction::new_session) {
            return apply(what, closed);
        }
        return schedule_reconnect();
    }
    if (state_ == State::connecting) {
        return on(input::ConnectFailed{close_text(closed), false});
    }
    if (!connected()) {
        return;
    }
    note(Level::info, close_text(closed));
    if (state_ == State::await_hello) {
        connect_host_failed();
    }
    leave_connection();
    pace_ = Pace::prompt;
    apply(what, closed);
}

void SessionFsm::apply(CloseAction what, const input::SocketClosed& closed) {
    switch (what) {
        case CloseAction::resume:
            break;
        case CloseAction::resume_later:
            pace_ = Pace::backoff;
            break;
        case CloseAction::resume_once:
            resumes_ = std::max(resumes_, options_.max_resumes - 1);
            break;
        case CloseAction::new_session:
            forget_session();
            break;
        case CloseAction::fatal:
            return become_fatal(*closed.code, fatal_text(*closed.code, options_.intents));
    }
    schedule_reconnect();
}

void SessionFsm::close(std::uint16_t code, Pace pace, Millis timeout) {
    leave_connection();
    pace_ = pace;
    state_ = State::closing;
    emit(action::Close{code});
    arm(Timer::close, timeout);
}

/// Common to every way in which a connection ends.
void SessionFsm::leave_connection() {
    cancel(Timer::hello);
    cancel(Timer::heartbeat);
    cancel(Timer::ready);
    cancel(Timer::quiet);
    if (state_ == State::wait_slot) {
        emit(action::ReturnSlot{});
    }
    if (state_ == State::resuming && seq_ > resumed_from_) {
        resumes_ = 0;  // cut in the middle of the replay: the session itself is well
    }
    if (state_ == State::ready && now_ - ready_since_ >= options_.stable_after) {
        failures_ = 0;
    }
    ack_pending_ = false;
}

/// min(cap, base * 2^n) with full jitter; the first drop of a stable session reconnects at once.
void SessionFsm::schedule_reconnect() {
    if (stopping_) {
        return become_stopped();
    }
    if (pace_ == Pace::prompt && failures_ == 0) {
        failures_ = 1;
        if (options_.spread == Millis::zero()) {
            return connect();
        }
        state_ = State::backoff;
        return arm(Timer::backoff,
                   Millis(static_cast<Millis::rep>(static_cast<double>(options_.spread.count()) *
                                                   options_.random())));
    }
    const auto n = std::max(1u, failures_);
    failures_ = n + 1;
    const auto most =
        std::min(options_.backoff_cap, options_.backoff_base * (1u << std::min(n - 1, 16u)));
    auto delay =
        Millis(static_cast<Millis::rep>(static_cast<double>(most.count()) * options_.random()));
    if (pace_ == Pace::fixed) {
        delay = std::max(delay, fixed_wait_);
    }
    state_ = State::backoff;
    note(Level::debug, "next attempt in " + std::to_string(delay.count()) + " ms");
    arm(Timer::backoff, delay);
}

void SessionFsm::forget_session() {
    if (identity_) {
        identity_.reset();
        emit(action::SessionLost{});
    }
}

void SessionFsm::become_fatal(std::uint16_t code, std::string text) {
    state_ = State::fatal;
    emit(action::Fatal{code, std::move(text)});
}

void SessionFsm::become_stopped() {
    cancel(Timer::backoff);
    stopping_ = false;
    state_ = State::stopped;
    emit(action::Stopped{});
}

void SessionFsm::on(const input::TimerFired& fired) {
    auto& slot = deadlines_[static_cast<std::size_t>(fired.which)];
    if (!slot) {
        return;
    }
    const auto deadline = *slot;
    if (now_ < deadline) {
        return arm(fired.which, std::chrono::ceil<Millis>(deadline - now_));
    }
    slot.reset();
    switch (fired.which) {
        case Timer::backoff:
            return connect();
        case Timer::heartbeat:
            return beat_due(deadline);
        case Timer::ready:
            return ready_overdue();
        case Timer::quiet:
            return quiet_overdue();
        case Timer::hello:
            note(Level::warn, "no Hello from the gateway");
            connect_host_failed();
            return close(kCloseResumable, Pace::backoff);
        case Timer::close:
            emit(action::DropSocket{});
            return schedule_reconnect();
    }
}

void SessionFsm::ready_overdue() {
    if (seq_ != ready_mark_ && now_ < ready_limit_at_) {
        return extend_ready();
    }
    note(Level::warn,
         state_ == State::resuming ? "no answer to the resume" : "no READY from the gateway");
    close(kCloseResumable, Pace::backoff);
}

void SessionFsm::arm(Timer which, Millis delay) {
    deadlines_[static_cast<std::size_t>(which)] = now_ + delay;
    emit(action::ArmTimer{which, delay});
}

void SessionFsm::cancel(Timer which) {
    auto& slot = deadlines_[static_cast<std::size_t>(which)];
    if (slot) {
        slot.reset();
        emit(action::CancelTimer{which});
    }
}

void SessionFsm::note(Level level, std::string text) { emit(action::Note{level, std::move(text)}); }

bool SessionFsm::connected() const noexcept {
    return state_ >= State::await_hello && state_ <= State::ready;
}

}  // namespace rookery::protocol::discord
