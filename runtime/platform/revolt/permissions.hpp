#pragma once

#include <cstdint>

namespace rookery::revolt {

/// A normalised set of permissions in the platform's bits, as far as it has them.
[[nodiscard]] std::uint64_t to_platform_bits(std::uint64_t normalised) noexcept;

}  // namespace rookery::revolt
