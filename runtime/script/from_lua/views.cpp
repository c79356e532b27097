#include "script/from_lua/views.hpp"

#include "script/from_lua/binding.hpp"
#include "script/script.hpp"
#include "script/values.hpp"

#include <cstdint>
#include <new>
#include <type_traits>

namespace rookery::script {

namespace {

constexpr std::uint32_t kMagic = 0x726b7677;
constexpr int kStackForLevel = 6;

/// The userdata of a view. Of the event it holds the reference only; the view's pointers are
/// followed after the reference has been found to be alive.
struct ViewBox {
    std::uint32_t magic;
    bool whole;  ///< of the event itself: has its methods and properties
    EventRef ref;
    model::View view;
};
static_assert(std::is_trivially_destructible_v<ViewBox>);

/// A script cannot make userdata of its own, so size and mark are proof enough.
ViewBox* box_at(lua_State* lua, int index) {
    if (lua_type(lua, index) != LUA_TUSERDATA || lua_objlen(lua, index) != sizeof(ViewBox)) {
        return nullptr;
    }
    auto* box = static_cast<ViewBox*>(lua_touserdata(lua, index));
    return box->magic == kMagic ? box : nullptr;
}

void push_box(lua_State* lua, Script& script, EventRef ref, const model::View& view, bool whole) {
    void* memory = lua_newuserdata(lua, sizeof(ViewBox));
    new (memory) ViewBox{kMagic, whole, ref, view};
    script.events().hold(ref);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, script.view_metatable());
    lua_setmetatable(lua, -2);
}

void push_value(lua_State* lua, Script& script, EventRef ref, const model::Value& value,
                bool plain);

void push_array(lua_State* lua, Script& script, EventRef ref, const model::ArrayView& array,
                bool plain) {
    luaL_checkstack(lua, kStackForLevel, "too deeply nested");
    lua_createtable(lua, 4, 0);
    model::StringScratch scratch;
    model::ArrayCursor cursor(array);
    model::Value item;
    for (int i = 1; cursor.next(item, scratch); ++i) {
        push_value(lua, script, ref, item, plain);
        lua_rawseti(lua, -2, i);
        scratch.clear();
    }
}

void push_plain(lua_State* lua, Script& script, EventRef ref, const model::View& view) {
    const auto fields = view.fields();
    if (fields.empty()) {
        push_node(lua, view.node());
        return;
    }
    luaL_checkstack(lua, kStackForLevel, "too deeply nested");
    lua_createtable(lua, 0, static_cast<int>(fields.size()));
    model::StringScratch scratch;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        scratch.clear();
        const model::Value value = view.get(static_cast<model::FieldIndex>(i), scratch);
        if (!value) {
            continue;
        }
        push_text(lua, fields[i].name);
        push_value(lua, script, ref, value, true);
        lua_rawset(lua, -3);
    }
}

/// Objects become views, or tables when `plain`.
void push_value(lua_State* lua, Script& script, EventRef ref, const model::Value& value,
                bool plain) {
    using Kind = model::Value::Kind;
    switch (value.kind) {
        case Kind::absent:
        case Kind::null:
            lua_pushnil(lua);
            return;
        case Kind::boolean:
            lua_pushboolean(lua, value.boolean ? 1 : 0);
            return;
        case Kind::integer:
        case Kind::number:
            lua_pushnumber(lua, value.number);
            return;
        case Kind::text:
            push_text(lua, value.text);
            return;
        case Kind::object:
            if (plain) {
                push_plain(lua, script, ref, value.object);
            } else {
                push_box(lua, script, ref, value.object, false);
            }
            return;
        case Kind::array:
            push_array(lua, script, ref, value.array, plain);
            return;
    }
}

/// The box and its event; on failure the error is pushed.
struct Target {
    ViewBox* box = nullptr;
    const model::Event* event = nullptr;
};
Target target_at(lua_State* lua, Script& script, const char* what) {
    Target target{box_at(lua, 1), nullptr};
    if (target.box != nullptr) {
        target.event = script.events().get(target.box->ref);
    }
    if (target.event == nullptr) {
        (void)fail(
            lua, std::string(what) + (target.box == nullptr ? ": call it with a colon, on an event"
                                                            : ": the event is gone"));
    }
    return target;
}

int property(lua_State* lua, const model::Event& event, std::string_view name) {
    if (name == "event") {
        push_text(lua, event.name());
    } else if (name == "bot") {
        push_text(lua, event.bot_name());
    } else if (name == "platform") {
        push_text(lua, event.platform());
    } else if (name == "raw") {
        push_node(lua, event.root());
    } else {
        return 0;
    }
    return 1;
}

