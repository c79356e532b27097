#include "bus/intercept_stage.hpp"

#include "base/log.hpp"
#include "bus/event_bus.hpp"

#include <algorithm>
#include <pthread.h>

namespace rookery::bus {

/// What goes on to its lanes, lane by lane, at the end of each call; under the stage's lock, so
/// that nothing that comes later can be there first.
class InterceptStage::Outbox {
  public:
    explicit Outbox(InterceptStage& stage) : stage_(stage) {}
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;
    ~Outbox() {
        for (const auto& [lane, events] : lanes_) {
            lane->push(events);
        }
        // Only now: a publisher that sees nothing here goes to the lanes itself.
        stage_.bytes_.fetch_sub(bytes_, std::memory_order_release);
        stage_.pending_.fetch_sub(gone_, std::memory_order_release);
    }

    void add(const std::shared_ptr<Lane>& lane, const model::EventPtr& event) {
        auto found = std::find_if(lanes_.begin(), lanes_.end(),
                                  [&](const auto& known) { return known.first == lane; });
        if (found == lanes_.end()) {
            found = lanes_.insert(lanes_.end(), {lane, {}});
        }
        found->second.push_back(event);
    }
    void gone(const Case& one) noexcept {
        ++gone_;
        bytes_ += one.event->bytes();
    }

