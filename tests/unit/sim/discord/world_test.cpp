#include "sim/discord/world.hpp"

#include "support/fake_clock.hpp"

#include <gtest/gtest.h>

namespace rookery::sim::discord {
namespace {

TEST(World, ids_of_the_community_do_not_depend_on_the_number_of_bots) {
    const rookery::testing::FakeClock clock;
    Options one;
    Options two;
    two.tokens.emplace_back("sim.token.another");
    World first(one, clock);
    World second(two, clock);
    EXPECT_EQ(first.channel_named("welcome")->id, second.channel_named("welcome")->id);
    EXPECT_EQ(first.user_named("alice")->id, second.user_named("alice")->id);
    EXPECT_EQ(second.bots().size(), 2);
    EXPECT_TRUE(second.guild_named("")->members.contains(second.bots()[1].user));
}

TEST(World, channels_are_found_with_and_without_the_hash) {
    const rookery::testing::FakeClock clock;
    World world(Options{}, clock);
    const auto* general = world.channel_named("#general");
    ASSERT_NE(general, nullptr);
    EXPECT_EQ(world.channel_named("general"), general);
    EXPECT_EQ(world.channel_named(id_text(general->id)), general);
    EXPECT_EQ(world.channel_named("nowhere"), nullptr);
}

TEST(World, ids_of_messages_grow_within_one_millisecond) {
    const rookery::testing::FakeClock clock;
    World world(Options{}, clock);
    const auto first = world.next_id();
    EXPECT_GT(world.next_id(), first);
}

TEST(World, what_people_may_follows_from_their_roles_and_the_channel) {
    constexpr std::uint64_t kView = 1U << 10U;
    constexpr std::uint64_t kSend = 1U << 11U;
    constexpr std::uint64_t kManageMessages = 1U << 13U;
    const rookery::testing::FakeClock clock;
    World world(Options{}, clock);
    auto& guild = *world.guild_named("");
    auto& channel = *world.channel_named("general");
    const auto may = [&](const char* who, std::uint64_t bits) {
        return (world.permissions(guild, world.user_named(who)->id, &channel) & bits) == bits;
    };
    EXPECT_TRUE(may("alice", kEveryPermission)) << "the owner";
    EXPECT_TRUE(may("bob", kManageMessages)) << "a moderator";
    EXPECT_TRUE(may("carol", kSend));
    EXPECT_FALSE(may("carol", kManageMessages));

    const auto carol = id_text(world.user_named("carol")->id);
    channel.more["permission_overwrites"] = {
        {{"id", carol}, {"type", 1}, {"allow", std::to_string(kView)}, {"deny", "0"}},
        {{"id", id_text(guild.id)}, {"type", 0}, {"allow", "0"}, {"deny", std::to_string(kView)}}};
    EXPECT_EQ(world.permissions(guild, world.user_named("bob")->id, &channel), 0U);
    EXPECT_TRUE(may("carol", kView | kSend));
    EXPECT_TRUE(may("alice", kEveryPermission));
    EXPECT_EQ(world.permissions(guild, world.next_id(), &channel), 0U) << "no member";
}

TEST(World, only_the_newest_messages_are_kept) {
    const rookery::testing::FakeClock clock;
    World world(Options{}, clock);
    auto& channel = *world.channel_named("general");
    for (int i = 0; i < 400; ++i) {
        Message message;
        message.id = world.next_id();
        message.channel = channel.id;
        world.add_message(std::move(message));
    }
    EXPECT_EQ(channel.messages.size(), 300);
    EXPECT_EQ(channel.last_message, channel.messages.back().id);
}

}  // namespace
}  // namespace rookery::sim::discord
