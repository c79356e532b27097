#include "app/interaction_service.hpp"

#include "app/press_service.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <utility>

namespace rookery::app {

/// Wakes the guardian when the time is turned.
class InteractionService::Guard final : public VirtualTime::Sleeper {
  public:
    Guard(const VirtualTime& time, std::function<void()> look)
        : time_(time), look_(std::move(look)) {}

    void wake_at(SteadyTime when) { due_ = std::min(due_.load(), when.time_since_epoch().count()); }
    void begin() {
        due_ = kNever;
        ++looks_;
    }

    [[nodiscard]] std::string busy() const override {
        return due_ <= time_.now().time_since_epoch().count() ? "the guardian of interactions" : "";
    }
    [[nodiscard]] std::uint64_t activity() const override { return looks_; }
    [[nodiscard]] std::optional<SteadyTime> next_due() const override {
        const auto due = due_.load();
        return due == kNever ? std::nullopt : std::optional(SteadyTime(SteadyTime::duration(due)));
    }
    void time_turned() override {
        if (!busy().empty()) {
            look_();
        }
    }

  private:
    static constexpr SteadyTime::rep kNever = SteadyTime::max().time_since_epoch().count();

    const VirtualTime& time_;
    std::function<void()> look_;
    std::atomic<SteadyTime::rep> due_{kNever};
    std::atomic<std::uint64_t> looks_{0};
};

InteractionService::InteractionService(boost::asio::io_context& io, bus::EventBus& bus,
                                       hostapi::Operations& operations, VirtualTime* time)
    : io_(io),
      timer_(io, SteadyTime::max()),
      guard_(time == nullptr ? nullptr
                             : std::make_shared<Guard>(
                                   *time, [this] { boost::asio::post(io_, [this] { look(); }); })),
      desk_(
          time == nullptr ? static_cast<const Clock&>(system_) : *time,
          [&operations](hostapi::Interactions::Send request, hostapi::OperationDone done) {
              hostapi::OperationCall call;
              call.operation = request.operation;
              call.arguments = std::move(request.arguments);
              call.bot = std::move(request.bot);
              call.extension = std::move(request.extension);
              call.deadline = request.deadline;
              operations.send(std::move(call), std::move(done));
          },
          [this](SteadyTime when) { boost::asio::post(io_, [this, when] { look_at(when); }); }) {
    if (time != nullptr) {
        time->add(guard_);
    }
    bus.tap(model::EventType::interaction_create,
            [this](const model::Event& event, std::span<const bus::Lane* const> lanes) {
                std::vector<std::string> owners;
                for (const bus::Lane* lane : lanes) {
                    if (lane->owner() != PressService::kOwner) {
                        owners.push_back(lane->owner());
                    }
                }
                if (!owners.empty()) {
                    desk_.arrived(event, owners);
                }
            });
    for (const char* which : {"CORE", "interactions.respond"}) {
        operations.route(which, [this](const model::OperationInfo& info,
                                       hostapi::OperationCall call, hostapi::OperationDone done) {
            desk_.call(info, std::move(call), std::move(done));
        });
    }
}

void InteractionService::look_at(SteadyTime when) {
    if (stopped_) {
        return;
    }
    if (guard_ != nullptr) {
        guard_->wake_at(when);
        guard_->time_turned();
        return;
    }
    if (timer_.expiry() <= when) {
        return;
    }
    timer_.expires_at(when);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            timer_.expires_at(SteadyTime::max());
            look();
        }
    });
}

void InteractionService::look() {
    if (stopped_) {
        return;
    }
    if (guard_ != nullptr) {
        guard_->begin();
    }
    if (const auto next = desk_.poll()) {
        look_at(*next);
    }
}

void InteractionService::stop() {
    stopped_ = true;
    timer_.cancel();
}

}  // namespace rookery::app
