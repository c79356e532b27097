#include "hostapi/interaction_plan.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr AnswerState kOpen{};
constexpr AnswerState kMessage{Answered::message, false, false};
constexpr AnswerState kSilently{Answered::silently, false, false};
constexpr AnswerState kClosed{Answered::closed, false, false};

AnswerState thinking(bool ephemeral, bool by_guardian) {
    return {Answered::thinking, ephemeral, by_guardian};
}

/// The operations without their noun: "respond 4", "editOriginal".
std::string plan(InteractionType type, const AnswerState& state, const char* verb,
                 const json& arguments = json::object()) {
    const auto steps = plan_answer(type, state, verb, arguments);
    if (!steps) {
        return std::string(to_string(steps.error().kind()));
    }
    std::string out;
    for (const AnswerStep& step : *steps) {
        out += (out.empty() ? "" : ", ") + std::string(step.operation.substr(13));
        if (step.arguments.contains("type")) {
            out += " " + step.arguments["type"].dump();
        }
    }
    return out.empty() ? "nothing" : out;
}

TEST(InteractionPlan, first_answers) {
    const json modal = {{"customId", "f"}, {"title", "Form"}, {"components", json::array()}};
    EXPECT_EQ(plan(InteractionType::command, kOpen, "reply"), "respond 4");
    EXPECT_EQ(plan(InteractionType::command, kOpen, "defer"), "respond 5");
    EXPECT_EQ(plan(InteractionType::command, kOpen, "showModal", modal), "respond 9");
    EXPECT_EQ(plan(InteractionType::component, kOpen, "deferUpdate"), "respond 6");
    EXPECT_EQ(plan(InteractionType::component, kOpen, "update"), "respond 7");
    EXPECT_EQ(
        plan(InteractionType::autocomplete, kOpen, "autocomplete", {{"choices", json::array()}}),
        "respond 8");
    EXPECT_EQ(plan(InteractionType::modal, kOpen, "update"), "respond 7");
}

TEST(InteractionPlan, what_a_type_cannot_be_answered_with_is_refused) {
    const json modal = {{"customId", "f"}, {"title", "Form"}, {"components", json::array()}};
    EXPECT_EQ(plan(InteractionType::command, kOpen, "update"), "invalid");
    EXPECT_EQ(plan(InteractionType::command, kOpen, "deferUpdate"), "invalid");
    EXPECT_EQ(plan(InteractionType::command, kOpen, "autocomplete", {{"choices", json::array()}}),
              "invalid");
    EXPECT_EQ(plan(InteractionType::autocomplete, kOpen, "reply"), "invalid");
    EXPECT_EQ(plan(InteractionType::autocomplete, kOpen, "defer"), "invalid");
    EXPECT_EQ(plan(InteractionType::modal, kOpen, "showModal", modal), "invalid");
    EXPECT_EQ(plan(InteractionType::command, kOpen, "dance"), "not_found");
}

TEST(InteractionPlan, a_type_that_nobody_knows_may_try_everything) {
    EXPECT_EQ(interaction_type(77), InteractionType::other);
    EXPECT_EQ(interaction_type(-1), InteractionType::other);
    EXPECT_EQ(plan(InteractionType::other, kOpen, "reply"), "respond 4");
    EXPECT_EQ(plan(InteractionType::other, kOpen, "update"), "respond 7");
}

TEST(InteractionPlan, a_reply_after_a_deferral_fills_it_in) {
    EXPECT_EQ(plan(InteractionType::command, thinking(false, false), "reply"), "editOriginal");
    EXPECT_EQ(plan(InteractionType::command, thinking(false, true), "reply"), "editOriginal");
    EXPECT_EQ(plan(InteractionType::command, thinking(true, false), "reply"), "editOriginal");
}

TEST(InteractionPlan, what_is_meant_for_one_user_is_not_shown_to_all) {
    const json hidden = {{"content", "secret"}, {"ephemeral", true}};
    for (const bool by_guardian : {false, true}) {
        EXPECT_EQ(plan(InteractionType::command, thinking(false, by_guardian), "reply", hidden),
                  "deleteOriginal, createFollowUp");
    }
    const auto steps =
        plan_answer(InteractionType::command, thinking(false, true), "reply", hidden);
    EXPECT_EQ(steps->back().arguments["flags"], 64);
}

TEST(InteractionPlan, a_public_follow_up_after_an_ephemeral_deferral_is_public) {
    EXPECT_EQ(plan(InteractionType::command, thinking(true, false), "followUp"),
              "deleteOriginal, createFollowUp");
    EXPECT_EQ(
        plan(InteractionType::command, thinking(true, false), "followUp", {{"ephemeral", true}}),
        "editOriginal");
}

TEST(InteractionPlan, a_second_reply_is_a_follow_up) {
    EXPECT_EQ(plan(InteractionType::command, kMessage, "reply"), "createFollowUp");
    EXPECT_EQ(plan(InteractionType::component, kSilently, "reply"), "createFollowUp");
}

