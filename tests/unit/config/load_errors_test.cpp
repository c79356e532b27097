#include "config/config.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace rookery::config {
namespace {

LoadOptions bare_environment() {
    LoadOptions options;
    options.environment = [](const std::string&) { return std::nullopt; };
    return options;
}

/// What a user reads when `text` is the file bot.toml; empty when it loads.
std::string errors_of(std::string_view text, const LoadOptions& options = bare_environment()) {
    const auto config = parse(text, "bot.toml", options);
    return config ? std::string() : config.error().message();
}

TEST(ConfigErrors, unknown_key_names_the_nearest_one) {
    EXPECT_EQ(
        errors_of("[runtime]\n"
                  "drain_timout = \"5s\"\n"),
        R"(bot.toml:2:1: unknown key "drain_timout" in [runtime]; did you mean "drain_timeout"?
    2 | drain_timout = "5s"
      | ^)");
}

TEST(ConfigErrors, unknown_key_far_from_all_lists_them) {
    EXPECT_EQ(
        errors_of("[plugins]\n"
                  "verbosity = 3\n"),
        R"(bot.toml:2:1: unknown key "verbosity" in [plugins]; known: dir, enabled, rest_limit, rest_guild_limit, grant, deny
    2 | verbosity = 3
      | ^)");
}

TEST(ConfigErrors, unknown_section_names_the_nearest_one) {
    EXPECT_EQ(
        errors_of("[simulatr]\n"
                  "enabled = true\n"),
        R"(bot.toml:1:2: unknown section "simulatr" at the top of the file; did you mean "simulator"?
    1 | [simulatr]
      |  ^)");
}

TEST(ConfigErrors, wrong_type_says_what_was_wanted_and_found) {
    EXPECT_EQ(
        errors_of("[runtime]\n"
                  "drain_timeout = true\n"),
        R"(bot.toml:2:17: "drain_timeout" must be a duration such as "500ms", "5s" or 2.5 (seconds), not a boolean
    2 | drain_timeout = true
      |                 ^)");
}

TEST(ConfigErrors, number_out_of_range_says_the_range) {
    EXPECT_EQ(errors_of("[runtime]\n"
                        "identify_share = 1.5\n"),
              R"(bot.toml:2:18: "identify_share" must be between 0.01 and 1
    2 | identify_share = 1.5
      |                  ^)");
}

TEST(ConfigErrors, duration_out_of_range_says_the_range) {
    EXPECT_EQ(errors_of("[runtime]\n"
                        "reload_timeout = \"1ms\"\n"),
              R"(bot.toml:2:18: "reload_timeout" must be between 100ms and 1h
    2 | reload_timeout = "1ms"
      |                  ^)");
}

TEST(ConfigErrors, wrong_word_lists_the_right_ones) {
    EXPECT_EQ(
        errors_of("[runtime]\n"
                  "log_level = \"inf\"\n"),
        R"(bot.toml:2:13: "log_level" must be "trace", "debug", "info", "warn", "error" or "off", )"
        R"(not "inf"; did you mean "info"?
    2 | log_level = "inf"
      |             ^)");
}

TEST(ConfigErrors, size_in_the_wrong_unit) {
    EXPECT_EQ(errors_of("[scripts.ping]\n"
                        "memory_limit = \"64MB\"\n"),
              R"(bot.toml:2:16: "memory_limit" must be a size such as "64MiB" or 4096 (bytes)
    2 | memory_limit = "64MB"
      |                ^)");
}

TEST(ConfigErrors, two_bots_of_one_name) {
    EXPECT_EQ(errors_of("[[bot]]\n"
                        "name = \"b\"\n"
                        "token = \"aaaaaaaa\"\n"
                        "[[bot]]\n"
                        "name = \"b\"\n"
                        "token = \"aaaaaaaa\"\n"),
              R"(bot.toml:4:1: a bot named "b" stands at line 1 already
    4 | [[bot]]
      | ^)");
}

TEST(ConfigErrors, bot_in_single_brackets) {
    EXPECT_EQ(errors_of("[bot]\n"
                        "name = \"b\"\n"),
              R"(bot.toml:1:2: a bot's section is written [[bot]], with two brackets
    1 | [bot]
      |  ^)");
}

TEST(ConfigErrors, bot_without_name_and_token_gets_both_told) {
    EXPECT_EQ(errors_of("\n[[bot]]\n"),
              R"(bot.toml:2:1: this bot has no "name"
    2 | [[bot]]
      | ^
bot.toml:2:1: this bot has no "token": give it as a string, { env = "NAME" } or { file = "path" }, )"
              R"(or try it without one under [simulator] enabled = true
    2 | [[bot]]
      | ^)");
}

