#pragma once

#include "base/assert.hpp"
#include "model/event.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::testing {

/// Remembers who finished what.
class RecordingDelivery final : public model::Delivery {
  public:
    void finished(std::uint64_t seq, unsigned slot) noexcept override {
        const std::scoped_lock lock(mutex_);
        ++counts_[{seq, slot}];
    }
    /// How often `slot` has reported that it finished `seq`.
    [[nodiscard]] int count(std::uint64_t seq, unsigned slot) const {
        const std::scoped_lock lock(mutex_);
        const auto found = counts_.find({seq, slot});
        return found == counts_.end() ? 0 : found->second;
    }
    [[nodiscard]] std::size_t total() const {
        const std::scoped_lock lock(mutex_);
        return counts_.size();
    }

  private:
    mutable std::mutex mutex_;
    std::map<std::pair<std::uint64_t, unsigned>, int> counts_;
};

inline const model::BotInfo* test_bot() {
    static const model::BotInfo* bot = *model::intern_bot("test", "discord");
    return bot;
}

/// An event of the schema ("messageCreate") with that payload.
inline model::EventPtr make_event(std::string_view name, std::string_view payload,
                                  std::uint64_t seq = 1, model::DeliveryPtr delivery = nullptr) {
    model::EventHeader header;
    header.type = *model::EventNames::intern(name);
    header.bot = test_bot();
    header.seq = seq;
    header.delivery = std::move(delivery);
    auto event = model::Event::make(header, payload);
    RK_ASSERT(event.has_value());
    return *std::move(event);
}

}  // namespace rookery::testing
