#pragma once

#include "hostapi/command_desk.hpp"
#include "hostapi/operations.hpp"

namespace rookery::hostapi {

/// Carries out commands.all, commands.policy and commands.configure. The desk outlives the
/// operations' use. Before the first call.
void serve_command_operations(Operations& operations, CommandDesk& desk);

}  // namespace rookery::hostapi
