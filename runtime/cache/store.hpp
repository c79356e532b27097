#pragma once

#include "cache/hash_index.hpp"
#include "cache/kind.hpp"
#include "cache/slab.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rookery::cache {

struct StoreLimits {
    std::size_t budget = std::size_t{256} << 20U;       ///< bytes over all kinds
    std::size_t channel_messages = 200;                 ///< newest messages of each channel
    std::size_t channel_bytes = std::size_t{1} << 20U;  ///< of these, at most that many bytes
};

/// Of one kind. Hits to evictions are since the start, the other two of this moment.
struct KindStats {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;  ///< with what each entry costs beside its text
    std::uint64_t hits = 0;   ///< look-ups
    std::uint64_t misses = 0;
    std::uint64_t evicted = 0;  ///< for the budget or for the limits of a channel
};

/// One entry; the text is valid until the store is changed.
struct Entry {
    std::uint64_t owner = 0;
    std::uint64_t id = 0;
    std::string_view text;
};

/// Entities as raw JSON texts, by kind and id, listed by owner in the order in which they came.
///
/// Texts are copied into slots of a Slab behind a header of 40 bytes; finding one is one look into
/// a hash table. Above the budget, entries go in the order of kEvictionOrder, oldest (that is, put
/// or touched longest ago) first; pinned ones stay. An entry of the kind user that members refer to
/// stays with the last of them and goes with it. The budget is of slots and tables; the chunks that
/// hold the slots may be a little larger (`reserved`). Not thread-safe.
class Store {
  public:
    explicit Store(StoreLimits limits);

    /// Adds or replaces. Owner and id must be right even where the id alone is the key: an entry
    /// whose owner has changed moves.
    void put(Kind kind, std::uint64_t owner, std::uint64_t id, std::string_view text);
    /// The text, or empty. Counts as hit or miss. `owner` only matters for kinds that are paired.
    [[nodiscard]] std::string_view get(Kind kind, std::uint64_t owner, std::uint64_t id);
    /// The same, counting nothing.
    [[nodiscard]] Entry peek(Kind kind, std::uint64_t owner, std::uint64_t id) const;
    bool erase(Kind kind, std::uint64_t owner, std::uint64_t id);
    /// All of that kind that belong to the owner. Returns how many there were.
    std::size_t erase_all(Kind kind, std::uint64_t owner);
    void clear(Kind kind);

    /// It has been seen just now: others of its kind go before it.
    void touch(Kind kind, std::uint64_t owner, std::uint64_t id);
    /// Keeps one from being evicted, or lets it go again.
    void pin(Kind kind, std::uint64_t owner, std::uint64_t id, bool pinned);

    [[nodiscard]] bool pinned(Kind kind, const Entry& entry) const;

    [[nodiscard]] std::size_t count(Kind kind, std::uint64_t owner) const;
    /// Calls `visit(const Entry&)` for each, oldest first. The store must not be changed meanwhile.
    template <class Visit>
    void each(Kind kind, std::uint64_t owner, Visit visit) const {
        const std::uint32_t number = find_family(kind, owner);
        if (number == kNone) {
            return;
        }
        for (Ref ref = families_[number].first; ref != kNoRef; ref = record(ref).next) {
            visit(entry(ref));
        }
    }
    /// Calls `visit(kind, const Entry&)` for everything; within an owner oldest first.
    template <class Visit>
    void each_entry(Visit visit) const {
        for (const Family& family : families_) {
            for (Ref ref = family.first; ref != kNoRef; ref = record(ref).next) {
                visit(family.kind, entry(ref));
            }
        }
    }

    [[nodiscard]] const KindStats& stats(Kind kind) const noexcept {
        return stats_[index_of(kind)];
    }
    [[nodiscard]] const StoreLimits& limits() const noexcept { return limits_; }
    /// What the budget is held against.
    [[nodiscard]] std::size_t bytes() const noexcept;
    [[nodiscard]] std::size_t reserved() const noexcept;

  private:
    static constexpr std::uint32_t kNone = HashIndex::kNothing;

    /// Stands in front of each text.
    struct Record {
        std::uint64_t id;
        std::uint32_t family;
        std::uint32_t size;
        Ref next;  ///< in its family
        Ref prev;
        Ref newer;  ///< of its kind; only while it may be evicted
        Ref older;
        std::uint32_t uses;  ///< of a user: members that refer to it
        bool pinned;
        bool aged;  ///< it is in its kind's order of age
    };

    /// Those of one kind and one owner.
    struct Family {
        std::uint64_t owner = 0;
        Kind kind{};
        Ref first = kNoRef;  ///< none: the number is free
        Ref last = kNoRef;
        std::uint32_t count = 0;
        std::size_t bytes = 0;
    };

    /// Of one kind, by age.
    struct Ages {
        Ref oldest = kNoRef;
        Ref newest = kNoRef;
    };

    [[nodiscard]] Record& record(Ref ref) noexcept {
        return *reinterpret_cast<Record*>(slab_.at(ref));
    }
    [[nodiscard]] const Record& record(Ref ref) const noexcept {
        return *reinterpret_cast<const Record*>(slab_.at(ref));
    }
    [[nodiscard]] Entry entry(Ref ref) const noexcept;
    [[nodiscard]] std::uint32_t hash(Kind kind, std::uint64_t owner, std::uint64_t id) const;
    [[nodiscard]] Ref find(Kind kind, std::uint64_t owner, std::uint64_t id) const;
    [[nodiscard]] std::uint32_t find_family(Kind kind, std::uint64_t owner) const;
    [[nodiscard]] std::uint32_t make_family(Kind kind, std::uint64_t owner);

    void add(Kind kind, std::uint64_t owner, std::uint64_t id, std::string_view text);
    void overwrite(Ref ref, std::string_view text);
    [[nodiscard]] Ref move(Ref ref, std::size_t bytes);
    void remove(Ref ref);
    void drop_oldest(Ref ref);
    void age(Ref ref);
    void unage(Ref ref);
    void use_user(std::uint64_t user, bool more);
    void keep_channel(std::uint32_t family);
    void keep_budget();

    StoreLimits limits_;
    Slab slab_;
    HashIndex index_;
    std::vector<Family> families_;
    std::vector<std::uint32_t> free_families_;
    HashIndex family_index_;
    std::array<Ages, kKinds> ages_;
    std::array<KindStats, kKinds> stats_;
};

}  // namespace rookery::cache
