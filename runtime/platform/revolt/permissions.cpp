#include "platform/revolt/permissions.hpp"

#include <array>
#include <utility>

namespace rookery::revolt {
namespace {

/// Platform's bit, normalised bit: as sdk/schema/platforms/revolt/permissions.lua, which reads them
/// the other way.
constexpr std::array<std::pair<unsigned, unsigned>, 29> kBits{{
    {0, 4},   {1, 5},   {2, 28},  {3, 28},  {4, 30},  {6, 1},   {7, 2},   {8, 40},
    {9, 28},  {10, 26}, {11, 27}, {20, 10}, {21, 16}, {22, 11}, {23, 13}, {24, 29},
    {25, 0},  {26, 14}, {27, 15}, {29, 6},  {30, 20}, {31, 21}, {32, 9},  {33, 22},
    {34, 23}, {35, 24}, {37, 17}, {39, 52}, {40, 7},
}};

}  // namespace

std::uint64_t to_platform_bits(std::uint64_t normalised) noexcept {
    std::uint64_t out = 0;
    for (const auto& [bit, from] : kBits) {
        out |= (normalised >> from & 1U) << bit;
    }
    return out;
}

}  // namespace rookery::revolt
