#pragma once

#include "app/status_text.hpp"
#include "server/operations/readiness.hpp"

namespace rookery::app {

/// Of each bot and extension. `started`: extensions have been loaded and bots told to connect, and
/// the process is not stopping.
[[nodiscard]] server::Readiness readiness_of(const Snapshot& snapshot, bool started);

}  // namespace rookery::app
