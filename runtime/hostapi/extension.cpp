#include "hostapi/extension.hpp"

#include <utility>

namespace rookery::hostapi {

namespace {

SteadyTime now() noexcept { return std::chrono::steady_clock::now(); }

}  // namespace

TimedRun*& TimedRun::current() noexcept {
    static constinit thread_local TimedRun* current = nullptr;
    return current;
}

TimedRun::TimedRun(const model::Event& event, ExtensionCounters& counters,
                   SteadyTime begun) noexcept
    : event_(&event),
      received_(event.received()),
      type_(event.type()),
      counters_(counters),
      begun_(begun) {
    current() = this;
}

TimedRun::~TimedRun() { current() = nullptr; }

SteadyTime TimedRun::end() noexcept {
    const SteadyTime ended = now();
    counters_.run.record(ended - begun_);
    if (finished_) {
        counters_.took(type_, ended - received_);
    }
    return ended;
}

Ticket::Ticket(model::EventPtr event, unsigned slot, std::shared_ptr<ExtensionCounters> counters,
               InteractionWatch* watch, const std::string* owner)
    : event_(std::move(event)),
      slot_(slot),
      counters_(std::move(counters)),
      watch_(watch),
      owner_(owner) {
    counters_->in_flight.fetch_add(1, std::memory_order_relaxed);
}

Ticket::Ticket(model::EventPtr event, Interception interception,
               std::shared_ptr<ExtensionCounters> counters, InteractionWatch* watch,
               const std::string* owner)
    : Ticket(std::move(event), interception.visit.slot, std::move(counters), watch, owner) {
    interception_ = interception;
}

Ticket& Ticket::operator=(Ticket&& other) noexcept {
    if (this != &other) {
        leave();
        event_ = std::move(other.event_);
        again_ = std::move(other.again_);
        slot_ = other.slot_;
        counters_ = std::move(other.counters_);
        watch_ = other.watch_;
        owner_ = other.owner_;
        interception_ = other.interception_;
        stopped_ = other.stopped_;
        repeated_ = other.repeated_;
        effects_ = std::move(other.effects_);
    }
    return *this;
}

Ticket::~Ticket() { leave(); }

EventEffects* Ticket::effects() {
    if (effects_ == nullptr && event_ != nullptr) {
        effects_ = std::make_unique<EventEffects>(
            *event_, interception_ ? interception_->visit.tag : 0, repeated_);
    }
    return effects_.get();
}

void Ticket::deliver_again(Ticket again) noexcept { again_ = again.delivered(); }

void Ticket::finish() noexcept {
    if (event_ == nullptr) {
        return;
    }
    const model::Event& delivered = *this->delivered();
    if (!interception_ && delivered.delivery() != nullptr) {
        delivered.delivery()->finished(delivered.seq(), slot_);
    }
    counters_->handled.fetch_add(1, std::memory_order_relaxed);
    note_end();
    if (watch_ != nullptr && stopped_) {
        watch_->stopped(*event_, *owner_);
    } else if (watch_ != nullptr) {
        watch_->finished(*event_, *owner_);
    }
    const std::unique_ptr<EventEffects> effects = std::move(effects_);
    leave();
    if (effects != nullptr) {
        effects->finished();
    }
}

void Ticket::pass() noexcept {
    if (event_ != nullptr) {
        counters_->filtered.fetch_add(1, std::memory_order_relaxed);
        finish();
    }
}

bool Ticket::stop() noexcept {
    stopped_ = event_ != nullptr && interception_.has_value();
    return stopped_;
}

void Ticket::note_end() const noexcept {
    if (TimedRun* const run = TimedRun::current(); run != nullptr && run->event_ == event_.get()) {
        run->finished_ = true;
    } else {
        counters_->took(event_->type(), now() - event_->received());
    }
}

void Ticket::leave() noexcept {
    if (event_ != nullptr) {
        if (interception_) {
            using Decision = bus::InterceptStage::Decision;
            interception_->stage->decide(*event_, interception_->visit,
                                         stopped_ ? Decision::stop : Decision::pass);
        }
        counters_->in_flight.fetch_sub(1, std::memory_order_relaxed);
        event_.reset();
        effects_.reset();
        again_.reset();
    }
}

}  // namespace rookery::hostapi
