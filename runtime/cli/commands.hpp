#pragma once

#include "cli/command.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace rookery::cli {

// Each adds its command (or family of commands) to `app`. Both references must outlive the parsing
// and the action. The simulator's are in sim_command.hpp.
void add_run(CLI::App& app, CommandContext& context);
void add_check(CLI::App& app, CommandContext& context);
void add_new(CLI::App& app, CommandContext& context);  ///< new bot, new plugin, new script
void add_control(CLI::App& app,
                 CommandContext& context);  ///< list, status, reload, disable, enable, stop
void add_events(CLI::App& app, CommandContext& context);  ///< events tail
void add_eval(CLI::App& app, CommandContext& context);    ///< eval, repl
void add_keys(CLI::App& app, CommandContext& context);    ///< keys new, list, revoke, hash
void add_test(CLI::App& app, CommandContext& context);
void add_top(CLI::App& app, CommandContext& context);
void add_plugin(CLI::App& app, CommandContext& context);  ///< plugin show
void add_version(CLI::App& app, CommandContext& context);

}  // namespace rookery::cli
