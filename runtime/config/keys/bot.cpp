#include "config/keys.hpp"
#include "config/platforms.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::config {
namespace {

using namespace std::chrono_literals;

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
constexpr std::array<std::string_view, 2> kGuardians = {"defer", "off"};
constexpr std::array<std::string_view, 2> kInteractionKeys = {"guardian", "after"};
constexpr std::size_t kMostIntents = 64;
constexpr std::size_t kLongestActivity = 512;
constexpr std::size_t kMostGuilds = 1'000;
constexpr std::size_t kMostOwners = 100;

/// Of the bot's platform, which is known before the other keys are read.
const BotPlatform& platform_of(const BotSection& bot) { return *find_bot_platform(bot.platform); }

void read_platform(Reader& reader, const toml::node& node, BotSection& bot) {
    std::vector<std::string_view> names;
    for (const BotPlatform& one : bot_platforms()) {
        names.push_back(one.name);
    }
    if (const auto index = reader.choice(node, names)) {
        bot.platform = names[*index];
    }
}

void read_gateway_url(Reader& reader, const toml::node& node, BotSection& bot) {
    using Gateway = BotPlatform::Gateway;
    const Gateway gateway = platform_of(bot).gateway;
    const auto text = node.value_exact<std::string_view>();
    const bool web = gateway == Gateway::web ||
                     (gateway == Gateway::either && text && text->starts_with("http"));
    reader.url(node, bot.gateway_url, web ? "https" : "wss", web ? "http" : "ws");
}

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
constexpr auto kBot = std::to_array<Key<BotSection>>({
    {"name", "name", "", "What logs, commands and extensions call the bot; unique. Required.",
     [](Reader& r, const toml::node& node, BotSection& s) { r.name(node, s.name); }},
    {"platform", "string", "\"discord\"",
     "\"discord\", \"revolt\", \"guilded\", \"whatsapp\" or \"holobridge\".", read_platform},
    {"token", "secret", "",
     "The bot's token: a string, `{ env = \"NAME\" }` or `{ file = \"path\" }`. May be left out "
     "only with "
     "`[simulator] enabled = true`; then the bot lives in the simulator.",
     [](Reader& r, const toml::node& node, BotSection& s) { r.secret(node, s.token); }},
    {"flavour", "string", "",
     "What kind of server or account it is; the first one is the default: \"discord\", "
     "\"spacebar\" or \"fluxer\" of a Discord bot; \"bot\" or \"user\" of a Guilded one.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         if (const auto index = r.choice(node, platform_of(s).flavours)) {
             s.flavour = platform_of(s).flavours[*index];
         }
     }},
    {"api_url", "URL", "", "Base of the REST API when it is not the platform's own.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         r.url(node, s.api_url, "https", "http");
     }},
    {"cdn_url", "URL", "", "Where pictures and files are, when that is not the platform's place.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         r.url(node, s.cdn_url, "https", "http");
     }},
    {"gateway_url", "URL", "",
     "The gateway's address when the API is not to be asked for it: `wss://...`, or `https://...` "
     "for what speaks Socket.IO (WhatsApp bridge and HoloBridge, which have no other, and "
     "Guilded's user flavour). Unencrypted on this machine only.",
     read_gateway_url},
    {"format", "string", "", "Of what the gateway carries: \"json\" (the default) or \"msgpack\".",
     [](Reader& r, const toml::node& node, BotSection& s) {
         if (const auto index = r.choice(node, platform_of(s).formats)) {
             s.format = platform_of(s).formats[*index];
         }
     }},
    {"session", "string", "",
     "Which account of a bridge that has several; of a Guilded user, the cookie `guilded_mid`.",
     [](Reader& r, const toml::node& node, BotSection& s) { r.word(node, s.session); }},
    {"client_id", "string", "",
     "What a browser would call itself to the server (`guildedClientId`); made up when absent.",
     [](Reader& r, const toml::node& node, BotSection& s) { r.word(node, s.client_id); }},
    {"guilds", "list", "[]",
     "Ids of the guilds (teams) to listen to. Empty: all that the account is in.",
     [](Reader& r, const toml::node& node, BotSection& s) { r.ids(node, s.guilds, kMostGuilds); }},
    {"gap_messages", "integer", "200",
     "So many messages of a channel are fetched, at most, after a gap that the platform cannot "
     "replay; 0: none.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         r.integer<std::size_t>(node, s.gap_messages, {0, 10'000});
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
    {"rest_limit", "integer", "",
     "Requests a second that the platform allows the bot; the runtime stays a tenth below. 50 for "
     "Discord; the others' answers tell.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         r.integer<unsigned>(node, s.rest_limit, {1, 10'000});
     }},
    {"shard", "[index, count]", "",
     "The one shard that this process runs, when others run the rest. Not together with `shards`.",
     read_shard},
    {"dispatch_timeout", "duration", "0",
     "Without an event for so long, while heartbeats are answered, the session is resumed (or the "
     "connection made anew), in case events are held back; 0: never. For bots that are never "
     "quiet.",
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
    {"prefix", "string or list", "",
     "What a text begins with that is a command, or several such; \"\": no text is one. As "
     "`[commands]` has it when it is absent.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         Prefixes prefixes;
         if (read_prefixes(r, node, prefixes)) {
             s.commands.prefixes = std::move(prefixes);
         }
     }},
    {"owners", "list", "",
     "Ids of the users who may use commands that are for owners. Absent: whom the platform names "
     "as the owner of the application, and the members of its team.",
     [](Reader& r, const toml::node& node, BotSection& s) {
         r.ids(node, s.commands.owners, kMostOwners);
     }},
});

}  // namespace

std::span<const Key<BotSection>> bot_keys() { return kBot; }

}  // namespace rookery::config
