#include "platform/holobridge/operations.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace rookery::holobridge {
namespace {

using nlohmann::json;

gateway::BotCall call_of(std::string_view name, json arguments) {
    gateway::BotCall call;
    call.info = model::find_operation(name);
    call.arguments = std::move(arguments);
    call.extension = "script/x";
    return call;
}

Result<ApiRequest> request(std::string_view name, json arguments,
                           Upstream upstream = Upstream::holobridge) {
    return make_request(call_of(name, std::move(arguments)), upstream, {});
}

TEST(HolobridgeOperations, AHoloBridgeIsAskedByItsRoutes) {
    const auto sent = request("messages.send", {{"channelId", "5"}, {"content", "hi"}});
    ASSERT_TRUE(sent.has_value()) << sent.error().message();
    EXPECT_EQ(sent->method, "POST");
    EXPECT_EQ(sent->path, "/api/channels/5/messages");
    EXPECT_EQ(sent->label, "/api/channels/{channelId}/messages");
    EXPECT_EQ(sent->body, (json{{"content", "hi"}}));
    EXPECT_EQ(sent->extension, "script/x");
    const auto listed = request("messages.list", {{"channelId", "5"}, {"limit", 3}});
    ASSERT_TRUE(listed.has_value());
    EXPECT_EQ(listed->method, "GET");
    EXPECT_EQ(listed->path, "/api/channels/5/messages?limit=3");
    EXPECT_TRUE(listed->body.is_null());
}

TEST(HolobridgeOperations, IdsDoNotLeaveTheirPlaceInThePath) {
    const auto odd = request("messages.send", {{"channelId", "a/../b"}, {"content", "hi"}});
    ASSERT_TRUE(odd.has_value());
    EXPECT_EQ(odd->path, "/api/channels/a%2F..%2Fb/messages");
    for (const char* id : {"", ".", ".."}) {
        EXPECT_FALSE(request("messages.send", {{"channelId", id}, {"content", "hi"}})) << id;
    }
}

TEST(HolobridgeOperations, WhatItsRoutesSayOtherwiseIsTurned) {
    const auto role = request(
        "members.addRole", {{"guildId", "1"}, {"userId", "2"}, {"roleId", "3"}, {"reason", "r"}});
    ASSERT_TRUE(role.has_value());
    EXPECT_EQ(role->method + " " + role->path, "PATCH /api/guilds/1/members/2/roles");
    EXPECT_EQ(role->body, (json{{"add", {"3"}}, {"reason", "r"}}));
    const auto quiet =
        request("members.timeout", {{"guildId", "1"}, {"userId", "2"}, {"time", 60}});
    ASSERT_TRUE(quiet.has_value());
    EXPECT_EQ(quiet->body, (json{{"duration", 60'000}}));
    const auto reply =
        request("messages.reply", {{"channelId", "1"}, {"messageId", "2"}, {"content", "x"}});
    ASSERT_TRUE(reply.has_value()) << reply.error().message();
    EXPECT_EQ(reply->path, "/api/channels/1/messages");
    EXPECT_EQ(reply->body, (json{{"content", "x"}, {"replyTo", "2"}}));
    const auto nick =
        request("members.setNick", {{"guildId", "1"}, {"userId", "2"}, {"nick", nullptr}});
    ASSERT_TRUE(nick.has_value());
    EXPECT_EQ(nick->body, (json{{"nickname", nullptr}}));
}

TEST(HolobridgeOperations, WhatAHoloBridgeLacksIsUnsupported) {
    const auto none = request("templates.list", {{"guildId", "1"}});
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().kind(), ErrorKind::unsupported);
    EXPECT_NE(none.error().message().find("templates.list"), std::string::npos);
    const auto part = request("messages.list", {{"channelId", "5"}, {"extra", json::object()}});
    if (!part) {
        EXPECT_EQ(part.error().kind(), ErrorKind::unsupported);
    }
}

TEST(HolobridgeOperations, AnotherRookeryIsAskedForEverythingInOneWay) {
    for (const model::OperationInfo& info : model::operations()) {
        if (info.name == "api.request") {
            continue;
        }
        const auto made = request(info.name, json::object(), Upstream::rookery);
        ASSERT_TRUE(made.has_value()) << info.name;
        EXPECT_EQ(made->path,
                  "/api/operations/" + std::string(info.noun) + "/" + std::string(info.verb));
        EXPECT_EQ(made->body, json::object());
    }
}

TEST(HolobridgeOperations, FilesOfThisMachineGoAlong) {
    const testing::TempDir dir;
    std::ofstream(dir.path() / "a.txt") << "hello";
    auto call = call_of("messages.send",
                        {{"channelId", "5"}, {"files", {{{"path", "a.txt"}, {"name", "b.txt"}}}}});
    const auto made = make_request(call, Upstream::rookery, {dir.path(), 100});
    ASSERT_TRUE(made.has_value()) << made.error().message();
    EXPECT_EQ(made->body["files"], (json::array({{{"name", "b.txt"}, {"base64", "aGVsbG8="}}})));
    EXPECT_FALSE(make_request(call, Upstream::rookery, {}).has_value());
}

TEST(HolobridgeOperations, TheRawWayStaysBelowTheApi) {
    const auto raw = request("api.request", {{"method", "GET"}, {"path", "/api/guilds"}});
    ASSERT_TRUE(raw.has_value());
    EXPECT_EQ(raw->path, "/api/guilds");
    EXPECT_FALSE(request("api.request", {{"method", "GET"}, {"path", "/metrics"}}));
    EXPECT_FALSE(request("api.request", {{"method", "GET"}, {"path", "/api/../metrics"}}));
}

net::HttpResponse answer(unsigned status, std::string body, net::HttpHeaders headers = {}) {
    return {status, std::move(headers), std::move(body)};
}

TEST(HolobridgeApi, RefusalsSayWhatTheServerSaid) {
    const Error plain =
        to_error("POST /x",
                 answer(400, R"({"success":false,"error":"Failed to send","code":"SEND_FAILED"})"));
    EXPECT_EQ(plain.kind(), ErrorKind::invalid);
    EXPECT_EQ(plain.message(), "POST /x: 400 SEND_FAILED Failed to send");
    const Error fields = to_error(
        "POST /x",
        answer(400, R"({"error":"Invalid","details":[{"path":["a",0],"message":"Required"},5]})"));
    ASSERT_NE(fields.refusal(), nullptr);
    EXPECT_EQ(fields.refusal()->fields.at(0).path, "a.0");
    EXPECT_EQ(to_error("x", answer(401, "{}")).kind(), ErrorKind::denied);
    EXPECT_EQ(to_error("x", answer(404, "[]")).kind(), ErrorKind::not_found);
    const Error limited =
        to_error("x", answer(429, R"({"error":"Too many requests"})", {{"Retry-After", "7"}}));
    EXPECT_EQ(limited.kind(), ErrorKind::limit);
    EXPECT_EQ(limited.refusal()->retry_after, 7);
    const Error html = to_error("x", answer(502, "<html>", {{"Content-Type", "text/html"}}));
    EXPECT_EQ(html.kind(), ErrorKind::unavailable);
    EXPECT_NE(html.message().find("web page"), std::string::npos);
}

TEST(HolobridgeApi, AnswersAreUnwrapped) {
    EXPECT_EQ(*unwrap("x", R"({"success":true,"data":[1]})"), json::array({1}));
    EXPECT_EQ(*unwrap("x", R"({"success":true})"), json());
    EXPECT_EQ(*unwrap("x", R"({"status":"ok"})"), (json{{"status", "ok"}}));
    EXPECT_EQ(*unwrap("x", ""), json());
    EXPECT_FALSE(unwrap("x", "<html>").has_value());
}

TEST(HolobridgeApi, AnswersOfAnyDepthAreRefusedWithoutHarm) {
    const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
    EXPECT_EQ(unwrap("x", R"({"success":true,"data":)" + deep + '}').error().kind(),
              ErrorKind::protocol);
    EXPECT_EQ(to_error("x", answer(400, R"({"details":[{"path":[)" + deep + "]}]}")).kind(),
              ErrorKind::invalid);
    EXPECT_FALSE(unwrap("x", "\"\xff\"").has_value());
}

TEST(HolobridgeApi, AGuildsIdIsAShortWord) {
    for (const char* const id : {"112233", "01HX5Z", "Abc-_1", "4917@g.us"}) {
        EXPECT_TRUE(is_guild_id(id)) << id;
    }
    for (const std::string& id : {std::string(), std::string(101, '1'), std::string("a b"),
                                  std::string("\xff"), std::string("1/../2"), std::string("a\n")}) {
        EXPECT_FALSE(is_guild_id(id)) << id;
    }
}

}  // namespace
}  // namespace rookery::holobridge
