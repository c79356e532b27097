#include "hostapi/operations.hpp"

#include "support/events.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

class OperationsTest : public ::testing::Test {
  protected:
    void add_bot(const std::string& name) {
        operations_.add_bot(name, [this, name](PlatformCall call, const OperationDone& done) {
            bot_ = name;
            last_ = std::move(call);
            done(json{{"id", "99"}});
        });
    }
    Result<json> call(const std::string& operation, json arguments, const std::string& bot = {},
                      model::EventPtr event = nullptr) {
        OperationCall wish;
        wish.operation = operation;
        wish.arguments = std::move(arguments);
        wish.bot = bot;
        wish.event = std::move(event);
        wish.extension = "script/ping";
        std::optional<Result<json>> answer;
        operations_.call(std::move(wish),
                         [&](Result<json> result) { answer.emplace(std::move(result)); });
        return std::move(*answer);
    }
    std::string error(const std::string& operation, json arguments, const std::string& bot = {}) {
        const auto result = call(operation, std::move(arguments), bot);
        return result ? "no error" : result.error().message();
    }

    /// A bot of a platform that has messages.get and messages.send alone: content and tts, and tts
    /// is left out.
    void add_toy_bot() {
        const auto place = [](std::string_view operation, const auto& target_of) {
            const auto* const info = model::find_operation(operation);
            std::vector<model::PlatformParam> params;
            for (const auto& param : info->params) {
                params.push_back(target_of(param.name));
            }
            return params;
        };
        get_params_ = place("messages.get", [](std::string_view name) {
            return model::PlatformParam{name == "channelId" ? "path:c" : "path:m", false};
        });
        send_params_ = place("messages.send", [](std::string_view name) {
            return model::PlatformParam{name == "channelId" || name == "content" ? "body:x" : "",
                                        name == "tts"};
        });
        table_ = {{model::find_operation("messages.get"), "GET", "/", "", get_params_, nullptr,
                   false, ""},
                  {model::find_operation("messages.send"), "POST", "/", "", send_params_, nullptr,
                   false, ""}};
        toy_ = {"toy", "Toy", false, table_, {}, {}, {}, {}};
        operations_.add_bot(
            "toy",
            [this](PlatformCall call, const OperationDone& done) {
                last_ = std::move(call);
                done(json());
            },
            &toy_);
    }

    Operations operations_;
    std::string bot_;
    PlatformCall last_;
    std::vector<model::PlatformParam> get_params_;
    std::vector<model::PlatformParam> send_params_;
    std::vector<model::PlatformOperation> table_;
    model::PlatformInfo toy_;
};

TEST_F(OperationsTest, what_a_platform_lacks_is_unsupported_by_name) {
    add_toy_bot();
    const json place{{"channelId", "01HX"}, {"messageId", "01HY"}};
    EXPECT_TRUE(call("messages.get", place));
    const auto refused = call("messages.delete", place);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::unsupported);
    EXPECT_EQ(refused.error().message(), "messages.delete: Toy has no such operation");

    json message{{"channelId", "01HX"}, {"content", "hi"}, {"tts", true}};
    EXPECT_TRUE(call("messages.send", message));
    message["embeds"] = nullptr;
    EXPECT_TRUE(call("messages.send", message)) << "nothing is given";
    message["embeds"] = json::array({{{"title", "x"}}});
    const auto half = call("messages.send", message);
    ASSERT_FALSE(half);
    EXPECT_EQ(half.error().kind(), ErrorKind::unsupported);
    EXPECT_EQ(half.error().message(), "messages.send: parameter embeds: Toy has none");
}

TEST_F(OperationsTest, ids_are_those_of_the_bots_platform) {
    add_toy_bot();
    add_bot("main");
    const auto ask = [this](const char* id, const char* bot) {
        return error("messages.get", {{"channelId", id}, {"messageId", "1"}}, bot);
    };
    for (const char* id : {"01ARZ3NDEKTSV4RRFFQ69G5FAV", "aB3dE5f7", "123-456@g.us",
                           "4915112345678:12@s.whatsapp.net"}) {
        EXPECT_EQ(ask(id, "toy"), "no error") << id;
        EXPECT_NE(ask(id, "main"), "no error") << id;
    }
    for (const char* id : {"", "..", "a/b", "a?b", "a#b", "a b"}) {
        EXPECT_EQ(ask(id, "toy"), "messages.get: parameter channelId: expected an id, got text")
            << id;
    }
}

