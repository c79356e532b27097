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

TEST(View, command_arguments_are_flat) {
    const auto event = make_event(
        "interactionCreate",
        R"({"type":4,"data":{"name":"tag","options":[{"type":2,"name":"own","options":[{"type":1,"name":"find",)"
        R"("options":[{"type":3,"name":"what","value":"ro","focused":true},{"type":4,"name":"n","value":5}]}]}]}})");
    EXPECT_EQ(field_json(event, "subcommands"), R"(["own","find"])");
    EXPECT_EQ(field_json(event, "arguments"),
              R"([{"focused":true,"name":"what","type":3,"typeName":"string","value":"ro"},)"
              R"({"focused":false,"name":"n","type":4,"typeName":"integer","value":5}])");
    EXPECT_EQ(field_json(event, "inputs"), "[]");
    EXPECT_EQ(field_json(event, "contextName"), "null");
}

TEST(View, form_inputs_are_flat_in_rows_and_labels) {
    const auto event = make_event(
        "interactionCreate",
        R"({"type":5,"data":{"custom_id":"form","components":[)"
        R"({"type":1,"components":[{"type":4,"custom_id":"name","value":"Al"}]},{"type":10,"id":3},)"
        R"({"type":18,"component":{"type":3,"custom_id":"pick","values":["a","b"]}},)"
        R"({"type":18,"component":{"type":23,"custom_id":"sure","value":true}}]}})");
    EXPECT_EQ(field_json(event, "customId"), "\"form\"");
    EXPECT_EQ(field_json(event, "inputs"),
              R"([{"customId":"name","type":4,"value":"Al","values":[]},)"
              R"({"customId":"pick","type":3,"value":null,"values":["a","b"]},)"
              R"({"customId":"sure","type":23,"value":true,"values":[]}])");
}

TEST(View, forwards_and_replies_show_what_they_refer_to) {
    const auto event = make_event(
        "messageCreate",
        R"({"id":"1","message_reference":{"type":1,"message_id":"5","channel_id":"6"},)"
        R"("message_snapshots":[{"message":{"content":"hi","timestamp":"2024-05-01T10:00:00+00:00","flags":4,)"
        R"("attachments":[{"id":"9","filename":"a.png"}]}}],)"
        R"("referenced_message":{"id":"5","content":"first","referenced_message":{"id":"4"}}})");
    StringScratch scratch;
    EXPECT_EQ(event->view().path("reference.typeName", scratch).text, "forward");
    const View shown = event->view().get("snapshots", scratch).array.get(0, scratch).object;
    EXPECT_EQ(shown.get("content", scratch).text, "hi");
    EXPECT_EQ(shown.get("createdAt", scratch).text, "2024-05-01T10:00:00.000Z");
    EXPECT_EQ(shown.get("flags", scratch).integer, 4);
    EXPECT_EQ(shown.get("attachments", scratch).array.size(), 1U);
    EXPECT_EQ(event->view().path("referencedMessage.referencedMessage.id", scratch).text, "4");
    EXPECT_EQ(event->view().get("replyTo", scratch).text, "5");
}

TEST(View, poll_has_its_own_shape) {
    const auto event = make_event(
        "messageCreate",
        R"({"poll":{"question":{"text":"Lunch?"},"answers":[{"answer_id":1,"poll_media":{"text":"Soup","emoji":)"
        R"({"id":null,"name":"x"}}}],"expiry":"2024-05-01T10:00:00+00:00","allow_multiselect":false,"layout_type":1,)"
        R"("results":{"is_finalized":false,"answer_counts":[{"id":1,"count":2,"me_voted":true}]}}})");
    EXPECT_EQ(
        nlohmann::json::parse(field_json(event, "poll")),
        nlohmann::json::parse(
            R"({"question":{"text":"Lunch?","emoji":null},"answers":[{"answerId":1,"text":"Soup","emoji":)"
            R"({"id":null,"name":"x"}}],"expiresAt":"2024-05-01T10:00:00.000Z","allowMultiselect":false,"layoutType":1,)"
            R"("results":{"isFinalized":false,"answerCounts":[{"answerId":1,"count":2,"meVoted":true}]}})"));
}

TEST(View, pictures_lie_where_the_context_says) {
    const std::string user = R"({"id":"1","username":"u","avatar":"ab","banner":"a_c"})";
    const auto ours = make_event("userUpdate", user);
    const auto other = make_event("userUpdate", user, R"({"cdn":"https://cdn.example/"})");
    StringScratch scratch;
    EXPECT_EQ(ours->view().path("new.avatarUrl", scratch).text,
              "https://cdn.discordapp.com/avatars/1/ab.webp?size=256");
    EXPECT_EQ(other->view().path("new.avatarUrl", scratch).text,
              "https://cdn.example/avatars/1/ab.webp?size=256");
    EXPECT_EQ(other->view().path("new.bannerUrl", scratch).text,
              "https://cdn.example/banners/1/a_c.gif?size=512");
    const auto plain =
        make_event("userUpdate", R"({"id":"1"})", R"({"cdn":"https://cdn.example/"})");
    EXPECT_EQ(plain->view().path("new.avatarUrl", scratch).text,
              "https://cdn.example/embed/avatars/0.png");
}

TEST(View, permissions_come_from_the_payload_or_the_cache) {
    const std::string context = R"({"permissions":"1024","oldPermissions":"8","old":{"roles":[]}})";
    const auto cached = make_event("guildMemberUpdate", R"({"roles":[]})", context);
    const auto all = nlohmann::json::parse(to_json(cached->view()));
    EXPECT_EQ(all["new"]["permissions"], nlohmann::json({"ViewChannel"}));
    EXPECT_EQ(all["old"]["permissions"], nlohmann::json({"Administrator"}));
    const auto told = make_event("guildMemberUpdate", R"({"permissions":"2048"})", context);
    EXPECT_EQ(nlohmann::json::parse(to_json(told->view()))["new"]["permissions"],
              nlohmann::json({"SendMessages"}));
}

TEST(View, thread_member_knows_its_thread) {
    const auto event = make_event(
        "threadCreate",
        R"({"id":"7","type":11,"member":{"join_timestamp":"2024-05-01T10:00:00Z","flags":1}})");
    StringScratch scratch;
    EXPECT_EQ(event->view().path("thread.member.threadId", scratch).text, "7");
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
    EXPECT_EQ(event->channel_key(), 12345678901234567890U);
    const auto chunk = make_event("guildMembersChunk",
                                  R"({"not_found":[123456789012345678901,5,"x",-5,1.5,2e3,null]})");
    EXPECT_EQ(field_json(chunk, "notFound"), R"(["123456789012345678901","5","x"])");
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
