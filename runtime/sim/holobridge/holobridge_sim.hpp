#pragma once

#include "sim/platform_sim.hpp"

#include <memory>

namespace rookery::sim::holobridge {

/// A loopback HoloBridge: REST below /api and Socket.IO in "/", on one port.
[[nodiscard]] std::unique_ptr<PlatformSim> make_holobridge(Shared& shared);

}  // namespace rookery::sim::holobridge
