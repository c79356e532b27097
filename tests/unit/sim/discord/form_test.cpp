#include "sim/discord/form.hpp"

#include <gtest/gtest.h>

#include <array>

namespace rookery::sim::discord {
namespace {

constexpr std::array kFields = {Field{"name", FieldType::text, true, 2, 4},
                                Field{"count", FieldType::integer, false, 1, 9},
                                Field{"owner", FieldType::snowflake}};

Json tree(const Json& body, bool partial = false) {
    FormErrors errors;
    check_fields(body, kFields, partial, errors);
    return errors.empty() ? Json() : Json::parse(errors.reply().body)["errors"];
}

TEST(Form, missing_field_is_required_unless_the_body_is_partial) {
    EXPECT_EQ(tree(Json::object())["name"]["_errors"][0]["code"], "BASE_TYPE_REQUIRED");
    EXPECT_TRUE(tree(Json::object(), true).is_null());
}

TEST(Form, length_counts_characters) {
    EXPECT_TRUE(tree({{"name", "äöüß"}}).is_null());
    EXPECT_EQ(tree({{"name", "äöüßé"}})["name"]["_errors"][0]["code"], "BASE_TYPE_BAD_LENGTH");
}

TEST(Form, every_wrong_field_is_told_at_once) {
    const auto errors = tree({{"name", 7}, {"count", 10}, {"owner", "x"}});
    EXPECT_EQ(errors["name"]["_errors"][0]["code"], "STRING_TYPE_CONVERT");
    EXPECT_EQ(errors["count"]["_errors"][0]["code"], "NUMBER_TYPE_MAX");
    EXPECT_EQ(errors["owner"]["_errors"][0]["code"], "NUMBER_TYPE_COERCE");
}

TEST(Form, nested_path_becomes_a_tree) {
    FormErrors errors;
    errors.add("embeds.0.title", "BASE_TYPE_MAX_LENGTH", "too long");
    const auto body = Json::parse(errors.reply().body);
    EXPECT_EQ(body["code"], 50'035);
    EXPECT_EQ(body["errors"]["embeds"]["0"]["title"]["_errors"][0]["message"], "too long");
}

}  // namespace
}  // namespace rookery::sim::discord
