#include "unit/sim/revolt/revolt_fixture.hpp"

namespace rookery::sim::testing {
namespace {

class RevoltConnection : public RevoltTest {
  protected:
    std::string plain() { return "/?version=1&format=json"; }
};

TEST_F(RevoltConnection, authenticate_gives_authenticated_then_ready) {
    start();
    WireGateway client(addresses().gateway_url, plain());
    client.send({{"type", "Authenticate"}, {"token", addresses().token}});
    EXPECT_EQ(client.next()["type"], "Authenticated");
    const auto ready = client.next();
    ASSERT_EQ(ready["type"], "Ready");
    EXPECT_EQ(ready["servers"].size(), 1U);
    EXPECT_EQ(ready["channels"].size(), 6U);
    EXPECT_EQ(ready["members"].size(), 1U);
    EXPECT_FALSE(ready.contains("policy_changes")) << "bots never see them";
    EXPECT_FALSE(ready.contains("channel_unreads"));
    bool self = false;
    for (const auto& user : ready["users"]) {
        self = self || (user["relationship"] == "User" && user["online"] == true &&
                        user["username"] == "rookery");
    }
    EXPECT_TRUE(self);
}

TEST_F(RevoltConnection, a_token_in_the_address_logs_in) {
    start();
    EXPECT_TRUE(login()->connected());
}

TEST_F(RevoltConnection, ready_has_the_chosen_fields_only) {
    start();
    WireGateway client(addresses().gateway_url,
                       plain() + "&token=" + addresses().token + "&ready=users&ready=channels");
    const auto ready = until(client, "Ready");
    EXPECT_EQ(ready.size(), 3U) << ready.dump();
    EXPECT_TRUE(ready.contains("users") && ready.contains("channels"));
}

TEST_F(RevoltConnection, what_comes_before_authenticate_is_ignored) {
    start();
    WireGateway client(addresses().gateway_url, plain());
    client.send({{"type", "Ping"}, {"data", 1}});
    client.send_text("junk");
    client.send({{"type", "Authenticate"}, {"token", addresses().token}});
    EXPECT_EQ(client.next()["type"], "Authenticated");
    EXPECT_TRUE(violated("before_authenticated"));
    EXPECT_TRUE(violated("undecodable_frame"));
}

TEST_F(RevoltConnection, a_bad_token_gets_an_error_and_no_close_frame) {
    start();
    WireGateway client(addresses().gateway_url, plain() + "&token=nobody");
    const auto error = client.next();
    EXPECT_EQ(error["type"], "Error");
    EXPECT_EQ(error["data"]["type"], "InvalidSession");
    EXPECT_TRUE(error["data"].contains("location"));
    EXPECT_EQ(client.close_code(), 1006U);
}

TEST_F(RevoltConnection, trying_a_refused_token_again_is_a_violation) {
    start();
    for (int i = 0; i < 2; ++i) {
        WireGateway client(addresses().gateway_url, plain() + "&token=nobody");
        EXPECT_EQ(client.close_code(), 1006U);
    }
    EXPECT_TRUE(violated("login_with_refused_token"));
}

TEST_F(RevoltConnection, the_old_shape_of_errors_can_be_switched_on) {
    start();
    fault({{"kind", "old_errors"}});
    WireGateway client(addresses().gateway_url, plain() + "&token=nobody");
    EXPECT_EQ(client.next(), (Json{{"type", "Error"}, {"error", "InvalidSession"}}));
}

TEST_F(RevoltConnection, ping_is_answered_with_its_number_or_bytes) {
    start();
    const auto client = login();
    client->send({{"type", "Ping"}, {"data", 1'700'000'000'000}});
    EXPECT_EQ(until(*client, "Pong")["data"], 1'700'000'000'000);
    client->send({{"type", "Ping"}, {"data", {1, 2, 255}}});
    EXPECT_EQ(until(*client, "Pong")["data"], Json({1, 2, 255}));
}

TEST_F(RevoltConnection, other_pings_get_no_answer) {
    start();
    const auto client = login();
    for (const auto& data : {Json("text"), Json(-1), Json(1.5)}) {
        client->send({{"type", "Ping"}, {"data", data}});
    }
    client->send({{"type", "Ping"}, {"data", 1}, {"responded", 0}});
    client->send({{"type", "Ping"}, {"data", 9}});
    EXPECT_EQ(until(*client, "Pong")["data"], 9);
    EXPECT_TRUE(violated("bad_ping_data"));
}

TEST_F(RevoltConnection, msgpack_carries_times_as_numbers_in_binary_frames) {
    start();
    WireGateway client(addresses().gateway_url,
                       "/?version=1&format=msgpack&token=" + addresses().token);
    (void)client.next_text();
    const auto text = client.next_text();
    ASSERT_TRUE(text);
    const auto ready = Json::from_msgpack(*text, true, false);
    ASSERT_EQ(ready["type"], "Ready");
    EXPECT_TRUE(ready["members"][0]["joined_at"].is_number_integer());
    EXPECT_GT(ready["members"][0]["joined_at"].get<std::int64_t>(), 1'700'000'000'000);
    const auto ping = Json::to_msgpack({{"type", "Ping"}, {"data", 5}});
    client.send_binary({ping.begin(), ping.end()});
    const auto pong = client.next_text();
    ASSERT_TRUE(pong);
    EXPECT_EQ(Json::from_msgpack(*pong), (Json{{"type", "Pong"}, {"data", 5}}));
}

TEST_F(RevoltConnection, frames_of_the_other_kind_are_dropped) {
    start();
    const auto client = login();
    client->send_binary(R"({"type":"Ping","data":1})");
    client->send({{"type", "Ping"}, {"data", 2}});
    EXPECT_EQ(until(*client, "Pong")["data"], 2);
    EXPECT_TRUE(violated("wrong_frame_kind"));
}

TEST_F(RevoltConnection, typing_is_told_to_the_typist_too) {
    start();
    const auto client = login();
    client->send({{"type", "BeginTyping"}, {"channel", channel()}});
    const auto event = until(*client, "ChannelStartTyping");
    EXPECT_EQ(event["id"], channel());
    EXPECT_EQ(event["user"], look("/_sim/state")["bots"][0]["id"]);
    client->send({{"type", "BeginTyping"}, {"channel", "01ZZZZZZZZZZZZZZZZZZZZZZZZ"}});
    client->send({{"type", "Ping"}, {"data", 2}});
    (void)until(*client, "Pong");
    EXPECT_TRUE(violated("typing_in_unknown_channel"));
}

TEST_F(RevoltConnection, a_revoked_token_is_logged_out_and_refused) {
    start();
    const auto client = login();
    fault({{"kind", "revoke_token"}});
    EXPECT_EQ(until(*client, "Logout")["type"], "Logout");
    (void)client->close_code();
    WireGateway again(addresses().gateway_url, plain() + "&token=" + addresses().token);
    EXPECT_EQ(again.next()["data"]["type"], "InvalidSession");
}

TEST_F(RevoltConnection, who_is_silent_too_long_is_cut_when_a_proxy_is_imitated) {
    start();
    fault({{"kind", "idle_cut"}, {"ms", 30}});
    const auto client = login();
    EXPECT_EQ(client->close_code(), 1006U);
}

TEST_F(RevoltConnection, faults_at_once) {
    start();
    struct Case {
        Json fault;
        const char* event;
    };
    const auto client = login();
    for (const auto& [what, event] :
         {Case{{{"kind", "unknown_event"}}, "QuantumEntangle"},
          Case{{{"kind", "server_ping"}}, "Ping"}, Case{{{"kind", "error"}}, "Error"},
          Case{{{"kind", "unknown_channel"}}, "ChannelStartTyping"}}) {
        fault(what);
        EXPECT_EQ(until(*client, event)["type"], event);
    }
    fault({{"kind", "half_frame"}});
    EXPECT_EQ(client->close_code(), 1006U);
}

TEST_F(RevoltConnection, events_wait_while_muted_and_come_in_a_bulk_in_a_bulk) {
    start();
    const auto client = login();
    fault({{"kind", "mute"}});
    act({{"do", "write"}, {"text", "one"}});
    client->send({{"type", "Ping"}, {"data", 1}});
    EXPECT_EQ(client->next()["type"], "Pong");
    fault({{"kind", "bulk"}});
    fault({{"kind", "mute"}, {"on", false}});
    const auto bulk = client->next();
    ASSERT_EQ(bulk["type"], "Bulk");
    EXPECT_EQ(bulk["v"][0]["type"], "Bulk");
    EXPECT_EQ(bulk["v"][0]["v"][0]["content"], "one");
}

TEST_F(RevoltConnection, a_large_ready_and_fragments_arrive_whole) {
    start();
    fault({{"kind", "big_ready"}, {"bytes", 1'000'000}});
    fault({{"kind", "fragment"}, {"bytes", 100}});
    WireGateway client(addresses().gateway_url, plain() + "&token=" + addresses().token);
    EXPECT_EQ(until(client, "Ready")["noise"].get<std::string>().size(), 1'000'000U);
}

}  // namespace
}  // namespace rookery::sim::testing
