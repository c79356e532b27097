#include "script/values.hpp"

#include "model/string_scratch.hpp"
#include "script/from_lua/views.hpp"

#include <cmath>
#include <string_view>

namespace rookery::script {

namespace {

constexpr int kStackForLevel = 6;
constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
constexpr std::size_t kValueCost = 32;                 // of a small value, against kMaxBytes

/// One conversion from Lua: where it is, for messages, and how much it may still make.
class Reader {
  public:
    Reader(lua_State* lua, std::size_t& budget, std::vector<std::string>* attachments = nullptr)
        : lua_(lua), budget_(budget), attachments_(attachments) {}

    Result<nlohmann::json> read(int index, int depth);

  private:
    Result<nlohmann::json> read_table(int index, int depth);
    Result<nlohmann::json> read_list(int index, std::size_t size, int depth);
    Result<nlohmann::json> read_object(int index, int depth);
    Result<nlohmann::json> read_number(double number);
    Result<nlohmann::json> read_view(int index);
    Result<nlohmann::json> read_binary(int table);
    [[nodiscard]] bool spend(std::size_t bytes) {
        const bool enough = bytes + kValueCost <= budget_;
        budget_ -= enough ? bytes + kValueCost : budget_;
        return enough;
    }
    static Error too_large() { return {ErrorKind::limit, "the value is too large"}; }
    [[nodiscard]] Error error(ErrorKind kind, std::string_view problem) const {
        return {kind,
                (path_.empty() ? std::string("the value") : path_) + " " + std::string(problem)};
    }

