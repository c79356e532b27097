#include "server/stream/feed.hpp"

#include "base/log.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace rookery::server {

/// What the pushing thread's wake-up refers to, weakly.
class Feed::Pump : public std::enable_shared_from_this<Pump> {
  public:
    Pump(boost::asio::any_io_executor executor, const Options& options, Take take)
        : executor_(std::move(executor)),
          per_turn_(options.per_turn),
          take_(std::move(take)),
          lane_(std::make_shared<bus::Lane>("server", options.slot, options.limits)) {}

    void start() {
        lane_->on_ready([weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->wake();
            }
        });
    }
    void stop() { stopped_ = true; }
    [[nodiscard]] const std::shared_ptr<bus::Lane>& lane() const noexcept { return lane_; }

  private:
    void wake() {
        boost::asio::post(executor_, [self = shared_from_this()] { self->turn(); });
    }

    void turn() {
        if (stopped_) {
            return;
        }
        batch_.clear();
        lane_->take(batch_, per_turn_);
        for (std::size_t at = 0; at < batch_.size(); ++at) {
            // Handing one over may end it all: the rest is not finished.
            if (stopped_) {
                break;
            }
            const model::Event& event = *batch_[at];
            try {
                take_(event);
            } catch (const std::exception& error) {
                log::get("server")->error("an event could not be streamed: {}", error.what());
            }
            if (event.delivery() != nullptr && !lane_->observes()) {
                event.delivery()->finished(event.seq(), lane_->slot());
            }
        }
        tell_dropped();
        if (batch_.size() == per_turn_ && !stopped_) {
            wake();
        }
    }

    void tell_dropped() {
        const std::uint64_t dropped = lane_->stats().dropped;
        if (dropped != told_) {
            log::get("server")->warn("{} events could not be streamed: the server is too slow",
                                     dropped - told_);
            told_ = dropped;
        }
    }

    boost::asio::any_io_executor executor_;
    const std::size_t per_turn_;
    Take take_;
    std::shared_ptr<bus::Lane> lane_;
    std::vector<model::EventPtr> batch_;
    std::uint64_t told_ = 0;
    bool stopped_ = false;
};

Feed::Feed(bus::EventBus& bus, boost::asio::any_io_executor executor, Options options, Take take)
    : bus_(bus), pump_(std::make_shared<Pump>(std::move(executor), options, std::move(take))) {
    pump_->start();
    for (const model::EventType type : options.types) {
        bus_.subscribe(pump_->lane(), type);
    }
    bus_.attach(pump_->lane());
}

Feed::~Feed() {
    pump_->stop();
    bus_.remove(pump_->lane());
    pump_->lane()->close(bus::Lane::Rest::leave_open);
}

}  // namespace rookery::server
