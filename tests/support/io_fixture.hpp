#pragma once

#include "async/task.hpp"
#include "async/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>

namespace rookery::testing {

/// One loop, run by the test's own thread. A test that hangs fails after `kDeadline`; at the end no
/// task may be left.
class IoFixture : public ::testing::Test {
  protected:
    static constexpr std::chrono::seconds kDeadline{20};

    IoFixture() : tasks_(io_.get_executor(), "test") {}

    void TearDown() override {
        tasks_.cancel();
        run_until([this] { return tasks_.size() == 0; });
    }

    /// Runs the loop until `done` says so; fails the test at the deadline.
    template <class Done>
    void run_until(Done done) {
        const auto end = std::chrono::steady_clock::now() + kDeadline;
        while (!done()) {
            io_.restart();
            io_.run_one_until(end);
            if (std::chrono::steady_clock::now() >= end) {
                ADD_FAILURE() << "the test did not finish in time";
                return;
            }
        }
    }

    /// Runs a coroutine to its end and returns what it returned.
    template <class T>
    T run(std::function<async::Task<T>()> body) {
        std::optional<T> result;
        bool ended = false;
        tasks_.spawn("main", [&result, &ended, body]() -> async::Task<> {
            struct End {
                bool& flag;
                ~End() { flag = true; }
            } const end{ended};
            result.emplace(co_await body());
        });
        run_until([&] { return ended; });
        if (!result) {
            throw std::runtime_error("the coroutine did not return");
        }
        return *std::move(result);
    }

    /// The same without a result.
    void run(std::function<async::Task<>()> body) {
        run<bool>([body]() -> async::Task<bool> {
            co_await body();
            co_return true;
        });
    }

    boost::asio::io_context io_{1};
    async::TaskGroup tasks_;
};

}  // namespace rookery::testing
