#pragma once

#include "base/clock.hpp"
#include "sim/discord/events.hpp"
#include "sim/recorder.hpp"
#include "sim/simulator.hpp"

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace rookery::sim::discord {

/// The connection end of a session.
class SessionConsumer {
  public:
    virtual ~SessionConsumer() = default;
    virtual void wake() = 0;  ///< the ring holds something new
    /// The session is gone, or another connection resumed it: forget it, without detach().
    virtual void session_lost() = 0;
};

struct Session {
    struct Entry {
        std::uint64_t seq;
        std::shared_ptr<const Dispatch> event;
        bool hide_content;
        SteadyTime at;

        [[nodiscard]] const std::string& data() const {
            return hide_content ? *event->without_content : *event->data;
        }
    };

    std::string id;
    Id bot = 0;
    unsigned shard = 0;
    unsigned shards = 1;
    std::uint64_t intents = 0;
    unsigned large_threshold = 50;
    bool ready = false;      ///< READY was sent: from here on events are routed to it
    std::deque<Id> loading;  ///< guilds of READY whose GUILD_CREATE is still to come
    std::uint64_t seq = 0;
    std::deque<Entry> ring;  ///< ascending sequence numbers, newest last
    std::size_t ring_bytes = 0;
    std::uint64_t sent = 0;  ///< highest sequence number handed to a connection
    SessionConsumer* consumer = nullptr;
    SteadyTime detached_at{};
    unsigned resumes = 0;

    [[nodiscard]] bool covers(Id guild) const {
        return guild == 0 ? shard == 0 : (guild >> 22U) % shards == shard;
    }
};

/// What happened on the gateway since the start.
struct GatewayCounts {
    std::uint64_t connects = 0;
    std::uint64_t identifies = 0;
    std::uint64_t resumes = 0;
    std::uint64_t resume_failures = 0;
    std::uint64_t replayed = 0;
    std::uint64_t heartbeats = 0;
    std::uint64_t dispatches = 0;
};

/// All gateway sessions: routes each event to those that may see it and keeps what a resume may
/// ask for. Simulator thread.
class Hub {
  public:
    Hub(const Options& options, const Clock& clock) : options_(options), clock_(clock) {}

    Session& open(Id bot, unsigned shard, unsigned shards, std::uint64_t intents);
    [[nodiscard]] Session* find(const std::string& id);
    void attach(Session& session, SessionConsumer& consumer);
    /// `keep`: the session waits for a resume; else it is gone.
    void detach(Session& session, bool keep);
    /// Forgets one session.
    void expire(Session& session);
    /// Forgets every session; a resume then ends in "invalid session".
    void expire_all();

    void emit(Dispatch event);
    /// Only to this session, whatever its intents.
    void emit_to(Session& session, Dispatch event);
    /// Between hold() and release() emitted events wait, so that an HTTP answer can come first.
    void hold() { holding_ = true; }
    void release();

    /// A sequence number that no event will have: what a client sees as a gap.
    void skip_sequence(Session& session) { ++session.seq; }
    [[nodiscard]] std::map<std::string, std::unique_ptr<Session>>& sessions() { return sessions_; }
    [[nodiscard]] GatewayCounts& counts() { return counts_; }
    [[nodiscard]] Json to_json() const;

  private:
    [[nodiscard]] static bool content_hidden(const Dispatch& event, const Session& session);
    void append(Session& session, const std::shared_ptr<const Dispatch>& event);
    void route(const std::shared_ptr<const Dispatch>& event);
    void trim(Session& session) const;
    void sweep();

    const Options& options_;
    const Clock& clock_;
    std::map<std::string, std::unique_ptr<Session>> sessions_;
    GatewayCounts counts_;
    std::vector<std::shared_ptr<const Dispatch>> held_;
    bool holding_ = false;
    std::uint64_t opened_ = 0;
};

}  // namespace rookery::sim::discord
