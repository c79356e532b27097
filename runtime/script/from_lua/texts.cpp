#include "model/json_index.hpp"
#include "script/from_lua/api.hpp"
#include "script/script.hpp"
#include "script/values.hpp"

namespace rookery::script {

namespace {

int log(lua_State* lua, Script& script) {
    const auto level = static_cast<int>(lua_tonumber(lua, 1));
    script.log().line(level, text_at(lua, 2), std::chrono::steady_clock::now());
    return 0;
}

int json_encode(lua_State* lua, Script& /*script*/) {
    if (lua_isnone(lua, 1)) {
        return fail_argument(lua, "rookery.json.encode: the argument", "a value", 1);
    }
    std::size_t budget = kMaxBytes;
    const auto json = to_json(lua, 1, budget);
    if (!json) {
        return fail(lua, "rookery.json.encode: " + json.error().message());
    }
    push_text(lua, json->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return 1;
}

/// Bad text is what a script may well get from outside: nil and the reason, no error.
int json_decode(lua_State* lua, Script& /*script*/) {
    const std::string_view text = text_at(lua, 1);
    if (text.data() == nullptr) {
        return fail_argument(lua, "rookery.json.decode: the argument", "a string", 1);
    }
    const auto refuse = [lua](const std::string& reason) {
        lua_pushnil(lua);
        push_text(lua, reason);
        return 2;
    };
    if (text.size() > kMaxBytes) {
        return refuse("the text is larger than 16 MiB");
    }
    const auto index = model::JsonIndex::build(text);
    if (!index) {
        return refuse(index.error().message());
    }
    push_node(lua, index->root());
    return 1;
}

int read_module_text(lua_State* lua, Script& script) {
    const std::string_view name = text_at(lua, 1);
    if (name.data() == nullptr) {
        return fail_argument(lua, "require: the module's name", "a string", 1);
    }
    const auto module = read_module(script.source().modules, name);
    if (!module) {
        return fail(lua, module.error().message());
    }
    push_text(lua, module->text);
    push_text(lua, module->file);
    return 2;
}

}  // namespace

void set_texts(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {
        {"log", &bound<log>},
        {"json_encode", &bound<json_encode>},
        {"json_decode", &bound<json_decode>},
        {"read_module", &bound<read_module_text>},
    };
    set_bindings(lua, kBindings);
}

}  // namespace rookery::script
