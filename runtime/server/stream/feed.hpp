#pragma once

#include "bus/event_bus.hpp"
#include "model/event.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace rookery::server {

/// The server's own subscription: a lane with a slot in the delivery ledgers, as an extension has
/// one, emptied on the server's thread. An event is finished when it has been handed over. Links
/// never wait for it: a lane that is full gives up its oldest events, and counts them.
class Feed {
  public:
    /// Server thread; must not throw.
    using Take = std::function<void(const model::Event&)>;

    struct Options {
        unsigned slot = bus::Lane::kNoSlot;
        std::vector<model::EventType> types;
        bus::LaneLimits limits{65'536, std::size_t{64} << 20U, bus::FullPolicy::drop_oldest, {}};
        std::size_t per_turn = 128;  ///< events, before the server's other work has its turn
    };

    /// Events come from now on.
    Feed(bus::EventBus& bus, boost::asio::any_io_executor executor, Options options, Take take);
    /// Server thread, or after it has ended. What waits stays open in the ledgers: it is delivered
    /// again after a restart.
    ~Feed();

    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

  private:
    class Pump;
    bus::EventBus& bus_;
    std::shared_ptr<Pump> pump_;
};

}  // namespace rookery::server
