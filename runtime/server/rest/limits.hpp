#pragma once

#include "server/rest/call.hpp"

#include <optional>

namespace rookery::server::rest {

/// Finds the guild that a call is about (Call::guild), and refuses it with 403 FORBIDDEN_GUILD when
/// the key is limited to guilds and the call is about another one, or about none.
[[nodiscard]] Task<std::optional<Response>> find_guild(Call& call);

/// Picks the bot that speaks (Call::bot): the one that the request names by `X-Bot` or `?bot=`,
/// else one that has the guild, else `usual`, else the first. 404 BOT_NOT_FOUND.
[[nodiscard]] Task<std::optional<Response>> find_bot(Call& call, const std::vector<BotInfo>& bots,
                                                     const std::string& usual);

}  // namespace rookery::server::rest
