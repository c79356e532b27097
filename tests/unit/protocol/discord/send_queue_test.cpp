#include "protocol/discord/send_queue.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rookery::protocol::discord {
namespace {

using namespace std::chrono_literals;

class SendQueueTest : public ::testing::Test {
  protected:
    /// Everything that may leave until `end`, each at its earliest moment.
    std::vector<std::pair<Millis, std::string>> run_until(Millis end) {
        std::vector<std::pair<Millis, std::string>> sent;
        while (true) {
            while (const auto command = queue_.next(start_ + at_)) {
                sent.emplace_back(at_, command->payload);
            }
            const auto wait = queue_.wait(start_ + at_);
            if (!wait || at_ + *wait > end) {
                return sent;
            }
            at_ += *wait;
        }
    }

    SteadyTime start_{std::chrono::hours(5)};
    Millis at_{0};
    SendQueue queue_;
};

TEST_F(SendQueueTest, commands_leave_in_order) {
    ASSERT_TRUE(queue_.push("a"));
    ASSERT_TRUE(queue_.push("b"));
    const auto sent = run_until(0ms);
    ASSERT_EQ(sent.size(), 2u);
    EXPECT_EQ(sent[0].second, "a");
    EXPECT_EQ(sent[1].second, "b");
    EXPECT_EQ(queue_.wait(start_), std::nullopt);
}

TEST_F(SendQueueTest, G52_never_more_than_120_in_60_seconds_beats_included) {
    queue_.set_heartbeat(10s);
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(queue_.push(std::to_string(i)));
    }
    std::vector<Millis> times;
    Millis beat{3s};
    while (queue_.waiting() > 0) {
        for (const auto& [when, payload] : run_until(beat)) {
            times.push_back(when);
        }
        // A beat is sent when it is due, whatever waits.
        at_ = beat;
        EXPECT_TRUE(queue_.may_answer(start_ + at_)) << "no room for the beat at " << at_.count();
        queue_.sent_urgent(start_ + at_);
        times.push_back(at_);
        beat += 10s;
    }
    for (std::size_t i = 0; i + 120 < times.size(); ++i) {
        EXPECT_GE(times[i + 120] - times[i], 60s) << i;
    }
    EXPECT_LT(times.back(), 130s) << "slower than it has to be";
}

TEST_F(SendQueueTest, fresh_connection_begins_with_an_empty_count) {
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(queue_.push("x"));
    }
    const auto first = run_until(0ms).size();
    EXPECT_GE(first, 110u);
    queue_.new_connection();
    EXPECT_EQ(run_until(0ms).size(), 200 - first);
}

TEST_F(SendQueueTest, G53_presence_leaves_five_times_in_20_seconds_and_the_last_value_wins) {
    std::vector<std::pair<Millis, std::string>> sent;
    for (int i = 0; i < 30; ++i) {
        at_ = Millis(i * 160);
        queue_.push_presence(std::to_string(i));
        const auto now = run_until(at_);
        sent.insert(sent.end(), now.begin(), now.end());
    }
    const auto rest = run_until(60s);
    sent.insert(sent.end(), rest.begin(), rest.end());
    ASSERT_EQ(sent.size(), 6u);
    EXPECT_GE(sent[5].first - sent[0].first, 20s);
    EXPECT_EQ(sent[5].second, "29");
}

TEST_F(SendQueueTest, presence_that_waits_holds_up_nothing_else) {
    for (int i = 0; i < 6; ++i) {
        queue_.push_presence("p");
        static_cast<void>(queue_.next(start_));
    }
    ASSERT_TRUE(queue_.push("command"));
    const auto command = queue_.next(start_);
    ASSERT_TRUE(command);
    EXPECT_EQ(command->payload, "command");
}

TEST_F(SendQueueTest, voice_keeps_only_the_newest_for_each_guild) {
    const auto superseded = queue_.push_voice(1, "join a");
    const auto kept = queue_.push_voice(1, "join b");
    queue_.push_voice(2, "leave");
    EXPECT_NE(superseded, kept);
    const auto sent = run_until(0ms);
    ASSERT_EQ(sent.size(), 2u);
    EXPECT_EQ(sent[0].second, "join b");
    EXPECT_EQ(sent[1].second, "leave");
}

TEST_F(SendQueueTest, withdrawn_command_does_not_leave) {
    const auto ticket = queue_.push("a");
    ASSERT_TRUE(ticket);
    const auto voice = queue_.push_voice(1, "v");
    const auto presence = queue_.push_presence("p");
    for (const auto one : {*ticket, voice, presence}) {
        queue_.withdraw(one);
    }
    EXPECT_EQ(queue_.waiting(), 0u);
    EXPECT_FALSE(queue_.next(start_));
}

TEST_F(SendQueueTest, number_of_waiting_commands_is_bounded) {
    for (std::size_t i = 0; i < SendQueue::kMaxWaiting; ++i) {
        ASSERT_TRUE(queue_.push("x"));
    }
    const auto refused = queue_.push("x");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::limit);
}

TEST_F(SendQueueTest, answers_to_a_flood_of_heartbeat_requests_end_at_the_limit) {
    unsigned answered = 0;
    for (int i = 0; i < 500; ++i) {
        if (queue_.may_answer(start_)) {
            queue_.sent_urgent(start_);
            ++answered;
        }
    }
    EXPECT_EQ(answered, 120u);
}

TEST_F(SendQueueTest, a_server_that_wants_beats_all_the_time_leaves_some_room) {
    queue_.set_heartbeat(10ms);
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(queue_.push("x"));
    }
    EXPECT_GE(run_until(0ms).size(), 30u);
}

}  // namespace
}  // namespace rookery::protocol::discord
