#include "hostapi/event_filter.hpp"

#include "support/events.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr const char* kMessage = R"({"id":"900","channel_id":"500","guild_id":"100",
    "content":"!ping now","type":0,"pinned":false,"tts":false,
    "author":{"id":"7","username":"alice","bot":false},
    "mentions":[],"mention_roles":["31","32"],"embeds":[],"attachments":[]})";

Result<EventFilter> make(std::string_view event, const json& filter) {
    return EventFilter::make(*model::EventNames::intern(event), filter);
}
bool match(std::string_view event, const json& filter, const char* payload) {
    const auto made = make(event, filter);
    EXPECT_TRUE(made) << filter << ": " << (made ? "" : made.error().message());
    return made && made->match(*rookery::testing::make_event(event, payload));
}
bool message(const json& filter) { return match("messageCreate", filter, kMessage); }
std::string error(std::string_view event, const json& filter) {
    const auto made = make(event, filter);
    return made ? "" : made.error().message();
}

TEST(EventFilter, without_conditions_everything_fits) {
    EXPECT_TRUE(message(json::object()));
    EXPECT_TRUE(message(json::array()));
    EXPECT_TRUE(EventFilter::parse(model::EventType::message_create, "")->empty());
}

TEST(EventFilter, ids_are_one_or_any_of_several) {
    EXPECT_TRUE(message({{"channel", "500"}}));
    EXPECT_TRUE(message({{"channel", 500}}));
    EXPECT_FALSE(message({{"channel", "501"}}));
    EXPECT_TRUE(message({{"guild", {"99", "100"}}}));
    EXPECT_FALSE(message({{"guild", {"99", "98"}}}));
    EXPECT_TRUE(message({{"user", "7"}}));
    EXPECT_FALSE(message({{"user", {"8", "9"}}}));
}

TEST(EventFilter, all_conditions_have_to_hold) {
    EXPECT_TRUE(message({{"channel", "500"}, {"startsWith", "!"}, {"bot", false}}));
    EXPECT_FALSE(message({{"channel", "500"}, {"startsWith", "?"}, {"bot", false}}));
    EXPECT_FALSE(message({{"channel", "501"}, {"startsWith", "!"}}));
}

TEST(EventFilter, bot_is_the_name_of_ours_or_whether_the_author_is_one) {
    EXPECT_TRUE(message({{"bot", "test"}}));
    EXPECT_FALSE(message({{"bot", "other"}}));
    EXPECT_TRUE(message({{"bot", {"other", "test"}}}));
    EXPECT_TRUE(message({{"bot", false}}));
    EXPECT_FALSE(message({{"bot", true}}));
}

TEST(EventFilter, the_content_can_be_asked_in_four_ways) {
    EXPECT_TRUE(message({{"startsWith", "!ping"}}));
    EXPECT_TRUE(message({{"endsWith", {"later", "now"}}}));
    EXPECT_TRUE(message({{"contains", "ing n"}}));
    EXPECT_FALSE(message({{"contains", "NOW"}}));
    EXPECT_TRUE(message({{"equals", "!ping now"}}));
    EXPECT_FALSE(message({{"equals", "!ping"}}));
}

TEST(EventFilter, any_field_can_be_asked_for_by_its_path) {
    EXPECT_TRUE(message({{"author.username", "alice"}}));
    EXPECT_FALSE(message({{"author.username", {"bob", "carol"}}}));
    EXPECT_TRUE(message({{"pinned", false}}));
    EXPECT_TRUE(message({{"mentions.roles", "32"}}));
    EXPECT_FALSE(message({{"mentions.roles", "33"}}));
}

TEST(EventFilter, null_asks_for_a_field_without_a_value) {
    EXPECT_TRUE(message({{"webhookId", nullptr}}));
    EXPECT_FALSE(message({{"author.username", nullptr}}));
}

