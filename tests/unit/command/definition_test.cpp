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
        "member_permissions": ["manageMessages"], "cooldown": {"time": "10s", "uses": 2},
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

TEST(SlashFormTest, a_definition_as_the_platform_wants_it) {
    const auto definition = read(R"({"name": "remind", "description": "Reminds you",
        "member_permissions": ["manageMessages"], "where": "guild", "nsfw": true,
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
