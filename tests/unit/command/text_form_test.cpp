#include "command/text_form.hpp"

#include <gtest/gtest.h>

namespace rookery::command {
namespace {

using nlohmann::json;
using What = FormStep::What;

TextForm feedback() {
    const auto fields = read_fields(json::parse(
        R"([{"name": "what", "label": "What?", "min_length": 2, "max_length": 5},
            {"name": "why", "label": "Why?", "required": false, "placeholder": "in short"}])"));
    return {"id1", "Feedback", *fields, "en-US", {}};
}

TEST(TextFormTest, fields_are_asked_one_by_one) {
    TextForm form = feedback();
    EXPECT_EQ(next_question(form),
              "**Feedback**: please answer one by one. “cancel” ends it.\nWhat?");
    const auto second = take_answer(form, "Tea");
    EXPECT_EQ(second.what, What::asked);
    EXPECT_EQ(second.text, "Why? (in short)\n“-” leaves it empty.");
    EXPECT_EQ(take_answer(form, "thirst").what, What::complete);
    EXPECT_EQ(answers_of(form), json({{"what", "Tea"}, {"why", "thirst"}}));
    EXPECT_EQ(next_question(form), "");
}

TEST(TextFormTest, what_does_not_fit_is_asked_again) {
    TextForm form = feedback();
    EXPECT_EQ(take_answer(form, "x").text,
              "**What?** is too short: at least 2 characters are needed.");
    EXPECT_EQ(take_answer(form, "").what, What::refused);
    EXPECT_EQ(take_answer(form, "größen").text,
              "**What?** is too long: at most 5 characters are possible, got 6.");
    EXPECT_EQ(take_answer(form, "größe").what, What::asked);
    EXPECT_EQ(take_answer(form, "-").what, What::complete);
    EXPECT_EQ(answers_of(form)["why"], "");
}

TEST(TextFormTest, it_can_be_ended_in_the_users_language) {
    TextForm form = feedback();
    form.locale = "de";
    const auto end = take_answer(form, "Cancel");
    EXPECT_EQ(end.what, What::cancelled);
    EXPECT_EQ(end.text, "Abgebrochen.");
    EXPECT_EQ(take_answer(form, "abbrechen").what, What::cancelled);
}

TEST(TextFormTest, it_survives_being_stored) {
    TextForm form = feedback();
    static_cast<void>(take_answer(form, "Tea"));
    auto after = form_from(json::parse(to_json(form).dump()));
    ASSERT_TRUE(after);
    EXPECT_EQ(after->custom_id, "id1");
    EXPECT_EQ(next_question(*after), next_question(form));
    EXPECT_EQ(take_answer(*after, "-").what, What::complete);
    EXPECT_FALSE(form_from(json::parse("{}")));
}

}  // namespace
}  // namespace rookery::command
