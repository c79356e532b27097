#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rookery::store {

/// The latest identities that have been taken, as hashes other than 0: a ring in a mapped file,
/// which survives, and an index over it in memory. One store in each for an identity. Belongs to
/// one thread.
class IdentityWindow {
  public:
    /// `ring` (a power of two of places) and `count` (of all that were ever added) are the file's
    /// and outlive this object; what they hold is taken up.
    IdentityWindow(std::span<std::uint64_t> ring, std::atomic<std::uint64_t>& count);

    [[nodiscard]] bool seen(std::uint64_t hash) const noexcept;
    /// False: it was there already. The oldest makes place.
    bool add(std::uint64_t hash) noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return used_; }

  private:
    [[nodiscard]] std::size_t home(std::uint64_t hash) const noexcept;
    [[nodiscard]] std::size_t find(std::uint64_t hash) const noexcept;
    void index(std::uint64_t hash) noexcept;
    void forget(std::uint64_t hash) noexcept;

    std::span<std::uint64_t> ring_;
    std::atomic<std::uint64_t>& count_;
    std::vector<std::uint64_t> table_;  ///< open addressing; 0: free
    std::size_t used_ = 0;
};

}  // namespace rookery::store
