#include "store/joint_delivery.hpp"

#include "model/repeats.hpp"

#include <array>
#include <atomic>
#include <utility>

namespace rookery::store {

class JointDelivery::Shared {
  public:
    Shared(model::DeliveryPtr whole, std::uint64_t seq) : whole_(std::move(whole)), seq_(seq) {}

    [[nodiscard]] bool repeated() const noexcept {
        const auto* const told = dynamic_cast<const model::Repeats*>(whole_.get());
        return told != nullptr && told->repeated(seq_);
    }
    [[nodiscard]] bool wanted() const noexcept { return whole_ != nullptr; }
    void add(unsigned slot) noexcept { left_[slot].fetch_add(1, std::memory_order_relaxed); }
    void finished_one(unsigned slot) noexcept {
        if (left_[slot].fetch_sub(1, std::memory_order_acq_rel) == 1) {
            whole_->finished(seq_, slot);
        }
    }

  private:
    model::DeliveryPtr whole_;
    std::uint64_t seq_;
    std::array<std::atomic<std::uint32_t>, model::kMaxSlots> left_{};
};

/// Counts each subscriber once, however often it reports.
class JointDelivery::Part final : public model::Delivery, public model::Repeats {
  public:
    Part(std::shared_ptr<Shared> shared, const model::SlotMask& slots)
        : shared_(std::move(shared)) {
        for (unsigned slot = 0; slot < model::kMaxSlots; ++slot) {
            if (slots.test(slot)) {
                open_[slot / 64].fetch_or(bit(slot), std::memory_order_relaxed);
                shared_->add(slot);
            }
        }
    }

    void finished(std::uint64_t /*seq*/, unsigned slot) noexcept override {
        if (slot < model::kMaxSlots &&
            (open_[slot / 64].fetch_and(~bit(slot), std::memory_order_acq_rel) & bit(slot)) != 0) {
            shared_->finished_one(slot);
        }
    }

    [[nodiscard]] bool repeated(std::uint64_t /*seq*/) const noexcept override {
        return shared_->repeated();
    }
    [[nodiscard]] bool joint() const noexcept override { return true; }

  private:
    static std::uint64_t bit(unsigned slot) noexcept { return std::uint64_t{1} << (slot % 64); }

    std::shared_ptr<Shared> shared_;
    std::array<std::atomic<std::uint64_t>, model::kMaxSlots / 64> open_{};
};

JointDelivery::JointDelivery(model::DeliveryPtr whole, std::uint64_t seq)
    : shared_(std::make_shared<Shared>(std::move(whole), seq)) {}

model::DeliveryPtr JointDelivery::part(const model::SlotMask& slots) {
    return shared_->wanted() ? std::make_shared<Part>(shared_, slots) : nullptr;
}

}  // namespace rookery::store
