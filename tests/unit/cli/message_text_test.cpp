#include "cli/message_text.hpp"

#include <gtest/gtest.h>

namespace rookery::cli {
namespace {

using Json = nlohmann::json;

TEST(MessageTextTest, embed_alone_is_readable) {
    const Json message = {{"content", ""},
                          {"embeds",
                           {{{"title", "Rules"},
                             {"description", "Be kind.\nBe brief."},
                             {"fields", {{{"name", "Since"}, {"value", "2020"}}}},
                             {"footer", {{"text", "the mods"}}},
                             {"image", {{"url", "https://example.org/a.png"}}}}}}};
    EXPECT_EQ(message_text(message),
              "\n  | Rules\n  | Be kind.\n  | Be brief.\n  | Since: 2020\n"
              "  | <image https://example.org/a.png>\n  | the mods");
}

TEST(MessageTextTest, what_can_be_pressed_stands_in_brackets) {
    const auto button = [](const char* label, bool disabled) {
        return Json{{"type", 2}, {"label", label}, {"custom_id", "x"}, {"disabled", disabled}};
    };
    const Json select = {{"type", 3},
                         {"custom_id", "s"},
                         {"placeholder", "Tea?"},
                         {"options", {{{"label", "green"}}, {{"label", "black"}}}}};
    const Json message = {
        {"content", "Choose"},
        {"components",
         {{{"type", 1}, {"components", {button("Yes", false), button("No", true)}}},
          {{"type", 1}, {"components", Json::array({select})}}}}};
    EXPECT_EQ(message_text(message), "Choose\n  [Yes] [No (disabled)]\n  [Tea?: green, black]");
}

TEST(MessageTextTest, layouts_are_read_through) {
    const Json message = {
        {"content", ""},
        {"components",
         {{{"type", 17},
           {"components",
            {{{"type", 10}, {"content", "# News"}},
             {{"type", 9},
              {"components", Json::array({{{"type", 10}, {"content", "Read on"}}})},
              {"accessory", {{"type", 2}, {"label", "More"}, {"custom_id", "m"}}}},
             {{"type", 12},
              {"items", Json::array({{{"media", {{"url", "attachment://a.png"}}}}})}}}}}}}};
    EXPECT_EQ(message_text(message),
              "\n  # News\n  Read on\n  [More]\n  <file attachment://a.png>");
}

TEST(MessageTextTest, polls_files_stickers_and_reactions_are_told) {
    const Json poll = {
        {"question", {{"text", "Lunch?"}}},
        {"answers",
         {{{"answer_id", 1}, {"poll_media", {{"text", "Soup"}}}},
          {{"answer_id", 2}, {"poll_media", {{"text", "Pie"}, {"emoji", {{"name", "P"}}}}}}}},
        {"results", {{"answer_counts", Json::array({{{"id", 2}, {"count", 3}}})}}}};
    EXPECT_EQ(message_text({{"content", ""}, {"poll", poll}}),
              "\n  poll: Lunch?\n  - Soup\n  - P Pie: 3");
    EXPECT_EQ(
        message_text({{"attachments", Json::array({{{"filename", "a.txt"}}})},
                      {"sticker_items", Json::array({{{"name", "wave"}}})},
                      {"reactions", Json::array({{{"emoji", {{"name", "*"}}}, {"count", 2}}})},
                      {"flags", 64U}}),
        "\n  <file a.txt>\n  <sticker wave>\n  * 2\n  (only for the one who asked)");
}

TEST(MessageTextTest, other_platforms_have_their_shapes) {
    EXPECT_EQ(message_text({{"content", "hi"}, {"reactions", {{"*", {"01A", "01B"}}}}}),
              "hi\n  * 2");
    EXPECT_EQ(
        message_text(
            {{"content", ""},
             {"message",
              {{"pollCreationMessage",
                {{"name", "Lunch?"}, {"options", Json::array({{{"optionName", "Soup"}}})}}}}}}),
        "\n  <pollCreationMessage Lunch?>\n  - Soup");
    const People people = {{"01A", "alice"}, {"5@s", "bob"}};
    EXPECT_EQ(author_of({{"author", "01A"}}, people), "alice");
    EXPECT_EQ(author_of({{"createdBy", "01A"}}, people), "alice");
    EXPECT_EQ(author_of({{"key", {{"participant", "5@s"}, {"fromMe", false}}}}, people), "bob");
    EXPECT_EQ(author_of({{"author", {{"username", "carol"}}}}, people), "carol");
    EXPECT_EQ(author_of(Json::object(), people), "?");
}

TEST(MessageTextTest, nothing_looks_like_nothing) {
    for (const auto& message :
         {Json::object(), Json{{"content", ""}, {"type", 7}}, Json(nullptr), Json("text"),
          Json{{"embeds", {nullptr, 5, Json::object()}}, {"components", "x"}, {"poll", 3}},
          Json{{"content", 5}, {"attachments", {{{"a", "b"}}}}, {"reactions", {1, "x"}}}}) {
        EXPECT_GE(message_text(message).size(), 3) << message.dump();
    }
}

TEST(MessageTextTest, form_tells_its_fields) {
    const Json form = {
        {"title", "Warn bob"},
        {"components",
         {{{"type", 1},
           {"components",
            Json::array(
                {{{"type", 4}, {"custom_id", "reason"}, {"label", "Why?"}, {"max_length", 200}}})}},
          {{"type", 18},
           {"label", "Colour"},
           {"component", {{"type", 4}, {"custom_id", "c"}, {"required", false}}}}}}};
    EXPECT_EQ(form_text(form),
              "Warn bob\n  reason: Why? (required, at most 200 characters)\n  c: Colour");
}

}  // namespace
}  // namespace rookery::cli
