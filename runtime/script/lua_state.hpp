#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "script/arena.hpp"
#include "script/hard_stop.hpp"

#include <lua.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace rookery::script {

/// One LuaJIT state in an arena of its own, and the two ways to enter it: protected() for the
/// host's own work, resume() for the script's code. Nothing else may call what can raise an error:
/// it would end the process. Used by one thread at a time.
class LuaState {
  public:
    /// Error limit when the state does not fit in `memory_limit` bytes. `owner` is what owner_of()
    /// gives back.
    static Result<std::unique_ptr<LuaState>> create(std::size_t memory_limit,
                                                    void* owner = nullptr);
    ~LuaState() { close(); }
    LuaState(const LuaState&) = delete;
    LuaState& operator=(const LuaState&) = delete;

    [[nodiscard]] lua_State* main() const noexcept { return lua_; }
    /// The owner of the state that a function called from Lua finds itself in.
    [[nodiscard]] static void* owner_of(lua_State* lua) noexcept;

    /// Runs work(lua_State*) with Lua's errors caught, and puts the stack back. The work may be
    /// left at any call of the Lua API; destructors run. It must not call the script's code.
    /// Errors: limit (memory), invalid with Lua's message.
    template <class Work>
    [[nodiscard]] Result<> protected_call(Work&& work) {
        const auto thunk = [](lua_State* lua) -> int {
            const NoStop bar;
            (*static_cast<std::remove_reference_t<Work>*>(lua_touserdata(lua, 1)))(lua);
            return 0;
        };
        return call_protected(thunk, const_cast<void*>(static_cast<const void*>(&work)));
    }

    enum class Run : std::uint8_t {
        finished,
        yielded,
        failed,   ///< the error value is on top of the thread's stack
        stopped,  ///< by the hard stop: the state is closed, its memory gone
    };
    /// Goes on with a coroutine, which finds `arguments` values on its stack.
    [[nodiscard]] Run resume(lua_State* thread, int arguments, Millis budget);

    /// Ends the state: its finalizers run and the memory is unmapped. Not from within it.
    void close();
    [[nodiscard]] bool is_open() const noexcept { return lua_ != nullptr; }

    /// Whether the hard stop came because the stack was used up.
    [[nodiscard]] bool ran_too_deep() const noexcept { return watch_.ran_too_deep(); }

    [[nodiscard]] std::size_t memory_used() const noexcept { return arena_.used(); }
    [[nodiscard]] std::size_t memory_limit() const noexcept { return arena_.limit(); }

  private:
    LuaState(Arena arena, void* owner) : arena_(std::move(arena)), owner_(owner) {}
    static void* allocate(void* self, void* pointer, std::size_t old_size,
                          std::size_t size) noexcept;
    [[nodiscard]] Result<> call_protected(lua_CFunction function, void* argument);

    Arena arena_;
    void* owner_;
    Watch watch_;
    lua_State* lua_ = nullptr;
};

/// What Lua says when the arena is full.
inline constexpr std::string_view kOutOfMemory = "not enough memory";

/// The text of the error on top of the stack, without calling anything of the script's: what is not
/// a text and has no text `message` is described by its type.
[[nodiscard]] std::string error_text(lua_State* thread);

/// Where the innermost frame of the script is, "ping.lua:12"; empty when there is none. Frames of
/// the prelude are not the script's.
[[nodiscard]] std::string place_of_caller(lua_State* thread);

/// The frames of the script, innermost first, one "\n    ping.lua:12: in on_message" for each.
[[nodiscard]] std::string traceback(lua_State* thread);

}  // namespace rookery::script
