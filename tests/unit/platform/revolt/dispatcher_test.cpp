#include "platform/revolt/dispatcher.hpp"

#include "model/event.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace rookery::revolt {
namespace {

using model::EventType;
using nlohmann::json;

const std::string kServer = "01J0000000000000000000SRV1";
const std::string kChannel = "01J0000000000000000000CHN1";
const std::string kMe = "01J0000000000000000000BTT1";
const std::string kLena = "01J0000000000000000000VSR1";
const std::string kMessage = "01J0000000000000000000MSG1";
const std::string kRole = "01J0000000000000000000RGE1";
const std::string kEmoji = "01J0000000000000000000EMJ1";

/// Wants everything, with every key of the context; keeps what it is given as events are shown.
class Recorder final : public gateway::Intake {
  public:
    struct Taken {
        std::string raw_name;
        std::string identity;
        bool late = false;
        std::vector<std::pair<std::string, json>> events;  ///< name, and as it is shown
    };

    void replay(SteadyTime) override {}
    void begin() override {}
    void flush() override {}
    Want want(std::string_view) const override { return {wanted, 0xFFFFFFFF}; }
    Want want(EventType) const override { return {wanted, 0xFFFFFFFF}; }
    bool seen(std::string_view) const override { return false; }
    Result<> take(const gateway::Arrival& arrival, SteadyTime) override {
        Taken one{std::string(arrival.raw_name), std::string(arrival.identity), arrival.late, {}};
        const auto bot = model::intern_bot("revolt-test", "revolt");
        for (const auto& becoming : arrival.events) {
            model::EventHeader header;
            header.type = becoming.type;
            header.bot = *bot;
            header.raw = (*bot)->platform->find(arrival.raw_name, becoming.type);
            const auto payload = becoming.payload.empty() ? arrival.payload : becoming.payload;
            const auto event = model::Event::make(header, payload, becoming.context);
            EXPECT_TRUE(event) << payload;
            if (event) {
                std::string shown;
                (*event)->view().write_json(shown);
                one.events.emplace_back((*event)->name(), json::parse(shown));
                guilds.emplace_back((*event)->guild_text());
            }
        }
        taken.push_back(std::move(one));
        return {};
    }
    void set_cursor(std::string_view name, std::string_view value) override {
        cursors[std::string(name)] = value;
    }
    std::string cursor(std::string_view name) const override {
        const auto found = cursors.find(std::string(name));
        return found != cursors.end() ? found->second : std::string();
    }
    std::uint64_t seq() const override { return taken.size(); }
    std::uint64_t open_deliveries() const override { return 0; }
    const gateway::IntakeCounters& counters() const noexcept override { return counters_; }

    bool wanted = true;
    std::vector<Taken> taken;
    std::vector<std::string> guilds;
    std::map<std::string, std::string> cursors;

  private:
    gateway::IntakeCounters counters_;
};

class RevoltDispatcherTest : public testing::Test {
  protected:
    RevoltDispatcherTest() {
        dispatcher.set_addresses({"http://api", "http://cdn/"});
        frame({{"type", "Ready"},
               {"users",
                {{{"_id", kMe}, {"username", "bot"}, {"relationship", "User"}, {"online", true}},
                 {{"_id", kLena},
                  {"username", "lena"},
                  {"display_name", "Lena"},
                  {"online", true},
                  {"status", {{"presence", "Idle"}}},
                  {"avatar", {{"_id", "ava"}}}}}},
               {"servers",
                {{{"_id", kServer},
                  {"name", "Home"},
                  {"owner", kLena},
                  {"channels", {kChannel}},
                  {"roles",
                   {{kRole,
                     {{"name", "mod"}, {"permissions", {{"a", 64}, {"d", 0}}}, {"rank", 1}}}}}}}},
               {"channels",
                {{{"_id", kChannel},
                  {"channel_type", "TextChannel"},
                  {"server", kServer},
                  {"name", "general"},
                  {"description", "talk"}}}},
               {"members",
                {{{"_id", {{"server", kServer}, {"user", kLena}}},
                  {"joined_at", "2026-01-02T03:04:05.678Z"},
                  {"nickname", "L."}}}},
               {"emojis",
                {{{"_id", kEmoji},
                  {"name", "cat"},
                  {"creator_id", kLena},
                  {"parent", {{"type", "Server"}, {"id", kServer}}}}}}});
        ready = std::move(intake.taken);
        intake.taken.clear();
    }

