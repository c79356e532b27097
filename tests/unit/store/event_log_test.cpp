#include "store/event_log.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace rookery::store {
namespace {

class EventLogTest : public ::testing::Test {
  protected:
    void open() {
        log_.reset();
        auto opened = EventLog::open(dir_.path() / "stream", limits_, now_);
        ASSERT_TRUE(opened.has_value()) << opened.error().message();
        log_ = *std::move(opened);
    }
    std::uint64_t add(std::string_view thing, std::uint64_t seq, const std::string& text = "text") {
        LogEntry entry;
        entry.owner = "bot";
        entry.thing = thing;
        entry.name = "messageCreate";
        entry.text = text;
        entry.second = seq % 2 == 0 ? "even" : "";
        entry.seq = seq;
        entry.identity = seq * 1000 + thing.size();
        entry.time = now_;
        const auto position = log_->append(entry);
        EXPECT_TRUE(position.has_value()) << position.error().message();
        return position.value_or(0);
    }
    std::vector<std::uint64_t> after(std::string_view thing, std::uint64_t seq,
                                     std::size_t steps = 1'000'000) {
        std::vector<std::uint64_t> found;
        auto position = log_->find("bot", thing, seq, steps);
        while (const auto entry = log_->read(position)) {
            if (entry->thing == thing && entry->seq > seq) {
                found.push_back(entry->seq);
            }
            position = entry->next;
        }
        return found;
    }

