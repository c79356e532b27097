// Commands that are declared once, and presses, alike in every form.

#include "contract/invocations.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rookery::contract {
namespace {

TEST(Commands, a_right_definition_is_taken_and_can_be_withdrawn) {
    const std::vector<json> right = {
        definition(),
        definition({{"aliases", {"r", "memo"}}, {"member_permissions", {"manageMessages"}}}),
        with_option({{"required", true}, {"choices", {"a", {{"name", "B"}, {"value", "b"}}}}}),
        with_option({{"type", "integer"}, {"min", 1}, {"max", 10}, {"default", 5}}),
        with_option({{"type", "duration"}, {"min", "10s"}, {"max", "30d"}}),
        with_option({{"autocomplete", true}}),
        definition({{"cooldown", {{"per", "guild"}, {"uses", 2}, {"time", 10}}}}),
    };
    CommandWorld world;
    for (const Form& form : forms()) {
        for (const json& one : right) {
            EXPECT_EQ(world.run(form, {declare(one, "remind")}), std::vector{kTrue})
                << form.name << " " << one.dump();
            EXPECT_EQ(world.run(form, {kWithdraw}), std::vector{kTrue}) << form.name;
        }
    }
    Tally::of("definitions of commands").add(right.size());
}

TEST(Commands, a_wrong_definition_is_refused_with_the_same_words) {
    const std::vector<json> wrong = {
        definition({{"name", ""}}),
        definition({{"name", "Two Words"}}),
        definition({{"name", std::string(40, 'x')}}),
        definition({{"description", std::string(101, 'x')}}),
        definition({{"member_permissions", {"fly"}}}),
        definition({{"options", {option(), option()}}}),
        definition({{"options", json(26, option())}}),
        with_option({{"name", "UPPER"}}),
        with_option({{"description", ""}}),
        with_option({{"type", "integer"}, {"min", 10}, {"max", 1}}),
        with_option({{"type", "duration"}, {"min", "soon"}}),
        with_option({{"type", "boolean"}, {"choices", {"a"}}}),
        with_option({{"choices", json(26, "a")}}),
    };
    CommandWorld world;
    for (const json& one : wrong) {
        std::string said;
        for (const Form& form : forms()) {
            const auto reports = world.run(form, {declare(one, "remind")});
            ASSERT_EQ(reports.size(), 1U) << form.name << " " << one.dump();
            const std::string message = reports[0].value("message", "");
            ASSERT_FALSE(message.empty()) << form.name << " took " << one.dump();
            said = said.empty() ? message : said;
            EXPECT_TRUE(message.ends_with(said))
                << form.name << ": " << message << "\n  C: " << said;
        }
    }
    Tally::of("definitions of commands").add(wrong.size());
}

struct Use {
    json definition;
    std::string path;
    std::string event;
    std::string payload;
    json expected;
};

std::vector<Use> uses() {
    const json remind = definition(
        {{"options",
          {{{"name", "in"}, {"description", "When"}, {"type", "duration"}, {"required", true}},
           option({{"autocomplete", true}, {"default", "tea"}}),
           {{"name", "who"}, {"description", "Whom"}, {"type", "user"}},
           {{"name", "loud"}, {"description", "Loud"}, {"type", "boolean"}}}}});
    const json todo = {{"name", "todo"},
                       {"description", "Things to do"},
                       {"subcommands",
                        {{{"name", "add"},
                          {"description", "Adds one"},
                          {"options", {option({{"required", true}})}}}}}};
    json base = {{"kind", "command"},
                 {"command", "remind"},
                 {"source", "prefix"},
                 {"userId", "2"},
                 {"channelId", "20"},
                 {"guildId", "10"},
                 {"options", {{"in", 7200}, {"what", "tea"}}}};
    const auto with = [&base](json more) {
        json out = base;
        out.update(more);
        return out;
    };
    const json in = {{"name", "in"}, {"type", 3}, {"value", "90s"}};
    json typing = with({{"kind", "autocomplete"}, {"focused", "what"}, {"typed", "te"}});
    typing.erase("options");
    typing.erase("source");
    return {
        {remind, "remind", "messageCreate", message("!remind 2h"), base},
        {remind, "remind", "messageCreate", message("!remind 2h tea"), base},
        {todo, "todo add", "messageCreate", message("!todo add tea and bread"),
         with({{"command", "todo add"}, {"options", {{"what", "tea and bread"}}}})},
        {remind, "remind", "interactionCreate",
         interaction(2, {{"id", "8"},
                         {"name", "remind"},
                         {"type", 1},
                         {"options",
                          {in,
                           {{"name", "who"}, {"type", 6}, {"value", "2"}},
                           {{"name", "loud"}, {"type", 5}, {"value", true}}}},
                         {"resolved", {{"users", {{"2", {{"id", "2"}, {"username", "alice"}}}}}}}}),
         with(
             {{"source", "slash"},
              {"options", {{"in", 90}, {"what", "tea"}, {"who", {{"id", "2"}}}, {"loud", true}}}})},
        {todo, "todo add", "interactionCreate",
         interaction(2, {{"id", "8"},
                         {"name", "todo"},
                         {"type", 1},
                         {"options",
                          {{{"name", "add"},
                            {"type", 1},
                            {"options", {{{"name", "what"}, {"type", 3}, {"value", "tea"}}}}}}}}),
         with({{"source", "slash"}, {"command", "todo add"}, {"options", {{"what", "tea"}}}})},
        {remind, "remind", "interactionCreate",
         interaction(4,
                     {{"id", "8"},
                      {"name", "remind"},
                      {"type", 1},
                      {"options",
                       {in, {{"name", "what"}, {"type", 3}, {"value", "te"}, {"focused", true}}}}}),
         typing},
    };
}

TEST(Commands, what_handlers_get_is_the_same) {
    CommandWorld world;
    world.answer_with(&answer_facts);
    for (const Form& form : forms()) {
        for (const Use& use : uses()) {
            ASSERT_EQ(world.run(form, {declare(use.definition, use.path)}), std::vector{kTrue});
            const auto reports = world.send(form, world.event(use.event, use.payload));
            ASSERT_EQ(reports.size(), 1U) << form.name << " " << use.payload;
            EXPECT_EQ(told(reports[0]), as_told(use.expected, false, form.tables))
                << form.name << " " << use.payload;
            EXPECT_EQ(world.run(form, {kWithdraw}), std::vector{kTrue});
        }
    }
    Tally::of("invocations").add(uses().size());
}

/// How somebody uses a command, and what is said to that.
struct Way {
    std::string event;
    std::string payload;
    std::string content;
    bool ephemeral = false;
};
Way slash(const std::string& content, bool ephemeral, json options = json::array()) {
    return {"interactionCreate",
            interaction(
                2, {{"id", "8"}, {"name", "remind"}, {"type", 1}, {"options", std::move(options)}}),
            content, ephemeral};
}
Way prefix(const std::string& content, const std::string& text = "!remind") {
    return {"messageCreate", message(text), content, false};
}

/// What users are told when a command with that definition is used and its handler does that.
/// Nothing reaches the handler when `act` is empty.
void expect_alike(const std::vector<Form>& those, const json& defined, const std::string& act,
                  const std::vector<Way>& ways) {
    CommandWorld world;
    world.answer_with(&answer_facts);
    for (const Form& form : those) {
        ASSERT_EQ(world.run(form, {declare(defined, "remind", act)}), std::vector{kTrue});
        for (const Way& way : ways) {
            const std::string where = form.name + " " + way.payload;
            const auto reports = world.send(form, world.event(way.event, way.payload));
            EXPECT_EQ(reports.size(), act.empty() ? 0U : 1U) << where;
            const auto answers = said(world, form, 1);
            ASSERT_EQ(answers.size(), 1U) << where;
            EXPECT_EQ(answers[0].operation,
                      way.event == "messageCreate" ? "messages.reply" : "interactions.reply")
                << where;
            EXPECT_EQ(answers[0].arguments.value("content", ""), way.content) << where;
            EXPECT_EQ(answers[0].arguments.value("ephemeral", false), way.ephemeral) << where;
        }
        EXPECT_EQ(world.run(form, {kWithdraw}), std::vector{kTrue}) << form.name;
    }
    Tally::of("answers to commands").add(ways.size());
}

TEST(Commands, what_is_wrong_reaches_no_handler_and_is_told) {
    const json counted = with_option({{"type", "integer"}, {"required", true}, {"max", 10}});
    const json eleven = {{"name", "what"}, {"type", 4}, {"value", 11}};
    const std::string usage = "\n```\n!remind <what>\n";
    const std::string shown = usage + "        ^^^^^^\n```";
    expect_alike(
        forms(), counted, "",
        {prefix("**what** is missing: Of what." + shown),
         prefix("**what** should be a whole number such as 5, not “x”." + shown, "!remind x"),
         prefix("**what** should be at most 10, not 11." + shown, "!remind 11"),
         prefix("That is more than I need: “2”." + usage + "```", "!remind 1 2"),
         slash("**what** should be at most 10, not 11.\n```\n/remind <what>\n        ^^^^^^\n```",
               true, json::array({eleven}))});
}

TEST(Commands, a_text_that_is_none_is_nobodys_business) {
    CommandWorld world;
    world.answer_with(&answer_facts);
    for (const Form& form : forms()) {
        ASSERT_EQ(world.run(form, {declare(definition(), "remind", "reply")}), std::vector{kTrue});
        for (const char* const text : {"remind", "!reminder", "! remind", "?remind"}) {
            EXPECT_EQ(world.send(form, world.event("messageCreate", message(text))).size(), 0U)
                << form.name << " " << text;
        }
        static_cast<void>(world.send(form, world.event("messageCreate", message("!remind"))));
        EXPECT_EQ(said(world, form, 1).size(), 1U) << form.name;
        world.run(form, {kWithdraw});
    }
    Tally::of("answers to commands").add(4);
}

TEST(Commands, who_may_not_use_one_is_told) {
    const json guarded = definition({{"member_permissions", {"manageMessages"}}});
    const std::string refusal = "You may not do this here. You would need: Manage Messages.";
    expect_alike(forms(), guarded, "", {slash(refusal, true), prefix(refusal)});
}

TEST(Commands, are_answered_alike) {
    expect_alike(forms(), definition(), "reply", {slash("said", false), prefix("said")});
}

TEST(Commands, a_refusal_is_for_the_user_alone_where_that_is_possible) {
    expect_alike(forms(), definition(), "refuse", {slash("not so", true), prefix("not so")});
}

TEST(Commands, an_error_is_answered_with_an_apology) {
    // In C the plugin does that itself.
    const std::vector<Form> those(forms().begin() + 1, forms().end());
    const std::string apology = "Something went wrong.";
    expect_alike(those, definition(), "fail", {slash(apology, true), prefix(apology)});
}

TEST(Commands, one_that_was_withdrawn_is_not_called) {
    CommandWorld world;
    world.answer_with(&answer_facts);
    for (const Form& form : forms()) {
        ASSERT_EQ(world.run(form, {declare(definition(), "remind")}), std::vector{kTrue});
        for (const Way& way : {slash("", false), prefix("")}) {
            EXPECT_EQ(world.send(form, world.event(way.event, way.payload)).size(), 1U)
                << form.name << " " << way.payload;
        }
        ASSERT_EQ(world.run(form, {kWithdraw}), std::vector{kTrue});
        for (const Way& way : {slash("", false), prefix("")}) {
            EXPECT_EQ(world.send(form, world.event(way.event, way.payload)).size(), 0U)
                << form.name << " " << way.payload;
        }
    }
    Tally::of("invocations").add(2);
}

/// A choice may be its name alone.
json named(json choices) {
    for (json& choice : choices) {
        choice = choice.is_string() ? json{{"name", choice}, {"value", choice}} : choice;
    }
    return choices;
}

TEST(Commands, choices_are_completed_alike) {
    const json expected = {{{"name", "tea"}, {"value", "tea"}}, {{"name", "teb"}, {"value", "b"}}};
    CommandWorld world;
    world.answer_with(&answer_facts);
    for (const Form& form : forms()) {
        ASSERT_EQ(world.run(form, {declare(with_option({{"autocomplete", true}}), "remind")}),
                  std::vector{kTrue});
        const json focused = {{"name", "what"}, {"type", 3}, {"value", "te"}, {"focused", true}};
        const std::string payload = interaction(
            4, {{"id", "8"}, {"name", "remind"}, {"type", 1}, {"options", json::array({focused})}});
        static_cast<void>(world.send(form, world.event("interactionCreate", payload)));
        const auto answers = said(world, form, 1);
        ASSERT_EQ(answers.size(), 1U) << form.name;
        EXPECT_EQ(answers[0].operation, "interactions.autocomplete") << form.name;
        EXPECT_EQ(named(answers[0].arguments.value("choices", json())), expected) << form.name;
        world.run(form, {kWithdraw});
    }
    Tally::of("invocations").add();
}

}  // namespace
}  // namespace rookery::contract