  private:
    InterceptStage& stage_;
    std::vector<std::pair<std::shared_ptr<Lane>, std::vector<model::EventPtr>>> lanes_;
    std::size_t gone_ = 0;
    std::size_t bytes_ = 0;
};

InterceptStage::InterceptStage(const EventBus& bus, const Clock& clock, Options options)
    : bus_(bus), clock_(clock), options_(options), timeout_(options.timeout) {}

InterceptStage::~InterceptStage() {
    close();
    if (timer_.joinable()) {
        timer_.join();
    }
}

std::size_t InterceptStage::KeyHash::operator()(const Key& key) const noexcept {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
    return static_cast<std::size_t>((key.id * kFactor) ^ (key.id >> 29U)) + key.bot.value;
}

InterceptStage::Key InterceptStage::key_of(const model::Event& event) {
    const std::uint64_t channel = event.channel_key();
    return {event.bot(), channel != 0 ? channel : event.guild_key()};
}

void InterceptStage::set_timeout(Millis timeout) {
    const Lock lock(mutex_);
    timeout_ = timeout;
}

void InterceptStage::refresh() {
    const std::uint64_t version = bus_.version();
    if (interest_ == nullptr || version != version_) {
        interest_ = bus_.interest();
        version_ = version;
    }
}

const Interest::Entry* InterceptStage::entry_of(const Case& one) const {
    return interest_->of(one.event->type());
}

const Interest::Step* InterceptStage::next_step(const Case& one) const {
    const Interest::Entry* const entry = entry_of(one);
    if (entry == nullptr) {
        return nullptr;
    }
    const auto found =
        std::find_if(entry->steps.begin(), entry->steps.end(), [&](const Interest::Step& step) {
            return (!one.at || *one.at < step.place) && one.left.test(step.lane->slot());
        });
    return found == entry->steps.end() ? nullptr : &*found;
}

const Interest::Step* InterceptStage::this_step(const Case& one) const {
    const Interest::Entry* const entry = entry_of(one);
    if (entry == nullptr) {
        return nullptr;
    }
    const auto found =
        std::find_if(entry->steps.begin(), entry->steps.end(), [&](const Interest::Step& step) {
            return step.place == *one.at && step.lane->slot() == one.slot;
        });
    return found == entry->steps.end() ? nullptr : &*found;
}

InterceptStage::Case* InterceptStage::find(const model::Event& event) const {
    const auto found = deciding_.find(&event);
    return found == deciding_.end() ? nullptr : found->second;
}

void InterceptStage::submit(std::span<Item> items) {
    const Lock lock(mutex_);
    if (closed_) {
        return;
    }
    refresh();
    Outbox outbox(*this);
    for (Item& item : items) {
        Case one{std::move(item.event), item.slots, {}};
        one.key = key_of(*one.event);
        const auto queue = queues_.find(one.key);
        if (queue == queues_.end() && next_step(one) == nullptr) {
            release(one, outbox);
            continue;
        }
        pending_.fetch_add(1, std::memory_order_relaxed);
        bytes_.fetch_add(one.event->bytes(), std::memory_order_relaxed);
        const Key key = one.key;
        if (queue != queues_.end()) {
            queue->second.push_back(std::make_unique<Case>(std::move(one)));
        } else {
            queues_[key].push_back(std::make_unique<Case>(std::move(one)));
            run(key, outbox);
        }
    }
}

/// Goes on with a key's events until one of them waits for a decision.
void InterceptStage::run(const Key& key, Outbox& outbox) {
    const auto queue = queues_.find(key);
    if (queue == queues_.end()) {
        return;
    }
    while (!queue->second.empty()) {
        if (advance(*queue->second.front(), outbox)) {
            return;
        }
        remove_first(queue->second, outbox);
    }
    queues_.erase(queue);
}

void InterceptStage::remove_first(Queue& queue, Outbox& outbox) {
    outbox.gone(*queue.front());
    queue.pop_front();
}

/// True when the event is now before its next interceptor; false when it has gone on to the others.
bool InterceptStage::advance(Case& one, Outbox& outbox) {
    while (true) {
        const Interest::Step* const step = next_step(one);
        // It may have several interceptions of this event.
        if (one.at && (step == nullptr || step->lane->slot() != one.slot)) {
            const auto* const entry = entry_of(one);
            const bool again =
                entry != nullptr &&
                std::any_of(entry->steps.begin(), entry->steps.end(), [&](const auto& later) {
                    return *one.at < later.place && later.lane->slot() == one.slot;
                });
            if (!again) {
                leave(one, one.slot);
            }
        }
        if (step == nullptr) {
            release(one, outbox);
            return false;
        }
        one.at = step->place;
        one.slot = step->lane->slot();
        if (give(one, *step)) {
            return true;
        }
    }
}

bool InterceptStage::give(Case& one, const Interest::Step& step) {
    Interceptor& who = interceptors_[one.slot];
    const SteadyTime now = clock_.now();
    if (now < who.out_until) {
        ++who.stats.skipped;
        return false;
    }
    ++who.stats.given;
    ++who.stats.waiting;
    one.number = next_number_++;
    one.since = now;
    one.begun_by = nullptr;
    deciding_.emplace(one.event.get(), &one);
    watch(one, now + timeout_);
    step.lane->push({&one.event, 1});
    return true;
}

void InterceptStage::watch(Case& one, SteadyTime due) {
    one.due = due;
    const auto added = due_.emplace(due, one.event.get()).first;
    if (!options_.own_timer || added != due_.begin()) {
        return;
    }
    if (timer_.joinable()) {
        changed_.notify_one();
    } else {
        timer_ = std::thread([this] { keep_time(); });
    }
}

/// It is no longer before an interceptor.
void InterceptStage::take_back(Case& one) {
    due_.erase({one.due, one.event.get()});
    deciding_.erase(one.event.get());
    --interceptors_[one.slot].stats.waiting;
}

void InterceptStage::leave(Case& one, unsigned slot) const {
    if (one.left.test(slot)) {
        one.left.reset(slot);
        if (const auto& delivery = one.event->delivery()) {
            delivery->finished(one.event->seq(), slot);
        }
    }
}

/// To all who are to get it and are still there; whoever is gone has nothing to finish.
void InterceptStage::release(Case& one, Outbox& outbox) const {
    if (const Interest::Entry* const entry = entry_of(one)) {
        for (const auto& lane : entry->lanes) {
            if (one.left.test(lane->slot())) {
                one.left.reset(lane->slot());
                outbox.add(lane, one.event);
            }
        }
    }
    for (unsigned slot = 0; one.left.any() && slot < model::kMaxSlots; ++slot) {
        leave(one, slot);
    }
}

void InterceptStage::pass_by(Case& one, Outbox& outbox) {
    take_back(one);
    const Key key = one.key;
    run(key, outbox);
}

void InterceptStage::stop(Case& one, Outbox& outbox) {
    take_back(one);
    for (unsigned slot = 0; slot < model::kMaxSlots; ++slot) {
        if (slot != one.slot) {
            leave(one, slot);
        }
    }
    leave(one, one.slot);
    const Key key = one.key;
    remove_first(queues_.find(key)->second, outbox);
    run(key, outbox);
}

std::optional<InterceptStage::Visit> InterceptStage::begin(const model::EventPtr& event,
                                                           const Lane& lane) {
    const Lock lock(mutex_);
    Case* const one = find(*event);
    if (one == nullptr || one->slot != lane.slot() || one->begun_by != nullptr) {
        return std::nullopt;
    }
    refresh();
    Interceptor& who = interceptors_[one->slot];
    who.progress = clock_.now();
    const Interest::Step* const step = this_step(*one);
    if (step == nullptr) {
        Outbox outbox(*this);
        pass_by(*one, outbox);
        return std::nullopt;
    }
    if (step->lane.get() != &lane) {
        step->lane->push({&event, 1});
        return std::nullopt;
    }
    due_.erase({one->due, event.get()});
    one->since = who.progress;
    one->begun_by = &lane;
    watch(*one, one->since + timeout_);
    return Visit{step->tag, one->number, one->slot};
}

void InterceptStage::decide(const model::Event& event, const Visit& visit, Decision decision) {
    const Lock lock(mutex_);
    Interceptor& who = interceptors_[visit.slot];
    who.progress = clock_.now();
    who.out_until = {};
    Case* const one = find(event);
    if (one == nullptr || one->number != visit.number) {
        return;
    }
    who.pause = Millis{0};
    refresh();
    Outbox outbox(*this);
    if (decision == Decision::stop) {
        ++who.stats.stopped;
        stop(*one, outbox);
    } else {
        pass_by(*one, outbox);
    }
}

void InterceptStage::withdraw(const Lane& lane) {
    const Lock lock(mutex_);
    const auto known = interceptors_.find(lane.slot());
    if (closed_ || known == interceptors_.end()) {
        return;
    }
    known->second.out_until = {};
    known->second.pause = Millis{0};
    refresh();
    std::vector<Case*> waiting;
    for (const auto& [event, one] : deciding_) {
        if (one->slot != lane.slot()) {
            continue;
        }
        const Interest::Step* const step = this_step(*one);
        if (one->begun_by == &lane || step == nullptr || step->lane.get() == &lane) {
            waiting.push_back(one);
        }
    }
    Outbox outbox(*this);
    for (Case* const one : waiting) {
        pass_by(*one, outbox);
    }
}

void InterceptStage::close() {
    const Lock lock(mutex_);
    closed_ = true;
    deciding_.clear();
    due_.clear();
    queues_.clear();
    pending_ = 0;
    bytes_ = 0;
    changed_.notify_one();
}

std::optional<SteadyTime> InterceptStage::expire(SteadyTime now) {
    const Lock lock(mutex_);
    return expire_locked(now);
}

std::optional<SteadyTime> InterceptStage::expire_locked(SteadyTime now) {
    if (!due_.empty() && due_.begin()->first <= now) {
        refresh();
        Outbox outbox(*this);
        while (!due_.empty() && due_.begin()->first <= now) {
            look_at(*deciding_.at(due_.begin()->second), now, outbox);
        }
    }
    return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
}

/// One that is behind, but gets on, is not hanging: what it has not begun waits on.
void InterceptStage::look_at(Case& one, SteadyTime now, Outbox& outbox) {
    Interceptor& who = interceptors_[one.slot];
    const SteadyTime since =
        one.begun_by != nullptr ? one.since : std::max(one.since, who.progress);
    if (since + timeout_ > now) {
        due_.erase({one.due, one.event.get()});
        watch(one, since + timeout_);
        return;
    }
    ++who.stats.timed_out;
    if (now >= who.out_until) {
        who.pause = std::clamp(who.pause * 2, timeout_, kLongestPause);
        who.out_until = now + who.pause;
        log::get("bus")->warn(
            "{} has not decided on {} within {} ms: it goes on without, and so does what comes in "
            "the next {} ms",
            one.at->owner, one.event->name(), timeout_.count(), who.pause.count());
    }
    pass_by(one, outbox);
}

void InterceptStage::keep_time() {
    ::pthread_setname_np(::pthread_self(), "intercept");
    std::unique_lock lock(mutex_);
    while (!closed_) {
        if (const auto next = expire_locked(clock_.now())) {
            changed_.wait_until(lock, *next);
        } else {
            changed_.wait(lock);
        }
    }
}

bool InterceptStage::full() const noexcept {
    return pending_.load(std::memory_order_relaxed) > options_.events ||
           bytes_.load(std::memory_order_relaxed) > options_.bytes;
}

InterceptStats InterceptStage::stats(unsigned slot) const {
    const Lock lock(mutex_);
    const auto found = interceptors_.find(slot);
    return found == interceptors_.end() ? InterceptStats{} : found->second.stats;
}

}  // namespace rookery::bus
