#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace rookery::script {

/// One file of runtime/script/lua, the Lua part of the host, as the build embedded it. It is called
/// with the table `rookery`, the table of host functions and the table of the script's globals.
struct PreludeFile {
    std::string_view name;  ///< chunk name: "=rookery/events.lua"
    std::string_view text;
};

/// First those that run at the start, in the order in which they run (generated.cmake).
[[nodiscard]] std::span<const PreludeFile> prelude_files();
[[nodiscard]] std::size_t prelude_files_at_start();

/// What loading prelude_files()[index] takes: its bytecode, made at the first use of the process
/// and shared by all scripts, or its text should there be no memory for that.
[[nodiscard]] std::string_view prelude_code(std::size_t index);

/// Whether a chunk of that name is the host's: its frames are none of the script's.
[[nodiscard]] constexpr bool is_prelude(std::string_view source) noexcept {
    return source.starts_with("=rookery/");
}

}  // namespace rookery::script
