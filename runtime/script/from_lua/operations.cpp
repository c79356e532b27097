#include "model/operations.hpp"

#include "script/from_lua/api.hpp"
#include "script/prelude.hpp"
#include "script/values.hpp"

#include <string_view>

namespace rookery::script {

namespace {

void push_page(lua_State* lua, const model::PageInfo& page) {
    lua_newtable(lua);
    push_text(lua, page.cursor);
    lua_setfield(lua, -2, "cursor");
    push_text(lua, page.items);
    lua_setfield(lua, -2, "items");
    push_text(lua, page.at);
    lua_setfield(lua, -2, "at");
    lua_pushnumber(lua, static_cast<double>(page.most));
    lua_setfield(lua, -2, "most");
}

void push_operation(lua_State* lua, const model::OperationInfo& operation, int number) {
    lua_newtable(lua);
    lua_pushinteger(lua, number);
    lua_setfield(lua, -2, "number");
    push_text(lua, operation.noun);
    lua_setfield(lua, -2, "noun");
    push_text(lua, operation.verb);
    lua_setfield(lua, -2, "verb");
    if (operation.result != nullptr && operation.result->shape != nullptr) {
        push_text(lua, operation.result->shape->name);
        lua_setfield(lua, -2, "result");
    }
    if (!operation.params.empty() && operation.params[0].name == "guildId") {
        lua_pushboolean(lua, 1);
        lua_setfield(lua, -2, "of_guild");
    }
    if (operation.page != nullptr) {
        push_page(lua, *operation.page);
        lua_setfield(lua, -2, "page");
    }
}

/// A list; nothing when there is no such noun.
int operations_of(lua_State* lua, Script& /*script*/) {
    const std::string_view noun = text_at(lua, 1);
    int number = 0;
    int found = 0;
    for (const auto& operation : model::operations()) {
        ++number;
        if (operation.noun != noun) {
            continue;
        }
        if (found == 0) {
            lua_newtable(lua);
        }
        push_operation(lua, operation, number);
        lua_rawseti(lua, -2, ++found);
    }
    return found > 0 ? 1 : 0;
}

/// A list, in which a noun may be more than once.
int nouns(lua_State* lua, Script& /*script*/) {
    lua_newtable(lua);
    int count = 0;
    std::string_view last;
    for (const auto& operation : model::operations()) {
        if (operation.noun != last) {
            last = operation.noun;
            push_text(lua, last);
            lua_rawseti(lua, -2, ++count);
        }
    }
    return 1;
}

/// What loading a file of the prelude takes. Called by the prelude alone.
int source(lua_State* lua, Script& /*script*/) {
    const std::string_view name = text_at(lua, 1);
    const auto files = prelude_files();
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::string_view file = files[i].name.substr(std::string_view("=rookery/").size());
        if (file.substr(0, file.size() - std::string_view(".lua").size()) == name) {
            push_text(lua, prelude_code(i));
            return 1;
        }
    }
    return 0;
}

}  // namespace

void set_operations(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {
        {"operations_of", &bound<operations_of>},
        {"nouns", &bound<nouns>},
        {"source", &bound<source>},
    };
    set_bindings(lua, kBindings);
}

}  // namespace rookery::script
