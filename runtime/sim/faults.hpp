#pragma once

#include "base/clock.hpp"

#include <string>

namespace rookery::sim {

/// What goes wrong from now on, until it is set back. The one-shot faults (closing, resetting,
/// odd frames) are done at once by Gateway::inject.
struct Faults {
    // Gateway.
    bool drop_acks = false;
    bool refuse_resume_host = false;
    Millis hello_delay{0};
    Millis ready_delay{0};
    unsigned identify_close = 0;    ///< close code that answers the next identifies; 0 = none
    unsigned identify_closes = 0;   ///< how many of them
    unsigned corrupt_payloads = 0;  ///< compressed payloads that get a wrong byte
    unsigned duplicate_events = 0;  ///< dispatches that are sent twice

    // REST.
    unsigned limited = 0;                ///< requests that are answered with 429
    std::string limited_class = "user";  ///< user, global, shared, html
    double retry_after = 1.0;            ///< seconds
    unsigned failing = 0;                ///< requests that are answered with `failing_status`
    unsigned failing_status = 500;
    unsigned slow = 0;  ///< requests that are answered `slow_by` later
    Millis slow_by{1'000};
    unsigned cut = 0;  ///< requests whose answer breaks off in the middle
};

/// Takes one from a count; true when there was one left.
inline bool take(unsigned& count) {
    if (count == 0) {
        return false;
    }
    --count;
    return true;
}

}  // namespace rookery::sim
