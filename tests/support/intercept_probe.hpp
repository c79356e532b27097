#pragma once

#include "bus/event_bus.hpp"
#include "hostapi/extension.hpp"

#include <memory>
#include <vector>

namespace rookery::testing {

/// A bus on which somebody intercepts every messageCreate, and somebody else gets what is let
/// through.
class InterceptProbe {
  public:
    InterceptProbe() {
        bus_.intercept(filter_, model::EventType::message_create, 0, 1);
        bus_.attach(filter_);
        bus_.subscribe(watcher_, model::kAnyEvent);
        bus_.attach(watcher_);
    }

    /// Publishes the event and gives its visit at the interceptor to `hand`.
    template <class Hand>
    void offer(const model::EventPtr& event, const Hand& hand) {
        publisher_.begin();
        publisher_.publish(event, model::SlotMask{}.set());
        publisher_.flush();
        std::vector<model::EventPtr> taken;
        if (!filter_->take(taken, 1)) {
            return;
        }
        if (const auto visit = bus_.stage().begin(taken.front(), *filter_)) {
            hand(hostapi::Ticket::Interception{&bus_.stage(), *visit});
        }
    }
    /// Sequence numbers of what was let through, since the last call.
    std::vector<std::uint64_t> passed() {
        std::vector<model::EventPtr> events;
        while (watcher_->take(events, 64)) {
        }
        std::vector<std::uint64_t> seqs;
        for (const auto& event : events) {
            seqs.push_back(event->seq());
        }
        return seqs;
    }
    [[nodiscard]] std::size_t pending() const { return bus_.stage().pending(); }

  private:
    static bus::InterceptStage::Options options() {
        bus::InterceptStage::Options options;
        options.own_timer = false;
        return options;
    }

    bus::EventBus bus_{options()};
    bus::Publisher publisher_{bus_};
    std::shared_ptr<bus::Lane> filter_ =
        std::make_shared<bus::Lane>("filter", 100, bus::LaneLimits{});
    std::shared_ptr<bus::Lane> watcher_ =
        std::make_shared<bus::Lane>("watcher", 1, bus::LaneLimits{});
};

}  // namespace rookery::testing
