#pragma once

#include "model/ports.hpp"

#include <cstdint>
#include <memory>

namespace rookery::store {

/// For a sequence number that brings several events: its subscribers have finished it when they
/// have finished each of the events that they get. The ledger keeps one bit for a subscriber and a
/// number, so until then the bit stays, and after a kill all events of the number are repeated to
/// that subscriber.
class JointDelivery {
  public:
    /// `whole` is told once for each subscriber.
    JointDelivery(model::DeliveryPtr whole, std::uint64_t seq);

    /// What one of the events carries. `slots`: who gets this event. All parts are to be made
    /// before the first event is handed over. Null `whole`: null.
    [[nodiscard]] model::DeliveryPtr part(const model::SlotMask& slots);

  private:
    class Shared;
    class Part;
    std::shared_ptr<Shared> shared_;
};

}  // namespace rookery::store
