#include "hostapi/worker.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <future>
#include <pthread.h>
#include <span>
#include <time.h>
#include <utility>

namespace rookery::hostapi {
namespace {

/// How many events are taken from the lane before tasks and timers get their turn.
constexpr std::size_t kBatch = 64;

/// Milliseconds, a few of them late: only to tell how long a handler has been busy.
std::int64_t ticks() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

/// The same clock. A moment's zero would mean idle.
std::int64_t ticks_at(SteadyTime moment) noexcept {
    return std::max<std::int64_t>(
        1, std::chrono::duration_cast<Millis>(moment.time_since_epoch()).count());
}

/// Asks the processor for what a handler looks at first: the event was written on another one.
void prefetch(const model::Event& event) noexcept {
    constexpr std::size_t kLine = 64;
    constexpr std::size_t kLines = 16;
    for (std::size_t line = 0; line < kLines; ++line) {
        __builtin_prefetch(reinterpret_cast<const char*>(&event) + line * kLine);
    }
}

}  // namespace

Worker::Worker(std::string name, VirtualTime* time) : name_(std::move(name)), time_(time) {}

std::shared_ptr<Worker> Worker::start(std::string name, VirtualTime* time) {
    std::shared_ptr<Worker> worker(new Worker(std::move(name), time));
    if (time != nullptr) {
        time->add(worker);
    }
    worker->thread_ = std::thread([worker] {
        ::pthread_setname_np(::pthread_self(), worker->name_.substr(0, 15).c_str());
        clockid_t clock{};
        if (::pthread_getcpuclockid(::pthread_self(), &clock) == 0) {
            worker->cpu_clock_ = clock;
            worker->has_cpu_clock_ = true;
        }
        worker->loop();
    });
    return worker;
}

Worker::~Worker() {
    if (thread_.joinable()) {
        // The last reference may be the thread's own.
        thread_.detach();
    }
}

bool Worker::post(Task task) {
    {
        const std::scoped_lock lock(mutex_);
        if (stopping_) {
            return false;
        }
        tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
    return true;
}

bool Worker::run(Task task, Millis deadline) {
    auto done = std::make_shared<std::promise<void>>();
    auto finished = done->get_future();
    if (!post([task = std::move(task), done] {
            task();
            done->set_value();
        })) {
        return false;
    }
    return finished.wait_for(deadline) == std::future_status::ready;
}

TimerId Worker::after(Millis delay, Task task) {
    const TimerId id = next_timer_++;
    const SteadyTime due = now() + delay;
    timers_.emplace(std::pair(due, id), std::move(task));
    due_.emplace(id, due);
    return id;
}

bool Worker::cancel(TimerId id) {
    const auto found = due_.find(id);
    if (found == due_.end()) {
        return false;
    }
    timers_.erase({found->second, id});
    due_.erase(found);
    return true;
}

void Worker::serve(Feed feed, std::shared_ptr<bus::Lane> lane, EventTask handler) {
    {
        const std::scoped_lock lock(mutex_);
        Source& source = sources_[static_cast<std::size_t>(feed)];
        source.lane = lane;
        source.handler = std::move(handler);
    }
    lane->on_ready([weak = weak_from_this(), feed] {
        if (const auto self = weak.lock()) {
            self->wake(feed);
        }
    });
}

void Worker::wake(Feed feed) {
    {
        const std::scoped_lock lock(mutex_);
        sources_[static_cast<std::size_t>(feed)].ready = true;
    }
    changed_.notify_one();
}

void Worker::hold() {
    const std::scoped_lock lock(mutex_);
    held_ = true;
}

void Worker::release() {
    {
        const std::scoped_lock lock(mutex_);
        held_ = false;
        for (Source& source : sources_) {
            source.ready = true;
        }
    }
    changed_.notify_one();
}

void Worker::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
}

bool Worker::join(Millis deadline) {
    {
        std::unique_lock lock(mutex_);
        if (!over_.wait_for(lock, deadline, [this] { return ended_; })) {
            return false;
        }
    }
    if (thread_.joinable()) {
        thread_.join();
    }
    return true;
}

void Worker::abandon() {
    stop();
    if (thread_.joinable()) {
        thread_.detach();
    }
}

bool Worker::on_thread() const noexcept { return thread_.get_id() == std::this_thread::get_id(); }

std::chrono::microseconds Worker::cpu_time() const noexcept {
    timespec used{};
    if (!has_cpu_clock_ || ::clock_gettime(cpu_clock_, &used) != 0) {
        return {};
    }
    return std::chrono::seconds(used.tv_sec) + std::chrono::microseconds(used.tv_nsec / 1'000);
}

Millis Worker::busy_for() const noexcept {
    const std::int64_t since = busy_since_.load(std::memory_order_relaxed);
    return since == 0 ? Millis{0} : std::max(Millis{ticks() - since}, Millis{0});
}

void Worker::run_one(const Task& task) {
    try {
        task();
    } catch (const std::exception& error) {
        log::get("core")->critical("worker {}: an exception escaped a task: {}", name_,
                                   error.what());
    }
}

bool Worker::run_due(std::unique_lock<std::mutex>& lock) {
    if (timers_.empty() || timers_.begin()->first.first > now()) {
        return false;
    }
    auto timer = timers_.extract(timers_.begin());
    due_.erase(timer.key().second);
    lock.unlock();
    run_one(timer.mapped());
    timer = {};  // what it held may post
    lock.lock();
    return true;
}

/// After each lot of urgent events the others have a turn.
const Worker::Source* Worker::ready_source() const {
    for (const std::size_t i : {urgent_last_ ? 1U : 0U, urgent_last_ ? 0U : 1U}) {
        const Source& source = sources_[i];
        if (!held_ && source.ready && source.lane != nullptr) {
            return &source;
        }
    }
    return nullptr;
}

/// Some events of one lane, unlocked. Urgent ones wait for no more than the one at hand.
void Worker::take_from(Source& source, std::vector<model::EventPtr>& events,
                       std::unique_lock<std::mutex>& lock) {
    const auto lane = source.lane;
    const auto& urgent = sources_[static_cast<std::size_t>(Feed::urgent)];
    const bool usual = &source != &urgent;
    urgent_last_ = !usual;
    source.ready = false;
    lock.unlock();
    const bool some = lane->take(events, kBatch);
    moment_ = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (i > 0 &&
            (held_ || stopping_ ||
             (usual && urgent.ready.load(std::memory_order_relaxed) && urgent.lane != nullptr))) {
            // Held by a reload or by a handler that died: the rest is for whoever comes next.
            lane->put_back(std::span(events).subspan(i));
            break;
        }
        if (i + 1 < events.size()) {
            prefetch(*events[i + 1]);
        }
        busy_since_.store(ticks_at(moment_), std::memory_order_relaxed);
        source.handler(std::move(events[i]));
    }
    events.clear();
    lock.lock();
    source.ready = source.ready || some;
}

/// Waits until there may be something to do.
void Worker::rest(std::unique_lock<std::mutex>& lock) {
    const auto ready = [this] {
        return stopping_ || !tasks_.empty() || ready_source() != nullptr ||
               (time_ != nullptr && !timers_.empty() &&
                timers_.begin()->first.first <= time_->now());
    };
    resting_ = true;
    ++rests_;
    if (timers_.empty() || time_ != nullptr) {
        changed_.wait(lock, ready);
    } else {
        changed_.wait_until(lock, timers_.begin()->first.first, ready);
    }
    resting_ = false;
}

std::string Worker::busy() const {
    const std::scoped_lock lock(mutex_);
    if (ended_ || (resting_ && !stopping_ && tasks_.empty() && ready_source() == nullptr &&
                   (timers_.empty() || timers_.begin()->first.first > now()))) {
        return {};
    }
    return name_ + (resting_ || busy_for() == Millis{0}
                        ? " has something to do"
                        : " has been running for " + std::to_string(busy_for().count()) + " ms");
}

std::uint64_t Worker::activity() const {
    const std::scoped_lock lock(mutex_);
    return rests_;
}

std::optional<SteadyTime> Worker::next_due() const {
    const std::scoped_lock lock(mutex_);
    return resting_ && !timers_.empty() ? std::optional(timers_.begin()->first.first)
                                        : std::nullopt;
}

void Worker::time_turned() {
    {
        // The thread has seen the former time and waits, or will see this one.
        const std::scoped_lock lock(mutex_);
    }
    changed_.notify_one();
}

void Worker::loop() {
    std::vector<Task> tasks;
    std::vector<model::EventPtr> events;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (!tasks_.empty()) {
            tasks.swap(tasks_);
            busy_since_.store(ticks(), std::memory_order_relaxed);
            lock.unlock();
            for (const Task& task : tasks) {
                run_one(task);
            }
            tasks.clear();
            lock.lock();
            continue;
        }
        busy_since_.store(ticks(), std::memory_order_relaxed);
        if (run_due(lock)) {
            continue;
        }
        if (const Source* const source = ready_source()) {
            take_from(sources_[static_cast<std::size_t>(source - sources_.data())], events, lock);
            continue;
        }
        busy_since_.store(0, std::memory_order_relaxed);
        rest(lock);
    }
    busy_since_.store(0, std::memory_order_relaxed);
    has_cpu_clock_ = false;
    timers_.clear();
    due_.clear();
    tasks.swap(tasks_);
    // Both may own the instance, which owns this worker.
    std::array<EventTask, 2> handlers;
    for (std::size_t i = 0; i < handlers.size(); ++i) {
        handlers[i] = std::move(sources_[i].handler);
        sources_[i].lane.reset();
    }
    lock.unlock();
    tasks.clear();
    handlers = {};
    lock.lock();
    resting_ = false;
    ended_ = true;
    lock.unlock();
    over_.notify_all();
}

}  // namespace rookery::hostapi
