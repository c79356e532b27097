#include "command/text_menu.hpp"

#include <gtest/gtest.h>

namespace rookery::command {
namespace {

using nlohmann::json;

TextMenu menu(const std::string& components) {
    int next = 0;
    const FormRules rules{[&](const ComponentRecord&) -> Result<std::string> {
                              return "id" + std::to_string(++next);
                          },
                          0};
    const auto layout = read_components(json::parse(components), rules);
    EXPECT_TRUE(layout) << (layout ? "" : layout.error().message());
    return layout ? menu_of(*layout) : TextMenu{};
}

constexpr const char* kPoll = R"([
    {"button": "Yes", "action": "a", "emoji": "👍"}, {"button": "No", "action": "a"},
    {"button": "Off", "action": "a", "disabled": true},
    {"link": "Docs", "url": "https://x.example"},
    {"select": "Choose", "action": "a", "max": 2, "choices":
        ["red", {"name": "Blue", "value": "b", "description": "as the sea"}, "green"]},
    {"select": "Who", "of": "users", "action": "a"}])";

std::string picked(const std::string& written) {
    const auto chosen = pick(menu(kPoll), written);
    if (!chosen) {
        return "nothing";
    }
    std::string out = chosen->custom_id;
    for (const auto& value : chosen->values) {
        out += " " + value;
    }
    return out;
}

TEST(TextMenuTest, components_become_numbered_lines) {
    EXPECT_EQ(menu(kPoll).lines,
              "1. 👍 Yes\n2. No\nChoose (1–2):\n3. red\n4. Blue (as the sea)\n5. green\n"
              "6. @…  Who\nDocs: https://x.example");
}

TEST(TextMenuTest, a_number_or_the_label_chooses) {
    EXPECT_EQ(picked("1"), "id1");
    EXPECT_EQ(picked(" 2. "), "id2");
    EXPECT_EQ(picked("no"), "id2");
    EXPECT_EQ(picked("👍 yes"), "id1");
    EXPECT_EQ(picked("blue"), "id4 b");
    EXPECT_EQ(picked("3"), "id4 red");
    EXPECT_EQ(picked("3, 5"), "id4 red green");
    EXPECT_EQ(picked("6 <@77>"), "id5 77");
}

TEST(TextMenuTest, anything_else_is_a_message_like_any_other) {
    for (const char* text : {"", "0", "7", "-1", "1 2", "1x", "3 3", "3 4 5", "3 2", "maybe", "6",
                             "6 a b", "99999999999999999999999", "off"}) {
        EXPECT_EQ(picked(text), "nothing") << text;
    }
    EXPECT_EQ(picked(std::string(100'000, '1')), "nothing");
}

TEST(TextMenuTest, the_text_is_cut_and_the_menu_stays) {
    const TextMenu two = menu(R"([{"button": "Yes", "action": "a"}])");
    EXPECT_EQ(with_menu("Well?", two), "Well?\n1. Yes");
    EXPECT_EQ(with_menu("", two), "1. Yes");
    const std::string full = with_menu(std::string(5'000, 'x'), two);
    EXPECT_EQ(full.size(), kLongestText);
    EXPECT_TRUE(full.ends_with("…\n1. Yes"));
}

TEST(TextMenuTest, the_largest_menu_fits_with_all_its_numbers) {
    json rows = json::array();
    for (int row = 0; row < 5; ++row) {
        json choices = json::array();
        for (int i = 0; i < 25; ++i) {
            std::string name;
            for (int n = 0; n < 48; ++n) {
                name += "ß";
            }
            choices.push_back({{"name", name + std::to_string(i)},
                               {"description", std::string(100, 'd')},
                               {"value", std::to_string(row * 25 + i)}});
        }
        rows.push_back({{"select", "S"}, {"action", "a"}, {"choices", choices}});
    }
    const TextMenu large = menu(rows.dump());
    const std::string text = with_menu("Well?", large);
    EXPECT_LE(text.size(), kLongestText);
    EXPECT_NE(text.find("125. "), std::string::npos);
    EXPECT_EQ(pick(large, "125")->values, std::vector<std::string>{"124"});
}

TEST(TextMenuTest, it_survives_being_stored) {
    const TextMenu before = menu(kPoll);
    const auto after = menu_from(json::parse(to_json(before).dump()));
    ASSERT_TRUE(after);
    EXPECT_EQ(after->lines, before.lines);
    EXPECT_EQ(pick(*after, "3, 5")->values.size(), 2U);
    EXPECT_FALSE(menu_from(json::parse(R"({"lines": 1})")));
    EXPECT_FALSE(menu_from(json::parse(R"([])")));
}

TEST(TextMenuTest, what_is_shortened_ends_with_whole_characters) {
    EXPECT_EQ(shortened("größe", 7), "größe");
    EXPECT_EQ(shortened("größe", 6), "gr…");
    EXPECT_EQ(shortened("größe", 2), "");
}

}  // namespace
}  // namespace rookery::command
