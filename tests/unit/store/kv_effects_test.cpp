#include "store/kv_effects.hpp"

#include "support/temp_dir.hpp"
#include "unit/store/waiting_kv.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rookery::store {
namespace {

class KvEffectsTest : public ::testing::Test {
  protected:
    static KvEffect first(std::string event, std::uint64_t number = 1) {
        return {std::move(event), number, false, {}};
    }
    static KvEffect again(std::string event, std::uint64_t number = 1) {
        return {std::move(event), number, true, {}};
    }
    /// Rows of the table, for those that must not grow.
    std::int64_t rows() {
        auto database = Database::open(file_);
        auto select = database->prepare("SELECT count(*) FROM effects");
        EXPECT_TRUE((*select)->step());
        return (*select)->integer_at(0);
    }

    testing::TempDir dir_;
    std::filesystem::path file_ = dir_ / "kv.db";
};

TEST_F(KvEffectsTest, a_sum_is_added_once_and_told_again) {
    Kv kv(file_);
    EXPECT_EQ(*kv.add("n", 5, first("e")), 5);
    EXPECT_EQ(*kv.add("n", 7, again("e")), 5);
    EXPECT_EQ(kv.get("n"), "5");
}

TEST_F(KvEffectsTest, a_batch_is_carried_out_once_and_its_outcome_told_again) {
    Kv kv(file_);
    EXPECT_TRUE(kv.set("b", "x"));
    const KvBatch batch{{{"a", std::nullopt}}, {{"a", "1", {}}, {"b", "2", {}}}};
    EXPECT_TRUE(kv.apply(batch, first("e"))->applied);
    EXPECT_TRUE(kv.set("b", "newer"));
    const auto told = kv.apply(batch, again("e"));
    EXPECT_TRUE(told->applied);
    EXPECT_EQ(told->existed, 1U);
    EXPECT_EQ(kv.get("b"), "newer");
}

TEST_F(KvEffectsTest, a_check_that_did_not_hold_does_not_hold_again) {
    Kv kv(file_);
    const KvBatch batch{{{"a", "1"}}, {{"a", "2", {}}}};
    EXPECT_FALSE(kv.apply(batch, first("e"))->applied);
    EXPECT_TRUE(kv.set("a", "1"));
    EXPECT_FALSE(kv.apply(batch, again("e"))->applied);
    EXPECT_EQ(kv.get("a"), "1");
}

TEST_F(KvEffectsTest, what_has_no_record_is_carried_out) {
    Kv kv(file_);
    EXPECT_EQ(*kv.add("n", 1, first("e", 1)), 1);
    EXPECT_EQ(*kv.add("n", 1, again("e", 2)), 2);
    EXPECT_EQ(*kv.add("n", 1, again("f", 1)), 3);
    kv.space.name = "plugin test";
    EXPECT_EQ(*kv.add("n", 1, again("e", 1)), 1);
}

TEST_F(KvEffectsTest, an_event_of_the_same_name_that_is_no_repetition_counts) {
    Kv kv(file_);
    EXPECT_EQ(*kv.add("n", 1, first("e")), 1);
    EXPECT_EQ(*kv.add("n", 1, first("e")), 2);
    EXPECT_EQ(*kv.add("n", 1, again("e")), 2);
}

TEST_F(KvEffectsTest, what_failed_is_tried_again) {
    Kv kv(file_);
    EXPECT_TRUE(kv.set("n", "x"));
    EXPECT_FALSE(kv.add("n", 1, first("e")));
    EXPECT_TRUE(kv.set("n", "1"));
    EXPECT_EQ(*kv.add("n", 1, again("e")), 2);
}

TEST_F(KvEffectsTest, records_outlive_the_process_until_the_event_is_finished) {
    { EXPECT_EQ(*Kv(file_).add("n", 1, first("e")), 1); }
    Kv kv(file_);
    EXPECT_EQ(*kv.add("n", 1, again("e")), 1);
    kv.store().forget(kv.space, "e");
    EXPECT_EQ(*kv.add("m", 1), 1);  // what is forgotten goes with the next call
    EXPECT_EQ(*kv.add("n", 1, again("e")), 2);
}

TEST_F(KvEffectsTest, an_event_is_forgotten_after_all_that_was_begun_before) {
    Kv kv(file_);
    std::promise<void> over;
    for (int i = 0; i < 2'000; ++i) {
        kv.store().add(
            kv.space, "n", 1, [](const auto&) {}, first("e", i));
    }
    kv.store().forget(kv.space, "e");
    kv.store().get(kv.space, "n", [&over](const auto&) { over.set_value(); });
    over.get_future().get();
    EXPECT_EQ(*kv.add("m", 1), 1);
    EXPECT_EQ(*kv.add("n", 1, again("e", 1'999)), 2'001);
}

TEST_F(KvEffectsTest, what_is_forgotten_later_is_there_until_then) {
    std::atomic<std::int64_t> now = 1'000;
    Kv kv(file_, [&now] { return now.load(); });
    EXPECT_EQ(*kv.add("n", 1, first("e")), 1);
    kv.store().forget(kv.space, "e", Millis{600'000});
    EXPECT_EQ(*kv.add("m", 1), 1);
    EXPECT_EQ(*kv.add("n", 1, again("e")), 1);
    now += 600'000;
    do {
        kv.store().sweep();
    } while (*kv.add("n", 1, again("e")) == 1);
    EXPECT_EQ(kv.get("n"), "2");
}

TEST_F(KvEffectsTest, what_nobody_finishes_goes_after_a_week) {
    std::int64_t now = 1'000;
    {
        Kv kv(file_, [&now] { return now; });
        EXPECT_EQ(*kv.add("n", 1, first("e")), 1);
    }
    now += KvEffects::kKept - 1;
    {
        EXPECT_EQ(*Kv(file_, [&now] { return now; }).add("n", 1, again("e")), 1);
    }
    now += 1;
    {
        EXPECT_EQ(*Kv(file_, [&now] { return now; }).add("n", 1, again("e")), 2);
    }
    EXPECT_EQ(rows(), 1);
}

TEST_F(KvEffectsTest, rows_are_used_again) {
    {
        Kv kv(file_);
        for (int i = 0; i < 50; ++i) {
            const std::string event = "e" + std::to_string(i);
            EXPECT_EQ(*kv.add("n", 1, first(event, 1)), 2 * i + 1);
            EXPECT_EQ(*kv.add("n", 1, first(event, 2)), 2 * i + 2);
            kv.store().forget(kv.space, event);
            EXPECT_TRUE(kv.get("n"));
        }
    }
    EXPECT_EQ(rows(), 2);
}

TEST_F(KvEffectsTest, the_note_of_what_was_applied_is_recalled) {
    Kv kv(file_);
    KvEffect effect = first("e");
    effect.note = "it said 7";
    EXPECT_EQ(kv.recall(again("e")), std::nullopt);
    EXPECT_FALSE(kv.apply({{{"a", "1"}}, {{"a", "2", {}}}}, effect)->applied);
    EXPECT_EQ(kv.recall(again("e")), std::nullopt);
    EXPECT_TRUE(kv.apply({{{"a", std::nullopt}}, {{"a", "2", {}}}}, effect)->applied);
    EXPECT_EQ(kv.recall(again("e")), "it said 7");
    effect.note->resize(kLargestKvNote + 1);
    EXPECT_FALSE(kv.apply({{}, {{"a", "3", {}}}}, effect));
}

/// A limit on the size of files is what a full disk looks like, in a child process.
TEST_F(KvEffectsTest, a_record_is_undone_with_its_write) {
    const pid_t child = ::fork();
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        Kv kv(file_);
        bool good = kv.add("n", 1, first("e", 1)) && kv.set("a", "1");
        const rlimit tight{200'000, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &tight);
        const std::string large(500'000, 'x');
        good = good && !kv.apply({{}, {{"b", large, {}}}}, first("e", 2));
        const rlimit wide{RLIM_INFINITY, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &wide);
        good = good && kv.apply({{}, {{"b", large, {}}}}, again("e", 2)) && kv.get("b") == large;
        good = good && *kv.add("n", 1, again("e", 1)) == 1;
        ::_exit(good ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

/// Each event is handled by a process that is killed somewhere, and by one that begins anew.
TEST_F(KvEffectsTest, nothing_is_counted_twice_over_kills) {
    constexpr int kKills = 10;
    std::int64_t begun = 0;
    for (int round = 0; round < kKills; ++round) {
        int pipes[2];
        ASSERT_EQ(::pipe(pipes), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            Kv kv(file_);
            for (std::int64_t i = begun;; ++i) {
                const std::string event = "e" + std::to_string(i);
                if (::write(pipes[1], &i, sizeof(i)) != sizeof(i) ||
                    !kv.add("n", 1, i == begun ? again(event) : first(event))) {
                    ::_exit(1);
                }
            }
        }
        ::close(pipes[1]);
        std::int64_t event = 0;
        for (int i = 0; i < 20 && ::read(pipes[0], &event, sizeof(event)) == sizeof(event); ++i) {
        }
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        while (::read(pipes[0], &event, sizeof(event)) == sizeof(event)) {
        }
        ::close(pipes[0]);
        begun = event;
    }
    Kv kv(file_);
    EXPECT_EQ(*kv.add("n", 1, again("e" + std::to_string(begun))), begun + 1);
    EXPECT_EQ(kv.get("n"), std::to_string(begun + 1));
}

}  // namespace
}  // namespace rookery::store
