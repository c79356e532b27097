#include "unit/sim/discord/sim_fixture.hpp"

#include <set>

namespace rookery::sim::testing {
namespace {

constexpr std::uint64_t kAll = 53'608'447;
constexpr std::uint64_t kContent = 1U << 15U;
constexpr std::uint64_t kGuildMessages = 1U << 9U;

class Gateway : public SimTest {
  protected:
    Json write(const std::string& text, const std::string& user = "alice") {
        return act({{"do", "write"}, {"channel", "general"}, {"user", user}, {"text", text}});
    }
};

TEST_F(Gateway, hello_comes_first_with_the_interval) {
    Options options;
    options.heartbeat_interval = Millis{1'234};
    start(std::move(options));
    WireGateway client(gateway());
    const auto hello = client.next();
    EXPECT_EQ(hello["op"], 10);
    EXPECT_EQ(hello["d"]["heartbeat_interval"], 1'234);
}

TEST_F(Gateway, wrong_api_version_is_closed_with_4012) {
    start();
    EXPECT_EQ(WireGateway(gateway(), "/?v=9&encoding=json").close_code(), 4012);
}

TEST_F(Gateway, heartbeat_is_acknowledged) {
    start();
    WireGateway client(gateway());
    client.send({{"op", 1}, {"d", nullptr}});
    EXPECT_FALSE(client.until_op(11).is_null());
    EXPECT_FALSE(violated("heartbeat_sequence"));
}

TEST_F(Gateway, heartbeat_ahead_of_what_was_sent_is_reported) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    client.send({{"op", 1}, {"d", 4'711}});
    EXPECT_FALSE(client.until_op(11).is_null());
    EXPECT_TRUE(violated("heartbeat_sequence"));
}

TEST_F(Gateway, silent_client_is_closed_after_two_intervals) {
    Options options;
    options.heartbeat_interval = Millis{30};
    start(std::move(options));
    WireGateway client(gateway());
    EXPECT_EQ(client.close_code(), 4009);
    EXPECT_TRUE(violated("heartbeat_missing"));
}

struct BadPayload {
    const char* name;
    std::string text;
    unsigned code;
};

class GatewayRefuses : public Gateway, public ::testing::WithParamInterface<BadPayload> {};

std::string identify_with(const Json& changes) {
    auto payload = WireGateway::identify(kAll, "sim.token.rookery-demo");
    payload["d"].update(changes);
    return payload.dump();
}

TEST_P(GatewayRefuses, bad_payload_with_its_close_code) {
    Options options;
    options.privileged_intents = 0;
    start(std::move(options));
    WireGateway client(gateway());
    client.send_text(GetParam().text);
    EXPECT_EQ(client.close_code(), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    All, GatewayRefuses,
    ::testing::Values(
        BadPayload{"broken_json", "{\"op\":", 4002}, BadPayload{"not_an_object", "[]", 4002},
        BadPayload{"oversized", R"({"op":1,"d":")" + std::string(4'100, 'x') + "\"}", 4002},
        BadPayload{"no_opcode", "{}", 4001},
        BadPayload{"unknown_opcode", R"({"op":77,"d":null})", 4001},
        BadPayload{"heartbeat_with_text", R"({"op":1,"d":"five"})", 4001},
        BadPayload{"presence_before_identify", R"({"op":3,"d":{}})", 4003},
        BadPayload{"identify_without_intents",
                   R"({"op":2,"d":{"token":"sim.token.rookery-demo","properties":{}}})", 4001},
        BadPayload{"wrong_token", identify_with({{"token", "nobody"}}), 4004},
        BadPayload{"shard_out_of_range", identify_with({{"shard", {4, 4}}}), 4010},
        BadPayload{"undefined_intent", identify_with({{"intents", 1U << 18U}}), 4013},
        BadPayload{"intent_not_granted", identify_with({{"intents", kContent}}), 4014}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(Gateway, second_identify_is_closed_with_4005) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    client.send(WireGateway::identify(kAll, "sim.token.rookery-demo"));
    EXPECT_EQ(client.close_code(), 4005);
}

TEST_F(Gateway, too_many_payloads_are_closed_with_4008) {
    Options options;
    options.sends_per_minute = 5;
    start(std::move(options));
    WireGateway client(gateway());
    for (int i = 0; i < 6; ++i) {
        client.send({{"op", 1}, {"d", nullptr}});
    }
    EXPECT_EQ(client.close_code(), 4008);
}

TEST_F(Gateway, identify_too_early_is_answered_by_invalid_session) {
    spacing_ = Millis{60'000};
    start();
    WireGateway first(gateway());
    ASSERT_FALSE(first.login().is_null());
    WireGateway second(gateway());
    second.send(WireGateway::identify(kAll, "sim.token.rookery-demo"));
    const auto answer = second.until_op(9);
    ASSERT_FALSE(answer.is_null());
    EXPECT_EQ(answer["d"], false);
}

TEST_F(Gateway, ready_lists_guilds_that_then_arrive) {
    Options options;
    options.guilds = 3;
    start(std::move(options));
    WireGateway client(gateway());
    const auto ready = client.login();
    ASSERT_EQ(ready["guilds"].size(), 3);
    EXPECT_EQ(ready["resume_gateway_url"], addresses().resume_url);
    std::set<std::string> arrived;
    for (int i = 0; i < 3; ++i) {
        arrived.insert(client.until("GUILD_CREATE")["d"]["id"].get<std::string>());
    }
    for (const auto& stub : ready["guilds"]) {
        EXPECT_TRUE(arrived.contains(stub["id"].get<std::string>()));
    }
}

TEST_F(Gateway, without_the_guilds_intent_no_guild_arrives) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login(kGuildMessages).is_null());
    write("first");
    EXPECT_EQ(client.next()["t"], "MESSAGE_CREATE");
}

TEST_F(Gateway, events_of_other_intents_take_no_sequence_number) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login(kGuildMessages).is_null());
    const auto before = client.seq();
    act({{"do", "typing"}, {"channel", "general"}, {"user", "bob"}});
    act({{"do", "presence"}, {"user", "bob"}, {"status", "idle"}});
    write("hello");
    EXPECT_EQ(client.next()["s"], before + 1);
}

TEST_F(Gateway, content_is_hidden_without_its_intent) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login(kAll & ~kContent).is_null());
    write("a secret");
    EXPECT_EQ(client.until("MESSAGE_CREATE")["d"]["content"], "");
}

TEST_F(Gateway, content_is_shown_to_the_bot_that_is_mentioned) {
    start();
    WireGateway client(gateway());
    const auto ready = client.login(kAll & ~kContent);
    const auto text = "hi <@" + ready["user"]["id"].get<std::string>() + ">";
    write(text);
    EXPECT_EQ(client.until("MESSAGE_CREATE")["d"]["content"], text);
}

TEST_F(Gateway, events_go_to_the_shard_of_their_guild) {
    Options options;
    options.guilds = 8;
    start(std::move(options));
    WireGateway client(gateway());
    auto payload = WireGateway::identify(kAll, "sim.token.rookery-demo");
    payload["d"]["shard"] = {1, 2};
    client.send(payload);
    const auto ready = client.until("READY");
    for (const auto& guild : ready["d"]["guilds"]) {
        EXPECT_EQ((std::stoull(guild["id"].get<std::string>()) >> 22U) % 2, 1);
    }
    EXPECT_LT(ready["d"]["guilds"].size(), 8);
}

TEST_F(Gateway, resume_replays_what_was_missed_with_its_numbers) {
    start();
    std::string session;
    std::uint64_t seq = 0;
    {
        WireGateway client(gateway());
        session = client.login()["session_id"];
        (void)client.until("GUILD_CREATE");
        seq = client.seq();
        client.drop();
    }
    write("missed one");
    write("missed two");
    WireGateway again(addresses().resume_url);
    again.resume(session, seq);
    const auto first = again.until("MESSAGE_CREATE");
    EXPECT_EQ(first["d"]["content"], "missed one");
    EXPECT_EQ(first["s"], seq + 1);
    EXPECT_EQ(again.next()["d"]["content"], "missed two");
    EXPECT_EQ(again.next()["t"], "RESUMED");
}

TEST_F(Gateway, resume_with_a_number_ahead_is_closed_with_4007) {
    start();
    WireGateway client(gateway());
    const auto ready = client.login();
    client.close(4000);
    WireGateway again(gateway());
    again.resume(ready["session_id"], 9'999);
    EXPECT_EQ(again.close_code(), 4007);
}

TEST_F(Gateway, resume_of_an_unknown_session_is_invalid) {
    start();
    WireGateway client(gateway());
    client.resume("feedfacefeedface", 1);
    EXPECT_EQ(client.until_op(9)["d"], false);
}

TEST_F(Gateway, close_with_1000_ends_the_session) {
    start();
    WireGateway client(gateway());
    const auto ready = client.login();
    client.close(1000);
    WireGateway again(gateway());
    again.resume(ready["session_id"], 1);
    EXPECT_FALSE(again.until_op(9).is_null());
}

TEST_F(Gateway, close_with_4000_keeps_the_session) {
    start();
    WireGateway client(gateway());
    const auto ready = client.login();
    client.close(4000);
    WireGateway again(gateway());
    again.resume(ready["session_id"], 1);
    EXPECT_FALSE(again.until("RESUMED").is_null());
}

TEST_F(Gateway, second_connection_takes_the_session_over) {
    start();
    WireGateway client(gateway());
    const auto ready = client.login();
    WireGateway again(gateway());
    again.resume(ready["session_id"], 1);
    EXPECT_FALSE(again.until("RESUMED").is_null());
    EXPECT_EQ(client.close_code(), 4009);
}

TEST_F(Gateway, zlib_stream_keeps_one_context) {
    start();
    WireGateway client(gateway(), "/?v=10&encoding=json&compress=zlib-stream");
    ASSERT_FALSE(client.login().is_null());
    for (int i = 0; i < 20; ++i) {
        write("line " + std::to_string(i));
        EXPECT_EQ(client.until("MESSAGE_CREATE")["d"]["content"], "line " + std::to_string(i));
    }
}

TEST_F(Gateway, zlib_payload_can_be_cut_into_many_messages) {
    Options options;
    options.zlib_split = 7;
    start(std::move(options));
    WireGateway client(gateway(), "/?v=10&encoding=json&compress=zlib-stream");
    ASSERT_FALSE(client.login().is_null());
    EXPECT_GT(client.messages(), 20);
}

TEST_F(Gateway, zstd_stream_keeps_one_context) {
    start();
    WireGateway client(gateway(), "/?v=10&encoding=json&compress=zstd-stream");
    ASSERT_FALSE(client.login().is_null());
    for (int i = 0; i < 20; ++i) {
        write("line " + std::to_string(i));
        EXPECT_EQ(client.until("MESSAGE_CREATE")["d"]["content"], "line " + std::to_string(i));
    }
}

TEST_F(Gateway, ready_comes_before_the_presence_of_identify) {
    start();
    WireGateway client(gateway());
    auto payload = WireGateway::identify(kAll, "sim.token.rookery-demo");
    payload["d"]["presence"] = {
        {"status", "idle"}, {"activities", Json::array()}, {"since", nullptr}, {"afk", false}};
    client.send(payload);
    (void)client.until_op(10);
    EXPECT_EQ(client.next()["t"], "READY");
    EXPECT_EQ(client.until("PRESENCE_UPDATE")["d"]["status"], "idle");
}

TEST_F(Gateway, identify_keys_have_their_spacing_each) {
    spacing_ = Millis{60'000};
    Options options;
    options.max_concurrency = 2;
    options.shards = 4;
    start(std::move(options));
    EXPECT_EQ(rest("GET", "/gateway/bot").body["shards"], 4);
    const auto login = [&](unsigned shard) {
        auto client = std::make_unique<WireGateway>(gateway());
        auto payload = WireGateway::identify(kAll, "sim.token.rookery-demo");
        payload["d"]["shard"] = {shard, 4};
        client->send(payload);
        (void)client->until_op(10);
        return client->next()["op"].get<int>();
    };
    EXPECT_EQ(login(0), 0);
    EXPECT_EQ(login(1), 0);
    EXPECT_EQ(login(2), 9);
}

TEST_F(Gateway, spent_budget_takes_the_token_away) {
    Options options;
    options.identify_budget = 1;
    start(std::move(options));
    WireGateway first(gateway());
    ASSERT_FALSE(first.login().is_null());
    EXPECT_EQ(rest("GET", "/gateway/bot").body["session_start_limit"]["remaining"], 0);
    WireGateway second(gateway());
    second.send(WireGateway::identify(kAll, "sim.token.rookery-demo"));
    EXPECT_EQ(second.close_code(), 4004);
    EXPECT_EQ(first.close_code(), 4004);
}

TEST_F(Gateway, sixth_presence_in_twenty_seconds_is_dropped) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    for (int i = 0; i < 6; ++i) {
        client.send({{"op", 3},
                     {"d",
                      {{"status", "dnd"},
                       {"activities", Json::array()},
                       {"since", nullptr},
                       {"afk", false}}}});
    }
    client.send({{"op", 1}, {"d", nullptr}});
    EXPECT_FALSE(client.until_op(11).is_null());
    EXPECT_TRUE(violated("presence_rate"));
}

TEST_F(Gateway, sounds_and_channel_information_are_answered) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    client.send({{"op", 31}, {"d", {{"guild_ids", {guild(), "1"}}}}});
    EXPECT_EQ(client.until("SOUNDBOARD_SOUNDS")["d"]["guild_id"], guild());
    act({{"do", "voice_status"}, {"channel", "Lounge"}, {"status", "music"}});
    client.send({{"op", 43}, {"d", {{"guild_id", guild()}, {"fields", {"status"}}}}});
    EXPECT_EQ(client.until("CHANNEL_INFO")["d"]["channels"][0]["status"], "music");
}

TEST_F(Gateway, direct_message_goes_to_shard_zero) {
    start();
    WireGateway zero(gateway());
    WireGateway one(gateway());
    unsigned shard = 0;
    for (auto* client : {&zero, &one}) {
        auto payload = WireGateway::identify(kAll, "sim.token.rookery-demo");
        payload["d"]["shard"] = {shard++, 2};
        client->send(payload);
        ASSERT_FALSE(client->until("READY").is_null());
    }
    act({{"do", "dm"}, {"user", "alice"}, {"text", "psst"}});
    EXPECT_EQ(zero.until("MESSAGE_CREATE")["d"]["content"], "psst");
    one.send({{"op", 1}, {"d", nullptr}});
    for (auto payload = one.next(); payload["op"] != 11; payload = one.next()) {
        EXPECT_NE(payload["t"], "MESSAGE_CREATE");
    }
}

TEST_F(Gateway, any_event_can_be_sent_as_it_is) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    ASSERT_TRUE(control_->post("/_sim/dispatch", {{"t", "NEW_THING"}, {"d", {{"x", 1}}}}));
    EXPECT_EQ(client.until("NEW_THING")["d"]["x"], 1);
    EXPECT_FALSE(control_->post("/_sim/dispatch", {{"t", "NEW_THING"}, {"d", "text"}}));
}

TEST_F(Gateway, all_members_are_sent_on_request) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    client.send(
        {{"op", 8}, {"d", {{"guild_id", guild()}, {"query", ""}, {"limit", 0}, {"nonce", "n1"}}}});
    const auto chunk = client.until("GUILD_MEMBERS_CHUNK");
    EXPECT_EQ(chunk["d"]["nonce"], "n1");
    EXPECT_GE(chunk["d"]["members"].size(), 9);
}

TEST_F(Gateway, tls_is_announced_and_its_certificate_goes_at_the_end) {
    Options options;
    options.tls = true;
    start(std::move(options));
    EXPECT_TRUE(gateway().starts_with("wss://"));
    const auto ca_file = addresses().ca_file;
    EXPECT_TRUE(std::filesystem::exists(ca_file));
    simulator_.reset();
    EXPECT_FALSE(std::filesystem::exists(ca_file));
}

}  // namespace
}  // namespace rookery::sim::testing
