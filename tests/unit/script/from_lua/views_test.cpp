#include "script/from_lua/views.hpp"

#include "model/generated/shapes.hpp"
#include "unit/script/script_box.hpp"

namespace rookery::script {
namespace {

using testing::ScriptBox;

constexpr std::string_view kMessage = R"({
    "id":"900","channel_id":"500","guild_id":"100","content":"say \"hi\"\n","type":0,"tts":false,"pinned":true,
    "timestamp":"2024-01-02T03:04:05.678000+00:00","edited_timestamp":null,
    "author":{"id":"7","username":"alice","global_name":"Alice","bot":false,"discriminator":"0","avatar":null},
    "mentions":[{"id":"8","username":"bob"},{"id":"9","username":"carol"}],"mention_roles":["1","2"],
    "attachments":[],"embeds":[{"title":"t","fields":[{"name":"n","value":"v","inline":true}]}],
    "extra":{"deep":[1,2.5,null,"x",true,{"k":"v"}]}})";

/// What the script prints for that message.
std::string read(const std::string& body) {
    ScriptBox box("rookery.on('messageCreate', function(ev) " + body + " end)");
    box.started().publish("messageCreate", kMessage);
    return box.printed();
}

TEST(Views, fields_are_read_by_their_normalised_names) {
    EXPECT_EQ(read("print(ev.id, ev.channelId, ev.guildId, ev.content, ev.author.username, "
                   "ev.author.globalName)"),
              "900 500 100 say \"hi\"\\x0a alice Alice");
}

TEST(Views, ids_are_strings_and_null_is_nil) {
    EXPECT_EQ(read("print(type(ev.id), type(ev.author.id), ev.author.avatar, ev.pinned, ev.tts)"),
              "string string nil true false");
}

TEST(Views, a_name_that_the_shape_does_not_have_is_an_error_with_the_nearest) {
    EXPECT_EQ(read("print(pcall(function() return ev.channel_id end)) "
                   "print(pcall(function() return ev.author.usrname end)) "
                   "print(pcall(function() return ev.nonsense end)) print(ev[1], ev[print])"),
              "false probe.lua:1: Message has no field 'channel_id': did you mean 'channelId'?|"
              "false probe.lua:1: User has no field 'usrname': did you mean 'username'?|"
              "false probe.lua:1: Message has no field 'nonsense'|nil nil");
}

