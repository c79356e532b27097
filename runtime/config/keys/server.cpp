#include "base/id_text.hpp"
#include "config/keys.hpp"
#include "config/network_text.hpp"
#include "config/values.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <functional>

namespace rookery::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 1> kCompat = {"holobridge"};
constexpr std::array<std::string_view, 2> kTransports = {"polling", "websocket"};
constexpr std::array<std::string_view, 2> kWhenFull = {"disconnect", "drop"};
constexpr std::size_t kMostListed = 10'000;
constexpr std::size_t kHexOfHash = 64;

/// Hands each text of a list to `take`, which reports what it does not like.
void read_list(Reader& r, const toml::node& node, std::string_view key, std::string_view example,
               const std::function<void(const toml::node&, std::string)>& take) {
    const auto* list = node.as_array();
    if (list == nullptr) {
        r.mismatch(node, fmt::format("a list such as {}", example));
        return;
    }
    if (list->size() > kMostListed) {
        r.error(node, fmt::format("\"{}\" lists more than {}", key, kMostListed));
        return;
    }
    std::size_t index = 0;
    for (const auto& item : *list) {
        std::string text;
        r.at_key(fmt::format("{}[{}]", key, index++));
        if (r.text(item, text)) {
            take(item, std::move(text));
        }
    }
}

using Check = std::function<Result<>(std::string_view)>;

