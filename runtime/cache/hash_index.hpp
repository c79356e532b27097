#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rookery::cache {

/// Numbers found by the hash of a key that stands elsewhere: an open table of 8 bytes a place, at
/// most four fifths full. Growing doubles it, and that is its only allocation. Not thread-safe.
class HashIndex {
  public:
    static constexpr std::uint32_t kNothing = 0xFFFFFFFF;

    /// The number with that hash for which `same(number)`; kNothing when there is none.
    template <class Same>
    [[nodiscard]] std::uint32_t find(std::uint32_t hash, Same same) const {
        if (places_.empty()) {
            return kNothing;
        }
        for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
            const Place& place = places_[at];
            if (place.number == kNothing) {
                return kNothing;
            }
            if (place.hash == hash && same(place.number)) {
                return place.number;
            }
        }
    }

    /// Not kNothing, and not in it yet.
    void insert(std::uint32_t hash, std::uint32_t number);
    /// Both must be in it.
    void erase(std::uint32_t hash, std::uint32_t number);
    void replace(std::uint32_t hash, std::uint32_t number, std::uint32_t with);

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t bytes() const noexcept { return places_.size() * sizeof(Place); }

  private:
    struct Place {
        std::uint32_t hash = 0;
        std::uint32_t number = kNothing;
    };

    [[nodiscard]] std::size_t mask() const noexcept { return places_.size() - 1; }
    [[nodiscard]] std::size_t place_of(std::uint32_t hash, std::uint32_t number) const;
    void resize(std::size_t places);
    void put(Place place);

    std::vector<Place> places_;
    std::size_t size_ = 0;
};

/// Spreads a key over 32 bits.
[[nodiscard]] inline std::uint32_t spread(std::uint64_t a, std::uint64_t b,
                                          std::uint64_t c) noexcept {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
    std::uint64_t hash = (a + c * 0xD6E8FEB86659FD93) * kFactor;
    hash = ((hash ^ (hash >> 32U)) + b) * kFactor;
    hash ^= hash >> 29U;
    return static_cast<std::uint32_t>((hash * kFactor) >> 32U);
}

}  // namespace rookery::cache
