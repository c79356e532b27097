#include "hostapi/component_stage.hpp"

#include "support/press_world.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

class ComponentStageTest : public ::testing::Test, protected testing::PressWorld {};

TEST_F(ComponentStageTest, faults_name_the_operation_and_the_place) {
    EXPECT_EQ(problem("messages.send",
                      R"({"channelId": "5", "components": [{"button": "", "action": "a"}]})"),
              "messages.send: components[1].button: expected 1 to 80 characters, got 0");
    EXPECT_EQ(problem("interactions.reply", R"({"components": [{"button": "x"}]})"),
              "interactions.reply: components[1].action: expected text, got nothing");
    EXPECT_EQ(problem("interactions.showModal", R"({"title": "t", "action": "a", "fields": []})"),
              "interactions.showModal: fields: expected a list of 1 to 5 fields, got 0");
    EXPECT_TRUE(sent_.empty());
}

TEST_F(ComponentStageTest, a_state_that_is_too_large_is_refused_with_its_place) {
    EXPECT_NE(problem("messages.send", R"({"channelId": "5", "components": [{"button": "x",
                  "action": "a", "state": ")" +
                                           std::string(70'000, 'x') + R"("}]})")
                  .find("messages.send: components[1]: state: expected at most 65536 bytes"),
              std::string::npos);
}

TEST_F(ComponentStageTest, the_platforms_own_form_is_left_alone) {
    const std::string own = R"([{"type": 1, "components": [{"type": 2, "custom_id": "mine"}]}])";
    ASSERT_TRUE(call("messages.send", R"({"channelId": "5", "components": )" + own + "}"));
    EXPECT_EQ(last().arguments["components"], json::parse(own));
    ASSERT_TRUE(
        call("interactions.showModal", R"({"customId": "mine", "title": "t", "components": []})"));
    EXPECT_EQ(last().arguments["customId"], "mine");
}

TEST_F(ComponentStageTest, everything_that_writes_messages_takes_components) {
    for (const char* operation : {"interactions.update", "interactions.editReply",
                                  "interactions.followUp", "webhooks.execute"}) {
        std::string arguments = R"({"components": [{"button": "x", "action": "a"}])";
        if (std::string(operation) == "webhooks.execute") {
            arguments += R"(, "webhookId": "1", "webhookToken": "t")";
        }
        ASSERT_TRUE(call(operation, arguments + "}")) << operation;
        EXPECT_TRUE(custom_id().starts_with("rk1.")) << operation;
    }
}

TEST_F(ComponentStageTest, a_message_is_answered_by_messages) {
    const auto event = written("!poll", "7", 900);
    ASSERT_TRUE(call("interactions.reply", R"({"content": "a"})", "plain", event));
    EXPECT_EQ(last().operation, "messages.reply");
    EXPECT_EQ(last().arguments, json({{"content", "a"}, {"channelId", "5"}, {"messageId", "900"}}));
    ASSERT_TRUE(call("interactions.followUp", R"({"content": "b"})", "plain", event));
    ASSERT_TRUE(call("interactions.editReply", R"({"content": "c"})", "plain", event));
    EXPECT_EQ(last().operation, "messages.edit");
    EXPECT_EQ(last().arguments["messageId"], "501") << "the first answer";
    ASSERT_TRUE(call("interactions.defer", "{}", "plain", event));
    EXPECT_EQ(last().operation, "channels.typing");
    ASSERT_TRUE(call("interactions.deleteReply", "{}", "plain", event));
    EXPECT_EQ(last().operation, "messages.delete");
}

TEST_F(ComponentStageTest, an_edit_fills_in_what_a_message_was_promised) {
    const auto event = written("!poll", "7", 900);
    ASSERT_TRUE(call("interactions.defer", "{}", "plain", event));
    EXPECT_FALSE(call("interactions.fetchReply", "{}", "plain", event)) << "there is none yet";
    ASSERT_TRUE(call("interactions.editReply", R"({"content": "a"})", "plain", event));
    EXPECT_EQ(last().operation, "messages.reply");
    EXPECT_EQ(last().arguments["content"], "a");
    ASSERT_TRUE(call("interactions.editReply", R"({"content": "b"})", "plain", event));
    EXPECT_EQ(last().operation, "messages.edit");
}

TEST_F(ComponentStageTest, what_was_promised_to_one_user_is_not_shown_to_all) {
    json payload{{"id", "900"},
                 {"channel_id", "5"},
                 {"guild_id", "6"},
                 {"content", "!x"},
                 {"author", {{"id", "7"}, {"username", "alice"}}}};
    for (const char* verb : {"interactions.reply", "interactions.editReply"}) {
        payload["id"] = payload["id"].get<std::string>() + "1";
        const auto event = testing::make_event("messageCreate", payload.dump());
        ASSERT_TRUE(call("interactions.defer", R"({"ephemeral": true})", "test", event));
        sent_.clear();
        ASSERT_TRUE(call(verb, R"({"content": "psst"})", "test", event));
        ASSERT_EQ(sent_.size(), 2U) << verb;
        EXPECT_EQ(sent_[0].operation, "dms.open");
        EXPECT_EQ(sent_[1].operation, "messages.send");
    }
}

TEST_F(ComponentStageTest, the_same_answer_to_the_same_event_is_one_effect) {
    const auto event = written("!poll", "7", 900);
    ASSERT_TRUE(call("interactions.reply", R"({"content": "a"})", "plain", event));
    const std::string nonce = last().nonce;
    ASSERT_TRUE(call("interactions.reply", R"({"content": "a"})", "plain", event));
    EXPECT_FALSE(nonce.empty());
    EXPECT_EQ(last().nonce, nonce);
}

TEST_F(ComponentStageTest, what_a_message_cannot_be_answered_with_is_an_error) {
    const auto event = written("!poll");
    const auto kind = [&](const char* operation, const char* arguments) {
        const auto result = call(operation, arguments, "plain", event);
        return result ? std::string("none") : std::string(to_string(result.error().kind()));
    };
    EXPECT_EQ(kind("interactions.editReply", R"({"content": "c"})"), "invalid");
    EXPECT_EQ(kind("interactions.update", R"({"content": "c"})"), "invalid");
    EXPECT_EQ(kind("interactions.autocomplete", R"({"choices": []})"), "invalid");
    EXPECT_EQ(kind("interactions.showModal", R"({"customId": "x", "title": "t"})"), "invalid");
}

TEST_F(ComponentStageTest, what_is_for_one_user_goes_to_a_direct_message_from_a_guild) {
    json payload{{"id", "900"},
                 {"channel_id", "5"},
                 {"guild_id", "6"},
                 {"content", "!x"},
                 {"author", {{"id", "7"}, {"username", "alice"}}}};
    const auto event = testing::make_event("messageCreate", payload.dump());
    ASSERT_TRUE(
        call("interactions.reply", R"({"content": "psst", "ephemeral": true})", "test", event));
    ASSERT_EQ(sent_.size(), 2U);
    EXPECT_EQ(sent_[0].operation, "dms.open");
    EXPECT_EQ(sent_[1].operation, "messages.send");
    EXPECT_EQ(sent_[1].arguments["channelId"], "501");
    EXPECT_FALSE(sent_[1].arguments.contains("ephemeral"));
    EXPECT_NE(sent_[0].nonce, sent_[1].nonce);
}

TEST_F(ComponentStageTest, texts_stay_within_what_platforms_take) {
    ASSERT_TRUE(
        call("messages.send",
             R"({"channelId": "5", "content": ")" + std::string(1'990, 'x') + R"(", "components":
                                          [{"button": "Yes", "action": "a"}]})",
             "plain"));
    const std::string text = last().arguments["content"];
    EXPECT_LE(text.size(), 2'000U);
    EXPECT_TRUE(text.ends_with("\n1. Yes"));
}

}  // namespace
}  // namespace rookery::hostapi
