#pragma once

#include "base/clock.hpp"
#include "hostapi/interaction_past.hpp"
#include "hostapi/interaction_plan.hpp"
#include "hostapi/interaction_watch.hpp"
#include "hostapi/operations.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace rookery::hostapi {

/// What is done for an interaction that nobody has answered for a while.
struct GuardianPolicy {
    bool defer = true;
    Millis after{2'000};  ///< since its arrival; the platform gives up at three seconds
};

/// Counters since the start.
struct InteractionCounters {
    std::uint64_t arrived = 0;                  ///< handed to some extension
    std::uint64_t answered = 0;                 ///< by an extension, as the first answer
    std::uint64_t deferred = 0;                 ///< by the guardian
    std::uint64_t expired = 0;                  ///< the platform had given up on it
    std::map<std::string, std::uint64_t> late;  ///< of `deferred`, by who had it then
};

/// Every interaction of the last quarter of an hour: how far it has been answered, its token, and
/// who is busy with it, and what came of each call: one that an extension makes again, by the
/// number that it has for the event, is not sent again (as long as its answer is remembered, and
/// refused after that: PastAnswers). It carries out the verbs of interactions.*,
/// one at a time for each interaction, in order; and it is the guardian that defers what would
/// otherwise be lost. State lives here and not in extensions, so that a reload in the middle
/// changes nothing.
///
/// Any thread, save poll(), which belongs to one.
class Interactions final : public InteractionWatch {
  public:
    /// One call of the platform, `operation` of the schema, on behalf of `extension` (may be
    /// empty).
    struct Send {
        std::string bot;
        std::string_view operation;
        nlohmann::json arguments;
        std::string extension;
        Millis deadline{};
    };
    using Sender = std::function<void(Send, OperationDone)>;

    static constexpr Millis kTokenLife{15 * 60 * 1'000};
    static constexpr Millis kFirstAnswer{3'000};
    static constexpr std::size_t kMost = 50'000;      ///< remembered at once; the oldest go first
    static constexpr std::size_t kMostWaiting = 100;  ///< calls of one interaction

    /// `wake` is told that poll() is wanted at a time, at the latest; on any thread.
    Interactions(const Clock& clock, Sender send, std::function<void(SteadyTime)> wake);
    ~Interactions() override;

    /// For interactions that arrive from now on.
    void set_policy(const std::string& bot, GuardianPolicy policy);

    /// An interaction is about to be handed to those extensions.
    void arrived(const model::Event& event, const std::vector<std::string>& owners);
    void begun(const model::Event& event, const std::string& owner,
               std::string_view handler) override;
    void finished(const model::Event& event, const std::string& owner) override;
    void stopped(const model::Event& event, const std::string& owner) override;

    /// An operation of the noun "interactions", its arguments checked. `done` is called once.
    /// Errors: those of plan_answer(); stale (expired, or not known any more), exists (answered by
    /// somebody else), and the platform's.
    void call(const model::OperationInfo& info, OperationCall call, OperationDone done);

    /// Defers what is due and forgets what is over; when to come again.
    [[nodiscard]] std::optional<SteadyTime> poll();

    [[nodiscard]] InteractionCounters counters() const;
    [[nodiscard]] std::size_t size() const;
    /// What the answers take that are remembered: PastAnswers::bytes().
    [[nodiscard]] std::size_t answer_bytes() const;

  private:
    struct Part;
    struct Entry;
    struct Waiting;
    using EntryPtr = std::shared_ptr<Entry>;

    EntryPtr find(std::uint64_t id) const;
    EntryPtr add(const model::Event& event);
    void shrink(SteadyTime now);
    void note_typed(const model::Event& event, Entry& entry);
    [[nodiscard]] std::optional<Result<nlohmann::json>> before(const Entry& entry,
                                                               const Waiting& call) const;
    [[nodiscard]] bool overtaken(const Entry& entry) const;
    [[nodiscard]] static std::optional<Error> gone(const Entry& entry, SteadyTime now);

    void pass_on(const model::OperationInfo& info, OperationCall call, OperationDone done);
    void next(const EntryPtr& entry);
    void run(const EntryPtr& entry, std::shared_ptr<Waiting> waiting);
    void search(const EntryPtr& entry, const std::shared_ptr<Waiting>& waiting);
    void step_done(const EntryPtr& entry, const std::shared_ptr<Waiting>& waiting,
                   Result<nlohmann::json> result);
    void look_up(const EntryPtr& entry, const std::shared_ptr<Waiting>& waiting, Error refused);
    void end(const EntryPtr& entry, const std::shared_ptr<Waiting>& waiting,
             Result<nlohmann::json> result);
    void guard(const EntryPtr& entry);
    void report(const Entry& entry, SteadyTime now);
    [[nodiscard]] static std::string title(const Entry& entry);

    const Clock& clock_;
    const Sender send_;
    const std::function<void(SteadyTime)> wake_;
    mutable std::mutex mutex_;
    std::map<std::string, GuardianPolicy, std::less<>> policies_;
    std::map<std::uint64_t, EntryPtr> by_id_;
    std::deque<EntryPtr> by_age_;
    std::multimap<SteadyTime, EntryPtr> due_;  ///< to be looked at by the guardian
    std::map<std::string, std::uint64_t> newest_typed_;
    PastAnswers past_;
    InteractionCounters counters_;
};

}  // namespace rookery::hostapi
