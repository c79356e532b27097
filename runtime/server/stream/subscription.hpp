#pragma once

#include "base/result.hpp"
#include "server/access/key.hpp"
#include "server/socketio/socket_server.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::server {

/// What `subscribe` and `unsubscribe` ask for.
struct SubscriptionRequest {
    static constexpr std::size_t kMostGuilds = 1000;
    static constexpr std::size_t kMostEvents = 200;

    std::vector<std::string> guild_texts;            ///< as they came, for the answer
    std::vector<std::string> guilds;                 ///< those that are ids, in order
    std::optional<std::vector<std::string>> events;  ///< none: all
    bool all = false;

    /// The last number that the client has of a bot's guild.
    struct Since {
        std::string bot;    ///< "*": every bot that is not named for that guild
        std::string guild;  ///< "direct": what belongs to none
        std::uint64_t seq = 0;
    };
    static constexpr std::size_t kMostSince = 4000;
    std::optional<std::vector<Since>> since;  ///< none: the client does not count
    std::string epoch;                        ///< of its numbers; empty: it does not know
};

/// From `[{"guildIds":[...],"events":[...],"all":true,"since":{"bot":{"1":5}},"epoch":"..."}]`.
/// Error invalid, for the client.
[[nodiscard]] Result<SubscriptionRequest> read_subscription(const Arguments& arguments);

/// Which rooms an event goes to, and which rooms a subscription means. A whole guild is one room,
/// and one event of it is another, so that nothing is filtered socket by socket. What holds a token
/// goes to rooms of its own: "+" with it, "-" without.
namespace rooms {

inline constexpr std::string_view kAll = "all";        ///< every guild
inline constexpr std::string_view kDirect = "direct";  ///< what belongs to no guild
inline constexpr std::string_view kNew = "new";        ///< a guild that the bot has just joined

[[nodiscard]] std::string of_guild(std::string_view guild);
/// "new" for a key that sees only some guilds.
[[nodiscard]] std::string new_guild(std::string_view guild);

/// Of a subscription to `events` (none: all of them) of a guild, of all or of none.
[[nodiscard]] std::vector<std::string> wanted(std::string_view scope,
                                              const std::optional<std::vector<std::string>>& events,
                                              bool tokens);

/// Of one event; `with_token` only for those that have one.
[[nodiscard]] std::vector<std::string> reached(std::string_view scope, std::string_view event,
                                               std::optional<bool> with_token);

/// Whether the room is one of that scope.
[[nodiscard]] bool belongs(std::string_view room, std::string_view scope) noexcept;

}  // namespace rooms

}  // namespace rookery::server
