#pragma once

#include "sim/revolt/world.hpp"

#include <deque>
#include <map>
#include <random>
#include <string>

namespace rookery::sim::revolt {

/// What goes wrong from now on, until it is set back; a count goes down with each time that it
/// happened. Faults that happen at once to live connections are those of Gateway::inject.
struct Faults {
    unsigned refuse_upgrades = 0;  ///< upgrades answered with `upgrade_status` and HTML
    unsigned upgrade_status = 502;
    unsigned refused_logins = 0;  ///< logins answered by the Error `login_error`
    std::string login_error = "InvalidSession";
    unsigned silent_logins = 0;    ///< logins that nothing answers
    unsigned closes_at_ready = 0;  ///< connections cut right behind Ready
    Millis ready_delay{0};
    bool old_errors = false;      ///< Error with "error" instead of "data"
    std::size_t ready_bytes = 0;  ///< above 0: Ready has at least so many bytes
    bool drop_pongs = false;
    bool mute = false;              ///< events wait; Ping is answered
    unsigned duplicate_events = 0;  ///< events that are sent twice
    unsigned delayed_events = 0;    ///< events that come `delay_by` later, with all behind them
    Millis delay_by{1'000};
    unsigned bulked_events = 0;  ///< events that come inside a Bulk inside a Bulk
    std::size_t fragment = 0;    ///< above 0: frames are cut into fragments of so many bytes
    Millis idle_cut{0};          ///< above 0: who sends nothing for so long is cut, as by a proxy

    unsigned limited = 0;  ///< requests answered with 429
    Millis retry_after{1'000};
    unsigned failing = 0;  ///< requests answered with `failing_status` and not done
    unsigned failing_status = 500;
    std::string failing_type = "InternalError";
    bool failing_html = false;  ///< as a page of HTML instead of JSON
    unsigned slow = 0;          ///< requests answered `slow_by` later
    Millis slow_by{1'000};
    unsigned cut = 0;         ///< requests whose answer breaks off in the middle
    unsigned endless = 0;     ///< requests whose answer never ends
    unsigned not_json = 0;    ///< requests that are done and answered by something else than JSON
    unsigned no_headers = 0;  ///< answers without any rate-limit header
};

/// Takes one from a count; true when there was one left.
inline bool take(unsigned& count) { return count != 0 && count-- != 0; }

/// Sets what the fault `kind` names from {on, count, ms, ...}; false when no such kind is known.
[[nodiscard]] bool set_fault(Faults& faults, const std::string& kind, const Json& with);
[[nodiscard]] std::vector<std::string> fault_names();

/// What every part of the Revolt simulator shares. Simulator thread.
struct Core {
    explicit Core(Shared& common)
        : shared(common),
          recorder(common.clock),
          world(common, common.tokens("revolt")),
          random(common.options.seed) {}

    [[nodiscard]] bool chance(double probability) {
        return std::uniform_real_distribution<double>(0, 1)(random) < probability;
    }
    [[nodiscard]] std::size_t below(std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
    }

    Shared& shared;
    Recorder recorder;
    World world;
    Faults faults;
    Addresses addresses;
    std::mt19937_64 random;
    std::uint64_t connects = 0;
    std::uint64_t logins = 0;
    std::uint64_t pings = 0;
    std::uint64_t events = 0;  ///< sent to sessions
};

}  // namespace rookery::sim::revolt