int view_index(lua_State* lua, Script& script) {
    const Target target = target_at(lua, script, "event");
    if (target.event == nullptr) {
        return kRaise;
    }
    const std::string_view key = text_at(lua, 2);
    if (key.data() == nullptr) {
        return 0;
    }
    const ViewBox& box = *target.box;
    const model::Shape* shape = box.view.mapping().shape;
    model::StringScratch scratch;
    if (shape == nullptr) {
        if (const auto value = box.view.get(key, scratch)) {
            push_value(lua, script, box.ref, value, false);
            return 1;
        }
    } else if (const int field = script.fields().find(*shape, key.data(), key.size()); field >= 0) {
        push_value(lua, script, box.ref,
                   box.view.get(static_cast<model::FieldIndex>(field), scratch), false);
        return 1;
    }
    if (box.whole && property(lua, *target.event, key) == 1) {
        return 1;
    }
    lua_rawgeti(lua, LUA_REGISTRYINDEX, box.whole ? script.event_methods() : script.view_methods());
    lua_pushvalue(lua, 2);
    lua_rawget(lua, -2);
    return 1;
}

int view_newindex(lua_State* lua, Script& /*script*/) { return fail(lua, "events are read-only"); }

int view_tostring(lua_State* lua, Script& script) {
    const Target target = target_at(lua, script, "tostring");
    if (target.event == nullptr) {
        return kRaise;
    }
    model::StringScratch scratch;
    std::string text(target.box->whole ? target.event->name() : target.box->view.shape());
    if (const auto id = target.box->view.get("id", scratch); id.kind == model::Value::Kind::text) {
        text += " " + std::string(id.text.substr(0, 40));
    }
    push_text(lua, text);
    return 1;
}

int view_table(lua_State* lua, Script& script) {
    const Target target = target_at(lua, script, "table");
    if (target.event == nullptr) {
        return kRaise;
    }
    push_plain(lua, script, target.box->ref, target.box->view);
    return 1;
}

int view_json(lua_State* lua, Script& script) {
    if (target_at(lua, script, "json").event == nullptr) {
        return kRaise;
    }
    std::string text;
    (void)write_view(lua, 1, text);
    push_text(lua, text);
    return 1;
}

int view_fields(lua_State* lua, Script& script) {
    const Target target = target_at(lua, script, "fields");
    if (target.event == nullptr) {
        return kRaise;
    }
    lua_newtable(lua);
    int i = 0;
    for (const auto& field : target.box->view.fields()) {
        push_text(lua, field.name);
        lua_rawseti(lua, -2, ++i);
    }
    if (i == 0) {
        for (const auto& member : target.box->view.node().members()) {
            push_text(lua, member.key);
            lua_rawseti(lua, -2, ++i);
        }
    }
    return 1;
}

int view_gc(lua_State* lua, Script& script) {
    if (ViewBox* box = box_at(lua, 1)) {
        box->magic = 0;
        script.events().release(box->ref);
    }
    return 0;
}

int next_of_table(lua_State* lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 2);
    return lua_next(lua, 1) != 0 ? 2 : 0;
}

int view_pairs(lua_State* lua, Script& script) {
    const int pushed = view_table(lua, script);
    if (pushed != 1) {
        return pushed;
    }
    lua_pushcfunction(lua, &next_of_table);
    lua_insert(lua, -2);
    return 2;
}

constexpr NamedBinding kMethods[] = {
    {"table", &bound<view_table>},
    {"json", &bound<view_json>},
    {"fields", &bound<view_fields>},
};
constexpr NamedBinding kMetamethods[] = {
    {"__index", &bound<view_index>},       {"__newindex", &bound<view_newindex>},
    {"__tostring", &bound<view_tostring>}, {"__gc", &bound<view_gc>},
    {"__pairs", &bound<view_pairs>},
};

}  // namespace

int FieldCache::find(const model::Shape& shape, const char* key, std::size_t size) {
    const auto mixed = (reinterpret_cast<std::uintptr_t>(key) >> 4U) ^
                       (reinterpret_cast<std::uintptr_t>(&shape) >> 5U);
    Entry& entry = entries_[(mixed ^ (mixed >> 8U)) % entries_.size()];
    const std::string_view name(key, size);
    if (entry.key == key && entry.shape == &shape &&
        shape.fields[static_cast<std::size_t>(entry.field)].name == name) {
        return entry.field;
    }
    const auto field = shape.find(name);
    if (!field) {
        return -1;
    }
    entry = {key, &shape, *field};
    return *field;
}

void open_views(lua_State* lua) {
    Script& script = script_of(lua);
    lua_newtable(lua);
    set_bindings(lua, kMetamethods);
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_newtable(lua);
    set_bindings(lua, kMethods);
    const int methods = luaL_ref(lua, LUA_REGISTRYINDEX);
    const int metatable = luaL_ref(lua, LUA_REGISTRYINDEX);
    lua_newtable(lua);
    set_bindings(lua, kMethods);
    lua_pushvalue(lua, -1);
    script.set_view_tables(metatable, methods, luaL_ref(lua, LUA_REGISTRYINDEX));
}

void push_event(lua_State* lua, Script& script, EventRef ref) {
    if (const model::Event* event = script.events().get(ref)) {
        push_box(lua, script, ref, event->view(), true);
    } else {
        lua_pushnil(lua);
    }
}

bool write_view(lua_State* lua, int index, std::string& out) {
    const ViewBox* box = box_at(lua, index);
    if (box == nullptr || script_of(lua).events().get(box->ref) == nullptr) {
        return false;
    }
    box->view.write_json(out);
    return true;
}

}  // namespace rookery::script
