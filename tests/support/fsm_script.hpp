#pragma once

#include "protocol/discord/session_fsm.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

/// Drives a SessionFsm from a script, and holds every action against what a link can carry out:
/// nothing is sent without an open connection, no identify without a slot, no second connection, a
/// timer or an attempt always pending. The rules are checked in every step of every test.
namespace rookery::test {

namespace discord = protocol::discord;
namespace input = protocol::discord::input;
namespace action = protocol::discord::action;
using discord::State;
using discord::Timer;

/// An ordinary dispatch as a step of a script.
struct Dispatch {
    std::uint64_t seq = 0;
    discord::Seen seen = discord::Seen::fresh;
};

/// One input and the actions that it must cause, joined by "; ", notes left out.
struct Step {
    std::variant<discord::Input, Dispatch> what;
    std::string expected;
};
using Script = std::vector<Step>;

class SessionDriver {
  public:
    enum class Socket { none, connecting, open, closing };
    enum class Slot { none, requested, granted };

    explicit SessionDriver(std::optional<discord::Session> stored = std::nullopt,
                           discord::SessionFsm::Options options = {})
        : fsm_(with_random(std::move(options)), std::move(stored)) {}
    SessionDriver(const SessionDriver&) = delete;
    SessionDriver& operator=(const SessionDriver&) = delete;

    /// Gives the input and returns the actions as text. A timer is first brought to its deadline,
    /// when it is armed.
    std::string give(const discord::Input& what) {
        if (const auto* fired = std::get_if<input::TimerFired>(&what)) {
            const auto armed = timers.find(fired->which);
            if (armed != timers.end()) {
                now = std::max(now, armed->second);
                timers.erase(armed);
            }
        }
        see_input(what);
        std::string text;
        for (const auto& done : fsm_.step(what, now)) {
            SCOPED_TRACE(discord::describe(done));
            std::visit([this](const auto& a) { see(a); }, done);
            if (!std::holds_alternative<action::Note>(done)) {
                text += (text.empty() ? "" : "; ") + discord::describe(done);
            }
        }
        check_alive();
        return text;
    }

    std::string give(const Step& step) {
        if (const auto* dispatch = std::get_if<Dispatch>(&step.what)) {
            EXPECT_EQ(fsm_.on_dispatch(dispatch->seq), dispatch->seen) << "s " << dispatch->seq;
            return "";
        }
        return give(std::get<discord::Input>(step.what));
    }

    void run(const Script& script) {
        for (std::size_t i = 0; i < script.size(); ++i) {
            EXPECT_EQ(give(script[i]), script[i].expected) << "step " << i;
        }
    }

    std::string fire(Timer which) { return give(input::TimerFired{which}); }

