#include "sim/discord/hub.hpp"

#include "support/fake_clock.hpp"

#include <gtest/gtest.h>

namespace rookery::sim::discord {
namespace {

class HubTest : public ::testing::Test {
  protected:
    static Dispatch event(const char* type, Id guild = 0) {
        Dispatch out;
        out.type = type;
        out.guild = guild;
        out.any_of = intents_of(type, guild != 0);
        out.data = std::make_shared<const std::string>("{}");
        return out;
    }
    Session& opened(unsigned shard, unsigned shards) {
        auto& session = hub_.open(1, shard, shards, 0);
        session.ready = true;
        return session;
    }
    Options options_;
    rookery::testing::FakeClock clock_;
    Hub hub_{options_, clock_};
};

TEST_F(HubTest, detached_session_lives_for_its_time) {
    const auto id = hub_.open(1, 0, 1, 0).id;
    hub_.detach(*hub_.find(id), true);
    clock_.advance(options_.session_ttl);
    EXPECT_NE(hub_.find(id), nullptr);
    clock_.advance(Millis{1});
    EXPECT_EQ(hub_.find(id), nullptr);
}

TEST_F(HubTest, ring_forgets_the_oldest) {
    options_.replay_events = 3;
    auto& session = opened(0, 1);
    for (int i = 0; i < 5; ++i) {
        hub_.emit(event("USER_UPDATE"));
    }
    EXPECT_EQ(session.ring.size(), 3);
    EXPECT_EQ(session.ring.front().seq, 3);
    EXPECT_EQ(session.seq, 5);
}

TEST_F(HubTest, held_events_come_in_order_after_release) {
    auto& session = opened(0, 1);
    hub_.hold();
    hub_.emit(event("FIRST"));
    hub_.emit(event("SECOND"));
    EXPECT_TRUE(session.ring.empty());
    hub_.release();
    ASSERT_EQ(session.ring.size(), 2);
    EXPECT_EQ(session.ring.front().event->type, "FIRST");
}

TEST_F(HubTest, event_without_guild_goes_to_shard_zero) {
    auto& zero = opened(0, 2);
    auto& one = opened(1, 2);
    hub_.emit(event("USER_UPDATE"));
    EXPECT_EQ(zero.ring.size(), 1);
    EXPECT_TRUE(one.ring.empty());
}

TEST(EventIntents, families_and_their_exceptions) {
    EXPECT_EQ(intents_of("GUILD_CREATE", true), 1U << 0U);
    EXPECT_EQ(intents_of("GUILD_MEMBER_ADD", true), 1U << 1U);
    EXPECT_EQ(intents_of("GUILD_MEMBERS_CHUNK", true), 0);
    EXPECT_EQ(intents_of("MESSAGE_CREATE", true), 1U << 9U);
    EXPECT_EQ(intents_of("MESSAGE_CREATE", false), 1U << 12U);
    EXPECT_EQ(intents_of("MESSAGE_REACTION_ADD", true), 1U << 10U);
    EXPECT_EQ(intents_of("INTERACTION_CREATE", true), 0);
    EXPECT_EQ(intents_of("SOMETHING_NEW", true), 0);
}

}  // namespace
}  // namespace rookery::sim::discord
