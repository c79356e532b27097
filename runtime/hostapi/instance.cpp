#include "hostapi/instance.hpp"

#include "hostapi/hands_over.hpp"
#include "hostapi/written_answer.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace rookery::hostapi {
namespace {

/// Runs `task` on the worker and gives back its result; a timeout error names what was waited for.
template <class T>
Result<T> on_worker(Worker& worker, std::function<Result<T>()> task, Millis deadline,
                    const std::string& what) {
    auto slot = std::make_shared<std::optional<Result<T>>>();
    const bool ran =
        worker.run([slot, task = std::move(task)] { slot->emplace(task()); }, deadline);
    if (!ran || !slot->has_value()) {
        return Error(ErrorKind::timeout,
                     what + " did not return within " + std::to_string(deadline.count()) + " ms");
    }
    return std::move(**slot);
}

/// The guild that an operation is about, as far as that can be told; else 0.
std::uint64_t guild_of(const OperationCall& call) {
    const auto named = call.arguments.find("guildId");
    if (named != call.arguments.end() && named->is_string()) {
        const auto& text = named->get_ref<const std::string&>();
        return model::id_key(text);
    }
    return call.event != nullptr ? call.event->guild_key() : 0;
}

}  // namespace

Instance::Instance(Parts parts)
    : parts_(std::move(parts)),
      session_(parts_.commands == nullptr ? 0 : parts_.commands->open(title_, parts_.builtin)),
      log_(log::get(title())),
      lane_(std::make_shared<bus::Lane>(title(), parts_.slot, parts_.spec.limits.queue)),
      worker_(Worker::start(parts_.spec.name, parts_.services.time)),
      rest_line_(parts_.history->rest, [this](SteadyTime when) { wake_rest_line(when); }) {
    parts_.history->rest.set_rates(parts_.spec.limits.rest, parts_.spec.limits.rest_guild);
}

std::shared_ptr<Instance> Instance::make(Parts parts) {
    return std::shared_ptr<Instance>(new Instance(std::move(parts)));
}

Instance::~Instance() {
    // Reached without end() only by an abandoned thread that came back.
    finish_on_thread(bus::Lane::Rest::leave_open);
    worker_->stop();
}

/// What can be known without running anything of it: what it needs, may do, and is set to.
Result<> Instance::prepare(const ExtensionHost& host) {
    auto manifest = host.manifest(parts_.spec);
    if (!manifest) {
        return manifest.error();
    }
    if (auto met = check_needs(*manifest); !met) {
        return met;
    }
    capabilities_ = Capabilities(manifest->capabilities, parts_.spec.grants);
    if (auto granted = capabilities_.check_declared(); !granted) {
        return granted;
    }
    auto settings =
        complete_settings(*manifest, std::move(parts_.spec.settings),
                          parts_.spec.grants.file + " [" + parts_.spec.grants.section + "]");
    if (!settings) {
        return settings.error();
    }
    parts_.spec.settings = *std::move(settings);
    return open_services();
}

/// Its views of what the runtime has for all.
Result<> Instance::open_services() {
    const Services& services = parts_.services;
    if (services.kv != nullptr) {
        kv_.emplace(*services.kv, store::KvSpace{title_, parts_.spec.limits.kv_limit},
                    capabilities_, worker_);
    }
    if (services.web != nullptr) {
        web_.emplace(services.web->open(), capabilities_, worker_);
    }
    if (services.metrics != nullptr) {
        metrics_.emplace(*services.metrics, title_, capabilities_);
    }
    if (services.server != nullptr) {
        served_ = services.server->open(title_, parts_.spec.name, log_, worker_);
        serving_.emplace(served_, capabilities_, scope_);
    }
    if (services.commands != nullptr && parts_.commands != nullptr) {
        open_commands();
    }
    if (services.settings != nullptr) {
        auto book = services.settings->of(title_);
        if (!book) {
            return book.error();
        }
        settings_.emplace(services.settings->store(), GuildBooks::space_of(title_),
                          *std::move(book), capabilities_, worker_);
    }
    return {};
}

void Instance::open_commands() {
    InstanceCommands::Parts parts;
    parts.desk = parts_.services.commands;
    parts.registry = parts_.commands;
    parts.session = session_;
    parts.presses = parts_.services.presses;
    parts.owner = title_;
    parts.builtin = parts_.builtin;
    parts.bus = parts_.bus;
    parts.lane = lane_;
    parts.worker = worker_;
    parts.scope = &scope_;
    parts.log = log_;
    // What whoever may not is told is the runtime's own word: no capability, no budget.
    parts.call = [this](OperationCall wish, OperationDone done) {
        wish.extension = parts_.kind + "/" + parts_.spec.name;
        send(std::move(wish), std::move(done));
    };
    declared_.emplace(std::move(parts));
}

