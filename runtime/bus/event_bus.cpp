#include "bus/event_bus.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace rookery::bus {

EventBus::EventBus(InterceptStage::Options options, const Clock& clock)
    : interest_(std::make_shared<const Interest>()), stage_(*this, clock, options) {}

const Clock& EventBus::system_clock() {
    static const SystemClock clock;
    return clock;
}

EventBus::Member& EventBus::member(const std::shared_ptr<Lane>& lane) {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [&](const Member& known) { return known.lane == lane; });
    if (found != members_.end()) {
        return *found;
    }
    return members_.emplace_back(Member{lane, false, {}, {}});
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

void EventBus::intercept(const std::shared_ptr<Lane>& lane, model::EventType type,
                         std::int32_t priority, std::uint64_t tag) {
    const std::scoped_lock lock(mutex_);
    Member& owner = member(lane);
    owner.intercepts.push_back({type, priority, tag});
    if (owner.attached) {
        rebuild();
    }
}

void EventBus::end_intercept(const std::shared_ptr<Lane>& lane, std::uint64_t tag) {
    const std::scoped_lock lock(mutex_);
    Member& owner = member(lane);
    std::erase_if(owner.intercepts, [tag](const Interception& one) { return one.tag == tag; });
    if (owner.attached) {
        rebuild();
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
    {
        const std::scoped_lock lock(mutex_);
        std::erase_if(members_, [&](const Member& known) { return known.lane == lane; });
        rebuild();
    }
    stage_.withdraw(*lane);
}

std::shared_ptr<const Interest> EventBus::interest() const {
    const std::scoped_lock lock(mutex_);
    return interest_;
}

std::vector<std::string> EventBus::who_wants(model::EventType type) const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    for (const Member& known : members_) {
        if (known.attached && !known.lane->observes() && known.types.contains(type)) {
            names.push_back(known.lane->owner());
        }
    }
    return names;
}

bool EventBus::congested() const {
    if (stage_.full()) {
        return true;
    }
    const std::scoped_lock lock(mutex_);
    return std::any_of(members_.begin(), members_.end(), [](const Member& known) {
        return known.attached && known.lane->limits().policy == FullPolicy::block &&
               known.lane->full();
    });
}

/// The member's interceptions of that type and of "*", without regard to the others' order.
void EventBus::add_steps(Interest::Entry& entry, const Member& known, model::EventType type) {
    std::map<std::int32_t, std::uint32_t> ordinals;
    for (const Interception& one : known.intercepts) {
        if (one.type == type || one.type == model::kAnyEvent) {
            entry.slots.set(known.lane->slot());
            entry.steps.push_back({{one.priority, known.lane->owner(), ordinals[one.priority]++},
                                   one.tag,
                                   known.lane});
        }
    }
}

void EventBus::rebuild() {
    auto next = std::make_shared<Interest>();
    std::size_t size = 0;
    const auto note = [&](model::EventType type, bool wanted) {
        if (type == model::kAnyEvent) {
            return;
        }
        size = std::max(size, static_cast<std::size_t>(type) + 1);
        if (wanted &&
            std::find(next->types_.begin(), next->types_.end(), type) == next->types_.end()) {
            next->types_.push_back(type);
        }
    };
    for (const Member& known : members_) {
        for (const auto& [type, count] : known.types) {
            if (known.attached) {
                note(type, !known.lane->observes());
            }
        }
        for (const Interception& one : known.intercepts) {
            if (known.attached) {
                note(one.type, true);
            }
        }
    }
    next->by_type_.resize(size);
    const auto fill = [&](Interest::Entry& entry, model::EventType type) {
        for (const Member& known : members_) {
            if (!known.attached) {
                continue;
            }
            const bool wants = known.types.contains(model::kAnyEvent) || known.types.contains(type);
            if (wants && known.lane->observes()) {
                entry.observers.push_back(known.lane);
            } else if (wants) {
                entry.slots.set(known.lane->slot());
                entry.lanes.push_back(known.lane);
            }
            add_steps(entry, known, type);
        }
        std::sort(entry.steps.begin(), entry.steps.end(),
                  [](const auto& a, const auto& b) { return a.place < b.place; });
        next->intercepts_ = next->intercepts_ || !entry.steps.empty();
    };
    fill(next->any_, model::kAnyEvent);
    for (std::size_t type = 0; type < size; ++type) {
        fill(next->by_type_[type], static_cast<model::EventType>(type));
    }
    for (const auto& [type, tap] : taps_) {
        const auto index = static_cast<std::size_t>(type);
        // Those of "*" alone have no entry of the type: it gets one, for the tap.
        if (index >= next->by_type_.size() && !next->any_.empty()) {
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
    for (const auto& lane : entry->observers) {
        add(lane, event);
    }
    if (slots.none()) {
        return;
    }
    if (entry->tap != nullptr) {
        std::vector<const Lane*> lanes;
        for (const auto& step : entry->steps) {
            if (slots.test(step.lane->slot())) {
                lanes.push_back(step.lane.get());
            }
        }
        for (const auto& lane : entry->lanes) {
            if (slots.test(lane->slot())) {
                lanes.push_back(lane.get());
            }
        }
        (*entry->tap)(*event, lanes);
    }
    // Behind one that waits in the stage, whatever comes next may have to wait there, too.
    if (interest_->intercepts() || !staged_.empty() || bus_.stage().pending() != 0) {
        staged_.push_back({event, slots & entry->slots});
        return;
    }
    for (const auto& lane : entry->lanes) {
        if (slots.test(lane->slot())) {
            add(lane, event);
        }
    }
}

void Publisher::add(const std::shared_ptr<Lane>& lane, const model::EventPtr& event) {
    auto batch = std::find_if(batches_.begin(), batches_.end(),
                              [&](const Batch& known) { return known.lane == lane; });
    if (batch == batches_.end()) {
        batch = batches_.insert(batches_.end(), Batch{lane, {}});
    }
    batch->events.push_back(event);
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
    if (!staged_.empty()) {
        bus_.stage().submit(staged_);
        staged_.clear();
    }
}

}  // namespace rookery::bus