TEST_F(OperationsTest, capabilities_are_those_of_the_platforms_table) {
    add_toy_bot();
    const auto told = call("bots.capabilities", json::object());
    EXPECT_FALSE(told) << "the toy has it not";
    add_bot("main");
    const auto main = call("bots.capabilities", json::object(), "main");
    ASSERT_TRUE(main) << main.error().message();
    EXPECT_EQ((*main)["platform"], "discord");
    EXPECT_EQ((*main)["operations"]["messages.send"].is_boolean() ||
                  (*main)["operations"]["messages.send"].is_array(),
              true);
    EXPECT_EQ((*main)["features"]["threads"], true);
    EXPECT_EQ((*main)["events"]["messageCreate"], true);
    EXPECT_TRUE(bot_.empty()) << "no platform was asked";
}

TEST_F(OperationsTest, passes_a_valid_call_to_the_only_bot) {
    add_bot("main");
    const auto result = call("messages.send", {{"channelId", "1"}, {"content", "hi"}});
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(bot_, "main");
    EXPECT_EQ(last_.info->name, "messages.send");
    EXPECT_TRUE(last_.nonce_key.empty());
}

TEST_F(OperationsTest, the_events_bot_answers) {
    add_bot("other");
    add_bot("test");
    const auto event =
        rookery::testing::make_event("messageCreate", R"({"id":"5","channel_id":"1"})");
    ASSERT_TRUE(call("messages.send", {{"channelId", "1"}, {"content", "hi"}}, {}, event));
    EXPECT_EQ(bot_, "test");
}

TEST_F(OperationsTest, the_nonce_key_is_the_same_for_the_same_event_and_call) {
    add_bot("test");
    const auto first =
        rookery::testing::make_event("messageCreate", R"({"id":"5","channel_id":"1"})", 1);
    const auto again =
        rookery::testing::make_event("messageCreate", R"({"id":"5","channel_id":"1"})", 900);
    const auto other =
        rookery::testing::make_event("messageCreate", R"({"id":"6","channel_id":"1"})", 1);
    ASSERT_TRUE(call("messages.send", {{"channelId", "1"}, {"content", "hi"}}, {}, first));
    const std::string key = last_.nonce_key;
    ASSERT_TRUE(call("messages.send", {{"channelId", "1"}, {"content", "hi"}}, {}, again));
    EXPECT_EQ(last_.nonce_key, key);
    ASSERT_TRUE(call("messages.send", {{"channelId", "1"}, {"content", "hi"}}, {}, other));
    EXPECT_NE(last_.nonce_key, key);
}

TEST_F(OperationsTest, errors_name_the_parameter_what_was_expected_and_what_came) {
    add_bot("main");
    EXPECT_EQ(error("messages.send", {{"content", "hi"}}),
              "messages.send: parameter channelId is missing");
    EXPECT_EQ(
        error("messages.send", {{"channelId", 5}, {"content", "hi"}}),
        "messages.send: parameter channelId: expected an id (a string of digits), got an integer");
    EXPECT_EQ(error("messages.send", {{"channelId", "1"}, {"content", "hi"}, {"colour", "red"}}),
              "messages.send: there is no parameter colour");
    EXPECT_EQ(error("messages.send", {{"channelId", "1"}, {"content", std::string(2001, 'x')}}),
              "messages.send: parameter content: expected 0 to 2000 characters, got 2001");
    EXPECT_EQ(error("messages.shout", json::object()), "there is no operation messages.shout");
    EXPECT_EQ(error("messages.send", json::array()),
              "messages.send: expected a table of parameters, got array");
}

TEST_F(OperationsTest, length_counts_code_points) {
    add_bot("main");
    std::string wide;
    for (int i = 0; i < 2000; ++i) {
        wide += "é";
    }
    EXPECT_TRUE(call("messages.send", {{"channelId", "1"}, {"content", wide}}));
}

TEST_F(OperationsTest, the_bot_must_be_clear_and_known) {
    EXPECT_NE(
        error("messages.send", {{"channelId", "1"}, {"content", "x"}}).find("there are 0 bots"),
        std::string::npos);
    add_bot("a");
    add_bot("b");
    EXPECT_NE(
        error("messages.send", {{"channelId", "1"}, {"content", "x"}}).find("there are 2 bots"),
        std::string::npos);
    EXPECT_EQ(error("messages.send", {{"channelId", "1"}, {"content", "x"}}, "c"),
              "messages.send: there is no bot named c");
    operations_.remove_bot("b");
    EXPECT_TRUE(call("messages.send", {{"channelId", "1"}, {"content", "x"}}));
}

}  // namespace
}  // namespace rookery::hostapi
