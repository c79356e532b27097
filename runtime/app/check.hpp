#pragma once

#include "config/config.hpp"

#include <string>
#include <vector>

namespace rookery::app {

/// One extension of the folders that a config names.
struct Checked {
    std::string kind;  ///< "plugin", "script"
    std::string name;
    std::string fault;  ///< "ping.lua:3: ..."; empty when none was found
};

/// Looks at every plugin and script without running anything of theirs: syntax, ELF file. An entry
/// without a name tells of a folder that cannot be read.
[[nodiscard]] std::vector<Checked> check_extensions(const config::Config& config);

}  // namespace rookery::app
