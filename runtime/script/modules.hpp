#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace rookery::script {

inline constexpr std::size_t kMaxSource = std::size_t{8} << 20U;

/// Where `require` looks: the script's own folder (empty for a script of one file), then the shared
/// one.
struct ModulePaths {
    std::filesystem::path own;
    std::filesystem::path shared;
};

struct ModuleText {
    std::string text;
    std::string file;  ///< as it is called in messages: "lib/time.lua"
};

/// Finds "a.b" as a/b.lua. Names are letters, digits, _ and - between dots; a file that lies
/// outside its folder (a link) is refused. Errors: invalid (name), not_found (with the places),
/// denied, limit, io.
[[nodiscard]] Result<ModuleText> read_module(const ModulePaths& paths, std::string_view name);

/// A file of Lua text: at most kMaxSource bytes, no bytecode. Errors: io, limit, invalid.
[[nodiscard]] Result<std::string> read_source(const std::filesystem::path& file);

}  // namespace rookery::script
