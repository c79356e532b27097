#include "server/rest/validation.hpp"

#include <gtest/gtest.h>

namespace rookery::server::rest {
namespace {

using nlohmann::json;

const Route& route(std::string_view method, std::string_view path) {
    for (const Route& each : routes()) {
        if (each.method == method && each.path == path) {
            return each;
        }
    }
    throw std::invalid_argument("no such route");
}

Checked checked(const Route& of, const json& body) {
    Checked out;
    check_body(of.body, body, out);
    check_any_of(of, out);
    return out;
}

std::string first_issue(const Checked& out) {
    return out.issues.empty() ? "" : out.issues[0].path + ": " + out.issues[0].message;
}

Request posted(std::string body, const char* type = "application/json") {
    Request request;
    request.method = "POST";
    request.headers.add("Content-Type", type);
    request.body = std::move(body);
    return request;
}

const char* const kMessages = "/api/channels/:channelId/messages";
const char* const kChannels = "/api/channels/guilds/:guildId/channels";
const char* const kRules = "/api/guilds/:guildId/auto-moderation/rules";

TEST(Validation, unknown_keys_are_dropped_at_every_depth) {
    const auto out =
        checked(route("POST", kMessages),
                {{"content", "a"}, {"other", 1}, {"embeds", {{{"title", "t"}, {"x", 2}}}}});
    EXPECT_TRUE(out.issues.empty());
    EXPECT_EQ(out.arguments, json({{"content", "a"}, {"embeds", {{{"title", "t"}}}}}));
}

TEST(Validation, an_issue_names_its_place) {
    const json embeds = {{{"title", "t"}, {"fields", {{{"name", "n"}}}}}};
    EXPECT_EQ(first_issue(checked(route("POST", kMessages), {{"embeds", embeds}})),
              "embeds.0.fields.0.value: Required");
}

TEST(Validation, a_text_is_measured_in_utf16_units) {
    std::string faces;
    for (int i = 0; i < 1001; ++i) {
        faces += "\U0001F600";
    }
    EXPECT_EQ(first_issue(checked(route("POST", kMessages), {{"content", faces}})),
              "content: String must contain at most 2000 character(s)");
    faces.resize(faces.size() - 4);
    EXPECT_TRUE(checked(route("POST", kMessages), {{"content", faces}}).issues.empty());
}

TEST(Validation, a_message_without_anything_in_it_is_refused) {
    EXPECT_EQ(first_issue(checked(route("POST", kMessages), {{"content", ""}, {"tts", true}})),
              ": Either content or at least one embed is required");
}

TEST(Validation, choices_and_bits_go_on_as_the_operation_takes_them) {
    const json overwrite{{"id", "1"}, {"type", "member"}, {"allow", 8}};
    const auto out =
        checked(route("POST", kChannels),
                {{"name", "n"}, {"type", "text"}, {"permissionOverwrites", {overwrite}}});
    ASSERT_TRUE(out.issues.empty()) << first_issue(out);
    EXPECT_EQ(out.arguments["type"], "text");
    EXPECT_EQ(out.arguments["permissionOverwrites"][0],
              json({{"id", "1"}, {"type", 1}, {"allow", "8"}}));
    EXPECT_EQ(first_issue(checked(route("POST", kChannels), {{"name", "n"}, {"type", "tent"}})),
              "type: Invalid enum value. Expected 'text' | 'voice' | 'category' | 'announcement' | "
              "'stage' | 'forum' | 'media', received 'tent'");
}

TEST(Validation, what_the_platform_reads_goes_on_in_snake_case) {
    const json body{{"name", "n"},
                    {"eventType", 1},
                    {"triggerType", 1},
                    {"actions", {{{"type", 2}, {"metadata", {{"channelId", "5"}}}}}},
                    {"triggerMetadata", {{"keywordFilter", {"a"}}}}};
    const auto out = checked(route("POST", kRules), body);
    ASSERT_TRUE(out.issues.empty()) << first_issue(out);
    EXPECT_EQ(out.arguments["actions"][0]["metadata"], json({{"channel_id", "5"}}));
    EXPECT_EQ(out.arguments["triggerMetadata"], json({{"keyword_filter", {"a"}}}));
}

TEST(Validation, a_picture_is_a_data_uri) {
    const Route& roles = route("POST", "/api/guilds/:guildId/roles");
    for (const char* wrong : {"/etc/passwd", "https://example.com/a.png",
                              "data:text/plain;base64,YQ==", "data:image/png;base64,"}) {
        EXPECT_EQ(checked(roles, {{"icon", wrong}}).issues.size(), 1U) << wrong;
    }
    EXPECT_TRUE(checked(roles, {{"icon", "data:image/png;base64,YQ=="}}).issues.empty());
    EXPECT_TRUE(checked(roles, {{"icon", nullptr}}).issues.empty());
}

TEST(Validation, a_number_counts_as_a_moment_in_milliseconds) {
    const json body{{"name", "n"}, {"entityType", 3}, {"scheduledStartTime", 1'445'000'000'123}};
    const auto out = checked(route("POST", "/api/guilds/:guildId/scheduled-events"), body);
    EXPECT_EQ(out.arguments["scheduledStartTime"], "2015-10-16T12:53:20.123Z");
}

TEST(Validation, a_missing_field_has_the_code_that_clients_know) {
    const Route& timeout = route("POST", "/api/guilds/:guildId/members/:userId/timeout");
    for (const json& body : {json::object(), json{{"duration", 0}}, json{{"duration", "60"}}}) {
        const auto out = checked(timeout, body);
        const Response refused = refuse(&timeout, "Invalid request body", out.issues);
        EXPECT_EQ(refused.status, 400U);
        EXPECT_EQ(json::parse(*refused.body)["code"], "MISSING_DURATION") << body;
    }
    const auto out = checked(timeout, {{"duration", -5}});
    EXPECT_EQ(json::parse(*refuse(&timeout, "", out.issues).body)["code"], "VALIDATION_ERROR");
}

TEST(Validation, rules_tell_their_issues_under_both_names) {
    const auto body = json::parse(
        *refuse(&route("POST", kRules), "Invalid request body", {{"name", "Required", true}}).body);
    EXPECT_EQ(body["error"], "Validation failed");
    EXPECT_EQ(body["code"], "VALIDATION_ERROR");
    EXPECT_EQ(body["issues"], json::array({{{"path", "name"}, {"message", "Required"}}}));
    EXPECT_EQ(body["issues"], body["details"]);
}

TEST(Validation, limits_of_lists_are_put_right_or_refused_as_the_route_says) {
    Request request;
    request.query = {{"limit", "5000"}};
    Checked members;
    check_query(route("GET", "/api/guilds/:guildId/members").query, request, members);
    EXPECT_EQ(members.arguments["limit"], 1000);
    Checked messages;
    check_query(route("GET", kMessages).query, request, messages);
    EXPECT_EQ(first_issue(messages), "limit: Number must be less than or equal to 100");
    request.query = {{"limit", "many"}};
    Checked other;
    check_query(route("GET", "/api/guilds/:guildId/members").query, request, other);
    EXPECT_EQ(other.arguments["limit"], 1000);
}

TEST(Body, a_wrong_text_is_named_with_its_place) {
    const auto body = read_body(posted("{\n \"a\": ]}"), false);
    const auto said = json::parse(*std::get<Response>(body).body);
    EXPECT_EQ(said["code"], "INVALID_JSON");
    EXPECT_EQ(said["line"], 2);
    EXPECT_EQ(said["column"], 7);
    EXPECT_EQ(said["byte"], 8);
}

TEST(Body, what_is_nested_too_deeply_is_refused) {
    const std::string deep =
        "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
    EXPECT_EQ(std::get<Response>(read_body(posted(deep), false)).status, 400U);
}

TEST(Body, another_type_is_refused_or_counts_as_empty) {
    EXPECT_EQ(std::get<Response>(read_body(posted("a=1", "text/plain"), false)).status, 415U);
    EXPECT_EQ(std::get<json>(read_body(posted("a=1", "text/plain"), true)), json::object());
    EXPECT_EQ(std::get<json>(read_body(posted("{}", "application/json; charset=utf-8"), false)),
              json::object());
}

TEST(Body, a_list_is_no_body) {
    EXPECT_EQ(std::get<Response>(read_body(posted("[]"), false)).status, 400U);
}

}  // namespace
}  // namespace rookery::server::rest
