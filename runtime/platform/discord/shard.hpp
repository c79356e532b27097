#pragma once

#include "bus/event_bus.hpp"
#include "gateway/bot.hpp"
#include "model/bots.hpp"
#include "platform/discord/dispatcher.hpp"
#include "platform/discord/link.hpp"
#include "store/delivery_ledger.hpp"
#include "store/state_dir.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace rookery::discord {

/// Where one shard keeps what survives a restart. A bot that is one connection has its files under
/// its own name ("demo.ledger"), the others name shard and count ("demo.3-16.ledger"): a session is
/// only worth something while the count stays.
struct ShardFiles {
    std::filesystem::path ledger;
    std::filesystem::path guilds;
    std::filesystem::path intents;
    std::filesystem::path cache;

    /// `named`: the count is part of the names.
    [[nodiscard]] static ShardFiles of(const store::StateDir& state, const std::string& bot,
                                       protocol::discord::Shard shard, bool named);
};

/// One connection of a bot with all that belongs to its session: link, dispatcher, delivery ledger,
/// known guilds, cache. io thread.
class DiscordShard {
  public:
    struct Context {
        const model::BotInfo* bot;
        DiscordApi* api;
        IdentifyGate* gate;
        bus::EventBus* bus;
        std::string title;   ///< for the log
        CacheOptions cache;  ///< of this shard, its file aside
    };
    struct Callbacks {
        std::function<void(std::string_view ready)> ready;
        std::function<void(std::uint16_t code)> fatal;  ///< must not call this shard
    };

    /// Errors: a state file cannot be opened. What `context` points to must outlive the shard.
    [[nodiscard]] static Result<std::unique_ptr<DiscordShard>> open(async::Executor executor,
                                                                    const Context& context,
                                                                    LinkOptions options,
                                                                    const ShardFiles& files,
                                                                    Callbacks callbacks);
    DiscordShard(const DiscordShard&) = delete;
    DiscordShard& operator=(const DiscordShard&) = delete;

    /// Connects. A stored session is resumed when it has all of these intents.
    void start(protocol::discord::IntentRequest intents);
    /// Begins a new session when its own has not all of these intents, or when it has given up.
    void want(protocol::discord::IntentRequest intents, const std::string& why);
    /// Begins to close resumably.
    void stop() { link_.stop(); }
    /// The same, and returns when it is done. The last call.
    [[nodiscard]] async::Task<> close();

    /// Operations that go over this connection.
    [[nodiscard]] GatewayCommands& commands() noexcept { return link_.commands(); }

    [[nodiscard]] protocol::discord::State state() const noexcept { return link_.state(); }
    [[nodiscard]] protocol::discord::Intents intents() const noexcept { return asked_; }
    [[nodiscard]] protocol::discord::Shard shard() const noexcept { return shard_; }
    [[nodiscard]] const DispatchCounters& events() const noexcept { return dispatcher_.counters(); }
    [[nodiscard]] DiscordCache& cache() noexcept { return dispatcher_.cache(); }
    [[nodiscard]] gateway::ShardStatus status() const;

  private:
    DiscordShard(async::Executor executor, const Context& context, LinkOptions options,
                 const ShardFiles& files, std::shared_ptr<store::DeliveryLedger> ledger,
                 store::GuildSet guilds, Callbacks callbacks);
    [[nodiscard]] protocol::discord::Intents stored_intents() const;
    void ready(std::string_view ready);

    protocol::discord::Shard shard_;
    std::filesystem::path intents_file_;
    std::shared_ptr<store::DeliveryLedger> ledger_;
    Callbacks callbacks_;
    protocol::discord::Intents asked_ = 0;
    Dispatcher dispatcher_;
    Link link_;
};

}  // namespace rookery::discord
