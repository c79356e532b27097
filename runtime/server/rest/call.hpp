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
    [[nodiscard]] std::optional<std::string> find(const std::string& channel) const;
    void add(const std::string& channel, std::string guild);

  private:
    static constexpr std::size_t kMost = 65'536;
    std::unordered_map<std::string, std::string> guilds_;
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
    std::string guild;          ///< that it is about; empty: none, or it is not known
    bool tells_tokens = false;  ///< of webhooks

    /// Empty when there is none of that name.
    [[nodiscard]] std::string id(std::string_view parameter) const;
    [[nodiscard]] const Request& request() const { return exchange->request(); }
    [[nodiscard]] WallTime now() const { return clock_.wall(); }

    /// One operation of the call's bot.
    Task<Result<nlohmann::json>> operation(std::string name, nlohmann::json arguments);

    /// What the bot keeps, in the shape of the mapping; nullopt when it keeps none in that
    /// form, or when it is of another guild than `guild` (unless that is empty).
    Task<std::optional<nlohmann::json>> cached(std::string kind, std::string owner, std::string id,
                                               const model::Mapping* mapping);
    Task<std::optional<nlohmann::json>> cached_list(std::string kind, std::string owner,
                                                    const model::Mapping* mapping);
    /// Whether the bot keeps that guild.
    Task<bool> has_guild(std::string bot_name, std::string guild_id);

    /// The channel's guild: empty for direct ones, nullopt when it is not known. `ask`: the
    /// platform, where the cache does not know.
    Task<std::optional<std::string>> guild_of_channel(std::string channel, bool ask);

    /// Ranks, permission names and guild ids that only the cache tells.
    Task<bool> complete(nlohmann::json& data, const model::Mapping* mapping, bool list);

    /// Goes on with a coroutine that waited; set by whoever owns the task.
    std::function<void(std::coroutine_handle<>)> resume;
    /// Whether the task is there still.
    std::shared_ptr<const bool> alive = std::make_shared<const bool>(true);

  private:
    /// Whether the bot keeps things in the form that the mappings of this file's users read.
    [[nodiscard]] bool keeps_discord_form() const;
    Task<bool> complete_members(nlohmann::json& members);

    Runtime& runtime_;
    ChannelGuilds& channels_;
    const Clock& clock_;
};

}  // namespace rookery::server::rest
