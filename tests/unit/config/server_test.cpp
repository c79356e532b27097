#include "config/config.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace rookery::config {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

LoadOptions options() {
    LoadOptions options;
    options.environment = [](const std::string&) { return "from-the-environment"; };
    options.check_scope = [](std::string_view scope) -> Result<> {
        return scope == "evnts" ? Result<>(Error(ErrorKind::invalid, "unknown scope")) : Result<>();
    };
    options.check_event = [](std::string_view event) -> Result<> {
        return event == "messageCraete" ? Result<>(Error(ErrorKind::invalid, "unknown event"))
                                        : Result<>();
    };
    return options;
}

Config of(std::string_view text) {
    auto config = parse(text, "/srv/bot.toml", options());
    EXPECT_TRUE(config) << config.error().message();
    return config ? *config : Config{};
}

std::string errors_of(std::string_view text) {
    const auto config = parse(text, "bot.toml", options());
    return config ? std::string() : config.error().message();
}

std::string reason_of(std::string_view text) {
    const auto all = errors_of(text);
    return all.substr(0, all.find('\n'));
}

TEST(ConfigServer, there_is_none_without_its_section) {
    EXPECT_FALSE(of("").server.enabled);
    EXPECT_TRUE(of("[server]\n").server.enabled);
    EXPECT_FALSE(of("[server]\nenabled = false\n").server.enabled);
}