/// The sorted names of a list, none twice, each checked.
std::vector<std::string> read_names(Reader& r, const toml::node& node, std::string_view key,
                                    std::string_view example, const Check& check) {
    std::vector<std::string> names;
    read_list(r, node, key, example, [&](const toml::node& item, std::string name) {
        if (check) {
            if (const auto checked = check(name); !checked) {
                r.error(item, checked.error().message());
            }
        }
        names.push_back(std::move(name));
    });
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

void read_listen(Reader& r, const toml::node& node, ServerSection& s) {
    std::string written;
    if (!r.text(node, written)) {
        return;
    }
    if (auto endpoint = parse_endpoint(written)) {
        s.address = std::move(endpoint->address);
        s.port = endpoint->port;
    } else {
        r.error(
            node,
            R"("listen" must be an address and a port: "127.0.0.1:3000", "0.0.0.0:3000" (every )"
            R"(network) or "[::1]:3000")");
    }
}

void read_cors(Reader& r, const toml::node& node, ServerSection& s) {
    s.cors.clear();
    read_list(r, node, "cors", R"(["https://app.example.com"])",
              [&](const toml::node& item, std::string origin) {
                  if (origin != "*" && !is_origin(origin)) {
                      r.error(item,
                              R"(an origin is written "https://app.example.com" (scheme, host and )"
                              R"(port, no path), or "*" for all)");
                  }
                  s.cors.push_back(std::move(origin));
              });
}

void read_proxies(Reader& r, const toml::node& node, ServerSection& s) {
    s.trusted_proxies.clear();
    read_list(r, node, "trusted_proxies", R"(["10.0.0.0/8"])",
              [&](const toml::node& item, std::string network) {
                  if (!is_network(network)) {
                      r.error(item,
                              R"(a proxy is an address or a network: "127.0.0.1", "10.0.0.0/8", )"
                              R"("fd00::/8")");
                  }
                  s.trusted_proxies.push_back(std::move(network));
              });
}

template <auto Member>
void read_rate(Reader& r, const toml::node& node, ServerSection& s) {
    r.rate(node, s.*Member);
}

constexpr auto kServer = std::to_array<Key<ServerSection>>({
    {"enabled", "boolean", "true", "Whether there is a server, when this section is.",
     [](Reader& r, const toml::node& node, ServerSection& s) { r.boolean(node, s.enabled); }},
    {"listen", "address:port", "\"127.0.0.1:3000\"",
     "Where it listens; port 0 for any free one. \"0.0.0.0:3000\" is every network of the machine.",
     read_listen},
    {"tls_certificate", "path", "",
     "PEM file of the certificate with its chain; read again by a reload. Absent: plain HTTP.",
     [](Reader& r, const toml::node& node, ServerSection& s) { r.path(node, s.tls_certificate); }},
    {"tls_key", "path", "", "PEM file of its private key.",
     [](Reader& r, const toml::node& node, ServerSection& s) { r.path(node, s.tls_key); }},
    {"cors", "list", "[]",
     "Origins whose pages may ask from a browser, for instance `[\"https://app.example.com\"]`, or "
     "`[\"*\"]`.",
     read_cors},
    {"trusted_proxies", "list", "[]",
     "Addresses and networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.",
     read_proxies},
    {"access_log", "boolean", "true", "Whether each request is logged, at the level \"info\".",
     [](Reader& r, const toml::node& node, ServerSection& s) { r.boolean(node, s.access_log); }},
    {"compat", "string", "",
     "\"holobridge\": where a client of HoloBridge would break, its ways are kept; the guide on "
     "keys lists them.",
     [](Reader& r, const toml::node& node, ServerSection& s) {
         s.holobridge = r.choice(node, kCompat).has_value();
     }},
    {"bot", "name", "",
     "The bot that REST speaks for when a request names none. Absent: the one that is in the "
     "guild, else the first.",
     [](Reader& r, const toml::node& node, ServerSection& s) { r.name(node, s.bot); }},
    {"rate_limit", "rate", "\"100/m\"", "Requests of each key.",
     read_rate<&ServerSection::rate_limit>},
    {"address_rate_limit", "rate", "\"300/m\"",
     "Requests of each address (each /64 of IPv6), before its key is looked at.",
     read_rate<&ServerSection::address_rate_limit>},
    {"event_rate_limit", "rate", "\"100/s\"", "What the sockets of each key may emit, together.",
     read_rate<&ServerSection::event_rate_limit>},
    {"body_limit", "size", "\"1MiB\"", "Largest body of a request.",
     [](Reader& r, const toml::node& node, ServerSection& s) {
         r.size(node, s.body_limit, {std::size_t{1} << 10U, std::size_t{64} << 20U});
     }},
    {"most_connections", "integer", "12000", "Connections at a time; one more is closed at once.",
     [](Reader& r, const toml::node& node, ServerSection& s) {
         r.integer<std::size_t>(node, s.most_connections, {1, 1'000'000});
     }},
    {"events", "list", "[]", "Names of the events that are streamed; none: all.",
     [](Reader& r, const toml::node& node, ServerSection& s) {
         s.events = read_names(r, node, "events", R"(["messageCreate"])", r.options().check_event);
     }},
    {"replay", "size", "\"64MiB\"",
     "How much of what was streamed is kept in the state folder for clients that ask for what they "
     "missed (`since`), over restarts; from 1MiB on, or 0 for none.",
     [](Reader& r, const toml::node& node, ServerSection& s) {
         r.size(node, s.replay, {0, std::size_t{64} << 30U});
     }},
    {"replay_age", "duration", "\"1h\"", "And for how long.",
     [](Reader& r, const toml::node& node, ServerSection& s) {
         r.duration(node, s.replay_age, {1s, 24h * 30});
     }},
});

void read_transports(Reader& r, const toml::node& node, SocketIoSection& s) {
    const auto* list = node.as_array();
    if (list == nullptr || list->empty()) {
        r.error(node, R"("transports" must be a list of "polling", "websocket" or both)");
        return;
    }
    s.polling = false;
    s.websocket = false;
    for (const auto& item : *list) {
        r.at_key("transports");
        if (const auto index = r.choice(item, kTransports)) {
            (*index == 0 ? s.polling : s.websocket) = true;
        }
    }
}

template <auto Member>
void read_time(Reader& r, const toml::node& node, SocketIoSection& s) {
    r.duration(node, s.*Member, {10ms, 1h});
}

template <auto Member>
void read_count(Reader& r, const toml::node& node, SocketIoSection& s) {
    r.integer<std::size_t>(node, s.*Member, {1, 1'000'000});
}

constexpr auto kSocketIo = std::to_array<Key<SocketIoSection>>({
    {"ping_interval", "duration", "\"25s\"", "Time between two pings of the server.",
     read_time<&SocketIoSection::ping_interval>},
    {"ping_timeout", "duration", "\"20s\"", "How long a client may take to answer one.",
     read_time<&SocketIoSection::ping_timeout>},
    {"connect_timeout", "duration", "\"10s\"",
     "How long a client may take until it is in a namespace.",
     read_time<&SocketIoSection::connect_timeout>},
    {"max_payload", "size", "1000000", "Bytes that a client may send at once.",
     [](Reader& r, const toml::node& node, SocketIoSection& s) {
         r.size(node, s.max_payload, {std::size_t{1} << 10U, std::size_t{64} << 20U});
     }},
    {"transports", "list", "[\"polling\", \"websocket\"]", "Of which a client may choose.",
     read_transports},
    {"recovery", "boolean", "false",
     "Whether a client that lost its connection gets what it missed. Every event then has one more "
     "argument, its offset.",
     [](Reader& r, const toml::node& node, SocketIoSection& s) { r.boolean(node, s.recovery); }},
    {"recovery_window", "duration", "\"2m\"", "How long after the loss.",
     [](Reader& r, const toml::node& node, SocketIoSection& s) {
         r.duration(node, s.recovery_window, {1s, 1h});
     }},
    {"recovery_bytes", "size", "\"16MiB\"", "Of the events that are kept for it.",
     [](Reader& r, const toml::node& node, SocketIoSection& s) {
         r.size(node, s.recovery_bytes, {std::size_t{64} << 10U, std::size_t{4} << 30U});
     }},
    {"buffer_bytes", "size", "\"1MiB\"", "That may wait for one client that reads slowly.",
     [](Reader& r, const toml::node& node, SocketIoSection& s) {
         r.size(node, s.buffer_bytes, {std::size_t{16} << 10U, std::size_t{1} << 30U});
     }},
    {"buffer_packets", "integer", "1000", "Packets that may wait for it.",
     read_count<&SocketIoSection::buffer_packets>},
    {"when_full", "string", "\"disconnect\"",
     "What happens to a client whose buffer is full: \"disconnect\" it, or \"drop\" events and "
     "tell it of the gap.",
     [](Reader& r, const toml::node& node, SocketIoSection& s) {
         if (const auto index = r.choice(node, kWhenFull)) {
             s.drop_when_full = *index == 1;
         }
     }},
    {"most_clients", "integer", "10000", "Clients at a time.",
     read_count<&SocketIoSection::most_clients>},
    {"most_clients_per_address", "integer", "1000", "Of these, from one address.",
     read_count<&SocketIoSection::most_clients_per_address>},
});

void read_hash(Reader& r, const toml::node& node, ServerKeySection& s) {
    constexpr std::string_view kPrefix = "sha256:";
    std::string written;
    if (!r.text(node, written)) {
        return;
    }
    const auto hex = std::string_view(written).substr(std::min(kPrefix.size(), written.size()));
    if (!written.starts_with(kPrefix) || hex.size() != kHexOfHash ||
        hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
        r.error(node, R"("hash" is what `rookery keys hash` prints: "sha256:" and 64 digits)");
        return;
    }
    s.hash = std::move(written);
}

void read_guilds(Reader& r, const toml::node& node, ServerKeySection& s) {
    const auto* list = node.as_array();
    if (list == nullptr || list->size() > kMostListed) {
        r.mismatch(node, R"(a list of ids such as ["1234567890"])");
        return;
    }
    auto& guilds = s.guilds.emplace();
    for (const auto& item : *list) {
        const auto number = item.value_exact<std::int64_t>();
        auto id = number && *number > 0 ? std::to_string(*number) : item.value_or(std::string());
        if (is_id(id)) {
            guilds.push_back(std::move(id));
        } else {
            r.error(item, "expected the id of a guild");
        }
    }
    std::sort(guilds.begin(), guilds.end());
    guilds.erase(std::unique(guilds.begin(), guilds.end()), guilds.end());
}

void read_expires(Reader& r, const toml::node& node, ServerKeySection& s) {
    s.expires = time_of(node);
    if (!s.expires) {
        r.error(node,
                R"("expires" must be a date or a time: 2027-01-31, 2027-01-31T12:00:00Z, or the )"
                R"(same as a string)");
    }
}

constexpr auto kServerKey = std::to_array<Key<ServerKeySection>>({
    {"id", "name", "", "What logs and commands call the key; unique. Required.",
     [](Reader& r, const toml::node& node, ServerKeySection& s) { r.name(node, s.id); }},
    {"name", "string", "", "For people. Default: the id.",
     [](Reader& r, const toml::node& node, ServerKeySection& s) { r.text(node, s.name); }},
    {"key", "secret", "",
     "What the client sends: a string, `{ env = \"NAME\" }` or `{ file = \"path\" }`. This or "
     "`hash` is required.",
     [](Reader& r, const toml::node& node, ServerKeySection& s) { r.secret(node, s.key); }},
    {"hash", "string", "", "As `rookery keys hash` prints it, in place of the key itself.",
     read_hash},
    {"scopes", "list", "[]",
     "What it may do: `read:guilds`, `read:channels`, `read:members`, `read:messages`, "
     "`read:metrics`, `write:messages`, `write:members`, `write:channels`, `write:roles`, "
     "`events`, `events:direct`, `events:all`, `admin`.",
     [](Reader& r, const toml::node& node, ServerKeySection& s) {
         s.scopes =
             read_names(r, node, "scopes", R"(["read:guilds", "events"])", r.options().check_scope);
     }},
    {"guilds", "list", "", "Ids of the only guilds that it sees. Absent: all.", read_guilds},
    {"events", "list", "", "Names of the only events that it hears. Absent: all.",
     [](Reader& r, const toml::node& node, ServerKeySection& s) {
         s.events = read_names(r, node, "events", R"(["messageCreate"])", r.options().check_event);
     }},
    {"expires", "date", "", "When it ends to be accepted: a date, a time, or one as a string.",
     read_expires},
});

}  // namespace

std::span<const Key<ServerSection>> server_keys() { return kServer; }
std::span<const Key<SocketIoSection>> socketio_keys() { return kSocketIo; }
std::span<const Key<ServerKeySection>> server_key_keys() { return kServerKey; }

}  // namespace rookery::config
