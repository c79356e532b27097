#include "config/keys.hpp"

#include "base/log.hpp"
#include "config/values.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 5> kSections = {"runtime", "bot", "plugins", "scripts",
                                                       "simulator"};
constexpr std::array<std::string_view, 6> kLogLevels = {"trace", "debug", "info",
                                                        "warn",  "error", "off"};
constexpr std::array<std::string_view, 1> kPlatforms = {"discord"};
constexpr std::array<std::string_view, 3> kFlavours = {"discord", "spacebar", "fluxer"};
constexpr auto kCompressions = std::to_array<std::pair<std::string_view, Compression>>({
    {"zstd", Compression::zstd},
    {"zlib", Compression::zlib},
    {"none", Compression::none},
    // As the gateway's own parameter calls them.
    {"zstd-stream", Compression::zstd},
    {"zlib-stream", Compression::zlib},
});
constexpr std::array<std::string_view, 4> kStatuses = {"online", "idle", "dnd", "invisible"};
/// In the platform's numbering; it has no name for a gap.
constexpr std::array<std::string_view, 6> kActivityKinds = {"playing",  "streaming", "listening",
                                                            "watching", "custom",    "competing"};
constexpr std::array<std::string_view, 4> kPresenceKeys = {"status", "activity", "kind", "url"};
constexpr std::array<std::string_view, 3> kWhenFull = {"spill", "drop_oldest", "block"};
constexpr std::array<std::string_view, 2> kGuardians = {"defer", "off"};
constexpr std::array<std::string_view, 2> kInteractionKeys = {"guardian", "after"};
constexpr std::size_t kMostIntents = 64;
constexpr std::size_t kMostCapabilities = 200;
constexpr std::size_t kLongestActivity = 512;
constexpr Range<Millis> kTimeout{100ms, 1h};

void read_intents(Reader& reader, const toml::node& node, BotSection& bot) {
    const auto* list = node.as_array();
    if (list == nullptr) {
        const auto word = node.value_exact<std::string_view>();
        if (word == "auto" || word == "all") {
            bot.intents.mode =
                word == "auto" ? IntentChoice::Mode::automatic : IntentChoice::Mode::all;
            return;
        }
        reader.error(
            node,
            R"("intents" must be "auto", "all" or a list of names such as ["GUILDS", "GUILD_MESSAGES"])");
        return;
    }
    bot.intents.mode = IntentChoice::Mode::listed;
    if (list->size() > kMostIntents) {
        reader.error(node, fmt::format("\"intents\" lists more than {} names", kMostIntents));
        return;
    }
    for (const auto& item : *list) {
        std::string name;
        reader.at_key(fmt::format("intents[{}]", bot.intents.names.size()));
        if (!reader.text(item, name)) {
            continue;
        }
        // A bot's platform may stand below its intents, so names are checked once the section is
        // read.
        bot.intents.names.push_back(name);
    }
}

void read_interactions(Reader& reader, const toml::node& node, BotSection& bot) {
    const auto* table = node.as_table();
    if (table == nullptr) {
        reader.error(
            node, R"("interactions" must be a table such as { guardian = "defer", after = "2s" })");
        return;
    }
    for (const auto& [key, value] : *table) {
        reader.at_key(fmt::format("interactions.{}", key.str()));
        if (key == "guardian") {
            if (const auto index = reader.choice(value, kGuardians)) {
                bot.interactions.guardian = *index == 0;
            }
        } else if (key == "after") {
            reader.duration(value, bot.interactions.after, {100ms, 2900ms});
        } else {
            reader.unknown(place_of(key.source()), "key", key.str(), "in interactions",
                           kInteractionKeys);
        }
    }
}

