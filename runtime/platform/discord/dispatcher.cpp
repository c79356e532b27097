#include "platform/discord/dispatcher.hpp"

#include "model/event_names.hpp"
#include "model/json_index.hpp"
#include "platform/discord/cache/snapshot.hpp"
#include "store/joint_delivery.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::discord {

using GuildState = store::GuildSet::State;
using model::EventNames;
using model::JsonIndex;
using model::JsonNode;
using protocol::discord::Envelope;

namespace {

constexpr std::string_view kGuildCreate = "GUILD_CREATE";
constexpr std::string_view kGuildDelete = "GUILD_DELETE";
constexpr std::string_view kReady = "READY";
constexpr std::string_view kInteraction = "INTERACTION_CREATE";

}  // namespace

Dispatcher::Dispatcher(const model::BotInfo& bot, bus::EventBus& bus,
                       std::shared_ptr<store::DeliveryLedger> ledger, store::GuildSet guilds,
                       log::Logger log, CacheOptions cache)
    : bot_(bot),
      ledger_(std::move(ledger)),
      guilds_(std::move(guilds)),
      log_(std::move(log)),
      publisher_(bus),
      cache_(*bot.platform, std::move(cache)) {
    begin();
}

void Dispatcher::begin() {
    publisher_.begin();
    if (followed_ != &publisher_.interest()) {
        followed_ = &publisher_.interest();
        cache_.follow(*followed_);
    }
}

void Dispatcher::load_cache() {
    begin();
    if (const auto session = ledger_->session()) {
        load_snapshot(cache_, session->session_id, ledger_->last_received(), log_);
    }
}

void Dispatcher::save_cache() {
    if (const auto session = ledger_->session()) {
        save_snapshot(cache_, session->session_id, log_);
    }
}

Dispatcher::Wanted Dispatcher::wanted(std::string_view raw_name) const {
    const bus::Interest& interest = publisher_.interest();
    Wanted found;
    found.type = EventNames::find_raw(*bot_.platform, raw_name);
    if (!found.type && (interest.wants_any() || interest.observes_any())) {
        if (const auto type = EventNames::intern_raw(*bot_.platform, raw_name)) {
            found.type = *type;
        }
    }
    if (!found.type) {
        return found;
    }
    found.info = bot_.platform->find(*found.type);
    const auto look = [&](model::EventType type, const model::RawEventInfo* info) {
        const auto* const entry = interest.of(type);
        if (entry != nullptr) {
            found.any |= entry->slots.any();
            found.watched |= !entry->observers.empty();
            found.reads |= info != nullptr ? info->context : 0;
        }
        return entry;
    };
    if (const auto* const entry = look(*found.type, found.info)) {
        found.slots = entry->slots;
        found.observed = !entry->observers.empty();
    }
    if (found.info != nullptr && found.info->events.size() > 1) {
        for (const model::EventType type : found.info->events.subspan(1)) {
            look(type, bot_.platform->find(type));
        }
    }
    return found;
}

/// `keep`: other texts will be indexed while it is read.
Result<Dispatcher::Payload> Dispatcher::index(const Envelope& envelope, std::string_view frame,
                                              bool keep) {
    Payload payload{envelope.data, {}};
    auto tokens = JsonIndex::scan(payload.text);
    if (!tokens) {
        // Keys may follow `d`: the quick scan leaves them on it.
        const auto full = protocol::discord::scan_envelope_fully(frame);
        if (!full || full->data.size() == envelope.data.size()) {
            return tokens.error();
        }
        payload.text = full->data;
        tokens = JsonIndex::scan(payload.text);
        if (!tokens) {
            return tokens.error();
        }
    }
    payload.tokens = *tokens;
    if (keep) {
        tokens_.assign(tokens->begin(), tokens->end());
        payload.tokens = tokens_;
    }
    return payload;
}

/// False when it is to be asked for again.
bool Dispatcher::give_up(const Envelope& envelope, const Error& error) {
    if (unreadable_ != *envelope.seq) {
        unreadable_ = *envelope.seq;
        return false;
    }
    ++counters_.malformed;
    log_->error("{} {} is no JSON twice over and is given up: {} (it begins: {})", envelope.type,
                *envelope.seq, error.message(), log::clipped(envelope.data, 80));
    return true;
}

