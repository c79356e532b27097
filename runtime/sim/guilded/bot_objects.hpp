#pragma once

#include "sim/guilded/core.hpp"

namespace rookery::sim::guilded {

/// The objects of the official API, as its types describe them.
[[nodiscard]] Json user_json(const community::Person& person);
[[nodiscard]] Json summary_json(const community::Person& person);
[[nodiscard]] Json server_json(const community::Server& server);
[[nodiscard]] Json channel_json(const community::Server* server, const community::Channel& channel,
                                const std::string& by);
[[nodiscard]] Json category_json(const community::Server& server,
                                 const community::Channel& channel);
[[nodiscard]] Json message_json(Core& core, const community::Message& message);
[[nodiscard]] Json member_json(Core& core, const community::Server& server,
                               const community::Member& member);
[[nodiscard]] Json role_json(const community::Server& server, const community::Role& role);
[[nodiscard]] Json ban_json(Core& core, const community::Ban& ban);
[[nodiscard]] Json emote_json(const Core& core, const std::string& id);
[[nodiscard]] Json reaction_json(const Core& core, const community::Message& message,
                                 const std::string& person, const std::string& emote);

/// Number of a role as the API gives it.
[[nodiscard]] Json role_number(const std::string& id);
/// The home group of a server, which is all that this simulator has of groups.
[[nodiscard]] std::string home_group(const community::Server& server);

}  // namespace rookery::sim::guilded