void read_shard(Reader& reader, const toml::node& node, BotSection& bot) {
    const auto* pair = node.as_array();
    if (pair == nullptr || pair->size() != 2) {
        reader.error(node, "\"shard\" must be [INDEX, COUNT], for instance [0, 1]");
        return;
    }
    ShardChoice shard;
    if (!reader.integer(*pair->get(1), shard.count, {1, 16'384}) ||
        !reader.integer(*pair->get(0), shard.index, {0, 16'383})) {
        return;
    }
    if (shard.index >= shard.count) {
        reader.error(*pair->get(0),
                     fmt::format("\"shard\" counts from 0: with {} shards the last is {}",
                                 shard.count, shard.count - 1));
        return;
    }
    bot.shard = shard;
}

void read_shards(Reader& reader, const toml::node& node, BotSection& bot) {
    if (node.value_exact<std::string_view>() == "auto") {
        bot.shards.count = 0;
        return;
    }
    if (!node.is_integer()) {
        reader.error(node, R"("shards" must be "auto" or how many, for instance 4)");
        return;
    }
    reader.integer<std::uint32_t>(node, bot.shards.count, {1, 1'024});
}

void read_presence(Reader& reader, const toml::node& node, BotSection& bot) {
    const auto* table = node.as_table();
    if (table == nullptr) {
        reader.mismatch(node, R"(a table such as { status = "idle", activity = "chess" })");
        return;
    }
    PresenceChoice presence;
    for (const auto& [key, value] : *table) {
        reader.at_key(fmt::format("presence.{}", key.str()));
        if (key == "status") {
            if (const auto index = reader.choice(value, kStatuses)) {
                presence.status = kStatuses[*index];
            }
        } else if (key == "activity") {
            reader.text(value, presence.activity);
        } else if (key == "kind") {
            if (const auto index = reader.choice(value, kActivityKinds)) {
                presence.kind = static_cast<std::uint32_t>(*index);
            }
        } else if (key == "url") {
            reader.text(value, presence.url);
        } else {
            reader.unknown(place_of(key.source()), "key", key.str(), "in \"presence\"",
                           kPresenceKeys);
        }
    }
    if (presence.activity.size() > kLongestActivity || presence.url.size() > kLongestActivity) {
        reader.error(
            node, fmt::format("a text of \"presence\" is longer than {} bytes", kLongestActivity));
        return;
    }
    bot.presence = std::move(presence);
}

void read_rate(Reader& reader, const toml::node& node, RateChoice& rate) {
    std::string text;
    if (!reader.text(node, text)) {
        return;
    }
    if (text == "none") {
        rate = {};
    } else if (const auto parsed = parse_rate(text)) {
        rate = {parsed->first, parsed->second};
    } else {
        reader.error(node, "a rate is written as \"20/s\", \"100/m\" or \"1000/h\", or \"none\"");
    }
}

constexpr auto kRuntime = std::to_array<Key<RuntimeSection>>({
    {"state", "path", "\"state\"", "Folder for sessions, delivery ledgers and the control socket.",
     [](Reader& r, const toml::node& node, RuntimeSection& s) { r.path(node, s.state); }},
    {"log_level", "string", "\"info\"",
     "\"trace\", \"debug\", \"info\", \"warn\", \"error\" or \"off\".",
     [](Reader& r, const toml::node& node, RuntimeSection& s) {
         if (const auto index = r.choice(node, kLogLevels)) {
             s.log_level = kLogLevels[*index];
         }
     }},
    {"drain_timeout", "duration", "\"10s\"",
     "How long a stopping runtime waits for handlers that still run.",
     [](Reader& r, const toml::node& node, RuntimeSection& s) {
         r.duration(node, s.drain_timeout, {0ms, 1h});
     }},
    {"reload_timeout", "duration", "\"10s\"",
     "How long each step of one extension's reload may take.",
     [](Reader& r, const toml::node& node, RuntimeSection& s) {
         r.duration(node, s.reload_timeout, kTimeout);
     }},
    {"intercept_timeout", "duration", "\"1s\"",
     "How long an event waits for one interceptor; then it goes on without its decision.",
     [](Reader& r, const toml::node& node, RuntimeSection& s) {
         r.duration(node, s.intercept_timeout, {10ms, 1min});
     }},
    {"identify_share", "number", "0.8",
     "Share of a bot's daily identifies that the runtime uses; at the limit it stops and says so, "
     "because using all of "
     "them resets the token.",
     [](Reader& r, const toml::node& node, RuntimeSection& s) {
         r.number(node, s.identify_share, {0.01, 1.0});
     }},
});

constexpr auto kBot = std::to_array<Key<BotSection>>({
    {"name", "name", "", "What logs, commands and extensions call the bot; unique. Required.",
     [](Reader& r, const toml::node& node, BotSection& s) { r.name(node, s.name); }},
    {"platform", "string", "\"discord\"", "\"discord\".",
     [](Reader& r, const toml::node& node, BotSection& s) {
         if (const auto index = r.choice(node, kPlatforms)) {
             s.platform = kPlatforms[*index];
         }
     }},
    {"token", "secret", "",
     "The bot's token: a string, `{ env = \"NAME\" }` or `{ file = \"path\" }`. May be left out "
     "only with "
     "`[simulator] enabled = true`; then the bot lives in the simulator.",
     [](Reader& r, const toml::node& node, BotSection& s) { r.secret(node, s.token); }},
    {"flavour", "string", "\"discord\"",
     "What kind of server it is: \"discord\", \"spacebar\" or \"fluxer\".",
     [](Reader& r, const toml::node& node, BotSection& s) {
         if (const auto index = r.choice(node, kFlavours)) {
             s.flavour = kFlavours[*index];
         }
     }},
    {"api_url", "URL", "", "Base of the REST API when it is not the flavour's own.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         r.url(node, s.api_url, "https", "http");
     }},
    {"cdn_url", "URL", "", "Where pictures are, when that is not Discord's own place.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         r.url(node, s.cdn_url, "https", "http");
     }},
    {"gateway_url", "URL", "", "The gateway's address when the API is not to be asked for it.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         r.url(node, s.gateway_url, "wss", "ws");
     }},
    {"intents", "string or list", "\"auto\"",
     "\"auto\": what the loaded extensions need. \"all\": every intent, privileged ones too. Or a "
     "list of names.",
     read_intents},
    {"compression", "string", "\"zstd\"",
     "Of what the gateway sends: \"zstd\", \"zlib\" or \"none\".",
     [](Reader& r, const toml::node& node, BotSection& s) {
         std::array<std::string_view, kCompressions.size()> names;
         std::transform(kCompressions.begin(), kCompressions.end(), names.begin(),
                        [](const auto& one) { return one.first; });
         if (const auto index = r.choice(node, names)) {
             s.compression = kCompressions[*index].second;
         }
     }},
    {"shards", "\"auto\" or integer", "\"auto\"",
     "How many connections the bot has, all in this process; \"auto\": what the platform advises. "
     "Another number than at the last run begins new sessions.",
     read_shards},
    {"upload_dir", "path", "",
     "Folder of the files that extensions may send by their path. Absent: they may send none.",
     [](Reader& r, const toml::node& node, BotSection& s) { r.path(node, s.upload_dir); }},
    {"upload_limit", "size", "\"10MiB\"", "Largest file that is sent.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         r.size(node, s.upload_limit, {std::size_t{1} << 10U, std::size_t{500} << 20U});
     }},
    {"rest_limit", "integer", "50",
     "Requests a second that the platform allows the bot; the runtime stays a tenth below.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         r.integer<unsigned>(node, s.rest_limit, {1, 10'000});
     }},
    {"shard", "[index, count]", "",
     "The one shard that this process runs, when others run the rest. Not together with `shards`.",
     read_shard},
    {"dispatch_timeout", "duration", "0",
     "Without an event for so long, while heartbeats are answered, the session is resumed, in case "
     "events are held back; 0: never. For bots that are never quiet.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         Millis timeout{};
         if (r.duration(node, timeout, {0ms, 24h})) {
             if (timeout != 0ms && timeout < 10s) {
                 r.error(node, "\"dispatch_timeout\" must be 0 or at least 10s");
                 return;
             }
             s.dispatch_timeout = timeout;
         }
     }},
    {"presence", "table", "",
     "What the bot shows from the start: `{ status = \"online\", activity = \"chess\", kind = "
     "\"playing\" }`. `status`: \"online\", \"idle\", \"dnd\", \"invisible\". `kind`: \"playing\", "
     "\"streaming\" (with a `url`), \"listening\", \"watching\", \"custom\", \"competing\".",
     read_presence},
    {"interactions", "table", "{ guardian = \"defer\", after = \"2s\" }",
     "What is done with an interaction that no extension has answered, as long as one is busy with "
     "it: \"defer\" it, that long after it came, or leave it (\"off\"). Discord gives up after "
     "three seconds.",
     read_interactions},
});

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