ExtensionContext Instance::context() {
    ExtensionContext context;
    context.spec = parts_.spec;
    context.log = log_;
    context.worker = worker_.get();
    context.scope = &scope_;
    context.counters = parts_.history->counters;
    // The extension belongs to this instance, so that plain references are safe in what it calls
    // itself.
    context.subscribe = [this](std::string_view event) { return subscribe(event); };
    context.intercept = [this](std::string_view event, std::int32_t priority) {
        return intercept(event, priority);
    };
    context.call = [this](OperationCall wish, OperationDone done) {
        call(std::move(wish), std::move(done));
    };
    if (parts_.interactions != nullptr) {
        context.begun = [this](const model::Event& event, std::string_view handler) {
            parts_.interactions->begun(event, title_, handler);
        };
    }
    if (parts_.commands != nullptr) {
        context.declare = [this](const nlohmann::json& command, std::string where) {
            return declare(command, std::move(where));
        };
    }
    context.commands = declared_ ? &*declared_ : nullptr;
    context.kv = kv_ ? &*kv_ : nullptr;
    context.web = web_ ? &*web_ : nullptr;
    context.settings = settings_ ? &*settings_ : nullptr;
    context.metrics = metrics_ ? &*metrics_ : nullptr;
    context.server = serving_ ? &*serving_ : nullptr;
    context.failed = [weak = weak_from_this()](std::string reason) {
        if (const auto self = weak.lock()) {
            self->parts_.failed(self, std::move(reason));
        }
    };
    return context;
}

Result<EffectId> Instance::subscribe(std::string_view event) {
    auto type = model::EventNames::intern(event);
    if (!type) {
        return type.error();
    }
    if (auto allowed = capabilities_.check("events:" + std::string(event)); !allowed) {
        return allowed.error();
    }
    parts_.bus->subscribe(lane_, *type);
    return scope_.add("on " + std::string(event),
                      [this, type = *type] { parts_.bus->unsubscribe(lane_, type); });
}

Result<EffectId> Instance::declare(const nlohmann::json& command, std::string where) {
    auto id = parts_.commands->declare(session_, command, std::move(where));
    if (!id) {
        return id.error();
    }
    return scope_.add("command " + log::clipped(command.value("name", std::string()), 60),
                      [commands = parts_.commands, id = *id] { commands->withdraw(id); });
}

void Instance::release(std::vector<model::EventPtr> given_up) {
    if (parts_.commands != nullptr) {
        parts_.commands->activate(session_);
    }
    if (declared_) {
        declared_->activate();
    }
    for (model::EventPtr& event : given_up) {
        worker_->post([self = shared_from_this(), event = std::move(event)]() mutable {
            self->take(std::move(event), dynamic_cast<HandsOver*>(self->extension_.get()));
        });
    }
    worker_->release();
    if (served_ != nullptr) {
        served_->activate();
    }
}

void Instance::hold() {
    worker_->hold();
    if (served_ != nullptr) {
        served_->hold();
    }
}

void Instance::call(OperationCall wish, OperationDone done) {
    const bool reads = has_written_answer(wish.arguments);
    auto allowed = capabilities_.check("rest:" + wish.operation);
    if (allowed && reads) {
        allowed = capabilities_.check("events:messageCreate");
    }
    if (!allowed) {
        worker_->post([done = std::move(done), error = allowed.error()] { done(error); });
        return;
    }
    wish.extension = parts_.kind + "/" + parts_.spec.name;
    ExtensionCounters& counters = *parts_.history->counters;
    counters.rest_calls.fetch_add(1, std::memory_order_relaxed);
    if (declared_ && reads) {
        declared_->expect_messages();
    }
    // Somebody waits for the answer of an interaction, and the platform allows a few for each.
    if (wish.operation.starts_with("interactions.")) {
        send(std::move(wish), std::move(done));
        return;
    }
    const SteadyTime now = worker_->now();
    const std::uint64_t guild = guild_of(wish);
    const SteadyTime deadline = now + wish.deadline;
    rest_line_.add(
        {guild, deadline,
         [this, deadline, wish = std::move(wish),
          done = std::move(done)](std::optional<Error> refused) mutable {
             if (refused) {
                 const std::string what = wish.operation;
                 parts_.history->counters->rest_refused.fetch_add(1);
                 worker_->post([done = std::move(done), error = refused->within(what)]() mutable {
                     done(std::move(error));
                 });
                 return;
             }
             wish.deadline = std::chrono::duration_cast<Millis>(deadline - worker_->now());
             send(std::move(wish), std::move(done));
         }},
        now);
    counters.rest_waiting.store(rest_line_.size(), std::memory_order_relaxed);
}

