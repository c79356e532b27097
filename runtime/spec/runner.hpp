#pragma once

#include "spec/report.hpp"
#include "spec/spec_state.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rookery::spec {

struct RunnerOptions {
    std::vector<std::filesystem::path> paths;  ///< files, or folders to look through
    std::filesystem::path plugins_dir;         ///< of the plugins' libraries
    std::string filter;                        ///< part of a case's title; empty: all
    bool faults = false;                       ///< each case under every Fault too
    bool crashes = false;                      ///< and with crashes
};

/// All `*_spec.lua` of the paths, each once, in order; for a script the one beside it. Error
/// not_found of a path that does not exist, invalid of a file that is and has no spec.
[[nodiscard]] Result<std::vector<std::filesystem::path>> find_specs(
    const std::vector<std::filesystem::path>& paths);

/// The spec itself, and the files and folders of what its cases run. Just its folder when it
/// cannot be read.
[[nodiscard]] std::vector<std::filesystem::path> files_behind(const RunnerOptions& options,
                                                              const std::filesystem::path& spec);

/// Runs the cases of these files, one after the other, and tells `report` as it goes.
void run_specs(const RunnerOptions& options, const std::vector<std::filesystem::path>& files,
               Report& report);

}  // namespace rookery::spec
