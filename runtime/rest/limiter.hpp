#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
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
    unsigned invalid_limit = 9'000;  ///< refused requests in ten minutes; the server bans at 10,000
};

/// When may which request be sent? Learns the limits from the answers. Sans-IO: time is passed in
/// and must not run backwards.
///
/// Requests wait in queues, one for each (limit, major ids); a queue has one request under way at a
/// time, in the order in which they were added. The limit's name is learned from answers and may
/// change at any time.
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

    explicit Limiter(LimiterOptions options = {}) : options_(options) {}

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
    struct Queue {
        std::set<Ticket> waiting;  ///< tickets grow: this is the order of arrival
        std::optional<Ticket> under_way;
        SteadyTime open_at{};  ///< nothing is sent before
    };
    struct Entry {
        Route route;
        SteadyTime deadline;
        std::string queue;
    };
    using Queues = std::map<std::string, Queue>;

    [[nodiscard]] std::string queue_key(const Route& route) const;
    [[nodiscard]] SteadyTime open_at(const Queue& queue, const Entry& entry, SteadyTime now) const;
    [[nodiscard]] std::optional<Error> refusal(const Entry& entry, SteadyTime open,
                                               SteadyTime now) const;
    void poll_queue(Queue& queue, SteadyTime now, Due& due);
    void release(const Entry& entry, Ticket ticket);
    void learn(Ticket ticket, const LimitInfo& info, SteadyTime now);
    void move_waiting(const Entry& like, const std::string& to);
    void pause(Ticket ticket, const LimitInfo& info, SteadyTime now);
    void count_invalid(const LimitInfo& info, const Entry& entry, SteadyTime now);
    void expire(SteadyTime now);

    LimiterOptions options_;
    Ticket last_ticket_ = 0;
    std::unordered_map<Ticket, Entry> tickets_;
    Queues queues_;
    std::unordered_map<std::string, std::string> buckets_;  ///< route key -> name of its limit
    std::map<std::string, SteadyTime> hidden_;              ///< like requests -> paused until
    std::deque<SteadyTime> sent_;     ///< of the last second, exempt ones left out
    std::deque<SteadyTime> invalid_;  ///< refused requests of the last ten minutes
    std::size_t under_way_ = 0;
    SteadyTime global_open_at_{};
    SteadyTime network_open_at_{};
    Millis network_pause_{0};
    bool refused_ = false;
};

}  // namespace rookery::rest
