#include "sim/discord/faults.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace rookery::sim::discord {
namespace {

using Json = nlohmann::json;

/// The parameters of one fault, with their defaults.
struct With {
    const Json& given;

    [[nodiscard]] bool on() const { return given.value("on", true); }
    [[nodiscard]] unsigned count() const { return given.value("count", 1U); }
    [[nodiscard]] Millis ms() const { return Millis(given.value("ms", std::int64_t{1'000})); }
};

struct Setter {
    std::string_view name;
    void (*set)(Faults&, const With&);
};

template <bool Faults::*Member>
void flag(Faults& faults, const With& with) {
    faults.*Member = with.on();
}

template <unsigned Faults::*Member>
void counted(Faults& faults, const With& with) {
    faults.*Member = with.count();
}

void limit_requests(Faults& faults, const With& with) {
    faults.limited = with.count();
    faults.limited_class = with.given.value("class", std::string("user"));
    faults.retry_after = with.given.value("retry_after", 1.0);
}

void fail_requests(Faults& faults, const With& with) {
    faults.failing = with.count();
    faults.failing_status = with.given.value("status", 500U);
    faults.failing_html = with.given.value("html", false);
}

void refuse_upgrades(Faults& faults, const With& with) {
    faults.refuse_upgrades = with.count();
    faults.upgrade_status = with.given.value("status", 502U);
}

void close_identifies(Faults& faults, const With& with) {
    faults.identify_closes = with.count();
    faults.identify_close = with.given.value("code", 4004U);
}

void close_after_ready(Faults& faults, const With& with) {
    faults.closes_after_ready = with.count();
    faults.close_after_ready = with.given.value("code", 4000U);
}

void delay_events(Faults& faults, const With& with) {
    faults.delayed_events = with.count();
    faults.delay_by = with.ms();
}

void slow_requests(Faults& faults, const With& with) {
    faults.slow = with.count();
    faults.slow_by = with.ms();
}

void huge_answers(Faults& faults, const With& with) {
    constexpr std::size_t kMost = std::size_t{512} << 20U;
    faults.huge = with.count();
    faults.huge_bytes = std::min(with.given.value("bytes", Faults{}.huge_bytes), kMost);
}

constexpr std::array kSetters = {
    Setter{"bad_resume_host", flag<&Faults::bad_resume_host>},
    Setter{"brick_resume", counted<&Faults::bricked_resumes>},
    Setter{"clear", [](Faults& faults, const With&) { faults = Faults{}; }},
    Setter{"close_after_ready", close_after_ready},
    Setter{"corrupt", counted<&Faults::corrupt_payloads>},
    Setter{"corrupt_zlib", counted<&Faults::corrupt_payloads>},
    Setter{"delay_events", delay_events},
    Setter{"delay_hello", [](Faults& faults, const With& with) { faults.hello_delay = with.ms(); }},
    Setter{"delay_ready", [](Faults& faults, const With& with) { faults.ready_delay = with.ms(); }},
    Setter{"drop_acks", flag<&Faults::drop_acks>},
    Setter{"drop_events", counted<&Faults::dropped_events>},
    Setter{"duplicate", counted<&Faults::duplicate_events>},
    Setter{"identify_close", close_identifies},
    Setter{"lose_chunks", counted<&Faults::lost_chunks>},
    Setter{"mute", flag<&Faults::mute>},
    Setter{"reconnect_hello", counted<&Faults::reconnect_hellos>},
    Setter{"refuse_identify", counted<&Faults::identify_refusals>},
    Setter{"refuse_resume", counted<&Faults::resume_refusals>},
    Setter{"refuse_resume_host", flag<&Faults::refuse_resume_host>},
    Setter{"refuse_upgrade", refuse_upgrades},
    Setter{"reorder", counted<&Faults::reordered_events>},
    Setter{"rest_429", limit_requests},
    Setter{"rest_clock", [](Faults& faults, const With& with) { faults.clock_skew = with.ms(); }},
    Setter{"rest_cut", counted<&Faults::cut>},
    Setter{"rest_endless", counted<&Faults::endless>},
    Setter{"rest_error", fail_requests},
    Setter{"rest_huge", huge_answers},
    Setter{"rest_new_buckets", flag<&Faults::new_buckets>},
    Setter{"rest_no_headers", counted<&Faults::no_headers>},
    Setter{"rest_not_json", counted<&Faults::not_json>},
    Setter{"rest_slow", slow_requests},
    Setter{"silent_hello", counted<&Faults::silent_hellos>},
};

}  // namespace

bool set_fault(Faults& faults, const std::string& kind, const Json& parameters) {
    const auto found = std::find_if(kSetters.begin(), kSetters.end(),
                                    [&](const Setter& setter) { return setter.name == kind; });
    if (found == kSetters.end()) {
        return false;
    }
    found->set(faults, With{parameters});
    return true;
}

std::vector<std::string> fault_names() {
    std::vector<std::string> names;
    for (const auto& setter : kSetters) {
        names.emplace_back(setter.name);
    }
    return names;
}

}  // namespace rookery::sim::discord
