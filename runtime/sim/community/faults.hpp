#pragma once

#include "sim/http_server.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace rookery::sim::community {

using Json = nlohmann::json;

/// What goes wrong from now on, until it is set back; a count goes down with each time that it
/// happened. Named as the Discord simulator names them where both have the fault.
struct Faults {
    unsigned refuse_upgrades = 0;  ///< upgrades answered with `upgrade_status` and HTML
    unsigned upgrade_status = 502;
    unsigned refused_logins = 0;  ///< logins refused although the credentials are right
    std::string refuse_login_as;  ///< how: each platform knows its own ways; empty = the usual one
    unsigned silent_hellos = 0;   ///< connections that never see the first packet
    Millis hello_delay{0};
    bool drop_acks = false;           ///< heartbeats get no answer
    bool mute = false;                ///< no event is sent; those of this time are lost
    unsigned dropped_events = 0;      ///< events that are never sent
    unsigned duplicate_events = 0;    ///< events that are sent twice
    unsigned closes_after_ready = 0;  ///< connections closed right behind their login
    unsigned close_after_ready = 1011;

    unsigned limited = 0;               ///< requests that are answered with 429
    std::optional<double> retry_after;  ///< seconds; none: the header is missing
    unsigned failing = 0;               ///< requests that are answered with `failing_status`
    unsigned failing_status = 500;
    bool failing_html = false;
    unsigned slow = 0;  ///< requests that are answered `slow_by` later
    Millis slow_by{1'000};
    unsigned cut = 0;      ///< requests whose answer breaks off in the middle
    unsigned endless = 0;  ///< requests whose answer never ends
    unsigned huge = 0;     ///< requests whose answer has `huge_bytes`
    std::size_t huge_bytes = std::size_t{100} << 20U;
    unsigned not_json = 0;  ///< requests that are done and answered by something else than JSON
};

/// Sets what `kind` names from the parameters {on, count, ms, ...}; false when no such kind is
/// known. Throws Json::exception for a parameter of the wrong type.
[[nodiscard]] bool set_fault(Faults& faults, const std::string& kind, const Json& parameters);
[[nodiscard]] std::vector<std::string> fault_names();

/// The answer that a fault gives in place of the platform's. `limited` is the platform's body of
/// a 429, `failed` that of an error of the server.
[[nodiscard]] std::optional<HttpReply> fault_reply(Faults& faults, const Json& limited,
                                                   const Json& failed);
/// What faults do to an answer that the platform gave.
void spoil(Faults& faults, HttpReply& reply);

/// A page as a proxy in front of the platform would send it.
[[nodiscard]] HttpReply html_page(unsigned status);
[[nodiscard]] HttpReply json_reply(const Json& body, unsigned status = 200);

}  // namespace rookery::sim::community
