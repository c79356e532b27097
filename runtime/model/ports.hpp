#pragma once

#include "base/strong_id.hpp"

#include <bitset>
#include <cstdint>
#include <memory>

namespace rookery::model {

/// One bot of the configuration, numbered for the life of the process.
using BotId = StrongId<struct BotTag>;

/// How many subscribers a delivery ledger can tell apart.
inline constexpr unsigned kMaxSlots = 256;
/// A set of subscribers.
using SlotMask = std::bitset<kMaxSlots>;

/// Where a link learns that an event has been dealt with. Implemented by the ledger of each bot.
class Delivery {
  public:
    Delivery() = default;
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;
    virtual ~Delivery() = default;

    /// Subscriber `slot` has finished the event `seq`: it need not be delivered to it again. Any
    /// thread; never blocks.
    virtual void finished(std::uint64_t seq, unsigned slot) noexcept = 0;
};

using DeliveryPtr = std::shared_ptr<Delivery>;

}  // namespace rookery::model
