#include "unit/platform/discord/cache/cache_fixture.hpp"

#include <set>

// Several events of one dispatch, what is told of updates that change nothing, and how all of it
// survives a kill.
namespace rookery::discord {
namespace {

using testing::json;
using Names = std::vector<std::string>;

class CacheDerived : public testing::CacheTest {
  protected:
    static bool served(const char* event) { return model::EventNames::find(event).has_value(); }
    json emojis(std::initializer_list<json> list) {
        return {{"guild_id", "10"}, {"emojis", json(list)}};
    }
};

TEST_F(CacheDerived, D19_a_list_of_emojis_becomes_what_has_changed_in_it) {
    if (!served("emojiCreate")) {
        GTEST_SKIP() << "the schema has no such event";
    }
    subscribe({"emojiCreate", "emojiUpdate", "emojiDelete"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    dispatch("GUILD_EMOJIS_UPDATE",
             emojis({{{"id", "50"}, {"name", "grin"}, {"roles", json::array()}},
                     {{"id", "52"}, {"name", "new"}, {"roles", json::array()}}}));
    const auto events = taken();
    ASSERT_EQ(events.size(), 3U);
    std::map<std::string, json> by_name;
    for (const auto& event : events) {
        EXPECT_EQ(event->seq(), seq_);
        by_name[std::string(event->name())] = json::parse(event->raw());
        if (event->name() == "emojiUpdate") {
            EXPECT_EQ(context_of(event)["old"]["name"], "smile");
        }
    }
    EXPECT_EQ(by_name["emojiUpdate"]["name"], "grin");
    EXPECT_EQ(by_name["emojiCreate"]["id"], "52");
    EXPECT_EQ(by_name["emojiDelete"]["name"], "frown");
    EXPECT_EQ(by_name["emojiDelete"]["guild_id"], "10");
    dispatch("GUILD_EMOJIS_UPDATE", emojis({{{"id", "50"}, {"name", "grin"}, {"available", false}},
                                            {{"id", "52"}, {"name", "new"}}}));
    EXPECT_EQ(names(), Names{}) << "that one cannot be used for the moment is no change";
}

TEST_F(CacheDerived, of_a_list_that_was_not_known_nothing_is_derived) {
    if (!served("emojiCreate")) {
        GTEST_SKIP() << "the schema has no such event";
    }
    subscribe({"emojiCreate", "emojiUpdate", "emojiDelete"});
    dispatch("GUILD_EMOJIS_UPDATE", emojis({{{"id", "50"}, {"name", "grin"}}}));
    EXPECT_EQ(names(), Names{});
    EXPECT_EQ(ledger_->open_deliveries(), 0U);
}

TEST_F(CacheDerived, a_kill_between_the_events_of_one_number_repeats_them) {
    subscribe({"guildMemberUpdate", "userUpdate"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    json change = member(5, {"31", "32"});
    change["guild_id"] = "10";
    change["user"]["avatar"] = "hash";
    dispatch("GUILD_MEMBER_UPDATE", change);
    auto events = taken();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(
        std::set<std::string>({std::string(events[0]->name()), std::string(events[1]->name())}),
        (std::set<std::string>{"guildMemberUpdate", "userUpdate"}));
    EXPECT_EQ(ledger_->open_deliveries(), 1U);
    events[1]->delivery()->finished(events[1]->seq(), 5);
    EXPECT_EQ(ledger_->open_deliveries(), 1U) << "the other one is not done";
    const std::uint64_t number = seq_;
    events.clear();

    open();
    dispatch_as(number, "GUILD_MEMBER_UPDATE", change.dump());
    events = taken();
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(events[0]->name(), "guildMemberUpdate");
    for (const auto& event : events) {
        event->delivery()->finished(event->seq(), 5);
    }
    EXPECT_EQ(ledger_->open_deliveries(), 0U);
}

TEST_F(CacheDerived, a_subscriber_of_one_of_them_has_finished_with_that) {
    subscribe({"userUpdate"});
    auto other = std::make_shared<bus::Lane>("script y", 6, bus::LaneLimits{});
    bus_.subscribe(other, *model::EventNames::intern("guildMemberUpdate"));
    bus_.attach(other);
    dispatcher_->begin();
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    json change = member(5, {"31", "32"});
    change["guild_id"] = "10";
    change["user"]["avatar"] = "hash";
    dispatch("GUILD_MEMBER_UPDATE", change);
    EXPECT_EQ(ledger_->open_deliveries(), 2U);
    for (const auto& event : taken()) {
        event->delivery()->finished(event->seq(), 5);
    }
    EXPECT_EQ(ledger_->open_deliveries(), 1U);
}

TEST_F(CacheDerived, a_member_whose_account_alone_has_changed_is_told_as_a_user) {
    subscribe({"guildMemberUpdate", "userUpdate"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    json change = member(5, {"31"});
    change["guild_id"] = "10";
    change["user"]["global_name"] = "Five";
    dispatch("GUILD_MEMBER_UPDATE", change);
    const auto [context, payload] = only("userUpdate");
    EXPECT_EQ(payload["global_name"], "Five");
    EXPECT_EQ(payload["username"], "user5");
    if (reads_old("userUpdate")) {
        EXPECT_TRUE(context.at("old").at("global_name").is_null());
    }
}

TEST_F(CacheDerived, updates_that_change_nothing_are_not_told_unless_asked_for) {
    subscribe({"guildMemberUpdate", "presenceUpdate"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    json same = member(5, {"31"});
    same["guild_id"] = "10";
    const json presence = {{"guild_id", "10"},
                           {"user", {{"id", "5"}}},
                           {"status", "online"},
                           {"activities", json::array()}};
    dispatch("GUILD_MEMBER_UPDATE", same);
    dispatch("PRESENCE_UPDATE", presence);
    EXPECT_EQ(names(), Names{});
    EXPECT_EQ(ledger_->open_deliveries(), 0U);
    same["nick"] = "five";
    dispatch("GUILD_MEMBER_UPDATE", same);
    EXPECT_TRUE(old_of("guildMemberUpdate")["nick"].is_null());

    options_.noop_updates = true;
    open();
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    dispatch("PRESENCE_UPDATE", presence);
    EXPECT_EQ(names(), Names{"presenceUpdate"});
}

TEST_F(CacheDerived, nobody_who_reads_old_values_means_that_nothing_is_kept) {
    subscribe({"ready"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    EXPECT_EQ(stats(Kind::role).entries, 0U);
    EXPECT_EQ(stats(Kind::member).entries, 0U);
    EXPECT_EQ(dispatcher_->cache().handler("TYPING_START"), nullptr);
}

TEST_F(CacheDerived, what_is_kept_follows_those_who_come_and_go) {
    ready({"10"});
    dispatch("MESSAGE_CREATE", message(100));
    EXPECT_EQ(stats(Kind::message).entries, 0U);
    subscribe({"messageUpdate"});
    dispatch("MESSAGE_UPDATE", message(100));
    EXPECT_TRUE(old_of("messageUpdate").is_null()) << "it began empty";
    dispatch("MESSAGE_CREATE", message(101));
    EXPECT_EQ(stats(Kind::message).entries, 1U);
    bus_.unsubscribe(lane_, *model::EventNames::intern("messageUpdate"));
    dispatcher_->begin();
    EXPECT_EQ(stats(Kind::message).entries, 0U);
}

TEST_F(CacheDerived, a_star_gets_old_values_too) {
    subscribe({"*"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    dispatch("MESSAGE_CREATE", message(100));
    taken();
    dispatch("MESSAGE_UPDATE", message(100));
    EXPECT_EQ(old_of("messageUpdate"), message(100));
}

/// Each pair of old and new: what is cached, the change, and what must come as old.
TEST_F(CacheDerived, every_pair_has_its_old_value) {
    options_.kinds.fill(CacheOptions::Keep::always);
    open();
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    dispatch("MESSAGE_CREATE", message(100));
    dispatch("STAGE_INSTANCE_CREATE", {{"id", "80"}, {"guild_id", "10"}, {"topic", "before"}});
    dispatch("AUTO_MODERATION_RULE_CREATE", {{"id", "81"}, {"guild_id", "10"}, {"name", "before"}});
    struct Pair {
        const char* event;
        const char* raw;
        json change;
        const char* pointer;  ///< in the old value
        json before;
    };
    const std::vector<Pair> pairs = {
        {"messageUpdate",
         "MESSAGE_UPDATE",
         {{"id", "100"}, {"channel_id", "20"}, {"content", "x"}},
         "/content",
         "text 100"},
        {"guildMemberUpdate",
         "GUILD_MEMBER_UPDATE",
         {{"guild_id", "10"}, {"user", user(5)}, {"roles", json::array()}},
         "/roles",
         {"31"}},
        {"guildUpdate", "GUILD_UPDATE", {{"id", "10"}, {"name", "x"}}, "/name", "guild"},
        {"channelUpdate",
         "CHANNEL_UPDATE",
         {{"id", "20"}, {"guild_id", "10"}, {"type", 0}, {"name", "x"}},
         "/name",
         "general"},
        {"threadUpdate",
         "THREAD_UPDATE",
         {{"id", "40"}, {"guild_id", "10"}, {"type", 11}, {"name", "x"}},
         "/name",
         "thread"},
        {"roleUpdate",
         "GUILD_ROLE_UPDATE",
         {{"guild_id", "10"}, {"role", {{"id", "31"}, {"name", "x"}}}},
         "/name",
         "admins"},
        {"presenceUpdate",
         "PRESENCE_UPDATE",
         {{"guild_id", "10"}, {"user", {{"id", "5"}}}, {"status", "idle"}},
         "/status",
         "online"},
        {"voiceStateUpdate",
         "VOICE_STATE_UPDATE",
         {{"guild_id", "10"}, {"user_id", "4"}, {"channel_id", nullptr}},
         "/channel_id",
         "21"},
        {"stageInstanceUpdate",
         "STAGE_INSTANCE_UPDATE",
         {{"id", "80"}, {"guild_id", "10"}, {"topic", "x"}},
         "/topic",
         "before"},
        {"guildScheduledEventUpdate",
         "GUILD_SCHEDULED_EVENT_UPDATE",
         {{"id", "60"}, {"guild_id", "10"}, {"name", "x"}},
         "/name",
         "party"},
        {"autoModerationRuleUpdate",
         "AUTO_MODERATION_RULE_UPDATE",
         {{"id", "81"}, {"guild_id", "10"}, {"name", "x"}},
         "/name",
         "before"},
        {"userUpdate", "USER_UPDATE", {{"id", "1"}, {"username", "x"}}, "/username", "user1"},
    };
    std::size_t tried = 0;
    for (const Pair& pair : pairs) {
        const auto type = model::EventNames::find(pair.event);
        if (!type || !reads_old(pair.event)) {
            continue;
        }
        bus_.subscribe(lane_, *type);
        bus_.attach(lane_);
        dispatcher_->begin();
        dispatch(pair.raw, pair.change);
        const auto events = taken();
        ASSERT_EQ(events.size(), 1U) << pair.event;
        json context = context_of(events[0]);
        EXPECT_EQ(context["old"][json::json_pointer(pair.pointer)], pair.before)
            << pair.event << context;
        bus_.unsubscribe(lane_, *type);
        ++tried;
    }
    EXPECT_GE(tried, 5U);
}

TEST_F(CacheDerived, numbers_and_names_that_are_computed) {
    always({Kind::guild, Kind::channel, Kind::role, Kind::member, Kind::user});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    const Entities& entities = dispatcher_->cache().entities();
    EXPECT_EQ(channel_rank(entities, 10, 20), 0);
    EXPECT_EQ(channel_rank(entities, 10, 22), 1) << "text among text";
    EXPECT_EQ(channel_rank(entities, 10, 21), 0) << "voice among voice";
    EXPECT_EQ(role_rank(entities, 10, 10), 0);
    EXPECT_EQ(role_rank(entities, 10, 32), 1) << "at the same place the later id is lower";
    EXPECT_EQ(role_rank(entities, 10, 31), 2);
    EXPECT_EQ(role_rank(entities, 10, 99), std::nullopt);
    EXPECT_EQ(holders_of(entities, 10, 10), 3);
    EXPECT_EQ(json::parse(names_in(entities, 10, "<@5> <@!4> <@&31> <#20> <@99> <#> <@x> <@5>")),
              (json{{"5", "user5"}, {"4", "user4"}, {"31", "admins"}, {"20", "general"}}));
    EXPECT_EQ(names_in(entities, 10, "nobody <3"), "");
}

TEST_F(CacheDerived, an_orderly_restart_keeps_the_cache_and_a_kill_does_not) {
    options_.snapshot = dir_ / "cache";
    open();
    subscribe({"messageUpdate", "channelUpdate", "guildMemberUpdate"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    dispatch("MESSAGE_CREATE", message(100));
    taken();
    dispatcher_->save_cache();
    open();
    dispatcher_->load_cache();
    EXPECT_EQ(cached(Kind::message, 20, 100), message(100));
    EXPECT_EQ(cached(Kind::channel, 10, 20)["last_message_id"], "100");
    EXPECT_EQ(cached(Kind::member, 10, 5)["user"]["username"], "user5");
    dispatch("MESSAGE_UPDATE", message(100));
    EXPECT_EQ(old_of("messageUpdate"), message(100));
    EXPECT_FALSE(std::filesystem::exists(options_.snapshot)) << "good for one start";

    open();
    dispatcher_->load_cache();
    EXPECT_TRUE(cached(Kind::message, 20, 100).is_null());
}

TEST_F(CacheDerived, a_saved_cache_that_does_not_fit_is_left_out) {
    options_.snapshot = dir_ / "cache";
    open();
    subscribe({"messageUpdate"});
    dispatch("MESSAGE_CREATE", message(100));
    dispatcher_->save_cache();
    dispatch("TYPING_START", {{"channel_id", "20"}});
    open();
    dispatcher_->load_cache();
    EXPECT_TRUE(cached(Kind::message, 20, 100).is_null()) << "an event came after it";

    dispatch("MESSAGE_CREATE", message(101));
    dispatcher_->save_cache();
    std::filesystem::resize_file(options_.snapshot,
                                 std::filesystem::file_size(options_.snapshot) - 3);
    open();
    dispatcher_->load_cache();
    EXPECT_TRUE(cached(Kind::message, 20, 101).is_null()) << "cut short";

    dispatch("MESSAGE_CREATE", message(102));
    dispatcher_->save_cache();
    ASSERT_TRUE(ledger_->begin_session({"another", "", 0, 1}));
    open();
    dispatcher_->load_cache();
    EXPECT_TRUE(cached(Kind::message, 20, 102).is_null()) << "of another session";
}

TEST_F(CacheDerived, what_a_restart_repeats_does_not_count_twice) {
    options_.snapshot = dir_ / "cache";
    always({Kind::guild, Kind::member, Kind::user});
    subscribe({"guildMemberAdd"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    json joined = member(9);
    joined["guild_id"] = "10";
    dispatch("GUILD_MEMBER_ADD", joined);
    json left = {{"guild_id", "10"}, {"user", user(4)}};
    const std::uint64_t number = seq_;
    dispatch("GUILD_MEMBER_REMOVE", left);
    EXPECT_EQ(cached(Kind::guild, 0, 10)["member_count"], 3);
    taken();
    dispatcher_->save_cache();
    open();
    dispatcher_->load_cache();
    dispatch_as(number, "GUILD_MEMBER_ADD", joined.dump());
    dispatch_as(number + 1, "GUILD_MEMBER_REMOVE", left.dump());
    EXPECT_EQ(names(), Names{"guildMemberAdd"}) << "it was not finished";
    EXPECT_EQ(cached(Kind::guild, 0, 10)["member_count"], 3);
}

TEST_F(CacheDerived, a_guild_of_100_000_members_stays_within_the_budget) {
    options_.limits.budget = std::size_t{24} << 20U;
    always({Kind::guild, Kind::member, Kind::user, Kind::channel, Kind::role, Kind::presence});
    ready({"10"});
    json large = guild();
    for (std::uint64_t id = 1'000; id < 10'000; ++id) {
        large["members"].push_back(member(id));
    }
    EXPECT_GT(large.dump().size(), 1'500'000U);
    dispatch("GUILD_CREATE", large);
    EXPECT_EQ(count(Kind::member, 10), 9'003U);
    for (std::uint64_t chunk = 0; chunk < 91; ++chunk) {
        json members = json::array();
        for (std::uint64_t id = 0; id < 1'000; ++id) {
            members.push_back(member(10'000 + chunk * 1'000 + id));
        }
        dispatch("GUILD_MEMBERS_CHUNK", {{"guild_id", "10"},
                                         {"members", members},
                                         {"chunk_index", chunk},
                                         {"chunk_count", 91}});
    }
    const cache::Store& store = dispatcher_->cache().entities().store();
    EXPECT_LE(store.bytes(), options_.limits.budget);
    EXPECT_GT(count(Kind::member, 10), 10'000U);
    EXPECT_GT(stats(Kind::member).evicted, 0U);
    EXPECT_EQ(stats(Kind::user).entries, stats(Kind::member).entries)
        << "users go with their members";
    EXPECT_FALSE(cached(Kind::member, 10, kSelf).is_null()) << "never the bot itself";
    EXPECT_FALSE(cached(Kind::member, 10, 4).is_null()) << "in voice";
    EXPECT_FALSE(cached(Kind::member, 10, 100'999).is_null());
    EXPECT_EQ(count(Kind::channel, 10), 3U);
}

}  // namespace
}  // namespace rookery::discord
