#include "store/delivery_ledger.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <initializer_list>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace rookery::store {
namespace {

using model::SlotMask;

SlotMask mask(std::initializer_list<unsigned> slots) {
    SlotMask out;
    for (const auto slot : slots) {
        out.set(slot);
    }
    return out;
}

class LedgerTest : public ::testing::Test {
  protected:
    LedgerTest() { reopen(); }

    /// As a restarted runtime does.
    void reopen() {
        ledger_.reset();
        auto opened = DeliveryLedger::open(path_);
        ASSERT_TRUE(opened) << opened.error().message();
        ledger_ = *std::move(opened);
    }
    void begin(const char* id = "session") {
        const auto begun = ledger_->begin_session({id, "wss://resume.example", 0, 1});
        ASSERT_TRUE(begun);
    }
    void receive(std::uint64_t first, std::uint64_t last, const SlotMask& wanted) {
        for (auto seq = first; seq <= last; ++seq) {
            EXPECT_EQ(ledger_->received(seq, wanted), wanted);
        }
    }

    testing::TempDir dir_;
    std::filesystem::path path_ = dir_ / "main.ledger";
    std::shared_ptr<DeliveryLedger> ledger_;
};

TEST_F(LedgerTest, a_new_file_has_no_session) {
    EXPECT_FALSE(ledger_->session());
    EXPECT_EQ(ledger_->resume_seq(), 0U);
    EXPECT_EQ(ledger_->open_deliveries(), 0U);
}

TEST_F(LedgerTest, the_session_survives_a_restart) {
    const SessionInfo info{"abc", "wss://gateway-us-east1-b.discord.gg", 3, 16};
    ASSERT_TRUE(ledger_->begin_session(info));
    reopen();
    ASSERT_TRUE(ledger_->session());
    EXPECT_EQ(*ledger_->session(), info);
}

TEST_F(LedgerTest, a_cleared_session_stays_cleared) {
    begin();
    ledger_->clear_session();
    reopen();
    EXPECT_FALSE(ledger_->session());
}

TEST_F(LedgerTest, a_session_id_that_does_not_fit_is_refused) {
    const auto begun = ledger_->begin_session({std::string(129, 'x'), "", 0, 1});
    ASSERT_FALSE(begun);
    EXPECT_EQ(begun.error().kind(), ErrorKind::limit);
}

TEST_F(LedgerTest, new_events_go_to_all_who_want_them) {
    begin();
    EXPECT_EQ(ledger_->received(1, mask({0, 59, 60, 119})), mask({0, 59, 60, 119}));
    EXPECT_EQ(ledger_->last_received(), 1U);
    EXPECT_EQ(ledger_->open_deliveries(), 4U);
}

TEST_F(LedgerTest, finished_deliveries_are_not_open) {
    begin();
    receive(1, 3, mask({0, 61}));
    ledger_->deliveries()->finished(1, 0);
    ledger_->deliveries()->finished(1, 61);
    ledger_->deliveries()->finished(3, 61);
    EXPECT_EQ(ledger_->open_deliveries(), 3U);
}

TEST_F(LedgerTest, resumes_in_the_same_process_from_the_last_seen) {
    begin();
    receive(1, 10, mask({0}));
    EXPECT_EQ(ledger_->resume_seq(), 10U);
}

TEST_F(LedgerTest, resumes_after_a_restart_below_the_lowest_unfinished) {
    begin();
    receive(1, 10, mask({0}));
    for (const std::uint64_t seq : {1U, 2U, 3U, 5U}) {
        ledger_->deliveries()->finished(seq, 0);
    }
    reopen();
    EXPECT_EQ(ledger_->resume_seq(), 3U);
    EXPECT_EQ(ledger_->last_received(), 10U);
}

TEST_F(LedgerTest, resumes_after_a_restart_from_the_last_when_all_is_finished) {
    begin();
    receive(1, 10, mask({}));
    reopen();
    EXPECT_EQ(ledger_->resume_seq(), 10U);
}

TEST_F(LedgerTest, a_repeated_event_goes_only_to_those_who_had_not_finished) {
    begin();
    receive(1, 3, mask({0, 1, 70}));
    ledger_->deliveries()->finished(1, 1);
    ledger_->deliveries()->finished(2, 0);
    ledger_->deliveries()->finished(2, 1);
    ledger_->deliveries()->finished(2, 70);
    reopen();
    EXPECT_EQ(ledger_->received(1, mask({0, 1, 70})), mask({0, 70}));
    EXPECT_EQ(ledger_->received(2, mask({0, 1, 70})), mask({}));
    EXPECT_EQ(ledger_->received(3, mask({0, 1, 70})), mask({0, 1, 70}));
    EXPECT_EQ(ledger_->received(4, mask({0, 1, 70})), mask({0, 1, 70}));
}

TEST_F(LedgerTest, a_subscriber_that_is_gone_does_not_hold_the_number_back) {
    begin();
    receive(1, 2, mask({0, 5}));
    reopen();
    EXPECT_EQ(ledger_->received(1, mask({0})), mask({0}));
    EXPECT_EQ(ledger_->received(2, mask({0})), mask({0}));
    EXPECT_EQ(ledger_->unclaimed(), 2U);
    ledger_->deliveries()->finished(1, 0);
    ledger_->deliveries()->finished(2, 0);
    reopen();
    EXPECT_EQ(ledger_->resume_seq(), 2U);
    EXPECT_EQ(ledger_->unclaimed(), 0U);
}

TEST_F(LedgerTest, a_newcomer_does_not_get_events_that_were_received_before_it_came) {
    begin();
    receive(1, 1, mask({0}));
    reopen();
    EXPECT_EQ(ledger_->received(1, mask({0, 7})), mask({0}));
}

TEST_F(LedgerTest, what_this_process_has_seen_is_never_given_twice) {
    begin();
    receive(1, 5, mask({0}));
    EXPECT_EQ(ledger_->received(5, mask({0})), mask({}));
    EXPECT_EQ(ledger_->received(2, mask({0})), mask({}));
}

TEST_F(LedgerTest, a_connection_lost_while_repeating_resumes_where_it_broke) {
    begin();
    receive(1, 10, mask({0}));
    reopen();
    EXPECT_EQ(ledger_->resume_seq(), 0U);
    EXPECT_EQ(ledger_->received(1, mask({0})), mask({0}));
    EXPECT_EQ(ledger_->received(2, mask({0})), mask({0}));
    EXPECT_EQ(ledger_->resume_seq(), 2U);
}

TEST_F(LedgerTest, a_new_session_tells_what_was_open_in_the_old_one) {
    begin("first");
    receive(1, 4, mask({0, 1}));
    const auto begun = ledger_->begin_session({"second", "", 0, 1});
    ASSERT_TRUE(begun);
    EXPECT_EQ(*begun, 8U);
    EXPECT_EQ(ledger_->open_deliveries(), 0U);
    EXPECT_EQ(ledger_->resume_seq(), 0U);
}

TEST_F(LedgerTest, a_late_handler_of_an_old_session_changes_nothing_in_the_new_one) {
    begin("first");
    receive(1, 1, mask({0}));
    const auto old = ledger_->deliveries();
    begin("second");
    receive(1, 1, mask({0}));
    old->finished(1, 0);
    EXPECT_EQ(ledger_->open_deliveries(), 1U);
}

TEST_F(LedgerTest, reports_outlive_the_ledger) {
    begin();
    receive(1, 1, mask({0}));
    const auto deliveries = ledger_->deliveries();
    ledger_.reset();
    deliveries->finished(1, 0);
    reopen();
    EXPECT_EQ(ledger_->open_deliveries(), 0U);
}

TEST_F(LedgerTest, a_lap_of_the_ring_gives_unfinished_events_up_and_counts_them) {
    begin();
    EXPECT_EQ(ledger_->received(1, mask({0, 1})), mask({0, 1}));
    receive(2, DeliveryLedger::kRing, mask({}));
    EXPECT_EQ(ledger_->overruns(), 0U);
    receive(DeliveryLedger::kRing + 1, DeliveryLedger::kRing + 1, mask({0}));
    EXPECT_EQ(ledger_->overruns(), 2U);
    // The handler of the event that was given up ends at last: event kRing + 1 is not its own.
    ledger_->deliveries()->finished(1, 0);
    EXPECT_EQ(ledger_->open_deliveries(), 1U);
}

TEST_F(LedgerTest, skipped_numbers_do_not_show_what_their_places_held_a_lap_ago) {
    begin();
    receive(1, 10, mask({0}));
    receive(DeliveryLedger::kRing + 20, DeliveryLedger::kRing + 20, mask({}));
    EXPECT_EQ(ledger_->open_deliveries(), 0U);
    EXPECT_EQ(ledger_->overruns(), 10U);
}

TEST_F(LedgerTest, survives_absurd_numbers) {
    begin();
    receive(1, 1, mask({0}));
    const std::uint64_t huge = ~std::uint64_t{0} - 1;
    EXPECT_EQ(ledger_->received(huge, mask({3})), mask({3}));
    EXPECT_EQ(ledger_->open_deliveries(), 1U);
    ledger_->deliveries()->finished(12345, 0);
    ledger_->deliveries()->finished(huge, 500);
    EXPECT_EQ(ledger_->open_deliveries(), 1U);
}

TEST_F(LedgerTest, a_forgotten_slot_is_open_nowhere) {
    begin();
    receive(1, 5, mask({2, 60, 63}));
    ledger_->forget_slot(63);
    EXPECT_EQ(ledger_->open_deliveries(), 10U);
    ledger_->forget_slot(60);
    ledger_->forget_slot(2);
    EXPECT_EQ(ledger_->open_deliveries(), 0U);
}

TEST_F(LedgerTest, handlers_on_several_threads_lose_no_bit) {
    begin();
    constexpr std::uint64_t kEvents = 5'000;
    receive(1, kEvents, mask({0, 1, 2, 3}));
    std::vector<std::thread> threads;
    for (unsigned slot = 0; slot < 4; ++slot) {
        threads.emplace_back([&, slot] {
            for (std::uint64_t seq = 1; seq <= kEvents; ++seq) {
                ledger_->deliveries()->finished(seq, slot);
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(ledger_->open_deliveries(), 0U);
}

TEST_F(LedgerTest, a_damaged_file_is_set_aside) {
    ledger_.reset();
    std::ofstream(path_, std::ios::trunc) << "not a ledger";
    reopen();
    EXPECT_FALSE(ledger_->session());
    EXPECT_TRUE(std::filesystem::exists(dir_ / "main.ledger.bad"));
}

TEST_F(LedgerTest, a_file_of_another_version_is_set_aside) {
    begin();
    ledger_.reset();
    {
        std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(8);
        file.put(77);
    }
    reopen();
    EXPECT_FALSE(ledger_->session());
    EXPECT_TRUE(std::filesystem::exists(dir_ / "main.ledger.bad"));
}

/// What a child that is killed in the middle of its work leaves is right: everything that it
/// reported as received and not as finished is repeated, and what it finished is not.
TEST_F(LedgerTest, survives_sigkill_under_load) {
    ledger_.reset();
    int report[2];
    ASSERT_EQ(::pipe(report), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto opened = DeliveryLedger::open(path_);
        if (!opened || !(*opened)->begin_session({"killed", "", 0, 1})) {
            ::_exit(1);
        }
        auto& ledger = **opened;
        for (std::uint64_t seq = 1;; ++seq) {
            static_cast<void>(ledger.received(seq, mask({0, 100})));
            ledger.deliveries()->finished(seq, 0);
            if (seq > 50) {
                ledger.deliveries()->finished(seq - 50, 100);
            }
            if (seq == 20'000 && ::write(report[1], "x", 1) != 1) {
                ::_exit(1);
            }
        }
    }
    char byte = 0;
    ASSERT_EQ(::read(report[0], &byte, 1), 1);
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ::close(report[0]);
    ::close(report[1]);
    reopen();
    ASSERT_TRUE(ledger_->session());
    EXPECT_EQ(ledger_->session()->session_id, "killed");
    const auto last = ledger_->last_received();
    ASSERT_GE(last, 20'000U);
    // 50 events wait for subscriber 100; one more, and subscriber 0 once, may be caught in between.
    const auto from = ledger_->resume_seq();
    EXPECT_GE(last - from, 50U);
    EXPECT_LE(last - from, 51U);
    for (auto seq = from + 1; seq <= last; ++seq) {
        const auto again = ledger_->received(seq, mask({0, 100}));
        EXPECT_TRUE(again.test(100));
        EXPECT_EQ(again.test(0), again.test(0) && seq == last);
    }
}

}  // namespace
}  // namespace rookery::store
