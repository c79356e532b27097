#pragma once

#include "protocol/discord/inflater.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace rookery::protocol::discord {

/// Where an inflater writes one payload: grows by doubling up to the limit, and is given back when
/// a large payload has passed.
class PlainBuffer {
  public:
    explicit PlainBuffer(std::size_t limit) : limit_(limit) {}

    /// For the next payload: what was in it is forgotten.
    void clear();
    /// Room behind what is there, never empty; null when the limit is reached.
    [[nodiscard]] char* room();
    [[nodiscard]] std::size_t free() const noexcept { return capacity_ - used_; }
    void commit(std::size_t bytes) noexcept { used_ += bytes; }

    [[nodiscard]] bool over_limit() const noexcept { return used_ > limit_; }
    [[nodiscard]] std::size_t limit() const noexcept { return limit_; }
    [[nodiscard]] std::string_view text() const noexcept { return {bytes_.get(), used_}; }

  private:
    [[nodiscard]] bool grow();

    std::size_t limit_;
    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t used_ = 0;
};

}  // namespace rookery::protocol::discord
