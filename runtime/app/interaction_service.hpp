#pragma once

#include "base/virtual_time.hpp"
#include "bus/event_bus.hpp"
#include "hostapi/interactions.hpp"
#include "hostapi/operations.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>

namespace rookery::app {

/// The desk of interactions with what is around it: the bus tells it what arrives, operations come
/// to it, and a timer of the io thread makes the guardian look. Made before the first extension,
/// gone after the last.
class InteractionService {
  public:
    /// The guardian's time is `time`'s when there is one.
    InteractionService(boost::asio::io_context& io, bus::EventBus& bus,
                       hostapi::Operations& operations, VirtualTime* time = nullptr);

    InteractionService(const InteractionService&) = delete;
    InteractionService& operator=(const InteractionService&) = delete;

    [[nodiscard]] hostapi::Interactions& desk() noexcept { return desk_; }
    [[nodiscard]] const hostapi::Interactions& desk() const noexcept { return desk_; }

    /// Io thread: the guardian looks no more.
    void stop();

  private:
    class Guard;

    void look_at(SteadyTime when);
    void look();

    boost::asio::io_context& io_;
    boost::asio::steady_timer timer_;
    SystemClock system_;
    std::shared_ptr<Guard> guard_;  ///< null: the timer wakes the guardian
    bool stopped_ = false;
    hostapi::Interactions desk_;
};

}  // namespace rookery::app
