#include "bus/lane.hpp"

#include "base/assert.hpp"
#include "base/log.hpp"

#include <utility>

namespace rookery::bus {
namespace {

std::size_t weight(const model::Event& event) noexcept { return event.raw().size() + 256; }

void finish(const model::Event& event, unsigned slot) noexcept {
    if (const auto& delivery = event.delivery(); delivery && slot != Lane::kNoSlot) {
        delivery->finished(event.seq(), slot);
    }
}

}  // namespace

std::string_view to_string(FullPolicy policy) noexcept {
    switch (policy) {
        case FullPolicy::spill:
            return "spill";
        case FullPolicy::drop_oldest:
            return "drop_oldest";
        case FullPolicy::block:
            return "block";
    }
    return "unknown";
}

Lane::Lane(std::string owner, unsigned slot, LaneLimits limits)
    : owner_(std::move(owner)), slot_(slot), limits_(std::move(limits)) {}

void Lane::push(std::span<const model::EventPtr> events) {
    std::function<void()> wake;
    Lane* successor = nullptr;
    {
        const std::scoped_lock lock(mutex_);
        successor = successor_;
        if (successor == nullptr) {
            stats_.received += events.size();
            const bool was_empty = queue_.empty();
            for (const auto& event : events) {
                closed_ ? drop(*event) : append(event);
            }
            if (was_empty && !closed_) {
                wake = wake_;
            }
        }
    }
    if (successor != nullptr) {
        // The publisher routed by an interest from before the swap.
        successor->push(events);
    } else if (wake) {
        wake();
    }
}

bool Lane::over_limit(std::size_t more_bytes) const noexcept {
    return queue_.size() >= limits_.events || queue_bytes_ + more_bytes > limits_.bytes;
}

void Lane::append(const model::EventPtr& event) {
    const bool spilling = spill_ != nullptr && !spill_->empty();
    if (!spilling && (!over_limit(weight(*event)) || limits_.policy == FullPolicy::block)) {
        queue_bytes_ += weight(*event);
        queue_.push_back(event);
        return;
    }
    if (limits_.policy == FullPolicy::spill && !limits_.spill_dir.empty()) {
        if (spill_ == nullptr) {
            auto created = SpillFile::create(limits_.spill_dir);
            if (created) {
                spill_ = *std::move(created);
                log::get("bus")->warn("{} is {} events behind: further ones wait on disk", owner_,
                                      queue_.size());
            } else {
                log::get("bus")->error("{}: {}", owner_, created.error().message());
            }
        }
        if (spill_ != nullptr && spill_->bytes() < limits_.spill_bytes && spill_->append(*event)) {
            ++stats_.spilled;
            return;
        }
    }
    // Full beyond help: the oldest in memory makes room, the order of the rest stays.
    if (spilling) {
        drop(*event);
        return;
    }
    queue_.push_back(event);
    queue_bytes_ += weight(*event);
    while (queue_.size() > 1 && (queue_.size() > limits_.events || queue_bytes_ > limits_.bytes)) {
        queue_bytes_ -= weight(*queue_.front());
        drop(*queue_.front());
        queue_.pop_front();
    }
}

void Lane::drop(const model::Event& event) {
    if (stats_.dropped++ == 0 && !observes()) {
        log::get("bus")->warn("{} has lost its first event to a full or closed queue (policy {})",
                              owner_, to_string(limits_.policy));
    }
    if (rest_ == Rest::finish) {
        finish(event, slot_);
    }
}

void Lane::refill() {
    while (spill_ != nullptr && !spill_->empty() && queue_.size() * 2 < limits_.events &&
           queue_bytes_ < limits_.bytes / 2) {
        auto event = spill_->pop();
        if (!event) {
            ++stats_.dropped;
            log::get("bus")->error("{}: an event on disk is lost: {}", owner_,
                                   event.error().message());
            continue;
        }
        queue_bytes_ += weight(**event);
        queue_.push_back(*std::move(event));
    }
}

bool Lane::take(std::vector<model::EventPtr>& out, std::size_t max) {
    const std::scoped_lock lock(mutex_);
    const std::size_t count = std::min(max, queue_.size());
    for (std::size_t i = 0; i < count; ++i) {
        queue_bytes_ -= weight(*queue_.front());
        out.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    stats_.taken += count;
    refill();
    return count > 0;
}

void Lane::put_back(std::span<const model::EventPtr> events) {
    std::function<void()> wake;
    Lane* successor = nullptr;
    {
        const std::scoped_lock lock(mutex_);
        successor = successor_;
        if (successor == nullptr) {
            stats_.taken -= events.size();
            prepend(events, wake);
        }
    }
    if (successor != nullptr) {
        successor->receive_first(events);
    } else if (wake) {
        wake();
    }
}

void Lane::receive_first(std::span<const model::EventPtr> events) {
    std::function<void()> wake;
    {
        const std::scoped_lock lock(mutex_);
        stats_.received += events.size();
        prepend(events, wake);
    }
    if (wake) {
        wake();
    }
}

void Lane::on_ready(std::function<void()> wake) {
    bool ready = false;
    {
        const std::scoped_lock lock(mutex_);
        wake_ = wake;
        ready = !queue_.empty();
    }
    if (ready && wake) {
        wake();
    }
}

/// Under the lock; `wake` is to be called after it.
void Lane::prepend(std::span<const model::EventPtr> events, std::function<void()>& wake) {
    if (closed_) {
        for (const auto& event : events) {
            drop(*event);
        }
        return;
    }
    if (queue_.empty()) {
        wake = wake_;
    }
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        queue_bytes_ += weight(**event);
        queue_.push_front(*event);
    }
}

std::size_t Lane::hand_over(Lane& successor) {
    RK_ASSERT(&successor != this);
    std::vector<model::EventPtr> waiting;
    std::function<void()> wake;
    {
        const std::scoped_lock lock(mutex_, successor.mutex_);
        // It may have handed over to us earlier (a reload that is rolled back).
        successor.successor_ = nullptr;
        waiting.assign(queue_.begin(), queue_.end());
        queue_.clear();
        queue_bytes_ = 0;
        while (spill_ != nullptr && !spill_->empty()) {
            if (auto event = spill_->pop()) {
                waiting.push_back(*std::move(event));
            }
        }
        stats_.taken += waiting.size();
        successor.stats_.received += waiting.size();
        successor.prepend(waiting, wake);
        successor_ = &successor;
    }
    if (wake) {
        wake();
    }
    return waiting.size();
}

void Lane::close(Rest rest) {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    rest_ = rest;
    wake_ = nullptr;
    for (const auto& event : queue_) {
        if (rest == Rest::finish) {
            drop(*event);
        }
    }
    // What is to stay open needs no reading back.
    while (rest == Rest::finish && spill_ != nullptr && !spill_->empty()) {
        if (const auto event = spill_->pop()) {
            drop(**event);
        }
    }
    spill_.reset();
    queue_.clear();
    queue_bytes_ = 0;
}

bool Lane::full() const {
    const std::scoped_lock lock(mutex_);
    return over_limit(0);
}

LaneStats Lane::stats() const {
    const std::scoped_lock lock(mutex_);
    LaneStats stats = stats_;
    stats.queued = queue_.size() + (spill_ != nullptr ? spill_->size() : 0);
    stats.queued_bytes = queue_bytes_ + (spill_ != nullptr ? spill_->bytes() : 0);
    return stats;
}

}  // namespace rookery::bus