TEST(InteractionPlan, a_first_answer_that_comes_second_is_an_error) {
    const json modal = {{"customId", "f"}, {"title", "Form"}, {"components", json::array()}};
    EXPECT_EQ(plan(InteractionType::command, kMessage, "defer"), "exists");
    EXPECT_EQ(plan(InteractionType::command, thinking(false, true), "showModal", modal), "exists");
    EXPECT_EQ(plan(InteractionType::component, kMessage, "update"), "exists");
    for (const char* verb : {"reply", "followUp", "editReply", "deleteReply"}) {
        EXPECT_EQ(plan(InteractionType::command, kClosed, verb), "exists") << verb;
    }
}

TEST(InteractionPlan, deferring_what_is_deferred_does_nothing) {
    EXPECT_EQ(plan(InteractionType::command, thinking(false, true), "defer"), "nothing");
    EXPECT_EQ(plan(InteractionType::component, kSilently, "deferUpdate"), "nothing");
}

TEST(InteractionPlan, nothing_follows_what_has_not_been_answered) {
    for (const char* verb : {"followUp", "editReply", "deleteReply", "fetchReply"}) {
        EXPECT_EQ(plan(InteractionType::command, kOpen, verb), "invalid") << verb;
    }
}

TEST(InteractionPlan, an_update_after_the_acknowledgement_edits_the_components_message) {
    EXPECT_EQ(plan(InteractionType::component, kSilently, "update"), "editOriginal");
    EXPECT_EQ(plan(InteractionType::component, {Answered::silently, false, true}, "update"),
              "editOriginal");
}

TEST(InteractionPlan, a_message_carries_its_parts_and_pings_nobody_but_users) {
    const auto steps = plan_answer(InteractionType::command, kOpen, "reply",
                                   {{"content", "hi"},
                                    {"ephemeral", true},
                                    {"flags", 4},
                                    {"embeds", {{{"title", "t"}}}},
                                    {"tts", nullptr}});
    const json& data = steps->front().arguments["data"];
    EXPECT_EQ(data["content"], "hi");
    EXPECT_EQ(data["flags"], 68);
    EXPECT_EQ(data["embeds"][0]["title"], "t");
    EXPECT_EQ(data["allowed_mentions"], json({{"parse", {"users"}}}));
    EXPECT_FALSE(data.contains("tts"));
    EXPECT_FALSE(data.contains("interactionId"));
}

TEST(InteractionPlan, files_and_unknown_keys_go_along) {
    const json given = {{"files", {{{"name", "a"}, {"data", "x"}}}}, {"extra", {{"new_key", 1}}}};
    const auto first = plan_answer(InteractionType::command, kOpen, "reply", given);
    EXPECT_EQ(first->front().arguments["files"], given["files"]);
    EXPECT_EQ(first->front().arguments["data"]["new_key"], 1);
    const auto later = plan_answer(InteractionType::command, kMessage, "reply", given);
    EXPECT_EQ(later->front().arguments["files"], given["files"]);
    EXPECT_EQ(later->front().arguments["extra"], given["extra"]);
}

TEST(InteractionPlan, choices_may_be_plain_and_25_are_shown) {
    json many = json::array({"a", 5, {{"name", "n"}, {"value", "v"}}});
    for (int i = 0; i < 40; ++i) {
        many.push_back("more");
    }
    const auto steps =
        plan_answer(InteractionType::autocomplete, kOpen, "autocomplete", {{"choices", many}});
    const json& choices = steps->front().arguments["data"]["choices"];
    EXPECT_EQ(choices.size(), 25U);
    EXPECT_EQ(choices[0], json({{"name", "a"}, {"value", "a"}}));
    EXPECT_EQ(choices[1], json({{"name", "5"}, {"value", 5}}));
    EXPECT_EQ(choices[2], json({{"name", "n"}, {"value", "v"}}));
    EXPECT_EQ(plan(InteractionType::autocomplete, kOpen, "autocomplete", {{"choices", {true}}}),
              "invalid");
    EXPECT_EQ(plan(InteractionType::autocomplete, kOpen, "autocomplete", {{"choices", {{"a", 1}}}}),
              "invalid");
}

TEST(InteractionPlan, the_guardian_answers_as_the_type_allows) {
    const auto callback = [](InteractionType type, bool from_message) {
        return guardian_step(type, from_message).arguments["type"].get<int>();
    };
    EXPECT_EQ(callback(InteractionType::command, false), 5);
    EXPECT_EQ(callback(InteractionType::component, true), 6);
    EXPECT_EQ(callback(InteractionType::modal, false), 5);
    EXPECT_EQ(callback(InteractionType::modal, true), 6);
    EXPECT_EQ(callback(InteractionType::autocomplete, false), 8);
    EXPECT_EQ(callback(InteractionType::other, false), 5);
}

}  // namespace
}  // namespace rookery::hostapi
