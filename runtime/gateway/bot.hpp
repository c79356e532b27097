#pragma once

#include "async/task.hpp"
#include "base/bucket_counts.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/operations.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rookery::gateway {

/// A new session had to begin where one could not be resumed: what happened in between was not
/// seen.
struct Gap {
    /// When the former session was last heard of; none when it was another process's.
    std::optional<std::chrono::system_clock::time_point> from;
    std::chrono::system_clock::time_point to;
    std::uint64_t last_seq = 0;  ///< of the former session: everything up to it has come in
};

/// One connection of a bot that has several. Counters are since the start of the process.
struct ShardStatus {
    std::uint32_t id = 0;
    std::string state;
    std::string detail;  ///< why it is not ready, for people
    std::uint64_t seq = 0;
    std::uint64_t frames = 0;
    std::uint64_t published = 0;
    std::uint64_t open = 0;  ///< deliveries not finished yet
    std::uint64_t unclaimed = 0;
    std::uint64_t connects = 0;
    std::uint64_t identifies = 0;
    std::uint64_t resumes = 0;
    std::uint64_t gaps = 0;
    std::optional<Gap> last_gap;
    std::uint64_t bytes_in = 0;     ///< as received
    std::uint64_t bytes_plain = 0;  ///< the same, inflated
    std::optional<std::chrono::microseconds> latency;
    std::chrono::microseconds worst_beat_delay{0};
};

/// What a bot keeps of one kind. Hits to evictions are since the start of the process.
struct CacheKindStatus {
    std::string_view kind;  ///< "members"; of static storage
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t evicted = 0;
};

struct CacheStatus {
    std::uint64_t bytes = 0;     ///< entries and tables
    std::uint64_t reserved = 0;  ///< with what is free between entries
    std::uint64_t budget = 0;
    std::vector<CacheKindStatus> kinds;  ///< those that are kept
};

/// One bot as `rookery list` shows it; figures are of all its shards together. Counters are since
/// the start of the process.
struct BotStatus {
    std::string name;
    std::string platform;
    std::string state;   ///< the session's state, "ready" when events flow
    std::string detail;  ///< why it is not ready, for people; empty when there is nothing to say
    std::string user;    ///< the account's name, once known
    bool fatal = false;  ///< refused for good: it will not try again
    std::uint64_t seq = 0;
    std::uint64_t frames = 0;       ///< dispatches that came in
    std::uint64_t published = 0;    ///< of these, events that somebody wanted
    std::uint64_t redelivered = 0;  ///< of these, repeated after a restart because they were open
    std::uint64_t malformed = 0;
    std::uint64_t unclaimed = 0;   ///< open before a restart, and could not be delivered after it
    std::uint64_t open = 0;        ///< deliveries not finished yet
    std::uint64_t connects = 0;    ///< connections opened
    std::uint64_t identifies = 0;  ///< sessions begun
    std::uint64_t resumes = 0;     ///< sessions carried on over another connection
    std::uint64_t identifies_24h = 0;
    std::uint64_t gaps = 0;  ///< of all shards; `shards` has the latest of each
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_plain = 0;  ///< of payloads, inflated
    std::optional<std::chrono::microseconds>
        latency;  ///< newest heartbeat's round trip, slowest shard
    std::chrono::microseconds worst_beat_delay{0};  ///< how late the latest heartbeat left, at most
    std::vector<std::string> intents;
    std::uint32_t shard_count = 1;    ///< of the whole bot, shards in other processes included
    std::vector<ShardStatus> shards;  ///< those of this process
    CacheStatus cache;                ///< of all shards
    std::uint64_t rest_requests = 0;
    std::uint64_t rest_limited = 0;  ///< answers 429
};

/// What was asked of one route of the platform's API.
struct RouteMeasures {
    std::string route;                       ///< "POST /channels/{channel_id}/messages"
    BucketCounts::Counts times;              ///< from the sending to the answer
    std::array<std::uint64_t, 6> answers{};  ///< by the hundreds of the status; 0: none came
    std::uint64_t limited = 0;               ///< answers 429
};

/// The shard of a bot that has one connection; it is made where there is none.
[[nodiscard]] inline ShardStatus& shard_of(BotStatus& status) {
    return status.shards.empty() ? status.shards.emplace_back() : status.shards.front();
}

/// What is measured of a bot beside its status. Counters are since the start of the process.
struct BotMeasures {
    std::string name;
    std::vector<std::uint64_t> events;  ///< that somebody got, by EventType; the last: raw ones
    std::vector<RouteMeasures> routes;
    std::optional<std::uint64_t> identifies_left;  ///< of what the runtime allows itself in 24 h
};

/// An operation on its way to a platform, its arguments checked.
struct BotCall {
    const model::OperationInfo* info = nullptr;
    nlohmann::json arguments;
    std::string nonce_key;  ///< equal for the same effect of the same event; empty: none
    std::string extension;  ///< who asks, "script/ping"
    Millis deadline{30'000};
    model::Lane lane = model::Lane::background;
};
using BotCallDone = std::function<void(Result<nlohmann::json>)>;

/// One account on one platform: its connection in, its API out. Belongs to the io thread.
class Bot {
  public:
    Bot() = default;
    Bot(const Bot&) = delete;
    Bot& operator=(const Bot&) = delete;
    virtual ~Bot() = default;

    /// Connects and stays connected. Once.
    virtual void start() = 0;

    /// Stops reading and closes the connection so that the session can be resumed; afterwards no
    /// event is published. Operations still work.
    [[nodiscard]] virtual async::Task<> close() = 0;

    /// Ends what is left: operations under way fail with cancelled. The last call.
    [[nodiscard]] virtual async::Task<> stop() = 0;

    /// The bus's interest has changed: asks for other intents where that is needed.
    virtual void interest_changed() = 0;

    /// `done` runs on the io thread.
    virtual void call(BotCall call, BotCallDone done) = 0;

    [[nodiscard]] virtual BotStatus status() const = 0;
    [[nodiscard]] virtual BotMeasures measures() const { return {}; }

    /// What the bot keeps under that id, as the platform's JSON text; nullopt when it is not there
    /// or not kept. `kind` is a plural of the configuration ("members"), `owner` its guild (a
    /// message's channel, a thread member's thread; empty for guilds and users). Ids are texts as
    /// the platform writes them.
    [[nodiscard]] virtual std::optional<std::string> cached(std::string_view kind,
                                                            std::string_view owner,
                                                            std::string_view id) = 0;
    /// The same for all of one owner, as a JSON list in the order in which they came; nullopt when
    /// the kind is not kept or the owner is not known.
    [[nodiscard]] virtual std::optional<std::string> cached_list(std::string_view kind,
                                                                 std::string_view owner) = 0;
};

}  // namespace rookery::gateway
