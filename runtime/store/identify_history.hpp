#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace rookery::store {

/// When a token identified during the last day, in milliseconds since the Unix epoch: what the
/// identify ledger needs across restarts. Stateless: the ledger keeps the list.
class IdentifyHistory {
  public:
    explicit IdentifyHistory(std::filesystem::path path) : path_(std::move(path)) {}

    /// Oldest first; empty when there is no file. Lines that are no number are skipped with a
    /// warning: too few known identifies are better than no bot. Error io.
    [[nodiscard]] Result<std::vector<std::int64_t>> load() const;
    [[nodiscard]] Result<> save(std::span<const std::int64_t> times) const;

  private:
    std::filesystem::path path_;
};

}  // namespace rookery::store
