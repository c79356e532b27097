#include "config/platforms.hpp"

#include <algorithm>
#include <array>

namespace rookery::config {
namespace {

using Names = std::span<const std::string_view>;
using Gateway = BotPlatform::Gateway;

template <class List>
bool contains(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

constexpr std::array<std::string_view, 12> kCommon = {
    "name",       "platform",     "token",      "api_url",          "gateway_url", "cdn_url",
    "upload_dir", "upload_limit", "rest_limit", "dispatch_timeout", "prefix",      "owners"};

constexpr std::array<std::string_view, 3> kDiscordFlavours = {"discord", "spacebar", "fluxer"};
constexpr std::array<std::string_view, 8> kDiscord = {
    "flavour", "intents", "compression", "shards", "shard", "presence", "cache", "interactions"};
constexpr std::array<std::string_view, 2> kRevoltFormats = {"json", "msgpack"};
constexpr std::array<std::string_view, 2> kRevolt = {"format", "gap_messages"};
constexpr std::array<std::string_view, 2> kGuildedFlavours = {"bot", "user"};
constexpr std::array<std::string_view, 5> kGuilded = {"flavour", "guilds", "client_id", "session",
                                                      "gap_messages"};
constexpr std::array<std::string_view, 2> kWhatsapp = {"session", "gap_messages"};
constexpr std::array<std::string_view, 1> kHolobridge = {"guilds"};

constexpr std::array<BotPlatform, 5> kPlatforms = {{
    {"discord", "Discord", Gateway::socket, true, 50, kDiscordFlavours, {}, kDiscord},
    {"revolt", "Revolt", Gateway::socket, true, 0, {}, kRevoltFormats, kRevolt},
    {"guilded", "Guilded", Gateway::either, false, 0, kGuildedFlavours, {}, kGuilded},
    {"whatsapp", "WhatsApp bridge", Gateway::web, false, 0, {}, {}, kWhatsapp},
    {"holobridge", "HoloBridge", Gateway::web, false, 0, {}, {}, kHolobridge},
}};

}  // namespace

bool BotPlatform::has(std::string_view key) const {
    return is_common_key(key) || contains(keys, key);
}

std::span<const BotPlatform> bot_platforms() { return kPlatforms; }

const BotPlatform* find_bot_platform(std::string_view name) {
    const auto found = std::find_if(kPlatforms.begin(), kPlatforms.end(),
                                    [&](const BotPlatform& one) { return one.name == name; });
    return found == kPlatforms.end() ? nullptr : found;
}

bool is_common_key(std::string_view key) { return contains(kCommon, key); }

}  // namespace rookery::config
