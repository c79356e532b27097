#pragma once

#include "sim/platform_sim.hpp"

#include <memory>

namespace rookery::sim::guilded {

/// A loopback Guilded: the official bot API at /api/v1 and /websocket/v1, and what its web client
/// uses at /api and /socket.io/. One port for all.
[[nodiscard]] std::unique_ptr<PlatformSim> make_guilded(Shared& shared);

}  // namespace rookery::sim::guilded
