#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::store {

/// Which bit of a delivery mask belongs to which subscriber ("plugin karma", "script ping"); kept
/// in a text file, so that a restarted runtime understands the masks of the one before. Not
/// thread-safe.
class SlotRegistry {
  public:
    /// A file that cannot be understood is set aside with a warning: then nothing is known of
    /// earlier slots.
    [[nodiscard]] static Result<SlotRegistry> open(std::filesystem::path path);

    /// The subscriber's slot, a new one when it has none. Error limit: all are taken (names the
    /// number); invalid: empty, over 200 bytes, or with a line break; io.
    [[nodiscard]] Result<unsigned> slot(std::string_view name);

    /// Gives the slot of a subscriber that is gone for good to the next newcomer. First call
    /// DeliveryLedger::forget_slot on every ledger. Error not_found, io.
    [[nodiscard]] Result<> release(std::string_view name);

    /// Every name with its slot, ordered by name.
    [[nodiscard]] const std::map<std::string, unsigned, std::less<>>& all() const noexcept {
        return slots_;
    }

  private:
    explicit SlotRegistry(std::filesystem::path path) : path_(std::move(path)) {}
    [[nodiscard]] Result<> save() const;

    std::filesystem::path path_;
    std::map<std::string, unsigned, std::less<>> slots_;
};

}  // namespace rookery::store
