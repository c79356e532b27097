#pragma once

#include <string_view>

namespace rookery::protocol::guilded {

/// The name that an event of the user gateway has on the wire, for one written as the early
/// documentation has it ("TeamRolesUpdated" -> "teamRolesUpdated"); any other name as it is.
[[nodiscard]] std::string_view user_event_name(std::string_view name) noexcept;

/// The name of today for an event of the bot gateway's first version ("TeamMemberJoined" ->
/// "ServerMemberJoined"); any other name as it is.
[[nodiscard]] std::string_view bot_event_name(std::string_view name) noexcept;

}  // namespace rookery::protocol::guilded
