#include "command/component_form.hpp"

#include <gtest/gtest.h>

namespace rookery::command {
namespace {

using nlohmann::json;

class ComponentFormTest : public ::testing::Test {
  protected:
    Result<Layout> read(const std::string& text) {
        const FormRules rules{[this](ComponentRecord record) -> Result<std::string> {
                                  records_.push_back(std::move(record));
                                  return "id" + std::to_string(records_.size());
                              },
                              1'000};
        return read_components(json::parse(text), rules);
    }
    json form(const std::string& text) {
        const auto layout = read(text);
        EXPECT_TRUE(layout) << (layout ? "" : layout.error().message());
        return layout ? platform_form(*layout) : json();
    }
    std::string error(const std::string& text) {
        const auto layout = read(text);
        return layout ? "no error" : layout.error().message();
    }

    std::vector<ComponentRecord> records_;
};

TEST_F(ComponentFormTest, a_button_becomes_the_platforms) {
    EXPECT_EQ(form(R"([{"button": "Yes", "action": "vote", "style": "success", "emoji": "👍",
                        "disabled": true}])"),
              json::parse(R"([{"type": 1, "components": [{"type": 2, "style": 3, "label": "Yes",
                  "custom_id": "id1", "emoji": {"name": "👍"}, "disabled": true}]}])"));
}

TEST_F(ComponentFormTest, everything_else_goes_into_the_id) {
    form(R"([{"button": "Yes", "action": "vote", "state": {"n": 1}, "only": "7", "once": true,
              "expires": "10m"},
             {"button": "No", "action": "vote", "only": ["7", "8"], "once": "message",
              "expires": 30}])");
    ASSERT_EQ(records_.size(), 2U);
    EXPECT_EQ(records_[0].action, "vote");
    EXPECT_EQ(records_[0].state, json({{"n", 1}}));
    EXPECT_EQ(records_[0].only, std::vector<std::string>{"7"});
    EXPECT_EQ(records_[0].once, Once::component);
    EXPECT_EQ(records_[0].expires, 1'600);
    EXPECT_EQ(records_[1].only.size(), 2U);
    EXPECT_EQ(records_[1].once, Once::message);
    EXPECT_EQ(records_[1].expires, 1'030);
    EXPECT_NE(records_[0].place, records_[1].place);
}

TEST_F(ComponentFormTest, buttons_stand_beside_one_another_and_menus_alone) {
    const std::string button = R"({"button": "B", "action": "a"},)";
    const std::string select = R"({"select": "S", "action": "a", "choices": ["x"]},)";
    const auto rows = form("[" + button + button + select + button + button + button + button +
                           button + button + R"({"link": "L", "url": "https://x.example"}])");
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0]["components"].size(), 2U);
    EXPECT_EQ(rows[1]["components"].size(), 1U);
    EXPECT_EQ(rows[2]["components"].size(), 5U);
    EXPECT_EQ(rows[3]["components"].size(), 2U);
}

TEST_F(ComponentFormTest, rows_may_be_given) {
    const auto rows = form(R"([[{"button": "A", "action": "a"}], {"button": "B", "action": "a"},
                               [{"button": "C", "action": "a"}, {"button": "D", "action": "a"}]])");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[2]["components"].size(), 2U);
}

TEST_F(ComponentFormTest, a_menu_becomes_the_platforms) {
    EXPECT_EQ(form(R"([{"select": "One", "action": "pick", "min": 0, "max": 2, "choices":
             ["a", 2, {"name": "C", "value": "c", "description": "third", "default": true}]}])"),
              json::parse(R"([{"type": 1, "components": [{"type": 3, "custom_id": "id1",
             "placeholder": "One", "min_values": 0, "max_values": 2, "options": [
             {"label": "a", "value": "a"}, {"label": "2", "value": "2"},
             {"label": "C", "value": "c", "description": "third", "default": true}]}]}])"));
    EXPECT_EQ(form(R"([{"select": "Who", "of": "users", "action": "pick"}])")[0]["components"][0],
              json::parse(R"({"type": 5, "custom_id": "id2", "placeholder": "Who",
                              "min_values": 1, "max_values": 1})"));
}

TEST_F(ComponentFormTest, emojis_of_a_guild_have_several_forms) {
    for (const char* emoji : {R"("<:owl:12>")", R"("owl:12")", R"({"name": "owl", "id": "12"})"}) {
        EXPECT_EQ(form(R"([{"button": "", "action": "a", "emoji": )" + std::string(emoji) +
                       "}]")[0]["components"][0]["emoji"],
                  json({{"name", "owl"}, {"id", "12"}}));
    }
    EXPECT_TRUE(
        form(R"([{"button": "", "action": "a", "emoji": "<a:owl:12>"}])")[0]["components"][0]
                                                                         ["emoji"]["animated"]
                                                                             .get<bool>());
}

TEST_F(ComponentFormTest, the_platforms_own_form_passes_unchanged) {
    const json own = json::parse(R"([{"type": 1, "components": [{"type": 2, "custom_id": "x"}]},
                                     {"type": 17, "components": []}])");
    EXPECT_FALSE(is_friendly(own));
    EXPECT_EQ(form(own.dump()), own);
    EXPECT_TRUE(is_friendly(json::parse(R"([{"type": 1}, {"button": "x"}])")));
    EXPECT_FALSE(is_friendly(json::array()));
    EXPECT_TRUE(records_.empty());
}

