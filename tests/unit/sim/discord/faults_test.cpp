#include "unit/sim/discord/sim_fixture.hpp"

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

TEST_F(Faults, muted_session_is_acknowledged_and_told_nothing) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    (void)client.until("GUILD_CREATE");
    fault({{"kind", "mute"}});
    act({{"do", "write"}, {"channel", "general"}, {"text", "silence"}});
    client.send({{"op", 1}, {"d", nullptr}});
    EXPECT_EQ(client.next()["op"], 11);
    fault({{"kind", "mute"}, {"on", false}});
    EXPECT_EQ(client.until("MESSAGE_CREATE")["d"]["content"], "silence");
}

TEST_F(Faults, dropped_event_leaves_a_gap) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    (void)client.until("GUILD_CREATE");
    const auto before = client.seq();
    fault({{"kind", "drop_events"}});
    act({{"do", "write"}, {"channel", "general"}, {"text", "gone"}});
    act({{"do", "write"}, {"channel", "general"}, {"text", "here"}});
    const auto next = client.until("MESSAGE_CREATE");
    EXPECT_EQ(next["d"]["content"], "here");
    EXPECT_EQ(next["s"], before + 2);
}

TEST_F(Faults, reordered_event_comes_behind_its_successor) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    (void)client.until("GUILD_CREATE");
    fault({{"kind", "mute"}});
    fault({{"kind", "reorder"}});
    act({{"do", "write"}, {"channel", "general"}, {"text", "first"}});
    act({{"do", "write"}, {"channel", "general"}, {"text", "second"}});
    fault({{"kind", "mute"}, {"on", false}});
    EXPECT_EQ(client.until("MESSAGE_CREATE")["d"]["content"], "second");
    EXPECT_EQ(client.until("MESSAGE_CREATE")["d"]["content"], "first");
}

TEST_F(Faults, refused_resume_ends_the_session) {
    start();
    WireGateway client(gateway());
    const auto ready = client.login();
    client.drop();
    fault({{"kind", "refuse_resume"}});
    for (int i = 0; i < 2; ++i) {
        WireGateway again(gateway());
        again.resume(ready["session_id"], 1);
        EXPECT_EQ(again.until_op(9)["d"], false);
    }
}

TEST_F(Faults, bricked_session_is_cut_on_resume) {
    start();
    WireGateway client(gateway());
    const auto ready = client.login();
    client.drop();
    fault({{"kind", "brick_resume"}});
    WireGateway again(gateway());
    again.resume(ready["session_id"], 1);
    EXPECT_EQ(again.close_code(), 1006);
}

TEST_F(Faults, connection_closes_behind_ready) {
    start();
    fault({{"kind", "close_after_ready"}, {"code", 4'000}});
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    EXPECT_EQ(client.close_code(), 4000);
}

TEST_F(Faults, refused_upgrade_and_silent_hello) {
    start();
    fault({{"kind", "refuse_upgrade"}});
    EXPECT_FALSE(WireGateway(gateway()).connected());
    fault({{"kind", "silent_hello"}});
    WireGateway silent(gateway());
    EXPECT_TRUE(silent.next(milliseconds{100}).is_null());
    fault({{"kind", "reconnect_hello"}});
    EXPECT_EQ(WireGateway(gateway()).next()["op"], 7);
}

TEST_F(Faults, flood_reaches_the_session) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    (void)client.until("GUILD_CREATE");
    const auto before = client.seq();
    fault({{"kind", "flood"}, {"count", 500}});
    while (client.seq() < before + 500) {
        ASSERT_EQ(client.next()["t"], "TYPING_START");
    }
}

struct LimitClass {
    const char* name;
    const char* scope;  ///< empty: no such header
    bool json;
};

class LimitClasses : public Faults, public ::testing::WithParamInterface<LimitClass> {};

TEST_P(LimitClasses, are_told_by_their_signs) {
    start();
    fault({{"kind", "rest_429"}, {"class", GetParam().name}, {"retry_after", 0.2}});
    const auto reply = rest("GET", "/users/@me");
    EXPECT_EQ(reply.status, 429);
    const auto scope = reply.headers.find("x-ratelimit-scope");
    EXPECT_EQ(scope == reply.headers.end() ? "" : scope->second, GetParam().scope);
    EXPECT_EQ(reply.body.is_object(), GetParam().json);
    EXPECT_EQ(rest("GET", "/users/@me").status, 200);
}

INSTANTIATE_TEST_SUITE_P(
    All, LimitClasses,
    ::testing::Values(LimitClass{"user", "user", true}, LimitClass{"hidden", "user", true},
                      LimitClass{"global", "global", true}, LimitClass{"shared", "shared", true},
                      LimitClass{"html", "", false}, LimitClass{"blocked", "", true}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(Faults, answers_can_be_huge_endless_or_no_json) {
    start();
    fault({{"kind", "rest_not_json"}});
    EXPECT_TRUE(rest("GET", "/users/@me").body.is_discarded());
    fault({{"kind", "rest_error"}, {"status", 502}, {"html", true}});
    EXPECT_TRUE(rest("GET", "/users/@me").text.starts_with("<html>"));
    fault({{"kind", "rest_huge"}, {"bytes", 900'000}});
    EXPECT_GT(rest("GET", "/users/@me").text.size(), 900'000);
    fault({{"kind", "rest_no_headers"}});
    EXPECT_FALSE(rest("GET", "/users/@me").headers.contains("x-ratelimit-limit"));
}

}  // namespace
}  // namespace rookery::sim::testing