TEST(ConfigErrors, missing_environment_variable_is_shown_at_its_place) {
    EXPECT_EQ(errors_of("[[bot]]\n"
                        "name = \"b\"\n"
                        "token = { env = \"BOT_TOKEN\" }\n"),
              R"(bot.toml:3:17: the environment variable "BOT_TOKEN" is not set
    3 | token = { env = "BOT_TOKEN" }
      |                 ^)");
}

TEST(ConfigErrors, missing_token_file_is_shown_at_its_place) {
    EXPECT_EQ(errors_of("[[bot]]\n"
                        "name = \"b\"\n"
                        "token = { file = \"/nonexistent/token\" }\n"),
              R"(bot.toml:3:18: the file /nonexistent/token does not exist
    3 | token = { file = "/nonexistent/token" }
      |                  ^)");
}

TEST(ConfigErrors, token_table_with_another_key) {
    EXPECT_EQ(
        errors_of("[[bot]]\n"
                  "name = \"b\"\n"
                  "token = { var = \"hunter2hunter2\" }\n"),
        R"(bot.toml:3:9: "token" as a table has exactly one key: { env = "NAME" } or { file = "path" }
    3 | token = * *** * "**************" *
      |         ^)");
}

TEST(ConfigErrors, plain_http_to_another_machine_is_refused) {
    EXPECT_EQ(
        errors_of("[[bot]]\n"
                  "name = \"b\"\n"
                  "token = \"aaaaaaaa\"\n"
                  "api_url = \"http://example.org/api\"\n"),
        R"(bot.toml:4:11: "api_url" would send the token unencrypted: http:// is only for addresses of this )"
        R"(machine (127.0.0.1, [::1], localhost); use https://
    4 | api_url = "http://example.org/api"
      |           ^)");
}

TEST(ConfigErrors, plain_http_to_a_name_that_only_begins_like_loopback_is_refused) {
    EXPECT_NE(errors_of("[[bot]]\n"
                        "name = \"b\"\n"
                        "token = \"aaaaaaaa\"\n"
                        "api_url = \"http://127.0.0.1.example.org\"\n"),
              "");
}

TEST(ConfigErrors, shard_index_beyond_its_count) {
    EXPECT_EQ(errors_of("[[bot]]\n"
                        "name = \"b\"\n"
                        "token = \"aaaaaaaa\"\n"
                        "shard = [2, 2]\n"),
              R"(bot.toml:4:10: "shard" counts from 0: with 2 shards the last is 1
    4 | shard = [2, 2]
      |          ^)");
}

TEST(ConfigErrors, shards_and_shard_exclude_each_other) {
    EXPECT_EQ(
        errors_of("[[bot]]\n"
                  "name = \"b\"\n"
                  "token = \"aaaaaaaa\"\n"
                  "shard = [0, 2]\n"
                  "shards = 2\n"),
        R"(bot.toml:5:10: "shards" (all in this process) and "shard" (one of them) exclude each other
    5 | shards = 2
      |          ^)");
}

TEST(ConfigErrors, shards_in_words) {
    EXPECT_EQ(errors_of("[[bot]]\n"
                        "name = \"b\"\n"
                        "token = \"aaaaaaaa\"\n"
                        "shards = \"many\"\n"),
              R"(bot.toml:4:10: "shards" must be "auto" or how many, for instance 4
    4 | shards = "many"
      |          ^)");
}

TEST(ConfigErrors, unknown_key_of_a_presence) {
    EXPECT_EQ(
        errors_of("[[bot]]\n"
                  "name = \"b\"\n"
                  "token = \"aaaaaaaa\"\n"
                  "presence = { state = \"idle\" }\n"),
        R"(bot.toml:4:14: unknown key "state" in "presence"; known: status, activity, kind, url
    4 | presence = { state = "idle" }
      |              ^)");
}

TEST(ConfigErrors, intent_that_the_platform_has_not) {
    LoadOptions options = bare_environment();
    options.check_intent = [](std::string_view platform, std::string_view intent) -> Result<> {
        return intent == "GUILDS" ? Result<>()
                                  : Error(ErrorKind::invalid,
                                          std::string(platform) + " has no intent of that name");
    };
    EXPECT_EQ(errors_of("[[bot]]\n"
                        "name = \"b\"\n"
                        "token = \"aaaaaaaa\"\n"
                        "intents = [\"GUILDS\", \"GUILDZ\"]\n",
                        options),
              R"(bot.toml:4:22: discord has no intent of that name
    4 | intents = ["GUILDS", "GUILDZ"]
      |                      ^)");
}

