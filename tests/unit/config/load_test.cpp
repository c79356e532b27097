#include "base/log.hpp"
#include "config/config.hpp"
#include "config/keys.hpp"
#include "config/platforms.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace rookery::config {
namespace {

using std::chrono_literals::operator""ms;

Config loaded(std::string_view text, const LoadOptions& options = {}) {
    auto config = parse(text, "/srv/bots/bot.toml", options);
    EXPECT_TRUE(config) << config.error().message();
    return config ? *config : Config{};
}

TEST(ConfigLoad, empty_file_gives_the_defaults_and_a_warning) {
    const auto config = loaded("");
    RuntimeSection defaults;
    defaults.state = "/srv/bots/state";
    EXPECT_EQ(config.runtime, defaults);
    EXPECT_EQ(config.plugins.dir, "/srv/bots/plugins");
    EXPECT_EQ(config.scripts.dir, "/srv/bots/scripts");
    EXPECT_EQ(config.simulator, SimulatorSection{});
    ASSERT_EQ(config.warnings.size(), 1U);
    EXPECT_EQ(config.warnings[0],
              "/srv/bots/bot.toml: no [[bot]] in this file: nothing will connect");
}

TEST(ConfigLoad, grants_and_denials_of_all_and_of_one) {
    const auto config = loaded(R"(
        [plugins]
        deny = ["rest:bans.*"]
        [scripts]
        grant = ["http:example.com"]
        [scripts.weather]
        grant = ["http:api.example.com", "http:127.0.0.1:80"]
        deny = ["kv"]
        kv_limit = "1MiB"
    )");
    using Names = std::vector<std::string>;
    EXPECT_EQ(config.plugins.deny, Names{"rest:bans.*"});
    EXPECT_EQ(config.scripts.grant, Names{"http:example.com"});
    const auto weather = config.scripts.of("weather");
    EXPECT_EQ(weather.grant, (Names{"http:api.example.com", "http:127.0.0.1:80"}));
    EXPECT_EQ(weather.deny, Names{"kv"});
    EXPECT_EQ(weather.kv_limit, std::size_t{1} << 20U);
    EXPECT_TRUE(weather.settings.empty());
}

TEST(ConfigLoad, grants_are_checked_by_whoever_knows_them) {
    LoadOptions options;
    options.check_capability = [](std::string_view name) {
        return name == "good" ? Result<>() : Error(ErrorKind::invalid, "there is no such thing");
    };
    const auto config = parse("[scripts]\ngrant = [\"good\", \"bad\"]", "bot.toml", options);
    ASSERT_FALSE(config);
    EXPECT_TRUE(config.error().message().starts_with("bot.toml:2:18: there is no such thing"))
        << config.error().message();
    EXPECT_FALSE(parse("[scripts]\ngrant = \"good\"", "bot.toml", options));
    EXPECT_FALSE(parse("[scripts]\ngrant = [1]", "bot.toml", options));
}

TEST(ConfigLoad, every_key_of_a_cache) {
    const auto config = loaded(R"(
        [[bot]]
        name = "one"
        token = "not-a-real-token"
        [bot.cache]
        budget = "64MiB"
        messages_per_channel = 50
        bytes_per_channel = "128KiB"
        noop_updates = true
        members = "seen"
        messages = false
        roles = true
        emojis = "auto"
        [[bot]]
        name = "two"
        token = "not-a-real-token"
    )");
    ASSERT_EQ(config.bots.size(), 2U);
    const auto& cache = config.bots[0].cache;
    EXPECT_EQ(cache.budget, std::size_t{64} << 20U);
    EXPECT_EQ(cache.messages_per_channel, 50U);
    EXPECT_EQ(cache.bytes_per_channel, std::size_t{128} << 10U);
    EXPECT_TRUE(cache.noop_updates);
    EXPECT_EQ(cache.members, CacheSection::Members::seen);
    EXPECT_EQ(cache.kinds, (std::map<std::string, bool>{{"messages", false}, {"roles", true}}));
    EXPECT_EQ(config.bots[1].cache, CacheSection{});
}

TEST(ConfigLoad, a_cache_that_makes_no_sense_is_refused_where_it_stands) {
    const auto refused = [](std::string_view line) {
        const auto config =
            parse("[[bot]]\nname = \"one\"\ntoken = \"not-a-real-token\"\n[bot.cache]\n" +
                      std::string(line) + "\n",
                  "/srv/bots/bot.toml", LoadOptions{});
        return config ? std::string() : config.error().message();
    };
    EXPECT_NE(refused("mesages = true").find("did you mean \"messages\""), std::string::npos)
        << refused("mesages = true");
    EXPECT_NE(refused("roles = 3").find("bot.toml:5:"), std::string::npos) << refused("roles = 3");
    EXPECT_NE(refused("roles = 3").find("true, false or"), std::string::npos);
    EXPECT_NE(refused("members = \"some\""), "");
    EXPECT_NE(refused("budget = \"1KiB\""), "");
    EXPECT_NE(refused("messages_per_channel = 0"), "");
}

TEST(ConfigLoad, every_key_of_a_bot) {
    const auto config = loaded(R"(
        [[bot]]
        name = "one"
        platform = "discord"
        token = "not-a-real-token"
        api_url = "https://discord.example/api/v10"
        gateway_url = "ws://127.0.0.1:8080"
        intents = ["GUILDS", "GUILD_MESSAGES"]
        compression = "zlib-stream"
        shard = [1, 4]
    )");
    ASSERT_EQ(config.bots.size(), 1U);
    const auto& bot = config.bots[0];
    EXPECT_EQ(bot.name, "one");
    EXPECT_EQ(bot.token.reveal(), "not-a-real-token");
    EXPECT_EQ(bot.api_url, "https://discord.example/api/v10");
    EXPECT_EQ(bot.gateway_url, "ws://127.0.0.1:8080");
    EXPECT_EQ(bot.intents.mode, IntentChoice::Mode::listed);
    EXPECT_EQ(bot.intents.names, (std::vector<std::string>{"GUILDS", "GUILD_MESSAGES"}));
    EXPECT_EQ(bot.compression, Compression::zlib);
    EXPECT_EQ(bot.shard, (ShardChoice{1, 4}));
    EXPECT_FALSE(bot.simulated);
    EXPECT_TRUE(config.warnings.empty());
}

TEST(ConfigLoad, shards_are_a_number_or_left_to_the_platform) {
    const std::string bot = "[[bot]]\nname = \"b\"\ntoken = \"aaaaaaaa\"\n";
    EXPECT_EQ(loaded(bot).bots[0].shards.count, 0U);
    EXPECT_EQ(loaded(bot + "shards = \"auto\"").bots[0].shards.count, 0U);
    EXPECT_EQ(loaded(bot + "shards = 16").bots[0].shards.count, 16U);
}

TEST(ConfigLoad, compression_has_short_names_and_the_gateways_own) {
    const std::string bot = "[[bot]]\nname = \"b\"\ntoken = \"aaaaaaaa\"\n";
    EXPECT_EQ(loaded(bot).bots[0].compression, Compression::zstd);
    for (const auto& [name, value] :
         std::map<std::string, Compression>{{"zstd", Compression::zstd},
                                            {"zstd-stream", Compression::zstd},
                                            {"zlib", Compression::zlib},
                                            {"none", Compression::none}}) {
        EXPECT_EQ(loaded(bot + "compression = \"" + name + "\"").bots[0].compression, value)
            << name;
    }
}

TEST(ConfigLoad, presence_and_the_server_of_a_bot) {
    const auto config = loaded(R"(
        [[bot]]
        name = "one"
        token = "not-a-real-token"
        flavour = "spacebar"
        api_url = "https://chat.example/api/v9"
        cdn_url = "https://cdn.chat.example"
        dispatch_timeout = "90s"
        presence = { status = "dnd", activity = "a film", kind = "watching" }
    )");
    const auto& bot = config.bots[0];
    EXPECT_EQ(bot.flavour, "spacebar");
    EXPECT_EQ(bot.cdn_url, "https://cdn.chat.example");
    EXPECT_EQ(bot.dispatch_timeout, 90'000ms);
    EXPECT_EQ(bot.presence, (PresenceChoice{"dnd", "a film", 3, ""}));
}

TEST(ConfigLoad, bots_keep_the_order_of_the_file) {
    const auto config = loaded(
        "[[bot]]\nname = \"zoe\"\ntoken = \"aaaaaaaa\"\n"
        "[[bot]]\nname = \"amy\"\ntoken = \"bbbbbbbb\"\n");
    ASSERT_EQ(config.bots.size(), 2U);
    EXPECT_EQ(config.bots[0].name, "zoe");
    EXPECT_EQ(config.bots[1].name, "amy");
}

TEST(ConfigLoad, token_from_the_environment) {
    LoadOptions options;
    options.environment = [](const std::string& name) {
        return name == "BOT_TOKEN" ? std::optional<std::string>("from-environment") : std::nullopt;
    };
    const auto config = loaded("[[bot]]\nname = \"b\"\ntoken = { env = \"BOT_TOKEN\" }\n", options);
    ASSERT_EQ(config.bots.size(), 1U);
    EXPECT_EQ(config.bots[0].token.reveal(), "from-environment");
}

TEST(ConfigLoad, token_from_a_file_beside_the_config_without_its_line_break) {
    const auto folder = std::filesystem::path(testing::TempDir()) / "rookery_config_token";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "token.txt") << "from-a-file\n";
    std::ofstream(folder / "bot.toml")
        << "[[bot]]\nname = \"b\"\ntoken = { file = \"token.txt\" }\n";
    const auto config = load(folder / "bot.toml");
    std::filesystem::remove_all(folder);
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_EQ(config->bots.at(0).token.reveal(), "from-a-file");
}

TEST(ConfigLoad, loaded_token_is_redacted_from_then_on) {
    loaded("[[bot]]\nname = \"b\"\ntoken = \"quite-secret-thing\"\n");
    EXPECT_EQ(log::redacted("got quite-secret-thing here"), "got [redacted] here");
}

TEST(ConfigLoad, bot_without_token_lives_in_the_simulator) {
    const auto config = loaded("[[bot]]\nname = \"b\"\n[simulator]\nenabled = true\n");
    ASSERT_EQ(config.bots.size(), 1U);
    EXPECT_TRUE(config.bots[0].simulated);
    EXPECT_TRUE(config.warnings.empty());
}

TEST(ConfigLoad, simulator_that_nobody_lives_in_is_warned_about) {
    const auto config =
        loaded("[[bot]]\nname = \"b\"\ntoken = \"aaaaaaaa\"\n[simulator]\nenabled = true\n");
    EXPECT_FALSE(config.bots.at(0).simulated);
    ASSERT_EQ(config.warnings.size(), 1U);
    EXPECT_NE(config.warnings[0].find("nobody will live in it"), std::string::npos);
}

TEST(ConfigLoad, free_keys_of_an_extension_become_its_settings) {
    const auto config = loaded(R"(
        [scripts.poll]
        time_limit = "50ms"
        memory_limit = "8MiB"
        wait_limit = 2.5
        queue = 10
        when_full = "drop_oldest"
        emoji = "✅"
        channels = ["a", "b"]
        nested = { depth = 2, on = true, share = 0.5 }
    )");
    const auto poll = config.scripts.of("poll");
    EXPECT_EQ(poll.time_limit, 50ms);
    EXPECT_EQ(poll.memory_limit, std::size_t{8} << 20U);
    EXPECT_EQ(poll.wait_limit, 2500ms);
    EXPECT_EQ(poll.queue_events, 10U);
    EXPECT_EQ(poll.when_full, WhenFull::drop_oldest);
    EXPECT_EQ(poll.settings, nlohmann::json::parse(R"({"emoji": "✅", "channels": ["a", "b"],
                                                       "nested": {"depth": 2, "on": true, "share": 0.5}})"));
    const auto ends_with = [&](const char* path, std::string_view place) {
        return poll.places.of.at(path).ends_with(place);
    };
    EXPECT_TRUE(ends_with("", ":2:18")) << poll.places.of.at("");
    EXPECT_TRUE(ends_with("emoji", ":8:17")) << poll.places.of.at("emoji");
    EXPECT_TRUE(ends_with("channels.1", ":9:26")) << poll.places.of.at("channels.1");
    EXPECT_TRUE(ends_with("nested.on", ":10:36")) << poll.places.of.at("nested.on");
}

TEST(ConfigLoad, section_inherits_enabled_wherever_that_stands) {
    const auto config =
        loaded("[plugins.a]\n[plugins.b]\nenabled = true\n[plugins]\nenabled = false\n");
    EXPECT_FALSE(config.plugins.of("a").enabled);
    EXPECT_TRUE(config.plugins.of("b").enabled);
    EXPECT_FALSE(config.plugins.of("without-section").enabled);
}

TEST(ConfigLoad, setting_that_is_nearly_a_key_is_warned_about) {
    const auto config =
        loaded("[[bot]]\nname = \"b\"\ntoken = \"aaaaaaaa\"\n[plugins.x]\nqueu = 5\n");
    EXPECT_EQ(config.plugins.of("x").settings.at("queu"), 5);
    ASSERT_EQ(config.warnings.size(), 1U);
    EXPECT_EQ(config.warnings[0],
              "/srv/bots/bot.toml:5:1: \"queu\" in [plugins.x] is handed to it as its own setting; "
              "did you mean "
              "\"queue\"?");
}

TEST(ConfigLoad, absolute_paths_stay) {
    EXPECT_EQ(loaded("[runtime]\nstate = \"/var/lib/bots\"\n").runtime.state, "/var/lib/bots");
    EXPECT_EQ(loaded("[runtime]\nstate = \"../state\"\n").runtime.state, "/srv/state");
}

/// Writes every key of a section with its documented default.
template <class Keys>
std::string with_defaults(std::string_view header, const Keys& keys,
                          const BotPlatform* platform = nullptr) {
    std::string text(header);
    for (const auto& key : keys) {
        if (!key.fallback.empty() && (platform == nullptr || platform->has(key.name))) {
            text += "\n" + std::string(key.name) + " = " + std::string(key.fallback);
        }
    }
    return text + "\n";
}

TEST(ConfigLoad, documented_defaults_are_the_ones_that_hold) {
    const auto implied =
        loaded("[[bot]]\nname = \"b\"\ntoken = \"aaaaaaaa\"\n[plugins.x]\n[scripts.x]\n");
    const auto written = loaded(
        with_defaults("[runtime]", runtime_keys()) +
        with_defaults("[[bot]]\nname = \"b\"\ntoken = \"aaaaaaaa\"", bot_keys(),
                      find_bot_platform("discord")) +
        with_defaults("[commands]", commands_keys()) + with_defaults("[plugins]", plugins_keys()) +
        with_defaults("[plugins.x]", plugin_keys()) + with_defaults("[scripts]", scripts_keys()) +
        with_defaults("[scripts.x]", script_keys()) +
        with_defaults("[simulator]", simulator_keys()));
    EXPECT_EQ(written.runtime, implied.runtime);
    EXPECT_EQ(written.bots, implied.bots);
    EXPECT_EQ(written.commands, implied.commands);
    EXPECT_EQ(written.plugins, implied.plugins);
    EXPECT_EQ(written.scripts, implied.scripts);
    EXPECT_EQ(written.simulator, implied.simulator);
}

TEST(ConfigLoad, prefixes_of_all_bots_and_of_one) {
    const auto config = loaded(
        "[commands]\nprefix = [\"!\", \"\", \"!\", \"hey bot \"]\nmention_prefix = false\n"
        "help = false\nlanguage = \"DE_at\"\n[[bot]]\nname = \"a\"\ntoken = "
        "\"aaaaaaaa\"\n[[bot]]\nname = \"b\"\n"
        "token = \"aaaaaaaa\"\nprefix = \"\"\nowners = [\"12\", \"34\"]\n");
    EXPECT_EQ(config.commands.prefixes, (Prefixes{"!", "hey bot "}));
    EXPECT_FALSE(config.commands.mention_prefix);
    EXPECT_FALSE(config.commands.help);
    EXPECT_EQ(config.commands.language, "de-AT");
    EXPECT_FALSE(config.bots[0].commands.prefixes.has_value());
    EXPECT_EQ(config.bots[1].commands.prefixes, Prefixes{});
    EXPECT_EQ(config.bots[1].commands.owners, (std::vector<std::string>{"12", "34"}));
}

}  // namespace
}  // namespace rookery::config
