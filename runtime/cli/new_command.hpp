#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::cli {

/// Writes the template of that kind ("bot", "plugin" or "script") for `name` below `dir` and
/// returns the files written. Nothing is written when the name cannot be used or one of the files
/// exists already. A folder of scripts also gets what editors need: .luarc.json, unless there is
/// one, and the annotations in .rookery/.
[[nodiscard]] Result<std::vector<std::filesystem::path>> write_template(
    std::string_view kind, const std::string& name, const std::filesystem::path& dir);

}  // namespace rookery::cli
