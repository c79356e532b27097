#include "cache/hash_index.hpp"

#include "base/assert.hpp"

#include <utility>

namespace rookery::cache {
namespace {

constexpr std::size_t kSmallest = 64;

}  // namespace

std::size_t HashIndex::place_of(std::uint32_t hash, std::uint32_t number) const {
    RK_ASSERT(!places_.empty());
    std::size_t at = hash & mask();
    while (places_[at].number != number) {
        RK_ASSERT(places_[at].number != kNothing);
        at = (at + 1) & mask();
    }
    return at;
}

void HashIndex::put(Place place) {
    std::size_t at = place.hash & mask();
    while (places_[at].number != kNothing) {
        at = (at + 1) & mask();
    }
    places_[at] = place;
}

void HashIndex::resize(std::size_t places) {
    const auto old = std::exchange(places_, std::vector<Place>(places));
    for (const Place& place : old) {
        if (place.number != kNothing) {
            put(place);
        }
    }
}

void HashIndex::insert(std::uint32_t hash, std::uint32_t number) {
    if ((size_ + 1) * 5 > places_.size() * 4) {
        resize(places_.empty() ? kSmallest : places_.size() * 2);
    }
    put({hash, number});
    ++size_;
}

void HashIndex::erase(std::uint32_t hash, std::uint32_t number) {
    std::size_t hole = place_of(hash, number);
    // What follows moves up, as far as it may: no place between its own and where it stands is
    // empty.
    for (std::size_t at = (hole + 1) & mask(); places_[at].number != kNothing;
         at = (at + 1) & mask()) {
        const std::size_t home = places_[at].hash & mask();
        if (((at - home) & mask()) >= ((at - hole) & mask())) {
            places_[hole] = places_[at];
            hole = at;
        }
    }
    places_[hole] = Place{};
    --size_;
    if (size_ * 10 < places_.size() && places_.size() > kSmallest) {
        resize(places_.size() / 2);
    }
}

void HashIndex::replace(std::uint32_t hash, std::uint32_t number, std::uint32_t with) {
    places_[place_of(hash, number)].number = with;
}

}  // namespace rookery::cache
