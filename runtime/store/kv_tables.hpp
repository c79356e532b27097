#pragma once

#include "store/kv.hpp"
#include "store/kv_effects.hpp"
#include "store/sqlite.hpp"

#include <map>
#include <string>

namespace rookery::store {

/// The tables behind KvStore and what is done with them. Within a transaction where it writes; used
/// by one thread.
class KvTables {
  public:
    /// Makes or checks the tables. Error unsupported for a file of a later version.
    [[nodiscard]] static Result<KvTables> open(const std::filesystem::path& file, std::int64_t now);

    /// The time that expiries are held against from now on.
    void set_time(std::int64_t now) noexcept { now_ = now; }

    [[nodiscard]] Result<> begin() { return database_.run("BEGIN IMMEDIATE"); }
    [[nodiscard]] Result<> commit();
    void roll_back();

    // Errors of KvStore. An error of kind limit or invalid has changed nothing; after any other the
    // transaction must be rolled back.
    [[nodiscard]] Result<std::optional<std::string>> get(const KvSpace& space,
                                                         const std::string& key);
    [[nodiscard]] Result<KvOutcome> apply(const KvSpace& space, const KvBatch& batch,
                                          const std::optional<KvEffect>& effect = {});
    [[nodiscard]] Result<std::int64_t> add(const KvSpace& space, const std::string& key,
                                           std::int64_t amount,
                                           const std::optional<KvEffect>& effect = {});
    [[nodiscard]] Result<std::optional<std::string>> recall(const KvSpace& space,
                                                            const KvEffect& effect);
    [[nodiscard]] Result<KvPage> list(const KvSpace& space, const KvRange& range);
    /// Removes expired entries, a bounded number; true when there may be more.
    [[nodiscard]] Result<bool> sweep();

    /// As of KvStore::forget().
    void forget(std::string space, std::string event, Millis later);

    void checkpoint() { database_.checkpoint(); }

  private:
    struct Space {
        std::int64_t id = 0;
        std::int64_t bytes = 0;
        bool changed = false;
    };
    struct Row {
        std::int64_t id = 0;
        std::int64_t bytes = 0;  ///< of the value
        std::int64_t expires = 0;
        bool live = false;  ///< not expired
    };

    explicit KvTables(Database database) : database_(std::move(database)) {}
    template <class T, class Begin, class ToRecord, class FromRecord>
    [[nodiscard]] Result<T> once(const KvSpace& space, const KvEffect& effect, const Begin& begin,
                                 const ToRecord& to_record, const FromRecord& from_record);
    [[nodiscard]] Result<KvOutcome> write(const KvSpace& space, const KvBatch& batch);
    [[nodiscard]] Result<std::int64_t> sum(const KvSpace& space, const std::string& key,
                                           std::int64_t amount);
    [[nodiscard]] Result<Space*> space_of(const KvSpace& space);
    [[nodiscard]] Result<Row> find(const Space& space, const std::string& key);
    [[nodiscard]] Result<std::int64_t> number_of(const Row& row);
    [[nodiscard]] Result<bool> holds(const Space& space, const KvCheck& check);
    [[nodiscard]] Result<std::optional<std::string>> value_of(const Space& space,
                                                              const std::string& key);
    [[nodiscard]] Result<> carry_out(const KvSpace& space, Space& state, const Row& row,
                                     const KvWrite& write);
    [[nodiscard]] Result<> put(Space& space, const Row& row, const KvWrite& write,
                               std::int64_t expires);
    [[nodiscard]] Result<> remove(Space& space, const Row& row, const std::string& key);
    [[nodiscard]] Result<> create(const KvSpace& space, Space& state);
    /// Whether something had to be removed for it.
    [[nodiscard]] Result<bool> make_room(const KvSpace& space, Space& state, std::int64_t growth);

    Database database_;
    KvEffects effects_;
    std::map<std::string, Space> spaces_;
    std::int64_t now_ = 0;
};

}  // namespace rookery::store
