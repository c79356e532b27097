#include "script/from_lua/views.hpp"

#include "script/from_lua/binding.hpp"
#include "script/script.hpp"
#include "script/values.hpp"

#include <cstdint>
#include <exception>
#include <new>
#include <type_traits>

namespace rookery::script {

namespace {

constexpr int kStackForLevel = 6;

// A view is a table that views.lua makes. By these keys the host finds its own in it, whatever a
// script has done to the table.
constexpr std::string_view kAnchorKey = "\1event";
constexpr std::string_view kNodeKey = "\1node";
constexpr std::string_view kMappingKey = "\1mapping";  // of the metatable

static_assert(std::is_trivially_destructible_v<ViewAnchor>);

/// A script cannot make userdata of its own, so size and mark are proof enough.
ViewAnchor* anchor_at(lua_State* lua, int index) {
    if (lua_type(lua, index) != LUA_TUSERDATA || lua_objlen(lua, index) != sizeof(ViewAnchor)) {
        return nullptr;
    }
    auto* anchor = static_cast<ViewAnchor*>(lua_touserdata(lua, index));
    return anchor->magic == ViewAnchor::kMagic ? anchor : nullptr;
}

void raw_field(lua_State* lua, int table, std::string_view key) {
    push_text(lua, key);
    lua_rawget(lua, table < 0 ? table - 1 : table);
}

/// The numbers of the view at `index`; without an anchor when it is none.
struct Parts {
    const ViewAnchor* anchor = nullptr;
    std::int32_t node = 0;
    std::int32_t mapping = 0;
};
Parts parts_at(lua_State* lua, int index) {
    Parts parts;
    if (!lua_istable(lua, index) || lua_getmetatable(lua, index) == 0) {
        return parts;
    }
    const int table = index < 0 ? index - 1 : index;
    raw_field(lua, table, kAnchorKey);
    if (const ViewAnchor* anchor = anchor_at(lua, -1)) {
        raw_field(lua, table < 0 ? table - 1 : table, kNodeKey);
        raw_field(lua, -3, kMappingKey);
        parts = {anchor, static_cast<std::int32_t>(lua_tointeger(lua, -2)),
                 static_cast<std::int32_t>(lua_tointeger(lua, -1))};
        lua_pop(lua, 2);
    }
    lua_pop(lua, 2);
    return parts;
}

model::View view_at(lua_State* lua, Script& script, int index) {
    const Parts parts = parts_at(lua, index);
    return script.views().view(parts.anchor, parts.node, parts.mapping);
}

// What Lua calls through the FFI: no lua_State, no error, and nothing of LuaJIT's below, so that
// the hard stop, which jumps only out of LuaJIT, cannot come here.

template <class Read>
std::int32_t guarded(Read&& read) noexcept {
    try {
        return read();
    } catch (const std::exception&) {  // no memory for a text
        return ViewValue::nothing;
    }
}

std::int32_t read_field(void* data, std::int32_t node, std::int32_t mapping,
                        std::int32_t field) noexcept {
    const auto* anchor = static_cast<const ViewAnchor*>(data);
    return anchor == nullptr || anchor->magic != ViewAnchor::kMagic
               ? ViewValue::nothing
               : guarded([&] { return anchor->reader->read(anchor, node, mapping, field); });
}

std::int32_t read_key(void* data, std::int32_t node, const char* key, std::int32_t size) noexcept {
    const auto* anchor = static_cast<const ViewAnchor*>(data);
    return anchor == nullptr || anchor->magic != ViewAnchor::kMagic
               ? ViewValue::nothing
               : guarded([&] {
                     return anchor->reader->read(
                         anchor, node, std::string_view(key, static_cast<std::size_t>(size)));
                 });
}

std::int32_t next_item(void* data) noexcept {
    const auto* anchor = static_cast<const ViewAnchor*>(data);
    return anchor == nullptr || anchor->magic != ViewAnchor::kMagic
               ? ViewValue::end
               : guarded([&] { return anchor->reader->next_item(); });
}

template <class Function>
void set_address(lua_State* lua, Function* function, const char* name) {
    lua_pushlightuserdata(lua, reinterpret_cast<void*>(function));
    lua_setfield(lua, -2, name);
}

// Plain copies.

void push_plain(lua_State* lua, const model::View& view);

void push_plain_value(lua_State* lua, const model::Value& value) {
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
            push_plain(lua, value.object);
            return;
        case Kind::array:
            break;
    }
    luaL_checkstack(lua, kStackForLevel, "too deeply nested");
    lua_createtable(lua, 4, 0);
    model::StringScratch scratch;
    model::ArrayCursor cursor(value.array);
    model::Value item;
    for (int i = 1; cursor.next(item, scratch); ++i) {
        push_plain_value(lua, item);
        lua_rawseti(lua, -2, i);
        scratch.clear();
    }
}

void push_plain(lua_State* lua, const model::View& view) {
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
        if (const auto value = view.get(static_cast<model::FieldIndex>(i), scratch)) {
            push_text(lua, fields[i].name);
            push_plain_value(lua, value);
            lua_rawset(lua, -3);
        }
    }
}

