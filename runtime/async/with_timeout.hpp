#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace rookery::async {

namespace detail {

template <class T>
[[nodiscard]] Task<> run_into(Task<Result<T>> operation, std::optional<Result<T>>& result) {
    result.emplace(co_await std::move(operation));
}

}  // namespace detail

/// Awaits `operation`, but not longer than `limit`: then it is cancelled, and when it has unwound
/// the result is Error timeout "WHAT: not done within N ms". A cancellation of the caller is passed
/// on. The operation must honour cancellation, as everything in net/ does.
template <class T>
[[nodiscard]] Task<Result<T>> with_timeout(Task<Result<T>> operation, Millis limit,
                                           std::string what) {
    namespace asio = boost::asio;
    // Shared with the timer's handler, which may still be queued when this frame is gone.
    struct Watch {
        asio::cancellation_signal cancel;
        bool expired = false;
        bool over = false;
    };
    const auto watch = std::make_shared<Watch>();
    const Executor executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, limit);
    timer.async_wait([watch](const boost::system::error_code& ec) {
        if (!ec && !watch->over) {
            watch->expired = true;
            watch->cancel.emit(asio::cancellation_type::terminal);
        }
    });
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    asio::cancellation_slot caller = state.slot();
    if (caller.is_connected()) {
        caller.assign([watch](asio::cancellation_type type) { watch->cancel.emit(type); });
    }

    std::optional<Result<T>> result;
    try {
        co_await asio::co_spawn(
            executor, detail::run_into(std::move(operation), result),
            asio::bind_cancellation_slot(watch->cancel.slot(), asio::use_awaitable));
    } catch (const boost::system::system_error& error) {
        if (error.code() != asio::error::operation_aborted) {
            throw;
        }
    }
    watch->over = true;
    if (caller.is_connected()) {
        caller.clear();
    }
    if (watch->expired && (!result || !*result)) {
        co_return Error(ErrorKind::timeout,
                        what + ": not done within " + std::to_string(limit.count()) + " ms");
    }
    if (!result) {
        co_return Error(ErrorKind::cancelled, what);
    }
    co_return *std::move(result);
}

}  // namespace rookery::async
