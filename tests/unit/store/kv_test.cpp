#include "store/kv.hpp"

#include "support/temp_dir.hpp"
#include "unit/store/waiting_kv.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rookery::store {
namespace {

std::string error_of(const auto& result) { return result ? "" : result.error().message(); }

class KvTest : public ::testing::Test {
  protected:
    testing::TempDir dir_;
    std::filesystem::path file_ = dir_ / "kv.db";
};

TEST_F(KvTest, gives_back_what_was_set_byte_for_byte) {
    Kv kv(file_);
    EXPECT_EQ(kv.get("a"), std::nullopt);
    const std::string bytes("\0\xFF\n x", 5);
    EXPECT_EQ(kv.set("a", bytes)->existed, 0U);
    EXPECT_EQ(kv.get("a"), bytes);
    EXPECT_EQ(kv.set("a", "")->existed, 1U);
    EXPECT_EQ(kv.get("a"), "");
    EXPECT_EQ(kv.remove("a")->existed, 1U);
    EXPECT_EQ(kv.remove("a")->existed, 0U);
    EXPECT_EQ(kv.get("a"), std::nullopt);
}

TEST_F(KvTest, keeps_extensions_apart) {
    Kv kv(file_);
    EXPECT_TRUE(kv.set("a", "1"));
    kv.space.name = "plugin test";
    EXPECT_EQ(kv.get("a"), std::nullopt);
    EXPECT_EQ(kv.keys({}), "");
}

TEST_F(KvTest, outlives_the_process) {
    { EXPECT_TRUE(Kv(file_).set("a", "1")); }
    EXPECT_EQ(Kv(file_).get("a"), "1");
}

TEST_F(KvTest, carries_out_a_batch_only_if_every_check_holds) {
    Kv kv(file_);
    EXPECT_TRUE(kv.apply({{{"a", std::nullopt}}, {{"a", "1", {}}, {"b", "2", {}}}})->applied);
    EXPECT_FALSE(kv.apply({{{"a", std::nullopt}}, {{"a", "x", {}}}})->applied);
    EXPECT_FALSE(kv.apply({{{"a", "1"}, {"b", "3"}}, {{"a", "x", {}}, {"b", {}, {}}}})->applied);
    EXPECT_EQ(kv.get("a"), "1");
    EXPECT_EQ(kv.get("b"), "2");
    EXPECT_TRUE(kv.apply({{{"a", "1"}, {"b", "2"}}, {{"a", "x", {}}, {"b", {}, {}}}})->applied);
    EXPECT_EQ(kv.get("a"), "x");
    EXPECT_EQ(kv.get("b"), std::nullopt);
}

TEST_F(KvTest, adds_from_nothing_and_keeps_the_expiry) {
    std::int64_t now = 1'000;
    Kv kv(file_, [&now] { return now; });
    EXPECT_EQ(*kv.add("n", 5), 5);
    EXPECT_EQ(*kv.add("n", -7), -2);
    EXPECT_EQ(kv.get("n"), "-2");
    EXPECT_TRUE(kv.set("t", "1", Millis{100}));
    EXPECT_EQ(*kv.add("t", 1), 2);
    now += 100;
    EXPECT_EQ(*kv.add("t", 1), 1);
}

TEST_F(KvTest, refuses_to_add_to_what_is_no_number) {
    Kv kv(file_);
    EXPECT_TRUE(kv.set("a", "x"));
    EXPECT_EQ(error_of(kv.add("a", 1)), "the key holds something else than a whole number");
    EXPECT_TRUE(kv.set("a", "9223372036854775807"));
    EXPECT_EQ(error_of(kv.add("a", 1)), "the sum is beyond 64 bits");
    EXPECT_EQ(kv.get("a"), "9223372036854775807");
}

TEST_F(KvTest, lists_by_prefix_in_pages) {
    Kv kv(file_);
    for (const char* key : {"a/1", "a/2", "a/3", "a", "b/1", "\xFF\xFF"}) {
        EXPECT_TRUE(kv.set(key, key));
    }
    EXPECT_EQ(kv.keys({"a/", "", 2}), "a/1 a/2 ...");
    EXPECT_EQ(kv.keys({"a/", "a/2", 2}), "a/3 ");
    EXPECT_EQ(kv.keys({"a/", "a/3", 2}), "");
    EXPECT_EQ(kv.keys({"", "a/3", 9}), "b/1 \xFF\xFF ");
    EXPECT_EQ(kv.keys({"\xFF", "", 9}), "\xFF\xFF ");
    EXPECT_EQ(kv.list({"a/", "", 1})->items[0].value, "a/1");
}

TEST_F(KvTest, ends_a_page_that_grows_large) {
    Kv kv(file_);
    for (const char* key : {"a", "b", "c", "d", "e", "f"}) {
        EXPECT_TRUE(kv.set(key, std::string(kLargestKvValue, 'x')));
    }
    EXPECT_EQ(kv.keys({}), "a b c d ...");
}

TEST_F(KvTest, never_shows_what_has_expired) {
    std::int64_t now = 1'000;
    Kv kv(file_, [&now] { return now; });
    EXPECT_TRUE(kv.set("a", "1", Millis{100}));
    EXPECT_TRUE(kv.set("b", "1"));
    now += 99;
    EXPECT_EQ(kv.get("a"), "1");
    now += 1;
    EXPECT_EQ(kv.get("a"), std::nullopt);
    EXPECT_EQ(kv.keys({}), "b ");
    EXPECT_TRUE(kv.apply({{{"a", std::nullopt}}, {}})->applied);
    EXPECT_EQ(kv.remove("a")->existed, 0U);
}

TEST_F(KvTest, sweeps_what_has_expired_and_gives_its_room_back) {
    std::int64_t now = 1'000;
    Kv kv(file_, [&now] { return now; });
    kv.space.limit = 20;
    EXPECT_TRUE(kv.set("a", "123456789", Millis{10}));
    EXPECT_TRUE(kv.set("b", "123456789"));
    EXPECT_FALSE(kv.set("c", "1"));
    now += 10;
    EXPECT_TRUE(kv.set("c", "1"));
    EXPECT_TRUE(kv.set("d", "1", Millis{10}));
    now += 10;
    kv.store().sweep();
    EXPECT_TRUE(kv.set("e", "12345"));  // 10 + 2 + 6: only without d
}

TEST_F(KvTest, holds_a_space_to_its_bytes_over_restarts) {
    {
        Kv kv(file_);
        kv.space.limit = 10;
        EXPECT_TRUE(kv.set("a", "12345"));
        EXPECT_EQ(error_of(kv.set("b", "1234")),
                  "the storage is full: 6 of 10 bytes are used (kv_limit)");
        EXPECT_EQ(kv.get("b"), std::nullopt);
    }
    Kv kv(file_);
    kv.space.limit = 10;
    EXPECT_FALSE(kv.set("b", "1234"));
    EXPECT_TRUE(kv.set("a", "123456789"));
    EXPECT_TRUE(kv.remove("a"));
    EXPECT_TRUE(kv.set("b", "123456789"));
    kv.space.name = "another";
    EXPECT_TRUE(kv.set("b", "123456789"));
}

TEST_F(KvTest, refuses_keys_and_values_beyond_their_limits) {
    Kv kv(file_);
    EXPECT_EQ(error_of(kv.set("", "x")), "the key is empty");
    EXPECT_TRUE(kv.set(std::string(kLongestKvKey, 'k'), std::string(kLargestKvValue, 'v')));
    EXPECT_EQ(error_of(kv.set(std::string(kLongestKvKey + 1, 'k'), "x")),
              "the key is longer than 512 bytes");
    EXPECT_EQ(error_of(kv.set("a", std::string(kLargestKvValue + 1, 'v'))),
              "the value is larger than 1 MiB");
    EXPECT_EQ(error_of(kv.set("a", "x", Millis{-1})), "the time to live is negative");
    EXPECT_EQ(error_of(kv.apply({{}, {{"a", "1", {}}, {"a", "2", {}}}})),
              "a batch writes a key once");
    EXPECT_EQ(error_of(kv.apply({std::vector<KvCheck>(129, KvCheck{"a", {}}), {}})),
              "more than 128 checks or writes at once");
    EXPECT_EQ(error_of(kv.list({"", "", 0})), "the limit must be between 1 and 1000");
    EXPECT_EQ(error_of(kv.list({"", "", 1'001})), "the limit must be between 1 and 1000");
}

TEST_F(KvTest, does_not_take_a_damaged_file_for_an_empty_one) {
    std::ofstream(file_) << std::string(4'096, 'x');
    const auto opened = KvStore::open(file_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind(), ErrorKind::io);
    EXPECT_EQ(opened.error().message(),
              file_.string() +
                  ": file is not a database; it is damaged: move it away to begin with an empty "
                  "one");
    EXPECT_EQ(std::filesystem::file_size(file_), 4'096U);
}

/// What a child process tells its parent before it is killed in the middle of its work.
TEST_F(KvTest, loses_nothing_that_was_answered_when_it_is_killed) {
    int pipes[2];
    ASSERT_EQ(::pipe(pipes), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        Kv kv(file_);
        for (std::uint32_t i = 1;; ++i) {
            const std::string text = std::to_string(i);
            if (!kv.apply({{}, {{"a" + text, text, {}}, {"b" + text, text, {}}}}) ||
                ::write(pipes[1], &i, sizeof(i)) != sizeof(i)) {
                ::_exit(1);
            }
        }
    }
    ::close(pipes[1]);
    std::uint32_t answered = 0;
    while (answered < 200 && ::read(pipes[0], &answered, sizeof(answered)) == sizeof(answered)) {
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    while (::read(pipes[0], &answered, sizeof(answered)) == sizeof(answered)) {
    }
    ::close(pipes[0]);
    ASSERT_GE(answered, 200U);
    Kv kv(file_);
    for (std::uint32_t i = 1; i <= answered; ++i) {
        const std::string text = std::to_string(i);
        ASSERT_EQ(kv.get("a" + text), text);
        ASSERT_EQ(kv.get("b" + text), text);
    }
    const std::string after = std::to_string(answered + 1);
    EXPECT_EQ(kv.get("a" + after), kv.get("b" + after));
}

/// A limit on the size of files is what a full disk looks like, in a child process.
TEST_F(KvTest, says_so_when_the_disk_is_full_and_goes_on_afterwards) {
    const pid_t child = ::fork();
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        Kv kv(file_);
        bool good = static_cast<bool>(kv.set("a", "1"));
        const rlimit tight{200'000, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &tight);
        const auto refused = kv.set("b", std::string(500'000, 'x'));
        good = good && !refused && refused.error().kind() == ErrorKind::io && kv.get("a") == "1";
        const rlimit wide{RLIM_INFINITY, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &wide);
        good = good && kv.set("b", std::string(500'000, 'x')) && kv.get("b").has_value();
        ::_exit(good ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST_F(KvTest, takes_calls_of_many_threads) {
    Kv kv(file_);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&kv] {
            for (int i = 0; i < 200; ++i) {
                EXPECT_TRUE(kv.add("n", 1));
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(kv.get("n"), "800");
}

TEST_F(KvTest, answers_everything_before_it_closes) {
    int answered = 0;
    {
        Kv kv(file_);
        for (int i = 0; i < 1'000; ++i) {
            kv.store().add(kv.space, "n", 1, [&answered](const Result<std::int64_t>& sum) {
                answered += sum ? 1 : 0;
            });
        }
    }
    EXPECT_EQ(answered, 1'000);
}

}  // namespace
}  // namespace rookery::store
