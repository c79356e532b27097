#include "hostapi/manager.hpp"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

namespace rookery::hostapi {
namespace {

std::string title_of(const ExtensionHost& host, const ExtensionSpec& spec) {
    return std::string(host.kind()) + " " + spec.name;
}

SteadyTime now() { return std::chrono::steady_clock::now(); }

}  // namespace

std::string ReloadLedger::text() const {
    return "held " + std::to_string(held) + ", delivered " + std::to_string(delivered) + ", lost " +
           std::to_string(lost) + ", doubled " + std::to_string(doubled) +
           (handed_over > 0 ? ", handed over " + std::to_string(handed_over) : std::string()) +
           (state_kept ? ", state kept, " : ", no state, ") + std::to_string(took.count()) + " ms";
}

Manager::Manager(bus::EventBus& bus, Operations& operations, Options options)
    : bus_(bus),
      operations_(operations),
      options_(std::move(options)),
      thread_(Worker::start("manager")) {}

Manager::~Manager() {
    thread_->stop();
    thread_->join(Millis{60'000});
}

Manager::RecordPtr Manager::find(const std::string& title) const {
    const auto found = records_.find(title);
    return found == records_.end() ? nullptr : found->second;
}

std::shared_ptr<Instance> Manager::make_instance(const RecordPtr& record,
                                                 const ExtensionSpec& spec) {
    Instance::Parts parts;
    parts.spec = spec;
    parts.kind = record->kind;
    parts.builtin = !options_.builtin.empty() && spec.path.parent_path() == options_.builtin;
    parts.slot = record->slot;
    if (options_.slot_for) {
        parts.intercept_slot = [this, title = record->kind + " " + spec.name] {
            return options_.slot_for(title + "/intercept");
        };
    }
    parts.history = record->history;
    parts.bus = &bus_;
    parts.operations = &operations_;
    parts.interactions = options_.interactions;
    parts.commands = options_.commands;
    parts.services = options_.services;
    parts.failed = [this](const std::shared_ptr<Instance>& instance, std::string reason) {
        thread_->post(
            [this, instance, reason = std::move(reason)] { on_failed(instance, reason); });
    };
    return Instance::make(std::move(parts));
}

StepResult Manager::report(StepResult step, const log::Logger& log) const {
    if (step.ok) {
        log->info("{}{}{}", step.action, step.detail.empty() ? "" : ": ", step.detail);
    } else {
        log->error("{}: {}", step.action, step.detail);
    }
    if (options_.changed) {
        options_.changed();
    }
    return step;
}

void Manager::end(const std::shared_ptr<Instance>& instance, bus::Lane::Rest rest) {
    if (instance != nullptr && !instance->end(rest, options_.stop_deadline)) {
        abandoned_.fetch_add(1);
    }
}

std::vector<StepResult> Manager::apply(ExtensionHost& host,
                                       const std::vector<ExtensionSpec>& wanted,
                                       const Progress& progress) {
    std::vector<StepResult> steps;
    const auto done = [&](StepResult step) {
        if (progress) {
            progress(step);
        }
        steps.push_back(std::move(step));
    };
    std::set<std::string> names;
    for (const ExtensionSpec& spec : wanted) {
        names.insert(title_of(host, spec));
    }
    std::vector<std::string> gone;
    for (const auto& [title, record] : records_) {
        if (record->host == &host && !names.contains(title)) {
            gone.push_back(title);
        }
    }
    for (const std::string& title : gone) {
        done(unload(title, "no longer wanted"));
    }
    for (const ExtensionSpec& spec : wanted) {
        const RecordPtr record = find(title_of(host, spec));
        if (record == nullptr) {
            done(load_new(host, spec));
        } else if (record->spec.fingerprint != spec.fingerprint || record->state != State::active) {
            done(reload(host, spec));
        }
    }
    return steps;
}

StepResult Manager::load_new(ExtensionHost& host, const ExtensionSpec& spec) {
    auto record = std::make_shared<Record>();
    record->kind = std::string(host.kind());
    record->host = &host;
    record->spec = spec;
    const std::string title = title_of(host, spec);
    auto slot = options_.slot_for(title);
    if (!slot) {
        return report({title, "failed", slot.error().message(), false}, log::get(title));
    }
    record->slot = *slot;
    {
        const std::scoped_lock lock(mutex_);
        records_.emplace(title, record);
    }
    return revive(record, spec, "loaded");
}

StepResult Manager::reload(ExtensionHost& host, const ExtensionSpec& spec) {
    const RecordPtr record = find(title_of(host, spec));
    if (record == nullptr) {
        return load_new(host, spec);
    }
    record->restarts.clear();
    return record->instance == nullptr ? revive(record, spec, "loaded") : replace(record, spec);
}

/// A first version, or one after a failure: there is nothing to take over.
StepResult Manager::revive(const RecordPtr& record, const ExtensionSpec& spec, const char* action) {
    auto instance = make_instance(record, spec);
    const std::string title = instance->title();
    auto started = instance->start(*record->host, options_.start_deadline);
    {
        const std::scoped_lock lock(mutex_);
        record->spec = spec;
        record->state = started ? State::active : State::failed;
        record->detail = started ? std::string() : started.error().message();
        record->instance = started ? instance : nullptr;
    }
    if (!started) {
        keep_commands(title);
        return report({title, "failed", record->detail, false}, instance->logger());
    }
    instance->attach();
    instance->release();
    return report({title, action, instance->version(), true}, instance->logger());
}

/// One that does not run is still wanted: what it had declared stays.
void Manager::keep_commands(const std::string& title) const {
    if (options_.commands != nullptr) {
        options_.commands->failed(title);
    }
}

Result<bool> Manager::hand_state(Instance& old, Instance& next) {
    auto saved = old.save(options_.reload_deadline);
    if (!saved) {
        return saved.error().within("save in the old version");
    }
    if (!saved->has_value()) {
        return false;
    }
    if (auto loaded = next.load(**saved, options_.reload_deadline); !loaded) {
        return loaded.error().within("load in the new version");
    }
    return true;
}

StepResult Manager::replace(const RecordPtr& record, const ExtensionSpec& spec, int tries) {
    const SteadyTime begun = now();
    const auto old = record->instance;
    const auto next = make_instance(record, spec);
    const std::string title = old->title();
    const auto refuse = [&](const Error& error) {
        // Remembered, so that the same broken file is not tried again before it changes.
        const std::scoped_lock lock(mutex_);
        record->spec.fingerprint = spec.fingerprint;
        ++record->refused_reloads;
        record->detail = "the reload failed: " + error.message();
        return report({title, "kept the old version", error.message(), false}, old->logger());
    };
    if (auto started = next->start(*record->host, options_.start_deadline); !started) {
        return refuse(started.error());
    }
    const std::uint64_t doubled_before = record->history->doubled.load();
    std::uint64_t held = next->take_over(*old);
    old->hold();
    Result<bool> state = false;
    std::optional<std::vector<model::EventPtr>> given_up;
    if (!old->drain(options_.reload_deadline)) {
        const std::string busy = old->busy_with(options_.reload_deadline);
        state = Error(ErrorKind::timeout,
                      "the old version still has " +
                          std::to_string(record->history->counters->in_flight.load()) +
                          " events in hand and " + std::to_string(old->serving()) +
                          " calls of the server after " +
                          std::to_string(options_.reload_deadline.count()) + " ms" +
                          (busy.empty() ? busy : ": " + busy));
    } else {
        state = hand_state(*old, *next);
        given_up = state ? old->give_up(options_.reload_deadline) : std::nullopt;
    }
    if (!given_up) {
        old->take_over(*next);
        old->release();
        end(next, bus::Lane::Rest::finish);
        if (state && tries > 1) {
            return replace(record, spec, tries - 1);  // a handler goes on: so may what was saved
        }
        return refuse(state ? Error(ErrorKind::timeout,
                                    "handlers in the old version went on while "
                                    "its state was handed over")
                            : state.error());
    }
    held = next->lane()->stats().received;
    const std::size_t handed_over = given_up->size();
    next->release(*std::move(given_up));
    {
        const std::scoped_lock lock(mutex_);
        record->instance = next;
        record->spec = spec;
        record->state = State::active;
        record->detail.clear();
        ++record->reloads;
    }
    end(old, bus::Lane::Rest::finish);
    ReloadLedger ledger = settle(record, *next, held, doubled_before);
    ledger.state_kept = *state;
    ledger.handed_over = handed_over;
    ledger.took = std::chrono::duration_cast<Millis>(now() - begun);
    return report({title, "reloaded", ledger.text(), true}, next->logger());
}

/// Waits until the new version has taken what was held for it, and does the sum.
ReloadLedger Manager::settle(const RecordPtr& record, Instance& next, std::uint64_t held,
                             std::uint64_t doubled_before) const {
    const SteadyTime until = now() + options_.reload_deadline;
    bus::LaneStats stats = next.lane()->stats();
    while (stats.taken + stats.dropped < held && now() < until) {
        std::this_thread::sleep_for(Millis{1});
        stats = next.lane()->stats();
    }
    ReloadLedger ledger;
    ledger.held = held;
    ledger.delivered = std::min(held, stats.taken);
    ledger.lost = held - ledger.delivered;
    ledger.doubled = record->history->doubled.load() - doubled_before;
    return ledger;
}

/// Until nothing waits and nothing is in flight; false when the deadline passed first.
bool Manager::wait_idle(const std::vector<RecordPtr>& records, Millis deadline) {
    const SteadyTime until = now() + deadline;
    const auto busy = [](const RecordPtr& record) {
        return record->instance != nullptr && record->state == State::active &&
               (record->instance->queued() > 0 || record->instance->serving() > 0 ||
                record->history->counters->in_flight.load() > 0);
    };
    while (std::any_of(records.begin(), records.end(), busy)) {
        if (now() >= until) {
            return false;
        }
        std::this_thread::sleep_for(Millis{2});
    }
    return true;
}

StepResult Manager::unload(const std::string& title, const std::string& why) {
    const RecordPtr record = find(title);
    if (record == nullptr) {
        return {title, "failed", "there is none of that name", false};
    }
    const auto instance = record->instance;
    if (instance != nullptr) {
        instance->detach();
        if (!wait_idle({record}, options_.reload_deadline)) {
            instance->logger()->warn("events in hand are given up: they were not finished in time");
        }
        end(instance, bus::Lane::Rest::finish);
    }
    {
        const std::scoped_lock lock(mutex_);
        records_.erase(title);
    }
    if (options_.commands != nullptr) {
        options_.commands->forget(title);
    }
    return report({title, "unloaded", why, true}, log::get(title));
}

void Manager::expect_again(const std::string& bot) const {
    const std::scoped_lock lock(mutex_);
    for (const auto& [title, record] : records_) {
        if (record->instance != nullptr) {
            record->instance->expect_again(bot);
        }
    }
}

void Manager::evaluate(const std::string& title, EvaluationPtr evaluation) {
    const RecordPtr record = find(title);
    if (record == nullptr) {
        std::string known;
        for (const auto& [other, known_record] : records_) {
            known += known_record->kind == "script" ? " " + known_record->spec.name : "";
        }
        evaluation->finish(
            Error(ErrorKind::not_found, "there is no " + log::clipped(title, 60) +
                                            "; scripts:" + (known.empty() ? " none" : known)));
    } else if (record->instance == nullptr || record->state != State::active) {
        evaluation->finish(
            Error(ErrorKind::unavailable, title + " does not run: " + record->detail));
    } else {
        record->instance->evaluate(std::move(evaluation));
    }
}

void Manager::on_failed(const std::shared_ptr<Instance>& instance, const std::string& reason) {
    const RecordPtr record = find(instance->title());
    // A dying instance may say so more than once.
    if (record != nullptr && record->instance == instance && record->state == State::active) {
        instance->hold();
        start_again(record, reason);
    }
}

/// At once after a first failure, later each time, and no more after several.
void Manager::start_again(const RecordPtr& record, const std::string& reason) {
    const auto instance = record->instance;
    if (stopping_) {
        return;
    }
    const SteadyTime at = now();
    std::erase_if(record->restarts,
                  [&](SteadyTime then) { return at - then > options_.restart_window; });
    record->restarts.push_back(at);
    const std::size_t count = record->restarts.size();
    {
        const std::scoped_lock lock(mutex_);
        record->detail = reason;
        record->state = count > options_.most_restarts ? State::quarantined : State::restarting;
    }
    if (record->state == State::quarantined) {
        log::get(instance->title())
            ->error("quarantined after {} restarts: {}. It stays off until it is reloaded",
                    count - 1, reason);
        {
            const std::scoped_lock lock(mutex_);
            record->instance = nullptr;
        }
        keep_commands(instance->title());
        end(instance, bus::Lane::Rest::finish);
        return;
    }
    const Millis delay{count == 1 ? 0 : 500 * (1 << (count - 2))};
    log::get(instance->title())->warn("{}; a fresh start in {} ms", reason, delay.count());
    thread_->after(delay, [this, record] { restart(record); });
}

void Manager::restart(const RecordPtr& record) {
    if (stopping_ || record->state != State::restarting || record->instance == nullptr) {
        return;
    }
    const auto old = record->instance;
    const auto next = make_instance(record, record->spec);
    if (auto started = next->start(*record->host, options_.start_deadline); !started) {
        start_again(record, "it did not start again: " + started.error().message());
        return;
    }
    next->take_over(*old);
    {
        const std::scoped_lock lock(mutex_);
        record->instance = next;
        record->state = State::active;
    }
    next->release();
    end(old, bus::Lane::Rest::finish);
    log::get(next->title())->info("started afresh");
}

bool Manager::stop_all(Millis drain_deadline) {
    stopping_ = true;
    std::vector<RecordPtr> all;
    for (const auto& [title, record] : records_) {
        all.push_back(record);
    }
    const SteadyTime until = now() + drain_deadline;
    const auto time_left = [&] { return std::chrono::duration_cast<Millis>(until - now()); };
    // Between an interceptor and those behind it events are in nobody's lane.
    while (wait_idle(all, time_left()) && bus_.stage().pending() > 0 && now() < until) {
        std::this_thread::sleep_for(Millis{2});
    }
    wait_idle(all, time_left());
    bus_.stage().close();
    for (const auto& [title, record] : records_) {
        const std::uint64_t left = record->history->counters->in_flight.load() +
                                   (record->instance != nullptr ? record->instance->queued() : 0);
        if (left > 0) {
            log::get(title)->warn(
                "{} events were not finished in time; they stay open and come again", left);
        }
        end(record->instance, bus::Lane::Rest::leave_open);
    }
    {
        const std::scoped_lock lock(mutex_);
        records_.clear();
    }
    return abandoned_.load() == 0;
}

std::vector<ExtensionStatus> Manager::list() const {
    static constexpr std::array kStates = {"active", "failed", "restarting", "quarantined"};
    const std::scoped_lock lock(mutex_);
    std::vector<ExtensionStatus> all;
    for (const auto& [title, record] : records_) {
        const auto& counters = *record->history->counters;
        ExtensionStatus status;
        status.kind = record->kind;
        status.name = record->spec.name;
        status.state = kStates[static_cast<std::size_t>(record->state)];
        status.detail = record->detail;
        status.handled = counters.handled;
        status.errors = counters.errors;
        status.stops = counters.stops;
        status.in_flight = counters.in_flight;
        status.memory = counters.memory;
        status.reloads = record->reloads;
        status.refused_reloads = record->refused_reloads;
        status.counters = record->history->counters;
        status.doubled = record->history->doubled;
        status.filtered = counters.filtered;
        status.rest_calls = counters.rest_calls;
        status.rest_failures = counters.rest_failures;
        status.rest_waiting = counters.rest_waiting;
        status.rest_refused = counters.rest_refused;
        status.run = counters.run.summary();
        status.latency = counters.latency.summary();
        status.cpu = std::chrono::microseconds(record->history->cpu_before.load());
        if (record->instance != nullptr) {
            status.version = record->instance->version();
            status.lane = record->instance->lane()->stats();
            status.busy = record->instance->busy_for();
            status.cpu += record->instance->cpu_time();
            if (const auto lane = record->instance->intercept_lane()) {
                status.intercept = bus_.stage().stats(lane->slot());
            }
        }
        all.push_back(std::move(status));
    }
    return all;
}

}  // namespace rookery::hostapi