TEST(ConfigErrors, intent_that_is_no_text) {
    EXPECT_EQ(errors_of("[[bot]]\n"
                        "name = \"b\"\n"
                        "token = \"aaaaaaaa\"\n"
                        "intents = [\"GUILDS\", 5]\n"),
              R"(bot.toml:4:22: "intents[1]" must be a string, not an integer
    4 | intents = ["GUILDS", 5]
      |                      ^)");
}

TEST(ConfigErrors, extension_name_that_could_be_a_path) {
    EXPECT_EQ(
        errors_of("[plugins.\"../x\"]\n"),
        R"(bot.toml:1:10: what a plugin or script is called begins with a lower-case letter and has only )"
        R"(lower-case letters, digits, "_" and "-"
    1 | [plugins."../x"]
      |          ^)");
}

TEST(ConfigErrors, limit_of_scripts_on_a_plugin) {
    EXPECT_EQ(errors_of("[plugins.x]\n"
                        "time_limit = \"5s\"\n"),
              R"(bot.toml:2:1: "time_limit" is a limit of scripts; a plugin has none
    2 | time_limit = "5s"
      | ^)");
}

TEST(ConfigErrors, setting_that_json_has_not) {
    EXPECT_EQ(errors_of("[scripts.x]\n"
                        "from = 2020-01-01\n"),
              R"(bot.toml:2:8: "from" cannot be handed to an extension: write a date as a string
    2 | from = 2020-01-01
      |        ^)");
}

TEST(ConfigErrors, string_left_open) {
    EXPECT_EQ(
        errors_of("[runtime]\n"
                  "state = \"here\n"),
        R"(bot.toml:2:14: this is not TOML: Error while parsing string: unescaped control characters )"
        R"(other than TAB (U+0009) are explicitly prohibited
    2 | state = "here
      |              ^)");
}

TEST(ConfigErrors, key_given_twice) {
    EXPECT_EQ(
        errors_of("[runtime]\n"
                  "state = \"a\"\n"
                  "state = \"b\"\n"),
        R"(bot.toml:3:9: this is not TOML: Error while parsing key-value pair: cannot redefine existing string 'state'
    3 | state = "b"
      |         ^)");
}

TEST(ConfigErrors, bytes_that_are_no_text) {
    EXPECT_EQ(errors_of("[runtime]\nstate = \"\xff\xfe\"\n"),
              R"(bot.toml:2:9: this is not TOML: Encountered invalid utf-8 sequence
    2 | state = "??"
      |         ^)");
}

TEST(ConfigErrors, arrays_nested_without_end) {
    const auto errors = errors_of("x = " + std::string(100'000, '['));
    EXPECT_NE(errors.find("this is not TOML"), std::string::npos);
    EXPECT_LT(errors.size(), 1000U);
}

TEST(ConfigErrors, all_faults_are_reported_in_the_order_of_the_file) {
    EXPECT_EQ(errors_of("[scripts]\n"
                        "dri = \"s\"\n"
                        "[runtime]\n"
                        "state = 5\n"
                        "[plugins]\n"
                        "enabled = \"yes\"\n"),
              R"(bot.toml:2:1: unknown key "dri" in [scripts]; did you mean "dir"?
    2 | dri = "s"
      | ^
bot.toml:4:9: "state" must be a string, not an integer
    4 | state = 5
      |         ^
bot.toml:6:11: "enabled" must be true or false, not a string
    6 | enabled = "yes"
      |           ^)");
}

TEST(ConfigErrors, file_that_is_not_there) {
    const auto config = load("/nonexistent/bot.toml");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind(), ErrorKind::not_found);
    EXPECT_EQ(config.error().message(), "/nonexistent/bot.toml: there is no such file");
}

TEST(ConfigErrors, folder_instead_of_a_file) {
    const auto config = load("/");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().message(), "/: this is not a file");
}

TEST(ConfigErrors, file_larger_than_any_config) {
    const auto file = std::filesystem::path(testing::TempDir()) / "large.toml";
    std::ofstream(file) << std::string((std::size_t{1} << 20U) + 1, '\n');
    const auto config = load(file);
    std::filesystem::remove(file);
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind(), ErrorKind::limit);
}

// Each line puts the same secret where an error shows the line: none may show it.
class ConfigSecrets : public testing::TestWithParam<const char*> {};