TEST(ConfigServer, reads_every_key_of_the_section) {
    const auto server = of(R"([[bot]]
name = "magpie"
token = "aaaaaaaa"
[server]
listen = "[::1]:8080"
cors = ["https://app.example.com", "*"]
trusted_proxies = ["10.0.0.0/8", "::1"]
access_log = false
compat = "holobridge"
bot = "magpie"
rate_limit = "20/s"
address_rate_limit = "none"
event_rate_limit = "50/s"
body_limit = "2MiB"
most_connections = 50
replay = "1GiB"
replay_age = "2h"
events = ["messageCreate", "guildCreate"]
)")
                            .server;
    EXPECT_EQ(server.address, "::1");
    EXPECT_EQ(server.port, 8080);
    EXPECT_EQ(server.cors, (std::vector<std::string>{"https://app.example.com", "*"}));
    EXPECT_EQ(server.trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
    EXPECT_FALSE(server.access_log);
    EXPECT_TRUE(server.holobridge);
    EXPECT_EQ(server.bot, "magpie");
    EXPECT_EQ(server.rate_limit, (RateChoice{20, 1s}));
    EXPECT_EQ(server.address_rate_limit.count, 0U);
    EXPECT_EQ(server.event_rate_limit, (RateChoice{50, 1s}));
    EXPECT_EQ(server.body_limit, std::size_t{2} << 20U);
    EXPECT_EQ(server.most_connections, 50U);
    EXPECT_EQ(server.replay, std::size_t{1} << 30U);
    EXPECT_EQ(server.replay_age, 2h);
    EXPECT_EQ(server.events, (std::vector<std::string>{"guildCreate", "messageCreate"}));
}

TEST(ConfigServer, reads_every_key_of_socketio) {
    const auto socketio = of(R"([server.socketio]
ping_interval = "300ms"
ping_timeout = "200ms"
connect_timeout = "1s"
max_payload = 100000
transports = ["websocket"]
recovery = true
recovery_window = "1m"
recovery_bytes = "1MiB"
buffer_bytes = "64KiB"
buffer_packets = 10
when_full = "drop"
most_clients = 7
most_clients_per_address = 3
)")
                              .server.socketio;
    EXPECT_EQ(socketio.ping_interval, 300ms);
    EXPECT_EQ(socketio.ping_timeout, 200ms);
    EXPECT_EQ(socketio.connect_timeout, 1s);
    EXPECT_EQ(socketio.max_payload, 100'000U);
    EXPECT_FALSE(socketio.polling);
    EXPECT_TRUE(socketio.websocket);
    EXPECT_TRUE(socketio.recovery);
    EXPECT_EQ(socketio.recovery_window, 60s);
    EXPECT_EQ(socketio.recovery_bytes, std::size_t{1} << 20U);
    EXPECT_EQ(socketio.buffer_bytes, std::size_t{64} << 10U);
    EXPECT_EQ(socketio.buffer_packets, 10U);
    EXPECT_TRUE(socketio.drop_when_full);
    EXPECT_EQ(socketio.most_clients, 7U);
    EXPECT_EQ(socketio.most_clients_per_address, 3U);
}

TEST(ConfigServer, namespaces_go_by_their_names) {
    const auto server = of("[server.namespaces]\n\"/\" = false\n\"/api/events\" = true\n").server;
    EXPECT_EQ(server.namespaces,
              (std::map<std::string, bool>{{"/", false}, {"/api/events", true}}));
    EXPECT_EQ(reason_of("[server.namespaces]\n\"/api/event\" = true\n"),
              "bot.toml:2:1: unknown namespace \"/api/event\" in [server.namespaces]; did you mean "
              "\"/api/events\"?");
}

TEST(ConfigServer, reads_keys_with_their_restrictions) {
    const auto keys = of(R"([[server.key]]
id = "dashboard"
name = "The dashboard"
key = { env = "DASHBOARD" }
scopes = ["read:guilds", "events"]
guilds = ["200", 100]
events = ["messageDelete", "messageCreate"]
expires = 2127-01-31T12:00:00+01:00
[[server.key]]
id = "other"
hash = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
scopes = ["admin"]
)")
                          .server.keys;
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[0].name, "The dashboard");
    EXPECT_EQ(keys[0].key.reveal(), "from-the-environment");
    EXPECT_EQ(keys[0].scopes, (std::vector<std::string>{"events", "read:guilds"}));
    EXPECT_EQ(keys[0].guilds, (std::vector<std::string>{"100", "200"}));
    EXPECT_EQ(keys[0].events, (std::vector<std::string>{"messageCreate", "messageDelete"}));
    EXPECT_EQ(keys[0].expires,
              std::chrono::sys_days(std::chrono::year(2127) / 1 / 31) + std::chrono::hours(11));
    EXPECT_EQ(keys[1].name, "other");
    EXPECT_TRUE(keys[1].key.empty());
    EXPECT_FALSE(keys[1].guilds.has_value());
}

TEST(ConfigServer, expiry_is_a_date_a_time_or_a_text) {
    const auto expiry = [](std::string_view text) {
        return of("[[server.key]]\nid = \"a\"\nkey = \"0123456789abcdef\"\nscopes = [\"events\"]\n"
                  "expires = " +
                  std::string(text) + "\n")
            .server.keys.at(0)
            .expires;
    };
    const auto day = std::chrono::sys_days(std::chrono::year(2127) / 3 / 1);
    EXPECT_EQ(expiry("2127-03-01"), day);
    EXPECT_EQ(expiry("\"2127-03-01\""), day);
    EXPECT_EQ(expiry("\"2127-03-01T00:00:00Z\""), day);
    EXPECT_EQ(expiry("\"2127-02-28T22:30:00.25-01:30\""), day);
    EXPECT_EQ(expiry("2127-03-01T00:00:00"), day);
}

TEST(ConfigServerErrors, wrong_values_are_told_with_their_place) {
    EXPECT_EQ(errors_of("[server]\nlisten = \"example.com\"\n"),
              R"(bot.toml:2:10: "listen" must be an address and a port: "127.0.0.1:3000", )"
              R"("0.0.0.0:3000" (every network) or "[::1]:3000"
    2 | listen = "example.com"
      |          ^)");
    EXPECT_EQ(reason_of("[server]\nlisen = \"127.0.0.1:1\"\n"),
              "bot.toml:2:1: unknown key \"lisen\" in [server]; did you mean \"listen\"?");
    EXPECT_EQ(reason_of("[server]\ncompat = \"holobrige\"\n"),
              "bot.toml:2:10: \"compat\" must be \"holobridge\", not \"holobrige\"; did you mean "
              "\"holobridge\"?");
    EXPECT_EQ(reason_of("[server]\nrate_limit = \"5/d\"\n"),
              "bot.toml:2:14: a rate is written as \"20/s\", \"100/m\" or \"1000/h\", or \"none\"");
    EXPECT_EQ(reason_of("[server]\ntrusted_proxies = [\"10.0.0.0/33\"]\n"),
              "bot.toml:2:20: a proxy is an address or a network: \"127.0.0.1\", \"10.0.0.0/8\", "
              "\"fd00::/8\"");
    EXPECT_EQ(reason_of("[server]\ncors = [\"https://a.example/path\"]\n"),
              "bot.toml:2:9: an origin is written \"https://app.example.com\" (scheme, host and "
              "port, no path), or \"*\" for all");
    EXPECT_EQ(reason_of("[server]\ntls_key = \"a.pem\"\n"),
              "bot.toml:2:11: \"tls_certificate\" and \"tls_key\" belong together: one is missing");
    EXPECT_EQ(reason_of("[server]\nevents = [\"messageCraete\"]\n"),
              "bot.toml:2:11: unknown event");
    EXPECT_EQ(reason_of("[server.socketio]\ntransports = []\n"),
              "bot.toml:2:14: \"transports\" must be a list of \"polling\", \"websocket\" or both");
    EXPECT_EQ(reason_of("[server.socketio]\nping_interval = \"1ms\"\n"),
              "bot.toml:2:17: \"ping_interval\" must be between 10ms and 1h");
}

TEST(ConfigServerErrors, bot_that_is_none) {
    EXPECT_EQ(reason_of("[server]\nbot = \"magpi\"\n[[bot]]\nname = \"magpie\"\ntoken = "
                        "\"aaaaaaaa\"\n"),
              "bot.toml:2:7: unknown bot \"magpi\" in [server]; did you mean \"magpie\"?");
}

TEST(ConfigServerErrors, keys_need_an_id_and_one_secret) {
    EXPECT_EQ(reason_of("[[server.key]]\nkey = \"0123456789abcdef\"\n"),
              "bot.toml:1:1: this key has no \"id\"");
    EXPECT_EQ(reason_of("[[server.key]]\nid = \"a\"\n"),
              "bot.toml:1:1: this key needs one of \"key\" (a string, { env = \"NAME\" } or { file "
              "= \"path\" }) and \"hash\"");
    EXPECT_EQ(reason_of("[server.key]\nid = \"a\"\n"),
              "bot.toml:1:9: a key's section is written [[server.key]], with two brackets");
}

TEST(ConfigServerErrors, two_keys_of_one_id_or_one_secret) {
    constexpr std::string_view kFirst = "[[server.key]]\nid = \"a\"\nkey = \"0123456789abcdef\"\n";
    EXPECT_EQ(
        reason_of(std::string(kFirst) + "[[server.key]]\nid = \"a\"\nkey = \"fedcba9876543210\"\n"),
        "bot.toml:4:1: a key with the id \"a\" stands at line 1 already");
    EXPECT_EQ(
        errors_of(std::string(kFirst) + "[[server.key]]\nid = \"b\"\nkey = \"0123456789abcdef\"\n"),
        R"(bot.toml:6:7: "a" has this key already: each key has one section
    6 | key = "****************"
      |       ^)");
}

TEST(ConfigServerErrors, what_a_key_lists_is_checked) {
    constexpr std::string_view kHead = "[[server.key]]\nid = \"a\"\nkey = \"0123456789abcdef\"\n";
    EXPECT_EQ(reason_of(std::string(kHead) + "scopes = [\"evnts\"]\n"),
              "bot.toml:4:11: unknown scope");
    EXPECT_EQ(reason_of(std::string(kHead) + "events = [\"messageCraete\"]\n"),
              "bot.toml:4:11: unknown event");
    EXPECT_EQ(reason_of(std::string(kHead) + "guilds = [\"1/2\"]\n"),
              "bot.toml:4:11: expected the id of a guild");
    EXPECT_EQ(reason_of(std::string(kHead) + "expires = \"tomorrow\"\n"),
              "bot.toml:4:11: \"expires\" must be a date or a time: 2027-01-31, "
              "2027-01-31T12:00:00Z, or the same as a string");
    EXPECT_EQ(reason_of("[[server.key]]\nid = \"a\"\nhash = \"md5:00\"\n"),
              "bot.toml:3:8: \"hash\" is what `rookery keys hash` prints: \"sha256:\" and 64 "
              "digits");
}

TEST(ConfigServerWarnings, what_is_probably_not_meant) {
    const auto warnings = [](std::string_view text) {
        const auto all = of(text).warnings;
        return all.empty() ? std::string() : all.back();
    };
    EXPECT_EQ(warnings("[[bot]]\nname = \"a\"\ntoken = \"aaaaaaaa\"\n[server]\nlisten = "
                       "\"0.0.0.0:3000\"\n"),
              "/srv/bot.toml:5:10: keys and data cross the network unencrypted: give "
              "\"tls_certificate\" and \"tls_key\", or name the proxy that has them in "
              "\"trusted_proxies\"");
    EXPECT_EQ(warnings("[[server.key]]\nid = \"a\"\nkey = \"short\"\nscopes = [\"events\"]\n"),
              "/srv/bot.toml:3:7: the key of \"a\" is shorter than 16 characters and can be "
              "guessed; `rookery keys new` makes one that cannot");
    EXPECT_EQ(warnings("[[server.key]]\nid = \"a\"\nkey = \"0123456789abcdef\"\n"),
              "/srv/bot.toml:1:1: this key has no \"scopes\": it may do nothing");
    EXPECT_EQ(warnings("[[server.key]]\nid = \"a\"\nkey = \"0123456789abcdef\"\nscopes = "
                       "[\"events\"]\nexpires = 2020-01-01\n"),
              "/srv/bot.toml:5:11: the key \"a\" has expired");
}

TEST(ConfigServerWarnings, key_in_a_file_that_everybody_can_read) {
    const fs::path file = fs::path(testing::TempDir()) / "server_key_in_clear.toml";
    std::ofstream(file) << "[[bot]]\nname = \"a\"\ntoken = \"aaaaaaaa\"\n[[server.key]]\nid = "
                           "\"a\"\nkey = \"0123456789abcdef\"\nscopes = [\"events\"]\n";
    fs::permissions(file, fs::perms::owner_read | fs::perms::others_read);
    const auto open = load(file, options());
    fs::permissions(file, fs::perms::owner_read);
    const auto closed = load(file, options());
    fs::remove(file);
    ASSERT_TRUE(open && closed);
    ASSERT_EQ(open->warnings.size(), 1U);
    EXPECT_NE(open->warnings[0].find(":6:7: this key stands in a file that every user"),
              std::string::npos)
        << open->warnings[0];
    EXPECT_TRUE(closed->warnings.empty());
}

TEST(ConfigDiff, what_of_the_server_is_live_and_what_needs_a_restart) {
    const auto before = of("[server]\n");
    const auto after =
        of("[server]\nlisten = \"127.0.0.1:3001\"\ncors = [\"*\"]\nrate_limit = \"none\"\n"
           "[server.socketio]\nrecovery = true\n[[server.key]]\nid = \"a\"\nkey = "
           "\"0123456789abcdef\"\n");
    const auto changes = diff(before, after);
    EXPECT_EQ(changes.live,
              (std::vector<std::string>{"server.key", "server.cors", "server.rate_limit"}));
    EXPECT_EQ(changes.restart, (std::vector<std::string>{"server.listen", "server.socketio"}));
}

}  // namespace
}  // namespace rookery::config
