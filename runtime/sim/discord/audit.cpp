#include "sim/discord/audit.hpp"

namespace rookery::sim::discord {
namespace {

constexpr std::size_t kEntriesKept = 500;
constexpr std::size_t kReasonLength = 512;

}  // namespace

void audit(RestCall& call, Id guild, AuditAction action, const std::string& target,
           const Json& changes, const Json& options) {
    if (guild == 0 || action == AuditAction::none) {
        return;
    }
    Json entry = {{"id", id_text(call.core.world.next_id())},
                  {"user_id", id_text(call.actor)},
                  {"target_id", target.empty() ? Json() : Json(target)},
                  {"action_type", static_cast<int>(action)}};
    if (!changes.is_null() && !changes.empty()) {
        entry["changes"] = changes;
    }
    if (!options.is_null()) {
        entry["options"] = options;
    }
    const auto reason = percent_decoded(call.request.header("x-audit-log-reason"));
    if (!reason.empty()) {
        entry["reason"] = reason.substr(0, kReasonLength * 4);
    }
    auto& log = call.core.shelf.items("audit-log", guild);
    if (log.size() == kEntriesKept) {
        log.erase(log.begin());
    }
    log.push_back(entry);
    entry["guild_id"] = id_text(guild);
    call.actions.announce("GUILD_AUDIT_LOG_ENTRY_CREATE", guild, entry);
}

Json changes_between(const Json& before, const Json& after) {
    Json out = Json::array();
    for (const auto& [key, value] : after.items()) {
        const auto old = before.is_object() ? before.value(key, Json()) : Json();
        if (old == value) {
            continue;
        }
        Json change = {{"key", key}};
        if (!old.is_null()) {
            change["old_value"] = old;
        }
        if (!value.is_null()) {
            change["new_value"] = value;
        }
        out.push_back(std::move(change));
    }
    return out;
}

}  // namespace rookery::sim::discord
