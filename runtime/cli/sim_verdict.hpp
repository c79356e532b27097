#pragma once

#include "sim/control_client.hpp"

#include <string>

namespace rookery::cli {

struct VerdictRequest {
    std::string run;       ///< empty: the last one
    std::string platform;  ///< of the run; empty: any
    std::string on;        ///< whose answers count; empty: those of the run's platform
    std::string tally;     ///< path of a tally file; empty: what the bot wrote counts
    double timeout = 60;
    bool json = false;
};

/// Waits for the verdict on a load run and prints it. Exit code 0 only when nothing was lost,
/// doubled or out of order.
[[nodiscard]] int print_verdict(const sim::ControlClient& client, const VerdictRequest& request);

/// Returns once every message of the run has been sent.
[[nodiscard]] int wait_for_run(const sim::ControlClient& client, const std::string& run);

}  // namespace rookery::cli
