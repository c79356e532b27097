#include "command/messages.hpp"

#include "command/help.hpp"
#include "command/text_parser.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr auto kPhrases = static_cast<std::size_t>(Phrase::last_);

std::set<std::string> words_in(const std::string& text) {
    std::set<std::string> out;
    for (std::size_t open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
        out.insert(text.substr(open, text.find('}', open) - open));
    }
    return out;
}

/// What a user is told who writes that.
std::string told(const char* options, const char* text, const char* locale = "en") {
    const auto definition = read_definition(
        json{{"name", "x"}, {"description", "d"}, {"options", json::parse(options)}});
    EXPECT_TRUE(definition);
    const auto result = parse_text(**definition, text, 0, locale);
    const auto* failure = std::get_if<ParseFailure>(&result);
    EXPECT_NE(failure, nullptr);
    return problem_text(failure->problem, *failure->node, locale, "!", text);
}

TEST(MessagesTest, every_phrase_is_there_in_every_language_with_the_same_words) {
    for (std::size_t i = 0; i < kPhrases; ++i) {
        const auto phrase = static_cast<Phrase>(i);
        const std::string english(phrase_text("en", phrase));
        EXPECT_FALSE(english.empty()) << i;
        for (const std::string_view language : languages()) {
            const std::string text(phrase_text(language, phrase));
            EXPECT_FALSE(text.empty()) << language << ": " << english;
            EXPECT_EQ(words_in(text), words_in(english)) << text;
            EXPECT_LE(text.size(), 200U) << text;
        }
    }
}

TEST(MessagesTest, languages_by_locale) {
    EXPECT_EQ(say("de", Phrase::yes), "Ja");
    EXPECT_EQ(say("de-AT", Phrase::yes), "Ja");
    EXPECT_EQ(say("den", Phrase::yes), "Yes");
    EXPECT_EQ(say("fr", Phrase::yes), "Yes");
    EXPECT_EQ(say("", Phrase::page, {{"page", "1"}, {"pages", "{page}"}}), "Page 1 of {page}");
}

TEST(MessagesTest, what_is_wrong_and_where) {
    EXPECT_EQ(told(R"([{"name": "n", "type": "integer", "required": true},
                       {"name": "what", "description": "What to do.", "required": true}])",
                   "5"),
              "**what** is missing: What to do.\n```\n!x <n> <what…>\n       ^^^^^^^\n```");
    EXPECT_EQ(told(R"([{"name": "n", "type": "integer", "required": true}])", "", "de"),
              "**n** fehlt: eine ganze Zahl.\n```\n!x <n>\n   ^^^\n```");
    EXPECT_EQ(told(R"([{"name": "n", "type": "integer", "required": true}])", "*five*"),
              "**n** should be a whole number such as 5, not “\\*five\\*”.\n"
              "```\n!x <n>\n   ^^^\n```");
    EXPECT_EQ(told(R"([{"name": "n", "type": "duration", "max": "1h"}])", "2h", "de"),
              "**n** soll höchstens 1 Stunde sein, nicht 2h.\n```\n!x [n]\n   ^^^\n```");
    EXPECT_EQ(told(R"([{"name": "c", "choices": ["red", "green", "blue"]}])", "gren"),
              "**c** should be red, green or blue, not “gren”. Did you mean green?\n"
              "```\n!x [c]\n   ^^^\n```");
    EXPECT_EQ(told("[]", "now please"), "That is more than I need: “now please”.\n```\n!x\n```");
    EXPECT_EQ(told(R"([{"name": "c", "rest": false}])", "\"open `text"),
              "The quotation mark \" is opened but not closed.\n```\n\"open 'text\n^\n```");
    EXPECT_EQ(told(R"([{"name": "days"}, {"name": "c", "type": "boolean"}])", "--dasy 5"),
              "There is no option “--dasy”. Did you mean --days?\n```\n!x [days] [c]\n```");
    EXPECT_EQ(told(R"([{"name": "t", "max_length": 3}])", "four"),
              "**t** is too long: at most 3 characters are possible, got 4.\n"
              "```\n!x [t…]\n   ^^^^\n```");
}

