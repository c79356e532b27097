#pragma once

#include "base/log.hpp"
#include "bus/event_bus.hpp"
#include "model/event.hpp"
#include "protocol/discord/envelope.hpp"
#include "protocol/discord/session_fsm.hpp"
#include "store/delivery_ledger.hpp"
#include "store/guild_set.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace rookery::discord {

/// Counters since the start of the process.
struct DispatchCounters {
    std::uint64_t frames = 0;     ///< dispatches that came in
    std::uint64_t published = 0;  ///< of these, handed to somebody
    std::uint64_t redelivered =
        0;  ///< of these, repeated by the server because somebody had not finished them
    std::uint64_t malformed = 0;  ///< given up because their payload is no JSON
};

/// Turns dispatches into events for those who want them. An event that nobody wants costs the
/// look-up of its name. What is wanted is built first and counted as received only then, so that a
/// payload that cannot be read can be asked for again. io thread.
class Dispatcher {
  public:
    Dispatcher(const model::BotInfo& bot, bus::EventBus& bus,
               std::shared_ptr<store::DeliveryLedger> ledger, store::GuildSet guilds,
               log::Logger log);

    /// One dispatch, READY and RESUMED included. Error protocol when the payload of a wanted event
    /// is not JSON and it is worth asking for it again; the second time it is given up and counted.
    [[nodiscard]] Result<> dispatch(const protocol::discord::Envelope& envelope,
                                    std::string_view frame, protocol::discord::SessionFsm& fsm,
                                    SteadyTime now);

    /// READY's list of guilds: those that become available later were not joined just now.
    void ready(std::string_view data);

    /// Start of a loop turn: who wants what is looked up anew.
    void begin() { publisher_.begin(); }
    /// End of a loop turn: hands the turn's events over.
    void flush() { publisher_.flush(); }

    [[nodiscard]] const DispatchCounters& counters() const noexcept { return counters_; }

  private:
    struct Wanted {
        std::optional<model::EventType> type;
        model::SlotMask slots;
    };

    [[nodiscard]] Wanted wanted(std::string_view raw_name) const;
    [[nodiscard]] Result<model::EventPtr> build(const protocol::discord::Envelope& envelope,
                                                std::string_view frame, model::EventType type,
                                                SteadyTime now) const;
    [[nodiscard]] bool track_guild(bool created, const model::Event& event);

    const model::BotInfo& bot_;
    std::shared_ptr<store::DeliveryLedger> ledger_;
    store::GuildSet guilds_;
    log::Logger log_;
    bus::Publisher publisher_;
    std::uint64_t unreadable_ = 0;  ///< sequence number of the payload that was asked for again
    DispatchCounters counters_;
};

}  // namespace rookery::discord
