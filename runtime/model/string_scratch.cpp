#include "model/string_scratch.hpp"

#include <algorithm>
#include <cstring>

namespace rookery::model {

char* StringScratch::take(std::size_t size) {
    if (room_ - used_ < size) {
        constexpr std::size_t kBlock = 4096;
        room_ = std::max(size, kBlock);
        block_ = blocks_.emplace_back(new char[room_]).get();
        used_ = 0;
    }
    char* const taken = block_ + used_;
    used_ += size;
    return taken;
}

std::string_view StringScratch::keep(std::string_view text) {
    if (text.empty()) {
        return {};
    }
    char* const copy = take(text.size());
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
}

void StringScratch::clear() noexcept {
    blocks_.clear();
    block_ = inline_.data();
    room_ = kInline;
    used_ = 0;
}

}  // namespace rookery::model
