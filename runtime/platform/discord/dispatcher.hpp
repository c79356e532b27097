#pragma once

#include "base/log.hpp"
#include "bus/event_bus.hpp"
#include "model/event.hpp"
#include "platform/discord/cache/discord_cache.hpp"
#include "protocol/discord/envelope.hpp"
#include "protocol/discord/session_fsm.hpp"
#include "store/delivery_ledger.hpp"
#include "store/guild_set.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rookery::discord {

/// Counters since the start of the process.
struct DispatchCounters {
    std::uint64_t frames = 0;                                     ///< dispatches that came in
    std::uint64_t published = 0;                                  ///< events handed to somebody
    std::array<std::uint64_t, model::kEventCount + 1> by_type{};  ///< of these; the last: raw ones
    std::uint64_t redelivered =
        0;  ///< of these, repeated by the server because somebody had not finished them
    std::uint64_t malformed = 0;  ///< given up because their payload is no JSON
};

/// Turns the dispatches of one shard into events for those who want them, and keeps its cache. A
/// dispatch that neither anybody wants nor the cache needs costs the look-up of its name. What is
/// to be read is indexed first and counted as received only then, so that a payload that cannot be
/// read can be asked for again. io thread.
class Dispatcher {
  public:
    Dispatcher(const model::BotInfo& bot, bus::EventBus& bus,
               std::shared_ptr<store::DeliveryLedger> ledger, store::GuildSet guilds,
               log::Logger log, CacheOptions cache = {});

    /// One dispatch, READY and RESUMED included. Error protocol when the payload of a wanted event
    /// is not JSON and it is worth asking for it again; the second time it is given up and counted.
    [[nodiscard]] Result<> dispatch(const protocol::discord::Envelope& envelope,
                                    std::string_view frame, protocol::discord::SessionFsm& fsm,
                                    SteadyTime now);

    /// A new session has begun; READY's payload, before the dispatch of it. The guilds in its list
    /// that become available later were not joined just now, and those that are not in it any more
    /// have been left.
    void ready(std::string_view data);

    /// Start of a loop turn: who wants what is looked up anew.
    void begin();
    /// End of a loop turn: hands the turn's events over.
    void flush() { publisher_.flush(); }

    /// Takes up what save_cache() wrote, when the session goes on from there. Before the first
    /// dispatch, when those who want events are there.
    void load_cache();
    /// Writes the cache to its file, as of the last dispatch; to be called when no more will come.
    void save_cache();

    [[nodiscard]] const DispatchCounters& counters() const noexcept { return counters_; }
    [[nodiscard]] DiscordCache& cache() noexcept { return cache_; }
    [[nodiscard]] const DiscordCache& cache() const noexcept { return cache_; }
    [[nodiscard]] const store::GuildSet& guilds() const noexcept { return guilds_; }

  private:
    /// Who wants what a dispatch may become.
    struct Wanted {
        std::optional<model::EventType> type;  ///< of its own name
        const model::RawEventInfo* info = nullptr;
        model::SlotMask slots;    ///< of the event of its own name
        bool observed = false;    ///< that event, by somebody without a slot
        bool any = false;         ///< somebody wants that one or one that is derived from it
        bool watched = false;     ///< an observer does
        std::uint32_t reads = 0;  ///< context keys that the wanted ones read
    };
    struct Payload {
        std::string_view text;
        std::span<const model::JsonToken> tokens;
    };
    /// An event of the dispatch at hand.
    struct Outgoing {
        model::EventType type;
        std::string payload;  ///< empty: the dispatch's own
        std::string context;
        model::SlotMask slots;
        bool observed = false;
        model::DeliveryPtr delivery{};
        [[nodiscard]] bool told() const noexcept { return observed || slots.any(); }
    };
    struct GuildChange {
        std::uint64_t guild = 0;
        std::optional<store::GuildSet::State> state;  ///< none: it is left
    };
    struct Departed {
        std::uint64_t guild = 0;
        std::string old;
    };

    [[nodiscard]] Wanted wanted(std::string_view raw_name) const;
    [[nodiscard]] Result<Payload> index(const protocol::discord::Envelope& envelope,
                                        std::string_view frame, bool keep);
    [[nodiscard]] bool give_up(const protocol::discord::Envelope& envelope, const Error& error);
    void collect(const protocol::discord::Envelope& envelope, const Payload& payload,
                 const Wanted& want, const Handler* handler, bool again);
    void add(Outgoing event);
    void track_guild(Turn& turn, bool again);
    void keep_guild_change();
    void publish(const Payload& payload, std::uint64_t seq, SteadyTime now,
                 const model::SlotMask& open, bool again);

    const model::BotInfo& bot_;
    std::shared_ptr<store::DeliveryLedger> ledger_;
    store::GuildSet guilds_;
    log::Logger log_;
    bus::Publisher publisher_;
    const bus::Interest* followed_ = nullptr;  ///< what the cache was last fitted to
    DiscordCache cache_;
    std::vector<model::JsonToken> tokens_;
    std::vector<Outgoing> outgoing_;
    std::vector<Departed> departed_;  ///< told with READY
    std::optional<GuildChange> guild_change_;
    std::uint64_t unreadable_ = 0;  ///< sequence number of the payload that was asked for again
    DispatchCounters counters_;
};

}  // namespace rookery::discord
