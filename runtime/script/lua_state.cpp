#include "script/lua_state.hpp"

#include "base/log.hpp"
#include "script/prelude.hpp"

#include <cstring>
#include <string_view>
#include <utility>

namespace rookery::script {

namespace {

constexpr int kTracebackFrames = 12;

/// Reached only by a host call outside protected_call() and resume(): a defect of the host.
int panic(lua_State* lua) {
    log::get("script")->critical("an unprotected Lua error: {}", error_text(lua));
    RK_ASSERT(false && "unprotected Lua error");
    return 0;
}

struct Resumption {
    lua_State* thread;
    int arguments;
    int status;
};

/// Below the hard stop's return point: no destructors here.
void resume_body(void* data) {
    auto* resumption = static_cast<Resumption*>(data);
    resumption->status = lua_resume(resumption->thread, resumption->arguments);
}

bool is_script_frame(const lua_Debug& frame) {
    return frame.currentline > 0 && !is_prelude(frame.source);
}

}  // namespace

Result<std::unique_ptr<LuaState>> LuaState::create(std::size_t memory_limit, void* owner) {
    auto arena = Arena::create(memory_limit);
    if (!arena) {
        return arena.error();
    }
    std::unique_ptr<LuaState> state(new LuaState(*std::move(arena), owner));
    state->lua_ = lua_newstate(&LuaState::allocate, state.get());
    if (state->lua_ == nullptr) {
        return Error(ErrorKind::limit,
                     "a Lua state does not fit in " + std::to_string(memory_limit) + " bytes");
    }
    lua_atpanic(state->lua_, &panic);
    return state;
}

void* LuaState::owner_of(lua_State* lua) noexcept {
    void* self = nullptr;
    lua_getallocf(lua, &self);
    return static_cast<LuaState*>(self)->owner_;
}

void* LuaState::allocate(void* self, void* pointer, std::size_t /*old_size*/,
                         std::size_t size) noexcept {
    void* const memory = static_cast<LuaState*>(self)->arena_.reallocate(pointer, size);
    Watch::leave_if_late();
    return memory;
}

Result<> LuaState::call_protected(lua_CFunction function, void* argument) {
    const int top = lua_gettop(lua_);
    if (lua_cpcall(lua_, function, argument) == 0) {
        return {};
    }
    std::string text = error_text(lua_);
    lua_settop(lua_, top);
    return Error(text == kOutOfMemory ? ErrorKind::limit : ErrorKind::invalid, std::move(text));
}

LuaState::Run LuaState::resume(lua_State* thread, int arguments, Millis budget) {
    Resumption resumption{thread, arguments, 0};
    if (!watch_.run(budget, &resume_body, &resumption)) {
        // Wherever it was, it is not touched again: not even closed.
        lua_ = nullptr;
        arena_.drop();
        return Run::stopped;
    }
    switch (resumption.status) {
        case 0:
            return Run::finished;
        case LUA_YIELD:
            return Run::yielded;
        default:
            return Run::failed;
    }
}

void LuaState::close() {
    if (lua_State* lua = std::exchange(lua_, nullptr)) {
        lua_close(lua);  // also frees the machine code, which lies outside the arena
        arena_.drop();
    }
}

std::string error_text(lua_State* thread) {
    if (lua_gettop(thread) == 0) {
        return "unknown error";
    }
    std::size_t size = 0;
    if (lua_type(thread, -1) == LUA_TSTRING) {
        const char* text = lua_tolstring(thread, -1, &size);
        return log::clipped({text, size}, 1000);
    }
    if (lua_istable(thread, -1)) {
        // A lookup without metamethods and without making a string in the state: walk to the key.
        std::string text;
        lua_pushnil(thread);
        while (lua_next(thread, -2) != 0) {
            if (text.empty() && lua_type(thread, -2) == LUA_TSTRING &&
                lua_type(thread, -1) == LUA_TSTRING &&
                std::strcmp(lua_tostring(thread, -2), "message") == 0) {
                const char* value = lua_tolstring(thread, -1, &size);
                text = log::clipped({value, size}, 1000);
            }
            lua_pop(thread, 1);
        }
        if (!text.empty()) {
            return text;
        }
    }
    return std::string("error value is a ") + lua_typename(thread, lua_type(thread, -1));
}

std::string place_of_caller(lua_State* thread) {
    lua_Debug frame{};
    for (int level = 0; lua_getstack(thread, level, &frame) != 0; ++level) {
        if (lua_getinfo(thread, "Sl", &frame) != 0 && is_script_frame(frame)) {
            return log::clipped(frame.short_src) + ":" + std::to_string(frame.currentline);
        }
    }
    return {};
}

std::string traceback(lua_State* thread) {
    std::string text;
    lua_Debug frame{};
    int frames = 0;
    for (int level = 0; frames < kTracebackFrames && lua_getstack(thread, level, &frame) != 0;
         ++level) {
        if (lua_getinfo(thread, "nSl", &frame) == 0 || !is_script_frame(frame)) {
            continue;
        }
        text += "\n    " + log::clipped(frame.short_src) + ":" + std::to_string(frame.currentline) +
                ": in ";
        if (std::strcmp(frame.what, "main") == 0) {
            text += "main chunk";
        } else if (frame.name != nullptr) {
            text += log::clipped(frame.name, 60);
        } else {
            text += "function of line " + std::to_string(frame.linedefined);
        }
        ++frames;
    }
    return text;
}

}  // namespace rookery::script
