#include "bus/event_bus.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace rookery::bus {

EventBus::EventBus() : interest_(std::make_shared<const Interest>()) {}

EventBus::Member& EventBus::member(const std::shared_ptr<Lane>& lane) {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [&](const Member& known) { return known.lane == lane; });
    if (found != members_.end()) {
        return *found;
    }
    return members_.emplace_back(Member{lane, false, {}});
}

void EventBus::subscribe(const std::shared_ptr<Lane>& lane, model::EventType type) {
    const std::scoped_lock lock(mutex_);
    Member& owner = member(lane);
    if (++owner.types[type] == 1 && owner.attached) {
        rebuild();
    }
}

void EventBus::unsubscribe(const std::shared_ptr<Lane>& lane, model::EventType type) {
    const std::scoped_lock lock(mutex_);
    Member& owner = member(lane);
    const auto count = owner.types.find(type);
    if (count == owner.types.end()) {
        return;
    }
    if (--count->second == 0) {
        owner.types.erase(count);
        if (owner.attached) {
            rebuild();
        }
    }
}

void EventBus::attach(const std::shared_ptr<Lane>& lane) {
    const std::scoped_lock lock(mutex_);
    member(lane).attached = true;
    rebuild();
}

void EventBus::detach(const std::shared_ptr<Lane>& lane) {
    const std::scoped_lock lock(mutex_);
    member(lane).attached = false;
    rebuild();
}

std::size_t EventBus::replace(const std::shared_ptr<Lane>& old, const std::shared_ptr<Lane>& next) {
    const std::scoped_lock lock(mutex_);
    member(old).attached = false;
    member(next).attached = true;
    rebuild();
    return old->hand_over(*next);
}

void EventBus::tap(model::EventType type, Interest::Tap tap) {
    const std::scoped_lock lock(mutex_);
    taps_[type] = std::make_shared<const Interest::Tap>(std::move(tap));
    rebuild();
}

void EventBus::remove(const std::shared_ptr<Lane>& lane) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(members_, [&](const Member& known) { return known.lane == lane; });
    rebuild();
}

std::shared_ptr<const Interest> EventBus::interest() const {
    const std::scoped_lock lock(mutex_);
    return interest_;
}

std::vector<std::string> EventBus::who_wants(model::EventType type) const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    for (const Member& known : members_) {
        if (known.attached && known.types.contains(type)) {
            names.push_back(known.lane->owner());
        }
    }
    return names;
}

bool EventBus::congested() const {
    const std::scoped_lock lock(mutex_);
    return std::any_of(members_.begin(), members_.end(), [](const Member& known) {
        return known.attached && known.lane->limits().policy == FullPolicy::block &&
               known.lane->full();
    });
}

void EventBus::rebuild() {
    auto next = std::make_shared<Interest>();
    const auto add = [](Interest::Entry& entry, const Member& known) {
        entry.slots.set(known.lane->slot());
        if (std::find(entry.lanes.begin(), entry.lanes.end(), known.lane) == entry.lanes.end()) {
            entry.lanes.push_back(known.lane);
        }
    };
    std::size_t size = 0;
    for (const Member& known : members_) {
        for (const auto& [type, count] : known.types) {
            if (known.attached && type != model::kAnyEvent) {
                size = std::max(size, static_cast<std::size_t>(type) + 1);
            }
        }
    }
    next->by_type_.resize(size);
    for (const Member& known : members_) {
        if (!known.attached) {
            continue;
        }
        const bool any = known.types.contains(model::kAnyEvent);
        if (any) {
            add(next->any_, known);
        }
        for (std::size_t type = 0; type < next->by_type_.size(); ++type) {
            if (any || known.types.contains(static_cast<model::EventType>(type))) {
                add(next->by_type_[type], known);
            }
        }
        for (const auto& [type, count] : known.types) {
            if (type != model::kAnyEvent &&
                std::find(next->types_.begin(), next->types_.end(), type) == next->types_.end()) {
                next->types_.push_back(type);
            }
        }
    }
    for (const auto& [type, tap] : taps_) {
        const auto index = static_cast<std::size_t>(type);
        // Those of "*" alone have no entry of the type: it gets one, for the tap.
        if (index >= next->by_type_.size() && !next->any_.lanes.empty()) {
            next->by_type_.resize(index + 1, next->any_);
        }
        if (index < next->by_type_.size()) {
            next->by_type_[index].tap = tap;
        }
    }
    interest_ = std::move(next);
    version_.fetch_add(1, std::memory_order_release);
}

Publisher::Publisher(EventBus& bus)
    : bus_(bus), interest_(bus.interest()), version_(bus.version()) {}

void Publisher::publish(const model::EventPtr& event, const model::SlotMask& slots) {
    const Interest::Entry* entry = interest_->of(event->type());
    if (entry == nullptr) {
        return;
    }
    if (entry->tap != nullptr) {
        std::vector<const Lane*> lanes;
        for (const auto& lane : entry->lanes) {
            if (slots.test(lane->slot())) {
                lanes.push_back(lane.get());
            }
        }
        (*entry->tap)(*event, lanes);
    }
    for (const auto& lane : entry->lanes) {
        if (!slots.test(lane->slot())) {
            continue;
        }
        auto batch = std::find_if(batches_.begin(), batches_.end(),
                                  [&](const Batch& known) { return known.lane == lane; });
        if (batch == batches_.end()) {
            batch = batches_.insert(batches_.end(), Batch{lane, {}});
        }
        batch->events.push_back(event);
    }
}

void Publisher::begin() {
    const std::uint64_t version = bus_.version();
    if (version != version_) {
        RK_ASSERT(std::all_of(batches_.begin(), batches_.end(),
                              [](const Batch& batch) { return batch.events.empty(); }));
        interest_ = bus_.interest();
        version_ = version;
        batches_.clear();
    }
}

void Publisher::flush() {
    for (Batch& batch : batches_) {
        if (!batch.events.empty()) {
            batch.lane->push(batch.events);
            batch.events.clear();
        }
    }
}

}  // namespace rookery::bus
