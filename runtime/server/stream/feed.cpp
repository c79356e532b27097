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
          finished_(options.finished),
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
            hand_over(*batch_[at]);
        }
        tell_dropped();
        // Behind a batch that was not full there may be what came back from the disk.
        if (!batch_.empty() && !stopped_) {
            wake();
        }
    }

    void hand_over(const model::Event& event) {
        try {
            take_(event);
        } catch (const std::exception& error) {
            log::get("server")->error(
                "{} of {} could not be streamed, and will be again after a restart: {}",
                event.name(), event.bot_name(), error.what());
            return;
        }
        if (event.delivery() != nullptr && !lane_->observes()) {
            event.delivery()->finished(event.seq(), lane_->slot());
        }
        if (finished_) {
            finished_();
        }
    }

    void tell_dropped() {
        const std::uint64_t dropped = lane_->stats().dropped;
        if (dropped != told_) {
            log::get("server")->warn(
                "{} events could not be streamed: the server is too slow, and the disk has no room "
                "for what waits",
                dropped - told_);
            told_ = dropped;
        }
    }

    boost::asio::any_io_executor executor_;
    const std::size_t per_turn_;
    Take take_;
    std::function<void()> finished_;
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
