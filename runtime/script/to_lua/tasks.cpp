#include "script/to_lua/tasks.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace rookery::script {

namespace {

constexpr std::size_t kSpareThreads = 64;

bool reports_to_caller(Purpose purpose) {
    return purpose == Purpose::main || purpose == Purpose::save || purpose == Purpose::load ||
           purpose == Purpose::evaluation;
}

// A task's token is its index below these bits, its serial above.
constexpr double kIndices = 16'384;
static_assert(kIndices > Tasks::kMost);

/// A background job may take as long as it likes; a handler holds an event open.
bool has_wait_limit(Purpose purpose) {
    return purpose == Purpose::handler || purpose == Purpose::interceptor ||
           purpose == Purpose::failure || purpose == Purpose::timer ||
           purpose == Purpose::evaluation || purpose == Purpose::served;
}

SteadyTime now() { return std::chrono::steady_clock::now(); }

}  // namespace

Tasks::Tasks(LuaState& state, const hostapi::ExtensionContext& context, EventSlots& events,
             ErrorLog& errors, std::function<void(std::string reason)> fatal)
    : state_(state),
      context_(context),
      events_(events),
      errors_(errors),
      fatal_(std::move(fatal)) {}

Flight& Tasks::open_flight(hostapi::Ticket ticket) {
    if (free_flights_.empty()) {
        flight_storage_.push_back(std::make_unique<Flight>());
        free_flights_.push_back(flight_storage_.back().get());
    }
    Flight& flight = *free_flights_.back();
    free_flights_.pop_back();
    flight.ref = events_.add(ticket.event());
    flight.ticket = std::move(ticket);
    flight.open = 1;
    flight.started = 0;
    flight.asking = 0;
    flight.answer = false;
    flight.active = true;
    ++active_flights_;
    return flight;
}

void Tasks::close_flight(Flight& flight) {
    if (--flight.open != 0) {
        if (flight.answer && flight.open == 1) {
            context_.commands->heard(*flight.ticket.event());
        }
        return;
    }
    if (flight.started == 0) {
        flight.ticket.pass();
    } else {
        flight.ticket.finish();
    }
    events_.end_flight(flight.ref);
    flight.active = false;
    --active_flights_;
    free_flights_.push_back(&flight);
}

void Tasks::keep_open(Flight& flight,
                      const std::function<void(std::shared_ptr<void> open)>& until_answered) {
    ++flight.open;
    ++flight.asking;
    flight.answer = true;
    until_answered(std::shared_ptr<void>(
        nullptr, [this, alive = std::weak_ptr<bool>(alive_), &flight](void* /*nothing*/) {
            if (!alive.expired()) {
                answered(flight);
            }
        }));
}

/// Whoever has asked is done. What still waits for the question that this is the answer to need not
/// wait any longer.
void Tasks::answered(Flight& flight) {
    --flight.asking;
    flight.answer = false;
    for (const auto& task : tasks_) {
        if (task->flight == &flight && task->asking) {
            context_.worker->post([this, alive = std::weak_ptr<bool>(alive_), index = task->index,
                                   wait = task->wait] {
                if (!alive.expired()) {
                    wake(index, wait);
                }
            });
        }
    }
    close_flight(flight);
}

/// A task with a coroutine that stands at its driver's start; null when there are too many, or no
/// memory.
Task* Tasks::take() {
    if (live_ >= kMost) {
        return nullptr;
    }
    if (ready_.empty()) {
        if (blank_.empty()) {
            blank_.push_back(static_cast<std::uint32_t>(tasks_.size()));
            tasks_.push_back(std::make_unique<Task>());
            tasks_.back()->index = blank_.back();
        }
        if (!create_thread(*tasks_[blank_.back()])) {
            return nullptr;
        }
        ready_.push_back(blank_.back());
        blank_.pop_back();
    }
    Task& task = *tasks_[ready_.back()];
    ready_.pop_back();
    ++live_;
    return &task;
}

