#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rookery::store {

inline constexpr std::size_t kLongestKvKey = 512;
inline constexpr std::size_t kLargestKvValue = std::size_t{1} << 20U;
inline constexpr std::size_t kMostKvBatch = 128;     ///< checks, and writes, of one batch
inline constexpr std::size_t kMostKvListed = 1'000;  ///< items of a page
inline constexpr std::size_t kLargestKvNote = std::size_t{64} << 10U;
inline constexpr std::size_t kLargestKvPage = std::size_t{4} << 20U;  ///< and its bytes

/// Whose data it is. Names are apart from one another; a limit holds for keys and values together.
struct KvSpace {
    std::string name;
    std::size_t limit = std::size_t{256} << 20U;  ///< bytes
};

struct KvWrite {
    std::string key;
    std::optional<std::string> value;  ///< nothing: the key goes
    Millis ttl{0};                     ///< 0: for good
};

/// What a key must hold for a batch to be carried out.
struct KvCheck {
    std::string key;
    std::optional<std::string> value;  ///< nothing: the key must not be there
};

/// Checks, and if all of them hold, all of the writes, as one.
struct KvBatch {
    std::vector<KvCheck> checks;
    std::vector<KvWrite> writes;
};

struct KvOutcome {
    bool applied = false;     ///< all checks held
    std::size_t existed = 0;  ///< keys of the writes that were there before
};

/// A write on behalf of an event, which is carried out once, however often the event is handled:
/// what it came to is recorded in the transaction of the write itself, and told again when it comes
/// again.
struct KvEffect {
    std::string event;         ///< names the event
    std::uint64_t number = 0;  ///< tells its effects apart
    bool repeat = false;       ///< the event has been handled before: there may be a record
    /// Kept with the record, for recall(); at most kLargestKvNote. With one, a batch is recorded
    /// only when it is applied.
    std::optional<std::string> note;
};

/// Keys that begin with `prefix`, in the order of their bytes, after the key `after`.
struct KvRange {
    std::string prefix;
    std::string after;
    std::size_t limit = 100;
};

struct KvItem {
    std::string key;
    std::string value;
};

struct KvPage {
    std::vector<KvItem> items;
    bool more = false;  ///< the last item's key is where to go on after
};

/// Keys and values of extensions, in one SQLite file with one thread that takes everything in order
/// of arrival. What arrives together is committed together, and answered once it is: what has been
/// answered outlives the process, however that ends; a power failure can take the last second.
/// Expired keys are not seen, and removed in the background.
///
/// Any thread. Each `done` is called once, on the store's thread, and must not block. Errors:
/// limit (a size, the space's bytes, too much waiting), invalid (add: no whole number), io (disk
/// full, damaged file), unavailable (the store is closing).
class KvStore {
  public:
    template <class T>
    using Done = std::function<void(Result<T>)>;
    /// Milliseconds since 1970.
    using Clock = std::function<std::int64_t()>;

    [[nodiscard]] static Result<std::unique_ptr<KvStore>> open(const std::filesystem::path& file,
                                                               Clock clock = {});
    /// Carries out what waits.
    ~KvStore();
    KvStore(const KvStore&) = delete;
    KvStore& operator=(const KvStore&) = delete;

    void get(KvSpace space, std::string key, Done<std::optional<std::string>> done);
    void apply(KvSpace space, KvBatch batch, Done<KvOutcome> done,
               std::optional<KvEffect> effect = {});
    /// Adds to the whole number that the key holds in decimal digits, from 0 when it is not there,
    /// and keeps its expiry. `done` gets the sum.
    void add(KvSpace space, std::string key, std::int64_t amount, Done<std::int64_t> done,
             std::optional<KvEffect> effect = {});
    void list(KvSpace space, KvRange range, Done<KvPage> done);

    /// The note of an effect that has been carried out; nothing when it has not.
    void recall(KvSpace space, KvEffect effect, Done<std::optional<std::string>> done);
    /// The event is finished and does not come again: its records go, after everything that was
    /// begun before, `later` at the earliest. Wakes nobody. What is never forgotten goes after a
    /// week.
    void forget(const KvSpace& space, std::string event, Millis later = Millis{0});

    /// Nothing waits, and nothing is being carried out.
    [[nodiscard]] bool idle() const;

    /// Removes expired entries now. For tests; the store does it by itself.
    void sweep();

  private:
    struct Impl;
    explicit KvStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::store
