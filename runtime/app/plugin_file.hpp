#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace rookery::app {

/// What a plugin's file tells without being run.
struct PluginFile {
    std::string abi;  ///< "1.2"
    std::vector<std::string> exported;
    std::vector<std::string> needed;  ///< libraries
    std::string unique_symbol;        ///< that keeps it in memory after unloading; empty: none
    std::string manifest;             ///< JSON; empty: none
    std::size_t bytes = 0;
};

/// Reads the ELF file. Errors say what is wrong with it.
[[nodiscard]] Result<PluginFile> read_plugin_file(const std::filesystem::path& path);

}  // namespace rookery::app
