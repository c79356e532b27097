#include "hostapi/platform_report.hpp"

#include <algorithm>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

/// A platform has it when it has the operation, and a place for the parameter where one is named.
struct Feature {
    std::string_view name;
    std::string_view operation;
    std::string_view parameter{};
};

constexpr Feature kFeatures[] = {
    {"messages", "messages.send"},       {"edits", "messages.edit"},
    {"deletions", "messages.delete"},    {"history", "messages.list"},
    {"replies", "messages.reply"},       {"embeds", "messages.send", "embeds"},
    {"files", "messages.send", "files"}, {"components", "messages.send", "components"},
    {"polls", "messages.send", "poll"},  {"masquerade", "messages.send", "masquerade"},
    {"reactions", "reactions.add"},      {"pins", "pins.add"},
    {"typing", "channels.typing"},       {"channels", "channels.create"},
    {"threads", "threads.create"},       {"webhooks", "webhooks.execute"},
    {"roles", "members.addRole"},        {"nicknames", "members.setNick"},
    {"kicks", "members.kick"},           {"bans", "bans.create"},
    {"timeouts", "members.timeout"},     {"invites", "invites.create"},
    {"commands", "commands.create"},     {"interactions", "interactions.reply"},
    {"directMessages", "dms.open"},      {"emojis", "emojis.create"},
};

bool has(const model::PlatformInfo& platform, const Feature& feature) {
    const auto* const own = model::find_operation(platform, feature.operation);
    if (own == nullptr || feature.parameter.empty()) {
        return own != nullptr;
    }
    const auto params = own->info->params;
    const auto found = std::find_if(params.begin(), params.end(), [&](const auto& param) {
        return param.name == feature.parameter;
    });
    return found != params.end() &&
           !own->params[static_cast<std::size_t>(found - params.begin())].target.empty();
}

/// True, or what is served where something is refused.
json served(const model::PlatformOperation& operation) {
    json names = json::array();
    bool all = true;
    for (std::size_t i = 0; i < operation.params.size(); ++i) {
        const model::PlatformParam& param = operation.params[i];
        if (!param.target.empty()) {
            names.push_back(operation.info->params[i].name);
        } else if (!param.dropped) {
            all = false;
        }
    }
    return all ? json(true) : names;
}

}  // namespace

json capabilities_of(const model::PlatformInfo& platform) {
    json out{{"platform", platform.name},
             {"title", platform.title},
             {"operations", json::object()},
             {"events", json::object()},
             {"features", json::object()}};
    for (const model::PlatformOperation& operation : platform.operations) {
        out["operations"][std::string(operation.info->name)] = served(operation);
    }
    for (const model::RawEventInfo* const raw : platform.by_type) {
        if (raw != nullptr && raw->event) {
            out["events"][std::string(model::EventNames::name(*raw->event))] = true;
        }
    }
    for (const Feature& feature : kFeatures) {
        out["features"][std::string(feature.name)] = has(platform, feature);
    }
    return out;
}

}  // namespace rookery::hostapi
