// Filters, evaluated in the core before an extension is entered: the same in every form.

#include "contract/world.hpp"

#include <gtest/gtest.h>

namespace rookery::contract {
namespace {

json listen(const json& where, const std::string& tag) {
    json command = {{"do", "on"}, {"event", "messageCreate"}, {"tag", tag}, {"where", where}};
    command["names"] = json::array();
    command["nulls"] = json::array();
    for (const auto& [name, value] : where.items()) {
        command["names"].push_back(name);
        if (value.is_null()) {
            command["nulls"].push_back(name);
        }
    }
    return command;
}

struct Condition {
    json where;
    bool fits;
};

TEST(Filters, let_through_what_fits_and_nothing_else) {
    const json message = {{"id", "900"},
                          {"channel_id", "500"},
                          {"guild_id", "100"},
                          {"content", "!karma ünï up"},
                          {"mentions", {{{"id", "8"}, {"username", "bob"}}}},
                          {"author", {{"id", "7"}, {"username", "alice"}, {"bot", false}}}};
    const std::vector<Condition> conditions = {
        {{{"channel", "500"}}, true},
        {{{"channel", "501"}}, false},
        {{{"channel", {"1", "500"}}}, true},
        {{{"channel", {"1", "2"}}}, false},
        {{{"guild", "100"}}, true},
        {{{"guild", "101"}}, false},
        {{{"user", "7"}}, true},
        {{{"user", "8"}}, false},
        {{{"user", {"8", "7"}}}, true},
        {{{"bot", false}}, true},
        {{{"bot", true}}, false},
        {{{"bot", "test"}}, true},
        {{{"bot", "other"}}, false},
        {{{"platform", "discord"}}, true},
        {{{"startsWith", "!karma"}}, true},
        {{{"startsWith", "karma"}}, false},
        {{{"startsWith", {"?", "!"}}}, true},
        {{{"endsWith", " up"}}, true},
        {{{"endsWith", "!karma"}}, false},
        {{{"contains", "ünï"}}, true},
        {{{"contains", "UNI"}}, false},
        {{{"equals", "!karma ünï up"}}, true},
        {{{"equals", "!karma"}}, false},
        {{{"author.username", "alice"}}, true},
        {{{"author.username", "bob"}}, false},
        {{{"author.username", {"bob", "alice"}}}, true},
        {{{"author.bot", false}}, true},
        {{{"id", "900"}}, true},
        {{{"webhookId", nullptr}}, true},
        {{{"content", nullptr}}, false},
        {{{"channel", "500"}, {"bot", false}, {"startsWith", "!"}}, true},
        {{{"channel", "500"}, {"bot", true}, {"startsWith", "!"}}, false},
    };
    World world;
    for (const Form& form : forms()) {
        for (std::size_t i = 0; i < conditions.size(); ++i) {
            const auto& [where, fits] = conditions[i];
            EXPECT_EQ(world.run(form, {listen(where, "x")}), std::vector<json>{})
                << form.name << " " << where;
            const auto heard = world.send(form, world.event("messageCreate", message.dump()));
            EXPECT_EQ(heard.size(), fits ? 1U : 0U) << form.name << " " << where;
            world.run(form, {{{"do", "off"}, {"tag", "x"}}});
        }
    }
    Tally::of("filters").add(conditions.size());
}

TEST(Filters, that_mean_nothing_are_refused_with_the_same_words) {
    const std::vector<json> filters = {{{"chanel", "500"}},
                                       {{"channel", "#general"}},
                                       {{"guild", true}},
                                       {{"user", {"7", true}}},
                                       {{"bot", 1}},
                                       {{"startsWith", 5}},
                                       {{"contains", true}},
                                       {{"author.usrname", "x"}},

                                       {{"author.bot", "yes"}},
                                       {{"author", "x"}},
                                       {{"platform", 1}},
                                       {{"platform", "discrod"}}};
    World world;
    for (const json& where : filters) {
        std::string words;
        for (const Form& form : forms()) {
            const auto reports = world.run(form, {listen(where, "x")});
            ASSERT_EQ(reports.size(), 1U) << form.name << " " << where;
            const json refused = reports[0].value("refused", json());
            std::string message = refused.value("message", "");
            // Lua's comes with the place of the call, and each with the name of its function.
            message = message.substr(std::min(message.find("filter: "), message.size()));
            EXPECT_EQ(refused.value("kind", ""), "invalid") << form.name << " " << where;
            EXPECT_FALSE(message.empty()) << form.name << " " << where << refused;
            if (words.empty()) {
                words = message;
            }
            EXPECT_EQ(message, words) << form.name << " " << where;
        }
    }
    Tally::of("filters, wrong").add(filters.size());
}

}  // namespace
}  // namespace rookery::contract