void read_capabilities(Reader& r, const toml::node& node, std::vector<std::string>& out,
                       std::string_view key) {
    const auto* list = node.as_array();
    if (list == nullptr || list->size() > kMostCapabilities) {
        r.mismatch(node, R"(a list such as ["http:api.example.com"])");
        return;
    }
    for (const auto& item : *list) {
        std::string name;
        r.at_key(fmt::format("{}[{}]", key, out.size()));
        if (!r.text(item, name)) {
            continue;
        }
        if (const auto& check = r.options().check_capability) {
            if (const auto checked = check(name); !checked) {
                r.error(item, checked.error().message());
            }
        }
        out.push_back(std::move(name));
    }
}

template <class Section>
void read_grant(Reader& r, const toml::node& node, Section& s) {
    read_capabilities(r, node, s.grant, "grant");
}
template <class Section>
void read_deny(Reader& r, const toml::node& node, Section& s) {
    read_capabilities(r, node, s.deny, "deny");
}

void read_folder(Reader& r, const toml::node& node, ExtensionsSection& s) { r.path(node, s.dir); }
void read_default(Reader& r, const toml::node& node, ExtensionsSection& s) {
    r.boolean(node, s.enabled);
}

constexpr Key<ExtensionsSection> kEnabledByDefault = {
    "enabled", "boolean", "true", "Whether those without a section of their own are loaded.",
    read_default};

