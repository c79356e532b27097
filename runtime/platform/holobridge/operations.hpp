#pragma once

#include "gateway/bot.hpp"
#include "model/operations.hpp"
#include "platform/discord/uploads.hpp"
#include "platform/holobridge/api.hpp"

namespace rookery::holobridge {

/// Who answers at the other end.
enum class Upstream : std::uint8_t {
    unknown,  ///< it has not said yet
    holobridge,
    rookery,
};

/// What to ask for an operation. With another Rookery every one goes to /api/operations; a
/// HoloBridge has a route for some. Errors: unsupported (a HoloBridge has no such thing, with the
/// operation's or parameter's name), invalid, and those of files.
[[nodiscard]] Result<ApiRequest> make_request(const gateway::BotCall& call, Upstream upstream,
                                              const discord::UploadRules& uploads);

}  // namespace rookery::holobridge
