#pragma once

#include <compare>
#include <cstdint>

namespace rookery {

/// An integer that only compares with its own kind: StrongId<struct BotTag>.
template <class Tag, class Rep = std::uint32_t>
struct StrongId {
    Rep value{};
    auto operator<=>(const StrongId&) const = default;
};

}  // namespace rookery