Result<> Tasks::create_thread(Task& task) {
    return state_.protected_call([&](lua_State* lua) {
        lua_State* thread = lua_newthread(lua);
        lua_rawgeti(thread, LUA_REGISTRYINDEX, driver_);
        task.thread_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
        task.thread = thread;
    });
}

Result<> Tasks::start(const CallbackPtr& callback, Purpose purpose, Flight* flight,
                      const std::function<void()>& taken) {
    Task* task = take();
    if (task == nullptr) {
        Error error(ErrorKind::limit, live_ >= kMost
                                          ? "the script has 10000 coroutines waiting already"
                                          : std::string(kOutOfMemory));
        context_.counters->errors.fetch_add(1, std::memory_order_relaxed);
        if (!reports_to_caller(purpose)) {
            errors_.error(callback->label + ": " + error.message(), "", now());
            check_memory();
        }
        return error;
    }
    task->purpose = purpose;
    task->serial = next_serial_++;
    task->failure = std::exchange(next_failure_, std::nullopt);
    task->visit = std::move(next_visit_);
    task->invocation = std::exchange(next_invocation_, std::nullopt);
    task->callback = callback;
    task->flight = flight;
    ++callback->running;
    if (flight != nullptr) {
        ++flight->open;
        task->ordinal = task->invocation ? kInvoked : flight->started;
        ++flight->started;
    }
    lua_rawgeti(task->thread, LUA_REGISTRYINDEX, callback->function);
    if (taken) {
        taken();
    }
    return resume(*task);
}

void Tasks::invoke(const CallbackPtr& callback, Flight& flight, hostapi::Invocation invocation) {
    next_invocation_ = std::move(invocation);
    (void)start(callback, Purpose::handler, &flight);
    next_invocation_.reset();
}

void Tasks::serve(const CallbackPtr& callback, std::unique_ptr<Visit> visit) {
    next_visit_ = std::move(visit);
    (void)start(callback, Purpose::served);
    next_visit_.reset();
}

Result<std::optional<hostapi::SavedState>> Tasks::exchange(const CallbackPtr& callback,
                                                           Purpose purpose,
                                                           const hostapi::SavedState* given) {
    // The task is the next to be taken; what it is given must be there before it runs.
    Task* task = take();
    if (task == nullptr) {
        return Error(ErrorKind::limit, std::string(kOutOfMemory));
    }
    task->given = given;
    --live_;
    ready_.push_back(task->index);
    auto result = start(callback, purpose);
    if (!result) {
        return result.error();
    }
    return std::exchange(task->saved, std::nullopt);
}

void Tasks::evaluate(const CallbackPtr& evaluator, hostapi::EvaluationPtr evaluation) {
    // As in exchange(): the next to be taken.
    Task* task = take();
    if (task == nullptr) {
        evaluation->finish(Error(ErrorKind::limit, std::string(kOutOfMemory)));
        return;
    }
    task->evaluation = next_evaluation_++;
    evaluations_.emplace(task->evaluation, std::move(evaluation));
    --live_;
    ready_.push_back(task->index);
    (void)start(evaluator, Purpose::evaluation);
}

hostapi::EvaluationPtr Tasks::evaluation(std::uint64_t number) const {
    const auto found = evaluations_.find(number);
    return found == evaluations_.end() ? nullptr : found->second;
}

void Tasks::answer(const Task& task, Result<hostapi::Evaluation::Outcome> outcome) {
    if (const auto found = evaluations_.extract(task.evaluation)) {
        found.mapped()->finish(std::move(outcome));
    }
}

