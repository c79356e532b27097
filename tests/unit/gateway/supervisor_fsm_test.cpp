#include "gateway/supervisor_fsm.hpp"

#include <gtest/gtest.h>

namespace rookery::gateway {
namespace {

using Phase = SupervisorFsm::Phase;
using Then = LinkEnd::Then;

/// A machine on a clock that moves when told, with the whole of each backoff waited for.
class SupervisorFsmTest : public ::testing::Test {
  protected:
    static SupervisorOptions options() {
        SupervisorOptions options;
        options.random = [] { return 1.0; };
        return options;
    }
    void make(SupervisorOptions options) { fsm_.emplace(std::move(options)); }

    /// The actions as text, notes left out (the last is kept).
    std::string text(const SupervisorFsm::Actions& actions) {
        std::string all;
        for (const auto& action : actions) {
            if (const auto* note = std::get_if<SupervisorFsm::Note>(&action)) {
                note_ = note->text;
                level_ = note->level;
                continue;
            }
            all += all.empty() ? "" : "; ";
            if (const auto* hang_up = std::get_if<SupervisorFsm::HangUp>(&action)) {
                all += hang_up->cut ? "cut" : "hang up";
            } else {
                all += std::holds_alternative<SupervisorFsm::Run>(action) ? "run" : "cancel";
            }
        }
        return all;
    }
    std::string start() { return text(fsm_->start(now_)); }
    std::string end(LinkEnd how) { return text(fsm_->ended(std::move(how), now_)); }
    std::string drop() { return end({Then::retry, "the peer went away", Millis{0}, false}); }
    std::string ready() { return text(fsm_->ready(false, now_)); }
    /// Turns the clock to the deadline and gives the tick.
    std::string tick() {
        now_ = fsm_->deadline();
        return text(fsm_->tick(now_));
    }
    Millis left() const { return std::chrono::duration_cast<Millis>(fsm_->deadline() - now_); }

