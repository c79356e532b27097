#include "command/help.hpp"
#include "command/messages.hpp"
#include "script/from_lua/api.hpp"
#include "script/lua_state.hpp"
#include "script/script.hpp"
#include "script/values.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace rookery::script {

namespace {

constexpr std::size_t kMostDeclared = std::size_t{256} << 10U;  // bytes of one command

int push_effect(lua_State* lua, hostapi::EffectId id) {
    lua_pushnumber(lua, static_cast<double>(id));
    return 1;
}

/// command_declare(definition): the effect. The errors name the place within the definition.
int command_declare(lua_State* lua, Script& script) {
    constexpr const char* kWhat = "rookery.command: ";
    std::size_t budget = kMostDeclared;
    const auto definition = to_json(lua, 1, budget);
    if (!definition) {
        return fail(lua, kWhat + definition.error().message());
    }
    if (script.context().commands == nullptr) {
        return fail(lua, std::string(kWhat) + "this runtime has no commands");
    }
    const auto id = script.context().commands->declare(*definition, place_of_caller(lua));
    return id ? push_effect(lua, *id) : fail(lua, kWhat + id.error().message());
}

struct Kind {
    std::string_view name;
    hostapi::InvocationKind kind;
    std::string_view label;     // of the handler, for people
    std::string_view function;  // that registers it
};
constexpr std::array<Kind, 3> kKinds{{
    {"command", hostapi::InvocationKind::command, "command ", "rookery.command"},
    {"autocomplete", hostapi::InvocationKind::autocomplete, "autocomplete of ", "rookery.command"},
    {"press", hostapi::InvocationKind::press, "press ", "rookery.press"},
}};

/// command_handle(kind, key, run, named): the effect. `named` is the function of the script that
/// `run` stands for. Called by the prelude alone.
int command_handle(lua_State* lua, Script& script) {
    const std::string_view name = text_at(lua, 1);
    const std::string_view key = text_at(lua, 2);
    const auto* const kind =
        std::ranges::find_if(kKinds, [&](const Kind& one) { return one.name == name; });
    if (kind == kKinds.end() || key.data() == nullptr || !lua_isfunction(lua, 3)) {
        return fail(lua, "no such handler");
    }
    CallbackPtr callback =
        make_callback(lua, 3, std::string(kind->label) + std::string(key.substr(0, 100)),
                      lua_isfunction(lua, 4) ? 4 : 3);
    const auto id = script.invocations().add(kind->kind, key, callback);
    if (!id) {
        callback->remove(script.state());
        return fail(lua, std::string(kind->function) + ": " + id.error().message());
    }
    return push_effect(lua, *id);
}

constexpr std::array<std::pair<std::string_view, command::Phrase>, 5> kPhrases{{
    {"failed", command::Phrase::failed},
    {"expired", command::Phrase::expired},
    {"not_for_you", command::Phrase::not_for_you},
    {"yes", command::Phrase::yes},
    {"no", command::Phrase::no},
}};

/// phrase(locale, name): what users are told, in their language.
int phrase(lua_State* lua, Script& /*script*/) {
    const std::string_view name = text_at(lua, 2);
    const auto* const found =
        std::ranges::find_if(kPhrases, [&](const auto& one) { return one.first == name; });
    if (found == kPhrases.end()) {
        return fail(lua, "no such phrase");
    }
    push_text(lua, command::say(text_at(lua, 1), found->second));
    return 1;
}

/// usage(definition, prefix, path): of the command, or of its subcommand of that path.
int usage(lua_State* lua, Script& /*script*/) {
    constexpr const char* kWhat = "rookery.format.usage: ";
    std::size_t budget = kMostDeclared;
    const auto given = to_json(lua, 1, budget);
    const auto definition =
        given ? command::read_definition(*given) : Result<command::DefinitionPtr>(given.error());
    if (!definition) {
        return fail(lua, kWhat + definition.error().message());
    }
    const std::string_view path = text_at(lua, 3);
    const command::Node* const node =
        path.data() == nullptr ? &(*definition)->root : command::find_node(**definition, path);
    if (node == nullptr) {
        return fail(lua, kWhat + std::string("there is no subcommand of that path"));
    }
    push_text(lua, command::usage_line(*node, text_at(lua, 2)));
    return 1;
}

}  // namespace

void set_commands(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {
        {"command_declare", &bound<command_declare>},
        {"command_handle", &bound<command_handle>},
        {"phrase", &bound<phrase>},
        {"usage", &bound<usage>},
    };
    set_bindings(lua, kBindings);
}

}  // namespace rookery::script
