#include "hostapi/command_form.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

json slash(json options = json::array()) {
    return {{"name", "remind"}, {"description", "Reminds you"}, {"options", std::move(options)}};
}
json option(const char* name, const char* type = "string") {
    return {{"name", name}, {"description", "d"}, {"type", type}};
}
std::string error(const json& given) {
    const auto form = read_command(given);
    return form ? "no error" : form.error().message();
}
json with(json object, const char* key, json value) {
    object[key] = std::move(value);
    return object;
}
json many(std::size_t count) {
    json out = json::array();
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(option(("o" + std::to_string(i)).c_str()));
    }
    return out;
}

TEST(CommandForm, different_spellings_of_one_command_are_equal) {
    const auto plain = read_command(
        {{"name", "remind"},
         {"description", "d"},
         {"options", {{{"name", "when"}, {"description", "d"}, {"type", 3}, {"max_length", 9}}}}});
    const auto friendly = read_command({{"name", "remind"},
                                        {"description", "d"},
                                        {"type", "slash"},
                                        {"nsfw", false},
                                        {"nameLocalizations", json::array()},
                                        {"defaultMemberPermissions", nullptr},
                                        {"options",
                                         {{{"name", "when"},
                                           {"description", "d"},
                                           {"type", "string"},
                                           {"required", false},
                                           {"choices", json::array()},
                                           {"maxLength", 9}}}}});
    ASSERT_TRUE(plain);
    ASSERT_TRUE(friendly) << friendly.error().message();
    EXPECT_EQ(plain->body, friendly->body);
    EXPECT_EQ(fingerprint(plain->body), fingerprint(friendly->body));
    EXPECT_NE(fingerprint(plain->body), fingerprint(json::object()));
}

TEST(CommandForm, where_it_goes_is_not_part_of_the_body) {
    const auto form =
        read_command(with(with(slash(), "guilds", {"20", "10", "20"}), "bots", "demo"));
    ASSERT_TRUE(form) << form.error().message();
    EXPECT_EQ(form->guilds, (std::vector<std::string>{"10", "20"}));
    EXPECT_EQ(form->bots, std::vector<std::string>{"demo"});
    EXPECT_FALSE(form->body.contains("guilds"));
    EXPECT_EQ(error(with(slash(), "guilds", {"here"})), "guilds: expected ids, got \"here\"");
}

TEST(CommandForm, plain_choices_get_names) {
    const auto form =
        read_command(slash({with(option("a"), "choices", {"x", {{"name", "N"}, {"value", "v"}}}),
                            with(option("b", "integer"), "choices", {1, 2})}));
    ASSERT_TRUE(form) << form.error().message();
    EXPECT_EQ(form->body["options"][0]["choices"][0], json({{"name", "x"}, {"value", "x"}}));
    EXPECT_EQ(form->body["options"][1]["choices"][1], json({{"name", "2"}, {"value", 2}}));
}

TEST(CommandForm, groups_hold_subcommands) {
    const json sub = with(option("add", "subcommand"), "options", {option("what")});
    const json group = with(option("item", "group"), "options", {sub});
    EXPECT_EQ(error(slash({group, sub})), "no error");
    EXPECT_NE(error(slash({with(sub, "options", {sub})})), "no error");
    EXPECT_NE(error(slash({with(group, "options", {group})})), "no error");
    EXPECT_EQ(error(slash({with(group, "options", {option("x")})})),
              "options[1].options: a group holds subcommands only");
    EXPECT_EQ(error(slash({sub, option("x")})),
              "options: subcommands and other options exclude each other");
    EXPECT_EQ(error(slash({with(option("x"), "options", {option("y")})})),
              "options[1].options: only subcommands and groups have options");
}

TEST(CommandForm, user_and_message_commands_have_a_name_only) {
    EXPECT_EQ(error({{"name", "Report Message"}, {"type", "message"}}), "no error");
    EXPECT_EQ(error({{"name", "Report"}, {"type", "user"}, {"description", "d"}}),
              "description: only slash commands have it");
}

TEST(CommandForm, other_scripts_are_names) {
    EXPECT_EQ(error(with(slash(), "name", "напомнить")), "no error");
    EXPECT_EQ(error(with(slash(), "name", "提醒")), "no error");
}

TEST(CommandForm, every_fault_is_named_with_its_place) {
    const std::string long_name(33, 'x');
    const std::pair<json, const char*> cases[] = {
        {5, "expected a table that describes the command"},
        {json::object(), "name: is missing"},
        {{{"name", "x"}}, "description: is missing"},
        {with(slash(), "name", ""), "name: expected 1 to 32 characters, got 0"},
        {with(slash(), "name", long_name), "name: expected 1 to 32 characters, got 33"},
        {with(slash(), "name", "Remind"),
         "name: expected lower-case letters, digits, - and _, got \"Remind\""},
        {with(slash(), "name", 5), "name: expected text, got number"},
        {with(slash(), "descripton", "x"), "descripton: there is no such key"},
        {with(slash(), "description", std::string(101, 'x')),
         "description: expected 1 to 100 characters, got 101"},
        {with(slash(), "type", "menu"),
         "type: expected one of slash, chat_input, user, message, entry_point"},
        {with(slash(), "nsfw", 1), "nsfw: expected true or false"},
        {with(slash(), "default_member_permissions", "admin"),
         "default_member_permissions: expected the permissions' bits as a text of digits"},
        {with(slash(), "name_localizations", {{"de", 5}}), "name_localizations.de: expected text"},
        {with(slash(), "options", "x"), "options: expected a list"},
        {slash({5}), "options[1]: expected a table"},
        {slash({option("a"), option("a")}), "options[2].name: \"a\" is there twice"},
        {slash({option("a"), with(option("b"), "required", true)}),
         "options[2]: required options come before the others"},
        {slash({option("A")}),
         "options[1].name: expected lower-case letters, digits, - and _, got \"A\""},
        {slash({{{"name", "a"}, {"type", 3}}}), "options[1]: description is missing"},
        {slash({with(with(option("a"), "choices", {"x"}), "autocomplete", true)}),
         "options[1]: choices and autocomplete exclude each other"},
        {slash({with(option("a"), "choices", {5})}), "options[1].choices[1].value: expected text"},
        {slash({with(option("a", "integer"), "choices", {"x"})}),
         "options[1].choices[1].value: expected a number"},
        {slash({with(option("a"), "choices", {json::object()})}),
         "options[1].choices[1]: name and value are needed"},
        {slash(many(26)), "options: at most 25 are possible, got 26"},
    };
    for (const auto& [given, expected] : cases) {
        EXPECT_EQ(error(given), expected) << given;
    }
}

TEST(CommandForm, the_whole_text_is_limited) {
    json options = many(25);
    for (json& one : options) {
        one["description"] = std::string(100, 'x');
        one["choices"] = json::array();
        for (int i = 0; i < 25; ++i) {
            one["choices"].push_back(std::string(20, 'y') + std::to_string(i));
        }
    }
    EXPECT_NE(error(slash(options)).find("at most 8000 are possible"), std::string::npos);
}

}  // namespace
}  // namespace rookery::hostapi
