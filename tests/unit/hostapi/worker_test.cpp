#include "hostapi/worker.hpp"

#include "support/events.hpp"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace rookery::hostapi {
namespace {

constexpr Millis kSoon{5'000};

class WorkerTest : public ::testing::Test {
  protected:
    ~WorkerTest() override {
        worker_->stop();
        worker_->join(kSoon);
    }
    std::shared_ptr<Worker> worker_ = Worker::start("test");
};

TEST_F(WorkerTest, runs_tasks_in_order_on_its_thread) {
    std::vector<int> order;
    bool on_thread = false;
    worker_->post([&] { order.push_back(1); });
    worker_->post([&] { order.push_back(2); });
    ASSERT_TRUE(worker_->run([&] { on_thread = worker_->on_thread(); }, kSoon));
    EXPECT_EQ(order, (std::vector<int>{1, 2}));
    EXPECT_TRUE(on_thread);
    EXPECT_FALSE(worker_->on_thread());
}

TEST_F(WorkerTest, timers_fire_in_order_of_their_time_and_can_be_cancelled) {
    std::promise<std::vector<int>> fired;
    auto order = std::make_shared<std::vector<int>>();
    worker_->post([&, order] {
        worker_->after(Millis{20}, [&, order] {
            order->push_back(2);
            fired.set_value(*order);
        });
        worker_->after(Millis{5}, [order] { order->push_back(1); });
        const TimerId cancelled = worker_->after(Millis{1}, [order] { order->push_back(9); });
        EXPECT_TRUE(worker_->cancel(cancelled));
        EXPECT_FALSE(worker_->cancel(cancelled));
    });
    auto result = fired.get_future();
    ASSERT_EQ(result.wait_for(kSoon), std::future_status::ready);
    EXPECT_EQ(result.get(), (std::vector<int>{1, 2}));
}

TEST_F(WorkerTest, events_wait_while_held) {
    auto lane = std::make_shared<bus::Lane>("x", 0, bus::LaneLimits{});
    std::promise<std::uint64_t> seen;
    std::atomic<bool> held{true};
    worker_->serve(lane, [&](const model::EventPtr& event) {
        EXPECT_FALSE(held);
        seen.set_value(event->seq());
    });
    lane->push(std::vector{rookery::testing::make_event("typingStart", "{}", 5)});
    ASSERT_TRUE(worker_->run([] {}, kSoon));
    ASSERT_TRUE(worker_->run([] {}, kSoon));
    held = false;
    worker_->release();
    auto result = seen.get_future();
    ASSERT_EQ(result.wait_for(kSoon), std::future_status::ready);
    EXPECT_EQ(result.get(), 5U);
}

TEST_F(WorkerTest, a_handler_that_holds_leaves_the_rest_for_the_successor) {
    auto lane = std::make_shared<bus::Lane>("x", 0, bus::LaneLimits{});
    auto next = std::make_shared<bus::Lane>("x", 0, bus::LaneLimits{});
    std::vector<std::uint64_t> seen;
    worker_->serve(lane, [&](const model::EventPtr& event) {
        seen.push_back(event->seq());
        if (event->seq() == 2) {
            worker_->hold();
            lane->hand_over(*next);
        }
    });
    std::vector<model::EventPtr> events;
    for (std::uint64_t seq = 1; seq <= 5; ++seq) {
        events.push_back(rookery::testing::make_event("typingStart", "{}", seq));
    }
    lane->push(events);
    worker_->release();
    std::vector<model::EventPtr> rest;
    const auto until = std::chrono::steady_clock::now() + kSoon;
    while (rest.size() < 3 && std::chrono::steady_clock::now() < until) {
        next->take(rest, 10);
    }
    ASSERT_EQ(rest.size(), 3U);
    EXPECT_EQ(rest.front()->seq(), 3U);
    EXPECT_TRUE(worker_->run([] {}, kSoon));
    EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(WorkerTest, an_exception_in_a_task_does_not_end_the_thread) {
    worker_->post([] { throw std::runtime_error("escaped"); });
    EXPECT_TRUE(worker_->run([] {}, kSoon));
}

TEST_F(WorkerTest, takes_no_task_after_stop) {
    worker_->stop();
    EXPECT_TRUE(worker_->join(kSoon));
    EXPECT_FALSE(worker_->post([] {}));
    EXPECT_FALSE(worker_->run([] {}, kSoon));
}

TEST(Worker, one_that_hangs_can_be_abandoned) {
    auto worker = Worker::start("hangs");
    auto gate = std::make_shared<std::promise<void>>();
    auto opened = gate->get_future().share();
    auto begun = std::make_shared<std::promise<void>>();
    worker->post([opened, begun] {
        begun->set_value();
        opened.wait();
    });
    begun->get_future().wait();
    worker->stop();
    EXPECT_FALSE(worker->join(Millis{20}));
    worker->abandon();
    worker.reset();
    gate->set_value();
}

}  // namespace
}  // namespace rookery::hostapi