void Instance::run_rest_line() {
    rest_line_.run(worker_->now());
    parts_.history->counters->rest_waiting.store(rest_line_.size(), std::memory_order_relaxed);
}

void Instance::wake_rest_line(SteadyTime when) {
    if (rest_timer_ != 0) {
        worker_->cancel(rest_timer_);
    }
    const auto left = std::chrono::ceil<Millis>(when - worker_->now());
    rest_timer_ = worker_->after(std::max(left, Millis{0}), [this] {
        rest_timer_ = 0;
        run_rest_line();
    });
}

void Instance::send(OperationCall wish, OperationDone done) {
    parts_.operations->call(
        std::move(wish),
        [weak = std::weak_ptr<Worker>(worker_), counters = parts_.history->counters,
         done = std::move(done)](Result<nlohmann::json> result) mutable {
            if (!result) {
                counters->rest_failures.fetch_add(1, std::memory_order_relaxed);
            }
            if (const auto worker = weak.lock()) {
                worker->post([done = std::move(done), result = std::move(result)]() mutable {
                    done(std::move(result));
                });
            }
        });
}

Result<> Instance::start(ExtensionHost& host, Millis deadline) {
    if (auto prepared = prepare(host); !prepared) {
        end(bus::Lane::Rest::finish, deadline);
        return prepared;
    }
    auto staged = host.stage(context());
    if (!staged) {
        end(bus::Lane::Rest::finish, deadline);
        return staged.error();
    }
    extension_ = *std::move(staged);
    // The task owns the instance: if it hangs and comes back after being abandoned, all it needs is
    // there.
    auto started = on_worker<void>(
        *worker_, [self = shared_from_this()] { return self->extension_->start(); }, deadline,
        "its start");
    if (!started) {
        end(bus::Lane::Rest::finish, Millis{200});
        return started.error();
    }
    version_ = extension_->version();
    worker_->serve(lane_, [self = shared_from_this()](model::EventPtr event) {
        self->handle(std::move(event));
    });
    return {};
}

void Instance::expect_again(const std::string& bot) {
    worker_->post([self = shared_from_this(), bot] {
        auto* const asking = dynamic_cast<HandsOver*>(self->extension_.get());
        if (self->finished_ || asking == nullptr) {
            return;
        }
        ExtensionHistory& history = *self->parts_.history;
        const std::scoped_lock lock(history.again_mutex);
        for (std::string& key : asking->in_hand(bot)) {
            history.again.emplace(bot, std::move(key));
        }
        history.expects_again = !history.again.empty();
    });
}

/// An event of a bot that has begun anew, while or after its handlers were at it.
bool Instance::take_again(const model::EventPtr& event) {
    ExtensionHistory& history = *parts_.history;
    if (!history.expects_again) {
        return false;
    }
    {
        const std::scoped_lock lock(history.again_mutex);
        if (history.again.erase({std::string(event->bot_name()), event->dedupe_key()}) == 0) {
            return false;
        }
        history.expects_again = !history.again.empty();
    }
    Ticket ticket(event, parts_.slot, parts_.history->counters);
    dynamic_cast<HandsOver&>(*extension_).deliver_again(ticket);
    ticket.finish();
    return true;
}

void Instance::handle(model::EventPtr event) {
    if (take_again(event)) {
        return;
    }
    if (parts_.history->seen[event->bot()].seen(event->delivery().get(), event->seq())) {
        parts_.history->doubled.fetch_add(1, std::memory_order_relaxed);
    }
    take(std::move(event));
}

