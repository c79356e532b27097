#include "base/log.hpp"
#include "command/definition_names.hpp"
#include "command/definition_parts.hpp"
#include "command/permissions.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace rookery::command::parts {
namespace {

using nlohmann::json;

constexpr std::size_t kMostPermissions = 64;
constexpr std::size_t kLongestCategory = 50;
constexpr std::size_t kMostUses = 1'000;
constexpr auto kCooldownKeys = std::to_array<std::string_view>({"per", "uses", "time"});
constexpr auto kConcurrencyKeys = std::to_array<std::string_view>({"per", "limit"});

Permissions read_permissions(Table& table, std::string_view key, std::vector<std::string>& names) {
    Permissions bits = 0;
    names = table.texts(key, kMostPermissions, kLongestDescription);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto found = find_permission(names[i]);
        if (!found) {
            const std::vector<std::string> all = permission_names();
            const std::vector<std::string_view> known(all.begin(), all.end());
            table.fault(table.place(key, i), "there is no permission \"" +
                                                 log::clipped(names[i], 40) + "\"" +
                                                 hint(names[i], known));
            return 0;
        }
        bits |= *found;
    }
    names = names_of(bits);
    return bits;
}

void read_cooldown(Table& table, Node& node) {
    const json* const given = table.find("cooldown");
    if (given == nullptr) {
        return;
    }
    node.rules.cooldown.reset();
    if (given->is_boolean() && !given->get<bool>()) {
        return;
    }
    // A duration alone: once in that time.
    const json full = given->is_object() ? *given : json{{"time", *given}};
    Table one(full, table.place("cooldown"), kCooldownKeys, "a cooldown");
    Cooldown cooldown;
    cooldown.per = static_cast<Per>(one.one_of("per", names::kPers, 0));
    cooldown.uses = static_cast<unsigned>(one.count("uses", 1, kMostUses, 1));
    const json* const time = one.find("time");
    if (one.good() && time == nullptr) {
        one.fault(table.place("cooldown"), "time is missing");
    } else if (one.good()) {
        const auto seconds = read_seconds(one, one.place("time"), *time);
        if (seconds && *seconds <= 0) {
            one.fault(one.place("time"), "expected more than nothing");
        }
        cooldown.time = std::chrono::milliseconds(std::llround(seconds.value_or(0) * 1'000));
    }
    table.fault(one.result());
    node.rules.cooldown = cooldown;
    node.rules.cooldown_of = node.path;
}

void read_concurrency(Table& table, Node& node) {
    const json* const given = table.find("concurrency");
    if (given == nullptr) {
        return;
    }
    node.rules.concurrency.reset();
    if (given->is_boolean() && !given->get<bool>()) {
        return;
    }
    Table one(*given, table.place("concurrency"), kConcurrencyKeys, "how many may run at once");
    Concurrency concurrency;
    concurrency.per = static_cast<Per>(one.one_of("per", names::kPers, 0));
    concurrency.limit = static_cast<unsigned>(one.count("limit", 1, kMostUses, 1));
    table.fault(one.result());
    node.rules.concurrency = concurrency;
    node.rules.concurrency_of = node.path;
}

}  // namespace

void read_rules(Table& table, Node& node) {
    Rules& rules = node.rules;
    if (table.has("member_permissions")) {
        rules.member_bits = read_permissions(table, "member_permissions", rules.member_permissions);
    }
    if (table.has("bot_permissions")) {
        rules.bot_bits = read_permissions(table, "bot_permissions", rules.bot_permissions);
    }
    rules.owner = table.boolean("owner", rules.owner);
    rules.nsfw = table.boolean("nsfw", rules.nsfw);
    rules.hidden = table.boolean("hidden", rules.hidden);
    rules.where = static_cast<Where>(
        table.one_of("where", names::kWheres, static_cast<std::size_t>(rules.where)));
    if (table.has("category")) {
        rules.category = table.text("category", kLongestCategory);
    }
    read_cooldown(table, node);
    read_concurrency(table, node);
}

}  // namespace rookery::command::parts
