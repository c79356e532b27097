#pragma once

#include "base/result.hpp"
#include "model/ports.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace rookery::store {

/// What is needed to resume a gateway session.
struct SessionInfo {
    std::string session_id;  ///< at most 128 bytes
    std::string resume_url;  ///< at most 256 bytes
    std::uint32_t shard = 0;
    std::uint32_t shards = 1;
    bool operator==(const SessionInfo&) const = default;
};

/// Which events of a gateway session have been handled, by whom: kept in a mapped file, so that it
/// is right after a kill -9, at no system call for each event. (A crash of the machine may lose the
/// last seconds of it; then events may be repeated or missed.)
///
/// The file holds the session, the last sequence number, and a ring of subscriber masks indexed by
/// sequence number. A bit is set when an event comes in for that subscriber and cleared when its
/// handler has finished. After a restart the link resumes from resume_seq(); the server repeats
/// everything from there on, and received() says for each repeated event who has still to get it.
///
/// Order of stores, and what a kill between two of them means:
///  - a new event: first its mask, then last_received. Killed between: the server repeats the
///  event, it is new.
///  - a finished event: one store. Killed before: the event is repeated to that subscriber.
///  - a new session: it is marked absent, written, marked present. Killed between: there is nothing
///  to resume.
///
/// Everything belongs to the io thread, except where said.
class DeliveryLedger {
  public:
    static constexpr std::size_t kRing = std::size_t{1}
                                         << 18U;  ///< events that can be open at one time
    static constexpr unsigned kMaxSlots = 120;    ///< subscribers; see Entry in the source

    /// Opens or creates the file. One that is damaged or of another version is set aside with a
    /// warning. Only one process may have it open (StateDir's lock).
    [[nodiscard]] static Result<std::shared_ptr<DeliveryLedger>> open(
        const std::filesystem::path& path);

    DeliveryLedger(const DeliveryLedger&) = delete;
    DeliveryLedger& operator=(const DeliveryLedger&) = delete;
    ~DeliveryLedger();

    /// A new session begins: forgets the one before and returns how many of its deliveries were
    /// still open. To be called before received() sees the session's first event. Error limit when
    /// a text is too long.
    [[nodiscard]] Result<std::uint64_t> begin_session(const SessionInfo& info);
    /// The session to resume; nullopt when there is none.
    [[nodiscard]] std::optional<SessionInfo> session() const;
    /// The session is over: nothing to resume. Its open deliveries stay until begin_session().
    void clear_session();

    /// An event has come in for `wanted`. Returns who is to get it: `wanted` for a new one; for one
    /// that is repeated after a restart those of them that had not finished it; nobody for one that
    /// this process has seen already. Call it for every sequence number, also with an empty mask.
    [[nodiscard]] model::SlotMask received(std::uint64_t seq, const model::SlotMask& wanted);

    /// What the handlers of the current session's events report to. It may outlive the ledger;
    /// reports on an earlier session change nothing. Any thread.
    [[nodiscard]] const model::DeliveryPtr& deliveries() const noexcept { return deliveries_; }

    /// The sequence number to resume from and to put into heartbeats: the last one that this
    /// process has seen; before the first, the one below the lowest that is not finished. 0: none.
    [[nodiscard]] std::uint64_t resume_seq() const noexcept { return cursor_; }
    /// The highest one ever seen in this session.
    [[nodiscard]] std::uint64_t last_received() const noexcept;

    /// Deliveries of repeated events that were open and will not be made, since received() did not
    /// name the subscriber any more. Counted since the start of the process.
    [[nodiscard]] std::uint64_t unclaimed() const noexcept { return unclaimed_; }

    /// Who has not finished that event.
    [[nodiscard]] model::SlotMask open_for(std::uint64_t seq) const noexcept;

    /// (event, subscriber) pairs that are not finished. Walks the ring.
    [[nodiscard]] std::uint64_t open_deliveries() const;
    /// Deliveries that the ring wrapped over: repeated by nobody after a crash. Since the start.
    [[nodiscard]] std::uint64_t overruns() const noexcept { return overruns_; }

    /// A subscriber is gone for good: nothing is open for it any more.
    void forget_slot(unsigned slot);

  private:
    class Map;
    class Session;

    explicit DeliveryLedger(std::shared_ptr<Map> map);
    [[nodiscard]] model::SlotMask take_new(std::uint64_t seq, const model::SlotMask& wanted);
    [[nodiscard]] model::SlotMask take_repeated(std::uint64_t seq, const model::SlotMask& wanted);

    std::shared_ptr<Map> map_;
    std::uint64_t cursor_ = 0;
    std::uint64_t unclaimed_ = 0;
    std::uint64_t overruns_ = 0;
    model::DeliveryPtr deliveries_;
};

}  // namespace rookery::store
