#include "cache/slab.hpp"

#include "base/assert.hpp"

#include <bit>
#include <cstring>

namespace rookery::cache {
namespace {

constexpr std::size_t kFine = 512;  // up to here one size for each unit
constexpr std::size_t kFineClasses = kFine / Slab::kUnit;
constexpr unsigned kFineBits = 9;  // 2^9 = kFine
constexpr std::size_t kSteps = 8;  // above, that many sizes between powers of two

}  // namespace

Slab::Slab() { with_room_.fill(kNone); }
Slab::~Slab() = default;

std::size_t Slab::class_of(std::size_t bytes) noexcept {
    if (bytes <= kFine) {
        return bytes == 0 ? 0 : (bytes - 1) / kUnit;
    }
    const auto power = static_cast<unsigned>(std::bit_width(bytes - 1)) - 1;
    const std::size_t base = std::size_t{1} << power;
    return kFineClasses + (power - kFineBits) * kSteps + (bytes - 1 - base) / (base / kSteps);
}

std::size_t Slab::size_of(std::size_t cls) noexcept {
    if (cls < kFineClasses) {
        return (cls + 1) * kUnit;
    }
    const std::size_t base = kFine << ((cls - kFineClasses) / kSteps);
    return base + ((cls - kFineClasses) % kSteps + 1) * (base / kSteps);
}

std::size_t Slab::slot_for(std::size_t bytes) noexcept {
    return bytes <= kLargestSlot ? size_of(class_of(bytes)) : (bytes + kUnit - 1) / kUnit * kUnit;
}

bool Slab::has_room(const Chunk& chunk) noexcept {
    return chunk.free != kEnd || chunk.fresh * kUnit + chunk.slot <= kChunk;
}

std::uint32_t Slab::new_chunk(std::size_t bytes, std::size_t slot) {
    std::uint32_t number = 0;
    if (spare_numbers_.empty()) {
        number = static_cast<std::uint32_t>(chunks_.size());
        RK_ASSERT(number < (kNoRef >> kUnitBits));
        chunks_.emplace_back();
    } else {
        number = spare_numbers_.back();
        spare_numbers_.pop_back();
    }
    Chunk& chunk = chunks_[number];
    chunk.memory.reset(new char[bytes]);  // not zeroed: pages are taken as slots are
    chunk.slot = slot;
    reserved_ += bytes;
    return number;
}

void Slab::list(std::uint32_t number) {
    Chunk& chunk = chunks_[number];
    std::uint32_t& head = with_room_[class_of(chunk.slot)];
    chunk.next = head;
    chunk.prev = kNone;
    chunk.listed = true;
    if (head != kNone) {
        chunks_[head].prev = number;
    }
    head = number;
}

void Slab::unlist(std::uint32_t number) {
    Chunk& chunk = chunks_[number];
    (chunk.prev == kNone ? with_room_[class_of(chunk.slot)] : chunks_[chunk.prev].next) =
        chunk.next;
    if (chunk.next != kNone) {
        chunks_[chunk.next].prev = chunk.prev;
    }
    chunk.listed = false;
}

void Slab::drop(std::uint32_t number) {
    Chunk& chunk = chunks_[number];
    reserved_ -= chunk.slot > kLargestSlot ? chunk.slot : kChunk;
    chunk = Chunk{};
    spare_numbers_.push_back(number);
}

Ref Slab::allocate(std::size_t bytes) {
    const std::size_t slot = slot_for(bytes);
    used_ += slot;
    if (slot > kLargestSlot) {
        const std::uint32_t number = new_chunk(slot, slot);
        chunks_[number].live = 1;
        return number << kUnitBits;
    }
    std::uint32_t number = with_room_[class_of(slot)];
    if (number == kNone) {
        number = new_chunk(kChunk, slot);
        list(number);
    }
    Chunk& chunk = chunks_[number];
    std::uint16_t unit = chunk.free;
    if (unit != kEnd) {
        std::memcpy(&chunk.free, chunk.memory.get() + unit * kUnit, sizeof chunk.free);
    } else {
        unit = chunk.fresh;
        chunk.fresh = static_cast<std::uint16_t>(chunk.fresh + slot / kUnit);
    }
    ++chunk.live;
    if (!has_room(chunk)) {
        unlist(number);
    }
    return number << kUnitBits | unit;
}

void Slab::release(Ref ref) {
    const std::uint32_t number = ref >> kUnitBits;
    Chunk& chunk = chunks_[number];
    used_ -= chunk.slot;
    --chunk.live;
    if (chunk.live == 0) {
        if (chunk.listed) {
            unlist(number);
        }
        drop(number);
        return;
    }
    const auto unit = static_cast<std::uint16_t>(ref & kUnitMask);
    std::memcpy(chunk.memory.get() + unit * kUnit, &chunk.free, sizeof chunk.free);
    chunk.free = unit;
    if (!chunk.listed) {
        list(number);
    }
}

}  // namespace rookery::cache
