#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <memory>
#include <string>

namespace rookery::async {

/// Awaits `operation`, but not longer than `limit`: then it is cancelled, and when it has unwound
/// the result is Error timeout "WHAT: no answer within N ms". A cancellation of the caller is
/// passed on. The operation must honour cancellation, as everything in net/ does.
template <class T>
[[nodiscard]] Task<Result<T>> with_timeout(Task<Result<T>> operation, Millis limit,
                                           std::string what);

}  // namespace rookery::async

#include "async/with_timeout_impl.hpp"
