#include "server/socketio/socket_hub.hpp"

#include "support/socket_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rookery::server {
namespace {

using rookery::testing::SocketWorld;
using rookery::testing::WireClient;
using rookery::testing::WsClient;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class SocketHubTest : public SocketWorld {};

std::string value_of(const std::string& json, const std::string& key) {
    const auto at = json.find("\"" + key + "\":\"") + key.size() + 4;
    return json.substr(at, json.find('"', at) - at);
}

TEST_F(SocketHubTest, websocket_joins_and_gets_its_event_back) {
    serve();
    auto client = websocket();
    client->text("40{\"token\":\"x\"}");
    client->text(R"(42["hi",1.50,"ü"])");
    await(*client, R"(42["hi",1.50,"ü"])");
    EXPECT_THAT(client->frames()[0], StartsWith("0{\"sid\":\""));
    EXPECT_THAT(client->frames()[1], StartsWith("40{\"sid\":\""));
    EXPECT_THAT(echo_->auths, ElementsAre("{\"token\":\"x\"}"));
    EXPECT_NE(value_of(client->frames()[0], "sid"), value_of(client->frames()[1], "sid"));
}

TEST_F(SocketHubTest, polling_joins_and_gets_its_event_back) {
    serve();
    const auto session = open_polling();
    EXPECT_EQ(body_of(ask("POST", session, "40")), "ok");
    EXPECT_THAT(body_of(ask("GET", session)), StartsWith("40{\"sid\":\""));
    EXPECT_EQ(body_of(ask("POST", session,
                          "42[\"a\"]\x1e"
                          "42[\"b\"]")),
              "ok");
    const auto answer = ask("GET", session);
    EXPECT_THAT(answer, HasSubstr("text/plain; charset=UTF-8"));
    EXPECT_THAT(answer, HasSubstr("no-store"));
    EXPECT_EQ(body_of(answer),
              "42[\"a\"]\x1e"
              "42[\"b\"]");
}

TEST_F(SocketHubTest, a_poll_waits_for_something_to_say) {
    serve();
    const auto session = open_polling();
    static_cast<void>(ask("POST", session, "40"));
    static_cast<void>(ask("GET", session));
    WireClient poll(io_, port_);
    poll.send(request("GET", session));
    static_cast<void>(ask("POST", session, "42[\"now\"]"));
    run_until([&] { return poll.ended; });
    EXPECT_EQ(body_of(poll.in), "42[\"now\"]");
}

TEST_F(SocketHubTest, at_most_16_packets_in_one_poll) {
    serve();
    const auto session = open_polling();
    static_cast<void>(ask("POST", session, "40"));
    static_cast<void>(ask("GET", session));
    for (int i = 0; i < 20; ++i) {
        hub_->broadcast("/", {}, "n", {"[]", {}});
    }
    const auto first = body_of(ask("GET", session));
    EXPECT_EQ(std::ranges::count(first, '\x1e'), 15);
    EXPECT_EQ(std::ranges::count(body_of(ask("GET", session)), '\x1e'), 3);
}

TEST_F(SocketHubTest, polling_changes_to_a_websocket_and_loses_nothing) {
    serve();
    const auto session = open_polling();
    static_cast<void>(ask("POST", session, "40"));
    static_cast<void>(ask("GET", session));
    WireClient poll(io_, port_);
    poll.send(request("GET", session));
    auto client = websocket(session.substr(session.find("&sid")));
    client->text("2probe");
    await(*client, "3probe");
    run_until([&] { return poll.ended; });
    EXPECT_EQ(body_of(poll.in), "6");
    hub_->broadcast("/", {}, "meanwhile", {"[]", {}});
    client->text("5");
    await(*client, "42[\"meanwhile\"]");
    EXPECT_EQ(hub_->stats().sessions.websocket, 1U);
    EXPECT_THAT(ask("GET", session), HasSubstr("{\"code\":3,\"message\":\"Bad request\"}"));
}

TEST_F(SocketHubTest, a_probe_that_leaves_does_no_harm) {
    serve();
    const auto session = open_polling();
    {
        auto client = websocket(session.substr(session.find("&sid")));
        client->text("2probe");
        await(*client, "3probe");
    }
    EXPECT_EQ(body_of(ask("POST", session, "40")), "ok");
    EXPECT_THAT(body_of(ask("GET", session)), HasSubstr("40{\"sid\":\""));
}

TEST_F(SocketHubTest, a_client_that_leaves_in_a_poll_is_gone) {
    serve();
    const auto session = open_polling();
    static_cast<void>(ask("POST", session, "40"));
    static_cast<void>(ask("GET", session));
    WireClient poll(io_, port_);
    poll.send(request("GET", session));
    run_until([&] { return http_.connections() == 1; });
    poll.close();
    run_until([&] { return echo_->reasons.size() == 1; });
    EXPECT_THAT(ask("GET", session), HasSubstr("Session ID unknown"));
}

TEST_F(SocketHubTest, a_body_that_is_too_large_is_refused_and_the_session_lives) {
    config::SocketIoSection section;
    section.max_payload = 1000;
    serve(section);
    const auto session = open_polling();
    EXPECT_THAT(ask("POST", session, std::string(1001, 'x')), StartsWith("HTTP/1.1 413"));
    EXPECT_EQ(body_of(ask("POST", session, "40")), "ok");
    EXPECT_THAT(echo_->sockets, SizeIs(1));
}

TEST_F(SocketHubTest, refusal_reaches_the_client) {
    serve();
    echo_->admission = Admission::refuse("Invalid or missing API key", "{\"code\":\"X\"}");
    auto client = websocket();
    client->text("40");
    await(*client, R"(44{"message":"Invalid or missing API key","data":{"code":"X"}})");
    EXPECT_EQ(hub_->stats().sockets, 0U);
}

TEST_F(SocketHubTest, a_decision_after_the_client_left_is_nobodys) {
    serve();
    echo_->later = true;
    auto client = websocket();
    client->text("40");
    run_until([&] { return echo_->decisions.size() == 1; });
    client.reset();
    run_until([&] { return hub_->stats().sessions.websocket == 0; });
    echo_->decisions[0](Admission::accept());
    EXPECT_EQ(hub_->stats().sockets, 0U);
    EXPECT_THAT(echo_->reasons, SizeIs(0));
}

TEST_F(SocketHubTest, acknowledgements_go_both_ways) {
    serve();
    auto client = member();
    client->text(R"(4212["ask",{"a":1}])");
    await(*client, R"(4312[{"a":1}])");
    std::string got;
    hub_->emit_with_ack(echo_->sockets[0], "say", {"[1]", {}}, Millis{10'000},
                        [&](Result<Arguments> answer) { got = answer ? answer->json : "error"; });
    await(*client, R"(420["say",1])");
    client->text(R"(430["yes"])");
    run_until([&] { return !got.empty(); });
    EXPECT_EQ(got, "[\"yes\"]");
}

TEST_F(SocketHubTest, an_acknowledgement_that_never_comes_times_out) {
    serve();
    auto client = member();
    std::optional<ErrorKind> got;
    hub_->emit_with_ack(echo_->sockets[0], "say", {}, Millis{20}, [&](Result<Arguments> answer) {
        got = answer ? std::nullopt : std::optional(answer.error().kind());
    });
    run_until([&] { return got.has_value(); });
    EXPECT_EQ(*got, ErrorKind::timeout);
}

TEST_F(SocketHubTest, binary_goes_through_untouched) {
    serve();
    auto client = member();
    client->text(R"(451-["bin",{"_placeholder":true,"num":0}])");
    client->frame(WsClient::Opcode::binary, std::string("\0\xff", 2));
    await(*client, "bin:" + std::string("\0\xff", 2));
    EXPECT_TRUE(client->has(R"(451-["bin",{"_placeholder":true,"num":0}])"));
}

TEST_F(SocketHubTest, a_broadcast_goes_to_each_in_the_rooms_once) {
    serve();
    auto a = member();
    auto b = member();
    auto c = member();
    const auto ids = echo_->sockets;
    ASSERT_TRUE(hub_->join(ids[0], "x"));
    ASSERT_TRUE(hub_->join(ids[0], "y"));
    ASSERT_TRUE(hub_->join(ids[1], "y"));
    const std::vector<std::string> rooms{"x", "y"};
    EXPECT_EQ(hub_->broadcast("/", rooms, "one", {"[1]", {}}), 2U);
    EXPECT_EQ(hub_->broadcast("/", {}, "two", {}, std::span(&ids[0], 1)), 2U);
    EXPECT_EQ(hub_->broadcast("/", {}, "end", {}), 3U);
    await(*a, "42[\"end\"]");
    await(*b, "42[\"end\"]");
    await(*c, "42[\"end\"]");
    EXPECT_EQ(std::ranges::count(a->frames(), "42[\"one\",1]"), 1);
    EXPECT_FALSE(a->has("42[\"two\"]"));
    EXPECT_FALSE(c->has("42[\"one\",1]"));
    EXPECT_TRUE(c->has("42[\"two\"]"));
}

TEST_F(SocketHubTest, what_is_said_in_one_turn_leaves_in_one_write) {
    serve();
    auto client = member();
    const auto before = channels_->stats().writes;
    for (int i = 0; i < 10; ++i) {
        hub_->broadcast("/", {}, "n", {"[" + std::to_string(i) + "]", {}});
    }
    await(*client, "42[\"n\",9]");
    EXPECT_EQ(channels_->stats().writes, before + 1);
}

TEST_F(SocketHubTest, rooms_are_counted) {
    serve();
    auto client = member();
    const auto id = echo_->sockets[0];
    for (const auto* room : {"a", "b", "c", "a"}) {
        ASSERT_TRUE(hub_->join(id, room));
    }
    EXPECT_EQ(hub_->join(id, "d").error().kind(), ErrorKind::limit);
    hub_->leave(id, "b");
    EXPECT_TRUE(hub_->join(id, "d"));
    EXPECT_THAT(hub_->rooms(id), ::testing::UnorderedElementsAre("a", "c", "d"));
}

TEST_F(SocketHubTest, one_that_does_not_read_is_sent_away_and_the_others_get_all) {
    config::SocketIoSection section;
    section.buffer_bytes = 100'000;
    serve(section);
    auto stuck = member();
    auto good = member();
    stuck->stall();
    const Arguments big{"[\"" + std::string(20'000, 'x') + "\"]", {}};
    int sent = 0;
    while (echo_->reasons.empty() && sent < 3000) {
        hub_->broadcast("/", {}, "big", big);
        ++sent;
        io_.poll();
        io_.restart();
    }
    EXPECT_THAT(echo_->reasons, ElementsAre("slow consumer"));
    hub_->broadcast("/", {}, "end", {});
    await(*good, "42[\"end\"]");
    EXPECT_THAT(good->frames(), SizeIs(2 + sent + 1));
    EXPECT_EQ(hub_->stats().sessions.slow_consumers, 1U);
}

TEST_F(SocketHubTest, one_that_does_not_read_misses_events_and_is_told_how_many) {
    config::SocketIoSection section;
    section.buffer_packets = 20;
    section.drop_when_full = true;
    serve(section);
    const auto session = open_polling();  // a poll takes 16, and there is none
    static_cast<void>(ask("POST", session, "40"));
    static_cast<void>(ask("GET", session));
    for (int i = 0; i < 30; ++i) {
        hub_->broadcast("/", {}, "n", {});
    }
    EXPECT_THAT(echo_->reasons, SizeIs(0));
    std::string all;
    for (int i = 0; i < 2; ++i) {
        all += body_of(ask("GET", session)) + '\x1e';
    }
    EXPECT_EQ(hub_->stats().sessions.dropped, 10U);
    EXPECT_THAT(all, HasSubstr("42[\"gap\",{\"dropped\":10}]"));
}

TEST_F(SocketHubTest, a_burst_within_one_turn_is_no_slow_consumer) {
    config::SocketIoSection section;
    section.buffer_packets = 20;
    serve(section);
    auto client = member();
    for (int i = 0; i < 500; ++i) {
        hub_->broadcast("/", {}, "n", {"[" + std::to_string(i) + "]", {}});
    }
    await(*client, "42[\"n\",499]");
    EXPECT_THAT(client->frames(), SizeIs(502));
}

TEST_F(SocketHubTest, silence_ends_a_session) {
    config::SocketIoSection section;
    section.ping_interval = Millis{20};
    section.ping_timeout = Millis{20};
    serve(section);
    auto client = member();
    run_until([&] { return !echo_->reasons.empty(); });
    EXPECT_TRUE(client->has("2"));
    EXPECT_THAT(echo_->reasons, ElementsAre("ping timeout"));
    run_until([&] { return client->ended; });
}

TEST_F(SocketHubTest, a_session_without_a_namespace_ends) {
    config::SocketIoSection section;
    section.connect_timeout = Millis{20};
    serve(section);
    auto client = websocket();
    run_until([&] { return client->ended; });
    EXPECT_THAT(client->frames(), SizeIs(::testing::Ge(1)));
}

TEST_F(SocketHubTest, there_are_only_so_many_clients) {
    config::SocketIoSection section;
    section.most_clients = 1;
    serve(section);
    auto client = member();
    EXPECT_THAT(ask("GET", "&transport=polling"), StartsWith("HTTP/1.1 503"));
    auto other = websocket();
    run_until([&] { return other->in.find("\r\n\r\n") != std::string::npos; });
    EXPECT_THAT(other->in, StartsWith("HTTP/1.1 503"));
    client.reset();
    run_until([&] { return hub_->stats().sessions.websocket == 0; });
    EXPECT_THAT(ask("GET", "&transport=polling"), StartsWith("HTTP/1.1 200"));
}

TEST_F(SocketHubTest, there_are_only_so_many_clients_from_one_address) {
    config::SocketIoSection section;
    section.most_clients_per_address = 1;
    serve(section);
    auto client = member();
    EXPECT_THAT(ask("GET", "&transport=polling"), HasSubstr("TOO_MANY_CLIENTS"));
}

TEST_F(SocketHubTest, frames_against_the_protocol_are_closed_with_their_code) {
    config::SocketIoSection section;
    section.max_payload = 1000;
    serve(section);
    const std::vector<std::pair<std::string, std::string>> cases{
        {std::string("\x81\x02hi", 4), "close:1002"},                // not masked
        {std::string("\xC1\x80\0\0\0\0", 6), "close:1002"},          // reserved bit
        {std::string("\x81\xFE\x03\xE9", 4), "close:1009"},          // 1001 bytes announced
        {std::string("\x81\x82\0\0\0\0\xC3\x28", 8), "close:1007"},  // no UTF-8
        {std::string("\x80\x80\0\0\0\0", 6), "close:1002"},          // a continuation of nothing
        {std::string("\x89\xFE\x00\x7E\0\0\0\0", 8), "close:1002"},  // a ping of 126 bytes
    };
    for (const auto& [wire, expected] : cases) {
        auto client = member();
        client->send(wire);
        await(*client, expected);
        run_until([&] { return client->ended; });
    }
}

TEST_F(SocketHubTest, pings_are_answered_once_a_turn) {
    serve();
    auto client = member();
    std::string wire;
    for (int i = 0; i < 100; ++i) {
        protocol::websocket::encode_frame(WsClient::Opcode::ping, std::to_string(i),
                                          protocol::websocket::MaskKey{}, wire);
    }
    client->send(wire);
    await(*client, "pong:99");
    const auto& frames = client->frames();
    EXPECT_LT(std::ranges::count_if(frames, [](const auto& f) { return f.starts_with("pong:"); }),
              10);
}

TEST_F(SocketHubTest, a_message_in_more_fragments_than_allowed_is_refused) {
    serve({}, {.max_fragments = 4});
    auto client = member();
    client->send(std::string("\x01\x81\0\0\0\0x", 7));
    for (int i = 0; i < 4; ++i) {
        client->send(std::string("\x00\x81\0\0\0\0x", 7));
    }
    await(*client, "close:1009");
}

TEST_F(SocketHubTest, a_message_that_trickles_is_not_waited_for) {
    serve({}, {.message_time = Millis{20}});
    auto client = member();
    client->send(std::string("\x81\xFE\x03\x00\0\0\0\0abc", 11));
    run_until([&] { return client->ended; });
    EXPECT_THAT(echo_->reasons, SizeIs(1));
}

TEST_F(SocketHubTest, bytes_right_behind_the_request_are_not_lost) {
    serve();
    WireClient client(io_, port_);
    std::string wire =
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    protocol::websocket::encode_frame(WsClient::Opcode::text, "40{\"early\":1}",
                                      protocol::websocket::MaskKey{}, wire);
    client.send(wire);
    run_until([&] { return !echo_->auths.empty(); });
    EXPECT_THAT(echo_->auths, ElementsAre("{\"early\":1}"));
}

TEST_F(SocketHubTest, disconnect_tells_the_client_and_ends_the_namespace_alone) {
    serve();
    auto client = member();
    const auto id = echo_->sockets[0];
    hub_->disconnect(id, false);
    EXPECT_THAT(echo_->reasons, ElementsAre("server namespace disconnect"));
    EXPECT_EQ(hub_->who(id), nullptr);
    await(*client, "41");
    EXPECT_FALSE(client->ended);
}

TEST_F(SocketHubTest, disconnect_of_the_whole_connection_ends_it) {
    serve();
    auto client = member();
    hub_->disconnect(echo_->sockets[0], true);
    run_until([&] { return client->ended; });
    EXPECT_TRUE(client->has("41"));
    EXPECT_EQ(hub_->stats().sessions.websocket, 0U);
}

TEST_F(SocketHubTest, a_namespace_that_closes_sends_its_clients_away) {
    serve();
    auto client = member();
    hub_->close("/");
    await(*client, "41");
    EXPECT_FALSE(hub_->has("/"));
    client->text("40");
    await(*client, "44{\"message\":\"Invalid namespace\"}");
}

TEST_F(SocketHubTest, names_of_namespaces_are_checked) {
    serve();
    EXPECT_EQ(hub_->open("/", *echo_, {}).error().kind(), ErrorKind::exists);
    EXPECT_EQ(hub_->open("x", *echo_, {}).error().kind(), ErrorKind::invalid);
    EXPECT_EQ(hub_->open("/a,b", *echo_, {}).error().kind(), ErrorKind::invalid);
}

TEST_F(SocketHubTest, the_end_of_the_server_is_told) {
    serve();
    auto client = member();
    hub_->shut_down();
    EXPECT_THAT(echo_->reasons, ElementsAre("server shutting down"));
    run_until([&] { return client->ended; });
}

class RecoveryTest : public SocketHubTest {
  protected:
    RecoveryTest() {
        config::SocketIoSection section;
        section.recovery = true;
        serve(section);
        echo_->admission = Admission::accept({}, {"r"});
        echo_->admission.recovery = true;
        echo_->admission.identity = "key 1";
    }
    /// Cuts the connection and waits until that is known.
    void cut(std::unique_ptr<WsClient>& client) {
        client.reset();
        const auto before = echo_->reasons.size();
        run_until([&] { return echo_->reasons.size() > before; });
    }
    static std::string claim(const std::string& pid, const std::string& offset) {
        return R"({"pid":")" + pid + R"(","offset":")" + offset + "\"}";
    }
};

TEST_F(RecoveryTest, a_lost_client_takes_up_again_with_what_it_missed) {
    auto client = member();
    const auto pid = value_of(client->frames()[1], "pid");
    const auto sid = value_of(client->frames()[1], "sid");
    const std::string room = "r";
    hub_->broadcast("/", std::span(&room, 1), "n", {"[1]", {}});
    run_until([&] { return client->frames().size() == 3; });
    const auto first = client->frames()[2];
    EXPECT_THAT(first, StartsWith("42[\"n\",1,\""));
    const auto offset = first.substr(10, first.size() - 12);
    cut(client);
    hub_->broadcast("/", std::span(&room, 1), "n", {"[2]", {}});
    client = member(claim(pid, offset));
    EXPECT_THAT(echo_->recovered, ElementsAre(false, true));
    ASSERT_THAT(client->frames(), SizeIs(3));
    EXPECT_THAT(client->frames()[1], StartsWith("42[\"n\",2,\""));
    EXPECT_EQ(value_of(client->frames()[2], "sid"), sid);
    EXPECT_EQ(value_of(client->frames()[2], "pid"), pid) << "the client knows by it";
    EXPECT_THAT(hub_->rooms(echo_->sockets[0]), ElementsAre("r"));
}

TEST_F(RecoveryTest, another_one_cannot_take_it_up) {
    auto client = member();
    const auto pid = value_of(client->frames()[1], "pid");
    cut(client);
    echo_->admission.identity = "key 2";
    client = member(claim(pid, ""));
    EXPECT_THAT(echo_->recovered, ElementsAre(false, false));
}

TEST_F(RecoveryTest, one_that_was_sent_away_cannot_come_back) {
    auto client = member();
    const auto pid = value_of(client->frames()[1], "pid");
    hub_->disconnect(echo_->sockets[0], true);
    run_until([&] { return client->ended; });
    client = member(claim(pid, ""));
    EXPECT_THAT(echo_->recovered, ElementsAre(false, false));
}

TEST_F(RecoveryTest, one_that_did_not_ask_for_it_gets_no_offset) {
    auto with = member();
    echo_->admission.recovery = false;
    auto without = member();
    hub_->broadcast("/", {}, "n", {"[1]", {}});
    await(*without, "42[\"n\",1]");
    run_until([&] { return with->frames().size() == 3; });
    EXPECT_THAT(with->frames()[2], StartsWith("42[\"n\",1,\""));
}

}  // namespace
}  // namespace rookery::server
