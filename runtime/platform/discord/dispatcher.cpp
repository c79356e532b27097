#include "platform/discord/dispatcher.hpp"

#include "model/event_names.hpp"
#include "model/json_index.hpp"

#include <utility>
#include <vector>

namespace rookery::discord {
namespace {

using protocol::discord::Envelope;

constexpr std::string_view kGuildCreate = "GUILD_CREATE";
constexpr std::string_view kGuildDelete = "GUILD_DELETE";

}  // namespace

Dispatcher::Dispatcher(const model::BotInfo& bot, bus::EventBus& bus,
                       std::shared_ptr<store::DeliveryLedger> ledger, store::GuildSet guilds,
                       log::Logger log)
    : bot_(bot),
      ledger_(std::move(ledger)),
      guilds_(std::move(guilds)),
      log_(std::move(log)),
      publisher_(bus) {}

Dispatcher::Wanted Dispatcher::wanted(std::string_view raw_name) const {
    const bus::Interest& interest = publisher_.interest();
    Wanted found;
    found.type = model::EventNames::find_raw(*bot_.platform, raw_name);
    if (!found.type && interest.wants_any()) {
        if (const auto type = model::EventNames::intern_raw(*bot_.platform, raw_name)) {
            found.type = *type;
        }
    }
    if (found.type) {
        if (const auto* entry = interest.of(*found.type)) {
            found.slots = entry->slots;
        }
    }
    return found;
}

Result<model::EventPtr> Dispatcher::build(const Envelope& envelope, std::string_view frame,
                                          model::EventType type, SteadyTime now) const {
    const auto header = [&] {
        return model::EventHeader{type, &bot_, *envelope.seq, now, ledger_->deliveries()};
    };
    auto event = model::Event::make(header(), envelope.data);
    if (!event) {
        // Keys may follow `d`: the quick scan leaves them on it.
        const auto full = protocol::discord::scan_envelope_fully(frame);
        if (full && full->data.size() != envelope.data.size()) {
            return model::Event::make(header(), full->data);
        }
    }
    return event;
}

/// Whether the event is to be told: joining and leaving are, becoming available or unavailable is
/// not.
bool Dispatcher::track_guild(bool created, const model::Event& event) {
    const std::uint64_t guild = event.root()["id"].as_id().value_or(0);
    const bool unavailable = event.root()["unavailable"].as_bool().value_or(false);
    if (unavailable) {
        if (created) {
            guilds_.insert(guild);
        }
        return false;
    }
    return created ? guilds_.insert(guild) : (guilds_.erase(guild), true);
}

Result<> Dispatcher::dispatch(const Envelope& envelope, std::string_view frame,
                              protocol::discord::SessionFsm& fsm, SteadyTime now) {
    ++counters_.frames;
    const std::uint64_t seq = *envelope.seq;
    Wanted want = wanted(envelope.type);
    const bool guild_created = envelope.type == kGuildCreate;
    const bool about_guild = guild_created || envelope.type == kGuildDelete;
    model::EventPtr event;
    if (want.type && (want.slots.any() || about_guild)) {
        auto built = build(envelope, frame, *want.type, now);
        if (built) {
            event = *std::move(built);
        } else if (unreadable_ != seq) {
            unreadable_ = seq;
            return built.error().within(std::string(envelope.type) + " " + std::to_string(seq));
        } else {
            ++counters_.malformed;
            log_->error("{} {} is no JSON twice over and is given up: {} (it begins: {})",
                        envelope.type, seq, built.error().message(),
                        log::clipped(envelope.data, 80));
            want.slots.reset();
        }
    }
    if (event != nullptr && about_guild && !track_guild(guild_created, *event)) {
        want.slots.reset();
    }
    if (fsm.on_dispatch(seq) == protocol::discord::Seen::repeated) {
        return {};
    }
    const bool again = seq <= ledger_->last_received();
    const model::SlotMask slots = ledger_->received(seq, want.slots);
    if (event != nullptr && slots.any()) {
        ++counters_.published;
        counters_.redelivered += again ? 1 : 0;
        publisher_.publish(event, slots);
    }
    return {};
}

void Dispatcher::ready(std::string_view data) {
    const auto index = model::JsonIndex::build(data);
    if (!index) {
        return;
    }
    std::vector<std::uint64_t> ids;
    for (const auto& guild : index->root()["guilds"].elements()) {
        ids.push_back(guild["id"].as_id().value_or(0));
    }
    if (auto assigned = guilds_.assign(ids); !assigned) {
        log_->warn("{}", assigned.error().message());
    }
}

}  // namespace rookery::discord
