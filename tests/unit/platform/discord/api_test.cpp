#include "platform/discord/api.hpp"

#include "platform/discord/operation_request.hpp"
#include "support/io_fixture.hpp"
#include "support/script_server.hpp"

#include <array>

namespace rookery::discord {
namespace {

using async::Task;
using model::OperationInfo;
using model::OperationParam;
using model::ParamType;
using nlohmann::json;
using testing::ScriptConnection;
using testing::ScriptServer;

constexpr std::array<OperationParam, 4> kSendParams{{
    {"channelId", ParamType::id, true, 0, 0, "path:channel_id", ""},
    {"content", ParamType::text, false, 0, 2000, "body:content", ""},
    {"replyTo", ParamType::id, false, 0, 0, "body:message_reference.message_id", ""},
    {"limit", ParamType::integer, false, 0, 0, "query:limit", ""},
}};
constexpr std::array<OperationParam, 2> kReactParams{{
    {"channelId", ParamType::id, true, 0, 0, "path:channel_id", ""},
    {"emoji", ParamType::emoji, true, 0, 0, "path:emoji", ""},
}};

OperationInfo send_operation() {
    OperationInfo info{};
    info.name = "messages.send";
    info.params = kSendParams;
    info.effect = true;
    info.discord_method = "POST";
    info.discord_path = "/channels/{channel_id}/messages";
    info.discord_body = R"({"allowed_mentions":{"parse":["users"]}})";
    return info;
}

OperationInfo react_operation() {
    OperationInfo info{};
    info.name = "reactions.add";
    info.params = kReactParams;
    info.discord_method = "PUT";
    info.discord_path = "/channels/{channel_id}/reactions/{emoji}/@me";
    return info;
}

TEST(BuildRequest, puts_arguments_where_the_schema_says) {
    const auto request = build_request(
        send_operation(), {{"channelId", "12"}, {"content", "hi"}, {"replyTo", "34"}, {"limit", 5}},
        "key");
    ASSERT_TRUE(request) << request.error().message();
    EXPECT_EQ(request->method, "POST");
    EXPECT_EQ(request->path, "/channels/12/messages?limit=5");
    EXPECT_EQ(request->body, json({{"allowed_mentions", {{"parse", {"users"}}}},
                                   {"content", "hi"},
                                   {"message_reference", {{"message_id", "34"}}},
                                   {"nonce", nonce_of("key")},
                                   {"enforce_nonce", true}}));
}

TEST(BuildRequest, a_missing_path_argument_is_an_error) {
    const auto request = build_request(send_operation(), {{"content", "hi"}}, "key");
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().kind(), ErrorKind::invalid);
    EXPECT_FALSE(build_request(send_operation(), {{"channelId", ""}}, "key"));
}

TEST(BuildRequest, an_argument_cannot_leave_its_place_in_the_path) {
    const auto request = build_request(send_operation(), {{"channelId", "1/../2?x=#"}}, "key");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->path, "/channels/1%2F..%2F2%3Fx%3D%23/messages");
}

TEST(BuildRequest, without_effect_there_is_no_nonce_and_no_body) {
    const auto request = build_request(react_operation(),
                                       {{"channelId", "1"}, {"emoji", "\xf0\x9f\x91\x8d"}}, "key");
    ASSERT_TRUE(request);
    EXPECT_FALSE(request->has_nonce);
    EXPECT_TRUE(request->body.is_null());
    EXPECT_EQ(request->path, "/channels/1/reactions/%F0%9F%91%8D/@me");
}

TEST(NonceOf, is_25_characters_and_a_function_of_the_key) {
    EXPECT_EQ(nonce_of("a").size(), 25U);
    EXPECT_EQ(nonce_of("a"), nonce_of("a"));
    EXPECT_NE(nonce_of("a"), nonce_of("b"));
}

TEST(NonceOf, a_call_without_a_key_gets_one_of_its_own) {
    const auto one = build_request(send_operation(), {{"channelId", "1"}}, "");
    const auto two = build_request(send_operation(), {{"channelId", "1"}}, "");
    EXPECT_NE(one->body["nonce"], two->body["nonce"]);
}

TEST(EmojiSegment, knows_the_ways_of_writing_one) {
    EXPECT_EQ(emoji_segment("name:123"), "name%3A123");
    EXPECT_EQ(emoji_segment("<:name:123>"), "name%3A123");
    EXPECT_EQ(emoji_segment("<a:name:123>"), "name%3A123");
    EXPECT_EQ(emoji_segment("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd"), "%F0%9F%91%8D%F0%9F%8F%BD");
}

