#pragma once

#include "base/result.hpp"
#include "command/component_id.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

// The one component that is not shown: what somebody writes next in the channel presses it.
namespace rookery::hostapi {

struct WrittenAnswer {
    command::ComponentRecord record;  ///< without its owner, and without an end of its own
    std::string user;
    std::int64_t life = 0;  ///< seconds from when the message is there
};

/// Whether there is one among the components of those arguments.
[[nodiscard]] bool has_written_answer(const nlohmann::json& arguments);

/// Takes it out of the components. nullopt when there is none. Error invalid, with the place.
[[nodiscard]] Result<std::optional<WrittenAnswer>> take_written_answer(nlohmann::json& arguments);

}  // namespace rookery::hostapi