/// Goes on with a task whose coroutine has the driver's next function, or nothing, on its stack.
Result<> Tasks::resume(Task& task) {
    task.waiting = false;
    task.idle = false;
    no_longer_asking(task);
    call_bytes_ -= std::exchange(task.call_bytes, 0);
    parked_.erase(std::exchange(task.parked, 0));
    running_ = &task;
    const int arguments = task.wait == 0 ? 1 : 0;
    const auto outcome = state_.resume(task.thread, arguments, context_.spec.limits.time_limit);
    running_ = nullptr;
    switch (outcome) {
        case LuaState::Run::yielded:
            if (task.idle) {
                end(task);
                return {};
            }
            if (task.waiting && !task.cancelled) {
                return {};
            }
            return refuse_yield(task);
        case LuaState::Run::stopped: {
            std::string reason =
                task.callback->label +
                (state_.ran_too_deep()
                     ? std::string(" called itself too deep")
                     : " ran for " + std::to_string(context_.spec.limits.time_limit.count()) +
                           " ms without a pause") +
                " and was stopped";
            Error error(ErrorKind::limit, reason);
            answer(task, Error(ErrorKind::limit, reason + "; the script starts afresh"));
            lose_state(std::move(reason));
            return error;
        }
        case LuaState::Run::finished:  // the driver never returns
        case LuaState::Run::failed:
            break;
    }
    return failed(task);
}

/// It yielded by itself, where nobody would ever go on with it; or it waits although its time is
/// up.
Result<> Tasks::refuse_yield(Task& task) {
    Error error = task.cancelled
                      ? Error(ErrorKind::timeout, "was cancelled, went on waiting and was dropped")
                      : Error(ErrorKind::invalid,
                              "coroutine.yield outside a coroutine of its own: to wait, use "
                              "rookery.sleep");
    report(task, task.callback->label + ": " + error.context(), "");
    answer(task, error);
    drop(task);
    return error;
}

/// Runs the script's handler of errors.
void Tasks::tell(TaskFailure failure) {
    const CallbackPtr hook = failure_hook_;
    const auto event = failure.event;
    if (hook && state_.is_open()) {
        next_failure_ = std::move(failure);
        (void)start(hook, Purpose::failure);
        next_failure_.reset();
    }
    if (event) {
        events_.release(*event);
    }
}

void Tasks::on_failure(CallbackPtr hook) {
    if (failure_hook_) {
        failure_hook_->remove(state_);
    }
    failure_hook_ = std::move(hook);
}

Result<> Tasks::failed(Task& task) {
    if (lua_touserdata(task.thread, -1) == &kLeave) {
        drop(task);
        return {};
    }
    const std::string text = error_text(task.thread);
    const std::string detail = traceback(task.thread);
    Error error(text == kOutOfMemory ? ErrorKind::limit : ErrorKind::invalid, text);
    report(task, task.callback->label + ": " + text, detail);
    answer(task, Error(error.kind(), text + detail));
    TaskFailure failure{text, detail, task.callback->label, token(task), std::nullopt};
    const bool told =
        !task.withdrawn && !reports_to_caller(task.purpose) && task.purpose != Purpose::failure;
    if (told && failure_hook_ && task.flight != nullptr) {
        failure.event = task.flight->ref;
        events_.hold(*failure.event);
    }
    drop(task);
    if (text == kOutOfMemory) {
        check_memory();
    }
    if (told) {
        tell(std::move(failure));
    }
    return error;
}

void Tasks::report(const Task& task, const std::string& text, const std::string& detail) {
    if (task.withdrawn) {
        return;
    }
    if (!task.cancelled) {  // that has been counted already, as a stop
        context_.counters->errors.fetch_add(1, std::memory_order_relaxed);
    }
    if (!reports_to_caller(task.purpose)) {
        errors_.error(text, detail, now());
    }
}

/// A script that fills its memory for good can do nothing any more: it needs a fresh start.
void Tasks::check_memory() {
    if (!state_.is_open()) {
        return;
    }
    (void)state_.protected_call([](lua_State* lua) { lua_gc(lua, LUA_GCCOLLECT, 0); });
    const std::size_t used = state_.memory_used() + events_.retained();
    if (used > state_.memory_limit() / 10 * 9) {
        lose_state("holds all of its " + std::to_string(state_.memory_limit() >> 20U) +
                   " MiB of memory");
    }
}