    /// What a healthy gateway and link would report next; false when only a user could.
    bool peer_answers() {
        if (socket == Socket::connecting) {
            give(input::SocketOpened{});
        } else if (socket == Socket::closing) {
            give(input::SocketClosed{std::nullopt, ""});
        } else if (slot == Slot::requested) {
            give(input::SlotGranted{});
        } else if (fsm_.state() == State::await_hello) {
            give(input::Hello{Millis(40'000)});
        } else if (fsm_.state() == State::identifying) {
            give(input::Ready{"recovered", "wss://resume", 1});
        } else if (fsm_.state() == State::resuming) {
            // What was received before may come once more, and is not to be handled again.
            EXPECT_EQ(fsm_.on_dispatch(fsm_.seq()), discord::Seen::repeated);
            EXPECT_EQ(fsm_.on_dispatch(fsm_.seq() + 1), discord::Seen::fresh);
            give(input::Resumed{fsm_.seq() + 1});
        } else if (timers.contains(Timer::backoff)) {
            fire(Timer::backoff);
        } else {
            return false;
        }
        return true;
    }

    /// Lets a healthy peer answer until the session is up. False when it does not come up in time.
    bool recovers() {
        const auto deadline = now + std::chrono::minutes(5);
        for (int i = 0; i < 50 && fsm_.state() != State::ready && peer_answers(); ++i) {
        }
        return fsm_.state() == State::ready && now <= deadline;
    }

    discord::SessionFsm& fsm() { return fsm_; }

    double random = 0.5;
    SteadyTime now{std::chrono::hours(1)};
    Socket socket = Socket::none;
    Slot slot = Slot::none;
    std::map<Timer, SteadyTime> timers;
    std::vector<std::string> notes;
    std::string fatal;
    unsigned connects = 0;
    unsigned identifies = 0;
    unsigned resumes = 0;
    unsigned beats = 0;

  private:
    discord::SessionFsm::Options with_random(discord::SessionFsm::Options options) {
        options.random = [this] { return random; };
        return options;
    }

    void see_input(const discord::Input& what) {
        if (std::holds_alternative<input::SocketOpened>(what) && socket == Socket::connecting) {
            socket = Socket::open;
        } else if ((std::holds_alternative<input::ConnectFailed>(what) &&
                    socket == Socket::connecting) ||
                   std::holds_alternative<input::SocketClosed>(what)) {
            socket = Socket::none;
        } else if (std::holds_alternative<input::SlotGranted>(what) && slot == Slot::requested) {
            slot = Slot::granted;
        } else if (std::holds_alternative<input::SlotRefused>(what)) {
            slot = Slot::none;
        } else if (std::holds_alternative<input::Start>(what)) {
            fatal.clear();
        }
    }

    void see(const action::Connect&) {
        EXPECT_EQ(socket, Socket::none) << "second connection";
        EXPECT_TRUE(timers.empty()) << "timers of an earlier connection";
        socket = Socket::connecting;
        ++connects;
    }
    void see(const action::Close& close) {
        EXPECT_EQ(socket, Socket::open) << "nothing to close";
        EXPECT_NE(close.code, 1001);
        socket = Socket::closing;
    }
    void see(const action::DropSocket&) {
        EXPECT_NE(socket, Socket::none) << "nothing to drop";
        socket = Socket::none;
    }
    void see(const action::SendHeartbeat& beat) {
        EXPECT_EQ(socket, Socket::open);
        EXPECT_EQ(beat.seq.value_or(0), fsm_.seq());
        ++beats;
    }
    void see(const action::SendIdentify&) {
        EXPECT_EQ(socket, Socket::open);
        EXPECT_EQ(slot, Slot::granted) << "identify without a slot";
        slot = Slot::none;
        ++identifies;
    }
    void see(const action::SendResume& resume) {
        EXPECT_EQ(socket, Socket::open);
        EXPECT_FALSE(resume.session_id.empty());
        ++resumes;
    }
    void see(const action::RequestSlot&) {
        EXPECT_EQ(slot, Slot::none) << "slot asked for twice";
        slot = Slot::requested;
    }
    void see(const action::ReturnSlot&) { slot = Slot::none; }
    void see(const action::ArmTimer& arm) {
        EXPECT_GE(arm.delay, Millis::zero());
        timers[arm.which] = now + arm.delay;
    }
    void see(const action::CancelTimer& cancel) { timers.erase(cancel.which); }
    void see(const action::SessionEstablished&) { EXPECT_TRUE(fsm_.session().has_value()); }
    void see(const action::SessionLost&) {}
    void see(const action::Latency& latency) { EXPECT_GE(latency.round_trip.count(), 0); }
    void see(const action::Fatal& refused) { fatal = refused.text; }
    void see(const action::Stopped&) {}
    void see(const action::Note& note) { notes.push_back(note.text); }

    void check_alive() {
        const auto state = fsm_.state();
        if (state == State::stopped || state == State::fatal) {
            EXPECT_TRUE(timers.empty()) << "a timer outlives the session";
            EXPECT_EQ(slot, Slot::none);
            EXPECT_EQ(socket, Socket::none);
        } else {
            EXPECT_TRUE(socket == Socket::connecting || !timers.empty())
                << "nothing would ever happen again in " << discord::to_string(state);
        }
        EXPECT_EQ(slot == Slot::requested, state == State::wait_slot);
    }

    discord::SessionFsm fsm_;
};

/// Whether the session is over after it, by the server's word or the user's.
inline bool ends_session(const discord::Input& failure) {
    const auto* closed = std::get_if<input::SocketClosed>(&failure);
    const auto* invalid = std::get_if<input::InvalidSession>(&failure);
    return std::holds_alternative<input::Reidentify>(failure) || (invalid && !invalid->resumable) ||
           (closed && discord::close_action(closed->code) >= discord::CloseAction::new_session);
}

/// Runs `script` once for each of its steps and each of `failures`, with that failure put in after
/// the step, and expects a healthy peer to bring the session up again: the same one, unless the
/// failure ends it.
inline void expect_recovery_at_every_step(
    const Script& script, const std::vector<discord::Input>& failures,
    const std::optional<discord::Session>& stored = std::nullopt,
    const discord::SessionFsm::Options& options = {}) {
    for (std::size_t i = 0; i < script.size(); ++i) {
        for (std::size_t f = 0; f < failures.size(); ++f) {
            SCOPED_TRACE("failure " + std::to_string(f) + " after step " + std::to_string(i));
            SessionDriver driver(stored, options);
            for (std::size_t k = 0; k <= i; ++k) {
                driver.give(script[k]);
            }
            const auto ended = driver.fsm().state();
            if (ended == State::stopped || ended == State::fatal) {
                continue;
            }
            // A link reports about a connection only what can be true of it.
            const bool failed_connect = std::holds_alternative<input::ConnectFailed>(failures[f]);
            if (failed_connect != (driver.socket == SessionDriver::Socket::connecting) ||
                driver.socket == SessionDriver::Socket::none) {
                continue;
            }
            const auto identifies = driver.identifies;
            const bool keeps = driver.fsm().session().has_value() && !ends_session(failures[f]);
            driver.give(failures[f]);
            EXPECT_TRUE(driver.recovers())
                << "stuck in " << discord::to_string(driver.fsm().state());
            EXPECT_LE(driver.identifies, identifies + (keeps ? 0 : 1)) << "identify budget burnt";
        }
    }
}

}  // namespace rookery::test
