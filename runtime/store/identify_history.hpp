#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <span>
#include <vector>

namespace rookery::store {

/// When a token identified during the last day; stored in milliseconds: what the
/// identify ledger needs across restarts. Stateless: the ledger keeps the list.
class IdentifyHistory {
  public:
    explicit IdentifyHistory(std::filesystem::path path) : path_(std::move(path)) {}

    /// Oldest first; empty when there is no file. Lines that are no number are skipped with a
    /// warning: too few known identifies are better than no bot. Error io.
    [[nodiscard]] Result<std::vector<WallTime>> load() const;
    [[nodiscard]] Result<> save(std::span<const WallTime> times) const;

  private:
    std::filesystem::path path_;
};

}  // namespace rookery::store
