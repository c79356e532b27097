#include "hostapi/event_effects.hpp"

#include "model/repeats.hpp"

#include <utility>

namespace rookery::hostapi {
namespace {

// How long what may yet be repeated is kept: longer than a handler may wait.
constexpr Millis kLinger{600'000};

constexpr std::uint64_t kSeed = 0xCBF29CE484222325;
constexpr std::uint64_t kOtherSeed = 0x9E3779B97F4A7C15;

/// FNV-1a, which is the same in every process.
std::uint64_t hash(std::string_view text, std::uint64_t seed) noexcept {
    for (const char c : text) {
        seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    return seed;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t number) noexcept {
    for (unsigned i = 0; i < sizeof(number); ++i) {
        hash = (hash ^ ((number >> (8 * i)) & 0xFFU)) * 0x100000001B3;
    }
    return hash;
}

void append(std::string& to, std::uint64_t number) {
    for (unsigned i = 0; i < sizeof(number); ++i) {
        to.push_back(static_cast<char>(number >> (8 * i)));
    }
}

const model::Repeats* repeats_of(const model::Event& event) noexcept {
    return dynamic_cast<const model::Repeats*>(event.delivery().get());
}

}  // namespace

EventEffects::EventEffects(const model::Event& event, std::uint64_t role, bool repeat)
    : repeat_(repeat || (repeats_of(event) != nullptr && repeats_of(event)->repeated(event.seq()))),
      linger_(role != 0 || (repeats_of(event) != nullptr && repeats_of(event)->joint())) {
    const std::string name = std::string(event.bot_name()) + '/' + event.dedupe_key();
    append(event_, mix(hash(name, kSeed), role));
    append(event_, mix(hash(name, kOtherSeed), role));
}

store::KvEffect EventEffects::next(std::string_view what) {
    const std::uint64_t description = hash(what, kSeed);
    return at(mix(description, counts_[description]++));
}

store::KvEffect EventEffects::at(std::uint64_t number) const {
    return {event_, number, repeat_, std::nullopt};
}

void EventEffects::goes_to(store::KvStore& store, const store::KvSpace& space) {
    store_ = &store;
    space_ = &space;
}

void EventEffects::finished() const {
    if (store_ != nullptr) {
        store_->forget(*space_, event_, linger_ ? kLinger : Millis{0});
    }
}

}  // namespace rookery::hostapi
