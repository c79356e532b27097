#include "hostapi/instance.hpp"

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

}  // namespace

Instance::Instance(Parts parts)
    : parts_(std::move(parts)),
      session_(parts_.commands == nullptr ? 0 : parts_.commands->open(title_)),
      log_(log::get(title())),
      lane_(std::make_shared<bus::Lane>(title(), parts_.slot, parts_.spec.limits.queue)),
      worker_(Worker::start(parts_.spec.name)) {}

std::shared_ptr<Instance> Instance::make(Parts parts) {
    return std::shared_ptr<Instance>(new Instance(std::move(parts)));
}

Instance::~Instance() {
    // Reached without end() only by an abandoned thread that came back.
    finish_on_thread(bus::Lane::Rest::leave_open);
    worker_->stop();
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

void Instance::release() {
    if (parts_.commands != nullptr) {
        parts_.commands->activate(session_);
    }
    worker_->release();
}

void Instance::call(OperationCall wish, OperationDone done) {
    wish.extension = parts_.kind + "/" + parts_.spec.name;
    parts_.history->counters->rest_calls.fetch_add(1, std::memory_order_relaxed);
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

void Instance::handle(model::EventPtr event) {
    auto& newest = parts_.history->newest[event->bot()];
    const model::Delivery* session = event->delivery().get();
    if (session != nullptr && session == newest.session && event->seq() <= newest.seq) {
        parts_.history->doubled.fetch_add(1, std::memory_order_relaxed);
    }
    newest = {session, event->seq()};
    InteractionWatch* const watch =
        event->type() == model::EventType::interaction_create ? parts_.interactions : nullptr;
    if (watch != nullptr) {
        watch->begun(*event, title_, {});
    }
    TimedRun run(*event, *parts_.history->counters, worker_->moment());
    extension_->handle(
        Ticket(std::move(event), parts_.slot, parts_.history->counters, watch, &title_));
    worker_->set_moment(run.end());
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
        if (*left == 0) {
            return true;
        }
        std::this_thread::sleep_for(Millis{1});
    }
    return false;
}

void Instance::finish_on_thread(bus::Lane::Rest rest) {
    if (std::exchange(finished_, true)) {
        return;
    }
    if (extension_ != nullptr) {
        extension_->stop(rest);
    }
    scope_.undo_all();
}

bool Instance::end(bus::Lane::Rest rest, Millis deadline) {
    if (ended_.exchange(true)) {
        return true;
    }
    parts_.bus->detach(lane_);
    if (parts_.commands != nullptr) {
        parts_.commands->close(session_);
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
    parts_.bus->remove(lane_);
    return joined;
}

}  // namespace rookery::hostapi
