#include "protocol/discord/plain_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rookery::protocol::discord {
namespace {

constexpr std::size_t kFirstCapacity = std::size_t{64} << 10;
constexpr std::size_t kKeep = std::size_t{1}
                              << 20;  ///< above it the buffer is given back after use

}  // namespace

void PlainBuffer::clear() {
    used_ = 0;
    if (capacity_ > kKeep) {
        bytes_.reset();
        capacity_ = 0;
    }
}

char* PlainBuffer::room() { return used_ < capacity_ || grow() ? bytes_.get() + used_ : nullptr; }

/// Twice the room, at most one byte over the limit (that byte tells "exactly full" from "too
/// much").
bool PlainBuffer::grow() {
    const auto most = limit_ + 1;
    if (capacity_ >= most) {
        return false;
    }
    const auto capacity = std::min(most, std::max(kFirstCapacity, capacity_ * 2));
    auto fresh = std::make_unique_for_overwrite<char[]>(capacity + Inflater::kPadding);
    if (used_ > 0) {
        std::memcpy(fresh.get(), bytes_.get(), used_);
    }
    std::memset(fresh.get() + capacity, 0, Inflater::kPadding);
    bytes_ = std::move(fresh);
    capacity_ = capacity;
    return true;
}

}  // namespace rookery::protocol::discord
