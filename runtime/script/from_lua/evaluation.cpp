#include "script/from_lua/api.hpp"
#include "script/script.hpp"

#include <algorithm>

namespace rookery::script {

namespace {

constexpr std::size_t kLongestLine = std::size_t{64} << 10U;

int set_evaluator(lua_State* lua, Script& script) {
    script.set_evaluator(make_callback(lua, 1, "eval"));
    return 0;
}

/// The evaluation that runs now: its number and its code.
int evaluation(lua_State* lua, Script& script) {
    const Task* task = script.tasks().running(lua);
    const auto found = task != nullptr ? script.tasks().evaluation(task->evaluation) : nullptr;
    if (found == nullptr) {
        return fail(lua, "nothing is evaluated");
    }
    lua_pushnumber(lua, static_cast<double>(task->evaluation));
    push_text(lua, found->code());
    return 2;
}

/// From whichever coroutine, and also when the evaluation is over: then into the log.
int print(lua_State* lua, Script& script) {
    const std::string_view line = text_at(lua, 2).substr(0, kLongestLine);
    const auto asked = static_cast<std::uint64_t>(std::max(lua_tonumber(lua, 1), 0.0));
    if (const auto found = script.tasks().evaluation(asked)) {
        found->print(std::string(line));
    } else {
        script.log().line(2, line, std::chrono::steady_clock::now());
    }
    return 0;
}

}  // namespace

void set_evaluation(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {
        {"set_evaluator", &bound<set_evaluator>},
        {"evaluation", &bound<evaluation>},
        {"evaluation_print", &bound<print>},
    };
    set_bindings(lua, kBindings);
}

}  // namespace rookery::script
