#include "sim/revolt/core.hpp"

#include <array>

namespace rookery::sim::revolt {
namespace {

struct Setter {
    const char* kind;
    void (*set)(Faults& faults, const Json& with);
};

unsigned count(const Json& with) { return with.value("count", 1U); }
Millis ms(const Json& with, std::int64_t fallback) { return Millis(with.value("ms", fallback)); }
bool on(const Json& with) { return with.value("on", true); }

constexpr std::array kSetters = {
    Setter{"refuse_upgrade",
           [](Faults& f, const Json& w) {
               f.refuse_upgrades = count(w);
               f.upgrade_status = w.value("status", 502U);
           }},
    Setter{"refuse_login",
           [](Faults& f, const Json& w) {
               f.refused_logins = count(w);
               f.login_error = w.value("error", std::string("InvalidSession"));
           }},
    Setter{"silent_login", [](Faults& f, const Json& w) { f.silent_logins = count(w); }},
    Setter{"close_after_ready", [](Faults& f, const Json& w) { f.closes_at_ready = count(w); }},
    Setter{"delay_ready", [](Faults& f, const Json& w) { f.ready_delay = ms(w, 1'000); }},
    Setter{"old_errors", [](Faults& f, const Json& w) { f.old_errors = on(w); }},
    Setter{
        "big_ready",
        [](Faults& f, const Json& w) { f.ready_bytes = w.value("bytes", std::size_t{1} << 20U); }},
    Setter{"drop_pongs", [](Faults& f, const Json& w) { f.drop_pongs = on(w); }},
    Setter{"mute", [](Faults& f, const Json& w) { f.mute = on(w); }},
    Setter{"duplicate", [](Faults& f, const Json& w) { f.duplicate_events = count(w); }},
    Setter{"delay_events",
           [](Faults& f, const Json& w) {
               f.delayed_events = count(w);
               f.delay_by = ms(w, 1'000);
           }},
    Setter{"bulk", [](Faults& f, const Json& w) { f.bulked_events = count(w); }},
    Setter{"fragment",
           [](Faults& f, const Json& w) { f.fragment = w.value("bytes", std::size_t{16}); }},
    Setter{"idle_cut", [](Faults& f, const Json& w) { f.idle_cut = ms(w, 10'000); }},
    Setter{"rest_429",
           [](Faults& f, const Json& w) {
               f.limited = count(w);
               f.retry_after = ms(w, 1'000);
           }},
    Setter{"rest_error",
           [](Faults& f, const Json& w) {
               f.failing = count(w);
               f.failing_status = w.value("status", 500U);
               f.failing_type = w.value("type", std::string("InternalError"));
               f.failing_html = w.value("html", false);
           }},
    Setter{"rest_slow",
           [](Faults& f, const Json& w) {
               f.slow = count(w);
               f.slow_by = ms(w, 1'000);
           }},
    Setter{"rest_cut", [](Faults& f, const Json& w) { f.cut = count(w); }},
    Setter{"rest_endless", [](Faults& f, const Json& w) { f.endless = count(w); }},
    Setter{"rest_not_json", [](Faults& f, const Json& w) { f.not_json = count(w); }},
    Setter{"rest_no_headers", [](Faults& f, const Json& w) { f.no_headers = count(w); }},
};

}  // namespace

bool set_fault(Faults& faults, const std::string& kind, const Json& with) {
    for (const auto& setter : kSetters) {
        if (setter.kind == kind) {
            setter.set(faults, with);
            return true;
        }
    }
    return false;
}

std::vector<std::string> fault_names() {
    std::vector<std::string> names;
    for (const auto& setter : kSetters) {
        names.emplace_back(setter.kind);
    }
    for (const auto* at_once :
         {"reset", "close", "freeze", "thaw", "logout", "error", "unknown_event", "unknown_channel",
          "malformed", "half_frame", "server_ping", "frame", "revoke_token", "restore_token"}) {
        names.emplace_back(at_once);
    }
    return names;
}

}  // namespace rookery::sim::revolt
