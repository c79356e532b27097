#include "platform/discord/identify_gate.hpp"

#include "async/signal.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace rookery::discord {
namespace {

namespace protocol = protocol::discord;

std::vector<WallTime> load(const store::IdentifyHistory& history, const log::Logger& log) {
    auto stored = history.load();
    if (!stored) {
        log->warn("{}", stored.error().message());
        return {};
    }
    return *std::move(stored);
}

SteadyTime now() { return std::chrono::steady_clock::now(); }
WallTime wall() { return std::chrono::system_clock::now(); }

}  // namespace

IdentifyGate::IdentifyGate(DiscordApi& api, store::IdentifyHistory history, double share,
                           log::Logger log)
    : api_(api),
      history_(std::move(history)),
      ledger_({.share = share}, load(history_, log)),
      log_(std::move(log)) {}

async::Task<protocol::Input> IdentifyGate::ask(std::uint32_t shard) {
    auto info = co_await api_.gateway();
    if (!info && info.error().kind() == ErrorKind::denied) {
        co_return protocol::input::ConnectFailed{
            "the token was refused: copy the bot's token from the developer portal again, or reset "
            "it there if it "
            "has leaked (" +
                info.error().message() + ")",
            true};
    }
    if (info) {
        ledger_.set_budget({info->total, info->remaining, info->reset_after, info->max_concurrency},
                           now());
    } else {
        // A server without this route, or one that is down: the own count still holds.
        log_->debug("no identify budget from the server: {}", info.error().message());
    }
    while (true) {
        const auto verdict = ledger_.check(shard, now(), wall());
        if (verdict.wait == Millis{0}) {
            co_return protocol::input::SlotGranted{};
        }
        if (verdict.over_budget) {
            co_return protocol::input::SlotRefused{verdict.wait, verdict.reason};
        }
        co_await async::sleep_for(verdict.wait);
    }
}

void IdentifyGate::record(std::uint32_t shard) {
    ledger_.record(shard, now(), wall());
    if (auto saved = history_.save(ledger_.times()); !saved) {
        log_->warn("{}", saved.error().message());
    }
}

std::size_t IdentifyGate::used() { return ledger_.used(wall()); }

}  // namespace rookery::discord
