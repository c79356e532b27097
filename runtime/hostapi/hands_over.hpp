#pragma once

#include "model/event.hpp"

#include <vector>

namespace rookery::hostapi {

/// What an Extension may be as well: its handlers may wait for somebody's answer, for as long as
/// people take. Such an event can be handled anew by the instance that follows, which asks under
/// the same name, so that a reload need not wait for it. Worker thread.
class HandsOver {
  public:
    HandsOver() = default;
    HandsOver(const HandsOver&) = delete;
    HandsOver& operator=(const HandsOver&) = delete;
    virtual ~HandsOver() = default;

    /// Events in flight of which nothing is left to do but to wait for an answer; they do not count
    /// in Extension::in_flight(). Their handlers go no further, their tickets are left open. After
    /// it comes stop() alone.
    [[nodiscard]] virtual std::vector<model::EventPtr> give_up() = 0;
};

}  // namespace rookery::hostapi
