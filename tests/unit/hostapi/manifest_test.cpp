#include "hostapi/manifest.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

std::string refusal(std::string_view text, ManifestPlace place = {}) {
    const auto manifest = parse_manifest(text, "ping.lua", place);
    return manifest ? "accepted" : manifest.error().message();
}

std::string setting_refusal(std::string_view form, json settings) {
    const auto manifest =
        parse_manifest(R"({"config": {"limit": )" + std::string(form) + "}}", "ping.lua");
    if (!manifest) {
        return manifest.error().message();
    }
    const auto complete = complete_settings(*manifest, std::move(settings), "[scripts.ping]");
    return complete ? "accepted" : complete.error().message();
}

TEST(Manifest, is_read_whole) {
    const auto manifest = parse_manifest(R"({
        "name": "ping", "version": "1.0", "license": "MIT", "description": "Answers.",
        "needs": {"rookery": "1.2"}, "capabilities": ["kv", "http:api.example.com"],
        "intents": ["GUILD_MESSAGES"],
        "config": {"limit": {"type": "integer", "default": 3, "min": 1, "max": 10, "doc": "How many."}}
    })",
                                         "ping.lua");
    ASSERT_TRUE(manifest) << manifest.error().message();
    EXPECT_EQ(manifest->name, "ping");
    EXPECT_EQ(manifest->version, "1.0");
    EXPECT_EQ(manifest->license, "MIT");
    EXPECT_EQ(manifest->description, "Answers.");
    EXPECT_EQ(manifest->needs, (ApiLevel{1, 2}));
    EXPECT_EQ(manifest->capabilities, (std::vector<std::string>{"kv", "http:api.example.com"}));
    EXPECT_EQ(manifest->intents, std::vector<std::string>{"GUILD_MESSAGES"});
    ASSERT_EQ(manifest->config.size(), 1U);
    EXPECT_EQ(manifest->config[0].doc, "How many.");
}

TEST(Manifest, may_say_nothing) {
    const auto manifest = parse_manifest("{}", "ping.lua");
    ASSERT_TRUE(manifest);
    EXPECT_FALSE(manifest->capabilities);
    EXPECT_TRUE(check_needs(*manifest));
}

TEST(Manifest, tells_the_place_of_what_is_not_json) {
    EXPECT_TRUE(refusal("{\n  \"name\": }").starts_with("ping.lua:2:11: this is not JSON: "))
        << refusal("{\n  \"name\": }");
    EXPECT_TRUE(refusal("{ x", {7, 11}).starts_with("ping.lua:7:13: this is not JSON: "))
        << refusal("{ x", {7, 11});
    EXPECT_TRUE(refusal("").starts_with("ping.lua:1:1: this is not JSON: ")) << refusal("");
}

TEST(Manifest, tells_the_place_of_a_wrong_value) {
    EXPECT_EQ(refusal("{\n  \"name\": 5}"),
              "ping.lua:2:11: \"name\" must be a string of at most 1000 bytes, got 5");
    EXPECT_EQ(refusal(R"({"nmae": "x"})"),
              "ping.lua:1:10: there is no key \"nmae\": expected name, version, license, "
              "description, needs, capabilities, config or intents");
    EXPECT_EQ(refusal("[]"), "ping.lua:1:1: expected a JSON object, got array");
    EXPECT_EQ(refusal(R"({"capabilities": ["rest:cats.pet"]})"),
              "ping.lua:1:18: capability \"rest:cats.pet\": there is no such operation");
    EXPECT_EQ(refusal(R"({"needs": "1.2"})"),
              "ping.lua:1:11: \"needs\" must be of the form {\"rookery\": \"1.2\"}, got \"1.2\"");
    EXPECT_EQ(refusal(R"({"intents": [1]})"),
              "ping.lua:1:13: \"intents\" must be a list of at most 200 strings");
}

