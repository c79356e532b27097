#include "platform/discord/result.hpp"

#include <gtest/gtest.h>

namespace rookery::discord {
namespace {

using nlohmann::json;

Result<json> read(const char* operation, const json& arguments, std::string_view body) {
    return read_result(*model::find_operation(operation), arguments, body);
}

TEST(ReadResult, shows_an_entity_in_the_public_shape) {
    const auto message =
        read("messages.send", {{"channelId", "7"}},
             R"({"id":"175928847299117063","channel_id":"7","content":"hi","author":{"id":"1"}})");
    ASSERT_TRUE(message) << message.error().message();
    EXPECT_EQ((*message)["channelId"], "7");
    EXPECT_EQ((*message)["createdAt"], "2016-04-30T11:18:25.796Z");
    EXPECT_FALSE(message->contains("channel_id"));
}

TEST(ReadResult, shows_each_of_a_list) {
    const auto users = read("reactions.list", json::object(),
                            R"([{"id":"1","global_name":"a"},{"id":"2","username":"b"}])");
    ASSERT_TRUE(users);
    ASSERT_EQ(users->size(), 2U);
    EXPECT_EQ((*users)[0]["globalName"], "a");
    EXPECT_EQ((*users)[1]["username"], "b");
    EXPECT_EQ(*read("reactions.list", json::object(), "[]"), json::array());
}

TEST(ReadResult, an_id_that_the_caller_gave_fills_what_the_answer_leaves_out) {
    const auto role = read("roles.get", {{"guildId", "9"}, {"roleId", "3"}}, R"({"id":"3"})");
    ASSERT_TRUE(role);
    EXPECT_EQ((*role)["guildId"], "9");
}

TEST(ReadResult, what_has_no_shape_is_passed_on) {
    EXPECT_EQ(*read("guilds.pruneCount", json::object(), R"({"pruned":3})"), json({{"pruned", 3}}));
}

TEST(ReadResult, an_empty_answer_is_null) {
    EXPECT_TRUE(read("messages.delete", json::object(), "")->is_null());
    EXPECT_TRUE(read("messages.get", json::object(), "null")->is_null());
}

TEST(ReadResult, what_is_cut_or_too_deep_or_no_json_is_an_error) {
    const std::string deep(200, '[');
    for (const std::string& body : {std::string("{\"id\":"), deep, std::string("<html>"),
                                    std::string("\"\xff\""), std::string("{}}{")}) {
        const auto result = read("messages.get", json::object(), body);
        ASSERT_FALSE(result) << body;
        EXPECT_EQ(result.error().kind(), ErrorKind::protocol);
    }
}

}  // namespace
}  // namespace rookery::discord