class DiscordApiTest : public testing::IoFixture {
  protected:
    void TearDown() override {
        if (api_) {
            run([this]() -> Task<> { co_await api_->close(); });
        }
        IoFixture::TearDown();
    }
    void serve(std::string answer) {
        server_.emplace(io_, tasks_, [this, answer](ScriptConnection& peer, int) -> Task<> {
            while (true) {
                const auto request = co_await peer.read_request();
                if (request.empty()) {
                    co_return;
                }
                seen_.push_back(request);
                co_await peer.write(answer);
            }
        });
        ApiOptions options;
        options.base_url = server_->url("http", "/api/v10");
        options.token = Secret("test.token.value");
        auto api = DiscordApi::create(io_.get_executor(), std::move(options));
        ASSERT_TRUE(api);
        api_ = *std::move(api);
    }
    static std::string json_answer(int status, const std::string& body) {
        return "HTTP/1.1 " + std::to_string(status) +
               " X\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    /// The answer to one call.
    Result<json> call(const OperationInfo& operation, json arguments) {
        std::optional<Result<json>> result;
        api_->call(operation, std::move(arguments), {.extension = "test", .nonce_key = "k"},
                   [&](Result<json> given) { result = std::move(given); });
        EXPECT_FALSE(result);
        run_until([&] { return result.has_value(); });
        return *result;
    }

    std::vector<std::string> seen_;
    std::optional<ScriptServer> server_;
    std::unique_ptr<DiscordApi> api_;
};

TEST_F(DiscordApiTest, sends_an_operation_as_discord_wants_it) {
    serve(json_answer(200, R"({"id":"99"})"));
    const auto result = call(send_operation(), {{"channelId", "12"}, {"content", "caf\xc3\xa9"}});
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ((*result)["id"], "99");
    ASSERT_EQ(seen_.size(), 1U);
    const auto& request = seen_[0];
    EXPECT_TRUE(request.starts_with("POST /api/v10/channels/12/messages HTTP/1.1\r\n")) << request;
    EXPECT_NE(request.find("\r\nAuthorization: Bot test.token.value\r\n"), std::string::npos);
    EXPECT_NE(request.find("\r\nUser-Agent: DiscordBot (https://github.com/rookery/rookery, "),
              std::string::npos);
    EXPECT_NE(request.find("\r\nContent-Type: application/json\r\n"), std::string::npos);
    const auto body = json::parse(request.substr(request.find("\r\n\r\n") + 4));
    EXPECT_EQ(body["content"], "caf\xc3\xa9");
    EXPECT_EQ(body["enforce_nonce"], true);
}

TEST_F(DiscordApiTest, sends_a_reason_encoded_in_its_header) {
    serve("HTTP/1.1 204 No Content\r\n\r\n");
    const std::string reason = "spam\r\nX: \xf0\x9f\x91\x8d";
    ASSERT_TRUE(call(*model::find_operation("bans.create"),
                     {{"guildId", "1"}, {"userId", "2"}, {"reason", reason}}));
    EXPECT_NE(seen_[0].find("\r\nX-Audit-Log-Reason: spam%0D%0AX%3A%20%F0%9F%91%8D\r\n"),
              std::string::npos)
        << seen_[0];
}

TEST_F(DiscordApiTest, fills_the_applications_id_in_and_asks_for_it_once) {
    serve(json_answer(200, R"({"id":"77"})"));
    const auto& operation = *model::find_operation("commands.list");
    ASSERT_TRUE(call(operation, json::object()));
    ASSERT_TRUE(call(operation, json::object()));
    ASSERT_EQ(seen_.size(), 3U);
    EXPECT_TRUE(seen_[0].starts_with("GET /api/v10/applications/@me ")) << seen_[0];
    EXPECT_TRUE(seen_[1].starts_with("GET /api/v10/applications/77/commands ")) << seen_[1];
}

TEST_F(DiscordApiTest, sends_files_as_multipart) {
    serve(json_answer(200, R"({"id":"99"})"));
    ASSERT_TRUE(call(*model::find_operation("messages.send"),
                     {{"channelId", "1"},
                      {"content", "hi"},
                      {"files", {{{"name", "a.txt"}, {"data", "hello"}}}}}));
    ASSERT_EQ(seen_.size(), 1U);
    EXPECT_NE(seen_[0].find("Content-Type: multipart/form-data; boundary=rookery-"),
              std::string::npos);
    EXPECT_NE(seen_[0].find("name=\"files[0]\"; filename=\"a.txt\"\r\nContent-Type: "
                            "text/plain\r\n\r\nhello\r\n--rookery-"),
              std::string::npos)
        << seen_[0];
}

TEST_F(DiscordApiTest, a_wrong_argument_is_told_without_a_request) {
    serve(json_answer(200, "{}"));
    const auto result = call(*model::find_operation("messages.send"),
                             {{"channelId", "1"}, {"files", {{{"path", "/etc/passwd"}}}}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::denied);
    EXPECT_TRUE(seen_.empty());
}

TEST_F(DiscordApiTest, an_answer_without_body_is_null) {
    serve("HTTP/1.1 204 No Content\r\n\r\n");
    const auto result = call(react_operation(), {{"channelId", "12"}, {"emoji", "x"}});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->is_null());
    EXPECT_EQ(seen_[0].find("Content-Type"), std::string::npos);
}

TEST_F(DiscordApiTest, text_that_is_no_utf8_is_repaired) {
    serve(json_answer(200, "{}"));
    ASSERT_TRUE(call(send_operation(), {{"channelId", "12"}, {"content", "a\xff"}}));
    EXPECT_NE(seen_[0].find("a\xef\xbf\xbd"), std::string::npos);
}

TEST_F(DiscordApiTest, a_refusal_is_a_typed_error_without_the_token) {
    serve(
        json_answer(403, R"({"code":50013,"message":"Missing Permissions for test.token.value"})"));
    const auto result = call(send_operation(), {{"channelId", "12"}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::denied);
    EXPECT_EQ(result.error().message(),
              "POST /channels/{channel_id}/messages: 403, code 50013, Missing Permissions for "
              "[redacted]");
}

TEST_F(DiscordApiTest, an_answer_that_is_no_json_is_an_error) {
    serve(json_answer(200, "{\"id\":"));
    EXPECT_EQ(call(send_operation(), {{"channelId", "12"}}).error().kind(), ErrorKind::protocol);
}

TEST_F(DiscordApiTest, a_webhook_does_not_get_the_token) {
    serve(json_answer(200, "{}"));
    bool done = false;
    api_->call(*model::find_operation("api.request"),
               {{"method", "POST"}, {"path", "/webhooks/1/abc"}, {"body", {{"content", "x"}}}}, {},
               [&](Result<json> result) {
                   EXPECT_TRUE(result);
                   done = true;
               });
    run_until([&] { return done; });
    EXPECT_EQ(seen_[0].find("Authorization"), std::string::npos);
}

TEST_F(DiscordApiTest, reads_the_gateways_address_and_budget) {
    serve(json_answer(200, R"({"url":"wss://gateway.discord.gg","shards":9,
        "session_start_limit":{"total":1000,"remaining":999,"reset_after":14400000,"max_concurrency":1}})"));
    const auto info = run<Result<GatewayInfo>>([this] { return api_->gateway(); });
    ASSERT_TRUE(info) << info.error().message();
    EXPECT_EQ(info->url, "wss://gateway.discord.gg");
    EXPECT_EQ(info->shards, 9U);
    EXPECT_EQ(info->remaining, 999U);
    EXPECT_EQ(info->reset_after, Millis(14'400'000));
    EXPECT_TRUE(seen_[0].starts_with("GET /api/v10/gateway/bot "));
}

TEST_F(DiscordApiTest, a_gateway_answer_of_another_shape_is_an_error) {
    for (const char* body : {"[]", "{}", R"({"url":5})", "null"}) {
        seen_.clear();
        serve(json_answer(200, body));
        EXPECT_EQ(run<Result<GatewayInfo>>([this] { return api_->gateway(); }).error().kind(),
                  ErrorKind::protocol)
            << body;
    }
}

TEST_F(DiscordApiTest, a_refused_token_is_denied) {
    serve(json_answer(401, R"({"message":"401: Unauthorized","code":0})"));
    EXPECT_EQ(run<Result<GatewayInfo>>([this] { return api_->gateway(); }).error().kind(),
              ErrorKind::denied);
    EXPECT_EQ(call(send_operation(), {{"channelId", "1"}}).error().kind(), ErrorKind::denied);
    EXPECT_EQ(seen_.size(), 1U);
}

TEST_F(DiscordApiTest, close_answers_every_call) {
    serve("");
    int cancelled = 0;
    for (int i = 0; i < 20; ++i) {
        api_->call(send_operation(), {{"channelId", "1"}}, {}, [&](Result<json> result) {
            cancelled += !result && result.error().kind() == ErrorKind::cancelled ? 1 : 0;
        });
    }
    run_until([&] { return seen_.size() == 1; });
    run([this]() -> Task<> { co_await api_->close(); });
    EXPECT_EQ(cancelled, 20);
    api_->call(send_operation(), {{"channelId", "1"}}, {}, [&](Result<json>) { ++cancelled; });
    run_until([&] { return cancelled == 21; });
}

TEST_F(DiscordApiTest, an_address_that_cannot_be_one_is_refused) {
    ApiOptions options;
    options.base_url = "wss://discord.com";
    EXPECT_FALSE(DiscordApi::create(io_.get_executor(), options));
    options.base_url = "discord.com";
    EXPECT_FALSE(DiscordApi::create(io_.get_executor(), options));
}

}  // namespace
}  // namespace rookery::discord
