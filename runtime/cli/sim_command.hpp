#pragma once

#include "cli/command.hpp"

namespace CLI {
class App;
}

namespace rookery::cli {

/// `rookery sim` and what is under it: say, load, verdict, act, fault, dispatch, slash, complete,
/// click, submit. Both references must outlive
/// the parsing and the action.
void add_sim(CLI::App& app, CommandContext& context);

}  // namespace rookery::cli
