#include "script/event_slots.hpp"

#include <utility>

namespace rookery::script {

EventRef EventSlots::add(model::EventPtr event) {
    std::uint32_t index = 0;
    if (free_.empty()) {
        index = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
        free_.reserve(
            slots_.size());  // so that release(), which a finalizer calls, never allocates
    } else {
        index = free_.back();
        free_.pop_back();
    }
    Slot& slot = slots_[index];
    slot.event = std::move(event);
    slot.holders = 1;
    slot.landed = false;
    ++size_;
    return {index, slot.generation};
}

EventSlots::Slot* EventSlots::find(EventRef ref) noexcept {
    if (ref.slot >= slots_.size() || slots_[ref.slot].generation != ref.generation) {
        return nullptr;
    }
    return &slots_[ref.slot];
}

void EventSlots::hold(EventRef ref) {
    if (Slot* slot = find(ref)) {
        ++slot->holders;
    }
}

void EventSlots::release(EventRef ref) {
    Slot* slot = find(ref);
    if (slot == nullptr || --slot->holders != 0) {
        return;
    }
    if (slot->landed) {
        retained_ -= slot->event->bytes();
    }
    slot->event.reset();
    ++slot->generation;
    --size_;
    free_.push_back(ref.slot);
}

void EventSlots::end_flight(EventRef ref) {
    if (Slot* slot = find(ref)) {
        slot->landed = true;
        retained_ += slot->event->bytes();
        release(ref);
    }
}

const model::Event* EventSlots::get(EventRef ref) const noexcept {
    if (ref.slot >= slots_.size() || slots_[ref.slot].generation != ref.generation) {
        return nullptr;
    }
    return slots_[ref.slot].event.get();
}

void EventSlots::clear() {
    slots_.clear();
    free_.clear();
    retained_ = size_ = 0;
}

}  // namespace rookery::script
