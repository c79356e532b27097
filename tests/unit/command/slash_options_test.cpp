#include "command/slash_options.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace rookery::command {
namespace {

using nlohmann::json;

class SlashOptionsTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto read = read_definition(json::parse(R"({"name": "x", "description": "d",
          "subcommands": [{"name": "g", "description": "d", "subcommands": [
            {"name": "s", "description": "d", "options": [
              {"name": "t", "max_length": 5}, {"name": "in", "type": "duration", "max": "1h"},
              {"name": "n", "type": "integer", "min": 1}, {"name": "f", "type": "number"},
              {"name": "b", "type": "boolean", "default": true}, {"name": "u", "type": "member"},
              {"name": "m", "type": "mentionable"}, {"name": "a", "type": "attachment"},
              {"name": "c", "choices": [{"name": "Red", "value": "r"}]},
              {"name": "k", "type": "number", "choices": [{"name": "Two", "value": 2}]}]}]}]})"));
        ASSERT_TRUE(read) << read.error().message();
        definition_ = *read;
        node_ = find_node(*definition_, "x g s");
        ASSERT_NE(node_, nullptr);
    }

    ParseResult read(const std::string& options, const std::string& more = "") {
        text_ = R"({"name": "x", "options": [{"type": 2, "name": "g", "options": [
            {"type": 1, "name": "s", "options": )" +
                options + "}]}]" + more + "}";
        const auto index = model::JsonIndex::build(text_);
        EXPECT_TRUE(index);
        EXPECT_EQ(slash_path(index->root()), "x g s");
        return read_slash_options(*node_, index->root(), "en");
    }

    json plain(const std::string& options) {
        const auto result = read(options);
        json out = json::object();
        if (const auto* failure = std::get_if<ParseFailure>(&result)) {
            return "fault " + std::to_string(static_cast<int>(failure->problem.kind));
        }
        for (const Value& value : std::get<Parsed>(result).values) {
            const auto* data = std::get_if<json>(&value.data);
            out[value.option->name] =
                data != nullptr ? *data : json(std::get<Reference>(value.data).id);
        }
        return out;
    }

    std::string fault(ProblemKind kind) {
        return "fault " + std::to_string(static_cast<int>(kind));
    }

    std::string text_;
    DefinitionPtr definition_;
    const Node* node_ = nullptr;
};

TEST_F(SlashOptionsTest, values_in_their_types) {
    EXPECT_EQ(plain(R"([{"name": "t", "type": 3, "value": "hi"},
                        {"name": "in", "type": 3, "value": "30 min"},
                        {"name": "n", "type": 4, "value": 3}, {"name": "f", "type": 10, "value": 2},
                        {"name": "u", "type": 6, "value": "77"},
                        {"name": "a", "type": 11, "value": "88"},
                        {"name": "c", "type": 3, "value": "r"},
                        {"name": "k", "type": 10, "value": 2},
                        {"name": "older", "type": 3, "value": "x"}])"),
              json({{"t", "hi"},
                    {"in", 1'800.0},
                    {"n", 3},
                    {"f", 2.0},
                    {"b", true},
                    {"u", "77"},
                    {"a", "88"},
                    {"c", "r"},
                    {"k", 2.0}}));
}

TEST_F(SlashOptionsTest, what_a_mentionable_is_is_told_by_what_came_with_it) {
    for (const bool role : {true, false}) {
        const auto result = read(R"([{"name": "m", "type": 9, "value": "5"}])",
                                 std::string(R"(, "resolved": {")") + (role ? "roles" : "users") +
                                     R"(": {"5": {"id": "5"}}})");
        const auto& value = std::get<Parsed>(result).values.back();
        EXPECT_EQ(std::get<Reference>(value.data).kind,
                  role ? Reference::Kind::role : Reference::Kind::user);
    }
}

TEST_F(SlashOptionsTest, hostile_values_are_problems) {
    EXPECT_EQ(plain(R"([{"name": "t", "value": "too long"}])"), fault(ProblemKind::too_long));
    EXPECT_EQ(plain(R"([{"name": "t", "value": 5}])"), fault(ProblemKind::malformed));
    EXPECT_EQ(plain(R"([{"name": "t"}])"), fault(ProblemKind::malformed));
    EXPECT_EQ(plain(R"([{"name": "in", "value": "soon"}])"), fault(ProblemKind::not_duration));
    EXPECT_EQ(plain(R"([{"name": "in", "value": "2h"}])"), fault(ProblemKind::too_large));
    EXPECT_EQ(plain(R"([{"name": "n", "value": 0}])"), fault(ProblemKind::too_small));
    EXPECT_EQ(plain(R"([{"name": "n", "value": 1.5}])"), fault(ProblemKind::not_integer));
    EXPECT_EQ(plain(R"([{"name": "n", "value": 1e300}])"), fault(ProblemKind::not_integer));
    EXPECT_EQ(plain(R"([{"name": "n", "value": "3"}])"), fault(ProblemKind::not_integer));
    EXPECT_EQ(plain(R"([{"name": "b", "value": "yes"}])"), fault(ProblemKind::not_boolean));
    EXPECT_EQ(plain(R"([{"name": "u", "value": {"id": 1}}])"), fault(ProblemKind::malformed));
    EXPECT_EQ(plain(R"([{"name": "u", "value": "a b"}])"), fault(ProblemKind::malformed));
    EXPECT_EQ(plain(R"([{"name": "c", "value": "green"}])"), fault(ProblemKind::no_choice));
    EXPECT_EQ(plain(R"({"a": 5})"), json({{"b", true}}));
}

TEST_F(SlashOptionsTest, what_is_being_typed) {
    text_ = R"({"name": "x", "options": [{"type": 2, "name": "g", "options": [
        {"type": 1, "name": "s", "options": [{"name": "n", "value": 3},
         {"name": "t", "value": "te", "focused": true}]}]}]})";
    const auto index = model::JsonIndex::build(text_);
    const Focused focused = read_focused(*node_, index->root());
    ASSERT_NE(focused.option, nullptr);
    EXPECT_EQ(focused.option->name, "t");
    EXPECT_EQ(focused.typed, "te");
    EXPECT_EQ(focused.given, json({{"n", 3}}));
}

}  // namespace
}  // namespace rookery::command