void Instance::take(model::EventPtr event, HandsOver* anew) {
    InteractionWatch* const watch =
        event->type() == model::EventType::interaction_create ? parts_.interactions : nullptr;
    if (watch != nullptr) {
        watch->begun(*event, title_, {});
    }
    TimedRun run(*event, *parts_.history->counters, worker_->moment());
    Ticket ticket(std::move(event), parts_.slot, parts_.history->counters, watch, &title_);
    if (anew != nullptr) {
        ticket.set_repeated();
        anew->take_up(std::move(ticket));
    } else {
        extension_->handle(std::move(ticket));
    }
    worker_->set_moment(run.end());
}

/// An event that is put before this interceptor.
void Instance::decide(model::EventPtr event) {
    bus::InterceptStage& stage = parts_.bus->stage();
    const auto visit = stage.begin(event, *intercept_lane_);
    if (!visit) {
        return;
    }
    InteractionWatch* const watch =
        event->type() == model::EventType::interaction_create ? parts_.interactions : nullptr;
    if (watch != nullptr) {
        watch->begun(*event, title_, {});
    }
    TimedRun run(*event, *parts_.history->counters, worker_->moment());
    extension_->intercept(Ticket(std::move(event), Ticket::Interception{&stage, *visit},
                                 parts_.history->counters, watch, &title_),
                          visit->tag);
    worker_->set_moment(run.end());
}

Result<std::shared_ptr<bus::Lane>> Instance::open_intercept_lane() {
    if (intercept_lane_ != nullptr) {
        return intercept_lane_;
    }
    if (!parts_.intercept_slot) {
        return Error(ErrorKind::unsupported, "this runtime has no interceptors");
    }
    auto slot = parts_.intercept_slot();
    if (!slot) {
        return slot.error();
    }
    // The stage in front bounds what waits here, and knows its events by their address.
    bus::LaneLimits limits;
    limits.policy = bus::FullPolicy::block;
    const auto lane = std::make_shared<bus::Lane>(title_, *slot, limits);
    worker_->serve_first(lane, [self = shared_from_this()](model::EventPtr event) {
        self->decide(std::move(event));
    });
    const std::scoped_lock lock(intercept_mutex_);
    intercept_lane_ = lane;
    if (attached_) {
        parts_.bus->attach(lane);
    }
    return lane;
}

Result<ExtensionContext::Interception> Instance::intercept(std::string_view event,
                                                           std::int32_t priority) {
    const auto type = model::EventNames::intern(event);
    if (!type) {
        return type.error();
    }
    if (auto allowed = capabilities_.check("events:" + std::string(event)); !allowed) {
        return allowed.error();
    }
    const auto lane = open_intercept_lane();
    if (!lane) {
        return lane.error();
    }
    const std::uint64_t tag = ++interceptions_;
    parts_.bus->intercept(*lane, *type, priority, tag);
    const EffectId effect =
        scope_.add("intercept " + std::string(event),
                   [this, lane = *lane, tag] { parts_.bus->end_intercept(lane, tag); });
    return ExtensionContext::Interception{effect, tag};
}

std::shared_ptr<bus::Lane> Instance::intercept_lane() const {
    const std::scoped_lock lock(intercept_mutex_);
    return intercept_lane_;
}

void Instance::attach() {
    parts_.bus->attach(lane_);
    const std::scoped_lock lock(intercept_mutex_);
    attached_ = true;
    if (intercept_lane_ != nullptr) {
        parts_.bus->attach(intercept_lane_);
    }
}

void Instance::detach() {
    if (served_ != nullptr) {
        served_->retire();
    }
    parts_.bus->detach(lane_);
    const std::scoped_lock lock(intercept_mutex_);
    attached_ = false;
    if (intercept_lane_ != nullptr) {
        parts_.bus->detach(intercept_lane_);
    }
}

std::size_t Instance::take_over(Instance& from) {
    {
        const std::scoped_lock lock(intercept_mutex_, from.intercept_mutex_);
        attached_ = true;
        from.attached_ = false;
        if (intercept_lane_ != nullptr && from.intercept_lane_ != nullptr) {
            parts_.bus->replace(from.intercept_lane_, intercept_lane_);
        } else if (from.intercept_lane_ != nullptr) {
            parts_.bus->detach(from.intercept_lane_);
        } else if (intercept_lane_ != nullptr) {
            parts_.bus->attach(intercept_lane_);
        }
    }
    return parts_.bus->replace(from.lane_, lane_);
}

std::size_t Instance::queued() const {
    const auto lane = intercept_lane();
    return lane_->stats().queued + (lane != nullptr ? lane->stats().queued : 0);
}

