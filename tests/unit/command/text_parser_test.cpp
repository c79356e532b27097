#include "command/text_parser.hpp"

#include "command/messages.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace rookery::command {
namespace {

using nlohmann::json;

class TextParserTest : public ::testing::Test {
  protected:
    void define(const std::string& options) {
        define_whole(R"({"name": "x", "description": "X", "options": )" + options + "}");
    }
    void define_whole(const std::string& text) {
        auto read = read_definition(json::parse(text));
        ASSERT_TRUE(read) << read.error().message();
        definition_ = *read;
    }

    ParseResult parse(std::string_view text, std::size_t attachments = 0) {
        return parse_text(*definition_, text, attachments, "en");
    }

    /// The values by name; of a problem {"!": its kind as a number, ...}.
    json values(std::string_view text, std::size_t attachments = 0) {
        const ParseResult result = parse(text, attachments);
        if (const auto* failure = std::get_if<ParseFailure>(&result)) {
            return "fault " + std::to_string(static_cast<int>(failure->problem.kind)) + " " +
                   failure->problem.given;
        }
        json out = json::object();
        for (const Value& value : std::get<Parsed>(result).values) {
            json& place = out[value.option->name];
            if (const auto* plain = std::get_if<json>(&value.data)) {
                place = *plain;
            } else if (const auto* reference = std::get_if<Reference>(&value.data)) {
                place = reference->kind == Reference::Kind::any ? "any " + reference->name
                                                                : "id " + reference->id;
            } else {
                place = std::get<AttachmentIndex>(value.data).index;
            }
        }
        return out;
    }

    Problem fault(std::string_view text, std::size_t attachments = 0) {
        const ParseResult result = parse(text, attachments);
        const auto* failure = std::get_if<ParseFailure>(&result);
        EXPECT_NE(failure, nullptr) << text << " was read";
        return failure != nullptr ? failure->problem : Problem{};
    }

    DefinitionPtr definition_;
};

TEST_F(TextParserTest, words_go_to_options_in_their_order) {
    define(R"([{"name": "in", "type": "duration", "required": true},
               {"name": "what", "required": true}])");
    EXPECT_EQ(values("2h tea"), json({{"in", 7200.0}, {"what", "tea"}}));
    EXPECT_EQ(values("1 week, 2 days and 3 h tea"), json({{"in", 788400.0}, {"what", "tea"}}));
    EXPECT_EQ(values("2 hours and tea"), json({{"in", 7200.0}, {"what", "and tea"}}));
    EXPECT_EQ(values("  2 hours   the  good\ntea  "),
              json({{"in", 7200.0}, {"what", "the  good\ntea"}}));
}

TEST_F(TextParserTest, quotes_of_all_kinds_hold_words_together) {
    define(R"([{"name": "a", "required": true, "rest": false},
               {"name": "b", "required": true, "rest": false}])");
    for (const char* text :
         {R"("one two" x)", "'one two' x", "“one two” x", "„one two“ x", "„one two” x",
          "«one two» x", "»one two« x", "‘one two’ x", "「one two」 x", R"(one\ two x)"}) {
        EXPECT_EQ(values(text), json({{"a", "one two"}, {"b", "x"}})) << text;
    }
    EXPECT_EQ(values(R"("say \"hi\" \\ \n" '')"), json({{"a", R"(say "hi" \ \n)"}, {"b", ""}}));
    EXPECT_EQ(values("don't 'tis"), json({{"a", "don't"}, {"b", "'tis"}}));
}

TEST_F(TextParserTest, rest_takes_everything_as_it_is) {
    define(R"([{"name": "a", "type": "integer"}, {"name": "b"}])");
    EXPECT_EQ(values(R"(1 say "it" --now a 'b)"),
              json({{"a", 1}, {"b", R"(say "it" --now a 'b)"}}));
    EXPECT_EQ(values(R"(1 "quoted whole")"), json({{"a", 1}, {"b", "quoted whole"}}));
    EXPECT_EQ(values("```lua\nreturn 1\n```"), json({{"b", "```lua\nreturn 1\n```"}}));
    EXPECT_EQ(values("hello 5"), json({{"b", "hello 5"}}));
}

