#include "async/task_group.hpp"

#include "async/signal.hpp"
#include "async/with_timeout.hpp"
#include "support/io_fixture.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace rookery::async {
namespace {

class TaskGroupTest : public testing::IoFixture {};
class WithTimeout : public testing::IoFixture {};
class SignalTest : public testing::IoFixture {};

TEST_F(TaskGroupTest, join_returns_after_the_last_task) {
    TaskGroup group(io_.get_executor(), "group");
    int ended = 0;
    for (int i = 0; i < 3; ++i) {
        group.spawn("one", [&ended, i]() -> Task<> {
            co_await sleep_for(Millis(i));
            ++ended;
        });
    }
    run([&]() -> Task<> { co_await group.join(); });
    EXPECT_EQ(ended, 3);
    EXPECT_EQ(group.size(), 0U);
}

TEST_F(TaskGroupTest, cancel_ends_a_sleeping_task) {
    TaskGroup group(io_.get_executor(), "group");
    bool past = false;
    group.spawn("sleeper", [&]() -> Task<> {
        co_await sleep_for(Millis(3'600'000));
        co_await sleep_for(Millis(0));
        past = true;
    });
    run([&]() -> Task<> {
        co_await sleep_for(Millis(0));
        group.cancel();
        co_await group.join();
    });
    EXPECT_FALSE(past);
}

TEST_F(TaskGroupTest, cancel_before_the_loop_runs_never_starts_the_body) {
    TaskGroup group(io_.get_executor(), "group");
    bool started = false;
    group.spawn("late", [&]() -> Task<> {
        started = true;
        co_return;
    });
    group.cancel();
    run([&]() -> Task<> { co_await group.join(); });
    EXPECT_FALSE(started);
}

TEST_F(TaskGroupTest, cancel_from_outside_of_the_loop_may_meet_a_task_that_ends_by_itself) {
    TaskGroup group(io_.get_executor(), "group");
    Signal signal(io_.get_executor());
    bool started = false;
    group.spawn("ending", [&]() -> Task<> {
        started = true;
        co_await signal.wait();
    });
    run_until([&] { return started; });
    signal.notify_all();
    group.cancel();
    run_until([&] { return group.size() == 0; });
    run([]() -> Task<> { co_await sleep_for(Millis(1)); });
}

TEST_F(TaskGroupTest, refuses_tasks_after_cancel) {
    TaskGroup group(io_.get_executor(), "group");
    group.cancel();
    group.spawn("refused", []() -> Task<> { co_return; });
    EXPECT_EQ(group.size(), 0U);
}

TEST_F(TaskGroupTest, an_exception_ends_its_task_only) {
    TaskGroup group(io_.get_executor(), "group");
    bool other = false;
    group.spawn("thrower", []() -> Task<> {
        co_await sleep_for(Millis(0));
        throw std::runtime_error("boom");
    });
    group.spawn("other", [&]() -> Task<> {
        co_await sleep_for(Millis(5));
        other = true;
    });
    run([&]() -> Task<> { co_await group.join(); });
    EXPECT_TRUE(other);
}

TEST_F(TaskGroupTest, captures_live_as_long_as_the_task) {
    TaskGroup group(io_.get_executor(), "group");
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    group.spawn("holder", [held = std::move(held)]() -> Task<> {
        co_await sleep_for(Millis(1));
        EXPECT_EQ(*held, 1);
    });
    EXPECT_FALSE(watch.expired());
    run([&]() -> Task<> { co_await group.join(); });
    EXPECT_TRUE(watch.expired());
}

Task<Result<int>> answer_after(Millis delay) {
    co_await sleep_for(delay);
    co_return 42;
}

TEST_F(WithTimeout, passes_the_result_on) {
    const auto result = run<Result<int>>(
        [] { return with_timeout(answer_after(Millis(1)), Millis(10'000), "it"); });
    ASSERT_TRUE(result);
    EXPECT_EQ(*result, 42);
}

TEST_F(WithTimeout, says_what_took_too_long) {
    const auto result = run<Result<int>>(
        [] { return with_timeout(answer_after(Millis(3'600'000)), Millis(5), "the oracle"); });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::timeout);
    EXPECT_EQ(result.error().context(), "the oracle: not done within 5 ms");
}

TEST_F(WithTimeout, passes_a_cancellation_on) {
    TaskGroup group(io_.get_executor(), "group");
    bool unwound = false;
    group.spawn("caller", [&]() -> Task<> {
        struct Unwind {
            bool& flag;
            ~Unwind() { flag = true; }
        };
        const auto inner = [](bool& flag) -> Task<Result<>> {
            const Unwind unwind{flag};
            co_await sleep_for(Millis(3'600'000));
            co_await sleep_for(Millis(0));
            co_return Result<>();
        };
        const auto result = co_await with_timeout(inner(unwound), Millis(3'600'000), "inner");
        EXPECT_EQ(result.error().kind(), ErrorKind::cancelled);
    });
    run([&]() -> Task<> {
        co_await sleep_for(Millis(1));
        group.cancel();
        co_await group.join();
    });
    EXPECT_TRUE(unwound);
}

TEST_F(WithTimeout, lets_other_exceptions_through) {
    EXPECT_THROW(run([]() -> Task<> {
                     const auto thrower = []() -> Task<Result<>> {
                         co_await sleep_for(Millis(0));
                         throw std::logic_error("mine");
                     };
                     bool seen = false;
                     try {
                         const auto ignored =
                             co_await with_timeout(thrower(), Millis(1'000), "thrower");
                         static_cast<void>(ignored.has_value());
                     } catch (const std::logic_error&) {
                         seen = true;
                     }
                     EXPECT_TRUE(seen);
                     throw std::runtime_error("out");
                 }),
                 std::runtime_error);
}

TEST_F(SignalTest, notify_one_wakes_the_oldest) {
    Signal signal(io_.get_executor());
    std::vector<int> woken;
    for (int i = 0; i < 2; ++i) {
        tasks_.spawn("waiter", [&, i]() -> Task<> {
            co_await signal.wait();
            woken.push_back(i);
        });
    }
    run([&]() -> Task<> {
        co_await sleep_for(Millis(0));
        signal.notify_one();
        co_await sleep_for(Millis(1));
    });
    EXPECT_EQ(woken, std::vector<int>{0});
    signal.notify_all();
    run_until([&] { return woken.size() == 2; });
}

TEST_F(SignalTest, wait_until_tells_a_deadline_from_a_notification) {
    Signal signal(io_.get_executor());
    EXPECT_FALSE(
        run<bool>([&] { return signal.wait_until(std::chrono::steady_clock::now() + Millis(1)); }));
    tasks_.spawn("notifier", [&]() -> Task<> {
        co_await sleep_for(Millis(1));
        signal.notify_all();
    });
    EXPECT_TRUE(run<bool>([&] { return signal.wait_until(SteadyTime::max()); }));
}

}  // namespace
}  // namespace rookery::async
