#pragma once

#include "model/event_names.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace rookery::model {

/// A payload and context in which every raw path that an event's mapping reads has a value of the
/// right kind. Each mapping is filled once in each of them; where it is used again its object is
/// empty.
struct Sample {
    nlohmann::ordered_json payload = nlohmann::ordered_json::object();
    nlohmann::ordered_json context = nlohmann::ordered_json::object();
};

[[nodiscard]] Sample make_sample(const RawEventInfo& event);

}  // namespace rookery::model