TEST(EventFilter, an_update_is_asked_by_its_newer_half) {
    const char* payload = R"({"id":"900","channel_id":"500","content":"after","type":0,
        "author":{"id":"7","username":"alice"}})";
    EXPECT_TRUE(match("messageUpdate", {{"startsWith", "aft"}, {"user", "7"}}, payload));
    EXPECT_TRUE(match("messageUpdate", {{"new.content", "after"}}, payload));
    EXPECT_FALSE(match("messageUpdate", {{"user", "8"}}, payload));
}

TEST(EventFilter, every_event_and_raw_ones_know_what_needs_no_shape) {
    const auto any = EventFilter::make(model::kAnyEvent, {{"guild", "100"}, {"user", "7"}});
    ASSERT_TRUE(any);
    EXPECT_TRUE(any->match(*rookery::testing::make_event("messageCreate", kMessage)));
    EXPECT_FALSE(
        any->match(*rookery::testing::make_event("discord:FILTER_PROBE", R"({"guild_id":"100"})")));
    EXPECT_TRUE(match("discord:FILTER_PROBE", {{"guild", "100"}, {"platform", "discord"}},
                      R"({"guild_id":"100"})"));
    EXPECT_NE(error("discord:FILTER_PROBE", {{"name", "x"}}).find("there are only guild"),
              std::string::npos);
    EXPECT_NE(error("*", {{"content", "x"}}).find("there are only guild"), std::string::npos);
    EXPECT_NE(error("discord:FILTER_PROBE", {{"user", "1"}}).find("does not say who"),
              std::string::npos);
}

TEST(EventFilter, an_unknown_key_is_refused_with_the_nearest) {
    EXPECT_EQ(error("messageCreate", {{"startWith", "!"}}),
              "filter: \"startWith\": a filter of messageCreate has no such key: did you mean "
              "startsWith?");
    EXPECT_EQ(error("messageCreate", {{"author.usrname", "x"}}),
              "filter: \"author.usrname\": User has no field \"usrname\": did you mean username?");
    EXPECT_NE(error("messageCreate", {{"content.x", "x"}}).find("has no fields"),
              std::string::npos);
    EXPECT_NE(error("messageCreate", {{"author", "x"}}).find("name one of them"),
              std::string::npos);
    EXPECT_NE(error("guildCreate", {{"startsWith", "x"}}).find("has no content"),
              std::string::npos);
}

TEST(EventFilter, a_value_of_another_type_is_refused) {
    EXPECT_EQ(error("messageCreate", {{"channel", true}}),
              "filter: channel: expected an id or a list of them, got a boolean");
    EXPECT_NE(error("messageCreate", {{"channel", 1234567890123456789}}).find("not exact"),
              std::string::npos);
    EXPECT_EQ(error("messageCreate", {{"startsWith", 5}}),
              "filter: startsWith: expected text or a list of them, got a number");
    EXPECT_NE(error("messageCreate", {{"pinned", "yes"}}).find("expected a boolean"),
              std::string::npos);
    EXPECT_NE(error("messageCreate", {{"bot", 5}}).find("expected the name of a bot"),
              std::string::npos);
    EXPECT_NE(error("messageCreate", {{"platform", "irc"}}).find("there are: discord"),
              std::string::npos);
    EXPECT_NE(error("messageCreate", {{"channel", json::array()}}).find("between 1 and 1000"),
              std::string::npos);
    EXPECT_NE(error("messageCreate", "x").find("expected a table"), std::string::npos);
}

TEST(EventFilter, what_a_filter_holds_is_bounded) {
    json wide;
    for (std::size_t i = 0; i <= EventFilter::kMostKeys; ++i) {
        wide["key" + std::to_string(i)] = "x";
    }
    EXPECT_NE(error("messageCreate", wide).find("more than 32 keys"), std::string::npos);
    const json texts = json::array({std::string(40'000, 'a'), std::string(40'000, 'b')});
    EXPECT_NE(error("messageCreate", {{"contains", texts}}).find("longer than"), std::string::npos);
    EXPECT_FALSE(EventFilter::parse(model::EventType::message_create, "{"));
    EXPECT_FALSE(EventFilter::parse(model::EventType::message_create, "{\"a\xff\":1}"));
}

}  // namespace
}  // namespace rookery::hostapi
