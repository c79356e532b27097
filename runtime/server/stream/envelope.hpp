#pragma once

#include "model/event.hpp"
#include "server/socketio/socket_server.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::server {

/// The argument of `discord`:
/// `{"event":...,"guildId":...,"data":...,"seq":...,"bot":...,"platform":...}`, keys in that order;
/// `"late":true` behind them for what was fetched after a gap.
[[nodiscard]] Arguments write_envelope(const model::Event& event, std::uint64_t seq);

/// The argument of `interaction:create`; nullopt for what it is not sent for: commands, and
/// everything outside guilds.
[[nodiscard]] std::optional<Arguments> write_interaction(const model::Event& event);

/// Events whose data holds a credential in its field `token`.
[[nodiscard]] bool has_token(std::string_view event) noexcept;

/// The same arguments with an empty text as the token.
[[nodiscard]] Arguments without_token(const Arguments& with);

}  // namespace rookery::server
