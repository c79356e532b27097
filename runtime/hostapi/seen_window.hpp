#pragma once

#include "model/ports.hpp"

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace rookery::hostapi {

/// Which of the newest sequence numbers of a session have been seen: the witness of what was
/// handled twice. Interceptors let events of different channels overtake one another, so that a
/// number below the newest need not be a repetition. One thread at a time.
class SeenWindow {
  public:
    static constexpr std::size_t kReach = 16'384;  ///< below the newest; older ones are unknown

    /// True when the session (told by its ledger) has had that number before. A null session is not
    /// watched.
    bool seen(const model::Delivery* session, std::uint64_t seq) noexcept {
        if (session == nullptr || session != session_) {
            session_ = session;
            newest_ = seq;
            bits_.reset();
            bits_.set(seq % kReach);
            return false;
        }
        if (seq > newest_) {
            if (seq - newest_ >= kReach) {
                bits_.reset();
            }
            for (std::uint64_t gap = newest_ + 1; gap < seq && gap - newest_ < kReach; ++gap) {
                bits_.reset(gap % kReach);
            }
            newest_ = seq;
            bits_.set(seq % kReach);
            return false;
        }
        const bool before = newest_ - seq < kReach && bits_.test(seq % kReach);
        bits_.set(seq % kReach);
        return before;
    }

  private:
    const model::Delivery* session_ = nullptr;
    std::uint64_t newest_ = 0;
    std::bitset<kReach> bits_;
};

}  // namespace rookery::hostapi
