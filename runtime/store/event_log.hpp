#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rookery::store {

/// One event as it was served. Texts of an entry that was read are valid until the next append() or
/// expire().
struct LogEntry {
    std::string_view owner;      ///< whose numbers: a bot; at most 65,535 bytes, as the next two
    std::string_view thing;      ///< that is counted: a guild's id; empty: none
    std::string_view name;       ///< of the event
    std::string_view text;       ///< as it was served
    std::string_view second;     ///< in another form; empty: there is none
    std::uint64_t seq = 0;       ///< of (owner, thing), growing by one
    std::uint64_t identity = 0;  ///< the same when the event is delivered again
    std::int64_t time = 0;       ///< Unix milliseconds
    std::uint64_t position = 0;  ///< in the log; grows
    std::uint64_t next = 0;      ///< where to read on
};

/// What was served, in order, for those who missed it: mapped files of a folder, at no system call
/// for each event. It survives a kill -9. (A crash of the machine may lose the last seconds of it.)
/// The oldest goes when there is too much, or when it is too old. Belongs to one thread.
///
/// Order of stores: the entry, then its length. Killed between: it was never there.
class EventLog {
  public:
    struct Limits {
        std::size_t bytes = std::size_t{64} << 20U;  ///< of the files; from kLeast on
        Millis age{3'600'000};                       ///< an eighth more may be kept
    };
    static constexpr std::size_t kLeast = std::size_t{1} << 20U;

    /// Opens or creates the folder. What is damaged in it ends the file that it is in, with a
    /// warning. `now`: Unix milliseconds. Error io.
    [[nodiscard]] static Result<std::unique_ptr<EventLog>> open(std::filesystem::path folder,
                                                                Limits limits, std::int64_t now);
    /// The folder and all that is in it.
    static void remove(const std::filesystem::path& folder);

    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;
    ~EventLog();

    /// Adds an entry, open, and says where it is; `position` and `next` are not read. Errors: limit
    /// for one that is larger than half of the log; io, when the disk is full.
    [[nodiscard]] Result<std::uint64_t> append(const LogEntry& entry);
    /// The event will not be delivered again.
    void finish(std::uint64_t position) noexcept;

    /// The entry of that identity that an earlier process left open; each one once.
    struct Left {
        std::uint64_t seq;
        std::uint64_t position;
    };
    [[nodiscard]] std::optional<Left> take_left(std::uint64_t identity);

    /// The newest number of (owner, thing) in the log; 0: none.
    [[nodiscard]] std::uint64_t newest(std::string_view owner, std::string_view thing) const;
    void each_newest(const std::function<void(const LogEntry&)>& visit) const;

    /// Where to begin reading so as to meet all entries of (owner, thing) with a greater number.
    /// `steps` is what the search may cost, and is reduced; without any left it is begin().
    [[nodiscard]] std::uint64_t find(std::string_view owner, std::string_view thing,
                                     std::uint64_t seq, std::size_t& steps) const;
    /// The first entry at or behind that position; nullopt: there is none yet.
    [[nodiscard]] std::optional<LogEntry> read(std::uint64_t position) const;
    [[nodiscard]] std::uint64_t begin() const noexcept;
    [[nodiscard]] std::uint64_t end() const noexcept;

    void expire(std::int64_t now);

    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    class Segment;
    struct Record;

    EventLog(std::filesystem::path folder, Limits limits);
    [[nodiscard]] Result<> load();
    void index(const Segment& segment);
    [[nodiscard]] Result<Segment*> room_for(std::size_t bytes, std::int64_t now);
    void drop_oldest();
    [[nodiscard]] const Segment* segment_at(std::uint64_t position) const noexcept;
    [[nodiscard]] static LogEntry entry_of(const Segment& segment, std::size_t offset);

    const std::filesystem::path folder_;
    const Limits limits_;
    std::deque<std::unique_ptr<Segment>> segments_;
    std::unordered_map<std::string, Left> newest_;  ///< by owner, NUL, thing
    std::unordered_map<std::uint64_t, Left> left_;  ///< by identity
    std::size_t bytes_ = 0;
    std::uint64_t next_base_;
};

}  // namespace rookery::store
