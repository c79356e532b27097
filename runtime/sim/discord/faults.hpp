#pragma once

#include "base/clock.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace rookery::sim::discord {

/// What goes wrong from now on, until it is set back; a count goes down with each time that it
/// happened. The faults that happen at once to every connection are those of Gateway::inject.
struct Faults {
    // Gateway: getting a session.
    unsigned refuse_upgrades = 0;  ///< upgrades answered with `upgrade_status` and HTML
    unsigned upgrade_status = 502;
    unsigned silent_hellos = 0;     ///< connections that never see a hello
    unsigned reconnect_hellos = 0;  ///< connections that get op 7 instead of a hello
    Millis hello_delay{0};
    Millis ready_delay{0};
    unsigned identify_close = 0;        ///< close code that answers the next identifies; 0 = none
    unsigned identify_closes = 0;       ///< how many of them
    unsigned identify_refusals = 0;     ///< identifies answered by op 9 false
    unsigned closes_after_ready = 0;    ///< connections closed right behind READY or RESUMED
    unsigned close_after_ready = 4000;  ///< with this code
    bool refuse_resume_host = false;
    bool bad_resume_host = false;  ///< READY names an address where nobody listens
    unsigned resume_refusals = 0;  ///< resumes answered by op 9 false; the session is gone
    unsigned bricked_resumes = 0;  ///< resumes answered by a cut

    // Gateway: what a session is told.
    bool drop_acks = false;
    bool mute = false;              ///< dispatches wait; heartbeats are acknowledged
    unsigned corrupt_payloads = 0;  ///< compressed payloads that get a wrong byte
    unsigned duplicate_events = 0;  ///< dispatches that are sent twice
    unsigned reordered_events = 0;  ///< dispatches that change places with their successor
    unsigned dropped_events = 0;    ///< dispatches that are numbered and never sent
    unsigned delayed_events = 0;    ///< dispatches that wait `delay_by`, with all behind them
    Millis delay_by{1'000};
    unsigned lost_chunks = 0;  ///< GUILD_MEMBERS_CHUNKs that are not sent

    // REST.
    unsigned limited = 0;                ///< requests that are answered with 429
    std::string limited_class = "user";  ///< user, hidden, global, shared, html, blocked
    double retry_after = 1.0;            ///< seconds
    unsigned failing = 0;                ///< requests that are answered with `failing_status`
    unsigned failing_status = 500;
    bool failing_html = false;  ///< as a page of HTML instead of JSON
    unsigned slow = 0;          ///< requests that are answered `slow_by` later
    Millis slow_by{1'000};
    unsigned cut = 0;      ///< requests whose answer breaks off in the middle
    unsigned endless = 0;  ///< requests whose answer never ends
    unsigned huge = 0;     ///< requests whose answer has `huge_bytes`
    std::size_t huge_bytes = std::size_t{100} << 20U;
    unsigned not_json = 0;     ///< requests that are done and answered by something else than JSON
    unsigned no_headers = 0;   ///< answers without any rate-limit header
    Millis clock_skew{0};      ///< by which X-RateLimit-Reset is wrong
    bool new_buckets = false;  ///< bucket hashes are others than before
};

/// Takes one from a count; true when there was one left.
inline bool take(unsigned& count) {
    if (count == 0) {
        return false;
    }
    --count;
    return true;
}

/// Sets what `kind` names from the parameters {on, count, ms, ...}; false when no such kind is
/// known. Throws Json::exception for a parameter of the wrong type.
[[nodiscard]] bool set_fault(Faults& faults, const std::string& kind,
                             const nlohmann::json& parameters);

/// The names that set_fault() takes.
[[nodiscard]] std::vector<std::string> fault_names();

}  // namespace rookery::sim::discord