    lua_State* lua_;
    std::string path_;
    std::size_t& budget_;
    std::vector<std::string>* attachments_;  ///< null: nothing binary is taken
};

Result<nlohmann::json> Reader::read(int index, int depth) {
    if (!spend(0)) {
        return too_large();
    }
    switch (lua_type(lua_, index)) {
        case LUA_TNIL:
            return nlohmann::json();
        case LUA_TBOOLEAN:
            return nlohmann::json(lua_toboolean(lua_, index) != 0);
        case LUA_TNUMBER:
            return read_number(lua_tonumber(lua_, index));
        case LUA_TSTRING: {
            std::size_t size = 0;
            const char* data = lua_tolstring(lua_, index, &size);
            if (!spend(size)) {
                return too_large();
            }
            return nlohmann::json(std::string(data, size));
        }
        case LUA_TLIGHTUSERDATA:
            if (lua_touserdata(lua_, index) == nullptr) {
                return nlohmann::json();
            }
            break;
        case LUA_TTABLE:
            return is_view(lua_, index) ? read_view(index) : read_table(index, depth);
        default:
            break;
    }
    return error(ErrorKind::invalid, std::string("is a ") + luaL_typename(lua_, index));
}

Result<nlohmann::json> Reader::read_number(double number) {
    if (!std::isfinite(number)) {
        return error(ErrorKind::invalid, "is not a finite number");
    }
    if (std::abs(number) <= kExactIntegers && number == std::trunc(number)) {
        return nlohmann::json(static_cast<std::int64_t>(number));
    }
    return nlohmann::json(number);
}

Result<nlohmann::json> Reader::read_view(int index) {
    std::string text;
    if (!write_view(lua_, index, text)) {
        return error(ErrorKind::invalid, "is not a value that can be read");
    }
    if (!spend(text.size())) {
        return too_large();
    }
    auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        return error(ErrorKind::invalid, "is not JSON");
    }
    return json;
}

// What the host's functions mark tables with: an empty one that is to be an object
// (rookery.json.object), and bytes (rookery.server.binary).
constexpr std::string_view kObjectMark = "\1object";
constexpr std::string_view kBinaryMark = "\1binary";

bool has_mark(lua_State* lua, int table, std::string_view mark) {
    if (lua_getmetatable(lua, table) == 0) {
        return false;
    }
    lua_pushlstring(lua, mark.data(), mark.size());
    lua_rawget(lua, -2);
    const bool marked = lua_toboolean(lua, -1) != 0;
    lua_pop(lua, 2);
    return marked;
}

Result<nlohmann::json> Reader::read_binary(int table) {
    if (attachments_ == nullptr) {
        return error(ErrorKind::invalid, "is binary, which only an event of a socket can carry");
    }
    lua_pushliteral(lua_, "data");
    lua_rawget(lua_, table);
    std::size_t size = 0;
    const char* const data =
        lua_type(lua_, -1) == LUA_TSTRING ? lua_tolstring(lua_, -1, &size) : nullptr;
    if (data == nullptr) {
        lua_pop(lua_, 1);
        return error(ErrorKind::invalid, "is binary without a string as its data");
    }
    std::string bytes(data, size);
    lua_pop(lua_, 1);
    if (!spend(size)) {
        return too_large();
    }
    attachments_->push_back(std::move(bytes));
    return nlohmann::json{{"_placeholder", true}, {"num", attachments_->size() - 1}};
}

Result<nlohmann::json> Reader::read_table(int index, int depth) {
    if (depth >= kMaxDepth) {
        return error(ErrorKind::limit, "is nested deeper than 64 levels, or refers to itself");
    }
    luaL_checkstack(lua_, kStackForLevel, nullptr);
    const int table = index < 0 ? lua_gettop(lua_) + index + 1 : index;
    if (has_mark(lua_, table, kBinaryMark)) {
        return read_binary(table);
    }
    std::size_t numbers = 0;
    std::size_t names = 0;
    for (lua_pushnil(lua_); lua_next(lua_, table) != 0; lua_pop(lua_, 1)) {
        const int key = lua_type(lua_, -2);
        if (key != LUA_TSTRING && key != LUA_TNUMBER) {
            lua_pop(lua_, 2);
            return error(ErrorKind::invalid,
                         std::string("has a key that is a ") + lua_typename(lua_, key));
        }
        ++(key == LUA_TNUMBER ? numbers : names);
    }
    if (names == 0 && numbers == 0 && has_mark(lua_, table, kObjectMark)) {
        return nlohmann::json::object();
    }
    if (names == 0) {
        if (lua_objlen(lua_, table) != numbers) {
            return error(ErrorKind::invalid, "is a list with holes");
        }
        return read_list(table, numbers, depth);
    }
    if (numbers != 0) {
        return error(ErrorKind::invalid, "mixes list items and named keys");
    }
    return read_object(table, depth);
}

Result<nlohmann::json> Reader::read_list(int index, std::size_t size, int depth) {
    nlohmann::json list = nlohmann::json::array();
    const std::size_t length = path_.size();
    for (std::size_t i = 1; i <= size; ++i) {
        path_ += "[" + std::to_string(i) + "]";
        lua_rawgeti(lua_, index, static_cast<int>(i));
        auto item = read(lua_gettop(lua_), depth + 1);
        lua_pop(lua_, 1);
        if (!item) {
            return item.error();
        }
        list.push_back(*std::move(item));
        path_.resize(length);
    }
    return list;
}

Result<nlohmann::json> Reader::read_object(int index, int depth) {
    nlohmann::json object = nlohmann::json::object();
    const std::size_t length = path_.size();
    for (lua_pushnil(lua_); lua_next(lua_, index) != 0; lua_pop(lua_, 1)) {
        std::size_t size = 0;
        const char* data = lua_tolstring(lua_, -2, &size);
        std::string name(data, size);
        path_ += (length == 0 ? "" : ".") + name.substr(0, 60);
        if (!spend(size)) {
            return too_large();
        }
        auto item = read(lua_gettop(lua_), depth + 1);
        if (!item) {
            lua_pop(lua_, 2);
            return item.error();
        }
        object[std::move(name)] = *std::move(item);
        path_.resize(length);
    }
    return object;
}

void push_json_at(lua_State* lua, const nlohmann::json& value, int depth) {
    luaL_checkstack(lua, kStackForLevel, "too deeply nested");
    if (depth > kMaxDepth) {
        lua_pushnil(lua);
        return;
    }
    switch (value.type()) {
        case nlohmann::json::value_t::boolean:
            lua_pushboolean(lua, value.get<bool>() ? 1 : 0);
            return;
        case nlohmann::json::value_t::number_integer:
        case nlohmann::json::value_t::number_unsigned:
        case nlohmann::json::value_t::number_float:
            lua_pushnumber(lua, value.get<double>());
            return;
        case nlohmann::json::value_t::string: {
            const auto& text = value.get_ref<const std::string&>();
            lua_pushlstring(lua, text.data(), text.size());
            return;
        }
        case nlohmann::json::value_t::array: {
            lua_createtable(lua, static_cast<int>(value.size()), 0);
            int i = 0;
            for (const auto& item : value) {
                push_json_at(lua, item, depth + 1);
                lua_rawseti(lua, -2, ++i);
            }
            return;
        }
        case nlohmann::json::value_t::object: {
            lua_createtable(lua, 0, static_cast<int>(value.size()));
            for (const auto& [name, item] : value.items()) {
                lua_pushlstring(lua, name.data(), name.size());
                push_json_at(lua, item, depth + 1);
                lua_rawset(lua, -3);
            }
            return;
        }
        default:
            lua_pushnil(lua);
            return;
    }
}

void push_text_of(lua_State* lua, model::JsonNode node, model::StringScratch& scratch) {
    scratch.clear();
    const std::string_view text = node.as_string(scratch);
    lua_pushlstring(lua, text.data(), text.size());
}

void push_key(lua_State* lua, std::string_view raw) {
    if (raw.find('\\') == std::string_view::npos) {
        lua_pushlstring(lua, raw.data(), raw.size());
        return;
    }
    const auto decoded = nlohmann::json::parse('"' + std::string(raw) + '"', nullptr, false);
    const std::string text = decoded.is_string() ? decoded.get<std::string>() : std::string(raw);
    lua_pushlstring(lua, text.data(), text.size());
}

/// The index has checked the depth already.
void push_node_with(lua_State* lua, model::JsonNode node, model::StringScratch& scratch) {
    luaL_checkstack(lua, kStackForLevel, "too deeply nested");
    if (node.is_string()) {
        push_text_of(lua, node, scratch);
    } else if (node.is_object()) {
        lua_createtable(lua, 0, static_cast<int>(node.size()));
        for (const model::JsonMember member : node.members()) {
            push_key(lua, member.key);
            push_node_with(lua, member.value, scratch);
            lua_rawset(lua, -3);
        }
    } else if (node.is_array()) {
        lua_createtable(lua, static_cast<int>(node.size()), 0);
        int i = 0;
        for (const model::JsonNode item : node.elements()) {
            push_node_with(lua, item, scratch);
            lua_rawseti(lua, -2, ++i);
        }
    } else if (const auto boolean = node.as_bool()) {
        lua_pushboolean(lua, *boolean ? 1 : 0);
    } else if (const auto number = node.as_number()) {
        lua_pushnumber(lua, *number);
    } else {
        lua_pushnil(lua);
    }
}

}  // namespace

void push_json(lua_State* lua, const nlohmann::json& value) { push_json_at(lua, value, 0); }

void push_node(lua_State* lua, model::JsonNode node) {
    model::StringScratch scratch;
    push_node_with(lua, node, scratch);
}

Result<nlohmann::json> to_json(lua_State* lua, int index, std::size_t& budget) {
    const int top = lua_gettop(lua);
    auto result = Reader(lua, budget).read(index, 0);
    lua_settop(lua, top);
    return result;
}

Result<nlohmann::json> to_json(lua_State* lua, int index, std::size_t& budget,
                               std::vector<std::string>& attachments) {
    const int top = lua_gettop(lua);
    auto result = Reader(lua, budget, &attachments).read(index, 0);
    lua_settop(lua, top);
    return result;
}

}  // namespace rookery::script
