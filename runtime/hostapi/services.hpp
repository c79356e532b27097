#pragma once

#include "base/virtual_time.hpp"
#include "hostapi/guild_settings.hpp"
#include "hostapi/metrics.hpp"
#include "hostapi/server_port.hpp"
#include "hostapi/web.hpp"
#include "store/kv.hpp"

namespace rookery::hostapi {

class CommandDesk;
class Presses;

/// What the runtime has for all extensions, wired in by app; each instance gets its own view of it.
/// What is null is not there: calls fail as unsupported. Outlives the instances.
struct Services {
    CommandDesk* commands = nullptr;
    store::KvStore* kv = nullptr;
    WebPort* web = nullptr;
    GuildBooks* settings = nullptr;
    MetricBook* metrics = nullptr;
    ServerPort* server = nullptr;
    Presses* presses = nullptr;
    /// By which extensions live; null: by the machine's clock.
    VirtualTime* time = nullptr;
};

}  // namespace rookery::hostapi