Result<> Dispatcher::dispatch(const Envelope& envelope, std::string_view frame,
                              protocol::discord::SessionFsm& fsm, SteadyTime now) {
    ++counters_.frames;
    const std::uint64_t seq = *envelope.seq;
    const Wanted want = wanted(envelope.type);
    const Handler* const handler = cache_.handler(envelope.type);
    const bool special = envelope.type == kGuildCreate || envelope.type == kGuildDelete ||
                         (envelope.type == kReady && !departed_.empty());
    // Without these it is one event, and says nothing that is not in the payload.
    const bool whole =
        handler != nullptr || special || (want.info != nullptr && cache_.can_tell(*want.info));
    outgoing_.clear();
    Payload payload;
    const bool needed = want.any || handler != nullptr || special;
    if (needed || want.watched) {
        auto indexed = index(envelope, frame, whole);
        if (indexed) {
            payload = *indexed;
        } else if (needed && !give_up(envelope, indexed.error())) {
            return indexed.error().within(std::string(envelope.type) + " " + std::to_string(seq));
        }
    }
    if (fsm.on_dispatch(seq) == protocol::discord::Seen::repeated) {
        return {};
    }
    const bool again = seq <= ledger_->last_received();
    if (!payload.tokens.empty()) {
        if (whole) {
            collect(envelope, payload, want, handler, again);
        } else {
            outgoing_.push_back({*want.type, {}, {}, want.slots, want.observed, {}});
        }
    }
    cache_.set_seq(std::max(seq, cache_.seq()));
    model::SlotMask slots;
    bool observed = false;
    for (const Outgoing& event : outgoing_) {
        slots |= event.slots;
        observed |= event.observed;
    }
    const std::uint64_t unclaimed = ledger_->unclaimed();
    const model::SlotMask open = ledger_->received(seq, slots);
    if (ledger_->unclaimed() != unclaimed) {
        log_->warn(
            "{} {} comes again, but {} subscribers that had not finished it are gone, or need "
            "what the cache has forgotten to have it made",
            envelope.type, seq, ledger_->unclaimed() - unclaimed);
    }
    keep_guild_change();
    if (open.any() || observed) {
        publish(payload, seq, now, open, again);
    }
    return {};
}

void Dispatcher::add(Outgoing event) {
    if (event.told()) {
        outgoing_.push_back(std::move(event));
    }
}

void Dispatcher::collect(const Envelope& envelope, const Payload& payload, const Wanted& want,
                         const Handler* handler, bool again) {
    Turn turn;
    turn.name = envelope.type;
    turn.data = JsonNode(payload.text.data(), payload.tokens.data(), 0);
    turn.reads = want.reads;
    turn.noop_updates = cache_.options().noop_updates;
    if (turn.name == kInteraction) {
        const std::uint64_t guild = id_of(turn.data["guild_id"]);
        turn.known_guild = guild == 0 || guilds_.contains(guild);
    }
    ContextWriter context(cache_.entities(), turn, handler, cache_.options().cdn_url);
    track_guild(turn, again);
    // What a restart has brought back with the cache is later than what is being repeated.
    if (handler != nullptr && *envelope.seq > cache_.seq()) {
        handler->apply(cache_.entities(), turn, *handler);
    }
    if (want.type && turn.raise) {
        const bool told = want.observed || want.slots.any();
        add({*want.type,
             {},
             want.info != nullptr && told ? context.write(*want.info, turn.old) : std::string{},
             want.slots,
             want.observed});
    }
    for (Raised& raised : turn.derived) {
        const auto type = EventNames::find(raised.event);
        const auto* const entry = type ? publisher_.interest().of(*type) : nullptr;
        if (entry == nullptr) {
            continue;
        }
        const auto* const info = bot_.platform->find(*type);
        const std::string_view old = raised.old.empty() && raised.payload.empty()
                                         ? std::string_view(turn.old)
                                         : std::string_view(raised.old);
        const model::SlotMask slots = turn.either ? entry->slots & ~want.slots : entry->slots;
        add({*type, std::move(raised.payload),
             info != nullptr ? context.write(*info, old) : std::string{}, slots,
             !entry->observers.empty()});
    }
}

