#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "rest/fairness.hpp"
#include "rest/standing.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rookery::rest {

/// What a request is to the rate limits.
struct Route {
    std::string
        key;  ///< method and path template: requests of one key share a limit for each `major`
    std::string major;     ///< the ids of the path that a limit is counted for
    std::string sub_kind;  ///< narrows a hidden limit inside the key: "name" for a channel's rename
    bool authenticated = true;
    bool global_exempt = false;
    Millis spacing{0};  ///< between two of its queue, whatever the answers say
    Lane lane = Lane::user;
    std::string owner = {};  ///< who asks: owners share what there is
};

/// Which limit an answer of status 429 speaks of.
enum class LimitScope : std::uint8_t {
    none,     ///< not limited
    bucket,   ///< the queue's own limit
    hidden,   ///< a limit inside the bucket that concerns only requests like this one
    shared,   ///< a limit of the resource, used up by others too
    global,   ///< all requests of the bot
    network,  ///< the address is blocked in front of the service
};

/// What an answer says about the limits; a platform reads it from its headers.
struct LimitInfo {
    unsigned status = 0;
    LimitScope scope = LimitScope::none;
    std::string bucket;  ///< name of the limit; empty when the answer has none
    std::optional<unsigned> remaining;
    std::optional<Millis> reset_after;
    std::optional<Millis> retry_after;
};

struct LimiterOptions {
    unsigned global_per_second = 45;  ///< below the server's 50: its window begins elsewhere
    std::size_t invalid_limit =
        9'000;  ///< refused requests in ten minutes; the server bans at 10,000
    std::size_t max_waiting = 20'000;
    std::size_t max_waiting_of_owner = 5'000;
    std::shared_ptr<Standing> standing = nullptr;  ///< null: one of its own
};

/// When may which request be sent? Learns the limits from the answers. Sans-IO: time is passed in
/// and must not run backwards.
///
/// Requests wait in queues, one for each (limit, major ids); a queue has one request under way at a
/// time. Lanes and owners take turns (Fairness); what one owner asks of one queue in one lane keeps
/// its order. The limit's name is learned from answers and may change at any time.
class Limiter {
  public:
    using Ticket = std::uint64_t;

    struct Refusal {
        Ticket ticket;
        Error error;
    };
    /// What is due: requests to send now, requests that will not be sent, and when to ask again.
    struct Due {
        std::vector<Ticket> send;
        std::vector<Refusal> refused;  ///< their tickets are gone
        std::optional<SteadyTime> next;
    };

    explicit Limiter(LimiterOptions options = {});

    /// Error limit: so many requests wait already that this one should not.
    [[nodiscard]] std::optional<Error> no_room(const Route& route) const;

    /// A request joins its queue. It is refused (timeout) as soon as it is clear that it cannot be
    /// sent by `deadline`.
    [[nodiscard]] Ticket add(Route route, SteadyTime deadline);
    [[nodiscard]] Due poll(SteadyTime now);

    /// The answer to a request that was sent; takes what it teaches. True: the request was limited
    /// and waits again, at the head of its queue. False: it is done, and its ticket gone.
    [[nodiscard]] bool answered(Ticket ticket, const LimitInfo& info, SteadyTime now);

    /// A request that was sent, and is to be sent again not before `when`; its queue waits with it.
    void again(Ticket ticket, SteadyTime when);

    /// Forgets a request: cancelled while it waited, or failed on its way. Unknown tickets are
    /// ignored.
    void remove(Ticket ticket);

    /// The token was refused: no authenticated request is sent any more.
    void refuse_authenticated() noexcept { refused_ = true; }
    [[nodiscard]] bool authenticated_refused() const noexcept { return refused_; }

    [[nodiscard]] std::size_t waiting() const noexcept { return tickets_.size() - under_way_; }
    [[nodiscard]] std::size_t queues() const noexcept { return queues_.size(); }

  private:
    /// Requests of one queue that keep their order: those that are alike, of one owner and lane.
    struct FlowKey {
        Lane lane;
        std::string owner;
        std::string like;
        auto operator<=>(const FlowKey&) const = default;
    };
    struct Queue {
        std::map<FlowKey, std::set<Ticket>> flows;  ///< tickets grow: the order of arrival
        std::optional<Ticket> under_way;
        SteadyTime open_at{};  ///< nothing is sent before
        bool exempt = false;   ///< of the global limit
    };
    struct Entry {
        Route route;
        SteadyTime deadline;
        std::string queue;
    };
    /// The request that a queue would send next.
    struct Candidate {
        Queue* queue = nullptr;
        Ticket ticket = 0;
        Fairness::Rank rank;
    };

    [[nodiscard]] std::string queue_key(const Route& route) const;
    [[nodiscard]] SteadyTime open_at(const Queue& queue, const Entry& entry, SteadyTime now) const;
    [[nodiscard]] std::optional<Error> refusal(const Entry& entry, SteadyTime open, SteadyTime now);
    void wait(Ticket ticket, const std::string& queue);
    void stop_waiting(Ticket ticket, const Entry& entry);
    void refuse_hopeless(SteadyTime now, Due& due);
    [[nodiscard]] Candidate head_of(Queue& queue, SteadyTime now) const;
    [[nodiscard]] Candidate best(bool only_exempt, SteadyTime now);
    void start(const Candidate& chosen, SteadyTime now);
    [[nodiscard]] bool has_global_room(SteadyTime now) const;
    [[nodiscard]] SteadyTime global_room_at() const;
    [[nodiscard]] std::optional<SteadyTime> next_change(SteadyTime now) const;
    void release(const Entry& entry, Ticket ticket, SteadyTime now);
    void learn(Ticket ticket, const LimitInfo& info, SteadyTime now);
    void move_waiting(const Entry& like, const std::string& to);
    void pause(Ticket ticket, const LimitInfo& info, SteadyTime now);
    void expire(SteadyTime now);

    LimiterOptions options_;
    Ticket last_ticket_ = 0;
    std::unordered_map<Ticket, Entry> tickets_;
    std::map<std::string, Queue> queues_;
    Fairness fairness_;
    std::set<std::pair<SteadyTime, Ticket>> deadlines_;     ///< of those that wait
    std::vector<Ticket> fresh_;                             ///< joined since the last poll
    bool delayed_ = false;                                  ///< something opens later than it did
    std::unordered_map<std::string, std::string> buckets_;  ///< route key -> name of its limit
    std::map<std::string, SteadyTime> hidden_;              ///< like requests -> paused until
    std::size_t counted_ = 0;                               ///< under way, exempt ones left out
    std::deque<SteadyTime> done_;                           ///< when those of the last second ended
    SteadyTime now_{};                                      ///< at the latest call
    std::size_t under_way_ = 0;
    SteadyTime global_open_at_{};
    bool refused_ = false;
};

}  // namespace rookery::rest
