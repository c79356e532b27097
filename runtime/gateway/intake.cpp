#include "gateway/intake.hpp"

#include "model/json_index.hpp"
#include "store/cursor_table.hpp"
#include "store/delivery_ledger.hpp"
#include "store/event_journal.hpp"
#include "store/joint_delivery.hpp"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::gateway {

using model::EventNames;
using model::EventType;
using model::JsonIndex;
using model::JsonToken;
using model::SlotMask;

namespace {

constexpr std::size_t kReplayBatch = 1'000;  // entries between two hand-overs

class JournaledIntake final : public Intake {
  public:
    JournaledIntake(const model::BotInfo& bot, bus::EventBus& bus,
                    std::shared_ptr<store::DeliveryLedger> ledger,
                    std::unique_ptr<store::EventJournal> journal, store::CursorTable cursors,
                    log::Logger log);

    /// The ledger of this journal: one of another is begun anew.
    Result<> join_ledger();

    void replay(SteadyTime now) override;
    void begin() override { publisher_.begin(); }
    void flush() override { publisher_.flush(); }

    Want want(std::string_view raw_name) const override;
    Want want(EventType type) const override;
    bool seen(std::string_view identity) const override;
    Result<> take(const Arrival& arrival, SteadyTime now) override;

    void set_cursor(std::string_view name, std::string_view value) override;
    std::string cursor(std::string_view name) const override {
        return std::string(cursors_.get(name));
    }
    std::uint64_t seq() const override { return seq_; }
    std::uint64_t open_deliveries() const override { return ledger_->open_deliveries(); }
    const IntakeCounters& counters() const noexcept override { return counters_; }

  private:
    /// An event of the arrival at hand.
    struct Outgoing {
        EventType type{};
        std::string_view payload;  ///< empty: the arrival's
        std::string_view context;
        SlotMask slots;
        bool observed = false;
        model::DeliveryPtr delivery{};
    };
    /// What the outgoing events have in common.
    struct Source {
        std::string_view raw_name;
        std::string_view payload;
        std::span<const JsonToken> tokens;
        std::uint64_t seq = 0;
        bool late = false;
        bool again = false;
    };

    [[nodiscard]] std::optional<EventType> type_of(std::string_view raw_name) const;
    void look(Want& want, EventType type, const model::RawEventInfo* info) const;
    void add(EventType type, std::string_view payload, std::string_view context);
    void collect(const Arrival& arrival);
    [[nodiscard]] Result<std::span<const JsonToken>> index(std::string_view payload);
    [[nodiscard]] SlotMask wanted_slots() const;
    void journal(const Arrival& arrival, std::uint64_t identity);
    void overwritten(std::uint64_t seq);
    void repeat(const store::EventJournal::Entry& entry, SteadyTime now);
    void publish(const Source& source, SteadyTime now, const SlotMask& open);
    [[nodiscard]] model::EventPtr make(Outgoing& event, const Source& source, SteadyTime now);