/// The function has returned: its coroutine waits for the next one.
void Tasks::end(Task& task) {
    settle(task);
    if (ready_.size() < kSpareThreads) {
        ready_.push_back(task.index);
        return;
    }
    luaL_unref(state_.main(), LUA_REGISTRYINDEX, task.thread_ref);
    task.thread = nullptr;
    blank_.push_back(task.index);
}

/// The coroutine is dead or must not go on; the collector takes it.
void Tasks::drop(Task& task) {
    if (state_.is_open()) {
        luaL_unref(state_.main(), LUA_REGISTRYINDEX, task.thread_ref);
    }
    task.thread = nullptr;
    settle(task);
    blank_.push_back(task.index);
}

void Tasks::settle(Task& task) {
    if (task.sleep != 0) {
        context_.worker->cancel(std::exchange(task.sleep, 0));
    }
    if (task.deadline != SteadyTime{}) {
        limits_.erase({std::exchange(task.deadline, SteadyTime{}), task.index});
    }
    task.waiting = task.cancelled = task.withdrawn = false;
    task.failure.reset();
    task.wait = 0;
    task.calls = 0;
    call_bytes_ -= std::exchange(task.call_bytes, 0);
    task.given = nullptr;
    evaluations_.erase(std::exchange(task.evaluation, 0));
    task.answer.reset();
    task.visit.reset();
    task.invocation.reset();
    --task.callback->running;
    task.callback.reset();
    --live_;
    if (Flight* flight = std::exchange(task.flight, nullptr)) {
        close_flight(*flight);
    }
}

Task* Tasks::running(lua_State* lua) const noexcept {
    return running_ != nullptr && running_->thread == lua ? running_ : nullptr;
}

std::string_view Tasks::refusal_to_wait(lua_State* lua) const {
    const Task* task = running(lua);
    if (task == nullptr) {
        return "waiting is not possible in a coroutine of your own: use rookery.spawn";
    }
    if (task->purpose == Purpose::main) {
        return "waiting is not possible while the script loads: use rookery.spawn";
    }
    if (task->purpose == Purpose::save || task->purpose == Purpose::load) {
        return "waiting is not possible while the state is handed over";
    }
    if (lua_isyieldable(lua) == 0) {
        return "waiting is not possible inside a function that the library calls (table.sort, "
               "string.gsub)";
    }
    return {};
}

void Tasks::begin_wait(Task& task) {
    task.waiting = true;
    task.wait = next_wait_++;
    task.answer.reset();
    if (task.deadline == SteadyTime{} && has_wait_limit(task.purpose) &&
        context_.spec.limits.wait_limit.count() > 0) {
        task.deadline = context_.worker->now() + context_.spec.limits.wait_limit;
        limits_.emplace(task.deadline, task.index);
        watch_waits();
    }
}

void Tasks::begin_sleep(Task& task, Millis delay) {
    begin_wait(task);
    if (task.cancelled) {
        return;  // it will be dropped as soon as it has yielded
    }
    task.sleep = context_.worker->after(delay, [this, index = task.index, wait = task.wait] {
        tasks_[index]->sleep = 0;
        wake(index, wait);
    });
}

void Tasks::begin_park(Task& task, Millis limit, std::uint64_t key, bool asking) {
    if (limit.count() >= 0) {
        begin_sleep(task, limit);
    } else {
        begin_wait(task);
    }
    if (!task.cancelled) {
        task.parked = key;
        parked_[key] = {task.index, task.wait};
        // The handler of an invocation alone can begin anew by itself.
        task.asking = asking && task.flight != nullptr && task.ordinal == kInvoked;
        if (task.asking) {
            ++task.flight->asking;
        }
    }
}

void Tasks::no_longer_asking(Task& task) {
    if (std::exchange(task.asking, false)) {
        --task.flight->asking;
    }
}