/// Joining and leaving, an outage and its end, or neither: a guild that READY has announced, or one
/// that comes once more. When the server repeats a dispatch to this process for the first time,
/// the ledger knows who has been told what.
void Dispatcher::track_guild(Turn& turn, bool again) {
    if (turn.name == kReady) {
        for (Departed& left : departed_) {
            std::string payload;
            cache::ObjectWriter object(payload);
            object.id("id", left.guild);
            object.boolean("unavailable", false);
            object.close();
            turn.derived.push_back({"guildDelete", std::move(payload), std::move(left.old)});
        }
        departed_.clear();
        return;
    }
    const bool created = turn.name == kGuildCreate;
    if (!created && turn.name != kGuildDelete) {
        return;
    }
    const std::uint64_t guild = turn.data["id"].as_id().value_or(0);
    const auto before = guilds_.state(guild);
    const bool unavailable = turn.data["unavailable"].as_bool().value_or(false);
    turn.raise = false;
    if (unavailable) {
        guild_change_ = GuildChange{guild, GuildState::outage};
        if (!created && (again || before != GuildState::outage)) {
            turn.derived.push_back({"guildUnavailable", {}, {}});
        }
    } else if (created) {
        guild_change_ = GuildChange{guild, GuildState::present};
        turn.loading = before == GuildState::loading;
        turn.raise = again || !before;
        turn.either = again;
        if (again || before == GuildState::outage) {
            turn.derived.push_back({"guildAvailable", {}, {}});
        }
    } else {
        guild_change_ = GuildChange{guild, std::nullopt};
        turn.raise = true;
    }
}

/// Behind the ledger: killed in between, the dispatch is repeated as one that has been received,
/// and told. The other way round it would come as new, about a guild that is known, and be silent.
void Dispatcher::keep_guild_change() {
    if (const auto change = std::exchange(guild_change_, std::nullopt)) {
        if (change->state) {
            guilds_.set(change->guild, *change->state);
        } else {
            guilds_.erase(change->guild);
        }
    }
}

void Dispatcher::publish(const Payload& payload, std::uint64_t seq, SteadyTime now,
                         const model::SlotMask& open, bool again) {
    const auto told = std::count_if(outgoing_.begin(), outgoing_.end(), [&](Outgoing& event) {
        event.slots &= open;
        return event.slots.any();
    });
    if (told > 1) {
        store::JointDelivery joint(ledger_->deliveries(), seq);
        for (Outgoing& event : outgoing_) {
            event.delivery = joint.part(event.slots);
        }
    } else {
        for (Outgoing& event : outgoing_) {
            event.delivery = ledger_->deliveries();
        }
    }
    for (Outgoing& event : outgoing_) {
        if (!event.told()) {
            continue;
        }
        const model::DeliveryPtr delivery = event.delivery;
        model::EventHeader header{event.type, &bot_, seq, now, std::move(event.delivery)};
        model::EventPtr made;
        if (event.payload.empty()) {
            made =
                model::Event::make(std::move(header), payload.text, payload.tokens, event.context);
        } else if (auto composed =
                       model::Event::make(std::move(header), event.payload, event.context)) {
            made = *std::move(composed);
        } else {
            log_->error("{} {}: {}", EventNames::name(event.type), seq, composed.error().message());
            for (unsigned slot = 0; slot < model::kMaxSlots; ++slot) {
                if (event.slots.test(slot)) {
                    delivery->finished(seq, slot);
                }
            }
            continue;
        }
        if (event.slots.any()) {
            ++counters_.published;
            ++counters_.by_type[std::min<std::size_t>(static_cast<std::size_t>(event.type),
                                                      model::kEventCount)];
            counters_.redelivered += again ? 1 : 0;
        }
        publisher_.publish(made, event.slots);
    }
}

void Dispatcher::ready(std::string_view data) {
    cache_.set_seq(0);
    const auto index = JsonIndex::build(data);
    if (!index) {
        return;
    }
    Entities& entities = cache_.entities();
    const JsonNode user = index->root()["user"];
    entities.set_self(id_of(user["id"]));
    entities.see_user(user);
    entities.store().pin(Kind::user, 0, entities.self(), true);
    std::vector<std::uint64_t> ids;
    for (const auto& guild : index->root()["guilds"].elements()) {
        ids.push_back(guild["id"].as_id().value_or(0));
    }
    auto gone = guilds_.assign(ids);
    if (!gone) {
        log_->warn("{}", gone.error().message());
        return;
    }
    departed_.clear();
    for (const std::uint64_t guild : *gone) {
        departed_.push_back({guild, entities.read(Kind::guild, 0, guild)});
        entities.erase_guild(guild);
    }
}

}  // namespace rookery::discord
