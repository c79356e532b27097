#pragma once

#include "server/rest/call.hpp"

#include <string_view>

namespace rookery::server::rest {

/// What a route does that is more than one operation. An error is the platform's.
using Flow = Task<Result<Given>> (*)(Call& call);

/// Null when there is none of that name.
[[nodiscard]] Flow find_flow(std::string_view name) noexcept;

/// The route's operation with the call's arguments; the answer from the cache where that has it.
[[nodiscard]] Task<Result<Given>> plain(Call& call);

/// An answer in the route's shape, completed by what the cache tells.
[[nodiscard]] Task<Result<Given>> give(Call& call, std::string_view operation, nlohmann::json data);

// By area; each is a Flow.
Task<Result<Given>> guilds(Call& call);
Task<Result<Given>> guild_channels(Call& call);
Task<Result<Given>> guild_roles(Call& call);
Task<Result<Given>> role_search(Call& call);
Task<Result<Given>> role_edit(Call& call);
Task<Result<Given>> role_members(Call& call);
Task<Result<Given>> member_nickname(Call& call);
Task<Result<Given>> member_roles(Call& call);
Task<Result<Given>> member_timeout(Call& call);
Task<Result<Given>> pinned_messages(Call& call);
Task<Result<Given>> bulk_delete(Call& call);
Task<Result<Given>> reaction_remove(Call& call);
Task<Result<Given>> channel(Call& call);
Task<Result<Given>> channel_threads(Call& call);
Task<Result<Given>> channel_clone(Call& call);
Task<Result<Given>> thread_create(Call& call);
Task<Result<Given>> sticker_create(Call& call);
Task<Result<Given>> scheduled_event(Call& call);
Task<Result<Given>> event_users(Call& call);
Task<Result<Given>> voice_status(Call& call);
Task<Result<Given>> voice_join(Call& call);
Task<Result<Given>> voice_leave(Call& call);
Task<Result<Given>> voice_play(Call& call);
Task<Result<Given>> interaction_callback(Call& call);
Task<Result<Given>> any_operation(Call& call);

}  // namespace rookery::server::rest