    void frame(const json& payload) {
        const auto text = payload.dump();
        const auto scanned = protocol::revolt::scan_frame(text);
        ASSERT_TRUE(scanned);
        if (scanned->type == "Ready") {
            dispatcher.ready(*scanned, true, SteadyTime{});
        } else {
            dispatcher.event(*scanned, SteadyTime{});
        }
    }
    /// The events of the latest arrival.
    std::vector<std::pair<std::string, json>> events(const json& payload) {
        intake.taken.clear();
        frame(payload);
        return intake.taken.empty() ? std::vector<std::pair<std::string, json>>{}
                                    : intake.taken.back().events;
    }
    std::string names(const json& payload) {
        std::string out;
        for (const auto& [name, shown] : events(payload)) {
            out += (out.empty() ? "" : " ") + name;
        }
        return out;
    }
    json only(const json& payload, const std::string& name) {
        const auto all = events(payload);
        EXPECT_EQ(all.size(), 1u);
        if (all.empty()) {
            return {};
        }
        EXPECT_EQ(all[0].first, name);
        return all[0].second;
    }
    static json message(const std::string& content) {
        return {{"type", "Message"},
                {"_id", kMessage},
                {"channel", kChannel},
                {"author", kLena},
                {"content", content},
                {"user",
                 {{"_id", kLena},
                  {"username", "lena"},
                  {"display_name", "Lena"},
                  {"avatar", {{"_id", "ava"}}},
                  {"online", true}}},
                {"member",
                 {{"_id", {{"server", kServer}, {"user", kLena}}},
                  {"nickname", "L."},
                  {"joined_at", "2026-01-02T03:04:05.678Z"},
                  {"roles", {kRole}}}}};
    }

