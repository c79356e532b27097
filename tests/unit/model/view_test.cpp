#include "model/view.hpp"

#include "model/generated/fields.hpp"
#include "unit/model/support.hpp"

namespace rookery::model {
namespace {

TEST(View, reads_by_name_and_by_number) {
    const auto event = make_event("messageCreate", read_fixture("messageCreate.json"));
    StringScratch scratch;
    const View view = event->view();
    EXPECT_EQ(view.shape(), "Message");
    EXPECT_EQ(view.get("channelId", scratch).text, "500000000000000001");
    EXPECT_EQ(view.get(fields::message::channel_id, scratch).text, "500000000000000001");
    EXPECT_EQ(view.path("author.username", scratch).text, "alice");
    EXPECT_EQ(view.path("member.displayName", scratch).text, "Al");
    EXPECT_EQ(view.fields()[fields::message::content].name, "content");
}

TEST(View, unknown_fields_are_absent) {
    const auto event = make_event("messageCreate", read_fixture("messageCreate.json"));
    StringScratch scratch;
    for (const char* name : {"channel_id", "", "nope", "author.username"}) {
        EXPECT_EQ(event->view().get(name, scratch).kind, Value::Kind::absent) << name;
    }
    EXPECT_EQ(event->view().path("content.x", scratch).kind, Value::Kind::absent);
    EXPECT_EQ(event->view().path("author.nope.x", scratch).kind, Value::Kind::absent);
    EXPECT_EQ(event->view().get(FieldIndex{999}, scratch).kind, Value::Kind::absent);
    EXPECT_EQ(View().get("id", scratch).kind, Value::Kind::absent);
}

TEST(View, empty_payload_gives_every_field_its_empty_value) {
    const auto event = make_event("messageCreate", "{}");
    EXPECT_EQ(field_json(event, "id"), "\"\"");
    EXPECT_EQ(field_json(event, "guildId"), "null");
    EXPECT_EQ(field_json(event, "member"), "null");
    EXPECT_EQ(field_json(event, "embeds"), "[]");
    EXPECT_EQ(field_json(event, "type"), "0");
    EXPECT_EQ(field_json(event, "pinned"), "false");
    EXPECT_EQ(field_json(event, "createdAt"), "\"\"");
    StringScratch scratch;
    EXPECT_EQ(event->view().path("author.username", scratch).text, "");
    EXPECT_EQ(event->view().path("author.discriminator", scratch).text, "0");
    EXPECT_EQ(event->view().path("member.id", scratch).kind, Value::Kind::absent);
}

TEST(View, optional_fields_are_left_out) {
    const auto event = make_event("channelCreate", R"({"id":"1","type":0,"topic":null})");
    EXPECT_EQ(field_json(event, "topic"), "null");
    EXPECT_EQ(field_json(event, "position"), "absent");
    StringScratch scratch;
    EXPECT_EQ(event->view().get("position", scratch).kind, Value::Kind::absent);
}

TEST(View, channel_fields_depend_on_the_channel_type) {
    const auto channel = [](int type) {
        const auto event = make_event(
            "channelCreate",
            R"({"id":"1","position":1,"topic":"t","nsfw":true,"rate_limit_per_user":2,"bitrate":3,"user_limit":4,"type":)" +
                std::to_string(type) + "}");
        std::string present;
        for (const char* name :
             {"position", "topic", "nsfw", "rateLimitPerUser", "bitrate", "userLimit"}) {
            present += field_json(event, name) != "absent" ? '1' : '0';
        }
        return present;
    };
    EXPECT_EQ(channel(0), "111100");
    EXPECT_EQ(channel(5), "111000");
    EXPECT_EQ(channel(15), "111100");
    EXPECT_EQ(channel(2), "101111");
    EXPECT_EQ(channel(13), "111111");
    EXPECT_EQ(channel(4), "100000");
    EXPECT_EQ(channel(11), "000100");
    EXPECT_EQ(channel(1), "000000");
    EXPECT_EQ(channel(99), "000000");
    EXPECT_EQ(channel(-1), "000000");
}

TEST(View, thread_takes_its_creation_time_where_it_is_known) {
    EXPECT_EQ(
        field_json(
            make_event(
                "channelCreate",
                R"({"id":"100000000000000003","thread_metadata":{"create_timestamp":"2021-01-01T00:00:00+00:00"}})"),
            "createdAt"),
        "\"2021-01-01T00:00:00.000Z\"");
    EXPECT_EQ(field_json(
                  make_event(
                      "channelCreate",
                      R"({"id":"100000000000000003","thread_metadata":{"create_timestamp":null}})"),
                  "createdAt"),
              "\"2015-10-03T22:44:17.910Z\"");
}

TEST(View, interaction_user_is_the_members_or_the_direct_one) {
    StringScratch scratch;
    const auto guild = make_event("interactionCreate", R"({"member":{"user":{"id":"1"}}})");
    EXPECT_EQ(guild->view().path("user.id", scratch).text, "1");
    const auto direct = make_event("interactionCreate", R"({"user":{"id":"2"}})");
    EXPECT_EQ(direct->view().path("user.id", scratch).text, "2");
    EXPECT_EQ(direct->view().get("member", scratch).kind, Value::Kind::null);
    const auto none = make_event("interactionCreate", "{}");
    EXPECT_EQ(none->view().path("user.id", scratch).text, "");
}

TEST(View, guild_role_comes_first_in_roles) {
    StringScratch scratch;
    const auto event = make_event(
        "guildMemberAdd", R"({"guild_id":"9","roles":["1",2,null,{},"3"],"user":{"id":"5"}})");
    EXPECT_EQ(field_json(event, "roles"), R"(["9","1","2","3"])");
    const Value roles = event->view().get("roles", scratch);
    EXPECT_EQ(roles.array.size(), 4U);
    EXPECT_EQ(roles.array.get(0, scratch).text, "9");
    EXPECT_EQ(roles.array.get(3, scratch).text, "3");
    EXPECT_EQ(roles.array.get(4, scratch).kind, Value::Kind::absent);
    EXPECT_EQ(field_json(make_event("guildMemberAdd", R"({"roles":["1"]})"), "roles"), R"(["1"])");
}

TEST(View, lists_of_objects_skip_what_is_none) {
    StringScratch scratch;
    const auto event = make_event(
        "messageCreate",
        R"({"embeds":[{"title":"a"},null,3,{"title":"b"}],"mentions":[{"id":"1"},{},{"id":null},"x",{"id":"2"}]})");
    const Value embeds = event->view().get("embeds", scratch);
    ASSERT_EQ(embeds.array.size(), 2U);
    EXPECT_EQ(embeds.array.get(1, scratch).object.get("title", scratch).text, "b");
    EXPECT_EQ(event->view().path("mentions.users", scratch).array.size(), 2U);
}

TEST(View, twenty_digit_ids_stay_whole) {
    const auto event = make_event(
        "messageDelete", R"({"id":"18446744073709551615","channel_id":12345678901234567890})");
    EXPECT_EQ(field_json(event, "id"), "\"18446744073709551615\"");
    EXPECT_EQ(field_json(event, "channelId"), "\"12345678901234567890\"");
    EXPECT_EQ(event->channel_id(), 12345678901234567890U);
}

TEST(View, permissions_are_named_where_the_payload_has_them) {
    const auto event = make_event("guildMemberAdd", R"({"permissions":"1073741832"})");
    EXPECT_EQ(field_json(event, "permissions"),
              R"(["Administrator","ManageEmojisAndStickers","ManageGuildExpressions"])");
    EXPECT_EQ(field_json(make_event("guildMemberAdd", R"({"permissions":"no"})"), "permissions"),
              "[]");
}

TEST(View, sticker_formats_and_missing_flags_have_defaults) {
    const auto event = make_event(
        "messageCreate", R"({"sticker_items":[{"id":"1","name":"s","format_type":3},{"id":"2"}]})");
    EXPECT_EQ(
        field_json(event, "stickers"),
        R"([{"format":3,"formatName":"lottie","id":"1","name":"s"},{"format":0,"formatName":"unknown","id":"2","name":""}])");
}

TEST(View, embed_timestamp_passes_through) {
    const auto event = make_event(
        "messageCreate", R"({"embeds":[{"timestamp":"2017-07-11T17:27:07.299000+00:00"}]})");
    StringScratch scratch;
    EXPECT_EQ(event->view()
                  .get("embeds", scratch)
                  .array.get(0, scratch)
                  .object.get("timestamp", scratch)
                  .text,
              "2017-07-11T17:27:07.299000+00:00");
}

TEST(View, texts_with_escapes_read_and_write_the_same) {
    const auto event = make_event(
        "messageCreate",
        R"({"content":"a\"b\\\u00e9\ud83d\ude00\n","author":{"username":"\u0000x","id":"1"}})");
    StringScratch scratch;
    EXPECT_EQ(event->view().get("content", scratch).text, "a\"b\\\u00e9\U0001F600\n");
    EXPECT_EQ(event->view().path("author.username", scratch).text, std::string("\0x", 2));
    const auto json = nlohmann::json::parse(to_json(event->view()));
    EXPECT_EQ(json["content"], "a\"b\\\u00e9\U0001F600\n");
    EXPECT_EQ(json["cleanContent"], json["content"]);
}

TEST(View, lone_surrogates_still_give_json) {
    const auto event = make_event(
        "messageCreate",
        R"({"content":"\ud800<x","components":{"q":"\udc00"},"author":{"username":"\ud800\ud800"}})");
    const auto json = nlohmann::json::parse(to_json(event->view()));
    EXPECT_EQ(json["content"], "\ufffd<x");
    EXPECT_EQ(json["cleanContent"], "\ufffd<x");
    EXPECT_EQ(json["components"]["q"], "\ufffd");
}

TEST(View, role_lies_inside_its_payload) {
    const auto event = make_event("roleUpdate", R"({"guild_id":"7","role":{"id":"8","name":"r"}})");
    StringScratch scratch;
    EXPECT_EQ(event->view().get("old", scratch).kind, Value::Kind::null);
    EXPECT_EQ(event->view().path("new.name", scratch).text, "r");
    EXPECT_EQ(event->view().path("new.guildId", scratch).text, "7");
    const auto broken = make_event("roleUpdate", R"({"guild_id":"7","role":5})");
    EXPECT_EQ(broken->view().path("new.name", scratch).text, "");
    EXPECT_EQ(broken->view().path("new.guildId", scratch).text, "7");
}

TEST(View, raw_lists_are_walked_as_they_are) {
    const auto event = make_event("discord:LISTS", R"({"l":[1,2.5,"s",null,true,[1],{"k":"v"}]})");
    StringScratch scratch;
    const ArrayView list = event->view().get("l", scratch).array;
    EXPECT_EQ(list.size(), 7U);
    EXPECT_EQ(list.get(0, scratch).integer, 1);
    EXPECT_EQ(list.get(1, scratch).number, 2.5);
    EXPECT_EQ(list.get(3, scratch).kind, Value::Kind::null);
    EXPECT_EQ(list.get(4, scratch).boolean, true);
    EXPECT_EQ(list.get(5, scratch).array.size(), 1U);
    EXPECT_EQ(list.get(6, scratch).object.get("k", scratch).text, "v");
}

}  // namespace
}  // namespace rookery::model
