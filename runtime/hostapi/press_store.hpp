#pragma once

#include "store/kv.hpp"

#include <string>
#include <string_view>

namespace rookery::hostapi {

/// Where presses keep what outlives the process: no extension has a space of that name.
[[nodiscard]] inline store::KvSpace press_space() { return {"core presses"}; }

/// A state that did not fit into its custom id.
[[nodiscard]] inline std::string state_key(std::string_view name) {
    return "state/" + std::string(name);
}
/// That a component has been used, and by which event.
[[nodiscard]] inline std::string used_key(std::string_view mark) {
    return "used/" + std::string(mark);
}

}  // namespace rookery::hostapi
