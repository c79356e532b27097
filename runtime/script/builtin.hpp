#pragma once

#include <string_view>

namespace rookery::script {

/// The script "commands" that the runtime brings along (runtime/script/builtin/commands.lua), as
/// the build embedded it.
[[nodiscard]] std::string_view builtin_commands() noexcept;

}  // namespace rookery::script
