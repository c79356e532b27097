#include "unit/platform/discord/cache/cache_fixture.hpp"

// What a good client does with data, case by case.
namespace rookery::discord {
namespace {

using testing::json;
using Names = std::vector<std::string>;

class CacheCases : public testing::CacheTest {};

TEST_F(CacheCases, D01_an_outage_keeps_the_data_and_is_told_as_what_it_is) {
    subscribe({"guildCreate", "guildDelete", "guildAvailable", "guildUnavailable", "guildUpdate"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    EXPECT_EQ(names(), Names{});
    dispatch("GUILD_DELETE", {{"id", "10"}, {"unavailable", true}});
    EXPECT_EQ(names(), Names{"guildUnavailable"});
    EXPECT_EQ(cached(Kind::guild, 0, 10)["name"], "guild");
    dispatch("GUILD_DELETE", {{"id", "10"}, {"unavailable", true}});
    EXPECT_EQ(names(), Names{}) << "it is known already";
    dispatch("GUILD_CREATE", guild());
    EXPECT_EQ(names(), Names{"guildAvailable"});
    dispatch("GUILD_CREATE", guild());
    EXPECT_EQ(names(), Names{}) << "a duplicate";
}

TEST_F(CacheCases, D02_leaving_purges_and_tells_what_the_guild_was) {
    always({Kind::guild, Kind::channel, Kind::thread, Kind::role, Kind::member, Kind::user,
            Kind::message, Kind::emoji, Kind::voice_state, Kind::presence, Kind::scheduled_event,
            Kind::soundboard_sound, Kind::thread_member});
    subscribe({"guildDelete"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    dispatch("MESSAGE_CREATE", message(100));
    EXPECT_EQ(stats(Kind::channel).entries, 3U);
    EXPECT_EQ(stats(Kind::message).entries, 1U);
    dispatch("GUILD_DELETE", {{"id", "10"}});
    auto [context, payload] = only("guildDelete");
    EXPECT_EQ(payload["id"], "10");
    if (reads_old("guildDelete")) {
        EXPECT_EQ(context["old"]["name"], "guild");
    }
    for (std::size_t kind = 0; kind < cache::kKinds; ++kind) {
        const auto which = static_cast<Kind>(kind);
        EXPECT_EQ(stats(which).entries, which == Kind::user ? 1U : 0U) << cache::info(which).name;
    }
    EXPECT_EQ(cached(Kind::user, 0, kSelf)["username"], "user1");
}

TEST_F(CacheCases, D03_a_new_session_tells_what_was_left_and_joined_in_the_gap) {
    subscribe({"guildCreate", "guildDelete", "ready"});
    ready({"10", "11"});
    dispatch("GUILD_CREATE", guild(10));
    dispatch("GUILD_CREATE", guild(11));
    EXPECT_EQ(names(), Names{"ready"});
    ASSERT_TRUE(ledger_->begin_session({"another", "", 0, 1}));
    seq_ = 0;
    machine_.emplace([] {
        protocol::discord::SessionFsm::Options options;
        options.random = [] { return 0.5; };
        return options;
    }());
    ready({"11"});
    const auto events = taken();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0]->name(), "ready");
    EXPECT_EQ(events[1]->name(), "guildDelete");
    EXPECT_EQ(events[1]->root()["id"].raw_string(), "10");
    if (reads_old("guildDelete")) {
        EXPECT_EQ(context_of(events[1])["old"]["name"], "guild");
    }
    EXPECT_TRUE(cached(Kind::guild, 0, 10).is_null());
    dispatch("GUILD_CREATE", guild(11));
    dispatch("GUILD_CREATE", guild(12));
    EXPECT_EQ(names(), Names{"guildCreate"});
}

TEST_F(CacheCases, D04_a_guild_may_come_with_its_id_alone) {
    subscribe({"guildCreate", "guildAvailable", "guildUpdate"});
    ready({"10"});
    dispatch("GUILD_CREATE", {{"id", "10"}, {"unavailable", true}});
    EXPECT_EQ(names(), Names{});
    EXPECT_TRUE(cached(Kind::guild, 0, 10).is_null());
    dispatch("GUILD_CREATE", guild());
    EXPECT_EQ(names(), Names{"guildAvailable"});
    EXPECT_EQ(cached(Kind::guild, 0, 10)["name"], "guild");
}

TEST_F(CacheCases, D05_the_members_of_a_large_guild_are_those_that_came) {
    always({Kind::guild, Kind::member, Kind::user});
    json large = guild();
    large["member_count"] = 60;
    large["large"] = true;
    ready({"10"});
    dispatch("GUILD_CREATE", large);
    EXPECT_EQ(count(Kind::member, 10), 3U);
    EXPECT_EQ(cached(Kind::guild, 0, 10)["member_count"], 60);
}

TEST_F(CacheCases, D06_a_member_announced_twice_counts_once) {
    always({Kind::guild, Kind::member, Kind::user});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    json joined = member(9);
    joined["guild_id"] = "10";
    dispatch("GUILD_MEMBER_ADD", joined);
    dispatch("GUILD_MEMBER_ADD", joined);
    EXPECT_EQ(cached(Kind::guild, 0, 10)["member_count"], 4);
    dispatch("GUILD_MEMBER_REMOVE", {{"guild_id", "10"}, {"user", user(9)}});
    EXPECT_EQ(cached(Kind::guild, 0, 10)["member_count"], 3);
    EXPECT_TRUE(cached(Kind::user, 0, 9).is_null()) << "in no guild any more";
}

TEST_F(CacheCases, D07_a_partial_update_of_a_message_keeps_the_rest) {
    subscribe({"messageUpdate"});
    dispatch("MESSAGE_CREATE", message(100));
    dispatch("MESSAGE_UPDATE",
             {{"id", "100"}, {"channel_id", "20"}, {"embeds", {{{"title", "t"}}}}});
    json old = old_of("messageUpdate");
    EXPECT_EQ(old, message(100));
    EXPECT_EQ(cached(Kind::message, 20, 100)["content"], "text 100");
    EXPECT_EQ(cached(Kind::message, 20, 100)["embeds"][0]["title"], "t");
    dispatch("MESSAGE_UPDATE", {{"id", "100"}, {"channel_id", "20"}, {"content", "new"}});
    EXPECT_EQ(old_of("messageUpdate")["embeds"][0]["title"], "t");
}

TEST_F(CacheCases, D08_an_update_of_an_unknown_message_is_told_without_an_old_one) {
    subscribe({"messageUpdate"});
    dispatch("MESSAGE_UPDATE", message(100));
    EXPECT_TRUE(old_of("messageUpdate").is_null());
}

TEST_F(CacheCases, D09_a_direct_message_makes_its_channel) {
    always({Kind::channel, Kind::user});
    subscribe({"messageCreate"});
    ready();
    json direct = message(100, 90, nullptr);
    direct["channel_type"] = 1;
    dispatch("MESSAGE_CREATE", direct);
    EXPECT_EQ(names(), Names{"messageCreate"});
    json channel = cached(Kind::channel, 0, 90);
    EXPECT_EQ(channel["type"], 1);
    EXPECT_EQ(channel["recipients"][0]["id"], "5");
    EXPECT_EQ(channel["last_message_id"], "100");
}

TEST_F(CacheCases, D10_a_presence_with_wrong_types_does_not_wipe_the_user) {
    subscribe({"presenceUpdate"});
    always({Kind::user, Kind::member, Kind::presence});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    dispatch("PRESENCE_UPDATE",
             {{"guild_id", "10"},
              {"user", {{"id", "5"}}},
              {"status", "dnd"},
              {"activities", {{{"name", "x"}, {"type", 0}, {"created_at", "text"}}}}});
    json old = old_of("presenceUpdate");
    EXPECT_EQ(old["status"], "online");
    EXPECT_EQ(old["user"]["username"], "user5");
    EXPECT_EQ(cached(Kind::user, 0, 5)["username"], "user5");
    EXPECT_EQ(cached(Kind::presence, 10, 5)["activities"][0]["created_at"], "text");
}

TEST_F(CacheCases, D11_nulls_where_others_have_values_are_kept_as_nulls) {
    always({Kind::member, Kind::user, Kind::channel});
    json guest = member(9);
    guest["guild_id"] = "10";
    guest["joined_at"] = nullptr;
    guest["communication_disabled_until"] = nullptr;
    dispatch("GUILD_MEMBER_ADD", guest);
    EXPECT_TRUE(cached(Kind::member, 10, 9)["joined_at"].is_null());
    EXPECT_TRUE(cached(Kind::member, 10, 9).contains("communication_disabled_until"));
    dispatch("CHANNEL_CREATE",
             {{"id", "23"}, {"guild_id", "10"}, {"type", 0}, {"application_id", nullptr}});
    EXPECT_TRUE(cached(Kind::channel, 10, 23).contains("application_id"));
}

TEST_F(CacheCases, D12_numbers_that_nobody_knows_are_kept) {
    always({Kind::channel, Kind::message});
    dispatch("CHANNEL_CREATE", {{"id", "23"}, {"guild_id", "10"}, {"type", 99}});
    EXPECT_EQ(cached(Kind::channel, 10, 23)["type"], 99);
    json odd = message(100);
    odd["type"] = 200;
    odd["components"] = {{{"type", 250}}};
    dispatch("MESSAGE_CREATE", odd);
    EXPECT_EQ(cached(Kind::message, 20, 100), odd);
    EXPECT_EQ(*channel_rank(dispatcher_->cache().entities(), 10, 23), 0);
}

TEST_F(CacheCases, D13_a_permission_that_nobody_knows_survives_reading_and_computing) {
    always({Kind::guild, Kind::role, Kind::member, Kind::user});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    EXPECT_EQ(cached(Kind::role, 10, 32)["permissions"], "1152921504606846976");
    const auto roles = *model::JsonIndex::build(R"(["31","32","999"])");
    EXPECT_EQ(permissions_of(dispatcher_->cache().entities(), 10, 5, roles.root()),
              1024U | 8U | (std::uint64_t{1} << 60U));
    EXPECT_EQ(permissions_of(dispatcher_->cache().entities(), 10, 4, roles.root()),
              18'446'744'073'709'551'615U)
        << "the owner may everything";
    EXPECT_EQ(permissions_of(dispatcher_->cache().entities(), 11, 4, roles.root()), std::nullopt);
}

TEST_F(CacheCases, D14_tags_of_a_role_that_are_null_stay_there) {
    always({Kind::role});
    dispatch("GUILD_ROLE_CREATE",
             {{"guild_id", "10"},
              {"role", {{"id", "33"}, {"tags", {{"premium_subscriber", nullptr}}}}}});
    EXPECT_TRUE(cached(Kind::role, 10, 33)["tags"].contains("premium_subscriber"));
}

TEST_F(CacheCases, D15_large_ids_are_exact) {
    always({Kind::message, Kind::channel});
    constexpr std::uint64_t kLargest = 18'446'744'073'709'551'615U;
    constexpr std::uint64_t kBeyondDoubles = 9'007'199'254'740'993U;
    dispatch("MESSAGE_CREATE", message(kLargest, kBeyondDoubles));
    EXPECT_EQ(cached(Kind::message, kBeyondDoubles, kLargest)["id"], "18446744073709551615");
    EXPECT_TRUE(cached(Kind::message, kBeyondDoubles - 1, kLargest).is_null());
    dispatch("CHANNEL_CREATE",
             {{"id", kBeyondDoubles}, {"guild_id", "18446744073709551615"}, {"type", 0}});
    EXPECT_EQ(cached(Kind::channel, 0, kBeyondDoubles)["guild_id"], "18446744073709551615");
}

TEST_F(CacheCases, D16_a_list_of_threads_replaces_the_active_ones_of_its_channels) {
    always({Kind::thread, Kind::channel});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    const auto thread = [](const char* id, const char* parent, bool archived) {
        return json{{"id", id},
                    {"guild_id", "10"},
                    {"parent_id", parent},
                    {"type", 11},
                    {"thread_metadata", {{"archived", archived}}}};
    };
    dispatch("THREAD_CREATE", thread("41", "20", true));
    dispatch("THREAD_CREATE", thread("42", "22", false));
    dispatch("THREAD_LIST_SYNC", {{"guild_id", "10"},
                                  {"channel_ids", {"20"}},
                                  {"threads", {thread("43", "20", false)}},
                                  {"members", json::array()}});
    EXPECT_TRUE(cached(Kind::thread, 10, 40).is_null()) << "not active any more";
    EXPECT_FALSE(cached(Kind::thread, 10, 41).is_null()) << "archived";
    EXPECT_FALSE(cached(Kind::thread, 10, 42).is_null()) << "of another channel";
    EXPECT_FALSE(cached(Kind::thread, 10, 43).is_null());
    dispatch("THREAD_LIST_SYNC",
             {{"guild_id", "10"}, {"threads", json::array()}, {"members", json::array()}});
    EXPECT_TRUE(cached(Kind::thread, 10, 42).is_null());
    EXPECT_FALSE(cached(Kind::thread, 10, 41).is_null());
}

TEST_F(CacheCases, D17_a_thread_that_comes_back_from_the_archive_is_taken_up) {
    always({Kind::thread});
    dispatch("THREAD_UPDATE", {{"id", "44"},
                               {"guild_id", "10"},
                               {"parent_id", "20"},
                               {"type", 11},
                               {"thread_metadata", {{"archived", false}}}});
    EXPECT_FALSE(cached(Kind::thread, 10, 44).is_null());
}

TEST_F(CacheCases, D18_a_channel_may_change_its_kind) {
    subscribe({"channelUpdate"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    dispatch("CHANNEL_UPDATE", {{"id", "20"}, {"guild_id", "10"}, {"type", 5}, {"name", "news"}});
    auto [context, payload] = only("channelUpdate");
    EXPECT_EQ(context["old"]["type"], 0);
    EXPECT_EQ(context["old"]["name"], "general");
    EXPECT_EQ(context["old"]["guild_id"], "10");
    EXPECT_EQ(payload["type"], 5);
    EXPECT_EQ(cached(Kind::channel, 10, 20)["type"], 5);
}

TEST_F(CacheCases, D20_a_deleted_role_is_taken_from_its_members) {
    always({Kind::guild, Kind::role, Kind::member, Kind::user});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    EXPECT_EQ(holders_of(dispatcher_->cache().entities(), 10, 31), 1);
    dispatch("GUILD_ROLE_DELETE", {{"guild_id", "10"}, {"role_id", "31"}});
    EXPECT_EQ(cached(Kind::member, 10, 5)["roles"], json::array());
    EXPECT_EQ(holders_of(dispatcher_->cache().entities(), 10, 31), 0);
    const auto roles = *model::JsonIndex::build(R"(["31"])");
    EXPECT_EQ(permissions_of(dispatcher_->cache().entities(), 10, 5, roles.root()), 1024U);
}

TEST_F(CacheCases, D21_reactions_are_counted_super_ones_apart_and_the_bots_own_marked) {
    always({Kind::message});
    ready();
    dispatch("MESSAGE_CREATE", message(100));
    const auto reaction = [](std::uint64_t by, bool burst, const json& emoji) {
        return json{{"user_id", std::to_string(by)},
                    {"channel_id", "20"},
                    {"message_id", "100"},
                    {"guild_id", "10"},
                    {"emoji", emoji},
                    {"burst", burst}};
    };
    const json heart = {{"id", nullptr}, {"name", "h"}};
    const json own = {{"id", "50"}, {"name", "smile"}};
    dispatch("MESSAGE_REACTION_ADD", reaction(5, false, heart));
    dispatch("MESSAGE_REACTION_ADD", reaction(kSelf, false, heart));
    dispatch("MESSAGE_REACTION_ADD", reaction(6, true, heart));
    dispatch("MESSAGE_REACTION_ADD", reaction(6, false, own));
    json list = cached(Kind::message, 20, 100)["reactions"];
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0]["count"], 3);
    EXPECT_EQ(list[0]["count_details"], (json{{"burst", 1}, {"normal", 2}}));
    EXPECT_EQ(list[0]["me"], true);
    EXPECT_EQ(list[0]["me_burst"], false);
    EXPECT_EQ(list[1]["me"], false);
    dispatch("MESSAGE_REACTION_REMOVE", reaction(kSelf, false, heart));
    list = cached(Kind::message, 20, 100)["reactions"];
    EXPECT_EQ(list[0]["count"], 2);
    EXPECT_EQ(list[0]["me"], false);
    // The name of an emoji that is deleted comes as null.
    dispatch("MESSAGE_REACTION_REMOVE", reaction(6, false, {{"id", "50"}, {"name", nullptr}}));
    EXPECT_EQ(cached(Kind::message, 20, 100)["reactions"].size(), 1U);
    dispatch("MESSAGE_REACTION_REMOVE_EMOJI",
             {{"channel_id", "20"}, {"message_id", "100"}, {"emoji", heart}});
    EXPECT_EQ(cached(Kind::message, 20, 100)["reactions"], json::array());
    dispatch("MESSAGE_REACTION_ADD", reaction(5, false, own));
    dispatch("MESSAGE_REACTION_REMOVE_ALL", {{"channel_id", "20"}, {"message_id", "100"}});
    EXPECT_EQ(cached(Kind::message, 20, 100)["reactions"], json::array());
}

TEST_F(CacheCases, D22_votes_are_counted_for_each_answer) {
    always({Kind::message});
    ready();
    json poll = message(100);
    poll["poll"] = {{"question", {{"text", "q"}}},
                    {"allow_multiselect", true},
                    {"results", {{"is_finalized", false}, {"answer_counts", json::array()}}}};
    dispatch("MESSAGE_CREATE", poll);
    const auto vote = [&](const char* what, std::uint64_t by, int answer) {
        dispatch(std::string("MESSAGE_POLL_VOTE_") + what, {{"user_id", std::to_string(by)},
                                                            {"channel_id", "20"},
                                                            {"message_id", "100"},
                                                            {"answer_id", answer}});
    };
    vote("ADD", 5, 1);
    vote("ADD", 5, 2);
    vote("ADD", kSelf, 2);
    vote("ADD", 6, 2);
    vote("REMOVE", 5, 1);
    json after = cached(Kind::message, 20, 100)["poll"];
    EXPECT_EQ(after["question"]["text"], "q");
    EXPECT_EQ(after["results"]["is_finalized"], false);
    EXPECT_EQ(after["results"]["answer_counts"],
              (json{{{"id", 1}, {"count", 0}, {"me_voted", false}},
                    {{"id", 2}, {"count", 3}, {"me_voted", true}}}));
}

TEST_F(CacheCases, D23_moving_and_leaving_in_voice) {
    subscribe({"voiceStateUpdate"});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    dispatch("VOICE_STATE_UPDATE",
             {{"guild_id", "10"}, {"user_id", "4"}, {"channel_id", "24"}, {"session_id", "s"}});
    EXPECT_EQ(old_of("voiceStateUpdate")["channel_id"], "21");
    dispatch("VOICE_STATE_UPDATE",
             {{"guild_id", "10"}, {"user_id", "4"}, {"channel_id", nullptr}, {"session_id", "s"}});
    EXPECT_EQ(old_of("voiceStateUpdate")["channel_id"], "24");
    EXPECT_EQ(count(Kind::voice_state, 10), 0U);
    dispatch("VOICE_STATE_UPDATE",
             {{"guild_id", "10"}, {"user_id", "4"}, {"channel_id", "21"}, {"session_id", "s"}});
    EXPECT_TRUE(old_of("voiceStateUpdate").is_null()) << "was in no channel";
}

TEST_F(CacheCases, D24_an_update_of_a_guild_keeps_what_it_does_not_carry) {
    subscribe({"guildUpdate"});
    always({Kind::guild, Kind::member, Kind::user, Kind::channel, Kind::presence});
    ready({"10"});
    dispatch("GUILD_CREATE", guild());
    dispatch("GUILD_UPDATE", {{"id", "10"}, {"name", "renamed"}, {"roles", json::array()}});
    EXPECT_EQ(old_of("guildUpdate")["name"], "guild");
    json now = cached(Kind::guild, 0, 10);
    EXPECT_EQ(now["name"], "renamed");
    EXPECT_EQ(now["member_count"], 3);
    EXPECT_FALSE(now.contains("roles")) << "they have a place of their own";
    EXPECT_EQ(count(Kind::member, 10), 3U);
    EXPECT_EQ(count(Kind::channel, 10), 3U);
    EXPECT_EQ(count(Kind::presence, 10), 1U);
}

TEST_F(CacheCases, D25_the_messages_of_a_channel_are_bounded) {
    always({Kind::message});
    for (std::uint64_t id = 1; id <= 3'000; ++id) {
        dispatch("MESSAGE_CREATE", message(id));
    }
    EXPECT_EQ(count(Kind::message, 20), options_.limits.channel_messages);
    EXPECT_FALSE(cached(Kind::message, 20, 3'000).is_null());
}

TEST_F(CacheCases, D26_a_content_that_is_withheld_is_no_edit) {
    always({Kind::message});
    dispatch("MESSAGE_CREATE", message(100));
    json change = message(100);
    change["content"] = "";
    change["flags"] = 4;
    dispatch("MESSAGE_UPDATE", change);
    EXPECT_EQ(cached(Kind::message, 20, 100)["content"], "text 100");
    EXPECT_EQ(cached(Kind::message, 20, 100)["flags"], 4);
    change["edited_timestamp"] = "2026-01-02T00:00:00.000000+00:00";
    dispatch("MESSAGE_UPDATE", change);
    EXPECT_EQ(cached(Kind::message, 20, 100)["content"], "");
}

TEST_F(CacheCases, D27_an_interaction_from_elsewhere_is_told_and_not_kept) {
    always({Kind::member, Kind::user});
    subscribe({"interactionCreate"});
    ready({"10"});
    dispatch("INTERACTION_CREATE", {{"id", "1"},
                                    {"type", 2},
                                    {"guild_id", "99"},
                                    {"token", "t"},
                                    {"member", member(7)},
                                    {"data", {{"id", "3"}, {"name", "ping"}}}});
    EXPECT_EQ(names(), Names{"interactionCreate"});
    EXPECT_EQ(count(Kind::member, 99), 0U);
    json here = member(7);
    here["permissions"] = "8";
    dispatch("INTERACTION_CREATE", {{"id", "2"},
                                    {"type", 2},
                                    {"guild_id", "10"},
                                    {"token", "t"},
                                    {"member", here},
                                    {"data", {{"id", "3"}, {"name", "ping"}}}});
    EXPECT_FALSE(cached(Kind::member, 10, 7).is_null());
    EXPECT_FALSE(cached(Kind::member, 10, 7).contains("permissions")) << "of one channel only";
}

TEST_F(CacheCases, D28_whatever_comes_twice_is_there_once) {
    options_.kinds.fill(CacheOptions::Keep::always);
    open();
    ready({"10"});
    const auto twice = [&](const char* name, const json& data, Kind kind, std::uint64_t owner) {
        dispatch(name, data);
        const auto before = count(kind, owner);
        const auto bytes = stats(kind).bytes;
        dispatch(name, data);
        EXPECT_EQ(count(kind, owner), before) << name;
        EXPECT_EQ(stats(kind).bytes, bytes) << name;
        EXPECT_GE(before, 1U) << name;
    };
    twice("GUILD_CREATE", guild(), Kind::channel, 10);
    twice("CHANNEL_CREATE", {{"id", "23"}, {"guild_id", "10"}, {"type", 0}}, Kind::channel, 10);
    twice("GUILD_ROLE_CREATE", {{"guild_id", "10"}, {"role", {{"id", "33"}}}}, Kind::role, 10);
    twice("MESSAGE_CREATE", message(100), Kind::message, 20);
    twice("THREAD_CREATE", {{"id", "45"}, {"guild_id", "10"}, {"parent_id", "20"}}, Kind::thread,
          10);
    twice("INVITE_CREATE", {{"code", "abc"}, {"guild_id", "10"}, {"channel_id", "20"}},
          Kind::invite, 10);
    twice("STAGE_INSTANCE_CREATE", {{"id", "80"}, {"guild_id", "10"}}, Kind::stage_instance, 10);
    twice("GUILD_SCHEDULED_EVENT_CREATE", {{"id", "61"}, {"guild_id", "10"}}, Kind::scheduled_event,
          10);
    twice("AUTO_MODERATION_RULE_CREATE", {{"id", "81"}, {"guild_id", "10"}}, Kind::automod_rule,
          10);
    twice("ENTITLEMENT_CREATE", {{"id", "82"}, {"guild_id", "10"}}, Kind::entitlement, 0);
    twice("SUBSCRIPTION_CREATE", {{"id", "83"}}, Kind::subscription, 0);
    twice("INTEGRATION_CREATE", {{"id", "84"}, {"guild_id", "10"}}, Kind::integration, 10);
    twice("GUILD_SOUNDBOARD_SOUND_CREATE", {{"sound_id", "71"}, {"guild_id", "10"}},
          Kind::soundboard_sound, 10);
}

}  // namespace
}  // namespace rookery::discord