/// The stage goes on without whatever waits for a decision here.
void Instance::close_lanes(bus::Lane::Rest rest) {
    parts_.bus->remove(lane_);
    if (const auto lane = intercept_lane()) {
        parts_.bus->remove(lane);
        std::vector<model::EventPtr> passed;
        while (lane->take(passed, 1'024)) {
            passed.clear();
        }
        lane->close(rest);
    }
}

Result<std::optional<SavedState>> Instance::save(Millis deadline) {
    return on_worker<std::optional<SavedState>>(
        *worker_, [self = shared_from_this()] { return self->extension_->save(); }, deadline,
        "save");
}

Result<> Instance::load(const SavedState& state, Millis deadline) {
    return on_worker<void>(
        *worker_, [self = shared_from_this(), state] { return self->extension_->load(state); },
        deadline, "load");
}

void Instance::evaluate(EvaluationPtr evaluation) {
    worker_->post([self = shared_from_this(), evaluation = std::move(evaluation)] {
        if (!self->finished_) {
            self->extension_->evaluate(evaluation);
        }
    });
}

bool Instance::drain(Millis deadline) {
    const SteadyTime until = std::chrono::steady_clock::now() + deadline;
    const auto self = shared_from_this();
    while (std::chrono::steady_clock::now() < until) {
        auto left = on_worker<std::size_t>(
            *worker_, [self]() -> Result<std::size_t> { return self->extension_->in_flight(); },
            std::chrono::duration_cast<Millis>(until - std::chrono::steady_clock::now()) +
                Millis{1},
            "drain");
        if (!left) {
            return false;
        }
        if (*left == 0 && serving() == 0) {
            return true;
        }
        std::this_thread::sleep_for(Millis{1});
    }
    return false;
}

std::optional<std::vector<model::EventPtr>> Instance::give_up(Millis deadline) {
    using Given = std::optional<std::vector<model::EventPtr>>;
    auto given = on_worker<Given>(
        *worker_,
        [self = shared_from_this()]() -> Result<Given> {
            auto* const asking = dynamic_cast<HandsOver*>(self->extension_.get());
            if (asking == nullptr) {
                return Given(std::in_place);
            }
            return self->extension_->in_flight() == 0 ? Given(asking->give_up()) : std::nullopt;
        },
        deadline, "handing over");
    // Without an answer it is as good as lost: whatever it has will be finished with it.
    Given events = given ? *std::move(given) : Given(std::in_place);
    if (events) {
        // An answer comes behind what was asked for.
        std::stable_sort(events->begin(), events->end(), [](const auto& a, const auto& b) {
            return std::pair(a->received(), a->seq()) < std::pair(b->received(), b->seq());
        });
    }
    return events;
}

std::string Instance::busy_with(Millis deadline) {
    const auto text = on_worker<std::string>(
        *worker_,
        [self = shared_from_this()]() -> Result<std::string> {
            const auto* const asking = dynamic_cast<HandsOver*>(self->extension_.get());
            return asking == nullptr ? std::string() : asking->busy_with();
        },
        deadline, "what it does");
    return text ? *text : std::string();
}

void Instance::finish_on_thread(bus::Lane::Rest rest) {
    if (std::exchange(finished_, true)) {
        return;
    }
    if (declared_) {
        declared_->stop();
    }
    if (extension_ != nullptr) {
        extension_->stop(rest);
    }
    if (rest_line_.size() > 0) {
        log_->warn("{} requests still waited for its budget and are given up", rest_line_.size());
        rest_line_.clear();
    }
    if (rest_timer_ != 0) {
        worker_->cancel(std::exchange(rest_timer_, 0));
    }
    scope_.undo_all();
    web_.reset();
}

bool Instance::end(bus::Lane::Rest rest, Millis deadline) {
    if (ended_.exchange(true)) {
        return true;
    }
    detach();
    if (parts_.commands != nullptr) {
        parts_.commands->close(session_);
    }
    if (declared_) {
        declared_->close();
    }
    const bool stopped =
        worker_->run([self = shared_from_this(), rest] { self->finish_on_thread(rest); }, deadline);
    lane_->close(rest);
    parts_.history->cpu_before.fetch_add(worker_->cpu_time().count());
    worker_->stop();
    const bool joined = stopped && worker_->join(deadline);
    if (!joined) {
        worker_->abandon();
        log_->error("does not return from its own code: its thread is left behind");
    }
    if (served_ != nullptr) {
        served_->close();
    }
    close_lanes(rest);
    return joined;
}

}  // namespace rookery::hostapi
