#pragma once

#include "store/kv.hpp"
#include "store/sqlite.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace rookery::store {

/// What a write on behalf of an event came to.
struct KvRecord {
    bool applied = true;
    std::int64_t number = 0;          ///< the sum, or how many keys existed
    std::optional<std::string> note;  ///< KvEffect::note
};

/// The records of what has been written on behalf of events that are not finished: rows of a table,
/// which the transaction of the write itself writes too, and where they are, in memory. The row of
/// an event that is finished is used again and not removed, so that a record costs one write.
/// Used by one thread.
class KvEffects {
  public:
    static constexpr std::size_t kMostBytes = std::size_t{64} << 20U;  ///< of a space
    static constexpr std::int64_t kKept = std::int64_t{7} * 24 * 3'600 * 1'000;

    /// Makes the table where there is none and reads where the records are. What is older than
    /// kKept is forgotten.
    [[nodiscard]] Result<> open(Database& database, std::int64_t now);

    /// Nothing when there is none.
    [[nodiscard]] Result<std::optional<KvRecord>> find(Database& database, const std::string& space,
                                                       const KvEffect& effect);
    /// Within a transaction. A record of the same name gives way. Beyond kMostBytes nothing is
    /// recorded.
    [[nodiscard]] Result<> add(Database& database, const std::string& space, const KvEffect& effect,
                               const KvRecord& record, std::int64_t now);
    /// The event is finished.
    void forget(const std::string& space, const std::string& event);
    /// The same, at that time.
    void forget_at(std::int64_t due, std::string space, std::string event);

    /// Forgets what is due or too old, and within a transaction removes rows that are too many to
    /// be used again, a bounded number.
    [[nodiscard]] Result<> sweep(Database& database, std::int64_t now);

    /// What add() has written since the last of these two is there for good, or was undone.
    void committed() noexcept { added_.clear(); }
    void rolled_back();

  private:
    struct Event {
        std::unordered_map<std::uint64_t, std::int64_t> rows;  ///< by KvEffect::number
        std::size_t bytes = 0;
        std::int64_t made = 0;
    };
    struct Space {
        std::unordered_map<std::string, Event> events;
        std::size_t bytes = 0;
    };
    struct Added {
        std::string space;
        std::string event;
        std::uint64_t number;
    };
    struct Due {
        std::int64_t when;
        std::string space;
        std::string event;
    };

    [[nodiscard]] Result<> read(Database& database, std::int64_t now);

    std::unordered_map<std::string, Space> spaces_;
    std::vector<std::int64_t> free_;  ///< rows that hold nothing any more
    std::int64_t highest_ = 0;        ///< row
    std::vector<Added> added_;
    std::deque<Due> due_;
};

}  // namespace rookery::store
