#include "protocol/socketio/recovery.hpp"

#include <gtest/gtest.h>

namespace rookery::protocol::socketio {
namespace {

using Names = std::vector<std::string>;

class Recovery : public testing::Test {
  protected:
    /// Keeps an event of that name; gives its offset.
    std::string add(std::string_view name, Names rooms = {}, Names except = {}) {
        auto offset = log.offset(log.next());
        log.add(
            std::make_shared<const OutMessage>(encode_event("/", name, {}, std::nullopt, offset)),
            std::move(rooms), std::move(except), now);
        return offset;
    }
    void lose(RecoveryLog::Seq joined, RecoveryLog::Seq last_sent, std::string pid = "pid") {
        log.lost({std::move(pid), {"sid", {"guild:1"}, 42}, joined, last_sent}, now);
    }
    /// The names of the missed events, or "refused".
    std::string recover(std::optional<std::string_view> offset, std::string_view pid = "pid") {
        last = log.recover(pid, offset, now);
        if (!last) {
            return "refused";
        }
        std::string names;
        for (const auto& missed : last->missed) {
            const auto text = missed->text.payload().substr(4);
            names += (names.empty() ? "" : " ") + std::string(text.substr(0, text.find('"')));
        }
        return names;
    }

    SteadyTime now{std::chrono::hours(1)};
    RecoveryLog log{{Millis(1'000), 100'000, 20, 3}, "e1"};
    std::optional<RecoveryLog::Recovered> last;
};

TEST_F(Recovery, offsets_are_ordered_as_texts_and_differ_between_logs) {
    std::string former;
    for (const RecoveryLog::Seq seq :
         {1ULL, 9ULL, 10ULL, 35ULL, 36ULL, 37ULL, 1'000'000ULL, 3'000'000'000'000'000ULL}) {
        const auto offset = log.offset(seq);
        EXPECT_LT(former, offset);
        former = offset;
    }
    EXPECT_NE(log.offset(1), (RecoveryLog{{}, "e2"}.offset(1)));
}

TEST_F(Recovery, what_came_later_than_the_offset_is_sent_again) {
    const auto offset = add("a");
    add("b");
    add("c");
    lose(0, 3);
    add("d");
    EXPECT_EQ(recover(offset), "b c d");
    EXPECT_EQ(last->session.sid, "sid");
    EXPECT_EQ(last->session.rooms, Names{"guild:1"});
    EXPECT_EQ(std::any_cast<int>(last->session.who), 42);
    EXPECT_EQ(last->last_sent, 4U);
    EXPECT_TRUE(last->missed[0]->text.payload().ends_with("\"" + log.offset(2) + "\"]"));
}

TEST_F(Recovery, without_an_event_before_the_cut_everything_since_the_connect_is_sent) {
    add("before");
    const auto joined = log.newest();
    lose(joined, joined);
    add("missed");
    EXPECT_EQ(recover(std::nullopt), "missed");
}

TEST_F(Recovery, events_that_were_sent_and_never_arrived_are_sent_without_an_offset) {
    add("before");
    const auto joined = log.newest();
    add("sent");
    lose(joined, log.newest());
    add("missed");
    EXPECT_EQ(recover(std::nullopt), "sent missed");
}

TEST_F(Recovery, an_offset_of_a_former_session_counts_as_none) {
    const auto old = add("old");
    add("before");
    const auto joined = log.newest();
    lose(joined, joined);
    add("missed");
    EXPECT_EQ(recover(old), "missed");
}

TEST_F(Recovery, an_offset_of_another_server_counts_as_none) {
    add("before");
    const auto joined = log.newest();
    for (const auto& offset :
         std::initializer_list<std::string>{RecoveryLog{{}, "e2"}.offset(7), "Q7zSM6A", ""}) {
        lose(joined, joined);
        EXPECT_EQ(recover(offset), "") << offset;
    }
}

TEST_F(Recovery, an_offset_that_was_never_given_is_a_refusal) {
    add("a");
    lose(0, 1);
    EXPECT_EQ(recover(log.offset(2)), "refused");
    EXPECT_EQ(recover(std::string(1'000'000, 'x')), "refused");
    EXPECT_EQ(recover(log.offset(1)), "");
}

TEST_F(Recovery, only_events_for_the_session_are_sent) {
    lose(0, 0);
    add("all");
    add("its_room", {"guild:0", "guild:1"});
    add("other_room", {"guild:2"});
    add("itself", {"sid"});
    add("another", {"sid2"});
    add("excepted", {"guild:1"}, {"x", "sid"});
    EXPECT_EQ(recover(std::nullopt), "all its_room itself");
    EXPECT_EQ(last->last_sent, 4U);
}

TEST_F(Recovery, a_pid_is_used_once_and_lives_again_after_the_next_loss) {
    lose(0, 0);
    EXPECT_EQ(recover(std::nullopt), "");
    EXPECT_EQ(recover(std::nullopt), "refused");
    lose(0, 0);
    EXPECT_EQ(recover(std::nullopt), "");
    EXPECT_EQ(log.sessions(), 0U);
}

TEST_F(Recovery, an_unknown_pid_is_refused_however_long) {
    lose(0, 0);
    EXPECT_EQ(recover(std::nullopt, ""), "refused");
    EXPECT_EQ(recover(std::nullopt, "pid2"), "refused");
    EXPECT_EQ(recover(std::nullopt, std::string(1'000'000, 'p')), "refused");
}

TEST_F(Recovery, sessions_expire) {
    lose(0, 0);
    now += Millis(1'000);
    lose(0, 0, "later");
    EXPECT_EQ(log.sessions(), 2U);
    now += Millis(1);
    EXPECT_EQ(recover(std::nullopt), "refused");
    EXPECT_EQ(log.sessions(), 1U);
    EXPECT_TRUE(log.awaited());
}

TEST_F(Recovery, sessions_are_bounded_and_the_oldest_goes) {
    for (const auto* pid : {"a", "b", "c", "d"}) {
        lose(0, 0, pid);
    }
    EXPECT_EQ(log.sessions(), 3U);
    EXPECT_EQ(recover(std::nullopt, "a"), "refused");
    EXPECT_EQ(recover(std::nullopt, "d"), "");
}

TEST_F(Recovery, missed_events_that_are_gone_from_the_log_are_a_refusal) {
    const auto offset = add("a");
    lose(0, 1);
    for (int i = 0; i < 21; ++i) {
        add("x");
    }
    EXPECT_EQ(log.entries(), 20U);
    EXPECT_EQ(recover(offset), "refused");
}

TEST_F(Recovery, a_quiet_session_is_recovered_though_the_log_has_moved_on) {
    const auto offset = add("its_last", {"guild:1"});
    const auto its_last = log.newest();
    for (int i = 0; i < 30; ++i) {
        add("for others", {"guild:2"});
    }
    lose(0, its_last);
    add("missed", {"guild:1"});
    EXPECT_EQ(recover(offset), "missed") << "nothing of it was lost before the cut";
    lose(0, 0, "never");
    EXPECT_EQ(recover(std::nullopt, "never"), "");
}

TEST_F(Recovery, events_expire) {
    const auto offset = add("a");
    now += Millis(900);
    add("b");
    now += Millis(101);
    log.expire(now);
    EXPECT_EQ(log.entries(), 1U);
    lose(0, 2);
    EXPECT_EQ(recover(std::nullopt), "refused");
    EXPECT_EQ(recover(offset), "b");
}

TEST_F(Recovery, bytes_are_bounded) {
    const std::string name(30'000, 'x');
    for (int i = 0; i < 10; ++i) {
        add(name);
    }
    EXPECT_EQ(log.entries(), 3U);
    EXPECT_LE(log.bytes(), 100'000U);
    add(std::string(200'000, 'x'));
    EXPECT_EQ(log.entries(), 0U);
    EXPECT_EQ(log.bytes(), 0U);
    lose(0, 0);
    EXPECT_EQ(recover(std::nullopt), "");
}

}  // namespace
}  // namespace rookery::protocol::socketio