TEST(Views, what_a_script_does_to_a_view_harms_nobody) {
    EXPECT_EQ(
        read(R"(
        local author = ev.author
        local own = {}
        for key, value in next, author do own[#own + 1] = key end
        for _, key in ipairs(own) do
            for _, bad in ipairs({ 1e9, -1, 0.5, 'x', {}, print, rawget(ev, own[1]) or 0 }) do
                local forged = ev.author
                rawset(forged, key, bad)
                pcall(function() return forged.username, forged.avatarUrl end)
                pcall(function() return forged:json() end)
                pcall(function() return tostring(forged), forged:table() end)
                pcall(rookery.json.encode, { forged })
            end
        end
        local anchor = rawget(author, '\1event')
        print(type(anchor), getmetatable(anchor), pcall(function() return anchor.x end))
        print(author.username, ev.content))"),
        "userdata false false probe.lua:16: attempt to index upvalue 'anchor' (a userdata value)|"
        "alice say \"hi\"\\x0a");
}

TEST(Views, views_of_the_same_object_are_equal) {
    EXPECT_EQ(
        read(
            "print(ev.author == ev.author, ev.author == ev.embeds[1], ev.author == nil, ev == ev)"),
        "true false false true");
}

TEST(Views, lists_are_tables_and_their_objects_are_views) {
    EXPECT_EQ(read("print(#ev.embeds, ev.embeds[1].title, #ev.attachments, type(ev.embeds), "
                   "type(ev.embeds[1]))"),
              "1 t 0 table table");
}

TEST(Views, header_properties) {
    EXPECT_EQ(read("print(ev.event, ev.bot, ev.platform)"), "messageCreate main discord");
}

TEST(Views, raw_is_the_payload_as_a_plain_table) {
    EXPECT_EQ(read("local r = ev.raw print(r.channel_id, r.extra.deep[2], r.extra.deep[3], "
                   "r.extra.deep[6].k, "
                   "r.author.global_name, type(r))"),
              "500 2.5 nil v Alice table");
}

TEST(Views, table_is_a_plain_copy_that_outlives_the_event) {
    ScriptBox box(R"(
        local kept
        rookery.on('messageCreate', function(ev) kept = ev:table() end)
        rookery.on('guildCreate', function() print(kept.content, kept.author.username, type(kept.embeds[1])) end))");
    box.started().publish("messageCreate", kMessage);
    box.publish("guildCreate", "{}");
    EXPECT_EQ(box.printed(), "say \"hi\"\\x0a alice table");
}

TEST(Views, json_is_the_normalised_object) {
    ScriptBox box(
        "rookery.on('messageCreate', function(ev) rookery.messages.send('1', ev:json()) end)");
    box.started().publish("messageCreate", kMessage);
    const auto json =
        nlohmann::json::parse(box.calls().at(0).arguments.at("content").get<std::string>());
    EXPECT_EQ(json.at("channelId"), "500");
    EXPECT_EQ(json.at("author").at("username"), "alice");
}

TEST(Views, fields_lists_the_names_and_pairs_walks_them) {
    EXPECT_EQ(read("local names = {} for _, n in ipairs(ev:fields()) do names[n] = true end "
                   "local seen = {} for n, v in pairs(ev) do seen[n] = v end "
                   "print(names.content, names.channelId, names.reply, seen.channelId, "
                   "seen.author.username)"),
              "true true nil 500 alice");
}

TEST(Views, events_are_read_only_and_locked) {
    EXPECT_EQ(read("print(pcall(function() ev.content = 'x' end)) print(getmetatable(ev), "
                   "pcall(setmetatable, ev, {}))"),
              "false probe.lua:1: events are read-only|"
              "false false cannot change a protected metatable");
}

TEST(Views, tostring_says_what_it_is) {
    EXPECT_EQ(read("print(tostring(ev), tostring(ev.author))"), "messageCreate 900 User 7");
}

TEST(Views, methods_called_on_the_wrong_thing_are_errors) {
    EXPECT_EQ(read("print(pcall(ev.table)) print(pcall(ev.json, {})) print(pcall(ev.fields, 'x'))"),
              "false probe.lua:1: table: call it with a colon, on an event|"
              "false probe.lua:1: json: call it with a colon, on an event|"
              "false probe.lua:1: fields: call it with a colon, on an event");
}

TEST(Views, an_event_can_be_read_as_long_as_something_refers_to_it) {
    ScriptBox box(R"(
        rookery.on('messageCreate', function(ev)
            local author = ev.author
            rookery.after(0.01, function() collectgarbage() print(author.username) end)
        end))");
    box.started().publish("messageCreate", kMessage);
    EXPECT_TRUE(box.eventually_printed("alice"));
}

TEST(Views, events_go_with_the_views_that_the_collector_takes) {
    ScriptBox box(
        "rookery.on('messageCreate', function(ev) local a = ev.author end) "
        "rookery.on('guildCreate', function() collectgarbage() collectgarbage() end)");
    box.started();
    const auto bot = model::intern_bot("main", "discord");
    std::weak_ptr<model::Delivery> gone;
    {
        auto delivery = std::make_shared<testing::Finished>();
        gone = delivery;
        auto counted = model::Event::make(
            {*model::EventNames::find("messageCreate"), *bot, 1, {}, delivery}, kMessage);
        box.publish(*std::move(counted));
    }
    box.publish("guildCreate", "{}");
    box.publish("guildCreate", "{}");  // its coroutine no longer has the first event on its stack
    EXPECT_TRUE(gone.expired());
}

TEST(Views, kept_events_do_not_pile_up_unseen) {
    // Each event is 100 kB that Lua's collector does not see; it must be made to look.
    ScriptBox box("rookery.on('messageCreate', function(ev) local a = ev.author end)");
    box.started();
    const auto bot = model::intern_bot("main", "discord");
    const auto delivery = std::make_shared<testing::Finished>();
    const std::string payload =
        R"({"author":{"id":"1"},"content":")" + std::string(100'000, 'x') + "\"}";
    long most = 0;
    for (int i = 0; i < 1000; ++i) {
        auto event = model::Event::make(
            {*model::EventNames::find("messageCreate"), *bot, 1, {}, delivery}, payload);
        ASSERT_TRUE(event);
        box.publish(*std::move(event));
        most = std::max(most, delivery.use_count());
    }
    EXPECT_LT(most, 200);
}

TEST(Views, no_field_of_an_event_hides_a_method_or_property) {
    for (const auto& info : model::event_infos()) {
        for (const char* name :
             {"event", "bot", "platform", "raw", "table", "json", "fields", "reply", "react"}) {
            EXPECT_FALSE(info.shape->find(name)) << info.name << "." << name;
        }
    }
}

}  // namespace
}  // namespace rookery::script
