#include "base/log.hpp"
#include "hostapi/refusal.hpp"
#include "model/operations.hpp"
#include "script/from_lua/api.hpp"
#include "script/from_lua/views.hpp"
#include "script/saved_state.hpp"
#include "script/script.hpp"
#include "script/values.hpp"

#include <algorithm>

namespace rookery::script {

namespace {

/// From here on the collector, which cannot see the events that it would free, is made to work.
constexpr std::size_t kRetainedBytes = std::size_t{4} << 20U;
constexpr int kCollectStep = 100;
constexpr std::size_t kMaxArguments = std::size_t{256} << 10U;  // of one call

/// Events that the script still refers to lie outside its arena, but count as its memory.
bool make_room_for_events(lua_State* lua, Script& script) {
    const auto full = [&] { return script.events().retained() > script.state().memory_limit(); };
    if (full()) {
        lua_gc(lua, LUA_GCCOLLECT, 0);
    } else if (script.events().retained() > kRetainedBytes) {
        lua_gc(lua, LUA_GCSTEP, kCollectStep);
    }
    return !full();
}

int begin_sleep(lua_State* lua, Script& script) {
    const Millis delay = seconds_at(lua, 1, "rookery.sleep: time");
    if (delay.count() < 0) {
        return kRaise;
    }
    if (const auto refusal = script.tasks().refusal_to_wait(lua); !refusal.empty()) {
        return fail(lua, refusal);
    }
    script.tasks().begin_sleep(*script.tasks().running(lua), delay);
    return kYield;
}

bool takes_table(const model::OperationInfo& operation, std::size_t position) {
    using model::ParamType;
    if (position >= operation.params.size()) {
        return false;
    }
    const ParamType type = operation.params[position].type;
    return type == ParamType::json || type == ParamType::object || type == ParamType::image ||
           type == ParamType::files;
}

/// A table of named arguments. Where a table is taken, one with other keys is the argument itself,
/// unless it names that parameter.
bool is_named(const model::OperationInfo& operation, const nlohmann::json& table,
              std::size_t position) {
    const auto is_name = [&](const std::string& key) {
        return key == "bot" || std::any_of(operation.params.begin(), operation.params.end(),
                                           [&](const auto& param) { return param.name == key; });
    };
    const auto items = table.items();
    return !takes_table(operation, position) || table.contains(operation.params[position].name) ||
           std::all_of(items.begin(), items.end(),
                       [&](const auto& item) { return is_name(item.key()); });
}

/// Positional arguments by the order of the schema; a last one with named keys gives the rest by
/// name. `bot` names the bot that is to act. What is in `bound` (an object) is given already: the
/// positions are those of the other parameters.
Result<hostapi::OperationCall> read_call(lua_State* lua, const model::OperationInfo& operation,
                                         int first, nlohmann::json bound, std::size_t& budget) {
    hostapi::OperationCall call;
    call.operation = operation.name;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < operation.params.size(); ++i) {
        if (!bound.contains(operation.params[i].name)) {
            places.push_back(i);
        }
    }
    call.arguments = std::move(bound);
    const int last = lua_gettop(lua);
    for (int index = first; index <= last; ++index) {
        if (lua_isnil(lua, index)) {
            continue;
        }
        auto value = to_json(lua, index, budget);
        if (!value) {
            return value.error();
        }
        const auto given = static_cast<std::size_t>(index - first);
        const std::size_t position =
            given < places.size() ? places[given] : operation.params.size();
        if (lua_istable(lua, index) && value->is_object() && index == last &&
            is_named(operation, *value, position)) {
            call.arguments.update(*value);
            break;
        }
        if (position >= operation.params.size()) {
            return Error(ErrorKind::invalid, "takes at most " + std::to_string(places.size()) +
                                                 " arguments and a table of named ones");
        }
        call.arguments[std::string(operation.params[position].name)] = *std::move(value);
    }
    if (const auto bot = call.arguments.find("bot");
        bot != call.arguments.end() && bot->is_string()) {
        call.bot = bot->get<std::string>();
        call.arguments.erase(bot);
    }
    return call;
}

/// Calls the operation of that number with the arguments from `first` on.
int begin(lua_State* lua, Script& script, nlohmann::json bound, int first) {
    const auto operations = model::operations();
    const auto number = static_cast<std::size_t>(lua_tonumber(lua, 1));
    if (number < 1 || number > operations.size()) {
        return fail(lua, "no such operation");
    }
    const model::OperationInfo& operation = operations[number - 1];
    const std::string name = "rookery." + std::string(operation.name);
    std::size_t budget = kMaxArguments;
    auto call = read_call(lua, operation, first, std::move(bound), budget);
    if (!call) {
        return fail(lua, name + ": " + call.error().message());
    }
    if (const auto refusal = script.tasks().refusal_to_wait(lua); !refusal.empty()) {
        return fail(lua, name + ": " + std::string(refusal));
    }
    const auto begun = script.tasks().begin_call(*script.tasks().running(lua), *std::move(call),
                                                 kMaxArguments - budget);
    return begun ? kYield : fail(lua, name + ": " + begun.error().message());
}

int begin_call(lua_State* lua, Script& script) {
    return begin(lua, script, nlohmann::json::object(), 2);
}

/// The same; the second argument is a table of named arguments that are given already.
int begin_bound(lua_State* lua, Script& script) {
    std::size_t budget = kMaxArguments;
    auto bound = to_json(lua, 2, budget);
    if (!bound || !bound->is_object()) {
        return fail(lua, bound ? "no bound arguments" : bound.error().message());
    }
    return begin(lua, script, *std::move(bound), 3);
}

/// begin_answer(event, count, operation, named arguments): on behalf of that event, whatever the
/// task is about. `count` tells the answers to one event apart.
int begin_answer(lua_State* lua, Script& script) {
    const model::Event* const event = event_of_view(lua, script, 1);
    const auto operations = model::operations();
    const auto number = static_cast<std::size_t>(lua_tonumber(lua, 3));
    if (event == nullptr || number < 1 || number > operations.size()) {
        return fail(lua, "the event is gone");
    }
    const std::string name = "rookery." + std::string(operations[number - 1].name);
    std::size_t budget = kMaxArguments;
    auto arguments = to_json(lua, 4, budget);
    if (arguments && arguments->is_array() && arguments->empty()) {
        arguments = nlohmann::json::object();  // an empty table is either
    }
    if (!arguments || !arguments->is_object()) {
        return fail(lua, name + ": " +
                             (arguments ? "expected a table of parameters with names"
                                        : arguments.error().message()));
    }
    if (const auto refusal = script.tasks().refusal_to_wait(lua); !refusal.empty()) {
        return fail(lua, name + ": " + std::string(refusal));
    }
    hostapi::OperationCall call;
    call.operation = operations[number - 1].name;
    call.arguments = *std::move(arguments);
    call.event = model::EventPtr(event);
    const auto count = static_cast<std::uint32_t>(lua_tonumber(lua, 2));
    call.number = Tasks::kAnswers * Tasks::kMostCalls + count % Tasks::kMostCalls;
    const auto begun = script.tasks().begin_call(*script.tasks().running(lua), std::move(call),
                                                 kMaxArguments - budget);
    return begun ? kYield : fail(lua, name + ": " + begun.error().message());
}

/// begin_park(key, seconds, asking): waits until somebody wakes the key, for so many seconds or
/// without limit.
int begin_park(lua_State* lua, Script& script) {
    const Millis limit =
        lua_isnoneornil(lua, 2) ? Millis{-1} : seconds_at(lua, 2, "the time to wait");
    if (limit.count() < 0 && !lua_isnoneornil(lua, 2)) {
        return kRaise;
    }
    if (const auto refusal = script.tasks().refusal_to_wait(lua); !refusal.empty()) {
        return fail(lua, refusal);
    }
    script.tasks().begin_park(*script.tasks().running(lua), limit,
                              static_cast<std::uint64_t>(lua_tonumber(lua, 1)),
                              lua_toboolean(lua, 3) != 0);
    return kYield;
}

int wake(lua_State* lua, Script& script) {
    script.tasks().wake_parked(static_cast<std::uint64_t>(lua_tonumber(lua, 1)));
    return 0;
}

/// The token of the task that runs; nothing in a coroutine of the script's own.
int running_task(lua_State* lua, Script& script) {
    const Task* task = script.tasks().running(lua);
    if (task == nullptr) {
        return 0;
    }
    lua_pushnumber(lua, Tasks::token(*task));
    return 1;
}

int cancel_task(lua_State* lua, Script& script) {
    lua_pushboolean(lua, script.tasks().cancel(lua_tonumber(lua, 1)) ? 1 : 0);
    return 1;
}

int on_failure(lua_State* lua, Script& script) {
    script.tasks().on_failure(make_callback(lua, 1, "handler of errors"));
    return 0;
}

/// What came of the wait: the answer, or nil, message, kind, and what the platform said.
int result(lua_State* lua, Script& script) {
    Task* task = script.tasks().running(lua);
    if (task == nullptr) {
        return 0;
    }
    if (task->withdrawn) {
        return fail(lua, "cancelled");
    }
    if (task->cancelled) {
        return fail(lua, "cancelled: waited longer than " +
                             std::to_string(script.context().spec.limits.wait_limit.count()) +
                             " ms");
    }
    if (!task->answer) {
        return 0;
    }
    const auto answer = std::move(*task->answer);
    task->answer.reset();
    if (!answer) {
        lua_pushnil(lua);
        push_text(lua, answer.error().message());
        push_text(lua, to_string(answer.error().kind()));
        const auto refusal = hostapi::describe_refusal(answer.error());
        if (refusal.is_null()) {
            return 3;
        }
        push_json(lua, refusal);
        return 4;
    }
    if (answer->is_null()) {
        lua_pushboolean(lua, 1);
    } else {
        push_json(lua, *answer);
    }
    return 1;
}

// What the coroutine is about to run its function with, for driver.lua.
constexpr int kWithEvent = 1;       // and the event's anchor, and the number of its mapping
constexpr int kWithState = 2;       // and the state that is handed over, and its version
constexpr int kWithFailure = 3;     // and message, traceback, handler, task, and those of its event
constexpr int kWithValues = 4;      // and what a Visit pushes
constexpr int kWithInvocation = 5;  // and what kWithEvent has, and the invocation

int arguments(lua_State* lua, Script& script) {
    const Task* task = script.tasks().running(lua);
    if (task == nullptr) {
        return 0;
    }
    if (task->flight != nullptr) {
        if (!make_room_for_events(lua, script)) {
            return fail(lua, kOutOfMemory);
        }
        lua_pushinteger(lua, task->invocation ? kWithInvocation : kWithEvent);
        push_anchor(lua, script, task->flight->ref);
        if (task->invocation) {
            push_json(lua, task->invocation->data);
        }
        return lua_gettop(lua);
    }
    if (task->visit) {
        lua_pushinteger(lua, kWithValues);
        return 1 + task->visit->push(lua);
    }
    if (task->failure) {
        lua_pushinteger(lua, kWithFailure);
        push_text(lua, task->failure->message);
        push_text(lua, task->failure->traceback);
        push_text(lua, task->failure->handler);
        lua_pushnumber(lua, task->failure->task);
        if (task->failure->event) {
            push_anchor(lua, script, *task->failure->event);
        }
        return lua_gettop(lua);
    }
    if (task->given != nullptr) {
        lua_pushinteger(lua, kWithState);
        if (auto decoded = decode_state(lua, task->given->data); !decoded) {
            return fail(lua, decoded.error().message());
        }
        lua_pushnumber(lua, task->given->version);
        return 3;
    }
    return 0;
}

/// The function has returned, with its results; the coroutine waits for the next one.
int idle(lua_State* lua, Script& script) {
    Task* task = script.tasks().running(lua);
    if (task == nullptr) {
        return fail(lua, "no task");
    }
    if (task->purpose == Purpose::save && !lua_isnoneornil(lua, 1)) {
        auto data = encode_state(lua, 1);
        if (!data) {
            return fail(lua, data.error().message());
        }
        const double version = lua_tonumber(lua, 2);
        if (!(version >= 0 && version <= 4294967295.0)) {
            return fail(lua, "rookery.state_version must be a whole number");
        }
        task->saved = hostapi::SavedState{static_cast<std::uint32_t>(version), *std::move(data)};
    }
    if (task->purpose == Purpose::evaluation) {
        const std::string_view text = text_at(lua, 1);
        script.tasks().answer(
            *task, hostapi::Evaluation::Outcome{std::string(text), text.data() == nullptr});
    }
    if (task->purpose == Purpose::interceptor && !lua_isnoneornil(lua, 1)) {
        if (text_at(lua, 1) != "stop") {
            return fail(lua, "a handler of rookery.intercept returns \"stop\" or nothing, got " +
                                 (lua_type(lua, 1) == LUA_TSTRING
                                      ? "\"" + log::clipped(text_at(lua, 1), 40) + "\""
                                      : std::string(luaL_typename(lua, 1))));
        }
        static_cast<void>(task->flight->ticket.stop());
    }
    if (task->visit) {
        if (auto finished = task->visit->finish(lua); !finished) {
            return fail(lua, finished.error().message());
        }
    }
    task->idle = true;
    return kYield;
}

}  // namespace

void set_waits(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {
        {"begin_sleep", &bound<begin_sleep>},   {"begin_call", &bound<begin_call>},
        {"begin_bound", &bound<begin_bound>},   {"begin_answer", &bound<begin_answer>},
        {"begin_park", &bound<begin_park>},     {"wake", &bound<wake>},
        {"running_task", &bound<running_task>}, {"cancel_task", &bound<cancel_task>},
        {"on_failure", &bound<on_failure>},     {"result", &bound<result>},
        {"arguments", &bound<arguments>},       {"idle", &bound<idle>},
    };
    set_bindings(lua, kBindings);
}

}  // namespace rookery::script
