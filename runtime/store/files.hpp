#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::store {

/// The whole file; nullopt when there is none. Error limit above `max_bytes`, io otherwise.
[[nodiscard]] Result<std::optional<std::string>> read_file(const std::filesystem::path& path,
                                                           std::size_t max_bytes);

/// Replaces the file in one step: a reader, or a start after a crash, sees the old text or the new
/// one. Mode 0600.
[[nodiscard]] Result<> replace_file(const std::filesystem::path& path, std::string_view text);

/// Moves a file that cannot be used out of the way ("NAME.bad", "NAME.bad.1", ...) and says where
/// it went.
[[nodiscard]] Result<std::filesystem::path> set_aside(const std::filesystem::path& path);

}  // namespace rookery::store
