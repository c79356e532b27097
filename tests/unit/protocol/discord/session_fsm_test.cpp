#include "protocol/discord/session_fsm.hpp"

#include "support/fsm_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace rookery::test {
namespace {

using discord::Seen;
using discord::Session;
using testing::HasSubstr;
using testing::StartsWith;

const Session kStored{"abc", "wss://resume", 41, {}};
const input::Hello kHello{Millis(40'000)};
const input::SocketClosed kCut{std::nullopt, ""};
const input::TimerFired kBeatDue{Timer::heartbeat};

input::SocketClosed closed(unsigned code) { return {static_cast<std::uint16_t>(code), ""}; }

Script operator+(Script left, const Script& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

const Script kComesUp{
    {input::Start{}, "connect base"},
    {input::SocketOpened{}, "arm hello 20000"},
    {kHello, "cancel hello; arm heartbeat 20000; request slot"},
    {input::SlotGranted{}, "identify; arm ready 80000"},
    {input::Ready{"abc", "wss://resume", 1}, "cancel ready; established new"},
};
const Script kResumes{
    {input::SocketOpened{}, "arm hello 20000"},
    {kHello, "cancel hello; arm heartbeat 20000; resume abc 7; arm ready 80000"},
    {input::Resumed{8}, "cancel ready; established resumed"},
};
const Script kDrops =
    kComesUp + Script{{Dispatch{7}, ""}, {kCut, "cancel heartbeat; connect wss://resume"}};

/// A driver that is ready, with the last sequence number 7.
struct ReadyDriver : SessionDriver {
    ReadyDriver() { run(kComesUp + Script{{Dispatch{7}, ""}}); }
};

/// Drops and resumes once, so that the next drop meets a backoff.
void use_up_the_prompt_reconnect(SessionDriver& driver) {
    driver.give(kCut);
    driver.run(kResumes);
}

TEST(SessionFsm, G01_starts_identifies_and_becomes_ready) {
    SessionDriver driver;
    driver.run(kComesUp);
    EXPECT_EQ(driver.fsm().state(), State::ready);
    EXPECT_EQ(driver.fsm().session(), (Session{"abc", "wss://resume", 1, {}}));
}

TEST(SessionFsm, G02_first_beat_is_spread_over_the_interval) {
    for (const auto& [random, delay] :
         std::map<double, std::string>{{0.0, "0"}, {0.25, "10000"}, {0.999999, "39999"}}) {
        SessionDriver driver;
        driver.random = random;
        driver.give(input::Start{});
        driver.give(input::SocketOpened{});
        EXPECT_THAT(driver.give(kHello), HasSubstr("arm heartbeat " + delay + ";"));
    }
}

TEST(SessionFsm, G03_beats_with_null_while_ready_is_withheld) {
    SessionDriver driver;
    driver.run({kComesUp.begin(), kComesUp.begin() + 4});
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(driver.give(kBeatDue), "beat null; arm heartbeat 40000");
        EXPECT_EQ(driver.give(input::Ack{}), "latency 0 us; arm ready 80000");
    }
    EXPECT_EQ(driver.identifies, 1u);
}

TEST(SessionFsm, beats_while_it_waits_for_a_slot) {
    SessionDriver driver;
    driver.run({kComesUp.begin(), kComesUp.begin() + 3});
    EXPECT_EQ(driver.give(kBeatDue), "beat null; arm heartbeat 40000");
    EXPECT_EQ(driver.fsm().state(), State::wait_slot);
}

TEST(SessionFsm, G04_beat_carries_the_newest_sequence_number) {
    ReadyDriver driver;
    EXPECT_EQ(driver.give(kBeatDue), "beat 7; arm heartbeat 40000");
    driver.give(input::Ack{});
    driver.give(kCut);
    driver.run(kResumes);
    EXPECT_EQ(driver.give(kBeatDue), "beat 8; arm heartbeat 40000");
}

TEST(SessionFsm, beats_keep_their_schedule_when_the_timer_is_late) {
    ReadyDriver driver;
    const auto due = driver.timers.at(Timer::heartbeat);
    driver.now = due + Millis(300);
    EXPECT_EQ(driver.give(kBeatDue), "beat 7; arm heartbeat 39700");
}

TEST(SessionFsm, G05_answers_a_requested_beat_and_leaves_the_timer_alone) {
    ReadyDriver driver;
    EXPECT_EQ(driver.give(input::HeartbeatRequest{}), "beat 7");
}

TEST(SessionFsm, G06_requested_beat_does_not_make_a_zombie) {
    ReadyDriver driver;
    EXPECT_EQ(driver.give(kBeatDue), "beat 7; arm heartbeat 40000");
    EXPECT_EQ(driver.give(input::HeartbeatRequest{}), "beat 7");
    EXPECT_EQ(driver.give(input::Ack{}), "latency 0 us");
    EXPECT_EQ(driver.give(input::HeartbeatRequest{}), "beat 7");
    EXPECT_EQ(driver.give(kBeatDue), "beat 7; arm heartbeat 40000");
}

TEST(SessionFsm, G07_missed_ack_closes_and_resumes) {
    ReadyDriver driver;
    driver.run({{kBeatDue, "beat 7; arm heartbeat 40000"},
                {kBeatDue, "close 4000; arm close 1000"},
                {kCut, "cancel close; connect wss://resume"}});
    driver.run(kResumes);
}

TEST(SessionFsm, G08_dispatches_do_not_stand_in_for_an_ack) {  // documented mode
    ReadyDriver driver;
    driver.give(kBeatDue);
    driver.fsm().on_dispatch(8);
    EXPECT_THAT(driver.give(kBeatDue), StartsWith("close 4000"));
}

TEST(SessionFsm, latency_is_ack_time_minus_send_time) {
    ReadyDriver driver;
    driver.give(kBeatDue);
    driver.now += std::chrono::milliseconds(42);
    EXPECT_EQ(driver.give(input::Ack{}), "latency 42000 us");
    EXPECT_EQ(driver.give(input::Ack{}), "");
}

TEST(SessionFsm, G10_cut_connection_resumes_at_once_on_the_resume_url) {
    SessionDriver driver;
    driver.run(kDrops + kResumes);
}

TEST(SessionFsm, G11_reconnect_request_closes_and_resumes) {
    ReadyDriver driver;
    driver.run({{input::ReconnectRequest{}, "cancel heartbeat; close 4000; arm close 5000"},
                {closed(4000), "cancel close; connect wss://resume"}});
    driver.run(kResumes);
    EXPECT_EQ(driver.identifies, 1u);
}

TEST(SessionFsm, G12_reconnect_request_before_hello_reconnects) {
    SessionDriver driver;
    driver.give(input::Start{});
    driver.give(input::SocketOpened{});
    EXPECT_EQ(driver.give(input::ReconnectRequest{}), "cancel hello; close 4000; arm close 5000");
    EXPECT_TRUE(driver.recovers());
    EXPECT_EQ(driver.identifies, 1u);
}

TEST(SessionFsm, G13_cuts_a_connection_that_the_server_does_not_close) {
    ReadyDriver driver;
    driver.give(input::ReconnectRequest{});
    EXPECT_EQ(driver.fire(Timer::close), "drop; connect wss://resume");
}

TEST(SessionFsm, G14_G17_invalid_session_true_resumes) {
    ReadyDriver driver;
    driver.run({{input::InvalidSession{true}, "cancel heartbeat; close 4000; arm close 5000"},
                {kCut, "cancel close; connect wss://resume"}});
    driver.run(kResumes);
}

TEST(SessionFsm, G15_G26_refused_resume_waits_and_identifies_on_the_base_url) {
    SessionDriver driver;
    driver.run(kDrops + Script{kResumes[0], kResumes[1]});
    driver.run({{input::InvalidSession{false},
                 "lost; cancel heartbeat; cancel ready; close 4000; arm close 5000"},
                {kCut, "cancel close; arm backoff 3000"},
                {input::TimerFired{Timer::backoff}, "connect base"},
                {input::SocketOpened{}, "arm hello 20000"},
                {kHello, "cancel hello; arm heartbeat 20000; request slot"}});
    EXPECT_EQ(driver.fsm().seq(), 0u);
}

TEST(SessionFsm, invalid_session_waits_one_to_five_seconds) {
    for (const auto& [random, delay] :
         std::map<double, std::string>{{0.0, "1000"}, {0.999, "4996"}}) {
        ReadyDriver driver;
        driver.random = random;
        driver.give(input::InvalidSession{false});
        EXPECT_EQ(driver.give(kCut), "cancel close; arm backoff " + delay);
    }
}

TEST(SessionFsm, G16_invalid_session_after_identify_asks_for_a_new_slot) {
    SessionDriver driver;
    driver.run({kComesUp.begin(), kComesUp.begin() + 4});
    driver.give(input::InvalidSession{false});
    EXPECT_TRUE(driver.recovers());
    EXPECT_EQ(driver.identifies, 2u);
}

TEST(SessionFsm, repeated_invalid_sessions_wait_longer) {
    SessionDriver driver;
    driver.random = 0.999;
    driver.give(input::Start{});
    for (int i = 0; i < 8; ++i) {
        while (driver.fsm().state() != State::identifying) {
            ASSERT_TRUE(driver.peer_answers());
        }
        driver.give(input::InvalidSession{false});
        driver.give(kCut);
    }
    EXPECT_GT(driver.timers.at(Timer::backoff) - driver.now, std::chrono::seconds(30));
}

TEST(SessionFsm, G18_session_gone_close_after_invalid_session_is_no_new_failure) {
    ReadyDriver driver;
    driver.give(input::InvalidSession{true});
    EXPECT_EQ(driver.give(closed(4003)), "cancel close; lost; connect base");
}

TEST(SessionFsm, G19_G20_G41_fatal_codes_stop_for_good) {
    for (const unsigned code : {4004, 4010, 4011, 4012, 4013, 4014}) {
        ReadyDriver driver;
        EXPECT_EQ(driver.give(closed(code)), "cancel heartbeat; fatal " + std::to_string(code));
        EXPECT_EQ(driver.fsm().state(), State::fatal);
        EXPECT_EQ(driver.connects, 1u);
        EXPECT_EQ(driver.fire(Timer::backoff), "");
        EXPECT_FALSE(driver.peer_answers());
    }
}

TEST(SessionFsm, fatal_code_while_closing_is_heard) {
    ReadyDriver driver;
    driver.give(input::ReconnectRequest{});
    EXPECT_EQ(driver.give(closed(4004)), "cancel close; fatal 4004");
}

TEST(SessionFsm, G21_refused_intents_name_who_needs_them) {
    discord::SessionFsm::Options options;
    options.intents = {1u << 15 | 1u << 1 | 1u,
                       {{"MESSAGE_CONTENT", {"script ping", "plugin log"}}}};
    SessionDriver driver(std::nullopt, options);
    driver.run(kComesUp);
    driver.give(closed(4014));
    EXPECT_THAT(driver.fatal, HasSubstr("GUILD_MEMBERS, MESSAGE_CONTENT (needed by script ping, "
                                        "plugin log)"));
}

TEST(SessionFsm, starts_again_after_a_fatal_close) {
    ReadyDriver driver;
    driver.give(closed(4014));
    EXPECT_EQ(driver.give(input::Start{}), "connect wss://resume");
}

TEST(SessionFsm, G22_G24_G25_resumable_codes_resume_at_once) {
    for (const unsigned code : {1001, 4000, 4001, 4002, 4005, 4006, 4999}) {
        ReadyDriver driver;
        EXPECT_EQ(driver.give(closed(code)), "cancel heartbeat; connect wss://resume") << code;
    }
}

TEST(SessionFsm, G22_rate_and_server_trouble_resume_after_a_backoff) {
    for (const unsigned code : {4008, 1011, 1012}) {
        ReadyDriver driver;
        EXPECT_EQ(driver.give(closed(code)), "cancel heartbeat; arm backoff 500") << code;
        EXPECT_EQ(driver.fire(Timer::backoff), "connect wss://resume");
    }
}

TEST(SessionFsm, G23_lost_session_codes_identify_again) {
    for (const unsigned code : {4003, 4007, 4009}) {
        ReadyDriver driver;
        EXPECT_EQ(driver.give(closed(code)), "cancel heartbeat; lost; connect base") << code;
        EXPECT_FALSE(driver.fsm().session().has_value());
    }
}

TEST(SessionFsm, G24_normal_close_by_the_server_gets_one_resume) {
    ReadyDriver driver;
    EXPECT_EQ(driver.give(closed(1000)), "cancel heartbeat; connect wss://resume");
    driver.give(input::SocketOpened{});
    driver.give(kHello);
    EXPECT_THAT(driver.give(kCut), HasSubstr("arm backoff"));
    EXPECT_EQ(driver.fire(Timer::backoff), "lost; connect base");
}

TEST(SessionFsm, G27_unreachable_resume_host_falls_back_and_still_resumes) {
    SessionDriver driver;
    driver.run(kDrops);
    const input::ConnectFailed refused{"refused", false};
    driver.run({{refused, "arm backoff 500"},
                {input::TimerFired{Timer::backoff}, "connect base"},
                {refused, "arm backoff 1000"},
                {input::TimerFired{Timer::backoff}, "connect wss://resume"},
                {refused, "arm backoff 2000"},
                {input::TimerFired{Timer::backoff}, "connect base"}});
    driver.run(kResumes);
    driver.run({{kCut, "cancel heartbeat; arm backoff 4000"},
                {input::TimerFired{Timer::backoff}, "connect wss://resume"}});
}

TEST(SessionFsm, G28_bricked_session_is_given_up_after_three_resumes) {
    SessionDriver driver;
    driver.run(kDrops);
    while (driver.identifies < 2 && driver.resumes < 10) {
        ASSERT_TRUE(driver.peer_answers());
        if (driver.fsm().state() == State::resuming) {
            driver.give(kCut);
        }
    }
    EXPECT_EQ(driver.resumes, 3u);
}

discord::SessionFsm::Options with(std::function<void(discord::SessionFsm::Options&)> change) {
    discord::SessionFsm::Options options;
    change(options);
    return options;
}

TEST(SessionFsm, G27_resume_host_is_given_up_after_three_failures_and_the_session_kept) {
    SessionDriver driver;
    driver.run(kDrops);
    std::vector<std::string> hosts;
    for (int i = 0; i < 8; ++i) {
        driver.give(input::ConnectFailed{"refused", false});
        hosts.push_back(driver.fire(Timer::backoff));
    }
    EXPECT_EQ(std::count(hosts.begin(), hosts.end(), "connect wss://resume"), 2);
    EXPECT_EQ(std::count(hosts.begin() + 4, hosts.end(), "connect base"), 4);
    driver.run(kResumes);
    EXPECT_EQ(driver.identifies, 1u);
    EXPECT_THAT(driver.notes, testing::Contains(HasSubstr("resume host is given up")));
    driver.give(kCut);
    EXPECT_EQ(driver.fire(Timer::backoff), "connect base") << "also after the next drop";
}

TEST(SessionFsm, new_session_brings_a_new_resume_host) {
    SessionDriver driver;
    driver.run(kDrops);
    for (int i = 0; i < 6; ++i) {
        driver.give(input::ConnectFailed{"refused", false});
        driver.fire(Timer::backoff);
    }
    driver.run({kResumes[0], kResumes[1]});
    driver.give(input::InvalidSession{false});
    ASSERT_TRUE(driver.recovers());
    driver.give(kCut);
    EXPECT_EQ(driver.fire(Timer::backoff), "connect wss://resume");
}

TEST(SessionFsm, G40_shards_that_drop_together_come_back_spread_and_resume) {
    std::set<Millis> delays;
    for (int shard = 0; shard < 20; ++shard) {
        SessionDriver driver(std::nullopt, with([](auto& o) { o.spread = Millis(4'000); }));
        driver.run(kComesUp);
        driver.random = shard / 20.0;
        EXPECT_THAT(driver.give(kCut), StartsWith("cancel heartbeat; arm backoff"));
        delays.insert(
            std::chrono::duration_cast<Millis>(driver.timers.at(Timer::backoff) - driver.now));
        ASSERT_TRUE(driver.recovers());
        EXPECT_EQ(driver.identifies, 1u);
        EXPECT_EQ(driver.resumes, 1u);
    }
    EXPECT_EQ(delays.size(), 20u);
    EXPECT_LT(*delays.rbegin(), Millis(4'000));
}

TEST(SessionFsm, server_without_resume_gets_a_new_session_each_time) {
    SessionDriver driver(std::nullopt, with([](auto& o) { o.can_resume = false; }));
    driver.run(kComesUp);
    EXPECT_EQ(driver.give(kCut), "cancel heartbeat; lost; connect base");
    ASSERT_TRUE(driver.recovers());
    EXPECT_EQ(driver.resumes, 0u);
    EXPECT_EQ(driver.identifies, 2u);
}

/// Ready, with a dispatch behind it, and a watch of a minute over dispatches.
struct WatchedDriver : SessionDriver {
    WatchedDriver()
        : SessionDriver(std::nullopt, with([](auto& o) { o.dispatch_timeout = Millis(60'000); })) {
        run({kComesUp.begin(), kComesUp.begin() + 4});
        give(input::Ready{"abc", "wss://resume", 1});
        fsm().on_dispatch(2);
        EXPECT_EQ(fire(Timer::quiet), "arm quiet 60000");
    }
    /// Beats and acks until the watch has fired once.
    std::string quiet() {
        while (timers.at(Timer::heartbeat) < timers.at(Timer::quiet)) {
            fire(Timer::heartbeat);
            give(input::Ack{});
        }
        return fire(Timer::quiet);
    }
};

TEST(SessionFsm, muted_dispatch_with_acks_resumes) {
    WatchedDriver driver;
    EXPECT_EQ(driver.quiet(), "cancel heartbeat; close 4000; arm close 5000");
    EXPECT_EQ(driver.give(kCut), "cancel close; connect wss://resume");
}

TEST(SessionFsm, watch_over_dispatches_is_patient_while_it_finds_nothing) {
    WatchedDriver driver;
    driver.quiet();
    driver.give(kCut);
    driver.run({kResumes.begin(), kResumes.begin() + 1});
    driver.give(kHello);
    EXPECT_THAT(driver.give(input::Resumed{3}), HasSubstr("arm quiet 120000"));
}

TEST(SessionFsm, watch_over_dispatches_is_strict_again_when_it_found_some) {
    WatchedDriver driver;
    driver.quiet();
    driver.give(kCut);
    driver.give(input::SocketOpened{});
    driver.give(kHello);
    driver.fsm().on_dispatch(3);
    EXPECT_THAT(driver.give(input::Resumed{4}), HasSubstr("arm quiet 60000"));
}

TEST(SessionFsm, session_that_never_had_a_dispatch_may_be_quiet) {
    SessionDriver driver(std::nullopt, with([](auto& o) { o.dispatch_timeout = Millis(10'000); }));
    driver.run({kComesUp.begin(), kComesUp.begin() + 4});
    driver.give(input::Ready{"abc", "wss://resume", 1});
    EXPECT_EQ(driver.fire(Timer::quiet), "arm quiet 10000");
}

TEST(SessionFsm, replay_that_advances_is_not_given_up) {
    SessionDriver driver;
    driver.run(kDrops);
    for (std::uint64_t seq = 8; seq < 20; ++seq) {
        while (driver.fsm().state() != State::resuming) {
            ASSERT_TRUE(driver.peer_answers());
        }
        EXPECT_EQ(driver.fsm().on_dispatch(seq), Seen::fresh);
        driver.give(kCut);
    }
    EXPECT_EQ(driver.identifies, 1u);
}

TEST(SessionFsm, G29_G30_replayed_duplicates_are_told_apart) {
    SessionDriver driver;
    driver.run(kDrops + Script{kResumes[0], kResumes[1]});
    driver.run({{Dispatch{7, Seen::repeated}, ""},
                {Dispatch{8, Seen::fresh}, ""},
                {Dispatch{9, Seen::fresh}, ""},
                {input::Resumed{10}, "cancel ready; established resumed"}});
    EXPECT_EQ(driver.fsm().seq(), 10u);
}

TEST(SessionFsm, G31_gap_in_the_numbers_is_only_counted) {
    ReadyDriver driver;
    const auto before = driver.fsm().gaps();
    driver.run({{Dispatch{8}, ""}, {Dispatch{15}, ""}});
    EXPECT_EQ(driver.fsm().gaps(), before + 1);
    EXPECT_EQ(driver.give(kBeatDue), "beat 15; arm heartbeat 40000");
}

TEST(SessionFsm, G32_number_out_of_order_never_lowers_the_stored_one) {
    ReadyDriver driver;
    driver.run({{Dispatch{15}, ""}, {Dispatch{14, Seen::late}, ""}});
    EXPECT_EQ(driver.fsm().session()->seq, 15u);
}

TEST(SessionFsm, G33_acks_hold_the_ready_timeout_off_up_to_its_limit) {
    SessionDriver driver;
    driver.run({kComesUp.begin(), kComesUp.begin() + 4});
    const auto begun = driver.now;
    while (driver.fsm().state() == State::identifying) {
        const bool beat_first = driver.timers.at(Timer::heartbeat) < driver.timers.at(Timer::ready);
        driver.fire(beat_first ? Timer::heartbeat : Timer::ready);
        driver.give(input::Ack{});
    }
    EXPECT_EQ(driver.now - begun, std::chrono::minutes(15));
    EXPECT_EQ(driver.identifies, 1u);
}

TEST(SessionFsm, silent_resume_times_out_and_is_tried_again) {
    SessionDriver driver;
    driver.run(kDrops + Script{kResumes[0], kResumes[1]});
    driver.give(kBeatDue);
    driver.give(input::Ack{});
    driver.fsm().on_dispatch(8);
    EXPECT_EQ(driver.fire(Timer::ready), "arm ready 80000");
    EXPECT_EQ(driver.fire(Timer::ready), "cancel heartbeat; close 4000; arm close 5000");
    EXPECT_THAT(driver.give(kCut), HasSubstr("arm backoff"));
}

TEST(SessionFsm, replay_without_end_is_cut_at_the_limit) {
    SessionDriver driver;
    driver.run(kDrops + Script{kResumes[0], kResumes[1]});
    const auto begun = driver.now;
    for (std::uint64_t seq = 8; driver.fsm().state() == State::resuming && seq < 1000; ++seq) {
        driver.fsm().on_dispatch(seq);
        const bool beat_first = driver.timers.at(Timer::heartbeat) < driver.timers.at(Timer::ready);
        driver.fire(beat_first ? Timer::heartbeat : Timer::ready);
        driver.give(input::Ack{});
    }
    EXPECT_EQ(driver.now - begun, std::chrono::minutes(15));
    EXPECT_EQ(driver.fsm().state(), State::closing);
}

TEST(SessionFsm, ack_behind_the_ready_limit_is_no_trouble) {
    discord::SessionFsm::Options options;
    options.ready_limit = Millis(30'000);
    SessionDriver driver(std::nullopt, options);
    driver.give(input::Start{});
    driver.give(input::SocketOpened{});
    driver.give(kHello);
    driver.give(input::SlotGranted{});
    driver.give(kBeatDue);
    driver.now += Millis(20'000);
    EXPECT_THAT(driver.give(input::Ack{}), HasSubstr("arm ready 0"));
    EXPECT_THAT(driver.fire(Timer::ready), HasSubstr("close 4000"));
}

TEST(SessionFsm, successful_resumes_are_not_counted_up) {
    ReadyDriver driver;
    for (int i = 0; i < 10; ++i) {
        driver.give(kCut);
        ASSERT_TRUE(driver.recovers());
    }
    EXPECT_EQ(driver.identifies, 1u);
}

TEST(SessionFsm, dispatch_of_a_lost_session_does_not_reach_the_next) {
    ReadyDriver driver;
    driver.give(input::InvalidSession{false});
    driver.fsm().on_dispatch(500);
    while (driver.fsm().state() != State::wait_slot) {
        ASSERT_TRUE(driver.peer_answers());
    }
    EXPECT_EQ(driver.give(kBeatDue), "beat null; arm heartbeat 40000");
}

TEST(SessionFsm, G34_missing_hello_backs_off) {
    SessionDriver driver;
    driver.run({{input::Start{}, "connect base"},
                {input::SocketOpened{}, "arm hello 20000"},
                {input::TimerFired{Timer::hello}, "close 4000; arm close 5000"},
                {kCut, "cancel close; arm backoff 500"}});
}

TEST(SessionFsm, G35_failed_connects_back_off_up_to_the_cap) {
    SessionDriver driver;
    driver.random = 0.9999999;
    driver.give(input::Start{});
    std::vector<Millis> delays;
    for (int i = 0; i < 9; ++i) {
        driver.give(input::ConnectFailed{"502", false});
        delays.push_back(std::chrono::ceil<Millis>(driver.timers.at(Timer::backoff) - driver.now));
        driver.fire(Timer::backoff);
    }
    const std::vector<Millis> expected{Millis(999),   Millis(1999),  Millis(3999),
                                       Millis(7999),  Millis(15999), Millis(31999),
                                       Millis(59999), Millis(59999), Millis(59999)};
    EXPECT_EQ(delays, expected);
    EXPECT_EQ(driver.identifies, 0u);
}

TEST(SessionFsm, refused_token_at_discovery_is_fatal) {
    SessionDriver driver;
    driver.give(input::Start{});
    EXPECT_EQ(driver.give(input::ConnectFailed{"the token was refused", true}), "fatal 0");
    EXPECT_EQ(driver.fatal, "the token was refused");
}

TEST(SessionFsm, refused_token_in_answer_to_the_slot_request_is_fatal) {
    SessionDriver driver;
    driver.run({kComesUp.begin(), kComesUp.begin() + 3});
    EXPECT_EQ(driver.give(input::ConnectFailed{"the token was refused", true}),
              "cancel heartbeat; return slot; drop; fatal 0");
}

TEST(SessionFsm, second_drop_waits_unless_the_session_was_stable) {
    ReadyDriver driver;
    use_up_the_prompt_reconnect(driver);
    EXPECT_EQ(driver.give(kCut), "cancel heartbeat; arm backoff 500");
    ASSERT_TRUE(driver.recovers());
    driver.now += std::chrono::seconds(60);
    EXPECT_EQ(driver.give(kCut), "cancel heartbeat; connect wss://resume");
}

TEST(SessionFsm, G39_slot_is_given_up_when_the_waiting_connection_dies) {
    SessionDriver driver;
    driver.run({kComesUp.begin(), kComesUp.begin() + 3});
    EXPECT_EQ(driver.give(kCut), "cancel heartbeat; return slot; connect base");
}

TEST(SessionFsm, slot_that_comes_too_late_is_returned) {
    ReadyDriver driver;
    EXPECT_EQ(driver.give(input::SlotGranted{}), "return slot");
}

TEST(SessionFsm, G38_refused_slot_closes_and_waits) {
    SessionDriver driver;
    driver.run({kComesUp.begin(), kComesUp.begin() + 3});
    driver.run({{input::SlotRefused{Millis(3'600'000), "budget spent"},
                 "cancel heartbeat; close 4000; arm close 5000"},
                {kCut, "cancel close; arm backoff 3600000"}});
    EXPECT_THAT(driver.notes, testing::Contains("budget spent"));
}

TEST(SessionFsm, G46_G58_bad_frame_closes_and_resumes) {
    ReadyDriver driver;
    driver.run({{input::BadFrame{"corrupt data"}, "cancel heartbeat; close 4000; arm close 5000"},
                {kCut, "cancel close; connect wss://resume"}});
    driver.run(kResumes);
}

TEST(SessionFsm, poisonous_replay_ends_in_a_new_session) {
    SessionDriver driver;
    driver.run(kDrops);
    while (driver.identifies < 2 && driver.resumes < 10) {
        ASSERT_TRUE(driver.peer_answers());
        if (driver.fsm().state() == State::resuming) {
            driver.give(input::BadFrame{"nested too deeply"});
        }
    }
    EXPECT_EQ(driver.resumes, 3u);
}

TEST(SessionFsm, G60_suspended_host_reconnects_once_without_late_beats) {
    ReadyDriver driver;
    const auto beats = driver.beats;
    driver.now += std::chrono::minutes(10);
    EXPECT_EQ(driver.give(kBeatDue), "drop; connect wss://resume");
    EXPECT_EQ(driver.beats, beats);
    driver.run(kResumes);
}

TEST(SessionFsm, timer_that_fires_early_is_armed_for_the_rest) {
    SessionDriver driver;
    driver.run({kComesUp.begin(), kComesUp.begin() + 2});
    driver.timers.clear();
    EXPECT_EQ(driver.fire(Timer::hello), "arm hello 20000");
}

TEST(SessionFsm, cancelled_timer_that_still_fires_does_nothing) {
    ReadyDriver driver;
    for (const auto which : {Timer::hello, Timer::ready, Timer::close, Timer::backoff}) {
        EXPECT_EQ(driver.fire(which), "");
    }
    EXPECT_EQ(driver.fsm().state(), State::ready);
}

TEST(SessionFsm, resumable_stop_keeps_the_session) {
    ReadyDriver driver;
    driver.run({{input::Stop{true}, "cancel heartbeat; close 4000; arm close 5000"},
                {closed(4000), "cancel close; stopped"}});
    EXPECT_EQ(driver.fsm().session(), (Session{"abc", "wss://resume", 7, {}}));
}

TEST(SessionFsm, G65_stop_for_good_closes_normally_and_forgets) {
    ReadyDriver driver;
    driver.run({{input::Stop{false}, "lost; cancel heartbeat; close 1000; arm close 5000"},
                {input::TimerFired{Timer::close}, "drop; stopped"}});
    EXPECT_FALSE(driver.fsm().session().has_value());
}

TEST(SessionFsm, stop_is_possible_after_every_step) {
    const auto script = kDrops + kResumes;
    for (std::size_t i = 0; i <= script.size(); ++i) {
        SCOPED_TRACE(i);
        SessionDriver driver;
        driver.run({script.begin(), script.begin() + static_cast<std::ptrdiff_t>(i)});
        driver.give(input::Stop{true});
        if (driver.socket == SessionDriver::Socket::closing) {
            driver.give(kCut);
        }
        EXPECT_EQ(driver.fsm().state(), State::stopped);
    }
}

TEST(SessionFsm, stop_during_backoff_cancels_the_attempt) {
    SessionDriver driver;
    driver.give(input::Start{});
    driver.give(input::ConnectFailed{"refused", false});
    EXPECT_EQ(driver.give(input::Stop{true}), "cancel backoff; stopped");
}

TEST(SessionFsm, start_while_stopping_connects_again) {
    ReadyDriver driver;
    driver.give(input::Stop{true});
    driver.give(input::Start{});
    EXPECT_EQ(driver.give(kCut), "cancel close; connect wss://resume");
}

TEST(SessionFsm, G66_stored_session_is_resumed_first) {
    SessionDriver driver(kStored);
    driver.run({{input::Start{}, "connect wss://resume"},
                {input::SocketOpened{}, "arm hello 20000"},
                {kHello, "cancel hello; arm heartbeat 20000; resume abc 41; arm ready 80000"}});
}

TEST(SessionFsm, G66_stored_session_of_another_shard_count_is_not_used) {  // R14
    discord::SessionFsm::Options options;
    options.shard = {0, 2};
    SessionDriver driver(kStored, options);
    EXPECT_EQ(driver.give(input::Start{}), "connect base");
}

TEST(SessionFsm, new_ready_replaces_the_whole_session) {  // R1
    ReadyDriver driver;
    driver.give(input::Ready{"other", "", 2});
    EXPECT_EQ(driver.fsm().session(), (Session{"other", "", 2, {}}));
    EXPECT_EQ(driver.give(kCut), "cancel heartbeat; connect base");
}

TEST(SessionFsm, ready_without_session_id_is_a_bad_frame) {
    SessionDriver driver;
    driver.run({kComesUp.begin(), kComesUp.begin() + 4});
    EXPECT_THAT(driver.give(input::Ready{"", "", 1}), HasSubstr("close 4000"));
}

TEST(SessionFsm, changed_intents_begin_a_new_session) {
    ReadyDriver driver;
    driver.run(
        {{input::Reidentify{"intents"}, "lost; cancel heartbeat; close 1000; arm close 5000"},
         {closed(1000), "cancel close; connect base"}});
    EXPECT_TRUE(driver.recovers());
    EXPECT_EQ(driver.identifies, 2u);
}

TEST(SessionFsm, changed_intents_before_the_identify_cost_nothing) {
    SessionDriver driver;
    driver.run({kComesUp.begin(), kComesUp.begin() + 3});
    EXPECT_EQ(driver.give(input::Reidentify{"intents"}), "");
}

TEST(SessionFsm, changed_intents_turn_a_resume_attempt_away) {
    SessionDriver driver(kStored);
    driver.give(input::Start{});
    EXPECT_EQ(driver.give(input::Reidentify{"intents"}), "drop; lost; connect base");
}

TEST(SessionFsm, every_conversation_recovers_from_a_failure_at_every_step) {
    const std::vector<discord::Input> failures{kCut,
                                               closed(4000),
                                               closed(1000),
                                               closed(4009),
                                               closed(4008),
                                               input::ConnectFailed{"refused", false},
                                               input::ReconnectRequest{},
                                               input::InvalidSession{true},
                                               input::InvalidSession{false},
                                               input::BadFrame{"corrupt"},
                                               input::Reidentify{"intents"}};
    const Script zombie{{kBeatDue, ""}, {kBeatDue, ""}, {kCut, ""}};
    const Script refused{
        {input::InvalidSession{false}, ""}, {kCut, ""},   {input::TimerFired{Timer::backoff}, ""},
        {input::SocketOpened{}, ""},        {kHello, ""}, {input::SlotGranted{}, ""}};
    expect_recovery_at_every_step(kDrops + kResumes, failures);
    expect_recovery_at_every_step(kComesUp + zombie + kResumes, failures);
    expect_recovery_at_every_step(kDrops + Script{kResumes[0], kResumes[1]} + refused, failures);
    expect_recovery_at_every_step(Script{{input::Start{}, ""}} + kResumes, failures, kStored);
    const Script muted{{Dispatch{2}, ""},
                       {input::TimerFired{Timer::quiet}, ""},
                       {kBeatDue, ""},
                       {input::Ack{}, ""},
                       {kBeatDue, ""},
                       {input::Ack{}, ""},
                       {input::TimerFired{Timer::quiet}, ""},
                       {kCut, ""}};
    expect_recovery_at_every_step(kComesUp + muted + kResumes, failures, std::nullopt,
                                  with([](auto& o) { o.dispatch_timeout = Millis(60'000); }));
    expect_recovery_at_every_step(
        kDrops + Script{{input::TimerFired{Timer::backoff}, ""}} + kResumes, failures, std::nullopt,
        with([](auto& o) { o.spread = Millis(1'000); }));
}

/// Anything a hostile server, network or clock can do, in any order: the driver's rules hold, and a
/// healthy peer brings the session up afterwards.
TEST(SessionFsm, keeps_its_rules_under_random_inputs) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 rng(seed);
        SessionDriver driver;
        driver.give(input::Start{});
        for (int i = 0; i < 200; ++i) {
            using Socket = SessionDriver::Socket;
            driver.random = static_cast<double>(rng() % 1000) / 1000;
            driver.now += Millis(rng() % 3 == 0 ? rng() % 100'000 : 0);
            const bool open = driver.socket == Socket::open || driver.socket == Socket::closing;
            const auto pick = rng() % 16;
            if (pick < 5 && driver.fsm().state() != State::ready) {
                (void)driver.peer_answers();
            } else if (pick == 5) {
                driver.give(input::TimerFired{static_cast<Timer>(rng() % discord::kTimerCount)});
            } else if (pick == 6 && driver.socket == Socket::connecting) {
                driver.give(input::ConnectFailed{"refused", false});
            } else if (pick == 7) {
                driver.give(input::Reidentify{"intents"});
            } else if (open) {
                const std::array<discord::Input, 9> arrivals{
                    kCut,
                    closed(4000 + static_cast<unsigned>(rng() % 10)),
                    kHello,
                    input::Ack{},
                    input::HeartbeatRequest{},
                    input::ReconnectRequest{},
                    input::InvalidSession{rng() % 2 == 0},
                    input::Ready{"s", "u", rng() % 5},
                    input::Resumed{rng() % 100}};
                driver.give(arrivals[rng() % arrivals.size()]);
                driver.fsm().on_dispatch(rng() % 1000);
            }
            if (driver.fsm().state() == State::fatal) {
                driver.give(input::Start{});
            }
            if (testing::Test::HasFailure()) {
                return;
            }
        }
        ASSERT_TRUE(driver.recovers()) << discord::to_string(driver.fsm().state());
    }
}

}  // namespace
}  // namespace rookery::test
