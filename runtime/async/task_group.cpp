#include "async/task_group.hpp"

#include "async/signal.hpp"
#include "base/assert.hpp"
#include "base/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <list>

namespace rookery::async {

namespace asio = boost::asio;

namespace {

struct Running {
    std::string name;
    bool started = false;
    asio::cancellation_signal cancel;
};

void report(const std::string& group, const std::string& task, const std::exception_ptr& failure) {
    if (!failure) {
        return;
    }
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        if (error.code() != asio::error::operation_aborted) {
            log::get(group)->error("internal error: task {} ended by {}", task, error.what());
        }
    } catch (const std::exception& error) {
        log::get(group)->error("internal error: task {} ended by {}", task, error.what());
    } catch (...) {
        log::get(group)->error("internal error: task {} ended by an unknown exception", task);
    }
}

}  // namespace

struct TaskGroup::State {
    State(Executor executor_, std::string name_)
        : executor(std::move(executor_)), name(std::move(name_)), ended(executor) {}

    /// A cancellation from outside of the loop is posted by Asio 1.81 with a plain pointer to the
    /// task's signal: the task is kept until that, which is already queued, has passed.
    void retire(std::list<Running>::iterator task) {
        std::list<Running> ended_task;
        ended_task.splice(ended_task.end(), running, task);
        asio::post(executor, [ended_task = std::move(ended_task)] {});
    }

    Executor executor;
    std::string name;
    std::list<Running> running;
    bool stopping = false;
    Signal ended;
};

namespace {

// Nothing may throw out of co_spawn's own frame. There, in Asio 1.81, a cancellation that came
// before the first resumption would be thrown past every catch, into the thread's run(): so an
// unstarted task is never signalled (see cancel()) but told here, and a cancelled one leaves with
// throwing off.
Task<> guarded(const bool& stopping, Running& task, std::function<Task<>()> body,
               std::exception_ptr& failure) {
    task.started = true;
    if (stopping) {
        co_return;
    }
    try {
        co_await body();
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::throw_if_cancelled(false);
}

}  // namespace

TaskGroup::TaskGroup(Executor executor, std::string name)
    : state_(std::make_shared<State>(std::move(executor), std::move(name))) {}

TaskGroup::~TaskGroup() { RK_ASSERT(state_->running.empty()); }

void TaskGroup::spawn(std::string name, std::function<Task<>()> body) {
    if (state_->stopping) {
        return;
    }
    const auto task = state_->running.emplace(state_->running.end());
    task->name = std::move(name);
    auto failure = std::make_shared<std::exception_ptr>();
    asio::co_spawn(
        state_->executor,
        [state = state_, task, body = std::move(body), failure]() mutable {
            return guarded(state->stopping, *task, std::move(body), *failure);
        },
        asio::bind_cancellation_slot(task->cancel.slot(),
                                     [state = state_, task, failure](const std::exception_ptr&) {
                                         report(state->name, task->name, *failure);
                                         state->retire(task);
                                         if (state->running.empty()) {
                                             state->ended.notify_all();
                                         }
                                     }));
}

void TaskGroup::cancel() {
    state_->stopping = true;
    // Completions are posted: none of them changes the list meanwhile.
    for (auto& task : state_->running) {
        if (task.started) {
            task.cancel.emit(asio::cancellation_type::terminal);
        }
    }
}

Task<> TaskGroup::join() {
    const auto state = state_;
    while (!state->running.empty()) {
        co_await state->ended.wait();
    }
}

std::size_t TaskGroup::size() const noexcept { return state_->running.size(); }

const Executor& TaskGroup::executor() const noexcept { return state_->executor; }

}  // namespace rookery::async