void Tasks::wake_parked(std::uint64_t key) {
    const auto found = parked_.extract(key);
    if (!found) {
        return;
    }
    no_longer_asking(*tasks_[found.mapped().first]);
    context_.worker->post([this, alive = std::weak_ptr<bool>(alive_), index = found.mapped().first,
                           wait = found.mapped().second] {
        if (alive.expired()) {
            return;
        }
        if (Task& task = *tasks_[index]; task.wait == wait && task.sleep != 0) {
            context_.worker->cancel(std::exchange(task.sleep, 0));
        }
        wake(index, wait);
    });
}

double Tasks::token(const Task& task) noexcept { return task.serial * kIndices + task.index; }

bool Tasks::cancel(double token) {
    if (!(token >= kIndices && token < 9e15)) {
        return false;
    }
    const auto index = static_cast<std::uint32_t>(std::fmod(token, kIndices));
    const auto serial = static_cast<std::uint32_t>(token / kIndices);
    const auto waits = [this, index, serial] {
        return index < tasks_.size() && tasks_[index]->serial == serial && tasks_[index]->waiting &&
               !tasks_[index]->cancelled;
    };
    if (!waits()) {
        return false;
    }
    context_.worker->post([this, waits, index, alive = std::weak_ptr<bool>(alive_)] {
        if (alive.expired() || !waits()) {
            return;
        }
        Task& task = *tasks_[index];
        if (task.sleep != 0) {
            context_.worker->cancel(std::exchange(task.sleep, 0));
        }
        task.cancelled = task.withdrawn = true;
        (void)resume(task);
    });
    return true;
}

Result<> Tasks::begin_answer(Task& task, std::size_t bytes,
                             const std::function<void(hostapi::OperationDone)>& begin) {
    if (call_bytes_ + bytes > kMostCallBytes) {
        return Error(ErrorKind::limit, "calls of 64 MiB are waiting already");
    }
    begin_wait(task);
    if (task.cancelled) {
        return {};
    }
    task.call_bytes = bytes;
    call_bytes_ += bytes;
    begin([this, alive = std::weak_ptr<bool>(alive_), index = task.index,
           wait = task.wait](Result<nlohmann::json> answer) {
        if (alive.expired()) {
            return;
        }
        if (tasks_[index]->wait == wait) {
            tasks_[index]->answer = std::move(answer);
        }
        wake(index, wait);
    });
    return {};
}

Result<> Tasks::begin_call(Task& task, hostapi::OperationCall call, std::size_t bytes) {
    return begin_answer(task, bytes, [&](hostapi::OperationDone done) {
        if (call.event == nullptr && task.flight != nullptr) {
            call.event = task.flight->ticket.event();
            // The same when the event is delivered again, whatever the other handlers' timing: the
            // platform knows a repeated effect by it.
            call.number = task.ordinal * kMostCalls + task.calls++;
        }
        context_.call(std::move(call), std::move(done));
    });
}

void Tasks::wake(std::uint32_t index, std::uint64_t wait) {
    Task& task = *tasks_[index];
    if (task.waiting && task.wait == wait) {
        (void)resume(task);
    }
}

void Tasks::watch_waits() {
    if (limit_timer_ == 0 && !limits_.empty()) {
        const auto left =
            std::chrono::ceil<Millis>(limits_.begin()->first - context_.worker->now());
        limit_timer_ = context_.worker->after(std::max(left, Millis{0}), [this] {
            limit_timer_ = 0;
            check_waits();
        });
    }
}

void Tasks::check_waits() {
    const SteadyTime moment = context_.worker->now();
    while (!limits_.empty() && limits_.begin()->first <= moment) {
        Task& task = *tasks_[limits_.begin()->second];
        limits_.erase(limits_.begin());
        if (task.waiting) {
            cancel_wait(task);
        }
    }
    watch_waits();
}

void Tasks::cancel_wait(Task& task) {
    context_.counters->stops.fetch_add(1, std::memory_order_relaxed);
    if (task.sleep != 0) {
        context_.worker->cancel(std::exchange(task.sleep, 0));
    }
    task.cancelled = true;
    (void)resume(task);
}

