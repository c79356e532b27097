#include "unit/sim/sim_fixture.hpp"

namespace rookery::sim::testing {
namespace {

class Faults : public SimTest {};

TEST_F(Faults, close_carries_the_wanted_code) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    fault({{"kind", "close"}, {"code", 4'008}});
    EXPECT_EQ(client.close_code(), 4008);
}

TEST_F(Faults, reset_ends_without_a_close_frame) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    fault({{"kind", "reset"}});
    EXPECT_EQ(client.close_code(), 1006);
}

TEST_F(Faults, frozen_connection_goes_on_after_thawing) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    (void)client.until("GUILD_CREATE");
    fault({{"kind", "freeze"}});
    client.send({{"op", 1}, {"d", nullptr}});
    EXPECT_TRUE(client.next(milliseconds{100}).is_null());
    fault({{"kind", "thaw"}});
    EXPECT_FALSE(client.until_op(11).is_null());
}

TEST_F(Faults, dropped_acks_stay_away) {
    start();
    WireGateway client(gateway());
    (void)client.until_op(10);
    fault({{"kind", "drop_acks"}});
    client.send({{"op", 1}, {"d", nullptr}});
    EXPECT_TRUE(client.until_op(11, milliseconds{100}).is_null());
}

struct OneFrame {
    const char* kind;
    int op;
};

class FaultFrames : public Faults, public ::testing::WithParamInterface<OneFrame> {};

TEST_P(FaultFrames, opcode_arrives) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    fault({{"kind", GetParam().kind}});
    EXPECT_FALSE(client.until_op(GetParam().op).is_null());
}

INSTANTIATE_TEST_SUITE_P(All, FaultFrames,
                         ::testing::Values(OneFrame{"heartbeat_request", 1},
                                           OneFrame{"reconnect", 7}, OneFrame{"invalid_session", 9},
                                           OneFrame{"unknown_opcode", 99}),
                         [](const auto& test) { return std::string(test.param.kind); });

TEST_F(Faults, malformed_frame_is_no_json) {
    start();
    WireGateway client(gateway());
    (void)client.until_op(10);
    fault({{"kind", "malformed"}});
    const auto text = client.next_text();
    ASSERT_TRUE(text);
    EXPECT_TRUE(Json::parse(*text, nullptr, false).is_discarded());
}

TEST_F(Faults, gap_skips_a_number) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    (void)client.until("GUILD_CREATE");
    const auto before = client.seq();
    fault({{"kind", "gap"}});
    fault({{"kind", "unknown_event"}});
    EXPECT_EQ(client.until("QUANTUM_FLUX_CREATE")["s"], before + 2);
}

TEST_F(Faults, duplicate_sends_the_same_number_twice) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    (void)client.until("GUILD_CREATE");
    fault({{"kind", "duplicate"}});
    fault({{"kind", "unknown_event"}});
    const auto first = client.next();
    EXPECT_EQ(client.next()["s"], first["s"]);
}

TEST_F(Faults, corrupted_stream_cannot_be_inflated) {
    start();
    WireGateway client(gateway(), "/?v=10&encoding=json&compress=zlib-stream");
    ASSERT_FALSE(client.login().is_null());
    (void)client.until("GUILD_CREATE");
    fault({{"kind", "corrupt_zlib"}});
    fault({{"kind", "unknown_event"}});
    EXPECT_EQ(client.next_text(), "inflate error");
}

TEST_F(Faults, resume_host_can_refuse) {
    start();
    fault({{"kind", "refuse_resume_host"}});
    EXPECT_FALSE(WireGateway(addresses().resume_url).connected());
    EXPECT_TRUE(WireGateway(gateway()).connected());
}

TEST_F(Faults, expired_session_cannot_be_resumed) {
    start();
    WireGateway client(gateway());
    const auto ready = client.login();
    fault({{"kind", "expire_sessions"}});
    EXPECT_EQ(client.close_code(), 4009);
    WireGateway again(gateway());
    again.resume(ready["session_id"], 1);
    EXPECT_FALSE(again.until_op(9).is_null());
}

TEST_F(Faults, revoked_token_is_refused_everywhere) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    fault({{"kind", "revoke_token"}});
    EXPECT_EQ(client.close_code(), 4004);
    EXPECT_EQ(rest("GET", "/users/@me").status, 401);
}

TEST_F(Faults, identify_can_be_refused_once) {
    start();
    fault({{"kind", "identify_close"}, {"code", 4'014}});
    WireGateway client(gateway());
    EXPECT_TRUE(client.login().is_null());
    EXPECT_EQ(client.close_code(), 4014);
    WireGateway again(gateway());
    EXPECT_FALSE(again.login().is_null());
}

TEST_F(Faults, rest_answers_429_of_the_wanted_class) {
    start();
    fault({{"kind", "rest_429"}, {"class", "global"}, {"retry_after", 0.25}});
    const auto reply = rest("GET", "/users/@me");
    EXPECT_EQ(reply.status, 429);
    EXPECT_EQ(reply.body["global"], true);
    EXPECT_EQ(reply.headers.at("x-ratelimit-global"), "true");
    EXPECT_EQ(reply.body["retry_after"], 0.25);
    EXPECT_EQ(rest("GET", "/users/@me").status, 200);
}

TEST_F(Faults, rest_answers_html_when_the_edge_bans) {
    start();
    fault({{"kind", "rest_429"}, {"class", "html"}});
    const auto reply = rest("GET", "/users/@me");
    EXPECT_EQ(reply.status, 429);
    EXPECT_NE(reply.text.find("1015"), std::string::npos);
    EXPECT_FALSE(reply.headers.contains("x-ratelimit-scope"));
}

TEST_F(Faults, rest_answer_can_break_off) {
    start();
    fault({{"kind", "rest_cut"}});
    EXPECT_EQ(rest("GET", "/users/@me").status, 0);
    EXPECT_EQ(rest("GET", "/users/@me").status, 200);
}

}  // namespace
}  // namespace rookery::sim::testing