TEST_F(TextParserTest, options_by_name) {
    define(R"([{"name": "who", "type": "user", "required": true},
               {"name": "days", "type": "integer", "max": 7,
                "localizations": {"de": {"name": "tage"}}},
               {"name": "quiet", "type": "boolean"},
               {"name": "reason"}])");
    const json all = {{"who", "id 5"}, {"days", 3}, {"quiet", true}, {"reason", "was rude"}};
    for (const char* text :
         {"<@5> 3 yes was rude", "<@!5> --quiet --days 3 was rude", "days:3 quiet:on <@5> was rude",
          "<@5> tage:3 --quiet reason: was rude", "--reason=\"was rude\" <@5> --Days=3 —quiet",
          "who:<@5> reason:\"was rude\" days: 3 quiet:ja", "--who <@5> --quiet 3 was rude"}) {
        EXPECT_EQ(values(text), all) << text;
    }
    EXPECT_EQ(values("<@5> --no-quiet http://x"),
              json({{"who", "id 5"}, {"quiet", false}, {"reason", "http://x"}}));
    EXPECT_EQ(values("<@5> -- --quiet"), json({{"who", "id 5"}, {"reason", "--quiet"}}));
    EXPECT_EQ(fault("<@5> days:3 days:4").kind, ProblemKind::given_twice);
    EXPECT_EQ(fault("<@5> days:").kind, ProblemKind::no_value);
    EXPECT_EQ(fault("<@5> --dasy 3").kind, ProblemKind::unknown_option);
    EXPECT_EQ(fault("<@5> days:9").kind, ProblemKind::too_large);
}

TEST_F(TextParserTest, optional_ones_in_the_middle_are_passed_over) {
    define(R"([{"name": "who", "type": "user"}, {"name": "n", "type": "integer"},
               {"name": "text", "required": true}])");
    EXPECT_EQ(values("hello"), json({{"text", "hello"}}));
    EXPECT_EQ(values("5"), json({{"text", "5"}}));
    EXPECT_EQ(values("5 hello"), json({{"n", 5}, {"text", "hello"}}));
    EXPECT_EQ(values("hello world"), json({{"text", "hello world"}}));
    EXPECT_EQ(values("@bob hello"), json({{"who", "any bob"}, {"text", "hello"}}));
    EXPECT_EQ(values("<@1> 2 x y"), json({{"who", "id 1"}, {"n", 2}, {"text", "x y"}}));
}

TEST_F(TextParserTest, what_fits_no_option_is_told_of_the_first_that_it_could_be_for) {
    define(R"([{"name": "n", "type": "integer"}, {"name": "on", "type": "boolean"}])");
    const Problem problem = fault("banana");
    EXPECT_EQ(problem.kind, ProblemKind::not_integer);
    EXPECT_EQ(problem.option->name, "n");
    EXPECT_EQ(problem.given, "banana");
}

TEST_F(TextParserTest, subcommands_by_name_alias_and_translation) {
    define_whole(R"({"name": "todo", "description": "d", "subcommands": [
        {"name": "add", "description": "d", "aliases": ["+"],
         "localizations": {"de": {"name": "hinzufügen"}}, "options": [{"name": "what"}]},
        {"name": "list", "description": "d", "subcommands": [
            {"name": "all", "description": "d"}]}]})");
    for (const char* text : {"add x", "ADD x", "+ x", "HINZUFÜGEN x"}) {
        const auto result = parse(text);
        ASSERT_TRUE(std::holds_alternative<Parsed>(result)) << text;
        EXPECT_EQ(std::get<Parsed>(result).node->path, "todo add");
    }
    EXPECT_EQ(std::get<Parsed>(parse("list all")).node->path, "todo list all");
    EXPECT_EQ(std::get<Parsed>(parse("")).node->path, "todo");
    EXPECT_EQ(std::get<Parsed>(parse("list")).node->path, "todo list");
    const Problem problem = fault("ad x");
    EXPECT_EQ(problem.kind, ProblemKind::unknown_subcommand);
    EXPECT_EQ(problem.expected, json({"add", "list"}));
}

