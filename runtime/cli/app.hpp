#pragma once

#include <span>
#include <string>

namespace rookery::cli {

/// Runs the command that the arguments name (without the program's own name) and returns the
/// process's exit code. Prints to standard output and error; nothing escapes.
[[nodiscard]] int run(std::span<const std::string> arguments);

}  // namespace rookery::cli
