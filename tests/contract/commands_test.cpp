// Commands that are declared once, and presses, alike in every form.

#include "contract/world.hpp"

#include <gtest/gtest.h>

namespace rookery::contract {
namespace {

json definition(const json& more = json::object()) {
    json out = {{"name", "remind"}, {"description", "Reminds you"}};
    out.update(more);
    return out;
}
json option(const json& more = json::object()) {
    json out = {{"name", "what"}, {"description", "Of what"}, {"type", "string"}};
    out.update(more);
    return out;
}
json with_option(const json& more) {
    return definition({{"options", json::array({option(more)})}});
}
json declare(json what, const std::string& path = "remind") {
    return {{"do", "declare"}, {"definition", std::move(what)}, {"path", path}};
}
const json kWithdraw = {{"do", "withdraw"}};
const json kTrue = {{"ok", true}};

/// What people are, where commands ask for it.
Result<json> answer_facts(const SeenCall& call) {
    static const std::map<std::string, json> kFacts = {
        {"users.me", {{"id", "900"}, {"username", "bot"}}},
        {"users.get", {{"id", "2"}, {"username", "alice"}}},
        {"guilds.get", {{"id", "10"}, {"ownerId", "1"}}},
        {"roles.list",
         json::parse(R"([{"id": "10", "name": "@everyone", "permissions": "3072"}])")},
        {"channels.get", {{"id", "20"}, {"guildId", "10"}, {"typeName", "text"}}},
        {"members.get", {{"id", "2"}, {"roles", json::array()}}},
    };
    const auto found = kFacts.find(call.operation);
    return found == kFacts.end() ? json() : found->second;
}

std::string message(const std::string& content) {
    return json{{"id", "5"},
                {"channel_id", "20"},
                {"guild_id", "10"},
                {"content", content},
                {"author", {{"id", "2"}, {"username", "alice"}}},
                {"member", {{"roles", json::array()}}},
                {"mentions", json::array()}}
        .dump();
}
std::string interaction(int type, json data) {
    return json{{"id", "6"},
                {"application_id", "900"},
                {"type", type},
                {"token", "t"},
                {"channel_id", "20"},
                {"guild_id", "10"},
                {"data", std::move(data)},
                {"message", {{"id", "77"}, {"channel_id", "20"}}},
                {"member",
                 {{"user", {{"id", "2"}, {"username", "alice"}}},
                  {"roles", json::array()},
                  {"permissions", "2048"}}}}
        .dump();
}

/// What all forms tell of an invocation.
json told(const json& report) {
    json out = json::object();
    const json& data = report.value("invoked", json::object());
    for (const char* const key :
         {"kind", "command", "source", "options", "userId", "channelId", "guildId", "focused",
          "typed", "action", "component", "state", "values"}) {
        if (data.contains(key)) {
            out[key] = data[key];
        }
    }
    if (out.value("kind", "") != "command") {
        out.erase("options");  // Lua has them by function of the option
        out.erase("source");
    }
    if (out.contains("options")) {
        for (json& value : out["options"]) {
            value = value.is_object() ? json{{"id", value["id"]}} : value;
        }
    }
    return out;
}

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
    World world;
    for (const Form& form : forms()) {
        for (const json& one : right) {
            EXPECT_EQ(world.run(form, {declare(one)}), std::vector{kTrue})
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
        definition({{"options", {option(), option({{"name", "n"}, {"required", true}})}}}),
        definition({{"options", json(26, option())}}),
        with_option({{"name", "UPPER"}}),
        with_option({{"description", ""}}),
        with_option({{"type", "integer"}, {"min", 10}, {"max", 1}}),
        with_option({{"type", "duration"}, {"min", "soon"}}),
        with_option({{"type", "boolean"}, {"choices", {"a"}}}),
        with_option({{"choices", json(26, "a")}}),
    };
    World world;
    for (const json& one : wrong) {
        std::string said;
        for (const Form& form : forms()) {
            const auto reports = world.run(form, {declare(one)});
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
    World world;
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

TEST(Commands, what_is_wrong_reaches_no_handler) {
    World world;
    world.answer_with(&answer_facts);
    const json counted = with_option({{"type", "integer"}, {"required", true}, {"max", 10}});
    for (const Form& form : forms()) {
        ASSERT_EQ(world.run(form, {declare(counted)}), std::vector{kTrue});
        for (const char* const text :
             {"!remind", "!remind x", "!remind 11", "!remind 1 2", "remind 1"}) {
            EXPECT_EQ(world.send(form, world.event("messageCreate", message(text))).size(), 0U)
                << form.name << " " << text;
        }
    }
    Tally::of("invocations").add(5);
}

/// The id that the platform got for the button.
std::string custom_id(World& world, const Form& form) {
    const json button = {{"button", "Yes"}, {"action", "vote"}, {"state", {{"n", 1}}}};
    const json send = {{"operation", "messages.send"},
                       {"arguments", {{"channelId", "20"}, {"components", {button}}}},
                       {"names", {"channelId", "components"}},
                       {"bot", "test"}};
    world.run(form, {{{"do", "calls"}, {"calls", {send}}}});
    for (const SeenCall& call : world.take_calls(form)) {
        const auto at = json::json_pointer("/components/0/components/0/custom_id");
        if (call.operation == "messages.send" && call.arguments.contains(at)) {
            return call.arguments[at].get<std::string>();
        }
    }
    return {};
}

TEST(Presses, carry_their_state_back) {
    World world;
    world.answer_with(&answer_facts);
    for (const Form& form : forms()) {
        ASSERT_EQ(world.run(form, {declare(definition())}), std::vector{kTrue});
        const std::string id = custom_id(world, form);
        ASSERT_FALSE(id.empty()) << form.name;
        const auto press = [&](const std::string& with) {
            return world.send(
                form, world.event("interactionCreate",
                                  interaction(3, {{"custom_id", with}, {"component_type", 2}})));
        };
        const auto reports = press(id);
        ASSERT_EQ(reports.size(), 1U) << form.name;
        const json got = told(reports[0]);
        EXPECT_EQ(got["action"], "vote") << form.name;
        EXPECT_EQ(got["component"], "button") << form.name;
        EXPECT_EQ(got["state"], json({{"n", 1}})) << form.name;
        EXPECT_EQ(got["userId"], "2") << form.name;
        std::string forged = id;
        forged.back() = forged.back() == 'A' ? 'B' : 'A';
        EXPECT_EQ(press(forged).size(), 0U) << form.name;
        world.run(form, {kWithdraw});
    }
    Tally::of("presses").add(2);
}

}  // namespace
}  // namespace rookery::contract