    Recorder intake;
    Cache cache;
    Dispatcher dispatcher{intake, cache, log::get("test"), [] { return std::int64_t{0}; }};
    std::vector<Recorder::Taken> ready;
};

TEST_F(RevoltDispatcherTest, ready_brings_the_bot_and_its_guilds) {
    ASSERT_EQ(ready.size(), 1u);
    ASSERT_EQ(ready[0].events.size(), 2u);
    EXPECT_EQ(ready[0].events[0].first, "ready");
    EXPECT_EQ(ready[0].events[0].second["user"]["username"], "bot");
    EXPECT_EQ(ready[0].events[0].second["guildIds"], json({kServer}));
    EXPECT_EQ(ready[0].events[1].first, "guildAvailable");
    EXPECT_EQ(ready[0].events[1].second["name"], "Home");
    EXPECT_EQ(dispatcher.self(), kMe);
}

TEST_F(RevoltDispatcherTest, a_message_knows_its_guild_author_and_names) {
    auto payload = message("hi <@" + kLena + "> in <#" + kChannel + "> <%" + kRole + ">");
    payload["replies"] = {"01J0000000000000000000MSG0"};
    payload["mentions"] = {kLena};
    payload["attachments"] = {{{"_id", "file1"},
                               {"tag", "attachments"},
                               {"filename", "a.png"},
                               {"content_type", "image/png"},
                               {"size", 5},
                               {"metadata", {{"type", "Image"}, {"width", 2}, {"height", 3}}}}};
    payload["reactions"] = {{kEmoji, {kLena, kMe}}, {"\xF0\x9F\x91\x8D", {kLena}}};
    const auto shown = only(payload, "messageCreate");
    EXPECT_EQ(shown["id"], kMessage);
    EXPECT_EQ(shown["guildId"], kServer);
    EXPECT_EQ(intake.guilds.back(), kServer);
    EXPECT_EQ(shown["author"]["globalName"], "Lena");
    EXPECT_EQ(shown["author"]["avatarUrl"], "http://cdn/avatars/ava");
    EXPECT_EQ(shown["member"]["displayName"], "L.");
    EXPECT_EQ(shown["content"], "hi <@" + kLena + "> in <#" + kChannel + "> <@&" + kRole + ">");
    EXPECT_EQ(shown["cleanContent"], "hi @L. in #general @mod");
    EXPECT_EQ(shown["type"], 19);
    EXPECT_EQ(shown["replyTo"], "01J0000000000000000000MSG0");
    EXPECT_EQ(shown["mentions"]["users"], json({kLena}));
    EXPECT_EQ(shown["attachments"][0]["url"], "http://cdn/attachments/file1/original");
    EXPECT_EQ(shown["attachments"][0]["width"], 2);
    EXPECT_EQ(shown["reactions"].size(), 2u);
    EXPECT_EQ(shown["reactions"][0]["count"], 2);
    EXPECT_EQ(intake.taken.back().identity, "message:" + kMessage);
    EXPECT_FALSE(intake.taken.back().late);
}

TEST_F(RevoltDispatcherTest, masquerade_and_webhook_give_the_author_another_name) {
    auto payload = message("x");
    payload["masquerade"] = {{"name", "Someone"}, {"avatar", "http://x/y.png"}};
    auto shown = only(payload, "messageCreate");
    EXPECT_EQ(shown["author"]["username"], "Someone");
    EXPECT_EQ(shown["author"]["avatarUrl"], "http://x/y.png");
    EXPECT_EQ(shown["author"]["id"], kLena);
    payload = {{"type", "Message"},
               {"_id", kMessage},
               {"channel", kChannel},
               {"author", "01HOOK"},
               {"webhook", {{"name", "Hook"}, {"avatar", nullptr}}},
               {"content", "x"}};
    shown = only(payload, "messageCreate");
    EXPECT_EQ(shown["author"]["username"], "Hook");
    EXPECT_EQ(shown["author"]["bot"], true);
    EXPECT_EQ(shown["webhookId"], "01HOOK");
}

TEST_F(RevoltDispatcherTest, system_messages_are_told_apart) {
    const auto shown = only({{"type", "Message"},
                             {"_id", kMessage},
                             {"channel", kChannel},
                             {"author", "00000000000000000000000000"},
                             {"system", {{"type", "user_joined"}, {"id", kLena}}}},
                            "messageCreate");
    EXPECT_EQ(shown["author"]["system"], true);
    EXPECT_EQ(shown["type"], 7);
    EXPECT_EQ(shown["typeName"], "user_joined");
    EXPECT_EQ(shown["content"], "");
}

TEST_F(RevoltDispatcherTest, an_edit_has_what_was_and_what_is) {
    frame(message("before"));
    const auto shown =
        only({{"type", "MessageUpdate"},
              {"id", kMessage},
              {"channel", kChannel},
              {"data", {{"content", "after"}, {"edited", "2026-01-02T03:04:06.1Z"}}}},
             "messageUpdate");
    EXPECT_EQ(shown["old"]["content"], "before");
    EXPECT_EQ(shown["new"]["content"], "after");
    EXPECT_EQ(shown["new"]["editedAt"], "2026-01-02T03:04:06.100Z");
    EXPECT_EQ(shown["new"]["author"]["username"], "lena");
    EXPECT_EQ(shown["new"]["guildId"], kServer);
}

TEST_F(RevoltDispatcherTest, an_edit_of_an_unknown_message_has_what_came) {
    const auto shown = only({{"type", "MessageUpdate"},
                             {"id", kMessage},
                             {"channel", kChannel},
                             {"data", {{"content", "after"}}}},
                            "messageUpdate");
    EXPECT_EQ(shown["old"], nullptr);
    EXPECT_EQ(shown["new"]["id"], kMessage);
    EXPECT_EQ(shown["new"]["content"], "after");
    EXPECT_EQ(shown["new"]["channelId"], kChannel);
}

TEST_F(RevoltDispatcherTest, previews_are_added_to_the_embeds) {
    auto payload = message("http://x");
    payload["embeds"] = {{{"type", "Text"}, {"title", "one"}}};
    frame(payload);
    const auto shown = only(
        {{"type", "MessageAppend"},
         {"id", kMessage},
         {"channel", kChannel},
         {"append", {{"embeds", {{{"type", "Website"}, {"title", "two"}, {"site_name", "X"}}}}}}},
        "messageUpdate");
    ASSERT_EQ(shown["new"]["embeds"].size(), 2u);
    EXPECT_EQ(shown["new"]["embeds"][1]["title"], "two");
    EXPECT_EQ(shown["new"]["embeds"][1]["provider"]["name"], "X");
    EXPECT_EQ(shown["old"]["embeds"].size(), 1u);
}

TEST_F(RevoltDispatcherTest, pins_and_cleared_reactions_are_events_of_their_own) {
    frame(message("x"));
    const json base = {{"type", "MessageUpdate"}, {"id", kMessage}, {"channel", kChannel}};
    auto update = base;
    update["data"] = {{"pinned", true}};
    EXPECT_EQ(names(update), "channelPinsUpdate");
    update["data"] = json::object();
    update["clear"] = {"Pinned"};
    EXPECT_EQ(names(update), "channelPinsUpdate");
    update = base;
    update["data"] = {{"reactions", json::object()}};
    EXPECT_EQ(names(update), "messageReactionRemoveAll");
    update["data"] = {{"content", "y"}, {"pinned", true}};
    EXPECT_EQ(names(update), "messageUpdate channelPinsUpdate");
}

TEST_F(RevoltDispatcherTest, deletions_have_the_message) {
    frame(message("gone"));
    auto shown =
        only({{"type", "MessageDelete"}, {"id", kMessage}, {"channel", kChannel}}, "messageDelete");
    EXPECT_EQ(shown["message"]["content"], "gone");
    shown =
        only({{"type", "MessageDelete"}, {"id", kMessage}, {"channel", kChannel}}, "messageDelete");
    EXPECT_EQ(shown["message"], nullptr);
    frame(message("gone"));
    shown = only({{"type", "BulkMessageDelete"}, {"ids", {kMessage, "01X"}}, {"channel", kChannel}},
                 "messageDeleteBulk");
    EXPECT_EQ(shown["ids"].size(), 2u);
    EXPECT_EQ(shown["messages"].size(), 1u);
    EXPECT_EQ(shown["guildId"], kServer);
}

TEST_F(RevoltDispatcherTest, reactions_are_counted_where_the_message_is_known) {
    frame(message("x"));
    const json react = {{"type", "MessageReact"},
                        {"id", kMessage},
                        {"channel_id", kChannel},
                        {"user_id", kLena},
                        {"emoji_id", kEmoji}};
    auto shown = only(react, "messageReactionAdd");
    EXPECT_EQ(shown["reaction"]["count"], 1);
    EXPECT_EQ(shown["reaction"]["emoji"]["name"], "cat");
    EXPECT_EQ(shown["reaction"]["emoji"]["identifier"], "cat:" + kEmoji);
    EXPECT_EQ(shown["member"]["nickname"], "L.");
    EXPECT_EQ(shown["messageAuthorId"], kLena);
    auto mine = react;
    mine["user_id"] = kMe;
    shown = only(mine, "messageReactionAdd");
    EXPECT_EQ(shown["reaction"]["count"], 2);
    EXPECT_EQ(shown["reaction"]["me"], true);
    auto plain = react;
    plain["emoji_id"] = "\xF0\x9F\x91\x8D";
    shown = only(plain, "messageReactionAdd");
    EXPECT_EQ(shown["reaction"]["emoji"]["id"], nullptr);
    EXPECT_EQ(shown["reaction"]["emoji"]["identifier"], "\xF0\x9F\x91\x8D");
    auto back = react;
    back["type"] = "MessageUnreact";
    shown = only(back, "messageReactionRemove");
    EXPECT_EQ(shown["emoji"]["id"], kEmoji);
    shown = only({{"type", "MessageRemoveReaction"},
                  {"id", kMessage},
                  {"channel_id", kChannel},
                  {"emoji_id", kEmoji}},
                 "messageReactionRemoveEmoji");
    EXPECT_EQ(shown["emoji"]["name"], "cat");
}

TEST_F(RevoltDispatcherTest, members_come_change_and_go) {
    const json id = {{"server", kServer}, {"user", kLena}};
    auto shown = only({{"type", "ServerMemberUpdate"},
                       {"id", id},
                       {"data", {{"roles", {kRole}}}},
                       {"clear", {"Nickname"}}},
                      "guildMemberUpdate");
    EXPECT_EQ(shown["old"]["nickname"], "L.");
    EXPECT_EQ(shown["new"]["nickname"], nullptr);
    EXPECT_EQ(shown["new"]["displayName"], "Lena");
    EXPECT_EQ(shown["new"]["roles"], json({kRole}));
    EXPECT_EQ(shown["new"]["user"]["username"], "lena");
    const json leave = {{"type", "ServerMemberLeave"}, {"id", kServer}, {"user", kLena}};
    auto banned = leave;
    banned["reason"] = "Ban";
    EXPECT_EQ(names(banned), "guildMemberRemove guildBanAdd");
    shown = only(leave, "guildMemberRemove");
    EXPECT_EQ(shown["user"]["username"], "lena");
    EXPECT_EQ(shown["member"], nullptr);
    shown = only({{"type", "ServerMemberJoin"},
                  {"id", kServer},
                  {"user", kLena},
                  {"member", {{"_id", id}, {"joined_at", "2026-02-02T00:00:00Z"}}}},
                 "guildMemberAdd");
    EXPECT_EQ(shown["user"]["username"], "lena");
    EXPECT_EQ(shown["guildId"], kServer);
    EXPECT_EQ(shown["joinedAt"], "2026-02-02T00:00:00.000Z");
}

TEST_F(RevoltDispatcherTest, the_bots_own_leaving_is_the_guilds_end) {
    const auto shown =
        only({{"type", "ServerMemberLeave"}, {"id", kServer}, {"user", kMe}}, "guildDelete");
    EXPECT_EQ(shown["id"], kServer);
    EXPECT_EQ(shown["name"], "Home");
    EXPECT_TRUE(cache.server(kServer).empty());
    EXPECT_TRUE(cache.channel(kChannel).empty());
}

TEST_F(RevoltDispatcherTest, a_role_that_was_not_there_is_new) {
    const json update = {{"type", "ServerRoleUpdate"},
                         {"id", kServer},
                         {"role_id", "01NEWROLE"},
                         {"data",
                          {{"name", "new"},
                           {"rank", 2},
                           {"colour", "#ff0000"},
                           {"permissions", {{"a", 64 | 128}, {"d", 0}}}}}};
    auto shown = only(update, "roleCreate");
    EXPECT_EQ(shown["name"], "new");
    EXPECT_EQ(shown["color"], 0xFF0000);
    EXPECT_EQ(shown["permissions"], "6");
    shown = only({{"type", "ServerRoleUpdate"},
                  {"id", kServer},
                  {"role_id", "01NEWROLE"},
                  {"data", {{"name", "newer"}}}},
                 "roleUpdate");
    EXPECT_EQ(shown["old"]["name"], "new");
    EXPECT_EQ(shown["new"]["name"], "newer");
    EXPECT_EQ(shown["new"]["hexColor"], "#ff0000");
    EXPECT_EQ(
        names(
            {{"type", "ServerRoleRanksUpdate"}, {"id", kServer}, {"ranks", {"01NEWROLE", kRole}}}),
        "roleUpdate");
    shown = only({{"type", "ServerRoleDelete"}, {"id", kServer}, {"role_id", "01NEWROLE"}},
                 "roleDelete");
    EXPECT_EQ(shown["role"]["name"], "newer");
}

TEST_F(RevoltDispatcherTest, presence_is_told_apart_from_the_account) {
    const json base = {{"type", "UserUpdate"}, {"id", kLena}};
    auto update = base;
    update["data"] = {{"online", false}};
    auto shown = only(update, "presenceUpdate");
    EXPECT_EQ(shown["old"]["status"], "idle");
    EXPECT_EQ(shown["new"]["status"], "offline");
    EXPECT_EQ(shown["new"]["userId"], kLena);
    update["data"] = {{"display_name", "L"}, {"online", true}};
    EXPECT_EQ(names(update), "userUpdate presenceUpdate");
    update["data"] = json::object();
    update["clear"] = {"DisplayName"};
    shown = only(update, "userUpdate");
    EXPECT_EQ(shown["old"]["globalName"], "L");
    EXPECT_EQ(shown["new"]["globalName"], nullptr);
    EXPECT_EQ(names({{"type", "UserPresence"}, {"id", kLena}, {"online", true}}), "presenceUpdate");
}

TEST_F(RevoltDispatcherTest, channels_emoji_servers_and_webhooks) {
    auto shown = only({{"type", "ChannelUpdate"},
                       {"id", kChannel},
                       {"data", {{"name", "new"}}},
                       {"clear", {"Description"}}},
                      "channelUpdate");
    EXPECT_EQ(shown["old"]["topic"], "talk");
    EXPECT_EQ(shown["new"]["topic"], nullptr);
    EXPECT_EQ(shown["new"]["name"], "new");
    EXPECT_EQ(shown["new"]["guildId"], kServer);
    shown =
        only({{"type", "EmojiUpdate"}, {"id", kEmoji}, {"data", {{"name", "dog"}}}}, "emojiUpdate");
    EXPECT_EQ(shown["old"]["name"], "cat");
    EXPECT_EQ(shown["new"]["name"], "dog");
    shown = only({{"type", "EmojiDelete"}, {"id", kEmoji}}, "emojiDelete");
    EXPECT_EQ(shown["name"], "dog");
    EXPECT_EQ(shown["guildId"], kServer);
    shown = only({{"type", "ServerUpdate"}, {"id", kServer}, {"data", {{"name", "Away"}}}},
                 "guildUpdate");
    EXPECT_EQ(shown["old"]["name"], "Home");
    EXPECT_EQ(shown["new"]["name"], "Away");
    shown =
        only({{"type", "WebhookCreate"}, {"id", "01W"}, {"channel_id", kChannel}}, "webhookUpdate");
    EXPECT_EQ(shown["channelId"], kChannel);
    shown = only({{"type", "WebhookDelete"}, {"id", "01W"}}, "webhookUpdate");
    EXPECT_EQ(shown["channelId"], kChannel);
    EXPECT_EQ(shown["guildId"], kServer);
    shown =
        only({{"type", "ChannelStartTyping"}, {"id", kChannel}, {"user", kLena}}, "typingStart");
    EXPECT_EQ(shown["timestamp"], "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(shown["member"]["nickname"], "L.");
    shown = only({{"type", "ChannelDelete"}, {"id", kChannel}}, "channelDelete");
    EXPECT_EQ(shown["name"], "new");
    EXPECT_EQ(shown["guildId"], kServer);
}

TEST_F(RevoltDispatcherTest, what_has_no_name_passes_through) {
    EXPECT_TRUE(events({{"type", "SomethingNew2030"}, {"x", 1}}).empty());
    ASSERT_EQ(intake.taken.size(), 1u);
    EXPECT_EQ(intake.taken[0].raw_name, "SomethingNew2030");
}

TEST_F(RevoltDispatcherTest, the_cache_is_kept_when_nobody_wants_anything) {
    intake.wanted = false;
    frame(message("x"));
    frame({{"type", "ChannelUpdate"}, {"id", kChannel}, {"data", {{"name", "new"}}}});
    EXPECT_EQ(cache.channel_name(kChannel), "new");
    EXPECT_FALSE(cache.message(kMessage).empty());
}

TEST_F(RevoltDispatcherTest,
       every_event_with_members_missing_null_or_of_the_wrong_type_does_no_harm) {
    const auto bot = model::intern_bot("revolt-test", "revolt");
    const std::vector<json> values{nullptr,
                                   1,
                                   "x",
                                   json::array(),
                                   json::array({1, nullptr}),
                                   json::object(),
                                   json::object({{"_id", 1}}),
                                   true};
    const std::vector<std::string> keys{
        "_id",    "id",       "channel", "channel_id", "author",   "user",    "member",
        "data",   "clear",    "append",  "embeds",     "ids",      "user_id", "emoji_id",
        "server", "channels", "emojis",  "role_id",    "ranks",    "reason",  "state",
        "from",   "to",       "parent",  "content",    "reactions"};
    for (const auto& raw : (*bot)->platform->raw_events) {
        if (raw.name == "Ready") {
            continue;
        }
        frame({{"type", raw.name}});
        for (const auto& value : values) {
            json payload = {{"type", raw.name}};
            for (const auto& key : keys) {
                payload[key] = value;
            }
            frame(payload);
        }
    }
    for (const auto& value : values) {
        frame({{"type", "Ready"},
               {"users", value},
               {"servers", value},
               {"channels", value},
               {"members", value},
               {"emojis", value}});
    }
}

TEST(RevoltCacheUpdate, merges_and_clears) {
    const auto merged = json::parse(apply_update(
        R"({"a":1,"nickname":"x","status":{"text":"t","presence":"Busy"}})",
        R"({"a":2,"status":{"text":"u"}})", R"(["Nickname","StatusPresence","Unknown",7])"));
    EXPECT_EQ(merged, json::parse(R"({"a":2,"status":{"text":"u"}})"));
    EXPECT_EQ(apply_update("{}", "7", ""), "{}");
    EXPECT_EQ(apply_update("x", "{}", ""), "x");
}

TEST(RevoltCacheShelf, the_oldest_goes_first) {
    Shelf shelf(3);
    for (std::uint64_t i = 1; i <= 5; ++i) {
        shelf.put(i, std::to_string(i), "o", "\"t\"");
        shelf.put(i, std::to_string(i), "o", "\"u" + std::to_string(i) + "\"");
    }
    EXPECT_EQ(shelf.find(2), nullptr);
    ASSERT_NE(shelf.find(3), nullptr);
    EXPECT_EQ(shelf.list(model::id_key("o")), R"(["u3","u4","u5"])");
    EXPECT_EQ(shelf.status("x").entries, 3u);
    EXPECT_EQ(shelf.status("x").bytes, 12u);
    shelf.erase(4);
    shelf.erase_owner("o");
    EXPECT_EQ(shelf.status("x").bytes, 0u);
}

TEST(RevoltCacheShelf, bytes_are_bounded) {
    Shelf shelf(100, 10);
    shelf.put(1, "1", "o", "12345");
    shelf.put(2, "2", "o", "12345");
    shelf.put(2, "2", "o", "123456");
    EXPECT_EQ(shelf.find(1), nullptr);
    ASSERT_NE(shelf.find(2), nullptr);
    shelf.put(2, "2", "o", std::string(Shelf::kMostText + 1, 'x'));
    EXPECT_EQ(shelf.find(2), nullptr) << "what it was is no longer true";
    EXPECT_EQ(shelf.status("x").bytes, 0u);
}

}  // namespace
}  // namespace rookery::revolt