    testing::TempDir dir_;
    EventLog::Limits limits_{EventLog::kLeast, Millis{60'000}};
    std::int64_t now_ = 1'700'000'000'000;
    std::unique_ptr<EventLog> log_;
};

using Numbers = std::vector<std::uint64_t>;

TEST_F(EventLogTest, GivesBackWhatWasServedInOrder) {
    open();
    EXPECT_EQ(log_->read(log_->begin()), std::nullopt);
    add("1", 1, "first");
    add("22", 1);
    add("1", 2);
    const auto first = log_->read(log_->begin());
    ASSERT_TRUE(first);
    EXPECT_EQ(first->owner, "bot");
    EXPECT_EQ(first->thing, "1");
    EXPECT_EQ(first->name, "messageCreate");
    EXPECT_EQ(first->text, "first");
    EXPECT_EQ(first->second, "");
    EXPECT_EQ(first->time, now_);
    EXPECT_EQ(after("1", 0), (Numbers{1, 2}));
    EXPECT_EQ(after("1", 1), Numbers{2});
    EXPECT_EQ(after("1", 2), Numbers{});
    EXPECT_EQ(after("1", 99), Numbers{});
    EXPECT_EQ(after("22", 0), Numbers{1});
    EXPECT_EQ(after("3", 0), Numbers{});
    EXPECT_EQ(log_->newest("bot", "1"), 2U);
    EXPECT_EQ(log_->newest("bot", "3"), 0U);
}

TEST_F(EventLogTest, ASearchThatMayCostNothingBeginsAtTheBeginning) {
    open();
    for (std::uint64_t seq = 1; seq <= 50; ++seq) {
        add("1", seq);
    }
    std::size_t steps = 10;
    EXPECT_EQ(log_->find("bot", "1", 20, steps), log_->begin());
    EXPECT_EQ(steps, 0U);
    EXPECT_EQ(after("1", 48, 2), (Numbers{49, 50}));
    EXPECT_EQ(after("1", 48, 0), (Numbers{49, 50}));
}

TEST_F(EventLogTest, OfAnEarlierProcessOnlyWhatIsOpenCanComeAgain) {
    open();
    log_->finish(add("1", 1));
    const auto position = add("1", 2);
    EXPECT_FALSE(log_->take_left(2001));
    open();
    EXPECT_FALSE(log_->take_left(1001));
    const auto left = log_->take_left(2001);
    ASSERT_TRUE(left);
    EXPECT_EQ(left->seq, 2U);
    EXPECT_EQ(left->position, position);
    EXPECT_FALSE(log_->take_left(2001));
    log_->finish(position);
    open();
    EXPECT_FALSE(log_->take_left(2001));
    EXPECT_EQ(after("1", 0), (Numbers{1, 2}));
}

TEST_F(EventLogTest, TheOldestGoesWhenThereIsTooMuch) {
    open();
    const std::string text(10'000, 'x');
    for (std::uint64_t seq = 1; seq <= 500; ++seq) {
        add("1", seq, text);
        ASSERT_LE(log_->bytes(), limits_.bytes);
    }
    const auto kept = after("1", 0);
    EXPECT_GT(kept.size(), 80U);
    EXPECT_LT(kept.size(), 105U);
    EXPECT_EQ(kept.back(), 500U);
    EXPECT_EQ(kept.front() + kept.size() - 1, 500U);
    open();
    EXPECT_EQ(after("1", 0), kept);
    add("1", 501);
    EXPECT_EQ(after("1", 499), (Numbers{500, 501}));
}

TEST_F(EventLogTest, WhatIsTooOldGoes) {
    open();
    add("1", 1);
    now_ += 30'000;
    add("1", 2);
    now_ += 31'000;
    log_->expire(now_);
    EXPECT_EQ(after("1", 0), Numbers{2});
    EXPECT_EQ(log_->newest("bot", "1"), 2U);
    now_ += 60'000;
    open();
    EXPECT_EQ(after("1", 0), Numbers{});
    add("1", 3);
    EXPECT_EQ(after("1", 0), Numbers{3});
}

TEST_F(EventLogTest, ALargeOneHasAFileOfItsOwnAndOneThatIsTooLargeIsRefused) {
    open();
    add("1", 1);
    add("1", 2, std::string(300'000, 'x'));
    add("1", 3);
    EXPECT_EQ(after("1", 0), (Numbers{1, 2, 3}));
    LogEntry entry;
    const std::string text(limits_.bytes / 2, 'x');
    entry.text = text;
    const auto refused = log_->append(entry);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind(), ErrorKind::limit);
}

TEST_F(EventLogTest, SurvivesAKillAtAnyMoment) {
    const pid_t child = ::fork();
    if (child == 0) {
        open();
        for (std::uint64_t seq = 1; seq <= 200; ++seq) {
            add("1", seq, std::string(seq, 'x'));
        }
        ::raise(SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    open();
    EXPECT_EQ(after("1", 0).size(), 200U);
    add("1", 201);
    EXPECT_EQ(after("1", 198), (Numbers{199, 200, 201}));
}

TEST_F(EventLogTest, WhatIsDamagedEndsItsFileAndNothingElse) {
    open();
    const auto second = [&] {
        add("1", 1);
        return add("1", 2);
    }();
    add("1", 3);
    const auto file = std::filesystem::directory_iterator(dir_.path() / "stream")->path();
    log_.reset();
    for (const std::size_t at : {0U, 8U, 20U, 32U, 48U, 52U, 56U, 60U, 64U, 70U}) {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekg(static_cast<std::streamoff>(second - 4096 + at));
        const auto old = static_cast<char>(stream.get());
        stream.seekp(static_cast<std::streamoff>(second - 4096 + at));
        stream.put(static_cast<char>(old ^ 0x55));
        stream.close();
        open();
        EXPECT_EQ(after("1", 0), Numbers{1}) << at;
        log_.reset();
        std::fstream back(file, std::ios::in | std::ios::out | std::ios::binary);
        back.seekp(static_cast<std::streamoff>(second - 4096 + at));
        back.put(old);
    }
    open();
    EXPECT_EQ(after("1", 0), (Numbers{1, 2, 3}));
    log_.reset();
    std::ofstream(dir_.path() / "stream" / "00000000000000000001.log") << "no log";
    std::filesystem::resize_file(file, 100);
    open();
    EXPECT_EQ(after("1", 0), Numbers{});
    add("1", 4);
    EXPECT_EQ(after("1", 0), Numbers{4});
}

TEST_F(EventLogTest, AFileThatIsNotTheOneOfItsNameIsSetAside) {
    open();
    add("1", 1);
    const auto file = std::filesystem::directory_iterator(dir_.path() / "stream")->path();
    log_.reset();
    {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(13);  // of the header's base
        stream.put('\1');
    }
    open();
    EXPECT_TRUE(std::filesystem::exists(file.string() + ".bad"));
    EXPECT_EQ(add("1", 2), 4096U + 64U);
    EXPECT_EQ(after("1", 0), Numbers{2});
}

TEST_F(EventLogTest, CanBeRemoved) {
    open();
    add("1", 1);
    log_.reset();
    EventLog::remove(dir_.path() / "stream");
    EventLog::remove(dir_.path() / "stream");
    EXPECT_FALSE(std::filesystem::exists(dir_.path() / "stream"));
}

}  // namespace
}  // namespace rookery::store
