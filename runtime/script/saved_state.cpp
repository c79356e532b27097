#include "script/saved_state.hpp"

#include "script/values.hpp"

#include <cstdint>
#include <cstring>

namespace rookery::script {

namespace {

// One letter for each value; numbers as the machine has them: the text never leaves the process's
// host.
constexpr char kNil = '0';
constexpr char kFalse = 'f';
constexpr char kTrue = 't';
constexpr char kNumber = 'n';
constexpr char kText = 's';
constexpr char kTable = '{';
constexpr char kEnd = '}';
constexpr int kStackForLevel = 6;

class Encoder {
  public:
    explicit Encoder(lua_State* lua) : lua_(lua) {}

    Result<> write(int index, int depth);
    std::string out;

  private:
    Result<> write_table(int index, int depth);
    [[nodiscard]] std::string key_text() const;
    template <class T>
    void append(T value) {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        out.append(bytes, sizeof value);
    }

    lua_State* lua_;
    std::string path_ = "state";
};

Result<> Encoder::write(int index, int depth) {
    if (out.size() > kMaxBytes) {
        return Error(ErrorKind::limit, "the saved state is larger than 16 MiB");
    }
    switch (lua_type(lua_, index)) {
        case LUA_TNIL:
            out += kNil;
            return {};
        case LUA_TBOOLEAN:
            out += lua_toboolean(lua_, index) != 0 ? kTrue : kFalse;
            return {};
        case LUA_TNUMBER:
            out += kNumber;
            append(lua_tonumber(lua_, index));
            return {};
        case LUA_TSTRING: {
            std::size_t size = 0;
            const char* data = lua_tolstring(lua_, index, &size);
            out += kText;
            append(static_cast<std::uint32_t>(size));
            if (size <= kMaxBytes) {
                out.append(data, size);
                return {};
            }
            return Error(ErrorKind::limit, path_ + " is a string of more than 16 MiB");
        }
        case LUA_TTABLE:
            return write_table(index, depth);
        default:
            return Error(ErrorKind::invalid, path_ + " is a " + luaL_typename(lua_, index) +
                                                 ": only plain values can be handed over");
    }
}

Result<> Encoder::write_table(int index, int depth) {
    if (depth >= kMaxDepth) {
        return Error(ErrorKind::limit,
                     "the saved state is nested deeper than 64 levels, or refers to itself, at " +
                         path_.substr(0, 80));
    }
    luaL_checkstack(lua_, kStackForLevel, nullptr);
    const std::size_t length = path_.size();
    out += kTable;
    for (lua_pushnil(lua_); lua_next(lua_, index) != 0; lua_pop(lua_, 1)) {
        const int top = lua_gettop(lua_);
        path_ += key_text();
        if (auto key = write(top - 1, depth + 1); !key) {
            return key;
        }
        if (auto value = write(top, depth + 1); !value) {
            return value;
        }
        path_.resize(length);
    }
    out += kEnd;
    return {};
}

std::string Encoder::key_text() const {
    std::size_t size = 0;
    switch (lua_type(lua_, -2)) {
        case LUA_TSTRING: {
            const char* data = lua_tolstring(lua_, -2, &size);
            return "." + std::string(data, size).substr(0, 40);
        }
        case LUA_TNUMBER: {
            const double number = lua_tonumber(lua_, -2);
            std::string text = std::to_string(number);
            return "[" + text.substr(0, text.find(".000000")) + "]";
        }
        default:
            return std::string("[") + luaL_typename(lua_, -2) + "]";
    }
}

class Decoder {
  public:
    Decoder(lua_State* lua, std::string_view data) : lua_(lua), rest_(data) {}

    Result<> read(int depth);
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  private:
    Result<> read_table(int depth);
    static Error broken() { return {ErrorKind::invalid, "the saved state is damaged"}; }
    template <class T>
    bool take(T& value) {
        if (rest_.size() < sizeof value) {
            return false;
        }
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_.remove_prefix(sizeof value);
        return true;
    }

    lua_State* lua_;
    std::string_view rest_;
};

Result<> Decoder::read(int depth) {
    char kind = 0;
    if (!take(kind)) {
        return broken();
    }
    switch (kind) {
        case kNil:
            lua_pushnil(lua_);
            return {};
        case kFalse:
        case kTrue:
            lua_pushboolean(lua_, kind == kTrue ? 1 : 0);
            return {};
        case kNumber: {
            double number = 0;
            if (!take(number)) {
                return broken();
            }
            lua_pushnumber(lua_, number);
            return {};
        }
        case kText: {
            std::uint32_t size = 0;
            if (!take(size) || size > rest_.size()) {
                return broken();
            }
            lua_pushlstring(lua_, rest_.data(), size);
            rest_.remove_prefix(size);
            return {};
        }
        case kTable:
            return read_table(depth);
        default:
            return broken();
    }
}

Result<> Decoder::read_table(int depth) {
    if (depth >= kMaxDepth) {
        return broken();
    }
    luaL_checkstack(lua_, kStackForLevel, nullptr);
    lua_newtable(lua_);
    while (!rest_.empty() && rest_.front() != kEnd) {
        if (auto key = read(depth + 1); !key) {
            return key;
        }
        const bool nan =
            lua_type(lua_, -1) == LUA_TNUMBER && lua_tonumber(lua_, -1) != lua_tonumber(lua_, -1);
        if (lua_isnil(lua_, -1) || nan) {
            return broken();
        }
        if (auto value = read(depth + 1); !value) {
            return value;
        }
        lua_rawset(lua_, -3);
    }
    char end = 0;
    return take(end) ? Result<>() : broken();
}

}  // namespace

Result<std::string> encode_state(lua_State* lua, int index) {
    const int top = lua_gettop(lua);
    Encoder encoder(lua);
    const auto written = encoder.write(index, 0);
    lua_settop(lua, top);
    if (!written) {
        return written.error();
    }
    return std::move(encoder.out);
}

Result<> decode_state(lua_State* lua, std::string_view data) {
    const int top = lua_gettop(lua);
    Decoder decoder(lua, data);
    auto result = decoder.read(0);
    if (result && !decoder.at_end()) {
        result = Error(ErrorKind::invalid, "the saved state is damaged");
    }
    if (!result) {
        lua_settop(lua, top);
    }
    return result;
}

}  // namespace rookery::script