TEST_F(TextParserTest, choices_by_name_value_and_translation) {
    define(
        R"([{"name": "c", "required": true, "rest": false, "choices": ["red", {"name": "Light Blue",
        "value": "lb", "localizations": {"de": "Hellblau"}}]}, {"name": "n", "type": "integer"}])");
    for (const char* text : {"light blue 3", "LB 3", "hellblau 3", "\"light  blue\" 3"}) {
        EXPECT_EQ(values(text), json({{"c", "lb"}, {"n", 3}})) << text;
    }
    const Problem problem = fault("light 3");
    EXPECT_EQ(problem.kind, ProblemKind::no_choice);
    EXPECT_EQ(problem.expected, json({"red", "Light Blue"}));
}

TEST_F(TextParserTest, choices_of_numbers_and_durations) {
    define(R"([{"name": "n", "type": "number", "choices": [{"name": "Half", "value": 0.5},
                {"name": "Two", "value": 2}]},
               {"name": "d", "type": "duration", "choices": [{"name": "An hour", "value": "1h"}]}])");
    for (const char* text : {"2 60m", "two An Hour", "2.0 3600"}) {
        EXPECT_EQ(values(text), json({{"n", 2.0}, {"d", 3'600.0}})) << text;
    }
    EXPECT_EQ(fault("n:3").kind, ProblemKind::no_choice);
}

TEST_F(TextParserTest, numbers) {
    define(R"([{"name": "i", "type": "integer"}, {"name": "f", "type": "number"}])");
    EXPECT_EQ(values("-7 2,5"), json({{"i", -7}, {"f", 2.5}}));
    EXPECT_EQ(values("+7 1.25"), json({{"i", 7}, {"f", 1.25}}));
    for (const char* text : {"0x10", "1e5", "١٢", "5x", "nan", "inf", "--", "1.2.3 1"}) {
        (void)parse(text);
    }
    EXPECT_EQ(fault("i:١٢").kind, ProblemKind::not_integer);
    EXPECT_EQ(fault("i:2.0").kind, ProblemKind::not_integer);
    EXPECT_EQ(fault("f:1e5").kind, ProblemKind::not_number);
    EXPECT_EQ(fault("f:nan").kind, ProblemKind::not_number);
    EXPECT_EQ(fault("i:99999999999999999999").kind, ProblemKind::too_large);
    EXPECT_EQ(fault("i:-99999999999999999999").kind, ProblemKind::too_small);
    EXPECT_EQ(fault("f:" + std::string(5'000, '9')).kind, ProblemKind::too_large);
}

TEST_F(TextParserTest, booleans_in_several_languages) {
    define(R"([{"name": "b", "type": "boolean", "required": true}])");
    for (const char* text : {"yes", "On", "TRUE", "1", "ja", "an", "да"}) {
        EXPECT_EQ(values(text), json({{"b", true}})) << text;
    }
    for (const char* text : {"no", "OFF", "false", "0", "nein", "aus"}) {
        EXPECT_EQ(values(text), json({{"b", false}})) << text;
    }
    EXPECT_EQ(fault("perhaps").kind, ProblemKind::not_boolean);
}

TEST_F(TextParserTest, references_by_mention_id_and_name) {
    define(R"([{"name": "u", "type": "user"}, {"name": "r", "type": "role"},
               {"name": "c", "type": "channel"}])");
    EXPECT_EQ(values("<@01ABCDEFGHJKMNPQRSTVWXYZ01> <@&7> <#8>"),
              json({{"u", "id 01ABCDEFGHJKMNPQRSTVWXYZ01"}, {"r", "id 7"}, {"c", "id 8"}}));
    EXPECT_EQ(values("<@4915112345678@s.whatsapp.net>"),
              json({{"u", "id 4915112345678@s.whatsapp.net"}}));
    EXPECT_EQ(values("123456789012345678 @Mods #off topic"),
              json({{"u", "any 123456789012345678"}, {"r", "any Mods"}, {"c", "any off topic"}}));
    EXPECT_EQ(fault("u:<#8>").kind, ProblemKind::not_user);
    EXPECT_EQ(fault("r:<@8>").kind, ProblemKind::not_role);
    EXPECT_EQ(fault("c:<@&8>").kind, ProblemKind::not_channel);
}

TEST_F(TextParserTest, a_name_of_several_words_where_nothing_else_could_take_them) {
    define(R"([{"name": "r", "type": "role", "required": true}])");
    EXPECT_EQ(values("Server Helpers"), json({{"r", "any Server Helpers"}}));
    EXPECT_EQ(values("@Server Helpers"), json({{"r", "any Server Helpers"}}));
    EXPECT_EQ(fault("<@&5> please").kind, ProblemKind::extra);
}

TEST_F(TextParserTest, attachments_in_their_order) {
    define(R"([{"name": "a", "type": "attachment", "required": true}, {"name": "t"},
               {"name": "b", "type": "attachment"}])");
    EXPECT_EQ(values("x y", 2), json({{"a", 0}, {"t", "x y"}, {"b", 1}}));
    EXPECT_EQ(values("", 1), json({{"a", 0}}));
    EXPECT_EQ(fault("x").kind, ProblemKind::no_attachment);
}

TEST_F(TextParserTest, defaults_are_values) {
    define(R"([{"name": "n", "type": "integer", "default": 3},
               {"name": "d", "type": "duration", "default": "1m"}])");
    EXPECT_EQ(values(""), json({{"n", 3}, {"d", 60.0}}));
    EXPECT_TRUE(std::get<Parsed>(parse("")).values[0].is_default);
}

// Bad input, each by its name.

TEST_F(TextParserTest, bad_missing) {
    define(R"([{"name": "a", "type": "integer", "required": true},
               {"name": "b", "required": true}])");
    EXPECT_EQ(fault("").kind, ProblemKind::missing);
    const Problem problem = fault("5");
    EXPECT_EQ(problem.option->name, "b");
    EXPECT_EQ(problem.at, 1U);
}

TEST_F(TextParserTest, bad_extra) {
    define(R"([{"name": "a", "type": "integer"}])");
    const Problem problem = fault("5 and more");
    EXPECT_EQ(problem.kind, ProblemKind::extra);
    EXPECT_EQ(problem.given, "and more");
    EXPECT_EQ(problem.at, 2U);
    define("[]");
    EXPECT_EQ(fault("anything").kind, ProblemKind::extra);
}

TEST_F(TextParserTest, bad_out_of_range) {
    define(R"([{"name": "n", "type": "integer", "min": 1, "max": 5},
               {"name": "d", "type": "duration", "min": "1m", "max": "1h"},
               {"name": "t", "min_length": 2, "max_length": 4}])");
    EXPECT_EQ(fault("0").kind, ProblemKind::too_small);
    EXPECT_EQ(fault("6").expected, json({{"min", 1.0}, {"max", 5.0}}));
    EXPECT_EQ(fault("1 5s").kind, ProblemKind::too_small);
    EXPECT_EQ(fault("1 2 days").kind, ProblemKind::too_large);
    EXPECT_EQ(fault("t:x").kind, ProblemKind::too_short);
    EXPECT_EQ(fault("t:привет").kind, ProblemKind::too_long);
    EXPECT_EQ(values("t:день"), json({{"t", "день"}}));
}

TEST_F(TextParserTest, bad_wrong_type) {
    define(R"([{"name": "n", "type": "integer", "required": true}])");
    const Problem problem = fault("five");
    EXPECT_EQ(problem.kind, ProblemKind::not_integer);
    EXPECT_EQ(problem.given, "five");
    EXPECT_EQ(problem.at, 0U);
}

TEST_F(TextParserTest, bad_quotes_unclosed) {
    define(R"([{"name": "a", "required": true, "rest": false}, {"name": "b"}])");
    const Problem problem = fault("\"never closed");
    EXPECT_EQ(problem.kind, ProblemKind::unclosed_quote);
    EXPECT_EQ(problem.at, 0U);
    EXPECT_EQ(fault("“never").kind, ProblemKind::unclosed_quote);
    EXPECT_EQ(fault("a:\"never").kind, ProblemKind::unclosed_quote);
    EXPECT_EQ(values("x \"never"), json({{"a", "x"}, {"b", "\"never"}}));
}

TEST_F(TextParserTest, bad_100000_characters) {
    define(R"([{"name": "a", "required": true, "rest": false, "max_length": 10},
               {"name": "b", "type": "integer"}])");
    EXPECT_EQ(fault(std::string(100'001, 'x')).kind, ProblemKind::text_too_long);
    EXPECT_EQ(fault(std::string(100'000, 'x')).kind, ProblemKind::too_long);
    EXPECT_EQ(fault(std::string(100'000, '"')).kind, ProblemKind::not_integer);
    std::string words;
    while (words.size() < 99'990) {
        words += "'a \"b“ ";
    }
    (void)parse(words);
    std::string quotes;
    while (quotes.size() < 99'990) {
        quotes += "'a ‘b ";
    }
    EXPECT_EQ(fault(quotes).kind, ProblemKind::not_integer);
}

TEST_F(TextParserTest, bad_no_utf8) {
    define(R"([{"name": "a"}])");
    EXPECT_EQ(fault("\xff\xfe").kind, ProblemKind::not_utf8);
    EXPECT_EQ(fault("\xed\xa0\x80").kind, ProblemKind::not_utf8);
}

TEST_F(TextParserTest, other_scripts_pass_unharmed) {
    define(R"([{"name": "a", "required": true, "rest": false}, {"name": "b"}])");
    EXPECT_EQ(values("日本語　テキスト です"), json({{"a", "日本語"}, {"b", "テキスト です"}}));
    EXPECT_EQ(values("हिन्दी पाठ"), json({{"a", "हिन्दी"}, {"b", "पाठ"}}));
    EXPECT_EQ(values("👩‍👩‍👧 🏳️‍🌈"),
              json({{"a", "👩‍👩‍👧"}, {"b", "🏳️‍🌈"}}));
}

TEST_F(TextParserTest, right_to_left_text_passes_unharmed) {
    define(R"([{"name": "a", "required": true, "rest": false}, {"name": "b"}])");
    EXPECT_EQ(values("שלום \u200fעולם\u200f"), json({{"a", "שלום"}, {"b", "\u200fעולם\u200f"}}));
    EXPECT_EQ(values("مرحبا \"بالعالم كله\""), json({{"a", "مرحبا"}, {"b", "بالعالم كله"}}));
}

TEST_F(TextParserTest, a_mention_of_somebody_who_left_is_a_reference) {
    define(R"([{"name": "who", "type": "member", "required": true}])");
    const auto result = parse("<@999999999999999999>");
    ASSERT_TRUE(std::holds_alternative<Parsed>(result));
    const auto& value = std::get<Parsed>(result).values.at(0);
    EXPECT_EQ(std::get<Reference>(value.data).id, "999999999999999999");
    Problem problem;
    problem.kind = ProblemKind::not_found;
    problem.option = value.option;
    problem.given = value.typed;
    EXPECT_EQ(problem_text(problem, definition_->root, "en", "!", "<@999999999999999999>"),
              "I cannot find “<\u200b@\u200b999999999999999999\\>” (**who**) here. Perhaps they "
              "have left?\n```\n!x <who>\n   ^^^^^\n```");
}

}  // namespace
}  // namespace rookery::command
