#pragma once

#include "sim/guilded/bot_objects.hpp"

namespace rookery::sim::guilded {

/// The objects that people's clients see.
[[nodiscard]] Json client_message_json(Core& core, const community::Message& message);
[[nodiscard]] Json client_channel_json(const community::Server* server,
                                       const community::Channel& channel);
[[nodiscard]] Json client_member_json(Core& core, const community::Server& server,
                                      const community::Member& member);
[[nodiscard]] Json client_role_json(const community::Server& server, const community::Role& role);
[[nodiscard]] Json team_json(const community::Server& server);
[[nodiscard]] Json account_json(const community::Person& person);
[[nodiscard]] Json client_reaction_json(const Core& core, const std::string& emote,
                                        const std::string& by);

}  // namespace rookery::sim::guilded
