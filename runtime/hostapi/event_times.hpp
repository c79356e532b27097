#pragma once

#include "base/bucket_counts.hpp"
#include "model/event_names.hpp"

#include <array>
#include <atomic>
#include <cstddef>

namespace rookery::hostapi {

/// How long one extension's events took, by type; a type takes room from its first event on. Any
/// thread.
class EventTimes {
  public:
    /// Raw events of the platforms, which have no fixed number, are one.
    static constexpr std::size_t kTypes = model::kEventCount + 1;

    EventTimes() = default;
    EventTimes(const EventTimes&) = delete;
    EventTimes& operator=(const EventTimes&) = delete;
    ~EventTimes() {
        for (auto& times : by_type_) {
            delete times.load(std::memory_order_relaxed);
        }
    }

    void record(model::EventType type, BucketCounts::Duration took) noexcept {
        const auto index = static_cast<std::size_t>(type);
        auto& slot = by_type_[index < model::kEventCount ? index : model::kEventCount];
        BucketCounts* times = slot.load(std::memory_order_acquire);
        if (times == nullptr) {
            times = first(slot);
        }
        if (times != nullptr) {
            times->record(took);
        }
    }

    /// `visit(name, counts)` for each type that came.
    template <class Visit>
    void each(Visit visit) const {
        for (std::size_t i = 0; i < kTypes; ++i) {
            if (const auto* times = by_type_[i].load(std::memory_order_acquire)) {
                visit(
                    i < model::kEventCount ? model::event_infos()[i].name : std::string_view("raw"),
                    times->counts());
            }
        }
    }

  private:
    /// Null when there is no memory for it.
    static BucketCounts* first(std::atomic<BucketCounts*>& slot) noexcept;

    std::array<std::atomic<BucketCounts*>, kTypes> by_type_{};
};

}  // namespace rookery::hostapi