TEST_P(ConfigSecrets, never_stand_in_an_error) {
    const std::string secret = "MTA1XhunterXhunter.GaBcDe.secretsecret-secret_secret99";
    std::string text = GetParam();
    for (auto at = text.find('@'); at != std::string::npos; at = text.find('@')) {
        text.replace(at, 1, secret);
    }
    const auto errors = errors_of(text);
    EXPECT_NE(errors, "");
    EXPECT_EQ(errors.find("hunter"), std::string::npos) << errors;
    EXPECT_EQ(errors.find("secretsecret"), std::string::npos) << errors;
}

INSTANTIATE_TEST_SUITE_P(
    Places, ConfigSecrets,
    testing::Values("[[bot]]\ntokn = \"@\"\n",                   // misspelt key
                    "[[bot]]\ntoken = @\n",                      // no quotes
                    "[[bot]]\ntoken = \"@\n",                    // left open
                    "[[bot]]\ntoken = \"@\" \"@\"\n",            // something behind it
                    "[[bot]]\ntoken = \"@ @\"\n",                // a space inside
                    "[[bot]]\ntoken = \"Bot @\"\n",              // with the header's word
                    "[[bot]]\ntoken = \"\"\"\n@\n\"\"\"\n",      // over several lines
                    "[[bot]]\ntoken = \"\"\"\n@\n\x01\"\"\"\n",  // and not TOML
                    "[[bot]]\ntoken = [\"@\"]\n",                // in an array
                    "[[bot]]\ntoken = [\n\"@\", x\n]\n",         // over several lines
                    "[[bot]]\ntoken = { value = \"@\" }\n",      // in a table
                    "[[bot]]\ntoken = { env = \"@\" }\n",        // for the variable's name
                    "[[bot]]\nname = \"@\"\n",                   // under another key
                    "[[bot]]\nplatform = \"@\"\n",               // that repeats words
                    "[[bot]]\n@\n",                              // under no key
                    "[[bot]]\n@ = 5\n",                          // as the key
                    "bot = [{ name = 5, token = \"@\" }]\n",     // inline
                    "[plugins.x]\napi_key = \"@\" x\n"));        // an extension's own

/// True when eight letters in a row of the secret can be read in `errors`.
bool leaks(const std::string& errors, const std::string& secret) {
    for (std::size_t at = 0; at + 8 <= secret.size(); ++at) {
        if (errors.find(secret.substr(at, 8)) != std::string::npos) {
            return true;
        }
    }
    return false;
}

TEST(ConfigSecretsUnderTypos, no_single_wrong_byte_shows_the_token) {
    const std::string secret = "hunter2-Correct.Horse_9";
    const std::string text =
        "[[bot]]\nname = \"b\"\ntoken = \"" + secret + "\"\nintents = \"auto\"\n";
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string shorter = text;
        shorter.erase(at, 1);
        EXPECT_FALSE(leaks(errors_of(shorter), secret)) << shorter << errors_of(shorter);
        for (const char wrong : std::string("\"'=\n {}[].#,\\x5\x01\xff")) {
            std::string changed = text;
            changed[at] = wrong;
            EXPECT_FALSE(leaks(errors_of(changed), secret)) << changed << errors_of(changed);
            std::string longer = text;
            longer.insert(at, 1, wrong);
            EXPECT_FALSE(leaks(errors_of(longer), secret)) << longer << errors_of(longer);
        }
    }
}

TEST(ConfigErrors, a_prefix_that_nobody_could_write) {
    EXPECT_EQ(
        errors_of("[commands]\n"
                  "prefix = [\"!\", \" ?\"]\n"),
        R"(bot.toml:2:16: a prefix has at most 20 bytes, on one line, and does not begin with a space
    2 | prefix = ["!", " ?"]
      |                ^)");
    EXPECT_EQ(
        errors_of("[commands]\n"
                  "prefix = 3\n"),
        R"(bot.toml:2:10: "prefix" must be a text such as "!", or a list of such texts, not an integer
    2 | prefix = 3
      |          ^)");
}

TEST(ConfigErrors, an_owner_is_an_id) {
    EXPECT_EQ(errors_of("[[bot]]\nname = \"b\"\ntoken = \"aaaaaaaa\"\n"
                        "owners = [\"a b\"]\n"),
              R"(bot.toml:4:11: this must be 1 to 128 visible characters
    4 | owners = ["a b"]
      |           ^)");
}

}  // namespace
}  // namespace rookery::config
