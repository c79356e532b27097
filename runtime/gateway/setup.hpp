#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "bus/event_bus.hpp"
#include "gateway/bot.hpp"
#include "model/bots.hpp"
#include "store/state_dir.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rookery::gateway {

/// What a bot of any platform is made from: the configuration's keys, with the simulator's
/// addresses already in place. A key that a platform does not know has its default, which is
/// checked when the configuration is read.
struct BotSetup {
    std::string name;
    std::string platform;  ///< "revolt"
    Secret token;
    std::string flavour;      ///< empty: the platform's usual one
    std::string api_url;      ///< empty: the platform's own
    std::string gateway_url;  ///< empty: the platform's own, or what its API says
    std::string cdn_url;      ///< of files; empty: as above
    std::string session;      ///< which account of a bridge that has several; empty: the only one
    std::string client_id;    ///< as which a browser would log in; empty: made up
    std::string format;       ///< of what the socket carries, where there is a choice
    std::vector<std::string> guilds;   ///< to subscribe to, where that is asked; empty: all
    std::size_t gap_messages = 200;    ///< fetched for a channel after a gap, at most
    std::filesystem::path upload_dir;  ///< of files that extensions may send by path; empty: none
    std::size_t upload_limit = std::size_t{10} << 20U;
    unsigned rest_limit = 0;        ///< requests a second; 0: the platform's own limit
    Millis dispatch_timeout{0};     ///< silence after which the link is made anew; 0: never
    std::filesystem::path ca_file;  ///< trusted beside the system's; empty: none
    std::function<void(std::string_view)>
        show;  ///< for people at the terminal: a QR code, a pairing code
};

/// Makes a bot of one platform. Errors: options that cannot be used, state files that cannot be
/// opened. `bus` and `state` outlive the bot; `bot` lives for ever.
using MakeBot = Result<std::unique_ptr<Bot>> (*)(async::Executor executor,
                                                 const model::BotInfo& bot, BotSetup setup,
                                                 bus::EventBus& bus, const store::StateDir& state);

}  // namespace rookery::gateway
