#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace rookery::store {

/// A quick hash of bytes, different for each key; never 0. Good for look-ups and against damage; an
/// enemy who knows the key can make texts that share one.
[[nodiscard]] inline std::uint64_t text_hash(std::string_view text, std::uint64_t key) noexcept {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
    constexpr std::uint64_t kMix = 0xD6E8FEB86659FD93;
    std::uint64_t hash = key ^ (text.size() * kOdd);
    const auto add = [&](std::uint64_t word) {
        hash = (hash ^ word) * kMix;
        hash ^= hash >> 32U;
    };
    const char* at = text.data();
    std::size_t left = text.size();
    for (std::uint64_t word = 0; left >= sizeof word; left -= sizeof word, at += sizeof word) {
        std::memcpy(&word, at, sizeof word);
        add(word);
    }
    if (left != 0) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, left);
        add(word);
    }
    add(kOdd);
    return hash == 0 ? 1 : hash;
}

}  // namespace rookery::store
