#include "unit/sim/discord/sim_fixture.hpp"

#include <set>

namespace rookery::sim::testing {
namespace {

constexpr std::uint64_t kAll = 53'608'447;
constexpr std::uint64_t kPresences = 1U << 8U;

class GatewayMembers : public SimTest {
  protected:
    void crowd(unsigned members) {
        Options options;
        options.members = members;
        start(std::move(options));
        client_.emplace(gateway());
        ASSERT_FALSE(client_->login().is_null());
    }
    void ask(Json d) {
        d["guild_id"] = guild();
        client_->send({{"op", 8}, {"d", std::move(d)}});
    }
    std::optional<WireGateway> client_;
};

TEST_F(GatewayMembers, crowd_comes_in_chunks_of_a_thousand) {
    crowd(2'500);
    ask({{"query", ""}, {"limit", 0}, {"nonce", "n"}, {"presences", true}});
    std::set<std::string> seen;
    for (int i = 0; i < 3; ++i) {
        const auto chunk = client_->until("GUILD_MEMBERS_CHUNK")["d"];
        EXPECT_EQ(chunk["chunk_index"], i);
        EXPECT_EQ(chunk["chunk_count"], 3);
        EXPECT_EQ(chunk["nonce"], "n");
        EXPECT_LE(chunk["presences"].size(), chunk["members"].size());
        for (const auto& member : chunk["members"]) {
            seen.insert(member["user"]["id"].get<std::string>());
        }
    }
    EXPECT_EQ(seen.size(), 2'500);
}

TEST_F(GatewayMembers, second_request_for_all_is_limited_by_its_nonce) {
    crowd(0);
    const Json all = {{"query", ""}, {"limit", 0}, {"nonce", "second"}};
    ask(all);
    EXPECT_FALSE(client_->until("GUILD_MEMBERS_CHUNK").is_null());
    ask(all);
    const auto limited = client_->until("RATE_LIMITED")["d"];
    EXPECT_EQ(limited["opcode"], 8);
    EXPECT_EQ(limited["meta"]["nonce"], "second");
    EXPECT_GT(limited["retry_after"].get<double>(), 0);
}

TEST_F(GatewayMembers, guild_may_be_named_by_a_number) {
    crowd(0);
    client_->send(
        {{"op", 8}, {"d", {{"guild_id", std::stoull(guild())}, {"query", "bob"}, {"limit", 1}}}});
    EXPECT_EQ(client_->until("GUILD_MEMBERS_CHUNK")["d"]["members"].size(), 1);
}

TEST_F(GatewayMembers, unknown_ids_are_named_small_ones_as_numbers) {
    crowd(0);
    ask({{"user_ids", {"17", "999999999999999999"}}});
    const auto chunk = client_->until("GUILD_MEMBERS_CHUNK")["d"];
    EXPECT_EQ(chunk["not_found"], Json::array({17, "999999999999999999"}));
}

TEST_F(GatewayMembers, prefix_finds_one_of_the_crowd) {
    crowd(500);
    ask({{"query", "member123"}, {"limit", 5}});
    const auto chunk = client_->until("GUILD_MEMBERS_CHUNK")["d"];
    ASSERT_EQ(chunk["members"].size(), 1);
    EXPECT_EQ(chunk["members"][0]["user"]["username"], "member123");
}

TEST_F(GatewayMembers, large_guild_lists_those_who_are_online_or_marked) {
    Options options;
    options.members = 400;
    start(std::move(options));
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto guild = client.until("GUILD_CREATE")["d"];
    EXPECT_EQ(guild["large"], true);
    EXPECT_EQ(guild["member_count"], 400);
    EXPECT_GT(guild["members"].size(), 10);
    EXPECT_LT(guild["members"].size(), 100);
}

TEST_F(GatewayMembers, without_presences_only_the_bot_is_listed) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login(kAll & ~kPresences).is_null());
    EXPECT_EQ(client.until("GUILD_CREATE")["d"]["members"].size(), 1);
}

TEST_F(GatewayMembers, one_of_the_crowd_can_be_kicked) {
    crowd(100);
    act({{"do", "nick"}, {"user", "member7"}, {"nick", "Seven"}});
    EXPECT_EQ(client_->until("GUILD_MEMBER_UPDATE")["d"]["nick"], "Seven");
    act({{"do", "kick"}, {"user", "member7"}});
    EXPECT_EQ(client_->until("GUILD_MEMBER_REMOVE")["d"]["user"]["username"], "member7");
    EXPECT_EQ(
        rest("GET", "/guilds/" + guild() + "?with_counts=true").body["approximate_member_count"],
        99);
}

}  // namespace
}  // namespace rookery::sim::testing
