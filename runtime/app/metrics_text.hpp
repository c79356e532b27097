#pragma once

#include "app/status_text.hpp"

#include <string>

namespace rookery::app {

/// The runtime's own numbers in Prometheus' text form: what `rookery metrics` prints before those
/// of extensions.
[[nodiscard]] std::string metrics_text(const Snapshot& snapshot);

}  // namespace rookery::app
