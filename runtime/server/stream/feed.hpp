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
/// never wait for it: what a full lane has no room for waits on disk.
class Feed {
  public:
    /// Server thread. When it throws, the event is not finished: it is delivered again after a
    /// restart.
    using Take = std::function<void(const model::Event&)>;

    struct Options {
        unsigned slot = bus::Lane::kNoSlot;
        std::vector<model::EventType> types;
        bus::LaneLimits limits;          ///< with a folder for what waits on disk
        std::function<void()> finished;  ///< after the ledger knows of it; may be empty
        std::size_t per_turn = 128;      ///< events, before the server's other work has its turn
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