constexpr Key<ExtensionsSection> kRestLimit = {
    "rest_limit", "rate", "\"none\"",
    "Operations that each may ask for, for instance \"20/s\"; what is over it waits in line.",
    [](Reader& r, const toml::node& node, ExtensionsSection& s) {
        read_rate(r, node, s.rest_limit);
    }};
constexpr Key<ExtensionsSection> kRestGuildLimit = {
    "rest_guild_limit", "rate", "\"none\"", "The same for each guild.",
    [](Reader& r, const toml::node& node, ExtensionsSection& s) {
        read_rate(r, node, s.rest_guild_limit);
    }};
constexpr Key<ExtensionsSection> kGrantToAll = {
    "grant", "list", "[]",
    "Capabilities of all of them, besides what needs no grant; see the guide on storage.",
    read_grant<ExtensionsSection>};
constexpr Key<ExtensionsSection> kDenyToAll = {
    "deny", "list", "[]", "Capabilities that none of them has, whatever is granted.",
    read_deny<ExtensionsSection>};

constexpr auto kPlugins = std::to_array<Key<ExtensionsSection>>({
    {"dir", "path", "\"plugins\"", "Folder of the native plugins: every `NAME.so` in it.",
     read_folder},
    kEnabledByDefault,
    kRestLimit,
    kRestGuildLimit,
    kGrantToAll,
    kDenyToAll,
});

constexpr auto kScripts = std::to_array<Key<ExtensionsSection>>({
    {"dir", "path", "\"scripts\"",
     "Folder of the scripts: every `NAME.lua` and `NAME/init.lua` in it.", read_folder},
    kEnabledByDefault,
    kRestLimit,
    kRestGuildLimit,
    kGrantToAll,
    kDenyToAll,
});

// A plugin has the first nine, a script all twelve.
constexpr std::size_t kPluginKeys = 9;
constexpr auto kExtension = std::to_array<Key<ExtensionSection>>({
    {"enabled", "boolean", "true", "Whether it is loaded. Default: `enabled` of the section above.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) { r.boolean(node, s.enabled); }},
    {"queue", "integer", "65536", "Events that may wait for it.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.integer<std::size_t>(node, s.queue_events, {1, 16'777'216});
     }},
    {"queue_bytes", "size", "\"64MiB\"", "Bytes of events that may wait for it in memory.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.size(node, s.queue_bytes, {std::size_t{64} << 10U, std::size_t{64} << 30U});
     }},
    {"when_full", "string", "\"spill\"",
     "What a full queue does: \"spill\" to a file in the state folder, \"drop_oldest\", or "
     "\"block\" the connection's "
     "reading until there is room.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         if (const auto index = r.choice(node, kWhenFull)) {
             s.when_full = static_cast<WhenFull>(*index);
         }
     }},
    {"rest_limit", "rate", "",
     "Operations that it may ask for, for instance \"20/s\"; what is over it waits in line. "
     "Default: "
     "that of the section above. Answers to interactions do not count.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         read_rate(r, node, s.rest_limit.emplace());
     }},
    {"rest_guild_limit", "rate", "", "The same for each guild.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         read_rate(r, node, s.rest_guild_limit.emplace());
     }},
    {"kv_limit", "size", "\"256MiB\"",
     "Bytes of keys and values that it may store; 0 for no limit.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.size(node, s.kv_limit, {0, std::size_t{1} << 40U});
     }},
    {"grant", "list", "[]",
     "Capabilities that it is given, for instance `[\"http:api.example.com\"]`.",
     read_grant<ExtensionSection>},
    {"deny", "list", "[]",
     "Capabilities that it does not get, whatever is granted, for instance "
     "`[\"rest:members.*\"]`.",
     read_deny<ExtensionSection>},
    {"time_limit", "duration", "\"250ms\"",
     "Longest uninterrupted run of a handler before it is stopped; 0 for none.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.duration(node, s.time_limit, {0ms, 1h});
     }},
    {"memory_limit", "size", "\"64MiB\"", "Memory that the script may hold; 0 for no limit.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.size(node, s.memory_limit, {0, std::size_t{64} << 30U});
     }},
    {"wait_limit", "duration", "\"5m\"",
     "Longest time from a handler's start to its end, waits included; 0 for none.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.duration(node, s.wait_limit, {0ms, 24h});
     }},
});

