#include "config/platforms.hpp"

#include "config/config.hpp"
#include "config/keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rookery::config {
namespace {

Config loaded(const std::string& text) {
    auto config = parse(text, "/srv/bot.toml", {});
    EXPECT_TRUE(config) << config.error().message();
    return config ? *config : Config{};
}

std::string refusal(const std::string& text) {
    const auto config = parse(text, "/srv/bot.toml", {});
    return config ? std::string() : config.error().message();
}

std::string bot(const std::string& platform, const std::string& rest = "") {
    return "[[bot]]\nname = \"b\"\ntoken = \"aaaaaaaa\"\nplatform = \"" + platform + "\"\n" + rest;
}

constexpr const char* kOwnServer =
    "api_url = \"https://teams.example/api\"\ngateway_url = \"wss://teams.example/ws\"\n";
constexpr const char* kBridge = "gateway_url = \"http://127.0.0.1:3000\"\n";

TEST(ConfigPlatforms, each_has_its_own_defaults) {
    EXPECT_EQ(loaded(bot("discord")).bots.at(0).flavour, "discord");
    EXPECT_EQ(loaded(bot("discord")).bots.at(0).rest_limit, 50U);
    const auto revolt = loaded(bot("revolt")).bots.at(0);
    EXPECT_EQ(revolt.flavour, "");
    EXPECT_EQ(revolt.format, "json");
    EXPECT_EQ(revolt.rest_limit, 0U);
    EXPECT_EQ(revolt.gap_messages, 200U);
    EXPECT_EQ(loaded(bot("guilded", kOwnServer)).bots.at(0).flavour, "bot");
}

TEST(ConfigPlatforms, keys_of_each_are_read) {
    const auto guilded = loaded(bot("guilded",
                                    "flavour = \"user\"\nguilds = [\"Ab12Cd34\"]\n"
                                    "client_id = \"6f1a\"\ngap_messages = 7\n"
                                    "api_url = \"https://teams.example/api\"\n"
                                    "gateway_url = \"https://teams.example\"\n"))
                             .bots.at(0);
    EXPECT_EQ(guilded.flavour, "user");
    EXPECT_EQ(guilded.guilds, std::vector<std::string>{"Ab12Cd34"});
    EXPECT_EQ(guilded.client_id, "6f1a");
    EXPECT_EQ(guilded.gap_messages, 7U);
    EXPECT_EQ(guilded.gateway_url, "https://teams.example");
    EXPECT_EQ(loaded(bot("revolt", "format = \"msgpack\"\n")).bots.at(0).format, "msgpack");
    EXPECT_EQ(
        loaded(bot("whatsapp", std::string(kBridge) + "session = \"main\"\n")).bots.at(0).session,
        "main");
}

TEST(ConfigPlatforms, the_platform_may_stand_below_its_keys) {
    EXPECT_EQ(loaded("[[bot]]\nname = \"b\"\ntoken = \"aaaaaaaa\"\nformat = \"msgpack\"\n"
                     "platform = \"revolt\"\n")
                  .bots.at(0)
                  .format,
              "msgpack");
}

TEST(ConfigPlatforms, a_key_of_another_platform_is_refused_at_its_place) {
    EXPECT_NE(refusal(bot("revolt", "intents = \"all\"\n"))
                  .find("/srv/bot.toml:5:1: a Revolt bot (platform \"revolt\") has no \"intents\""),
              std::string::npos)
        << refusal(bot("revolt", "intents = \"all\"\n"));
    EXPECT_NE(refusal(bot("discord", "session = \"x\"\n")).find("has no \"session\""),
              std::string::npos);
    EXPECT_NE(refusal(bot("holobridge", std::string(kBridge) + "[bot.cache]\n"))
                  .find("a HoloBridge bot (platform \"holobridge\") has no \"cache\""),
              std::string::npos);
    EXPECT_NE(refusal(bot("revolt", "flavour = \"user\"\n")).find("has no \"flavour\""),
              std::string::npos);
}

TEST(ConfigPlatforms, choices_are_those_of_the_platform) {
    EXPECT_NE(refusal(bot("guilded", "flavour = \"spacebar\"\n")).find("\"user\""),
              std::string::npos);
    EXPECT_NE(refusal(bot("revolt", "format = \"etf\"\n")).find("\"msgpack\""), std::string::npos);
}

TEST(ConfigPlatforms, the_gateway_is_addressed_as_the_platform_speaks) {
    EXPECT_NE(refusal(bot("revolt", "gateway_url = \"https://x.example\"\n")).find("wss://"),
              std::string::npos);
    EXPECT_NE(refusal(bot("whatsapp", "gateway_url = \"wss://x.example\"\n")).find("https://"),
              std::string::npos);
}

TEST(ConfigPlatforms, a_bridge_has_no_address_of_its_own) {
    EXPECT_NE(refusal(bot("whatsapp")).find("needs \"api_url\" or \"gateway_url\""),
              std::string::npos);
    EXPECT_NE(refusal(bot("holobridge")).find("needs \"api_url\" or \"gateway_url\""),
              std::string::npos);
    EXPECT_NE(refusal(bot("guilded", kBridge)).find("has ended its service"), std::string::npos);
    EXPECT_EQ(refusal(bot("holobridge", kBridge)), "");
}

TEST(ConfigPlatforms, any_platform_can_be_simulated) {
    for (const BotPlatform& platform : bot_platforms()) {
        const auto config =
            loaded("[simulator]\nenabled = true\n[[bot]]\nname = \"b\"\nplatform = \"" +
                   std::string(platform.name) + "\"\n");
        EXPECT_TRUE(config.bots.at(0).simulated) << platform.name;
    }
}

TEST(ConfigPlatforms, ids_are_words) {
    EXPECT_NE(refusal(bot("guilded", "guilds = [\"a b\"]\n")).find("visible characters"),
              std::string::npos);
    EXPECT_NE(refusal(bot("guilded", "guilds = \"a\"\n")).find("a list of ids"), std::string::npos);
}

TEST(ConfigPlatforms, every_key_of_the_table_exists) {
    for (const BotPlatform& platform : bot_platforms()) {
        for (const auto key : platform.keys) {
            const auto keys = bot_keys();
            EXPECT_TRUE(key == "cache" ||
                        std::any_of(keys.begin(), keys.end(),
                                    [&](const auto& one) { return one.name == key; }))
                << key;
        }
    }
    for (const auto& key : bot_keys()) {
        const auto platforms = bot_platforms();
        EXPECT_TRUE(std::any_of(platforms.begin(), platforms.end(), [&](const auto& one) {
            return one.has(key.name);
        })) << key.name;
    }
}

}  // namespace
}  // namespace rookery::config
