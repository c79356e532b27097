#include "unit/sim/community/platform_fixture.hpp"

#include <thread>

namespace rookery::sim::testing {
namespace {

/// The Engine.IO server as HoloBridge's simulator has it: version 4, polling and websocket.
class Engine : public PlatformTest {
  protected:
    std::string base() { return addresses().gateway_url; }
    WireReply poll(const std::string& query) {
        return call(base(), "GET", "/socket.io/?EIO=4&transport=polling" + query);
    }
    WireReply post(const std::string& sid, const std::string& body) {
        return call(base(), "POST", "/socket.io/?EIO=4&transport=polling&sid=" + sid, body,
                    {{"Content-Type", "text/plain"}});
    }
    std::string open() {
        const auto reply = poll("");
        return Json::parse(reply.text.substr(1))["sid"];
    }
    std::string socket(const std::string& query = "") {
        return "ws" + base().substr(4) + "/socket.io/?EIO=4&transport=websocket" + query;
    }
};

constexpr const char* kLogin = R"(40{"apiKey":"sim.token.rookery-demo"})";

TEST_F(Engine, a_websocket_begins_with_the_open_packet) {
    play("holobridge");
    WireSocket client(socket());
    const auto hello = client.next();
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->front(), '0');
    const auto json = Json::parse(hello->substr(1));
    EXPECT_EQ(json["pingInterval"], 25'000);
    EXPECT_EQ(json["maxPayload"], 1'000'000);
    EXPECT_TRUE(json["upgrades"].empty());
}

TEST_F(Engine, polling_carries_a_session) {
    play("holobridge");
    const auto sid = open();
    EXPECT_EQ(post(sid, kLogin).text, "ok");
    EXPECT_TRUE(poll("&sid=" + sid).text.starts_with("40{"));
    EXPECT_EQ(post(sid, R"(42["subscribe",{"guildIds":[]}])").status, 200U);
    EXPECT_EQ(poll("&sid=" + sid).text, R"(42["subscribed",{"guildIds":[]}])");
}

TEST_F(Engine, a_poll_has_at_most_sixteen_packets) {
    play("holobridge");
    const auto sid = open();
    std::string many = kLogin;
    for (int i = 0; i < 30; ++i) {
        many +=
            "\x1e"
            R"(42["subscribe",{"guildIds":[]}])";
    }
    (void)post(sid, many);
    const auto count = [](const std::string& text) {
        return std::count(text.begin(), text.end(), '\x1e') + 1;
    };
    EXPECT_EQ(count(poll("&sid=" + sid).text), 16);
    EXPECT_EQ(count(poll("&sid=" + sid).text), 15);
}

TEST_F(Engine, a_session_moves_to_a_websocket) {
    play("holobridge");
    const auto sid = open();
    WireSocket client(socket("&sid=" + sid));
    client.send("2probe");
    EXPECT_EQ(client.next(), "3probe");
    EXPECT_EQ(poll("&sid=" + sid).text, "6");  // the client goes over once its last poll ended
    client.send("5");
    client.send(kLogin);
    const auto answer = client.next();
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->starts_with("40{"));
    EXPECT_EQ(poll("&sid=" + sid).status, 400U);
}

TEST_F(Engine, requests_that_are_none_get_the_codes_of_the_reference) {
    play("holobridge");
    const auto code = [&](const std::string& query) {
        return call(base(), "GET", "/socket.io/?" + query).body.value("code", -1);
    };
    EXPECT_EQ(code("EIO=4"), 0);
    EXPECT_EQ(code("EIO=4&transport=polling&sid=nobody"), 1);
    EXPECT_EQ(code("EIO=4&transport=websocket"), 3);
    EXPECT_EQ(code("EIO=3&transport=polling"), 5);
    WireSocket old("ws" + base().substr(4) + "/socket.io/?EIO=3&transport=websocket");
    EXPECT_EQ(old.status(), 400U);
}

TEST_F(Engine, a_ping_of_the_client_is_against_the_protocol) {
    play("holobridge");
    WireSocket client(socket());
    (void)client.next();
    client.send("2");
    EXPECT_NE(client.close_code(), 0U);
    EXPECT_TRUE(violated("engine_client_ping"));
}

TEST_F(Engine, the_server_pings_and_wants_an_answer) {
    Options options;
    options.heartbeat_interval = Millis{60};
    play("holobridge", options);
    WireSocket client(socket());
    (void)client.next();
    client.send(kLogin);
    (void)client.next();
    EXPECT_EQ(client.next(), "2");
    EXPECT_NE(client.close_code(), 0U);
    EXPECT_TRUE(violated("engine_heartbeat"));
}

TEST_F(Engine, who_joins_nothing_is_closed) {
    Options options;
    options.heartbeat_interval = Millis{30};
    play("holobridge", options);
    WireSocket client(socket());
    (void)client.next();
    for (int i = 0; i < 4 && client.next(); ++i) {
        client.send("3");
    }
    EXPECT_NE(client.close_code(), 0U);
    EXPECT_TRUE(violated("socketio_no_namespace"));
}

TEST_F(Engine, an_unknown_namespace_is_refused_and_the_connection_stays) {
    play("holobridge");
    WireSocket client(socket());
    (void)client.next();
    client.send("40/nope,");
    EXPECT_EQ(client.next(), R"(44/nope,{"message":"Invalid namespace"})");
    client.send(kLogin);
    EXPECT_TRUE(client.next()->starts_with("40{"));
}

TEST_F(Engine, what_is_no_packet_ends_the_connection) {
    play("holobridge");
    for (const auto* text : {"42[\"early\"]", "4", "7", "42", "40[]"}) {
        WireSocket client(socket());
        (void)client.next();
        client.send(text);
        EXPECT_NE(client.close_code(), 0U) << text;
    }
}

}  // namespace
}  // namespace rookery::sim::testing
