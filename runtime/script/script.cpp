#include "script/script.hpp"

#include "script/from_lua/api.hpp"
#include "script/sandbox.hpp"

#include <utility>

namespace rookery::script {

Script::Script(hostapi::ExtensionContext context, Source source)
    : context_(std::move(context)), source_(std::move(source)), log_(context_.log) {}

Script::~Script() { close(); }

Result<std::unique_ptr<Script>> Script::create(hostapi::ExtensionContext context, Source source) {
    std::unique_ptr<Script> script(new Script(std::move(context), std::move(source)));
    if (auto opened = script->open(); !opened) {
        return opened.error();
    }
    return script;
}

Result<> Script::open() {
    auto state = LuaState::create(context_.spec.limits.memory_limit, this);
    if (!state) {
        return state.error();
    }
    state_ = *std::move(state);
    handlers_ = std::make_unique<Handlers>(*state_, context_);
    invocations_ = std::make_unique<Invocations>(*state_, context_);
    timers_ = std::make_unique<Timers>(
        *state_, context_, [this](const CallbackPtr& callback, bool spawned) {
            (void)tasks_->start(callback, spawned ? Purpose::spawned : Purpose::timer);
            publish_memory();
        });
    tasks_ = std::make_unique<Tasks>(*state_, context_, events_, log_,
                                     [this](std::string reason) { lost(std::move(reason)); });
    served_ = std::make_unique<Served>(
        *state_, context_, [this](const CallbackPtr& callback, std::unique_ptr<Visit> visit) {
            if (!over_) {
                tasks_->serve(callback, std::move(visit));
                publish_memory();
            }
        });
    return state_->protected_call([this](lua_State* lua) {
        push_api(lua, *this);
        open_sandbox(lua);
        tasks_->set_driver(lua);
    });
}

Result<> Script::start() {
    auto main = std::make_shared<Callback>();
    main->label = source_.chunk;
    auto loaded = state_->protected_call([&](lua_State* lua) {
        const std::string name = "@" + source_.chunk;
        if (luaL_loadbufferx(lua, source_.text.data(), source_.text.size(), name.c_str(), "t") !=
            0) {
            lua_error(lua);
        }
        main->function = luaL_ref(lua, LUA_REGISTRYINDEX);
    });
    source_.text = {};
    if (!loaded) {
        return loaded;
    }
    auto result = tasks_->start(main, Purpose::main);
    main->remove(*state_);
    publish_memory();
    return result;
}

void Script::handle(hostapi::Ticket ticket) {
    if (over_) {
        // Only what was already on its way when the state was lost: the lane is held.
        context_.counters->errors.fetch_add(1, std::memory_order_relaxed);
        ticket.finish();
        return;
    }
    const Handlers::Snapshot named = handlers_->of(ticket.event()->type());
    const Handlers::Snapshot any = handlers_->of(model::kAnyEvent);
    const model::Event& event = *ticket.event();  // the ticket's, or then the flight's
    Flight* flight = nullptr;
    if (!invocations_->was_heard(event)) {
        dispatch(named, event, ticket, flight);
        if (!over_) {
            dispatch(any, event, ticket, flight);
        }
    }
    if (over_) {
        return;
    }
    if (invocations_->concerned(event)) {
        if (flight == nullptr) {
            flight = &tasks_->open_flight(std::move(ticket));
        }
        prepare(*flight);
    }
    if (over_) {
        return;
    }
    if (flight == nullptr) {
        ticket.pass();
        return;
    }
    tasks_->close_flight(*flight);
    publish_memory();
}

void Script::take_up(hostapi::Ticket ticket) {
    if (over_ || !invocations_->concerned(*ticket.event())) {
        ticket.finish();
        return;
    }
    Flight& flight = tasks_->open_flight(std::move(ticket));
    prepare(flight);
    if (!over_) {
        tasks_->close_flight(flight);
        publish_memory();
    }
}

/// What stands between the event and the command may take its time: the flight stays open until it
/// is known whose the event is, and then until that handler is done.
void Script::prepare(Flight& flight) {
    ++flight.open;
    context_.commands->prepare(flight.ticket.event(),
                               [this, open = tasks_->flights_alive(),
                                &flight](std::optional<hostapi::Invocation> invocation) {
                                   if (open.expired()) {
                                       return;  // the flight has gone with the state
                                   }
                                   if (invocation) {
                                       invoke(flight, *std::move(invocation));
                                   }
                                   if (!over_) {
                                       tasks_->close_flight(flight);
                                       publish_memory();
                                   }
                               });
}

void Script::invoke(Flight& flight, hostapi::Invocation invocation) {
    const CallbackPtr callback = invocations_->find(invocation.handler);
    if (!callback) {
        return;  // withdrawn meanwhile
    }
    const model::Event& event = *flight.ticket.event();
    if (event.type() == model::EventType::interaction_create && context_.begun) {
        context_.begun(event, callback->label);
    }
    if (invocation.until_answered) {
        tasks_->keep_open(flight, invocation.until_answered);
    }
    tasks_->invoke(callback, flight, std::move(invocation));
}

void Script::intercept(hostapi::Ticket ticket, std::uint64_t tag) {
    const Handler* const found = over_ ? nullptr : handlers_->interception(tag);
    if (found == nullptr || (found->where && !found->where->match(*ticket.event()))) {
        ticket.pass();
        return;
    }
    const CallbackPtr callback = found->callback;  // it may end its own interception
    if (ticket.event()->type() == model::EventType::interaction_create && context_.begun) {
        context_.begun(*ticket.event(), callback->label);
    }
    Flight& flight = tasks_->open_flight(std::move(ticket));
    (void)tasks_->start(callback, Purpose::interceptor, &flight);
    if (!over_) {
        tasks_->close_flight(flight);
        publish_memory();
    }
}

namespace {

/// Of the handlers for some interactions the one that fits this one best; the first of equals.
const Handler* best_filter(const std::vector<Handler>& handlers, const model::Event& event) {
    std::optional<hostapi::InteractionKey> key;
    const Handler* best = nullptr;
    std::size_t most = 0;
    for (const Handler& handler : handlers) {
        if (!handler.filter) {
            continue;
        }
        if (!key) {
            key = hostapi::key_of_interaction(event);
        }
        if (const std::size_t match = handler.filter->match(*key); match > most) {
            best = &handler;
            most = match;
        }
    }
    return best;
}

}  // namespace

/// The first handler that takes the event opens its flight.
void Script::dispatch(const Handlers::Snapshot& handlers, const model::Event& event,
                      hostapi::Ticket& ticket, Flight*& flight) {
    if (!handlers) {
        return;
    }
    const Handler* const best = event.type() == model::EventType::interaction_create
                                    ? best_filter(*handlers, event)
                                    : nullptr;
    for (const Handler& handler : *handlers) {
        if (handler.callback->removed() || (handler.filter && &handler != best) ||
            (handler.where && !handler.where->match(event))) {
            continue;
        }
        if (handler.type == model::EventType::interaction_create && context_.begun) {
            context_.begun(event, handler.callback->label);
        }
        if (flight == nullptr) {
            flight = &tasks_->open_flight(std::move(ticket));
        }
        (void)tasks_->start(handler.callback, Purpose::handler, flight, [&] {
            if (handler.once) {
                handlers_->remove(handler.id);
            }
        });
        if (over_) {
            return;
        }
    }
}

Result<std::optional<hostapi::SavedState>> Script::save() {
    if (over_) {
        return Error(ErrorKind::unavailable, "the script's state is lost");
    }
    if (!save_) {
        return std::optional<hostapi::SavedState>();
    }
    return tasks_->exchange(CallbackPtr(save_), Purpose::save, nullptr);
}

Result<> Script::load(const hostapi::SavedState& state) {
    if (over_) {
        return Error(ErrorKind::unavailable, "the script's state is lost");
    }
    if (!load_) {
        return {};
    }
    auto result = tasks_->exchange(CallbackPtr(load_), Purpose::load, &state);
    publish_memory();
    return result ? Result<>() : Result<>(result.error());
}

void Script::evaluate(hostapi::EvaluationPtr evaluation) {
    if (over_) {
        evaluation->finish(Error(ErrorKind::unavailable, "the script's state is lost"));
        return;
    }
    tasks_->evaluate(evaluator_, std::move(evaluation));
    if (!over_) {
        publish_memory();
    }
}

std::size_t Script::in_flight() const { return tasks_->flights(); }

std::vector<model::EventPtr> Script::give_up() { return tasks_->give_up(); }

void Script::stop(bus::Lane::Rest rest) {
    tasks_->stop(rest);
    handlers_->clear();
    invocations_->clear();
    served_->clear();
    close();
}

/// Called from within tasks_, which has put everything aside. The subscriptions stay, so that
/// events go on gathering in the held lane, and calls of the server, for the instance that replaces
/// this one.
void Script::lost(std::string reason) {
    context_.worker->hold();
    if (context_.server != nullptr) {
        context_.server->hold();
    }
    close();
    context_.failed(std::move(reason));
}

void Script::close() {
    if (std::exchange(over_, true) || !state_) {
        return;
    }
    timers_->clear();
    state_->close();
    events_.clear();
    publish_memory();
}

void Script::replace(CallbackPtr& current, CallbackPtr next) {
    if (current) {
        current->remove(*state_);
    }
    current = std::move(next);
}

void Script::publish_memory() {
    context_.counters->memory.store(state_->memory_used(), std::memory_order_relaxed);
}

}  // namespace rookery::script
