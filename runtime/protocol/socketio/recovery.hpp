#pragma once

#include "base/clock.hpp"
#include "protocol/socketio/packet.hpp"

#include <any>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::protocol::socketio {

/// What a namespace remembers so that a client can take up again where it was: the newest events,
/// and the sessions that were lost. Bounded by bytes, entries and time. Reads no clock. One thread.
///
/// An event's offset is a text that the client gives back; offsets grow as texts do, and differ
/// between two logs. A client has an offset only after its first event, and a client library keeps
/// one from a former session or server: so a session remembers where it began (Lost::joined), and
/// an offset that is missing or of another log counts as that.
class RecoveryLog {
  public:
    struct Limits {
        Millis window{120'000};  ///< events and sessions are kept for so long
        std::size_t bytes = std::size_t{16} << 20U;
        std::size_t entries = 50'000;
        std::size_t sessions = 10'000;
    };

    /// Position in the log; 0 is before the first event.
    using Seq = std::uint64_t;

    struct Session {
        std::string sid;
        std::vector<std::string> rooms;
        std::any who;
    };
    struct Lost {
        std::string pid;
        Session session;
        Seq joined = 0;  ///< newest() when it connected
        /// Newest event that was queued for it; `joined` when there was none, newest() when that
        /// is not known (then a client that missed nothing may not be recovered).
        Seq last_sent = 0;
    };
    struct Recovered {
        Session session;
        Seq last_sent = 0;                                      ///< for the next loss
        Seq joined = 0;                                         ///< likewise
        std::vector<std::shared_ptr<const OutMessage>> missed;  ///< in order
    };

    /// `epoch`: a few characters that tell this log from others, random.
    RecoveryLog(Limits limits, std::string epoch);

    /// The number of the next event, and its offset for encode_event().
    [[nodiscard]] Seq next() const noexcept { return newest_ + 1; }
    [[nodiscard]] std::string offset(Seq seq) const;
    [[nodiscard]] Seq newest() const noexcept { return newest_; }

    /// Keeps event next(), encoded with its offset; it went to those in one of `rooms` (none: to
    /// all), but not to the sids in `except`. A socket is always in the room of its sid.
    void add(std::shared_ptr<const OutMessage> message, std::vector<std::string> rooms,
             std::vector<std::string> except, SteadyTime now);

    /// A session was lost (is_recoverable()). Its pid can be used once until `window` has passed.
    void lost(Lost lost, SteadyTime now);

    /// Takes the session out: the pid is dead afterwards. Nullopt, and the pid stays as it was,
    /// when it is not known, has expired, or events that were missed are gone from the log; an
    /// offset that never was given is a refusal too. `pid` and `offset` are the client's, of any
    /// length.
    [[nodiscard]] std::optional<Recovered> recover(std::string_view pid,
                                                   std::optional<std::string_view> offset,
                                                   SteadyTime now);

    /// Forgets what is too old. Also done by the calls above.
    void expire(SteadyTime now);

    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] std::size_t entries() const noexcept { return entries_.size(); }
    [[nodiscard]] std::size_t sessions() const noexcept { return lost_.size(); }
    /// Whether an event would be kept for anybody: somebody is lost. (Those who are connected count
    /// for the owner.)
    [[nodiscard]] bool awaited() const noexcept { return !lost_.empty(); }

  private:
    static constexpr std::size_t kMaxPid = 64;      ///< bytes that are looked at
    static constexpr std::size_t kMaxOffset = 128;  ///< bytes; a longer one is none of a library's

    struct Entry {
        Seq seq;
        SteadyTime at;
        std::size_t bytes;
        std::shared_ptr<const OutMessage> message;
        std::vector<std::string> rooms;
        std::vector<std::string> except;
    };
    struct Kept {
        Lost lost;
        Seq cut;  ///< newest() when it was lost
        SteadyTime until;
        std::list<std::string>::iterator place;  ///< in order_
    };

    void drop_oldest();
    [[nodiscard]] std::optional<Seq> parse(std::string_view offset) const;
    void drop_session(const std::string& pid);
    [[nodiscard]] std::optional<Seq> missed_from(const Kept& kept,
                                                 std::optional<std::string_view> offset) const;

    Limits limits_;
    std::string epoch_;
    Seq newest_ = 0;
    Seq forgotten_ = 0;  ///< newest that is not in the log any more
    std::size_t bytes_ = 0;
    std::deque<Entry> entries_;
    std::unordered_map<std::string, Kept> lost_;  ///< by pid
    std::list<std::string> order_;                ///< of their loss
};

}  // namespace rookery::protocol::socketio
