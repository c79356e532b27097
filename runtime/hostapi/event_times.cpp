#include "hostapi/event_times.hpp"

#include <new>

namespace rookery::hostapi {

BucketCounts* EventTimes::first(std::atomic<BucketCounts*>& slot) noexcept {
    auto* const made = new (std::nothrow) BucketCounts;
    BucketCounts* known = nullptr;
    if (!slot.compare_exchange_strong(known, made, std::memory_order_acq_rel)) {
        delete made;  // two versions of the extension began with it at once
        return known;
    }
    return made;
}

}  // namespace rookery::hostapi
