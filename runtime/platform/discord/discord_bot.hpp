#pragma once

#include "base/secret.hpp"
#include "bus/event_bus.hpp"
#include "gateway/bot.hpp"
#include "platform/discord/cache/discord_cache.hpp"
#include "platform/discord/identify_gate.hpp"
#include "platform/discord/uploads.hpp"
#include "protocol/discord/inflater.hpp"
#include "rest/standing.hpp"
#include "store/state_dir.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::discord {

struct DiscordBotOptions {
    enum class Intents : std::uint8_t { automatic, all, listed };

    std::string name;
    Secret token;
    std::string flavour = "discord";  ///< a name of protocol::discord::flavours()
    std::string api_url;              ///< empty: the flavour's own
    std::string gateway_url;          ///< empty: asked from the API
    /// Stored sessions that resume elsewhere are forgotten: their simulator is gone. Empty: none
    /// is.
    std::string resume_url;
    Intents intents = Intents::automatic;
    std::vector<std::string> intent_names;  ///< when listed
    protocol::discord::Compression compression = protocol::discord::Compression::zstd;
    /// Index and count, when other processes run the other shards.
    std::optional<std::pair<std::uint32_t, std::uint32_t>> shard;
    std::uint32_t shards = 0;  ///< how many this process runs; 0: as many as the platform advises
    Millis dispatch_timeout{0};
    std::string presence;  ///< JSON text of the gateway's presence; empty: the platform's default
    CacheOptions cache;    ///< the budget is divided among the shards; `snapshot` is chosen here
    double identify_share = 0.8;
    UploadRules uploads;
    unsigned rest_limit = 50;                  ///< requests a second that Discord allows
    std::shared_ptr<rest::Standing> standing;  ///< of all bots of one API; null: of its own
    std::filesystem::path ca_file;             ///< trusted beside the system's; empty: none
};

/// A bot on Discord or on a server that speaks like it. The error is for options that cannot be
/// used, or state files that cannot be opened. `bus`, `state` and `gates` must outlive the bot.
[[nodiscard]] Result<std::unique_ptr<gateway::Bot>> make_discord_bot(async::Executor executor,
                                                                     DiscordBotOptions options,
                                                                     bus::EventBus& bus,
                                                                     const store::StateDir& state,
                                                                     IdentifyGates& gates);

/// Whether a name of the configuration's `intents` is one; the error names the nearest.
[[nodiscard]] Result<> check_intent(std::string_view name);

}  // namespace rookery::discord