template <auto Member>
void read_port(Reader& r, const toml::node& node, SimulatorSection& s) {
    r.integer<std::uint16_t>(node, s.*Member);
}

template <auto Member>
void read_flag(Reader& r, const toml::node& node, SimulatorSection& s) {
    r.boolean(node, s.*Member);
}

constexpr auto kSimulator = std::to_array<Key<SimulatorSection>>({
    {"enabled", "boolean", "false",
     "Runs a loopback Discord inside the runtime; bots without a token live in it.",
     read_flag<&SimulatorSection::enabled>},
    {"gateway_port", "integer", "0", "Port of its gateway on 127.0.0.1; 0 for any free one.",
     read_port<&SimulatorSection::gateway_port>},
    {"api_port", "integer", "0", "Port of its REST API.", read_port<&SimulatorSection::api_port>},
    {"control_port", "integer", "0", "Port that `rookery sim` commands talk to.",
     read_port<&SimulatorSection::control_port>},
    {"guilds", "integer", "1", "How many guilds the bot is in.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint32_t>(node, s.guilds, {1, 10'000});
     }},
    {"members", "integer", "10", "How many members each guild has; ten of them do things.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint32_t>(node, s.members, {0, 1'000'000});
     }},
    {"shards", "integer", "1",
     "How many shards it recommends at the least; one for 1,000 guilds otherwise.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint32_t>(node, s.shards, {1, 1'000});
     }},
    {"max_concurrency", "integer", "1", "How many shards may identify at a time.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint32_t>(node, s.max_concurrency, {1, 64});
     }},
    {"chatter", "boolean", "true", "Whether its people talk by themselves.",
     read_flag<&SimulatorSection::chatter>},
    {"chatter_rate", "number", "0.5", "Lines a second that they write.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.number(node, s.chatter_rate, {0.001, 1000.0});
     }},
    {"heartbeat_interval", "duration", "\"41250ms\"", "What its gateway asks clients for.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.duration(node, s.heartbeat_interval, {20ms, 1h});
     }},
    {"session_ttl", "duration", "\"90s\"", "How long a lost session can be resumed.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.duration(node, s.session_ttl, {0ms, 24h});
     }},
    {"replay_events", "integer", "10000", "How many events a session keeps for a resume.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint32_t>(node, s.replay_events, {1, 10'000'000});
     }},
    {"rate_limits", "boolean", "true", "Whether its REST API limits requests as Discord does.",
     read_flag<&SimulatorSection::rate_limits>},
    {"tls", "boolean", "false", "Whether it speaks TLS, with a certificate made for the occasion.",
     read_flag<&SimulatorSection::tls>},
    {"seed", "integer", "1", "Of its people's random choices.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint64_t>(node, s.seed);
     }},
});

}  // namespace

std::span<const Key<RuntimeSection>> runtime_keys() { return kRuntime; }
std::span<const Key<BotSection>> bot_keys() { return kBot; }
std::span<const Key<CacheSection>> cache_keys() { return kCache; }
std::span<const Key<ExtensionsSection>> plugins_keys() { return kPlugins; }
std::span<const Key<ExtensionsSection>> scripts_keys() { return kScripts; }
std::span<const Key<ExtensionSection>> plugin_keys() {
    return std::span(kExtension).first(kPluginKeys);
}
std::span<const Key<ExtensionSection>> script_keys() { return kExtension; }
std::span<const Key<SimulatorSection>> simulator_keys() { return kSimulator; }
std::span<const std::string_view> section_names() { return kSections; }

}  // namespace rookery::config
