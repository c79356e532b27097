#include "platform/discord/identify_gate.hpp"

#include "net/crypto.hpp"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

namespace rookery::discord {
namespace {

namespace protocol = protocol::discord;
using protocol::IdentifyQueue;

/// The budget is asked for anew before a batch of identifies, and once within it.
constexpr Millis kBudgetAge{30'000};
/// A failed question is not repeated for every shard that wants to know.
constexpr Millis kFailureAge{1'000};

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

/// Names the token without telling it.
std::string digest(const Secret& token) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    const auto hash = net::sha256(token.reveal());
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        text += kHex[hash[i] >> 4U];
        text += kHex[hash[i] & 15U];
    }
    return text;
}

}  // namespace

IdentifyGate::IdentifyGate(async::Executor executor, store::IdentifyHistory history,
                           protocol::IdentifyLedger::Options options)
    : log_(log::get("identify")),
      history_(std::move(history)),
      queue_(protocol::IdentifyLedger(options, load(history_, log_))),
      changed_(std::move(executor)) {}

IdentifyGate::Ticket IdentifyGate::enter(std::uint32_t shard) { return queue_.enter(shard); }

void IdentifyGate::leave(Ticket ticket) {
    queue_.leave(ticket);
    changed_.notify_all();
}

void IdentifyGate::sent(Ticket ticket) {
    queue_.sent(ticket, now(), wall());
    if (auto saved = history_.save(queue_.ledger().times()); !saved) {
        log_->warn("{}", saved.error().message());
    }
    changed_.notify_all();
}

std::size_t IdentifyGate::used() { return queue_.ledger().used(wall()); }

std::size_t IdentifyGate::left() { return queue_.ledger().left(wall()); }

async::Task<Result<GatewayInfo>> IdentifyGate::info(DiscordApi& api, Millis max_age) {
    while (asking_) {
        co_await changed_.wait();
    }
    if (info_ && now() - asked_ < (*info_ ? max_age : std::min(max_age, kFailureAge))) {
        co_return *info_;
    }
    // Whoever asks may be taken down in the middle: the next one then asks again.
    struct Asking {
        IdentifyGate& gate;
        ~Asking() {
            gate.asking_ = false;
            gate.changed_.notify_all();
        }
    };
    asking_ = true;
    const Asking asking{*this};
    info_ = co_await api.gateway();
    asked_ = now();
    if (*info_) {
        const GatewayInfo& got = **info_;
        queue_.set_budget({got.total, got.remaining, got.reset_after, got.max_concurrency}, now());
    }
    co_return *info_;
}

async::Task<std::optional<protocol::Input>> IdentifyGate::wait(Ticket ticket, DiscordApi& api) {
    struct Place {
        IdentifyGate& gate;
        Ticket ticket;
        ~Place() {
            if (ticket != 0) {
                gate.leave(ticket);
            }
        }
    };
    Place place{*this, ticket};
    const auto budget = co_await info(api, kBudgetAge);
    if (!budget && budget.error().kind() == ErrorKind::denied) {
        co_return protocol::input::ConnectFailed{
            "the token was refused: copy the bot's token from the developer portal again, or reset "
            "it there if it has leaked (" +
                budget.error().message() + ")",
            true};
    }
    if (!budget) {
        // A server without this route, or one that is down: the own count still holds.
        log_->debug("no identify budget from the server: {}", budget.error().message());
    }
    while (true) {
        auto turn = queue_.turn(ticket, now(), wall());
        switch (turn.kind) {
            case IdentifyQueue::Turn::Kind::go:
                place.ticket = 0;  // the asker's from here on
                co_return protocol::input::SlotGranted{};
            case IdentifyQueue::Turn::Kind::refused:
                co_return protocol::input::SlotRefused{
                    turn.wait, refusal(std::move(turn.reason), now() + turn.wait)};
            case IdentifyQueue::Turn::Kind::gone:
                co_return std::nullopt;
            case IdentifyQueue::Turn::Kind::wait:
                static_cast<void>(co_await changed_.wait_until(now() + turn.wait));
                break;
            case IdentifyQueue::Turn::Kind::behind:
                co_await changed_.wait();
                break;
        }
    }
}

/// The whole story once; a hundred shards that wait for the same thing need one line each.
std::string IdentifyGate::refusal(std::string reason, SteadyTime until) {
    const bool told = now() < refused_until_;
    refused_until_ = std::max(refused_until_, until);
    return told ? "waiting for the identify budget" : std::move(reason);
}

std::shared_ptr<IdentifyGate> IdentifyGates::of(const Secret& token, const std::string& bot,
                                                const store::StateDir& state, double share) {
    const std::string name = digest(token);
    auto& known = gates_[name];
    if (auto gate = known.lock()) {
        return gate;
    }
    const auto file = state.file("token-" + name + ".identifies");
    std::error_code ignored;
    if (const auto former = state.bot_file(bot, "identifies");
        !std::filesystem::exists(file, ignored) && std::filesystem::exists(former, ignored)) {
        std::filesystem::rename(former, file, ignored);
    }
    auto gate = std::make_shared<IdentifyGate>(
        executor_, store::IdentifyHistory(file),
        protocol::IdentifyLedger::Options{.share = share, .spacing = spacing_});
    known = gate;
    return gate;
}

}  // namespace rookery::discord
