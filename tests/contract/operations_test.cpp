// Every operation of the schema through every form: what is right reaches the platform as it was
// given, what is wrong is refused with the same words.

#include "contract/calls.hpp"
#include "contract/cases.hpp"
#include "contract/world.hpp"

#include <gtest/gtest.h>

namespace rookery::contract {
namespace {

TEST(Operations, what_is_right_reaches_the_platform_as_it_was_given) {
    World world;
    world.answer_with([](const SeenCall& seen) -> Result<json> {
        return json{{"of", seen.operation}, {"list", {1, "two", {{"deep", true}}}}, {"ü", 0.5}};
    });
    for (const auto& info : model::operations()) {
        if (info.name == kCapabilities) {
            continue;  // the runtime answers it by itself
        }
        const auto cases = right_cases(info);
        for (const Form& form : forms()) {
            std::vector<json> wishes;
            std::vector<json> expected;
            for (const auto& one : cases) {
                for (const bool positional : {false, true}) {
                    if (!positional || form.tables) {
                        wishes.push_back(wish_of(info, one, positional));
                        expected.push_back(one.arguments);
                    }
                }
            }
            const json outcomes = outcomes_of(world, form, wishes);
            const auto seen = world.take_calls(form);
            ASSERT_EQ(seen.size(), expected.size())
                << form.name << " " << info.name << " " << outcomes.dump().substr(0, 2000);
            const json answer = {
                {"of", info.name}, {"list", {1, "two", {{"deep", true}}}}, {"ü", 0.5}};
            for (std::size_t i = 0; i < expected.size(); ++i) {
                EXPECT_EQ(seen[i].operation, info.name);
                EXPECT_EQ(seen[i].arguments, expected[i]) << form.name << " " << info.name;
                EXPECT_EQ(seen[i].bot, "test");
                EXPECT_EQ(outcomes[i], (json{{"ok", answer}})) << form.name << " " << info.name;
            }
        }
        Tally::of("operations, right arguments").add(cases.size());
    }
}

TEST(Operations, what_is_wrong_is_refused_with_the_same_words) {
    World world;
    for (const auto& info : model::operations()) {
        const auto cases = wrong_cases(info);
        std::vector<json> wishes;
        for (const auto& one : cases) {
            wishes.push_back(wish_of(info, one, false));
        }
        std::vector<std::string> words(cases.size());
        for (const Form& form : forms()) {
            const json outcomes = outcomes_of(world, form, wishes);
            for (std::size_t i = 0; i < cases.size(); ++i) {
                const std::string message = outcomes[i].value("message", "");
                const std::string where = form.name + " " + std::string(info.name) + " " +
                                          cases[i].what + ": " + outcomes[i].dump();
                EXPECT_EQ(outcomes[i].value("kind", ""), "invalid") << where;
                EXPECT_EQ(message.find(std::string(info.name) + ": "), 0U) << where;
                EXPECT_NE(message.find("parameter " + cases[i].parameter), std::string::npos)
                    << where;
                EXPECT_NE(message.find(cases[i].expected), std::string::npos) << where;
                if (cases[i].expected == "expected ") {
                    EXPECT_NE(message.find(", got "), std::string::npos) << where;
                }
                if (words[i].empty()) {
                    words[i] = message;
                }
                EXPECT_EQ(message, words[i]) << where;
            }
            EXPECT_TRUE(world.take_calls(form).empty()) << form.name << " " << info.name;
        }
        Tally::of("operations, wrong arguments").add(cases.size());
    }
}

TEST(Operations, a_refusal_comes_back_whole) {
    constexpr ErrorKind kKinds[] = {
        ErrorKind::invalid,     ErrorKind::not_found, ErrorKind::exists,    ErrorKind::denied,
        ErrorKind::unsupported, ErrorKind::timeout,   ErrorKind::cancelled, ErrorKind::unavailable,
        ErrorKind::protocol,    ErrorKind::limit,     ErrorKind::io,        ErrorKind::stale,
        ErrorKind::internal};
    World world;
    const json wish = {{"operation", "messages.send"},
                       {"arguments", {{"channelId", "1"}, {"content", "x"}}},
                       {"names", {"channelId", "content"}},
                       {"bot", "test"}};
    for (const ErrorKind kind : kKinds) {
        for (const bool refused : {false, true}) {
            Error error(kind, "the platform said no: \"Grüße\"");
            json expected = {{"kind", to_string(kind)}, {"message", error.message()}};
            if (refused) {
                error = error.with({400,
                                    50'035,
                                    "Invalid Form Body",
                                    0,
                                    {{"embeds[0].title", "BASE_TYPE_REQUIRED", "required"},
                                     {"", "X", "the whole"}}});
                expected["refusal"] = {{"status", 400},
                                       {"code", 50'035},
                                       {"message", "Invalid Form Body"},
                                       {"fields",
                                        {{{"path", "embeds[0].title"},
                                          {"code", "BASE_TYPE_REQUIRED"},
                                          {"message", "required"}},
                                         {{"path", ""}, {"code", "X"}, {"message", "the whole"}}}}};
            }
            world.answer_with([error](const SeenCall&) -> Result<json> { return error; });
            for (const Form& form : forms()) {
                EXPECT_EQ(outcomes_of(world, form, {wish})[0], expected) << form.name;
            }
            Tally::of("refusals").add();
        }
    }
}

TEST(Operations, an_empty_answer_is_an_answer) {
    World world;
    const json wish = {{"operation", "messages.delete"},
                       {"arguments", {{"channelId", "1"}, {"messageId", "2"}}},
                       {"names", {"channelId", "messageId"}},
                       {"bot", "test"}};
    for (const Form& form : forms()) {
        EXPECT_EQ(outcomes_of(world, form, {wish})[0], (json{{"ok", true}})) << form.name;
    }
    Tally::of("answers").add();
}

TEST(Operations, an_operation_that_does_not_exist_is_not_found) {
    World world;
    const json wish = {{"operation", "messages.shout"},
                       {"arguments", {{"channelId", "1"}}},
                       {"names", {"channelId"}},
                       {"bot", "test"}};
    for (const Form& form : forms()) {
        EXPECT_EQ(
            outcomes_of(world, form, {wish})[0],
            (json{{"kind", "not_found"}, {"message", "there is no operation messages.shout"}}))
            << form.name;
    }
    Tally::of("answers").add();
}

TEST(Operations, the_bot_is_the_one_that_was_named_else_the_events) {
    World world;
    for (const Form& form : forms()) {
        const auto call = [&](const char* bot) {
            json wish = {{"operation", "messages.send"},
                         {"arguments", {{"channelId", "1"}, {"content", "x"}}},
                         {"names", {"channelId", "content"}}};
            if (*bot != '\0') {
                wish["bot"] = bot;
            }
            const json payload = {{"commands", {{{"do", "calls"}, {"calls", {wish}}}}}};
            return world.send(form, world.event("discord:CONTRACT", payload.dump(), {}, "other"));
        };
        call("");
        call("test");
        const auto nobody = call("nobody");
        const auto seen = world.take_calls(form);
        ASSERT_EQ(seen.size(), 2U) << form.name;
        EXPECT_EQ(seen[0].bot, "other") << form.name;
        EXPECT_EQ(seen[1].bot, "test") << form.name;
        EXPECT_NE(json(nobody).dump().find("there is no bot named nobody"), std::string::npos)
            << form.name << json(nobody).dump();
    }
    Tally::of("bots").add(3);
}

TEST(Operations, calls_of_one_event_have_different_nonces_and_the_same_when_it_is_repeated) {
    World world;
    const json wish = {{"operation", "messages.send"},
                       {"arguments", {{"channelId", "1"}, {"content", "x"}}},
                       {"names", {"channelId", "content"}},
                       {"bot", "test"}};
    const json payload = {{"commands", {{{"do", "calls"}, {"calls", {wish, wish}}}}}};
    for (const Form& form : forms()) {
        std::vector<std::string> nonces;
        for (int round = 0; round < 2; ++round) {
            world.send(form, world.event("discord:CONTRACT", payload.dump()));
            for (const auto& call : world.take_calls(form)) {
                nonces.push_back(call.nonce_key);
            }
        }
        ASSERT_EQ(nonces.size(), 4U) << form.name;
        EXPECT_NE(nonces[0], nonces[1]) << form.name;
        EXPECT_EQ(nonces[0], nonces[2]) << form.name;
        EXPECT_EQ(nonces[1], nonces[3]) << form.name;
    }
    Tally::of("nonces").add();
}

}  // namespace
}  // namespace rookery::contract
