#include "command/permissions.hpp"

#include "model/compute.hpp"

#include <algorithm>
#include <charconv>

namespace rookery::command {
namespace {

using nlohmann::json;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view text_of(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string()
               ? std::string_view(found->get_ref<const std::string&>())
               : std::string_view();
}

bool has(const json* list, std::string_view id) {
    return list != nullptr && list->is_array() &&
           std::any_of(list->begin(), list->end(), [&](const json& one) {
               return one.is_string() && one.get_ref<const std::string&>() == id;
           });
}

bool is_own(const PermissionFacts& facts, std::string_view role) {
    return role == facts.guild || has(facts.own_roles, role);
}

/// Everyone's first, then those of all roles together, then the member's own: each takes away, then
/// gives.
Permissions with_overwrites(Permissions base, const PermissionFacts& facts) {
    if (facts.overwrites == nullptr || !facts.overwrites->is_array()) {
        return base;
    }
    struct Change {
        Permissions allow = 0;
        Permissions deny = 0;
    };
    Change everyone;
    Change roles;
    Change own;
    for (const json& one : *facts.overwrites) {
        const std::string_view id = text_of(one, "id");
        Change* const where = id == facts.guild          ? &everyone
                              : id == facts.member       ? &own
                              : has(facts.own_roles, id) ? &roles
                                                         : nullptr;
        if (where != nullptr) {
            where->allow |= permissions_from_text(text_of(one, "allow"));
            where->deny |= permissions_from_text(text_of(one, "deny"));
        }
    }
    for (const Change& change : {everyone, roles, own}) {
        base = (base & ~change.deny) | change.allow;
    }
    return base;
}

}  // namespace

std::optional<Permissions> find_permission(std::string_view name) noexcept {
    for (const auto& known : model::compute::permission_names()) {
        if (!name.empty() && lower(name.front()) == lower(known.name.front()) &&
            name.substr(1) == known.name.substr(1)) {
            return Permissions{1} << static_cast<unsigned>(known.bit);
        }
    }
    return std::nullopt;
}

std::vector<std::string> permission_names() {
    std::vector<std::string> names;
    for (const auto& known : model::compute::permission_names()) {
        names.emplace_back(known.name);
    }
    return names;
}

std::vector<std::string> names_of(Permissions set) {
    std::vector<std::string> names;
    for (const auto& known : model::compute::permission_names()) {
        const Permissions bit = Permissions{1} << static_cast<unsigned>(known.bit);
        if ((set & bit) != 0) {
            set &= ~bit;  // a bit with two names is told once
            names.emplace_back(known.name);
        }
    }
    return names;
}

Permissions permissions_from_names(const json& names) {
    Permissions set = 0;
    if (names.is_array()) {
        for (const json& name : names) {
            set |= name.is_string()
                       ? find_permission(name.get_ref<const std::string&>()).value_or(0)
                       : 0;
        }
    }
    return set;
}

Permissions permissions_from_text(std::string_view decimal) noexcept {
    Permissions set = 0;
    const auto [end, error] = std::from_chars(decimal.data(), decimal.data() + decimal.size(), set);
    return error == std::errc() && end == decimal.data() + decimal.size() ? set : 0;
}

Permissions compute_permissions(const PermissionFacts& facts) {
    if (!facts.member.empty() && facts.member == facts.guild_owner) {
        return ~Permissions{0};
    }
    Permissions base = 0;
    if (facts.roles != nullptr && facts.roles->is_array()) {
        for (const json& role : *facts.roles) {
            if (is_own(facts, text_of(role, "id"))) {
                base |= permissions_from_text(text_of(role, "permissions"));
            }
        }
    }
    if ((base & kAdministrator) != 0) {
        return ~Permissions{0};
    }
    return with_overwrites(base, facts);
}

}  // namespace rookery::command
