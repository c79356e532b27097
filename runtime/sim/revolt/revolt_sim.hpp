#pragma once

#include "sim/platform_sim.hpp"

namespace rookery::sim::revolt {

/// A loopback Revolt (Stoat): REST, events server (JSON and msgpack) and file server.
[[nodiscard]] std::unique_ptr<PlatformSim> make_revolt_sim(Shared& shared);

}  // namespace rookery::sim::revolt
