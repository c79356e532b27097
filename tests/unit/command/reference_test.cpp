#include "command/slash_form.hpp"
#include "command/text_parser.hpp"
#include "places.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

// The examples of docs/reference/command-definitions.md and invocations.md are true.
namespace rookery::command {
namespace {

using nlohmann::json;

/// Fenced blocks in their order: language and text.
std::vector<std::pair<std::string, std::string>> blocks_of(const std::string& page) {
    std::ifstream file(std::string(ROOKERY_SOURCE_DIR) + "/docs/reference/" + page);
    EXPECT_TRUE(file) << page;
    std::vector<std::pair<std::string, std::string>> out;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("```")) {
            inside = !inside;
            if (inside) {
                out.emplace_back(line.substr(3), "");
            }
        } else if (inside) {
            out.back().second += line + "\n";
        }
    }
    EXPECT_FALSE(inside) << page;
    return out;
}

constexpr std::pair<ProblemKind, const char*> kKinds[] = {
    {ProblemKind::missing, "missing"},
    {ProblemKind::extra, "extra"},
    {ProblemKind::unknown_subcommand, "unknown_subcommand"},
    {ProblemKind::unknown_option, "unknown_option"},
    {ProblemKind::given_twice, "given_twice"},
    {ProblemKind::not_integer, "not_integer"},
    {ProblemKind::not_duration, "not_duration"},
    {ProblemKind::too_small, "too_small"},
    {ProblemKind::too_large, "too_large"},
};

/// As the page writes it: values as JSON, ids in <>, names as texts, a problem by its kind.
std::string outcome_of(const ParseResult& result) {
    if (const auto* failure = std::get_if<ParseFailure>(&result)) {
        std::string out;
        for (const auto& [kind, name] : kKinds) {
            out += kind == failure->problem.kind ? name : "";
        }
        const Option* const option = failure->problem.option;
        return out + (option != nullptr ? " " + option->name : "");
    }
    json out = json::object();
    for (const Value& value : std::get<Parsed>(result).values) {
        json& place = out[value.option->name];
        if (const auto* reference = std::get_if<Reference>(&value.data)) {
            place = reference->name.empty() ? "<" + reference->id + ">" : reference->name;
        } else {
            place = std::get<json>(value.data);
        }
    }
    return out.dump();
}

std::map<std::string, DefinitionPtr> read_page() {
    std::map<std::string, DefinitionPtr> out;
    for (const auto& [language, text] : blocks_of("command-definitions.md")) {
        if (language == "json") {
            auto read = read_definition(json::parse(text));
            EXPECT_TRUE(read) << text;
            if (read) {
                out[(*read)->root.name] = *read;
            }
        }
    }
    return out;
}

TEST(ReferenceTest, definitions_and_the_texts_for_them_are_as_the_page_says) {
    DefinitionPtr definition;
    std::size_t definitions = 0;
    std::size_t texts = 0;
    for (const auto& [language, text] : blocks_of("command-definitions.md")) {
        if (language == "json") {
            auto read = read_definition(json::parse(text));
            ASSERT_TRUE(read) << text << read.error().message();
            definition = *read;
            EXPECT_FALSE(slash_form(*definition).empty());
            ++definitions;
            continue;
        }
        ASSERT_EQ(language, "text");
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            const std::size_t arrow = line.find("=>");
            ASSERT_NE(arrow, line.npos) << line;
            std::string wanted = line.substr(arrow + 3);
            if (wanted.starts_with('{')) {
                wanted = json::parse(wanted).dump();
            }
            const std::string written = line.substr(0, arrow);
            const std::string behind = written.substr(std::min(written.find(' '), written.size()));
            std::string got = outcome_of(parse_text(*definition, behind, 0, "en"));
            if (got.starts_with('{')) {
                // 7200.0 is 7200 on the page.
                EXPECT_EQ(json::parse(got), json::parse(wanted)) << line;
            } else {
                EXPECT_EQ(got, wanted) << line;
            }
            ++texts;
        }
    }
    EXPECT_EQ(definitions, 4U);
    EXPECT_GE(texts, 20U);
}

TEST(ReferenceTest, invocations_are_of_commands_that_the_page_defines) {
    const auto definitions = read_page();
    const std::map<std::string, std::set<std::string>> keys = {
        {"command",
         {"kind", "command", "source", "options", "target", "locale", "prefix", "alias", "userId",
          "channelId", "guildId", "messageId", "member"}},
        {"autocomplete",
         {"kind", "command", "source", "options", "focused", "typed", "locale", "userId",
          "channelId", "guildId"}},
        {"press",
         {"kind", "action", "component", "state", "values", "fields", "locale", "userId",
          "channelId", "guildId", "messageId"}}};
    std::set<std::string> seen;
    for (const auto& [language, text] : blocks_of("invocations.md")) {
        ASSERT_EQ(language, "json");
        const json invocation = json::parse(text);
        const std::string kind = invocation.at("kind");
        ASSERT_TRUE(keys.contains(kind)) << kind;
        seen.insert(kind);
        for (const auto& [key, value] : invocation.items()) {
            EXPECT_TRUE(keys.at(kind).contains(key)) << kind << "." << key;
        }
        if (kind == "press") {
            continue;
        }
        const std::string path = invocation.at("command");
        const auto found = definitions.find(path.substr(0, path.find(' ')));
        ASSERT_NE(found, definitions.end()) << path;
        const Node* const node = find_node(*found->second, path);
        ASSERT_NE(node, nullptr) << path;
        for (const auto& [name, value] : invocation.at("options").items()) {
            EXPECT_NE(find_option(*node, name), nullptr) << path << ": " << name;
        }
    }
    EXPECT_EQ(seen.size(), keys.size());
}

}  // namespace
}  // namespace rookery::command
