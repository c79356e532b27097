#pragma once

#include "sim/platform_sim.hpp"

namespace rookery::sim::discord {

/// A loopback Discord: REST, gateway with a second listener for resumes, interactions.
[[nodiscard]] std::unique_ptr<PlatformSim> make_discord_sim(Shared& shared);

}  // namespace rookery::sim::discord
