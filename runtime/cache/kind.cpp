#include "cache/kind.hpp"

#include <algorithm>

namespace rookery::cache {
namespace {

constexpr std::array<KindInfo, kKinds> kInfos = {{
    {"guilds", false},
    {"channels", false},
    {"threads", false},
    {"roles", false},
    {"emojis", false},
    {"stickers", false},
    {"users", false},
    {"members", true},
    {"presences", true},
    {"voice_states", true},
    {"messages", true},
    {"stage_instances", false},
    {"scheduled_events", false},
    {"soundboard_sounds", true},
    {"automod_rules", false},
    {"invites", false},
    {"thread_members", true},
    {"channel_info", false},
    {"integrations", false},
    {"entitlements", false},
    {"subscriptions", false},
}};

}  // namespace

const KindInfo& info(Kind kind) noexcept { return kInfos[index_of(kind)]; }

std::optional<Kind> find_kind(std::string_view name) noexcept {
    const auto found = std::find_if(kInfos.begin(), kInfos.end(),
                                    [&](const KindInfo& known) { return known.name == name; });
    if (found == kInfos.end()) {
        return std::nullopt;
    }
    return static_cast<Kind>(found - kInfos.begin());
}

}  // namespace rookery::cache
