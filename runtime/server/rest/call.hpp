#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "server/access/key.hpp"
#include "server/http/handler.hpp"
#include "server/ports.hpp"
#include "server/rest/answer.hpp"
#include "server/rest/route.hpp"
#include "server/rest/task.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace rookery::server::rest {

/// What a request gives: data for the route's success form, or an answer of its own.
struct Given {
    nlohmann::json data;
    std::optional<std::string> next;  ///< cursor of the next page
    std::optional<Response> instead;  ///< of the success form
};

/// Channels whose guild is known; they never change it. Bounded.
class ChannelGuilds {
  public:
    [[nodiscard]] std::optional<std::uint64_t> find(std::uint64_t channel) const;
    void add(std::uint64_t channel, std::uint64_t guild);

  private:
    static constexpr std::size_t kMost = 65'536;
    std::unordered_map<std::uint64_t, std::uint64_t> guilds_;
};

/// One request while it is carried out: what flows ask for. Server thread; lives as long as its
/// task.
class Call {
  public:
    Call(Runtime& runtime, ChannelGuilds& channels, const Clock& clock, const Route& wanted,
         KeyPtr who, ExchangePtr asked)
        : route(wanted),
          key(std::move(who)),
          exchange(std::move(asked)),
          runtime_(runtime),
          channels_(channels),
          clock_(clock) {}

    const Route& route;
    KeyPtr key;
    ExchangePtr exchange;
    nlohmann::json path = nlohmann::json::object();       ///< parameters by their names
    nlohmann::json arguments = nlohmann::json::object();  ///< of the route's operation
    nlohmann::json aside = nlohmann::json::object();      ///< fields that go to no parameter
    std::string bot;
    std::uint64_t guild = 0;    ///< that it is about, where that is known
    bool tells_tokens = false;  ///< of webhooks

    [[nodiscard]] std::uint64_t id(std::string_view parameter) const;
    [[nodiscard]] const Request& request() const { return exchange->request(); }
    [[nodiscard]] WallTime now() const { return clock_.wall(); }

    /// One operation of the call's bot.
    Task<Result<nlohmann::json>> operation(std::string name, nlohmann::json arguments);

    /// What the bot keeps, in the shape of the mapping; nullopt when it keeps none, or when it is
    /// of another guild than `guild` (unless that is 0).
    Task<std::optional<nlohmann::json>> cached(std::string kind, std::uint64_t owner,
                                               std::uint64_t id, const model::Mapping* mapping);
    Task<std::optional<nlohmann::json>> cached_list(std::string kind, std::uint64_t owner,
                                                    const model::Mapping* mapping);
    /// Whether the bot keeps that guild.
    Task<bool> has_guild(std::string bot_name, std::uint64_t guild_id);

    /// The channel's guild: 0 for direct ones, nullopt when it is not known. `ask`: the platform,
    /// where the cache does not know.
    Task<std::optional<std::uint64_t>> guild_of_channel(std::uint64_t channel, bool ask);

    /// Ranks, permission names and guild ids that only the cache tells.
    Task<bool> complete(nlohmann::json& data, const model::Mapping* mapping, bool list);

    /// Goes on with a coroutine that waited; set by whoever owns the task.
    std::function<void(std::coroutine_handle<>)> resume;
    /// Whether the task is there still.
    std::shared_ptr<const bool> alive = std::make_shared<const bool>(true);

  private:
    Task<bool> complete_members(nlohmann::json& members);

    Runtime& runtime_;
    ChannelGuilds& channels_;
    const Clock& clock_;
};

}  // namespace rookery::server::rest
