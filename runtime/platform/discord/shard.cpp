#include "platform/discord/shard.hpp"

#include <fstream>
#include <utility>

namespace rookery::discord {

namespace fsm = protocol::discord;

ShardFiles ShardFiles::of(const store::StateDir& state, const std::string& bot, fsm::Shard shard,
                          bool named) {
    const std::string infix =
        named ? std::to_string(shard.id) + "-" + std::to_string(shard.count) + "." : "";
    return {state.bot_file(bot, infix + "ledger"), state.bot_file(bot, infix + "guilds"),
            state.bot_file(bot, infix + "intents"), state.bot_file(bot, infix + "cache")};
}

namespace {

CacheOptions with_file(CacheOptions options, const std::filesystem::path& file) {
    options.snapshot = file;
    return options;
}

}  // namespace

Result<std::unique_ptr<DiscordShard>> DiscordShard::open(async::Executor executor,
                                                         const Context& context,
                                                         LinkOptions options,
                                                         const ShardFiles& files,
                                                         Callbacks callbacks) {
    auto ledger = store::DeliveryLedger::open(files.ledger);
    if (!ledger) {
        return ledger.error();
    }
    auto guilds = store::GuildSet::open(files.guilds);
    if (!guilds) {
        return guilds.error();
    }
    return std::unique_ptr<DiscordShard>(
        new DiscordShard(std::move(executor), context, std::move(options), files,
                         *std::move(ledger), *std::move(guilds), std::move(callbacks)));
}

DiscordShard::DiscordShard(async::Executor executor, const Context& context, LinkOptions options,
                           const ShardFiles& files, std::shared_ptr<store::DeliveryLedger> ledger,
                           store::GuildSet guilds, Callbacks callbacks)
    : shard_(options.shard),
      intents_file_(files.intents),
      ledger_(std::move(ledger)),
      callbacks_(std::move(callbacks)),
      dispatcher_(*context.bot, *context.bus, ledger_, std::move(guilds), log::get(context.title),
                  with_file(context.cache, files.cache)),
      link_(std::move(executor), std::move(options), *context.api, *context.gate, dispatcher_,
            *context.bus, ledger_, log::get(context.title),
            {[this](std::string_view text) { ready(text); },
             [this](std::uint16_t code) { callbacks_.fatal(code); }}) {}

void DiscordShard::start(fsm::IntentRequest intents) {
    asked_ = intents.bits;
    const fsm::Intents stored = stored_intents();
    // A session keeps the intents it began with: one that has too few would stay silent.
    const bool resume = (intents.bits & ~stored) == 0;
    if (resume && stored != 0) {
        asked_ = stored;
    }
    if (resume) {
        dispatcher_.load_cache();
    }
    link_.start(std::move(intents), resume);
}

async::Task<> DiscordShard::close() {
    co_await link_.close();
    dispatcher_.save_cache();
}

void DiscordShard::want(fsm::IntentRequest intents, const std::string& why) {
    const bool given_up = state() == fsm::State::fatal || state() == fsm::State::stopped;
    if (given_up || (intents.bits & ~asked_) != 0) {
        asked_ = intents.bits;
        link_.reidentify(std::move(intents), why);
    }
}

fsm::Intents DiscordShard::stored_intents() const {
    std::ifstream file(intents_file_);
    fsm::Intents bits = 0;
    file >> bits;
    return bits;
}

void DiscordShard::ready(std::string_view ready) {
    std::ofstream(intents_file_, std::ios::trunc) << asked_ << '\n';
    callbacks_.ready(ready);
}

gateway::ShardStatus DiscordShard::status() const {
    gateway::ShardStatus status;
    status.id = shard_.id;
    status.state = std::string(fsm::to_string(link_.state()));
    status.detail = link_.detail();
    status.seq = link_.seq();
    status.frames = dispatcher_.counters().frames;
    status.published = dispatcher_.counters().published;
    status.open = ledger_->open_deliveries();
    status.unclaimed = ledger_->unclaimed();
    const LinkCounters& link = link_.counters();
    status.connects = link.connects;
    status.identifies = link.identifies;
    status.resumes = link.resumes;
    status.gaps = link.gaps;
    status.last_gap = link.last_gap;
    status.bytes_in = link.bytes_in;
    status.bytes_plain = link.bytes_plain;
    status.latency = link.latency;
    status.worst_beat_delay = link.worst_beat_delay;
    return status;
}

}  // namespace rookery::discord