std::size_t Tasks::flights() const noexcept {
    const auto asking = std::ranges::count_if(flight_storage_, [](const auto& flight) {
        return flight->active && flight->open == flight->asking;
    });
    return active_flights_ - static_cast<std::size_t>(asking);
}

std::vector<model::EventPtr> Tasks::give_up() {
    std::vector<model::EventPtr> events;
    for (const auto& flight : flight_storage_) {
        if (!flight->active || flight->open != flight->asking) {
            continue;
        }
        for (const auto& task : tasks_) {
            if (task->flight == flight.get() && task->asking) {
                if (task->sleep != 0) {
                    context_.worker->cancel(std::exchange(task->sleep, 0));
                }
                task->waiting = false;  // so that nothing wakes it
            }
        }
        events.push_back(flight->ticket.delivered());
        flight->ticket = hostapi::Ticket();
    }
    return events;
}

std::vector<std::string> Tasks::in_hand(std::string_view bot) const {
    std::vector<std::string> keys;
    for (const auto& flight : flight_storage_) {
        const model::Event* const event = flight->ticket.event().get();
        if (flight->active && event != nullptr && event->bot_name() == bot) {
            keys.push_back(flight->ticket.event()->dedupe_key());
        }
    }
    return keys;
}

void Tasks::deliver_again(hostapi::Ticket& ticket) {
    const model::EventPtr event = ticket.event();
    const auto found = std::ranges::find_if(flight_storage_, [&](const auto& flight) {
        return flight->active && flight->ticket.event() != nullptr &&
               flight->ticket.event()->bot() == event->bot() &&
               flight->ticket.event()->dedupe_key() == event->dedupe_key();
    });
    if (found != flight_storage_.end()) {
        (*found)->ticket.deliver_again(std::move(ticket));
    }
}

std::string Tasks::busy_with() const {
    static constexpr std::size_t kNamed = 3;
    std::string text;
    std::size_t count = 0;
    for (const auto& task : tasks_) {
        if (task->flight == nullptr || !task->waiting || task->asking || ++count > kNamed) {
            continue;
        }
        const std::string_view what = task->parked != 0  ? " waits for what it collects"
                                      : task->sleep != 0 ? " sleeps"
                                                         : " waits for an operation";
        text.append(text.empty() ? "" : ", ").append(task->callback->label).append(what);
    }
    return count > kNamed ? text + " and " + std::to_string(count - kNamed) + " more" : text;
}

/// The state is gone or useless. Events in flight cannot be handled a second time by it: they are
/// finished and counted as errors.
void Tasks::lose_state(std::string reason) {
    context_.counters->stops.fetch_add(1, std::memory_order_relaxed);
    context_.counters->errors.fetch_add(active_flights_, std::memory_order_relaxed);
    stop(bus::Lane::Rest::finish);
    fatal_(std::move(reason));
}

void Tasks::stop(bus::Lane::Rest rest) {
    alive_ = std::make_shared<bool>(true);
    if (limit_timer_ != 0) {
        context_.worker->cancel(std::exchange(limit_timer_, 0));
    }
    for (const auto& task : tasks_) {
        if (task->sleep != 0) {
            context_.worker->cancel(std::exchange(task->sleep, 0));
        }
        task->answer.reset();
        task->callback.reset();
    }
    for (const auto& flight : flight_storage_) {
        if (flight->active && rest == bus::Lane::Rest::finish) {
            flight->ticket.finish();
        }
    }
    running_ = nullptr;
    evaluations_.clear();
    parked_.clear();
    failure_hook_.reset();
    tasks_.clear();
    ready_.clear();
    blank_.clear();
    limits_.clear();
    flight_storage_.clear();
    free_flights_.clear();
    active_flights_ = live_ = call_bytes_ = 0;
}

}  // namespace rookery::script
