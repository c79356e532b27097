#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

// The TOML file as plain values, one struct for each section. Paths are absolute (relative ones are
// taken from the folder of the file), names are checked, secrets are resolved.
namespace rookery::config {

/// [runtime]
struct RuntimeSection {
    std::filesystem::path state = "state";  ///< sessions, delivery ledgers, control socket
    std::string log_level = "info";         ///< one that log::is_level() knows
    Millis drain_timeout{10'000};           ///< for what is in flight, when the runtime stops
    Millis reload_timeout{10'000};          ///< for each step of one extension's reload
    Millis intercept_timeout{1'000};        ///< for one decision of an interceptor
    double identify_share = 0.8;  ///< of a bot's identifies in 24 h; beyond it none is sent

    bool operator==(const RuntimeSection&) const = default;
};

/// Which gateway intents are asked for.
struct IntentChoice {
    enum class Mode : std::uint8_t {
        automatic,  ///< those that live subscriptions need
        all,        ///< all that are not privileged, and the privileged ones
        listed,     ///< `names`, as written in the file
    };
    Mode mode = Mode::automatic;
    std::vector<std::string> names;

    bool operator==(const IntentChoice&) const = default;
};

enum class Compression : std::uint8_t { zstd, zlib, none };

struct ShardChoice {
    std::uint32_t index = 0;
    std::uint32_t count = 1;

    bool operator==(const ShardChoice&) const = default;
};

/// How many connections the bot has in this process.
struct ShardCount {
    std::uint32_t count = 0;  ///< 0: as many as the platform advises

    bool operator==(const ShardCount&) const = default;
};

/// What the bot shows of itself from its start on.
struct PresenceChoice {
    std::string status = "online";  ///< online, idle, dnd, invisible
    std::string activity;           ///< empty: none
    std::uint32_t kind = 0;         ///< as the platform numbers activities; 4 is a custom status
    std::string url;                ///< of a stream

    bool operator==(const PresenceChoice&) const = default;
};

/// Beginnings of texts that are commands; empty: there are none.
using Prefixes = std::vector<std::string>;

/// [commands]
struct CommandsSection {
    Prefixes prefixes = {"!"};       ///< of bots that do not say their own
    bool mention_prefix = true;      ///< a mention of the bot is one, too
    bool help = true;                ///< the built-in extension with `help` and `commands`
    std::string language = "en-US";  ///< of answers to texts, as of language_tag()

    bool operator==(const CommandsSection&) const = default;
};

/// What a [[bot]] says of commands. All are equal: the bot need not connect anew.
struct BotCommands {
    std::optional<Prefixes> prefixes;  ///< nothing: those of [commands]
    std::vector<std::string> owners;   ///< ids; empty: asked of the platform

    bool operator==(const BotCommands&) const { return true; }
};

/// What is done for an interaction that nobody has answered.
struct InteractionChoice {
    bool guardian = true;  ///< it is deferred
    Millis after{2'000};   ///< since it arrived

    bool operator==(const InteractionChoice&) const = default;
};

/// [bot.cache]
struct CacheSection {
    enum class Members : std::uint8_t { automatic, none, seen, all };

    std::size_t budget = std::size_t{256} << 20U;  ///< bytes, over all shards
    std::size_t messages_per_channel = 200;
    std::size_t bytes_per_channel = std::size_t{1} << 20U;
    bool noop_updates = false;
    Members members = Members::automatic;
    std::map<std::string, bool> kinds;  ///< those that are set by hand, by their plural

    bool operator==(const CacheSection&) const = default;
};

/// One [[bot]]
struct BotSection {
    std::string name;  ///< unique in the file
    std::string platform = "discord";
    Secret token;                     ///< empty only when `simulated`
    std::string flavour = "discord";  ///< which kind of server speaks the platform's protocol
    std::string format;               ///< of what the gateway carries; empty: no choice
    std::string session;              ///< which account of a bridge; empty: the only one
    std::string client_id;            ///< empty: made up
    std::vector<std::string> guilds;  ///< to subscribe to, where that is asked; empty: all
    std::size_t gap_messages = 200;   ///< fetched for a channel after a gap, at most
    std::string api_url;              ///< empty: the flavour's own
    std::string cdn_url;              ///< where pictures are; empty: where the platform has them
    std::string gateway_url;          ///< empty: asked from the API
    IntentChoice intents;
    Compression compression = Compression::zstd;
    std::optional<ShardChoice> shard;  ///< when other processes run the others
    ShardCount shards;
    Millis dispatch_timeout{0};  ///< 0: silence is not suspicious
    std::optional<PresenceChoice> presence;
    InteractionChoice interactions;
    BotCommands commands;
    std::filesystem::path upload_dir;  ///< of files that extensions may send; empty: none
    std::size_t upload_limit = std::size_t{10} << 20U;  ///< bytes of one such file
    unsigned rest_limit = 50;  ///< requests a second that the platform allows the bot; 0: as its
                               ///< answers say
    CacheSection cache;
    bool simulated = false;  ///< no token and no address given: lives in the embedded simulator

    bool operator==(const BotSection&) const = default;
};

/// So many requests in so long a time; none: no limit.
struct RateChoice {
    std::uint32_t count = 0;
    Millis per{1'000};

    bool operator==(const RateChoice&) const = default;
};

/// What a full queue does with one more event.
enum class WhenFull : std::uint8_t { spill, drop_oldest, block };

/// Where the settings of an extension stand: "bot.toml:12:9" by path ("channels.0"); "": the
/// section. All are equal: a setting that has only moved has not changed.
struct SettingPlaces {
    std::map<std::string, std::string, std::less<>> of;

    bool operator==(const SettingPlaces&) const { return true; }
};

/// [plugins.NAME] or [scripts.NAME]. Zero as a limit means none.
struct ExtensionSection {
    std::string name;
    bool enabled = true;
    std::size_t queue_events = 65'536;
    std::size_t queue_bytes = std::size_t{64} << 20U;
    WhenFull when_full = WhenFull::spill;
    std::optional<RateChoice> rest_limit;        ///< nothing: as the section above has it
    std::optional<RateChoice> rest_guild_limit;  ///< likewise
    Millis time_limit{250};      ///< one uninterrupted run of a handler; scripts only
    Millis wait_limit{300'000};  ///< a handler as a whole, waits included; scripts only
    std::size_t memory_limit = std::size_t{64} << 20U;   ///< scripts only
    std::size_t kv_limit = std::size_t{256} << 20U;      ///< bytes of its stored keys and values
    std::vector<std::string> grant;                      ///< capabilities
    std::vector<std::string> deny;                       ///< these win
    nlohmann::json settings = nlohmann::json::object();  ///< every other key: for the extension
    SettingPlaces places;                                ///< of the settings

    bool operator==(const ExtensionSection&) const = default;
};

/// [plugins] or [scripts]
struct ExtensionsSection {
    std::filesystem::path dir;
    bool enabled = true;  ///< of those that have no section of their own
    RateChoice rest_limit;
    RateChoice rest_guild_limit;
    std::vector<std::string> grant;  ///< capabilities, to all of them
    std::vector<std::string> deny;
    std::vector<ExtensionSection> sections;

    /// The section of that extension, or the defaults that hold when it has none.
    [[nodiscard]] ExtensionSection of(const std::string& name) const;

    bool operator==(const ExtensionsSection&) const = default;
};

/// One [[server.key]]. The secret stands in the file (value), comes from outside ({env=}, {file=}),
/// or only its hash is known.
struct ServerKeySection {
    std::string id;    ///< unique in the file
    std::string name;  ///< for people; the id, when it has none
    Secret key;        ///< empty when `hash` is given
    std::string hash;  ///< as `rookery keys hash` prints it; empty when `key` is given
    std::vector<std::string> scopes;
    std::optional<std::vector<std::string>> guilds;  ///< sorted ids; none: all
    std::optional<std::vector<std::string>> events;  ///< names; none: all
    std::optional<std::chrono::system_clock::time_point> expires;

    bool operator==(const ServerKeySection&) const = default;
};

/// [server.socketio]
struct SocketIoSection {
    Millis ping_interval{25'000};
    Millis ping_timeout{20'000};
    Millis connect_timeout{10'000};       ///< for the first namespace
    std::size_t max_payload = 1'000'000;  ///< bytes that a client may send at once
    bool polling = true;                  ///< `transports`
    bool websocket = true;                ///< `transports`
    bool recovery = false;
    Millis recovery_window{120'000};
    std::size_t recovery_bytes = std::size_t{16} << 20U;  ///< of the events that are kept for it
    std::size_t buffer_bytes = std::size_t{1} << 20U;     ///< that wait for one client
    std::size_t buffer_packets = 1000;                    ///< likewise
    bool drop_when_full = false;  ///< events are dropped and a `gap` is told; else disconnected
    std::size_t most_clients = 10'000;
    std::size_t most_clients_per_address = 1'000;

    bool operator==(const SocketIoSection&) const = default;
};

/// [server]: there when the section is.
struct ServerSection {
    bool enabled = false;
    std::string address = "127.0.0.1";      ///< of `listen`
    std::uint16_t port = 3000;              ///< of `listen`; 0: any free one
    std::filesystem::path tls_certificate;  ///< PEM, with its chain; empty: plain
    std::filesystem::path tls_key;
    std::vector<std::string> cors;             ///< origins that browsers may ask from; "*": any
    std::vector<std::string> trusted_proxies;  ///< addresses or networks: "10.0.0.0/8"
    bool access_log = true;
    bool holobridge = false;  ///< `compat = "holobridge"`
    std::string bot;  ///< that REST speaks for when the request names none; empty: found by guild,
                      ///< else the first
    RateChoice rate_limit{100, Millis{60'000}};  ///< of each key
    RateChoice address_rate_limit{300,
                                  Millis{60'000}};    ///< of each address, before its key is known
    RateChoice event_rate_limit{100, Millis{1'000}};  ///< what the clients of one key emit
    std::size_t body_limit = std::size_t{1} << 20U;
    std::size_t most_connections = 12'000;
    std::vector<std::string> events;         ///< that are streamed; empty: all
    std::map<std::string, bool> namespaces;  ///< built-in ones, by name; those not in here are on
    std::size_t replay = std::size_t{64} << 20U;  ///< bytes of what was streamed; 0: not kept
    Millis replay_age{3'600'000};
    SocketIoSection socketio;
    std::vector<ServerKeySection> keys;

    bool operator==(const ServerSection&) const = default;
};

/// [simulator]
struct SimulatorSection {
    bool enabled = false;
    std::uint16_t gateway_port = 0;  ///< 0: any free one, like the other two
    std::uint16_t api_port = 0;
    std::uint16_t control_port = 0;
    std::uint32_t guilds = 1;
    std::uint32_t members = 10;  ///< of each guild
    std::uint32_t shards = 1;
    std::uint32_t max_concurrency = 1;
    bool chatter = true;
    double chatter_rate = 0.5;  ///< lines a second, over all guilds
    Millis heartbeat_interval{41'250};
    Millis session_ttl{90'000};
    std::uint32_t replay_events = 10'000;
    bool rate_limits = true;
    bool tls = false;
    std::uint64_t seed = 1;

    bool operator==(const SimulatorSection&) const = default;
};

}  // namespace rookery::config
