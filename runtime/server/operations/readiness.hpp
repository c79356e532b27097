#pragma once

#include "base/clock.hpp"
#include "server/http/message.hpp"

#include <string>
#include <vector>

namespace rookery::server {

/// Whether the process does its work, part by part.
struct Readiness {
    struct Part {
        std::string kind;    ///< "bot", "script", "plugin", "store", "process"
        std::string name;    ///< empty: there is but one
        std::string state;   ///< "ready", "active", "resuming", "quarantined", ...
        std::string reason;  ///< why it is not ready; empty when it is
        bool ready = true;
    };
    std::vector<Part> parts;

    [[nodiscard]] bool ready() const noexcept;
};

/// 200, or 503 when something is not ready. JSON, or a line for each part. Without `details` the
/// answer is the verdict alone.
[[nodiscard]] Response to_response(const Readiness& readiness, bool details, bool text);

/// `{"status":"ok","timestamp":...}`: the process is alive, which is all that is asked.
[[nodiscard]] Response health_response(WallTime now);

}  // namespace rookery::server
