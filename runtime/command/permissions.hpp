#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::command {

/// Permissions as bits, in the normalised numbering: that of `Role.permissions`.
using Permissions = std::uint64_t;

inline constexpr Permissions kAdministrator = Permissions{1} << 3U;
inline constexpr Permissions kManageGuild = Permissions{1} << 5U;

/// The bit of "ManageMessages"; its first letter may be small. Nothing for a name that there is
/// not.
[[nodiscard]] std::optional<Permissions> find_permission(std::string_view name) noexcept;

/// All names, as `Member.permissions` has them.
[[nodiscard]] std::vector<std::string> permission_names();

/// Names of the set, in the order of their bits.
[[nodiscard]] std::vector<std::string> names_of(Permissions set);

/// Of a list of names; those that are unknown are left out.
[[nodiscard]] Permissions permissions_from_names(const nlohmann::json& names);
/// Of a decimal number in a text, as roles have it; 0 for anything else.
[[nodiscard]] Permissions permissions_from_text(std::string_view decimal) noexcept;

/// What `have` lacks of `wanted`; nothing for an administrator.
[[nodiscard]] inline Permissions lacking(Permissions have, Permissions wanted) noexcept {
    return (have & kAdministrator) != 0 ? 0 : wanted & ~have;
}

/// What a member may, where, in normalised shapes. What is missing or mistyped grants nothing.
struct PermissionFacts {
    std::string_view member;                    ///< the user's id
    std::string_view guild;                     ///< its id, which is the role everyone's too
    std::string_view guild_owner;               ///< may do everything
    const nlohmann::json* own_roles = nullptr;  ///< ids: Member.roles
    const nlohmann::json* roles = nullptr;      ///< of the guild: list of Role
    /// Channel.permissionOverwrites, of a thread those of its channel; null: there are none.
    const nlohmann::json* overwrites = nullptr;
};
[[nodiscard]] Permissions compute_permissions(const PermissionFacts& facts);

}  // namespace rookery::command
