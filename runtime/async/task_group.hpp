#pragma once

#include "async/task.hpp"

#include <functional>
#include <memory>
#include <string>

namespace rookery::async {

/// Owns running coroutines; the only place that starts them. Last member of its owner, so that the
/// owner's state outlives whatever still runs. Belongs to the executor's thread, but may be filled
/// before that thread runs.
///
/// The owner's way out: `cancel(); co_await join();`. The destructor asserts that no task is left.
class TaskGroup {
  public:
    /// `name` appears in the log beside the task's name.
    TaskGroup(Executor executor, std::string name);
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;
    ~TaskGroup();

    /// Starts `body`. It is kept alive until its coroutine ends, captures included; it starts at
    /// once when called on the executor's thread. After cancel() nothing is started any more. An
    /// exception that leaves the coroutine is logged as an internal error with the task's name; the
    /// one of a cancellation is expected.
    void spawn(std::string name, std::function<Task<>()> body);

    /// Asks every task to stop and refuses new ones.
    void cancel();

    /// Returns when the last task has ended. Not from one of the group's own tasks.
    [[nodiscard]] Task<> join();

    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] const Executor& executor() const noexcept;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rookery::async
