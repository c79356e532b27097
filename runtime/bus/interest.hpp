#pragma once

#include "bus/lane.hpp"
#include "model/event.hpp"
#include "model/event_names.hpp"
#include "model/ports.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace rookery::bus {

/// Who wants what, at one moment. Immutable: a publisher walks it without a lock while the bus
/// prepares the next one.
class Interest {
  public:
    /// Sees an event that is about to be handed to those lanes.
    using Tap = std::function<void(const model::Event& event, std::span<const Lane* const> lanes)>;

    /// When an interception has its turn: the higher priority first, then by the owner's name, then
    /// in order of registration. The same for the next version of an extension.
    struct Place {
        std::int32_t priority = 0;
        std::string owner;
        std::uint32_t ordinal = 0;  ///< among those of the owner with that priority and event

        [[nodiscard]] bool operator<(const Place& other) const noexcept {
            return std::tie(other.priority, owner, ordinal) <
                   std::tie(priority, other.owner, other.ordinal);
        }
        bool operator==(const Place&) const = default;
    };
    struct Step {
        Place place;
        std::uint64_t tag = 0;  ///< as given to EventBus::intercept
        std::shared_ptr<Lane> lane;
    };

    struct Entry {
        model::SlotMask slots;                     ///< union of the lanes' slots, the steps' too
        std::vector<std::shared_ptr<Lane>> lanes;  ///< in order of attachment
        std::vector<Step> steps;                   ///< interceptors, in order of their turns
        std::vector<std::shared_ptr<Lane>> observers;  ///< see it as it comes, before all others
        std::shared_ptr<const Tap> tap;                ///< mostly null

        [[nodiscard]] bool empty() const noexcept { return lanes.empty() && steps.empty(); }
    };

    /// Subscribers and observers of that type, those of "*" included; null when there are none.
    [[nodiscard]] const Entry* of(model::EventType type) const noexcept {
        const auto index = static_cast<std::size_t>(type);
        const Entry& entry = index < by_type_.size() ? by_type_[index] : any_;
        return entry.empty() && entry.observers.empty() ? nullptr : &entry;
    }

    /// The types that somebody asked for by name.
    [[nodiscard]] const std::vector<model::EventType>& types() const noexcept { return types_; }
    [[nodiscard]] bool wants_any() const noexcept { return !any_.empty(); }
    /// The same of observers, who see what comes and ask for nothing: neither types() nor
    /// wants_any() speaks of them, so that intents and cache stay as they are.
    [[nodiscard]] bool observes_any() const noexcept { return !any_.observers.empty(); }
    /// Whether anybody intercepts anything.
    [[nodiscard]] bool intercepts() const noexcept { return intercepts_; }

  private:
    friend class EventBus;
    std::vector<Entry> by_type_;
    Entry any_;
    std::vector<model::EventType> types_;
    bool intercepts_ = false;
};

}  // namespace rookery::bus
