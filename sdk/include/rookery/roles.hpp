#pragma once

#include <rookery/events.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

/// Who stands above whom in a guild, and what roles may: of what roles.list and members.get give.
/// Since 1.4.
namespace rookery {

/// Nothing: there is none of that id.
[[nodiscard]] inline std::optional<Role> find_role(const List<Role>& roles, std::string_view id) {
    for (const Role role : roles) {
        if (role.id() == id) {
            return role;
        }
    }
    return std::nullopt;
}

/// The position of the member's highest role; 0 without one. The owner stands above all, whatever
/// this says.
[[nodiscard]] inline std::int64_t height_of(const Member& member, const List<Role>& roles) {
    std::int64_t highest = 0;
    for (const std::string_view id : member.roles()) {
        if (const auto role = find_role(roles, id)) {
            highest = std::max(highest, role->position());
        }
    }
    return highest;
}

/// What the role may, a bit each.
[[nodiscard]] inline std::uint64_t permissions_of(const Role& role) {
    const std::string_view text = role.permissions();
    std::uint64_t bits = 0;
    std::from_chars(text.data(), text.data() + text.size(), bits);
    return bits;
}
/// Whether a role of the member is an administrator's.
[[nodiscard]] inline bool administers(const Member& member, const List<Role>& roles) {
    constexpr std::uint64_t kAdministrator = 8;
    for (const std::string_view id : member.roles()) {
        const auto role = find_role(roles, id);
        if (role && (permissions_of(*role) & kAdministrator) != 0) {
            return true;
        }
    }
    return false;
}

}  // namespace rookery
