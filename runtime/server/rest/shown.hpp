#pragma once

#include "model/shape.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::server::rest {

/// The platform's JSON in the shape of a mapping; `guild` and `channel`, when not empty, stand in
/// where it leaves them out. Nullopt when it is not JSON.
[[nodiscard]] std::optional<nlohmann::json> shown(const model::Mapping& mapping, bool list,
                                                  std::string_view guild, std::string_view channel,
                                                  std::string_view text);

/// An id; empty when the value is no text.
[[nodiscard]] std::string id_text(const nlohmann::json& value);
/// The number of a text of digits: 0 when it is none.
[[nodiscard]] std::uint64_t id_of(const nlohmann::json& value) noexcept;

/// Each channel's `position` becomes its rank among those beside it; each role's, among all.
/// `all`: the guild's channels (roles), in the normalised shape.
void rank_channels(nlohmann::json& channels, const nlohmann::json& all);
void rank_roles(nlohmann::json& roles, const nlohmann::json& all);

/// Names of the permissions that a member with these roles has, as far as the guild's roles
/// (normalised) tell; all of them for its owner.
[[nodiscard]] nlohmann::json permission_names(const nlohmann::json& member,
                                              const nlohmann::json& roles, std::string_view guild,
                                              std::string_view owner);

}  // namespace rookery::server::rest