    SteadyTime now_{std::chrono::hours(100)};
    std::optional<SupervisorFsm> fsm_{std::in_place, options()};
    std::string note_;
    SupervisorFsm::Note::Level level_{};
};

TEST_F(SupervisorFsmTest, connects_at_once) {
    EXPECT_EQ(fsm_->name(), "starting");
    EXPECT_EQ(start(), "run");
    EXPECT_EQ(fsm_->name(), "connecting");
    EXPECT_EQ(fsm_->counters().connects, 1U);
}

TEST_F(SupervisorFsmTest, waits_longer_after_each_session_that_ends_at_once) {
    start();
    std::vector<Millis> waits;
    for (int attempt = 0; attempt < 8; ++attempt) {
        EXPECT_EQ(drop(), "");
        EXPECT_EQ(fsm_->name(), "backoff");
        waits.push_back(left());
        EXPECT_EQ(tick(), "run");
    }
    EXPECT_EQ(waits, (std::vector<Millis>{Millis{1'000}, Millis{2'000}, Millis{4'000},
                                          Millis{8'000}, Millis{16'000}, Millis{32'000},
                                          Millis{60'000}, Millis{60'000}}));
}

TEST_F(SupervisorFsmTest, the_wait_is_a_random_share_of_the_backoff) {
    auto some = options();
    some.random = [] { return 0.25; };
    make(std::move(some));
    start();
    drop();
    EXPECT_EQ(left(), Millis{250});
}

TEST_F(SupervisorFsmTest, a_session_that_held_makes_the_next_end_a_first_one) {
    start();
    drop();
    tick();
    drop();
    tick();
    ready();
    now_ += Millis{10'000};
    drop();
    EXPECT_EQ(left(), Millis{1'000});
}

TEST_F(SupervisorFsmTest, a_session_that_is_let_in_and_dropped_at_once_counts_on) {
    start();
    for (const int wait : {1'000, 2'000, 4'000}) {
        ready();
        now_ += Millis{5};
        drop();
        EXPECT_EQ(left(), Millis{wait});
        tick();
    }
}

TEST_F(SupervisorFsmTest, the_server_may_ask_for_patience_within_limits) {
    start();
    end({Then::retry, "too many", Millis{30'000}, false});
    EXPECT_EQ(left(), Millis{30'000});
    EXPECT_EQ(note_, "too many; connecting again in 30.0 s, as the server asks");
    tick();
    end({Then::retry, "too many", std::chrono::hours(24 * 365), false});
    EXPECT_EQ(left(), Millis{900'000});
}

TEST_F(SupervisorFsmTest, a_login_that_does_not_end_is_cut) {
    start();
    fsm_->state("logging_in", "");
    EXPECT_EQ(left(), Millis{30'000});
    EXPECT_EQ(tick(), "cut");
    EXPECT_EQ(fsm_->name(), "closing");
    EXPECT_EQ(note_, "not logged in after 30.0 s (logging_in): the connection is given up");
    drop();
    EXPECT_EQ(fsm_->name(), "backoff");
    EXPECT_EQ(fsm_->detail(),
              "not logged in after 30.0 s (logging_in): the connection is given up");
}

TEST_F(SupervisorFsmTest, what_is_heard_does_not_prolong_a_login) {
    start();
    now_ += Millis{29'000};
    fsm_->heard(now_);
    EXPECT_EQ(left(), Millis{1'000});
}

TEST_F(SupervisorFsmTest, silence_cuts_the_connection) {
    start();
    ready();
    now_ += Millis{60'000};
    fsm_->heard(now_);
    EXPECT_EQ(text(fsm_->tick(now_ + Millis{30'001})), "");
    EXPECT_EQ(left(), Millis{90'000});
    EXPECT_EQ(tick(), "cut");
    EXPECT_EQ(note_, "nothing was heard for 90.0 s: the connection is given up");
}

TEST_F(SupervisorFsmTest, silence_may_be_allowed) {
    auto quiet = options();
    quiet.silence = Millis{0};
    make(std::move(quiet));
    start();
    ready();
    EXPECT_EQ(fsm_->deadline(), SteadyTime::max());
}

TEST_F(SupervisorFsmTest, a_session_that_refuses_to_hang_up_is_cancelled) {
    start();
    ready();
    EXPECT_EQ(tick(), "cut");
    EXPECT_EQ(left(), Millis{2'000});
    EXPECT_EQ(tick(), "cancel");
    EXPECT_EQ(text(fsm_->ended(std::nullopt, now_)), "");
    EXPECT_EQ(fsm_->name(), "backoff");
}

TEST_F(SupervisorFsmTest, a_refusal_for_good_ends_the_attempts) {
    start();
    EXPECT_EQ(end({Then::fatal, "the token was refused", Millis{0}, true}), "");
    EXPECT_EQ(fsm_->phase(), Phase::fatal);
    EXPECT_EQ(fsm_->detail(), "the token was refused");
    EXPECT_EQ(level_, SupervisorFsm::Note::Level::error);
    EXPECT_EQ(fsm_->deadline(), SteadyTime::max());
}

TEST_F(SupervisorFsmTest, what_a_peer_says_is_one_short_line) {
    start();
    end({Then::fatal, "refused: \n\x1b[31m" + std::string(100'000, 'x'), Millis{0}, true});
    EXPECT_TRUE(fsm_->detail().starts_with("refused: \\x0a\\x1b[31mxxx"));
    EXPECT_LT(fsm_->detail().size(), 1'000U);
    EXPECT_EQ(note_, fsm_->detail());
}

TEST_F(SupervisorFsmTest, reconnect_tries_again_after_a_refusal) {
    start();
    end({Then::fatal, "the token was refused", Millis{0}, false});
    EXPECT_EQ(text(fsm_->reconnect("asked", now_)), "run");
}

TEST_F(SupervisorFsmTest, reconnect_cuts_what_was_ready_and_connects_at_once) {
    start();
    ready();
    EXPECT_EQ(text(fsm_->reconnect("other subscriptions", now_)), "cut");
    EXPECT_EQ(drop(), "run");
}

TEST_F(SupervisorFsmTest, reconnect_during_a_login_waits_as_after_any_failure) {
    start();
    EXPECT_EQ(text(fsm_->reconnect("asked", now_)), "cut");
    EXPECT_EQ(drop(), "");
    EXPECT_EQ(fsm_->phase(), Phase::waiting);
}

TEST_F(SupervisorFsmTest, logins_are_limited) {
    auto few = options();
    few.logins = 2;
    few.login_window = Millis{60'000};
    make(std::move(few));
    start();
    fsm_->logging_in(now_);
    drop();
    tick();
    fsm_->logging_in(now_);
    drop();
    EXPECT_EQ(tick(), "");
    EXPECT_EQ(fsm_->name(), "backoff");
    EXPECT_EQ(left(), Millis{57'000});
    EXPECT_EQ(tick(), "run");
    EXPECT_EQ(fsm_->logins_24h(now_), 2U);
}

TEST_F(SupervisorFsmTest, a_refused_login_counts_though_it_was_not_told) {
    start();
    end({Then::retry, "refused", Millis{0}, true});
    EXPECT_EQ(fsm_->counters().logins, 1U);
    tick();
    fsm_->logging_in(now_);
    end({Then::retry, "refused", Millis{0}, true});
    EXPECT_EQ(fsm_->counters().logins, 2U);
}

TEST_F(SupervisorFsmTest, stops_with_a_goodbye) {
    start();
    ready();
    EXPECT_EQ(text(fsm_->stop(now_)), "hang up");
    EXPECT_EQ(drop(), "");
    EXPECT_EQ(fsm_->phase(), Phase::closed);
}

TEST_F(SupervisorFsmTest, stops_a_session_that_takes_too_long_over_its_goodbye) {
    start();
    text(fsm_->stop(now_));
    EXPECT_EQ(tick(), "cancel");
    EXPECT_EQ(text(fsm_->ended(std::nullopt, now_)), "");
    EXPECT_EQ(fsm_->phase(), Phase::closed);
}

TEST_F(SupervisorFsmTest, stops_while_it_waits) {
    start();
    drop();
    EXPECT_EQ(text(fsm_->stop(now_)), "");
    EXPECT_EQ(fsm_->phase(), Phase::closed);
    EXPECT_EQ(text(fsm_->tick(now_ + std::chrono::hours(1))), "");
}

TEST_F(SupervisorFsmTest, a_stop_wins_over_a_reconnect_under_way) {
    start();
    ready();
    text(fsm_->reconnect("asked", now_));
    EXPECT_EQ(text(fsm_->stop(now_)), "");
    EXPECT_EQ(drop(), "");
    EXPECT_EQ(fsm_->phase(), Phase::closed);
    EXPECT_EQ(text(fsm_->reconnect("too late", now_)), "");
}

TEST_F(SupervisorFsmTest, says_how_long_it_was_away) {
    start();
    ready();
    EXPECT_EQ(note_, "ready");
    now_ += Millis{20'000};
    drop();
    tick();
    now_ += Millis{500};
    text(fsm_->ready(true, now_));
    EXPECT_EQ(note_, "ready again after 1.5 s, nothing was missed");
    EXPECT_EQ(fsm_->counters().resumes, 1U);
    EXPECT_EQ(fsm_->detail(), "");
}

TEST_F(SupervisorFsmTest, a_session_may_be_less_than_ready_later) {
    start();
    ready();
    fsm_->state("pairing", "scan the code");
    EXPECT_EQ(fsm_->name(), "pairing");
    fsm_->state("ready", "");
    EXPECT_EQ(fsm_->detail(), "");
}

}  // namespace
}  // namespace rookery::gateway
