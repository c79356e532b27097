#pragma once

#include "sim/platform_sim.hpp"

#include <memory>

namespace rookery::sim::whatsapp {

/// A loopback bridge to WhatsApp: REST below /api, Socket.IO in the namespace /api/events, on one
/// port. It plays one phone number.
[[nodiscard]] std::unique_ptr<PlatformSim> make_whatsapp(Shared& shared);

}  // namespace rookery::sim::whatsapp
