#include "command/definition.hpp"

#include "command/slash_form.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery::command {
namespace {

using nlohmann::json;

DefinitionPtr read(const char* text) {
    auto definition = read_definition(json::parse(text));
    EXPECT_TRUE(definition) << (definition ? "" : definition.error().message());
    return definition ? *definition : nullptr;
}

std::string fault_of(const char* text) {
    const auto definition = read_definition(json::parse(text));
    return definition ? "none" : definition.error().context();
}

TEST(DefinitionTest, reads_options_with_their_types_and_limits) {
    const auto definition = read(R"({"name": "remind", "description": "Reminds you", "options": [
        {"name": "in", "type": "duration", "required": true, "min": "10s", "max": "30d"},
        {"name": "what", "description": "Of what", "max_length": 100}]})");
    ASSERT_TRUE(definition);
    const auto& options = definition->root.options;
    ASSERT_EQ(options.size(), 2U);
    EXPECT_EQ(options[0].type, OptionType::duration);
    EXPECT_EQ(options[0].min, 10.0);
    EXPECT_EQ(options[0].max, 30 * 86'400.0);
    EXPECT_EQ(options[0].description, "in");
    EXPECT_TRUE(options[1].rest);
    EXPECT_EQ(options[1].max_length, 100U);
}

TEST(DefinitionTest, subcommands_have_the_rules_of_their_command) {
    const auto definition = read(R"({"name": "todo", "description": "A list",
        "member_permissions": ["ManageMessages"], "cooldown": {"time": "10s", "uses": 2},
        "subcommands": [
          {"name": "add", "description": "Adds"},
          {"name": "list", "description": "Lists", "member_permissions": [], "subcommands": [
             {"name": "all", "description": "All", "cooldown": "1m"}]}]})");
    ASSERT_TRUE(definition);
    const Node* const add = find_node(*definition, "todo add");
    ASSERT_NE(add, nullptr);
    EXPECT_EQ(add->rules.member_bits, 0x2000U);
    EXPECT_EQ(add->rules.cooldown_of, "todo");
    const Node* const all = find_node(*definition, "todo list all");
    ASSERT_NE(all, nullptr);
    EXPECT_EQ(all->rules.member_bits, 0U);
    EXPECT_EQ(all->rules.cooldown->time, std::chrono::minutes(1));
    EXPECT_EQ(all->rules.cooldown_of, "todo list all");
    EXPECT_EQ(find_node(*definition, "todo lis"), nullptr);
    EXPECT_EQ(find_node(*definition, "todo list all x"), nullptr);
    EXPECT_FALSE(definition->root.leaf);
}

TEST(DefinitionTest, unknown_keys_are_refused_with_the_nearest) {
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "cooldwon": "1s"})"),
              "cooldwon: there is no such key, did you mean \"cooldown\"?");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "options": [{"name": "c",
        "tpye": "string"}]})"),
              "options[1].tpye: there is no such key, did you mean \"type\"?");
}

TEST(DefinitionTest, faults_have_their_place) {
    EXPECT_EQ(fault_of(R"({"description": "b"})"), "name: is missing");
    EXPECT_EQ(fault_of(R"({"name": "a"})"), "description: is missing");
    EXPECT_EQ(fault_of(R"([1])"),
              "command: expected a table that describes the command, got a list");
    EXPECT_EQ(fault_of(R"({"name": "Ping", "description": "b"})"),
              "name: expected lower-case letters, digits, - and _, got \"Ping\"");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "options": [{"name": "c"}, {"name":
        "dddddddddddddddddddddddddddddddddddddddd"}]})"),
              "options[2].name: expected 1 to 32 characters, got 40");
}

/// The fault of a command with these options.
std::string fault_in(const std::string& options) {
    const std::string text = R"({"name": "a", "description": "b", "options": )" + options + "}";
    return fault_of(text.c_str());
}

TEST(DefinitionTest, options_that_contradict_themselves) {
    EXPECT_EQ(fault_in(R"([{"name": "c", "rest": true}, {"name": "d"}])"),
              "options[1].rest: only the last option can take the rest");
    EXPECT_EQ(fault_in(R"([{"name": "c", "autocomplete": true, "choices": ["x"]}])"),
              "options[1].choices: choices and autocomplete exclude each other");
    EXPECT_EQ(fault_in(R"([{"name": "c", "type": "integer", "min": 5, "max": 1}])"),
              "options[1].max: is less than min");
    EXPECT_EQ(fault_in(R"([{"name": "c", "min": 5}])"),
              "options[1].min: is for numbers and durations; texts have min_length");
    EXPECT_EQ(fault_in(R"([{"name": "c", "type": "integer", "max": 3, "default": 4}])"),
              "options[1].default: is not between min and max");
    EXPECT_EQ(fault_in(R"([{"name": "c", "choices": ["x"], "default": "y"}])"),
              "options[1].default: is none of the choices");
    EXPECT_EQ(fault_in(R"([{"name": "c", "required": true, "default": "y"}])"),
              "options[1].default: a required option has none");
    EXPECT_EQ(fault_in(R"([{"name": "c", "type": "user", "choices": ["x"]}])"),
              "options[1].choices: is for texts, numbers and durations");
    EXPECT_EQ(fault_in(R"([{"name": "c", "type": "integer", "choices": ["x"]}])"),
              "options[1].choices[1].value: expected a whole number, got \"x\"");
    EXPECT_EQ(fault_in(R"([{"name": "c", "type": "duration", "max": "soon"}])"),
              "options[1].max: expected a duration such as \"1h30m\", got \"soon\"");
    EXPECT_EQ(fault_in(R"([{"name": "c", "type": "strnig"}])"),
              "options[1].type: expected string, integer, number, boolean, user, member, role, "
              "channel, mentionable, attachment or duration, got \"strnig\", did you mean "
              "\"string\"?");
    EXPECT_EQ(
        fault_in(R"([{"name": "c", "type": "channel", "channel_types": ["texts"]}])").substr(0, 40),
        "options[1].channel_types[1]: expected te");
}

