#include "platform/discord/api_error.hpp"

#include <gtest/gtest.h>

namespace rookery::discord {
namespace {

using nlohmann::json;

std::vector<std::string> lines(const json& errors) {
    std::vector<std::string> out;
    for (const auto& field : flatten_errors(errors)) {
        out.push_back(field.path + "|" + field.code + "|" + field.message);
    }
    return out;
}

TEST(FlattenErrors, names_the_path_of_each_leaf) {
    const auto errors = json::parse(R"({
        "_errors": [{"code": "ROOT", "message": "root is bad"}],
        "content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]},
        "embeds": {"0": {"fields": {"1": {"value": {"_errors": [
            {"code": "BASE_TYPE_REQUIRED", "message": "This field is required"}]}}}}}})");
    EXPECT_EQ(
        lines(errors),
        (std::vector<std::string>{
            "|ROOT|root is bad", "content|BASE_TYPE_MAX_LENGTH|Must be 2000 or fewer in length.",
            "embeds[0].fields[1].value|BASE_TYPE_REQUIRED|This field is required"}));
}

TEST(FlattenErrors, codes_may_be_numbers) {
    EXPECT_EQ(lines(json::parse(R"({"a":{"_errors":[{"code":7,"message":"m"}]}})")),
              std::vector<std::string>{"a|7|m"});
}

TEST(FlattenErrors, survives_depth_and_other_shapes) {
    json deep = {{"_errors", {{{"code", "X"}, {"message", "m"}}}}};
    for (int i = 0; i < 1'000; ++i) {
        deep = {{"a", deep}};
    }
    EXPECT_TRUE(flatten_errors(deep).empty());
    EXPECT_TRUE(flatten_errors(json::parse(R"({"_errors":{"x":1},"b":[1,2],"c":null})")).empty());
    EXPECT_TRUE(flatten_errors("text").empty());
}

TEST(FlattenErrors, is_bounded) {
    json errors;
    for (int i = 0; i < 100; ++i) {
        errors["f" + std::to_string(i)]["_errors"] = {{{"code", "X"}, {"message", "m"}}};
    }
    EXPECT_EQ(flatten_errors(errors).size(), 20U);
}

TEST(ToError, keeps_what_was_said_for_those_who_look_closer) {
    const auto error = to_error("PATCH /guilds/{guild_id}",
                                {400,
                                 {},
                                 R"({"code":50035,"message":"Invalid Form Body","errors":{"name":
                                    {"_errors":[{"code":"BASE_TYPE_BAD_LENGTH","message":"short"}]}}})"});
    const auto outer = error.within("guilds.edit");
    ASSERT_NE(outer.refusal(), nullptr);
    EXPECT_EQ(outer.refusal()->status, 400U);
    EXPECT_EQ(outer.refusal()->code, 50035);
    EXPECT_EQ(outer.refusal()->message, "Invalid Form Body");
    ASSERT_EQ(outer.refusal()->fields.size(), 1U);
    EXPECT_EQ(outer.refusal()->fields[0].path, "name");
}

TEST(ToError, tells_route_status_code_and_details) {
    const auto error = to_error(
        "POST /channels/{id}/messages",
        {400,
         {},
         R"({"code":50035,"message":"Invalid Form Body","errors":{"content":{"_errors":[{"code":"C","message":"m"}]}}})"});
    EXPECT_EQ(error.message(),
              "POST /channels/{id}/messages: 400, code 50035, Invalid Form Body: content: C m");
    EXPECT_EQ(error.kind(), ErrorKind::invalid);
}

TEST(ToError, knows_the_other_shapes) {
    EXPECT_EQ(
        to_error("GET /x", {401, {}, R"({"message":"401: Unauthorized","code":0})"}).message(),
        "GET /x: 401, 401: Unauthorized");
    EXPECT_EQ(
        to_error("GET /x", {400, {}, R"({"error":"invalid_grant","error_description":"why"})"})
            .message(),
        "GET /x: 400, invalid_grant, why");
    EXPECT_EQ(
        to_error("GET /x", {400, {}, R"({"guild_id":["Value is not snowflake."]})"}).message(),
        R"(GET /x: 400, {"guild_id":["Value is not snowflake."]})");
    EXPECT_EQ(to_error("GET /x", {500, {}, ""}).message(), "GET /x: 500");
    EXPECT_EQ(to_error("GET /x", {400, {}, "plain\ntext"}).message(),
              "GET /x: 400, plain\\x0atext");
    EXPECT_EQ(to_error("GET /x", {502, {}, "<html><body>Bad gateway</body></html>"}).message(),
              "GET /x: 502, an HTML page (37 bytes)");
}

TEST(ToError, kinds_follow_the_status) {
    const auto kind = [](unsigned status) { return to_error("x", {status, {}, ""}).kind(); };
    EXPECT_EQ(kind(400), ErrorKind::invalid);
    EXPECT_EQ(kind(401), ErrorKind::denied);
    EXPECT_EQ(kind(403), ErrorKind::denied);
    EXPECT_EQ(kind(404), ErrorKind::not_found);
    EXPECT_EQ(kind(409), ErrorKind::exists);
    EXPECT_EQ(kind(413), ErrorKind::limit);
    EXPECT_EQ(kind(503), ErrorKind::unavailable);
}

}  // namespace
}  // namespace rookery::discord
