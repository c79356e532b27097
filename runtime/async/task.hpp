#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace rookery::async {

/// A coroutine. Started only through a TaskGroup, or awaited by another one. Parameters go by
/// value. When its group cancels it, the co_await that it stands in, or else the next one, throws
/// boost::system::system_error (operation_aborted): let it pass, destructors clean up.
template <class T = void>
using Task = boost::asio::awaitable<T>;

/// Where coroutines and completions run. All of async/, net/ and rest/ belongs to one thread: the
/// one that runs this executor's context.
using Executor = boost::asio::any_io_executor;

}  // namespace rookery::async
