#pragma once

#include "config/config.hpp"

#include <filesystem>
#include <optional>

namespace rookery::cli {

/// The file's configuration, its warnings printed to standard error; or nullopt with every fault
/// printed there.
[[nodiscard]] std::optional<config::Config> load_or_explain(const std::filesystem::path& file);

}  // namespace rookery::cli