    const model::BotInfo& bot_;
    std::shared_ptr<store::DeliveryLedger> ledger_;
    std::unique_ptr<store::EventJournal> journal_;
    store::CursorTable cursors_;
    log::Logger log_;
    bus::Publisher publisher_;
    std::uint64_t seq_ = 0;
    std::uint64_t known_ = 0;  ///< what the ledger had received when it was opened
    std::uint64_t lost_ = 0;   ///< deliveries of a ledger that was not this journal's
    bool cursors_failed_ = false;
    std::vector<JsonToken> tokens_;
    std::vector<Outgoing> outgoing_;
    std::vector<store::EventJournal::Part> parts_;
    std::function<void(std::uint64_t)> overwritten_;
    IntakeCounters counters_;
};

JournaledIntake::JournaledIntake(const model::BotInfo& bot, bus::EventBus& bus,
                                 std::shared_ptr<store::DeliveryLedger> ledger,
                                 std::unique_ptr<store::EventJournal> journal,
                                 store::CursorTable cursors, log::Logger log)
    : bot_(bot),
      ledger_(std::move(ledger)),
      journal_(std::move(journal)),
      cursors_(std::move(cursors)),
      log_(std::move(log)),
      publisher_(bus),
      overwritten_([this](std::uint64_t seq) { overwritten(seq); }) {}

Result<> JournaledIntake::join_ledger() {
    const std::string id = fmt::format("journal:{:016x}", journal_->id());
    const auto session = ledger_->session();
    seq_ = std::max(ledger_->last_received(), journal_->last_seq());
    if (!session || session->session_id != id) {
        const auto open = ledger_->begin_session({id, {}, 0, 1});
        if (!open) {
            return open.error();
        }
        lost_ = *open;
        if (lost_ != 0) {
            log_->warn("{} deliveries were open, but the journal that they belong to is gone",
                       lost_);
        }
        // Who has finished what of an older journal is not known: nothing of it is repeated.
        if (seq_ != 0) {
            (void)ledger_->received(seq_, {});
        }
    }
    known_ = ledger_->last_received();
    return {};
}

std::optional<EventType> JournaledIntake::type_of(std::string_view raw_name) const {
    if (const auto type = EventNames::find_raw(*bot_.platform, raw_name)) {
        return type;
    }
    const bus::Interest& interest = publisher_.interest();
    if (interest.wants_any() || interest.observes_any()) {
        if (const auto type = EventNames::intern_raw(*bot_.platform, raw_name)) {
            return *type;
        }
    }
    return std::nullopt;
}

void JournaledIntake::look(Want& want, EventType type, const model::RawEventInfo* info) const {
    const auto* const entry = publisher_.interest().of(type);
    if (entry != nullptr) {
        want.any = true;
        want.reads |= info != nullptr ? info->context : 0;
    }
}

Intake::Want JournaledIntake::want(EventType type) const {
    Want found;
    look(found, type, bot_.platform->find(type));
    return found;
}

Intake::Want JournaledIntake::want(std::string_view raw_name) const {
    Want found;
    const auto* const info = bot_.platform->find_raw(raw_name);
    if (info == nullptr || info->events.empty()) {
        if (const auto type = type_of(raw_name)) {
            look(found, *type, info);
        }
        return found;
    }
    for (const EventType type : info->events) {
        look(found, type, bot_.platform->find(raw_name, type));
    }
    return found;
}

bool JournaledIntake::seen(std::string_view identity) const {
    return !identity.empty() && journal_->identities().seen(journal_->hash(identity));
}

/// Keeps an event that somebody wants.
void JournaledIntake::add(EventType type, std::string_view payload, std::string_view context) {
    if (const auto* const entry = publisher_.interest().of(type)) {
        outgoing_.push_back({type, payload, context, entry->slots, !entry->observers.empty(), {}});
    }
}

void JournaledIntake::collect(const Arrival& arrival) {
    outgoing_.clear();
    if (arrival.events.empty()) {
        if (const auto type = type_of(arrival.raw_name)) {
            add(*type, {}, {});
        }
    }
    for (const Becoming& event : arrival.events) {
        add(event.type, event.payload, event.context);
    }
}

/// Of the payload that the outgoing events share; empty when none has it.
Result<std::span<const JsonToken>> JournaledIntake::index(std::string_view payload) {
    const bool shared = std::any_of(outgoing_.begin(), outgoing_.end(),
                                    [](const Outgoing& event) { return event.payload.empty(); });
    if (!shared) {
        return std::span<const JsonToken>();
    }
    const auto tokens = JsonIndex::scan(payload);
    if (!tokens) {
        return tokens.error();
    }
    // Other texts are indexed while the events are made.
    if (outgoing_.size() > 1 || !outgoing_.front().context.empty()) {
        tokens_.assign(tokens->begin(), tokens->end());
        return std::span<const JsonToken>(tokens_);
    }
    return *tokens;
}

SlotMask JournaledIntake::wanted_slots() const {
    SlotMask slots;
    for (const Outgoing& event : outgoing_) {
        slots |= event.slots;
    }
    return slots;
}

Result<> JournaledIntake::take(const Arrival& arrival, SteadyTime now) {
    ++counters_.arrivals;
    std::uint64_t identity = 0;
    if (!arrival.identity.empty()) {
        identity = journal_->hash(arrival.identity);
        if (journal_->identities().seen(identity)) {
            ++counters_.repeated;
            return {};
        }
    }
    collect(arrival);
    Source source{arrival.raw_name, arrival.payload, {}, 0, arrival.late, false};
    if (!outgoing_.empty()) {
        const auto tokens = index(arrival.payload);
        if (tokens) {
            source.tokens = *tokens;
            source.seq = ++seq_;
        } else if (wanted_slots().any()) {
            ++counters_.malformed;
            return tokens.error().within(std::string(arrival.raw_name));
        } else {
            outgoing_.clear();  // nobody but observers would see it
        }
    }
    const SlotMask slots = wanted_slots();
    if (slots.any()) {
        journal(arrival, identity);
    }
    if (identity != 0) {
        journal_->identities().add(identity);
    }
    if (!outgoing_.empty()) {
        publish(source, now, ledger_->received(source.seq, slots));
    }
    return {};
}

void JournaledIntake::journal(const Arrival& arrival, std::uint64_t identity) {
    parts_.clear();
    for (const Outgoing& event : outgoing_) {
        if (event.slots.any()) {
            parts_.push_back({EventNames::name(event.type), event.payload, event.context});
        }
    }
    if (!journal_->append({seq_, identity, arrival.late, arrival.raw_name, arrival.payload, parts_},
                          overwritten_)) {
        log_->warn("{} {} is too large for the journal: killed now, the runtime would lose it",
                   log::clipped(arrival.raw_name), seq_);
    }
}

/// The journal's ring has come round.
void JournaledIntake::overwritten(std::uint64_t seq) {
    const std::size_t open = ledger_->open_for(seq).count();
    if (open == 0) {
        return;
    }
    counters_.overwritten += open;
    if (std::has_single_bit(counters_.overwritten)) {
        log_->warn(
            "the journal is full of what has not been finished: killed now, the runtime would lose "
            "event {} and those before it ({} deliveries so far)",
            seq, counters_.overwritten);
    }
}

void JournaledIntake::publish(const Source& source, SteadyTime now, const SlotMask& open) {
    std::size_t told = 0;
    for (Outgoing& event : outgoing_) {
        event.slots &= open;
        told += event.slots.any() ? 1 : 0;
    }
    if (told > 1) {
        store::JointDelivery joint(ledger_->deliveries(), source.seq);
        for (Outgoing& event : outgoing_) {
            event.delivery = joint.part(event.slots);
        }
    } else {
        for (Outgoing& event : outgoing_) {
            event.delivery = ledger_->deliveries();
        }
    }
    for (Outgoing& event : outgoing_) {
        // What is repeated was observed when it came.
        if (event.slots.none() && (!event.observed || source.again)) {
            continue;
        }
        const model::EventPtr made = make(event, source, now);
        if (made == nullptr) {
            continue;
        }
        if (event.slots.any()) {
            ++counters_.published;
            ++counters_.by_type[std::min<std::size_t>(static_cast<std::size_t>(event.type),
                                                      model::kEventCount)];
            counters_.redelivered += source.again ? 1 : 0;
            counters_.late += source.late ? 1 : 0;
        }
        publisher_.publish(made, event.slots);
    }
}

/// Null when the payload that the adapter made is none: then nobody waits for it.
model::EventPtr JournaledIntake::make(Outgoing& event, const Source& source, SteadyTime now) {
    model::EventHeader header{event.type,     &bot_,
                              source.seq,     now,
                              event.delivery, bot_.platform->find(source.raw_name, event.type),
                              source.late};
    if (event.payload.empty()) {
        return model::Event::make(std::move(header), source.payload, source.tokens, event.context);
    }
    auto made = model::Event::make(std::move(header), event.payload, event.context);
    if (made) {
        return *std::move(made);
    }
    log_->error("{} {}: {}", EventNames::name(event.type), source.seq, made.error().message());
    for (unsigned slot = 0; slot < model::kMaxSlots; ++slot) {
        if (event.slots.test(slot)) {
            event.delivery->finished(source.seq, slot);
        }
    }
    return nullptr;
}

void JournaledIntake::replay(SteadyTime now) {
    begin();
    std::size_t count = 0;
    journal_->each([&](const store::EventJournal::Entry& entry) {
        // What the journal has no more is open for ever.
        while (ledger_->resume_seq() + 1 < std::min(entry.seq, known_ + 1)) {
            (void)ledger_->received(ledger_->resume_seq() + 1, {});
        }
        if (entry.seq <= ledger_->resume_seq()) {
            return;
        }
        repeat(entry, now);
        if (++count % kReplayBatch == 0) {
            flush();
            begin();
        }
    });
    while (ledger_->resume_seq() < known_) {
        (void)ledger_->received(ledger_->resume_seq() + 1, {});
    }
    flush();
    counters_.unclaimed = lost_ + ledger_->unclaimed();
    if (counters_.redelivered != 0 || counters_.unclaimed != 0) {
        log_->info("{} events are delivered again that were open when the runtime ended{}",
                   counters_.redelivered,
                   counters_.unclaimed != 0
                       ? fmt::format("; {} deliveries cannot be made", counters_.unclaimed)
                       : "");
    }
}

void JournaledIntake::repeat(const store::EventJournal::Entry& entry, SteadyTime now) {
    outgoing_.clear();
    for (const store::EventJournal::Part& part : entry.parts) {
        const auto type = EventNames::intern(part.name);
        if (type) {
            add(*type, part.payload, part.context);
        }
    }
    Source source{entry.raw_name, entry.payload, {}, entry.seq, entry.late, entry.seq <= known_};
    if (!outgoing_.empty()) {
        const auto tokens = index(entry.payload);
        if (!tokens) {
            outgoing_.clear();
        } else {
            source.tokens = *tokens;
        }
    }
    const SlotMask open = ledger_->received(entry.seq, wanted_slots());
    if (open.any()) {
        publish(source, now, open);
    }
}

void JournaledIntake::set_cursor(std::string_view name, std::string_view value) {
    const auto set = cursors_.set(name, value);
    if (!set && !std::exchange(cursors_failed_, true)) {
        log_->warn("where to go on after a gap is not kept: {}", set.error().message());
    }
}

}  // namespace

