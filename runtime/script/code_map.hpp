#pragma once

#include <cstdint>

namespace rookery::script {

/// Whose code an address is.
enum class CodePlace : std::uint8_t {
    luajit,     ///< the text of the LuaJIT library
    generated,  ///< of no loaded object: machine code that LuaJIT wrote
    loaded,     ///< any other program or library
    unknown,    ///< the table is being rewritten at this moment
};

/// Reads the text ranges of all loaded objects anew. To be called after every dlopen and dlclose;
/// the first Watch does it too. Any thread.
void refresh_code_map();

/// Async-signal-safe.
[[nodiscard]] CodePlace code_place(std::uintptr_t address) noexcept;

}  // namespace rookery::script
