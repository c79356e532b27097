#include "hostapi/time_zone.hpp"
#include "script/from_lua/api.hpp"
#include "script/lua_state.hpp"
#include "script/script.hpp"
#include "script/values.hpp"

#include <cmath>
#include <cstdio>

namespace rookery::script {

namespace {

constexpr Millis kShortestInterval{10};
constexpr std::size_t kMostFilter = std::size_t{256} << 10U;    // bytes of one filter
constexpr std::size_t kMostDeclared = std::size_t{256} << 10U;  // bytes of one command

int push_id(lua_State* lua, const Result<hostapi::EffectId>& id) {
    if (!id) {
        return fail(lua, id.error().message());
    }
    lua_pushnumber(lua, static_cast<double>(*id));
    return 1;
}

hostapi::EffectId id_at(lua_State* lua, int index) {
    const double id = lua_type(lua, index) == LUA_TNUMBER ? lua_tonumber(lua, index) : 0;
    return id >= 1 && id < 9e15 ? static_cast<hostapi::EffectId>(id) : 0;
}

/// The filter at `index` for the event of that name; `options` takes out what is none of it.
using TakeOptions = std::function<Result<>(nlohmann::json& options)>;
Result<std::shared_ptr<const hostapi::EventFilter>> filter_at(lua_State* lua, int index,
                                                              std::string_view event,
                                                              const TakeOptions& options = {}) {
    const auto type = model::EventNames::intern(event);
    if (!type) {
        return type.error();
    }
    std::size_t budget = kMostFilter;
    auto json = to_json(lua, index, budget);
    if (!json) {
        return json.error().within("filter");
    }
    if (auto taken = options ? options(*json) : Result<>(); !taken) {
        return taken.error();
    }
    auto filter = hostapi::EventFilter::make(*type, *json);
    if (!filter) {
        return filter.error();
    }
    return std::make_shared<const hostapi::EventFilter>(*std::move(filter));
}

int subscribe(lua_State* lua, Script& script, bool once) {
    const std::string function = once ? "rookery.once" : "rookery.on";
    const std::string_view event = text_at(lua, 1);
    if (event.data() == nullptr) {
        return fail_argument(lua, function + ": event", "a string", 1);
    }
    const bool filtered = lua_istable(lua, 2) && !lua_isnone(lua, 3);
    const int handler = filtered ? 3 : 2;
    if (!lua_isfunction(lua, handler)) {
        return fail_argument(lua, function + ": handler", "a function", handler);
    }
    std::shared_ptr<const hostapi::EventFilter> where;
    if (filtered) {
        auto read = filter_at(lua, 2, event);
        if (!read) {
            return fail(lua, function + ": " + read.error().message());
        }
        where = *std::move(read);
    }
    CallbackPtr callback =
        make_callback(lua, handler, "handler of " + std::string(event.substr(0, 100)));
    auto id = script.handlers().add(event, callback, once, std::move(where));
    if (!id) {
        callback->remove(script.state());
    }
    return push_id(lua, id);
}

/// rookery.intercept(event, [options], handler): a filter, and `priority` among its keys.
int intercept(lua_State* lua, Script& script) {
    constexpr const char* kWhat = "rookery.intercept";
    constexpr double kMostPriority = 1'000'000;
    const std::string_view event = text_at(lua, 1);
    if (event.data() == nullptr) {
        return fail_argument(lua, std::string(kWhat) + ": event", "a string", 1);
    }
    const bool given = lua_istable(lua, 2) && !lua_isnone(lua, 3);
    const int handler = given ? 3 : 2;
    if (!lua_isfunction(lua, handler)) {
        return fail_argument(lua, std::string(kWhat) + ": handler", "a function", handler);
    }
    std::int32_t priority = 0;
    std::shared_ptr<const hostapi::EventFilter> where;
    if (given) {
        auto read = filter_at(lua, 2, event, [&](nlohmann::json& options) -> Result<> {
            const auto found = options.is_object() ? options.find("priority") : options.end();
            if (found == options.end()) {
                return {};
            }
            if (!found->is_number_integer() || std::abs(found->get<double>()) > kMostPriority) {
                return Error(ErrorKind::invalid,
                             "priority must be a whole number from -1000000 to 1000000");
            }
            priority = found->get<std::int32_t>();
            options.erase(found);
            return {};
        });
        if (!read) {
            return fail(lua, std::string(kWhat) + ": " + read.error().message());
        }
        where = *std::move(read);
    }
    CallbackPtr callback =
        make_callback(lua, handler, "interceptor of " + std::string(event.substr(0, 100)));
    auto id = script.handlers().intercept(event, callback, priority, std::move(where));
    if (!id) {
        callback->remove(script.state());
        return fail(lua, std::string(kWhat) + ": " + id.error().message());
    }
    return push_id(lua, id);
}

int on(lua_State* lua, Script& script) { return subscribe(lua, script, false); }
int once(lua_State* lua, Script& script) { return subscribe(lua, script, true); }

/// The handler of some interactions: which, and the function.
int on_interaction(lua_State* lua, Script& script, hostapi::InteractionType type,
                   const std::string& function) {
    const std::string_view key = text_at(lua, 1);
    if (key.data() == nullptr) {
        return fail_argument(lua, function + ": the first argument", "a string", 1);
    }
    if (!lua_isfunction(lua, 2)) {
        return fail_argument(lua, function + ": handler", "a function", 2);
    }
    auto filter = hostapi::InteractionFilter::make(type, std::string(key));
    if (!filter) {
        return fail(lua, function + ": " + filter.error().message());
    }
    CallbackPtr callback = make_callback(lua, 2, "handler of " + filter->label());
    auto id = script.handlers().add(*std::move(filter), callback);
    if (!id) {
        callback->remove(script.state());
    }
    return push_id(lua, id);
}

int on_command(lua_State* lua, Script& script) {
    return on_interaction(lua, script, hostapi::InteractionType::command, "rookery.on_command");
}
int on_component(lua_State* lua, Script& script) {
    return on_interaction(lua, script, hostapi::InteractionType::component, "rookery.on_component");
}
int on_modal(lua_State* lua, Script& script) {
    return on_interaction(lua, script, hostapi::InteractionType::modal, "rookery.on_modal");
}
int on_autocomplete(lua_State* lua, Script& script) {
    return on_interaction(lua, script, hostapi::InteractionType::autocomplete,
                          "rookery.on_autocomplete");
}

int declare(lua_State* lua, Script& script) {
    constexpr const char* kWhat = "rookery.commands.declare";
    if (!lua_istable(lua, 1)) {
        return fail_argument(lua, std::string(kWhat) + ": the argument", "a table", 1);
    }
    std::size_t budget = kMostDeclared;
    const auto command = to_json(lua, 1, budget);
    if (!command) {
        return fail(lua, std::string(kWhat) + ": " + command.error().message());
    }
    if (!script.context().declare) {
        return fail(lua, std::string(kWhat) + ": this runtime manages no commands");
    }
    auto id = script.context().declare(*command, place_of_caller(lua));
    return id ? push_id(lua, id) : fail(lua, std::string(kWhat) + ": " + id.error().message());
}

int withdraw(lua_State* lua, Script& script) {
    lua_pushboolean(lua, script.context().scope->undo(id_at(lua, 1)) ? 1 : 0);
    return 1;
}

int off(lua_State* lua, Script& script) {
    lua_pushboolean(lua, script.handlers().remove(id_at(lua, 1)) ? 1 : 0);
    return 1;
}

std::string in_seconds(Millis time) {
    char text[32];
    (void)std::snprintf(text, sizeof text, "%g s", static_cast<double>(time.count()) / 1000);
    return text;
}

int add_timer(lua_State* lua, Script& script, Timers::Kind kind, Millis delay, int index,
              const std::string& what, int named = 0) {
    CallbackPtr callback = make_callback(lua, index, what, named);
    auto id = script.timers().add(kind, delay, callback);
    if (!id) {
        callback->remove(script.state());
    }
    return push_id(lua, id);
}

int after(lua_State* lua, Script& script) {
    const Millis delay = seconds_at(lua, 1, "rookery.after: delay");
    if (delay.count() < 0) {
        return kRaise;
    }
    if (!lua_isfunction(lua, 2)) {
        return fail_argument(lua, "rookery.after: the second argument", "a function", 2);
    }
    return add_timer(lua, script, Timers::Kind::once, delay, 2, "timer after " + in_seconds(delay));
}

int every(lua_State* lua, Script& script) {
    const Millis delay = seconds_at(lua, 1, "rookery.every: interval");
    if (delay.count() < 0) {
        return kRaise;
    }
    if (delay < kShortestInterval) {
        return fail(lua, "rookery.every: interval must be at least 0.01 s");
    }
    if (!lua_isfunction(lua, 2)) {
        return fail_argument(lua, "rookery.every: the second argument", "a function", 2);
    }
    return add_timer(lua, script, Timers::Kind::repeating, delay, 2,
                     "timer every " + in_seconds(delay));
}

int cron(lua_State* lua, Script& script) {
    const std::string_view text = text_at(lua, 1);
    const std::string_view zone = text_at(lua, 2);
    if (text.data() == nullptr) {
        return fail_argument(lua, "rookery.cron: the first argument", "a string", 1);
    }
    if (zone.data() == nullptr) {
        return fail_argument(lua, "rookery.cron: tz", "a string", 2);
    }
    if (!lua_isfunction(lua, 3)) {
        return fail_argument(lua, "rookery.cron: the last argument", "a function", 3);
    }
    auto parsed = hostapi::Cron::parse(text, zone);
    if (!parsed) {
        const bool own = parsed.error().message().starts_with("cron");
        return fail(lua, (own ? "rookery." : "rookery.cron: ") + parsed.error().message());
    }
    CallbackPtr callback = make_callback(lua, 3, "cron " + std::string(text.substr(0, 60)));
    auto id = script.timers().add(*std::move(parsed), callback);
    if (!id) {
        callback->remove(script.state());
        return fail(lua, "rookery." + id.error().message());
    }
    return push_id(lua, id);
}

/// The first moment after the given one that a cron line names; nil and why when there is none.
int next_cron(lua_State* lua, Script& /*script*/) {
    const std::string_view text = text_at(lua, 1);
    const std::string_view zone = text_at(lua, 2);
    const double after = lua_tonumber(lua, 3);
    if (!(after > -1e12 && after < 1e12)) {
        return fail(lua, "rookery.time.next: after: out of range");
    }
    const auto parsed = hostapi::Cron::parse(text, zone);
    const auto next = parsed ? parsed->next(static_cast<std::int64_t>(std::floor(after)))
                             : std::optional<std::int64_t>();
    if (!next) {
        lua_pushnil(lua);
        push_text(lua, parsed ? std::string_view("this will never happen")
                              : std::string_view(parsed.error().message()));
        return 2;
    }
    lua_pushnumber(lua, static_cast<double>(*next));
    return 1;
}

/// What the clocks of a zone show at a moment: seconds east of UTC, and "CEST".
int zone_at(lua_State* lua, Script& /*script*/) {
    const std::string_view name = text_at(lua, 1);
    if (name.data() == nullptr) {
        return fail_argument(lua, "rookery.time.date: the zone", "a string", 1);
    }
    const double moment = lua_tonumber(lua, 2);
    const auto zone = hostapi::TimeZone::find(name);
    if (!zone || !(moment > -1e12 && moment < 1e12)) {
        return fail(lua, "rookery.time.date: " +
                             (zone ? std::string("out of range") : zone.error().message()));
    }
    const auto local = zone->at(static_cast<std::int64_t>(std::floor(moment)));
    lua_pushnumber(lua, local.offset);
    push_text(lua, local.abbreviation);
    return 2;
}

int spawn(lua_State* lua, Script& script) {
    if (!lua_isfunction(lua, 1)) {
        return fail_argument(lua, "rookery.spawn: the argument", "a function", 1);
    }
    return add_timer(lua, script, Timers::Kind::spawned, Millis{0}, 1, "spawned function",
                     lua_isfunction(lua, 2) ? 2 : 1);
}

int cancel(lua_State* lua, Script& script) {
    lua_pushboolean(lua, script.timers().cancel(id_at(lua, 1)) ? 1 : 0);
    return 1;
}

int save(lua_State* lua, Script& script) {
    if (!lua_isfunction(lua, 1)) {
        return fail_argument(lua, "rookery.save: the argument", "a function", 1);
    }
    script.on_save(make_callback(lua, 1, "save"));
    return 0;
}

int load(lua_State* lua, Script& script) {
    if (!lua_isfunction(lua, 1)) {
        return fail_argument(lua, "rookery.load: the argument", "a function", 1);
    }
    script.on_load(make_callback(lua, 1, "load"));
    return 0;
}

}  // namespace

void set_registrations(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {
        {"on", &bound<on>},
        {"once", &bound<once>},
        {"off", &bound<off>},
        {"intercept", &bound<intercept>},
        {"after", &bound<after>},
        {"every", &bound<every>},
        {"cron", &bound<cron>},
        {"zone_at", &bound<zone_at>},
        {"next_cron", &bound<next_cron>},
        {"cancel", &bound<cancel>},
        {"spawn", &bound<spawn>},
        {"save", &bound<save>},
        {"load", &bound<load>},
        {"on_command", &bound<on_command>},
        {"on_component", &bound<on_component>},
        {"on_modal", &bound<on_modal>},
        {"on_autocomplete", &bound<on_autocomplete>},
        {"declare", &bound<declare>},
        {"withdraw", &bound<withdraw>},
    };
    set_bindings(lua, kBindings);
}

}  // namespace rookery::script
