#pragma once

#include "store/kv.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::hostapi {

/// Where presses keep what outlives the process: no extension has a space of that name.
[[nodiscard]] inline store::KvSpace press_space() { return {"core presses"}; }

/// A press that was in time is one for so long after its component has expired, in seconds: it may
/// be delivered again.
inline constexpr std::int64_t kLatePress = 6 * 3'600;

/// A state that did not fit into its custom id.
[[nodiscard]] inline std::string state_key(std::string_view name) {
    return "state/" + std::string(name);
}
/// That a component has been used, and by which event.
[[nodiscard]] inline std::string used_key(std::string_view mark) {
    return "used/" + std::string(mark);
}

}  // namespace rookery::hostapi
