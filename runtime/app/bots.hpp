#pragma once

#include "async/task.hpp"
#include "bus/event_bus.hpp"
#include "config/config.hpp"
#include "gateway/bot.hpp"
#include "gateway/setup.hpp"
#include "platform/discord/identify_gate.hpp"
#include "rest/standing.hpp"
#include "sim/simulator.hpp"
#include "store/state_dir.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace rookery::app {

/// Makes a bot of any platform from its section. io thread; outlives the bots.
class BotFactory {
  public:
    using BotPtr = std::unique_ptr<gateway::Bot>;

    BotFactory(async::Executor executor, bus::EventBus& bus)
        : executor_(executor), bus_(bus), gates_(executor) {}

    /// `simulator`: where a bot without a token lives; null when none runs. Errors: options that
    /// cannot be used, no simulator of the platform, state files.
    [[nodiscard]] Result<BotPtr> make(const config::BotSection& section,
                                      const config::RuntimeSection& runtime,
                                      const store::StateDir& state,
                                      const sim::Simulator* simulator);

  private:
    [[nodiscard]] Result<BotPtr> make_discord(const config::BotSection& section,
                                              const config::RuntimeSection& runtime,
                                              const store::StateDir& state,
                                              const sim::Addresses* addresses);

    async::Executor executor_;
    bus::EventBus& bus_;
    discord::IdentifyGates gates_;
    std::map<std::string, std::shared_ptr<rest::Standing>> standings_;  ///< by address of the API
};

/// The token with which a simulated bot logs in.
[[nodiscard]] std::string simulated_token(const std::string& bot);

/// What the makers of the other platforms get. `addresses`: of the simulator that the bot lives in;
/// null: none.
[[nodiscard]] gateway::BotSetup bot_setup(const config::BotSection& section,
                                          const sim::Addresses* addresses);

/// Shows a text to people as it is, a picture of a code too: on standard output when that is a
/// terminal, else in the log, behind a line that says whose it is. Any thread.
void show_to_people(const std::string& bot, std::string_view text);

}  // namespace rookery::app