Result<std::unique_ptr<Intake>> Intake::open(const model::BotInfo& bot, bus::EventBus& bus,
                                             const store::StateDir& state, log::Logger log) {
    auto ledger = store::DeliveryLedger::open(state.bot_file(bot.name, "ledger"));
    if (!ledger) {
        return ledger.error();
    }
    auto journal = store::EventJournal::open(state.bot_file(bot.name, "journal"));
    if (!journal) {
        return journal.error();
    }
    auto cursors = store::CursorTable::open(state.bot_file(bot.name, "cursors"));
    if (!cursors) {
        return cursors.error();
    }
    auto intake = std::make_unique<JournaledIntake>(
        bot, bus, *std::move(ledger), *std::move(journal), *std::move(cursors), std::move(log));
    if (auto joined = intake->join_ledger(); !joined) {
        return joined.error();
    }
    return std::unique_ptr<Intake>(std::move(intake));
}

void describe(const Intake& intake, BotStatus& status) {
    ShardStatus& shard = shard_of(status);
    const IntakeCounters& counters = intake.counters();
    status.seq = shard.seq = intake.seq();
    status.published = shard.published = counters.published;
    status.redelivered = counters.redelivered;
    status.malformed = counters.malformed;
    status.unclaimed = shard.unclaimed = counters.unclaimed;
    status.open = shard.open = intake.open_deliveries();
}

std::vector<std::uint64_t> event_counts(const Intake& intake) {
    const auto& counts = intake.counters().by_type;
    return {counts.begin(), counts.end()};
}

}  // namespace rookery::gateway