TEST(Manifest, is_bounded) {
    EXPECT_EQ(refusal(std::string(kLargestManifest + 1, ' ')),
              "ping.lua:1:1: a manifest has at most 64 KiB");
    EXPECT_TRUE(refusal(R"({"config": )" + std::string(60'000, '[')).starts_with("ping.lua:1:"));
}

TEST(Manifest, needs_a_runtime_that_is_new_enough) {
    EXPECT_FALSE(check_needs(*parse_manifest(R"({"needs": {"rookery": "1.99"}})", "x")));
    EXPECT_FALSE(check_needs(*parse_manifest(R"({"needs": {"rookery": "2.0"}})", "x")));
    EXPECT_TRUE(check_needs(*parse_manifest(R"({"needs": {"rookery": "1.0"}})", "x")));
    EXPECT_EQ(
        check_needs(*parse_manifest(R"({"needs": {"rookery": "9.1"}})", "x")).error().message(),
        "its manifest needs rookery 9.1; this runtime has 1.4");
}

TEST(Settings, are_completed_with_defaults) {
    const auto manifest = parse_manifest(
        R"({"config": {"a": {"type": "integer", "default": 3}, "b": {"type": "string"}}})", "x");
    EXPECT_EQ(*complete_settings(*manifest, json::object(), ""), json({{"a", 3}}));
    EXPECT_EQ(*complete_settings(*manifest, {{"a", 5}, {"b", "x"}}, ""),
              json({{"a", 5}, {"b", "x"}}));
}

TEST(Settings, without_a_schema_are_left_alone) {
    EXPECT_EQ(*complete_settings(Manifest{}, {{"anything", 1}}, ""), json({{"anything", 1}}));
}

TEST(Settings, that_break_their_rule_are_named) {
    const json eleven = {{"limit", 11}};
    EXPECT_EQ(setting_refusal(R"({"type": "integer", "min": 1, "max": 10})", eleven),
              "[scripts.ping]: limit must be between 1 and 10, got 11");
    EXPECT_EQ(setting_refusal(R"({"type": "string"})", eleven),
              "[scripts.ping]: limit must be a string, got 11");
    EXPECT_EQ(setting_refusal(R"({"type": "choice", "choices": ["a", "b"]})", {{"limit", "c"}}),
              "[scripts.ping]: limit must be one of a, b, got \"c\"");
    EXPECT_EQ(setting_refusal(R"({"type": "list", "of": "id"})", {{"limit", {"1", "x?"}}}),
              "[scripts.ping]: limit[2] must be an id, as a string, got \"x?\"");
    EXPECT_EQ(setting_refusal(R"({"type": "string", "max": 3})", {{"limit", "long"}}),
              "[scripts.ping]: limit must be at most 3 bytes long, got 4");
    EXPECT_EQ(setting_refusal(R"({"type": "integer"})", {{"limit", 2.5}}),
              "[scripts.ping]: limit must be a whole number, got 2.5");
    EXPECT_EQ(setting_refusal(R"({"type": "integer"})", {{"limt", 2}}),
              "[scripts.ping]: there is no setting \"limt\": expected limit");
    EXPECT_EQ(setting_refusal(R"({"type": "integer", "required": true, "doc": "How many."})",
                              json::object()),
              "[scripts.ping]: \"limit\" must be given: How many.");
}

TEST(Settings, have_rules_that_make_sense) {
    const auto rule = [](std::string_view form) { return setting_refusal(form, json::object()); };
    EXPECT_EQ(rule(R"({"type": "integer", "default": "x"})"),
              "ping.lua:1:12: \"config\": the default: limit must be a whole number, got \"x\"");
    EXPECT_EQ(rule(R"({"type": "shop"})"),
              "ping.lua:1:12: \"config\": limit: \"type\" must be one of string, integer, number, "
              "boolean, choice, id, list, table, any, got \"shop\"");
    EXPECT_EQ(rule(R"({"type": "boolean", "max": 3})"),
              "ping.lua:1:12: \"config\": limit: a boolean has no \"min\" and \"max\"");
    EXPECT_EQ(rule(R"({"type": "integer", "min": 9, "max": 3})"),
              "ping.lua:1:12: \"config\": limit: no value is between \"min\" 9 and \"max\" 3");
    EXPECT_EQ(rule("5"),
              "ping.lua:1:12: \"config\": limit: expected an object with \"type\", got 5");
}

}  // namespace
}  // namespace rookery::hostapi