int fail_view(lua_State* lua, const char* what) {
    return fail(lua, std::string(what) + (is_view(lua, 1) ? ": the event is gone"
                                                          : ": call it with a colon, on an event"));
}

int view_table(lua_State* lua, Script& script) {
    const model::View view = view_at(lua, script, 1);
    if (!view) {
        return fail_view(lua, "table");
    }
    push_plain(lua, view);
    return 1;
}

int view_json(lua_State* lua, Script& /*script*/) {
    std::string text;
    if (!write_view(lua, 1, text)) {
        return fail_view(lua, "json");
    }
    push_text(lua, text);
    return 1;
}

int view_fields(lua_State* lua, Script& script) {
    const model::View view = view_at(lua, script, 1);
    if (!view) {
        return fail_view(lua, "fields");
    }
    lua_newtable(lua);
    int i = 0;
    for (const auto& field : view.fields()) {
        push_text(lua, field.name);
        lua_rawseti(lua, -2, ++i);
    }
    if (i == 0) {
        for (const auto& member : view.node().members()) {
            push_text(lua, member.key);
            lua_rawseti(lua, -2, ++i);
        }
    }
    return 1;
}

/// The whole payload of an anchor's event.
int view_raw(lua_State* lua, Script& script) {
    if (const model::Event* event = script.views().event_of(anchor_at(lua, 1))) {
        push_node(lua, event->root());
        return 1;
    }
    return 0;
}

/// The shape behind a number: its name, and the numbers of its fields by name; "raw" without one.
int view_mapping(lua_State* lua, Script& /*script*/) {
    const auto id = static_cast<std::size_t>(lua_tonumber(lua, 1));
    const auto mappings = model::mappings();
    if (id >= mappings.size()) {
        return fail(lua, "no such mapping");
    }
    const model::Shape* shape = mappings[id]->shape;
    if (shape == nullptr) {
        push_text(lua, "raw");
        return 1;
    }
    push_text(lua, shape->name);
    lua_createtable(lua, 0, static_cast<int>(shape->fields.size()));
    for (std::size_t i = 0; i < shape->fields.size(); ++i) {
        push_text(lua, shape->fields[i].name);
        lua_pushinteger(lua, static_cast<lua_Integer>(i));
        lua_rawset(lua, -3);
    }
    return 2;
}

/// The fields of a shape that hold objects or lists of them: name to the shape's name.
int shape_objects(lua_State* lua, Script& /*script*/) {
    const std::string_view name = text_at(lua, 1);
    lua_newtable(lua);
    for (const model::Mapping* mapping : model::mappings()) {
        if (mapping->shape == nullptr || mapping->shape->name != name) {
            continue;
        }
        for (const auto& field : mapping->shape->fields) {
            if (field.shape != nullptr) {
                push_text(lua, field.name);
                push_text(lua, field.shape->name);
                lua_rawset(lua, -3);
            }
        }
        break;
    }
    return 1;
}

int anchor_gc(lua_State* lua, Script& script) {
    if (ViewAnchor* anchor = anchor_at(lua, 1)) {
        anchor->magic = 0;
        script.events().release(anchor->ref);
    }
    return 0;
}

}  // namespace

void set_views(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {
        {"view_table", &bound<view_table>},     {"view_json", &bound<view_json>},
        {"view_fields", &bound<view_fields>},   {"view_raw", &bound<view_raw>},
        {"view_mapping", &bound<view_mapping>}, {"shape_objects", &bound<shape_objects>},
    };
    set_bindings(lua, kBindings);
    set_address(lua, &read_field, "read_field");
    set_address(lua, &read_key, "read_key");
    set_address(lua, &next_item, "next_item");
    Script& script = script_of(lua);
    lua_pushlightuserdata(lua, const_cast<ViewValue*>(&script.views().value()));
    lua_setfield(lua, -2, "view_value");
    lua_newtable(lua);
    lua_pushcfunction(lua, &bound<anchor_gc>);
    lua_setfield(lua, -2, "__gc");
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    script.set_anchor_metatable(luaL_ref(lua, LUA_REGISTRYINDEX));
}

void push_anchor(lua_State* lua, Script& script, EventRef ref) {
    const model::Event* event = script.events().get(ref);
    if (event == nullptr) {
        return;
    }
    new (lua_newuserdata(lua, sizeof(ViewAnchor)))
        ViewAnchor{ViewAnchor::kMagic, ref, &script.views()};
    script.events().hold(ref);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, script.anchor_metatable());
    lua_setmetatable(lua, -2);
    const model::View view = event->view();
    lua_pushinteger(lua, view.mapping().id);
    lua_pushinteger(lua, static_cast<lua_Integer>(view.node().index()));
}

const model::Event* event_of_view(lua_State* lua, Script& script, int index) {
    return script.views().event_of(parts_at(lua, index).anchor);
}

bool is_view(lua_State* lua, int index) { return parts_at(lua, index).anchor != nullptr; }

bool write_view(lua_State* lua, int index, std::string& out) {
    const model::View view = view_at(lua, script_of(lua), index);
    if (!view) {
        return false;
    }
    view.write_json(out);
    return true;
}

}  // namespace rookery::script
