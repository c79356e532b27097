#pragma once

#include "base/result.hpp"
#include "command/definition.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::hostapi {

/// One command that an extension has declared.
struct BookEntry {
    command::DefinitionPtr definition;
    std::uint64_t session = 0;  ///< of CommandRegistry: the version that declared it
    std::string owner;          ///< "script remind"
    std::string where;          ///< "remind.lua:5"
    bool builtin = false;       ///< gives way to any other of its name
};
using BookEntryPtr = std::shared_ptr<const BookEntry>;

/// The commands that count at one moment, by all their names. Immutable.
class CommandIndex {
  public:
    CommandIndex() = default;
    explicit CommandIndex(std::vector<BookEntryPtr> entries);

    /// The command that a text means which begins with `word` (a name, an alias or a name in some
    /// language, in any case); null: none. A guild's own command goes before one for everywhere.
    [[nodiscard]] BookEntryPtr find_text(std::string_view bot, std::string_view guild,
                                         std::string_view word) const;
    /// The application command of that type and name.
    [[nodiscard]] BookEntryPtr find(command::CommandType type, std::string_view bot,
                                    std::string_view guild, std::string_view name) const;

    /// In the order of names.
    [[nodiscard]] const std::vector<BookEntryPtr>& all() const noexcept { return entries_; }
    /// Commands of extensions; the built-in one's do not count.
    [[nodiscard]] bool any() const noexcept { return any_; }

  private:
    using Names = std::unordered_map<std::string, std::vector<const BookEntryPtr*>>;

    std::vector<BookEntryPtr> entries_;
    Names texts_;
    Names names_;  ///< application commands
    bool any_ = false;
};
using CommandIndexPtr = std::shared_ptr<const CommandIndex>;

/// Which extension has which command, for every form of it. Versions as in CommandRegistry: only
/// the session that is active counts. Any thread.
class CommandBook {
  public:
    using EntryId = std::uint64_t;

    CommandBook() : index_(std::make_shared<const CommandIndex>()) {}

    /// Called after index() has changed; on any thread.
    void on_change(std::function<void()> changed);

    /// Errors: exists (a name or alias is taken; names who has it).
    [[nodiscard]] Result<EntryId> add(BookEntry entry);
    void remove(EntryId id);

    /// From now on this session is its owner's version.
    void activate(const std::string& owner, std::uint64_t session);
    /// What the session has added is gone.
    void close(std::uint64_t session);

    [[nodiscard]] CommandIndexPtr index() const;
    /// Grows with each change of index(); cheap to poll.
    [[nodiscard]] std::uint64_t version() const noexcept {
        return version_.load(std::memory_order_acquire);
    }

  private:
    [[nodiscard]] Result<> admit(const BookEntry& entry) const;
    [[nodiscard]] bool rebuild();

    mutable std::mutex mutex_;
    std::function<void()> changed_;
    std::map<EntryId, BookEntryPtr> entries_;
    std::map<std::string, std::uint64_t> active_;  ///< by owner
    std::vector<BookEntryPtr> current_;            ///< what index_ was made of
    CommandIndexPtr index_;
    std::atomic<std::uint64_t> version_{1};
    EntryId next_ = 1;
};

}  // namespace rookery::hostapi
