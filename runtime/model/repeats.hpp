#pragma once

#include <cstdint>

namespace rookery::model {

/// What a Delivery may tell as well. Any thread.
class Repeats {
  public:
    Repeats() = default;
    Repeats(const Repeats&) = delete;
    Repeats& operator=(const Repeats&) = delete;
    virtual ~Repeats() = default;

    /// An earlier process has received that event: it may have been handled, in part.
    [[nodiscard]] virtual bool repeated(std::uint64_t seq) const noexcept = 0;
    /// A subscriber that has finished the event gets it again as long as it has not finished the
    /// others that came with it.
    [[nodiscard]] virtual bool joint() const noexcept { return false; }
};

}  // namespace rookery::model