TEST(MessagesTest, what_users_wrote_mentions_nobody_and_hides_nothing) {
    const std::string text =
        told(R"([{"name": "n", "type": "integer"}])", "@everyone\u202e<@5>\u200b`");
    EXPECT_EQ(text.find("@everyone"), std::string::npos);
    EXPECT_EQ(text.find("<@5>"), std::string::npos);
    EXPECT_EQ(text.find("\u202e"), std::string::npos);
}

TEST(MessagesTest, an_excerpt_in_another_script_is_marked_where_the_quote_opens) {
    EXPECT_EQ(told(R"([{"name": "a", "rest": false}, {"name": "b", "rest": false}])",
                   "שלום “<@5>\u202e @everyone"),
              "The quotation mark “ is opened but not closed.\n"
              "```\nשלום “<\u200b@\u200b5> @\u200beveryone\n     ^\n```");
}

TEST(MessagesTest, lists) {
    const std::vector<std::string> items = {"a", "b", "c"};
    EXPECT_EQ(listed("en", items), "a, b or c");
    EXPECT_EQ(listed("de", items), "a, b oder c");
    EXPECT_EQ(listed("en", items, 2), "a, b … (1 more)");
    EXPECT_EQ(permission_words("en", std::vector<std::string>{"ManageMessages", "UseVAD"}),
              "Manage Messages, Use VAD");
}

TEST(HelpTest, a_document_in_a_locale) {
    const auto definition = read_definition(json::parse(R"({
        "name": "remind", "description": "Reminds you", "aliases": ["r"], "category": "Fun",
        "where": "guild", "member_permissions": ["ManageMessages"],
        "cooldown": {"uses": 3, "time": "10s"}, "examples": ["2h tea"],
        "localizations": {"de": {"name": "erinnern", "description": "Erinnert dich"}},
        "options": [
          {"name": "in", "type": "duration", "description": "When", "required": true,
           "min": "10s", "max": "30d"},
          {"name": "loud", "type": "boolean", "default": false},
          {"name": "what", "description": "Of what",
           "localizations": {"de": {"description": "Woran"}}}]})"));
    ASSERT_TRUE(definition);
    const json help = help_document(**definition, (*definition)->root, "de", "!");
    EXPECT_EQ(help["shown"], "erinnern");
    EXPECT_EQ(help["path"], "remind");
    EXPECT_EQ(help["description"], "Erinnert dich");
    EXPECT_EQ(help["usage"], "!remind <in> [loud] [what…]");
    EXPECT_EQ(help["examples"], json({"!remind 2h tea"}));
    EXPECT_EQ(help["notes"], json({"Dazu braucht man: Manage Messages", "Nur auf Servern",
                                   "3-mal in 10 Sekunden"}));
    EXPECT_EQ(help["options"][0]["limits"], "nötig; 10 Sekunden bis 30 Tage");
    EXPECT_EQ(help["options"][1]["limits"], "sonst Nein");
    EXPECT_EQ(help["options"][2]["description"], "Woran");
    const json english = help_document(**definition, (*definition)->root, "en-GB", "/");
    EXPECT_EQ(english["notes"][2], "3 times in 10 seconds");
    EXPECT_EQ(english["options"][0]["limits"], "needed; 10 seconds to 30 days");
}

TEST(HelpTest, the_usage_of_a_group_lists_what_is_below) {
    const auto definition = read_definition(json::parse(R"({"name": "todo", "description": "d",
        "subcommands": [{"name": "add", "description": "Adds"},
                        {"name": "list", "description": "Lists"}]})"));
    ASSERT_TRUE(definition);
    EXPECT_EQ(usage_line((*definition)->root, "!"), "!todo <add|list>");
    const json help = help_document(**definition, (*definition)->root, "en", "!");
    EXPECT_EQ(help["subcommands"][0]["usage"], "!todo add");
}

}  // namespace
}  // namespace rookery::command