TEST_F(ComponentFormTest, faults_are_told_with_their_place) {
    const std::pair<std::string, std::string> cases[] = {
        {R"([{"button": "", "action": "a"}])", "[1].button: expected 1 to 80 characters, got 0"},
        {R"([{"button": ")" + std::string(81, 'x') + R"(", "action": "a"}])",
         "[1].button: expected 1 to 80 characters, got 81"},
        {R"([[{"button": "a", "action": "a"}, {"button": 1, "action": "a"}]])",
         "[1][2].button: expected 1 to 80 characters, got number"},
        {R"([{"button": "a"}])", "[1].action: expected text, got nothing"},
        {R"([{"button": "a", "action": "a", "style": "red"}])",
         "[1].style: expected one of primary, secondary, success, danger, got red"},
        {R"([{"button": "a", "action": "a", "lable": 1}])", "[1]: there is no key lable"},
        {R"([{"button": "a", "action": "a", "once": 1}])",
         "[1].once: expected true, false or \"message\", got number"},
        {R"([{"button": "a", "action": "a", "only": 5}])",
         "[1].only: expected a user's id, or a list of up to 100 of them, got number"},
        {R"([{"button": "a", "action": "a", "expires": "soon"}])",
         "[1].expires: expected a number of seconds, or a duration like \"10m\" or \"1h30m\""},
        {R"([{"link": "a", "url": "javascript:x"}])",
         "[1].url: expected an address that begins with https://"},
        {R"([{"select": "a", "action": "a"}])",
         "[1].choices: expected a list of 1 to 25 choices, got nothing"},
        {R"([{"select": "a", "action": "a", "choices": []}])",
         "[1].choices: expected a list of 1 to 25 choices, got 0"},
        {R"([{"select": "a", "action": "a", "choices": ["x", "x"]}])",
         "[1].choices[2]: there is another choice with the value x"},
        {R"([{"select": "a", "action": "a", "choices": ["x"], "max": 2}])",
         "[1].max: expected a number from 1 to 1, got 2"},
        {R"([{"select": "a", "action": "a", "of": "dogs"}])",
         "[1].of: expected one of users, roles, mentionables, channels, got dogs"},
        {R"([5])", "[1]: expected a table with button, link, select or type, got number"},
        {R"([[{"select": "a", "action": "a", "choices": ["x"]}, {"button": "b", "action": "a"}]])",
         "[1][2]: a row has up to 5 buttons, or one menu"},
        {R"("x")", "expected a list, got text"},
    };
    for (const auto& [given, expected] : cases) {
        EXPECT_EQ(error(given), expected) << given;
    }
}

TEST_F(ComponentFormTest, there_are_five_rows) {
    std::string text = "[";
    for (int i = 0; i < 26; ++i) {
        text += std::string(i == 0 ? "" : ",") + R"({"button": "B", "action": "a"})";
    }
    EXPECT_EQ(error(text + "]"), "[26]: expected at most 5 rows, this begins another one");
    EXPECT_EQ(error(R"([{"button":"b","action":"a"},[{"button":"b","action":"a"},
        {"button":"b","action":"a"},{"button":"b","action":"a"},{"button":"b","action":"a"},
        {"button":"b","action":"a"},{"button":"b","action":"a"}]])"),
              "[2][6]: a row has up to 5 buttons, or one menu");
}

TEST_F(ComponentFormTest, fields_become_the_platforms) {
    const auto fields = read_fields(json::parse(
        R"([{"name": "text", "label": "What?", "style": "paragraph", "required": false,
             "minLength": 2, "max_length": 50, "value": "v", "placeholder": "p"},
            {"name": "b", "label": "B"}])"));
    ASSERT_TRUE(fields) << fields.error().message();
    const json form = platform_fields(*fields);
    EXPECT_EQ(form[0]["components"][0],
              json::parse(R"({"type": 4, "custom_id": "text", "label": "What?", "style": 2,
                  "required": false, "min_length": 2, "max_length": 50, "value": "v",
                  "placeholder": "p"})"));
    EXPECT_EQ(form[1]["components"][0]["style"], 1);
}

TEST_F(ComponentFormTest, faults_of_fields_have_their_place_too) {
    const auto problem = [](const std::string& text) {
        const auto fields = read_fields(json::parse(text));
        return fields ? "no error" : fields.error().message();
    };
    EXPECT_EQ(problem("[]"), "fields: expected a list of 1 to 5 fields, got 0");
    EXPECT_EQ(problem(R"([{"name": "a", "label": ")" + std::string(46, 'x') + R"("}])"),
              "fields[1].label: expected 1 to 45 characters, got 46");
    EXPECT_EQ(problem(R"([{"name": "a", "label": "x"}, {"name": "a", "label": "y"}])"),
              "fields[2].name: there is another field named a");
    EXPECT_EQ(problem(R"([{"name": "a", "label": "x", "style": "long"}])"),
              "fields[1].style: expected short or paragraph, got text");
    EXPECT_EQ(problem(R"([{"name": "a", "label": "x", "min_length": 9, "max_length": 3}])"),
              "fields[1].min_length: expected at most max_length, 3, got 9");
}

TEST_F(ComponentFormTest, lifetimes_are_seconds_or_texts) {
    EXPECT_EQ(*read_lifetime("1h30m"), 5'400);
    EXPECT_EQ(*read_lifetime("2w"), 1'209'600);
    EXPECT_EQ(*read_lifetime(45), 45);
    EXPECT_EQ(*read_lifetime(0.2), 1);
    for (const json& bad : {json(""), json("m"), json(-1), json(0), json("99999999999999999999w"),
                            json(1e300), json(nullptr)}) {
        EXPECT_FALSE(read_lifetime(bad)) << bad.dump();
    }
}

}  // namespace
}  // namespace rookery::command
