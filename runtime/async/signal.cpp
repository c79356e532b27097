#include "async/signal.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace rookery::async {

namespace asio = boost::asio;

Task<> Signal::wait() { co_await wait_until(SteadyTime::max()); }

Task<bool> Signal::wait_until(SteadyTime deadline) {
    // The waiter's place in the list goes with this frame, also when the frame is destroyed without
    // being resumed.
    struct Place {
        std::list<Waiter>& list;
        std::list<Waiter>::iterator self;
        ~Place() { list.erase(self); }
    };
    const Place place{waiters_,
                      waiters_.insert(waiters_.end(), Waiter{asio::steady_timer(executor_)})};
    place.self->timer.expires_at(deadline);
    const auto [ec] = co_await place.self->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (ec && !place.self->notified) {
        throw boost::system::system_error(ec);
    }
    co_return place.self->notified;
}

void Signal::notify_one() {
    for (auto& waiter : waiters_) {
        if (!waiter.notified) {
            waiter.notified = true;
            waiter.timer.cancel();
            return;
        }
    }
}

void Signal::notify_all() {
    for (auto& waiter : waiters_) {
        waiter.notified = true;
        waiter.timer.cancel();
    }
}

Task<> sleep_for(Millis duration) {
    asio::steady_timer timer(co_await asio::this_coro::executor, duration);
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace rookery::async