TEST(DefinitionTest, names_that_are_there_twice) {
    EXPECT_EQ(fault_in(R"([{"name": "c"}, {"name": "c"}])"),
              "options[2].name: \"c\" is there twice");
    EXPECT_EQ(fault_in(R"([{"name": "c"}, {"name": "d", "localizations": {"de": "c"}}])"),
              "options[2].localizations.de.name: \"c\" is there twice");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "subcommands": [
        {"name": "c", "description": "d"}, {"name": "e", "description": "f", "aliases": ["C"]}]})"),
              "subcommands[2].aliases[1]: \"C\" is there twice");
    EXPECT_EQ(fault_in(R"([{"name": "c", "choices": ["x", "X"]}])"),
              "options[1].choices[2].name: \"X\" is there twice");
}

TEST(DefinitionTest, more_than_is_possible) {
    json options = json::array();
    json choices = json::array();
    for (int i = 0; i < 26; ++i) {
        options.push_back({{"name", "o" + std::to_string(i)}});
        choices.push_back(i);
    }
    EXPECT_EQ(fault_in(options.dump()), "options: at most 25 are possible, got 26");
    EXPECT_EQ(
        fault_in(json::array({{{"name", "c"}, {"type", "integer"}, {"choices", choices}}}).dump()),
        "options[1].choices: at most 25 are possible, got 26");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "subcommands": [{"name": "c",
        "description": "d", "subcommands": [{"name": "e", "description": "f", "subcommands": [
        {"name": "g", "description": "h"}]}]}]})"),
              "subcommands[1].subcommands[1].subcommands: a command has groups or subcommands, a "
              "group has subcommands, and nothing goes deeper");
}

TEST(DefinitionTest, other_faults_of_commands) {
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "options": [{"name": "c"}],
        "subcommands": [{"name": "d", "description": "e"}]})"),
              "subcommands: subcommands and options exclude each other");
    EXPECT_EQ(fault_of(R"({"name": "A b", "type": "user", "description": "c"})"),
              "description: only slash commands have it");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "type": "user", "prefix": true})"),
              "prefix: only slash commands have another form");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "slash": false, "prefix": false})"),
              "prefix: without slash and prefix nobody can use it");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "member_permissions":
        ["manageMesages"]})"),
              "member_permissions[1]: there is no permission \"manageMesages\", did you mean "
              "\"ManageMessages\"?");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "aliases": ["c d"]})"),
              "aliases[1]: expected one word, got \"c d\"");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "cooldown": {"per": "user"}})"),
              "cooldown: time is missing");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "cooldown": {"time": 0}})"),
              "cooldown.time: expected more than nothing");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "where": "server"})"),
              "where: expected anywhere, guild or dm, got \"server\"");
    EXPECT_EQ(fault_of(R"({"name": "a", "description": "b", "subcommands": [{"name": "c",
        "description": "d", "guilds": ["1"]}]})"),
              "subcommands[1].guilds: there is no such key");
}

TEST(DefinitionTest, names_of_other_scripts_are_small_letters_without_symbols) {
    const auto fault_of_name = [](const std::string& name) {
        return fault_of(json{{"name", name}, {"description", "b"}}.dump().c_str());
    };
    for (const char* good :
         {"übersicht", "напомни", "リマインド", "याद", "إعداد", "it's", "8ball"}) {
        EXPECT_EQ(fault_of_name(good), "none") << good;
    }
    for (const char* bad : {"Übersicht", "Напомни", "a b", "a\u200bb", "ping!", "🎲", "a\u3000b"}) {
        EXPECT_NE(fault_of_name(bad), "none") << bad;
    }
}

TEST(DefinitionTest, user_and_message_commands_have_no_other_form) {
    const auto definition = read(R"({"name": "Report This", "type": "message"})");
    ASSERT_TRUE(definition);
    EXPECT_TRUE(definition->slash);
    EXPECT_FALSE(definition->prefix);
    EXPECT_EQ(slash_form(*definition), json({{"name", "Report This"}, {"type", 3}}));
}

TEST(SlashFormTest, a_definition_as_the_platform_wants_it) {
    const auto definition = read(R"({"name": "remind", "description": "Reminds you",
        "member_permissions": ["ManageMessages"], "where": "guild", "nsfw": true,
        "localizations": {"de": {"name": "erinnern", "description": "Erinnert"}, "en": "remind"},
        "options": [
        {"name": "loud", "type": "boolean"},
        {"name": "in", "type": "duration", "required": true, "min": "10s"},
        {"name": "n", "type": "integer", "min": 1, "max": 5},
        {"name": "to", "type": "channel", "channel_types": ["text", "forum"]}]})");
    ASSERT_TRUE(definition);
    EXPECT_EQ(slash_form(*definition), json::parse(R"({"name": "remind", "type": 1,
        "description": "Reminds you", "default_member_permissions": "8192", "contexts": [0],
        "nsfw": true,
        "name_localizations": {"de": "erinnern", "en-GB": "remind", "en-US": "remind"},
        "description_localizations": {"de": "Erinnert"},
        "options": [
        {"name": "in", "description": "in", "type": 3, "required": true, "max_length": 100},
        {"name": "loud", "description": "loud", "type": 5},
        {"name": "n", "description": "n", "type": 4, "min_value": 1, "max_value": 5},
        {"name": "to", "description": "to", "type": 7, "channel_types": [0, 15]}]})"));
}

}  // namespace
}  // namespace rookery::command
