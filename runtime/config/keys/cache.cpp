#include "config/keys.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::config {
namespace {

constexpr std::array<std::string_view, 4> kMembers = {"auto", "none", "seen", "all"};

constexpr std::array<std::string_view, 20> kKinds = {"guilds",
                                                     "channels",
                                                     "threads",
                                                     "roles",
                                                     "emojis",
                                                     "stickers",
                                                     "users",
                                                     "presences",
                                                     "voice_states",
                                                     "messages",
                                                     "stage_instances",
                                                     "scheduled_events",
                                                     "soundboard_sounds",
                                                     "automod_rules",
                                                     "invites",
                                                     "thread_members",
                                                     "channel_info",
                                                     "integrations",
                                                     "entitlements",
                                                     "subscriptions"};

template <std::size_t Index>
void read_kind(Reader& reader, const toml::node& node, CacheSection& cache) {
    const std::string name(kKinds[Index]);
    if (const auto set = node.value_exact<bool>()) {
        cache.kinds[name] = *set;
    } else if (node.value_exact<std::string_view>() == "auto") {
        cache.kinds.erase(name);
    } else {
        reader.error(node, fmt::format("\"{}\" must be true, false or \"auto\"", name));
    }
}

constexpr auto kCacheLimits = std::to_array<Key<CacheSection>>({
    {"budget", "size", "\"256MiB\"",
     "Memory for all that is kept, over all shards. Beyond it go, oldest first: messages, "
     "presences, "
     "members of threads, archived threads, invites, members, users.",
     [](Reader& r, const toml::node& node, CacheSection& s) {
         r.size(node, s.budget, {std::size_t{1} << 20U, std::size_t{16} << 30U});
     }},
    {"messages_per_channel", "integer", "200", "Newest messages that are kept of each channel.",
     [](Reader& r, const toml::node& node, CacheSection& s) {
         r.integer<std::size_t>(node, s.messages_per_channel, {1, 100'000});
     }},
    {"bytes_per_channel", "size", "\"1MiB\"", "Of these, at most that much.",
     [](Reader& r, const toml::node& node, CacheSection& s) {
         r.size(node, s.bytes_per_channel, {std::size_t{4} << 10U, std::size_t{1} << 30U});
     }},
    {"noop_updates", "boolean", "false",
     "Whether updates of members and presences that change nothing are told.",
     [](Reader& r, const toml::node& node, CacheSection& s) { r.boolean(node, s.noop_updates); }},
    {"members", "string", "\"auto\"",
     "\"auto\": all that come, while an event that somebody wants needs them. \"none\". \"seen\": "
     "who "
     "did something. \"all\": all that come.",
     [](Reader& r, const toml::node& node, CacheSection& s) {
         if (const auto index = r.choice(node, kMembers)) {
             s.members = static_cast<CacheSection::Members>(*index);
         }
     }},
});

template <std::size_t... Index>
constexpr auto with_kinds(std::index_sequence<Index...>) {
    std::array<Key<CacheSection>, kCacheLimits.size() + sizeof...(Index)> keys{};
    std::copy(kCacheLimits.begin(), kCacheLimits.end(), keys.begin());
    ((keys[kCacheLimits.size() + Index] =
          {kKinds[Index], "boolean or \"auto\"", "\"auto\"",
           "Whether they are kept; \"auto\": while an event that somebody wants needs them.",
           read_kind<Index>}),
     ...);
    return keys;
}

constexpr auto kCache = with_kinds(std::make_index_sequence<kKinds.size()>());
}  // namespace

std::span<const Key<CacheSection>> cache_keys() { return kCache; }

}  // namespace rookery::config
