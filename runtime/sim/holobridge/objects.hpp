#pragma once

#include "sim/holobridge/core.hpp"

namespace rookery::sim::holobridge {

/// The bridge's serialised types.
[[nodiscard]] Json user_json(const community::Person& person);
[[nodiscard]] Json member_json(Core& core, const community::Server& server,
                               const community::Member& member);
[[nodiscard]] Json message_json(Core& core, const community::Message& message);
[[nodiscard]] Json channel_json(Core& core, const community::Channel& channel);
[[nodiscard]] Json role_json(const community::Server& server, const community::Role& role);
[[nodiscard]] Json guild_json(const community::Server& server);
[[nodiscard]] Json emoji_json(const std::string& emoji);
[[nodiscard]] Json reaction_json(Core& core, const community::Reaction& reaction);

}  // namespace rookery::sim::holobridge
