#include "sim/community/faults.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace rookery::sim::community {
namespace {

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
    faults.retry_after = with.given.value("retry_after", 1.0);
    if (with.given.value("no_header", false)) {
        faults.retry_after.reset();
    }
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

void refuse_logins(Faults& faults, const With& with) {
    faults.refused_logins = with.count();
    faults.refuse_login_as = with.given.value("how", std::string());
}

void close_after_ready(Faults& faults, const With& with) {
    faults.closes_after_ready = with.count();
    faults.close_after_ready = with.given.value("code", 1011U);
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
    Setter{"clear", [](Faults& faults, const With&) { faults = Faults{}; }},
    Setter{"close_after_ready", close_after_ready},
    Setter{"delay_hello", [](Faults& faults, const With& with) { faults.hello_delay = with.ms(); }},
    Setter{"drop_acks", flag<&Faults::drop_acks>},
    Setter{"drop_events", counted<&Faults::dropped_events>},
    Setter{"duplicate", counted<&Faults::duplicate_events>},
    Setter{"mute", flag<&Faults::mute>},
    Setter{"refuse_login", refuse_logins},
    Setter{"refuse_upgrade", refuse_upgrades},
    Setter{"rest_429", limit_requests},
    Setter{"rest_cut", counted<&Faults::cut>},
    Setter{"rest_endless", counted<&Faults::endless>},
    Setter{"rest_error", fail_requests},
    Setter{"rest_huge", huge_answers},
    Setter{"rest_not_json", counted<&Faults::not_json>},
    Setter{"rest_slow", slow_requests},
    Setter{"silent_hello", counted<&Faults::silent_hellos>},
};

bool take(unsigned& count) {
    if (count == 0) {
        return false;
    }
    --count;
    return true;
}

}  // namespace

bool set_fault(Faults& faults, const std::string& kind, const Json& parameters) {
    const auto* found = std::find_if(kSetters.begin(), kSetters.end(),
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

HttpReply json_reply(const Json& body, unsigned status) {
    HttpReply reply;
    reply.status = status;
    // Texts of clients are passed on as they came, broken ones too.
    reply.body = body.is_null() ? "" : body.dump(-1, ' ', false, Json::error_handler_t::replace);
    return reply;
}

HttpReply html_page(unsigned status) {
    HttpReply reply;
    reply.status = status;
    reply.content_type = "text/html";
    reply.body = "<!doctype html><html><body><h1>" + std::to_string(status) + "</h1></body></html>";
    return reply;
}

std::optional<HttpReply> fault_reply(Faults& faults, const Json& limited, const Json& failed) {
    if (take(faults.failing)) {
        return faults.failing_html ? html_page(faults.failing_status)
                                   : json_reply(failed, faults.failing_status);
    }
    if (take(faults.limited)) {
        auto reply = json_reply(limited, 429);
        if (faults.retry_after) {
            reply.headers.emplace_back(
                "Retry-After", std::to_string(static_cast<int>(std::ceil(*faults.retry_after))));
        }
        return reply;
    }
    return std::nullopt;
}

void spoil(Faults& faults, HttpReply& reply) {
    if (take(faults.not_json)) {
        reply.body = "this is { not JSON";
    }
    if (take(faults.huge)) {
        reply.body = "\"" + std::string(faults.huge_bytes, 'x') + "\"";
    }
    if (take(faults.slow)) {
        reply.delay = faults.slow_by;
    }
    reply.cut = take(faults.cut);
    reply.endless = take(faults.endless);
}

}  // namespace rookery::sim::community
