#include "platform/guilded/feed.hpp"

#include "protocol/guilded/json_scan.hpp"
#include "protocol/guilded/names.hpp"

#include <vector>

namespace rookery::guilded {
namespace {

/// Brackets of a payload that is taken as it is: what is put in place of deeper ones takes four.
constexpr unsigned kMostDepth = 58;

}  // namespace

void Feed::take(std::string_view name, std::string_view payload, std::string_view identity,
                SteadyTime now, bool late) {
    name = flavour_ == Flavour::user ? protocol::guilded::user_event_name(name)
                                     : protocol::guilded::bot_event_name(name);
    const auto shallow = protocol::guilded::limit_depth(payload, kMostDepth);
    payload = shallow ? std::string_view(*shallow) : payload;
    const Translation translation =
        translate(flavour_, name, payload, intake_.want(name).any, seen_);
    hand_over(name, payload, translation,
              translation.identity.empty() ? identity : translation.identity, now, late);
}

void Feed::take(std::string_view name, std::string_view payload, const Translation& translation,
                SteadyTime now) {
    hand_over(name, payload, translation, translation.identity, now, false);
}

void Feed::hand_over(std::string_view name, std::string_view payload,
                     const Translation& translation, std::string_view identity, SteadyTime now,
                     bool late) {
    std::vector<gateway::Becoming> events;
    events.reserve(translation.parts.size());
    for (const Translation::Part& part : translation.parts) {
        events.push_back({part.type, part.payload, part.context});
    }
    gateway::Arrival arrival;
    arrival.raw_name = name;
    arrival.payload = payload;
    arrival.identity = identity;
    arrival.events = events;
    arrival.late = late;
    if (!intake_.take(arrival, now)) {
        ++malformed_;
    }
}

}  // namespace rookery::guilded
