#include "protocol/socketio/engine_session.hpp"

#include "support/socketio_peer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rookery::protocol::socketio {
namespace {

using test::SocketIoPeer;
using State = EngineSession::State;
using Sent = EngineSession::Sent;
using Overflow = EngineSession::Overflow;
using Transport = SocketIoPeer::Transport;

static_assert(sizeof(EngineSession) + sizeof(Connection) < 1024);

OutPacket message(std::string_view text) { return OutPacket::text(EngineType::message, text); }

/// A client that has polled, upgraded or not, and has joined `/`.
struct Joined : SocketIoPeer {
    explicit Joined(Transport transport = Transport::websocket, EngineOptions options = {})
        : SocketIoPeer(transport, options) {
        if (transport == Transport::polling) {
            EXPECT_EQ(post("40"), 200U);
            EXPECT_EQ(poll(), R"(40{"sid":"sid1"})");
        } else {
            text("40");
        }
        take_written();
        take_told();
    }
};

TEST(EngineSession, a_handshake_by_polling_answers_with_the_open_packet) {
    SocketIoPeer peer(Transport::polling);
    EXPECT_EQ(peer.handshake, R"(0{"sid":"SID","upgrades":["websocket"],"pingInterval":25000,)"
                              R"("pingTimeout":20000,"maxPayload":1000000})");
    EXPECT_EQ(peer.poll(), "wait");
}

TEST(EngineSession, a_handshake_by_websocket_begins_with_the_open_packet) {
    SocketIoPeer peer;
    peer.turn();
    EXPECT_EQ(peer.take_written(), R"(0{"sid":"SID","upgrades":[],"pingInterval":25000,)"
                                   R"("pingTimeout":20000,"maxPayload":1000000})");
}

TEST(EngineSession, a_waiting_poll_takes_what_is_sent_in_a_turn) {
    Joined peer(Transport::polling);
    EXPECT_EQ(peer.poll(), "wait");
    EXPECT_EQ(peer.session.send(message("a")), Sent::queued);
    EXPECT_EQ(peer.session.send(OutPacket::binary("\x01\x02\x03\x04")), Sent::queued);
    peer.turn();
    EXPECT_EQ(peer.take_written(),
              "poll:4a\x1e"
              "bAQIDBA==");
    EXPECT_EQ(peer.poll(), "wait");
}

TEST(EngineSession, a_poll_answer_has_16_packets_at_most) {
    Joined peer(Transport::polling);
    for (int i = 0; i < 40; ++i) {
        (void)peer.session.send(message("x"));
    }
    const auto count = [](const std::string& body) { return std::ranges::count(body, '4'); };
    EXPECT_EQ(count(peer.poll()), 16);
    EXPECT_EQ(count(peer.poll()), 16);
    EXPECT_EQ(count(peer.poll()), 8);
    EXPECT_EQ(peer.poll(), "wait");
}

TEST(EngineSession, a_poll_answer_has_max_payload_bytes_at_most_but_one_packet) {
    EngineOptions options;
    options.max_payload = 100;
    Joined peer(Transport::polling, options);
    (void)peer.session.send(message(std::string(60, 'a')));
    (void)peer.session.send(message(std::string(60, 'b')));
    (void)peer.session.send(message(std::string(300, 'c')));
    EXPECT_EQ(peer.poll(), "4" + std::string(60, 'a'));
    EXPECT_EQ(peer.poll(), "4" + std::string(60, 'b'));
    EXPECT_EQ(peer.poll(), "4" + std::string(300, 'c'));
}

TEST(EngineSession, a_second_poll_ends_the_session_and_answers_the_first) {
    Joined peer(Transport::polling);
    EXPECT_EQ(peer.poll(), "wait");
    EXPECT_EQ(peer.poll(), "refused");
    EXPECT_EQ(peer.take_written(), "poll:1");
    EXPECT_EQ(peer.reason, EndReason::transport_error);
    EXPECT_EQ(peer.take_told(), "left 1 transport error");
}

TEST(EngineSession, a_second_post_ends_the_session) {
    Joined peer(Transport::polling);
    EXPECT_EQ(peer.poll(), "wait");
    EXPECT_FALSE(peer.session.post_begins("text/plain", peer.now));
    EXPECT_EQ(peer.post("3"), 400U);
    EXPECT_EQ(peer.reason, EndReason::transport_error);
    EXPECT_EQ(peer.take_written(), "poll:1");
    EXPECT_TRUE(peer.session.post("42[\"late\"]", peer.now))
        << "the first finds no session any more";
    EXPECT_EQ(peer.take_told(), "left 1 transport error");
}

TEST(EngineSession, a_post_that_the_server_does_not_take_leaves_room_for_the_next) {
    Joined peer(Transport::polling);
    EXPECT_FALSE(peer.session.post_begins("text/plain", peer.now));
    peer.session.post_refused();
    EXPECT_EQ(peer.post("42[\"x\"]"), 200U);
    EXPECT_FALSE(peer.ended());
}

TEST(EngineSession, a_client_that_leaves_a_poll_or_post_is_gone) {
    Joined polls(Transport::polling);
    EXPECT_EQ(polls.poll(), "wait");
    polls.session.poll_gone(polls.now);
    EXPECT_EQ(polls.reason, EndReason::transport_error);
    EXPECT_TRUE(polls.take_written().empty());

    Joined posts(Transport::polling);
    EXPECT_FALSE(posts.session.post_begins("text/plain", posts.now));
    posts.session.post_gone(posts.now);
    EXPECT_EQ(posts.reason, EndReason::transport_error);
}

TEST(EngineSession, a_poll_that_was_answered_may_go) {
    Joined peer(Transport::polling);
    EXPECT_EQ(peer.poll(), "wait");
    (void)peer.session.send(message("x"));
    peer.turn();
    peer.session.poll_gone(peer.now);
    EXPECT_FALSE(peer.ended());
}

TEST(EngineSession, packets_behind_one_that_ends_the_session_are_not_read) {
    Joined peer(Transport::polling);
    EXPECT_EQ(peer.post("42[\"a\"]\x1e"
                        "42[]\x1e"
                        "42[\"b\"]"),
              200U);
    EXPECT_EQ(peer.take_told(), "event a [] | left 1 parse error");
}

TEST(EngineSession, a_client_s_close_by_post_ends_the_poll_with_a_noop) {
    Joined peer(Transport::polling);
    EXPECT_EQ(peer.poll(), "wait");
    EXPECT_EQ(peer.post("1"), 200U);
    EXPECT_EQ(peer.take_written(), "poll:6");
    EXPECT_EQ(peer.reason, EndReason::transport_close);
}

// Heartbeat

TEST(EngineSession, pings_come_an_interval_after_the_last_pong) {
    Joined peer;
    peer.pass(Millis(24'999));
    EXPECT_TRUE(peer.take_written().empty());
    peer.pass(Millis(1));
    EXPECT_EQ(peer.take_written(), "2");
    peer.pass(Millis(10'000));
    peer.text("3");
    peer.pass(Millis(24'999));
    EXPECT_TRUE(peer.take_written().empty());
    peer.pass(Millis(1));
    EXPECT_EQ(peer.take_written(), "2");
}

TEST(EngineSession, without_a_pong_the_session_ends) {
    for (const auto transport : {Transport::polling, Transport::websocket}) {
        Joined peer(transport);
        if (transport == Transport::polling) {
            EXPECT_EQ(peer.poll(), "wait");
        }
        peer.pass(Millis(44'999));
        EXPECT_FALSE(peer.ended());
        peer.pass(Millis(1));
        EXPECT_EQ(peer.reason, EndReason::ping_timeout);
        EXPECT_EQ(peer.take_told(), "left 1 ping timeout");
    }
}

TEST(EngineSession, something_else_extends_the_wait_for_a_pong_once) {
    Joined peer;
    peer.pass(Millis(25'000 + 15'000));
    peer.text(R"(42["x"])");
    peer.pass(Millis(15'000));
    EXPECT_FALSE(peer.ended());
    peer.text(R"(42["x"])");
    peer.pass(Millis(4'999));
    EXPECT_FALSE(peer.ended());
    peer.pass(Millis(1));
    EXPECT_EQ(peer.reason, EndReason::ping_timeout);
}

TEST(EngineSession, each_ping_may_be_extended_again) {
    Joined peer;
    for (int i = 0; i < 3; ++i) {
        peer.pass(Millis(25'000 + 15'000));
        peer.text(R"(42["x"])");
        peer.pass(Millis(15'000));
        peer.text("3");
    }
    EXPECT_FALSE(peer.ended());
}

TEST(EngineSession, a_flood_of_pongs_moves_nothing) {
    Joined peer;
    peer.pass(Millis(20'000));
    for (int i = 0; i < 10'000; ++i) {
        peer.text("3");
    }
    EXPECT_EQ(peer.session.ignored(), 10'000U);
    peer.pass(Millis(5'000));
    EXPECT_EQ(peer.take_written(), "2");
}

TEST(EngineSession, a_late_timer_pings_before_it_gives_up) {
    Joined peer;
    peer.now += Millis(300'000);
    peer.tick();
    EXPECT_FALSE(peer.ended());
    EXPECT_EQ(peer.take_written(), "2");
}

TEST(EngineSession, a_handshake_without_a_second_poll_dies_soon) {
    SocketIoPeer peer(Transport::polling, {}, {.connect_timeout = Millis(60'000)});
    EXPECT_EQ(peer.post("40"), 200U);
    peer.pass(Millis(9'999));
    EXPECT_FALSE(peer.ended());
    peer.pass(Millis(1));
    EXPECT_EQ(peer.reason, EndReason::ping_timeout);
    EXPECT_EQ(peer.poll(), "refused");
}

// Upgrade

void open_probe(SocketIoPeer& peer) {
    ASSERT_FALSE(peer.session.reserve_socket(peer.now));
    peer.session.socket_opened(peer.now);
    ASSERT_EQ(peer.session.state(), State::probing);
}

TEST(EngineSession, an_upgrade_moves_what_waits_to_the_websocket) {
    Joined peer(Transport::polling);
    EXPECT_EQ(peer.poll(), "wait");
    open_probe(peer);
    peer.text("2probe");
    EXPECT_EQ(peer.take_written(), "poll:6 | 3probe");
    EXPECT_EQ(peer.post("42[\"by post\"]"), 200U);
    EXPECT_EQ(peer.take_told(), "event by post []");
    (void)peer.session.send(message("a"));
    peer.turn();
    EXPECT_TRUE(peer.take_written().empty()) << "nothing by websocket before the 5";
    peer.text("5");
    EXPECT_EQ(peer.take_written(), "4a");
    EXPECT_EQ(peer.session.state(), State::websocket);
    EXPECT_EQ(peer.poll(), "refused");
    EXPECT_EQ(peer.post("3"), 400U);
    EXPECT_FALSE(peer.ended());
    peer.text(R"(42["by websocket"])");
    EXPECT_EQ(peer.take_told(), "event by websocket []");
}

TEST(EngineSession, a_poll_with_packets_goes_out_when_the_probe_comes) {
    Joined peer(Transport::polling);
    EXPECT_EQ(peer.poll(), "wait");
    open_probe(peer);
    (void)peer.session.send(message("a"));
    peer.session.socket_message({websocket::Opcode::text, 0, "2probe"}, peer.now);
    EXPECT_EQ(peer.take_written(), "poll:4a");
}

TEST(EngineSession, a_5_before_the_write_of_3probe_was_reported_keeps_the_order) {
    Joined peer(Transport::polling);
    open_probe(peer);
    peer.reads = false;
    peer.text("2probe");
    (void)peer.session.send(message("a"));
    peer.text("5");
    peer.reads = true;
    peer.turn();
    EXPECT_EQ(peer.take_written(), "3probe | 4a");
}

TEST(EngineSession, polls_while_probing_get_a_noop_each_100_ms_at_most) {
    Joined peer(Transport::polling);
    open_probe(peer);
    peer.text("2probe");
    peer.take_written();
    int answers = 0;
    for (int i = 0; i < 100; ++i) {
        if (!peer.session.poll_waits()) {
            answers += peer.poll() == "6" ? 1 : 0;
        }
        peer.pass(Millis(10));
        answers += peer.take_written() == "poll:6" ? 1 : 0;
    }
    EXPECT_GE(answers, 8);
    EXPECT_LE(answers, 11);
}

TEST(EngineSession, a_probe_never_finished_is_closed_and_polling_goes_on) {
    for (const bool speaks : {false, true}) {
        Joined peer(Transport::polling);
        open_probe(peer);
        if (speaks) {
            peer.text("2probe");
        }
        peer.pass(Millis(9'999));
        EXPECT_EQ(peer.session.state(), State::probing);
        peer.pass(Millis(1));
        EXPECT_EQ(peer.session.state(), State::polling);
        EXPECT_EQ(peer.close_code(), 1008U);
        EXPECT_EQ(peer.poll(), "wait");
        (void)peer.session.send(message("a"));
        peer.turn();
        EXPECT_TRUE(peer.take_written().ends_with("poll:4a"));
        EXPECT_FALSE(peer.session.reserve_socket(peer.now)) << "another try";
    }
}

TEST(EngineSession, anything_else_on_a_probing_websocket_closes_it_alone) {
    for (const auto* text : {"5", "2", "3probe", "2probes", "40", "1", "", "6"}) {
        Joined peer(Transport::polling);
        open_probe(peer);
        peer.text(text);
        EXPECT_EQ(peer.session.state(), State::polling) << text;
        EXPECT_EQ(peer.close_code(), 1002U) << text;
        EXPECT_FALSE(peer.ended());
        EXPECT_TRUE(peer.take_told().empty());
    }
    Joined peer(Transport::polling);
    open_probe(peer);
    peer.text("2probe");
    peer.text("2probe");
    EXPECT_EQ(peer.session.state(), State::polling);
    open_probe(peer);
    peer.session.socket_failed(1009, peer.now);
    EXPECT_EQ(peer.close_code(), 1009U);
    open_probe(peer);
    peer.session.socket_gone(peer.now);
    EXPECT_EQ(peer.session.state(), State::polling);
    EXPECT_FALSE(peer.ended());
}

TEST(EngineSession, one_websocket_at_a_time) {
    Joined probing(Transport::polling);
    EXPECT_FALSE(probing.session.reserve_socket(probing.now));
    EXPECT_TRUE(probing.session.reserve_socket(probing.now)) << "before the 101 of the first";
    probing.session.socket_opened(probing.now);
    EXPECT_TRUE(probing.session.reserve_socket(probing.now));
    EXPECT_EQ(probing.session.state(), State::probing);

    Joined upgraded;
    EXPECT_TRUE(upgraded.session.reserve_socket(upgraded.now));
    EXPECT_FALSE(upgraded.ended());

    EngineOptions options;
    options.upgrades = false;
    Joined fixed(Transport::polling, options);
    EXPECT_TRUE(fixed.session.reserve_socket(fixed.now));
}

TEST(EngineSession, a_websocket_that_opens_too_late_is_closed) {
    Joined peer(Transport::polling);
    EXPECT_FALSE(peer.session.reserve_socket(peer.now));
    peer.pass(Millis(10'000));
    peer.session.socket_opened(peer.now);
    EXPECT_EQ(peer.close_code(), 1008U);
    EXPECT_FALSE(peer.ended());
}

TEST(EngineSession, the_heartbeat_goes_on_over_the_switch) {
    Joined peer(Transport::polling);
    EXPECT_EQ(peer.poll(), "wait");
    peer.pass(Millis(25'000));
    EXPECT_EQ(peer.take_written(), "poll:2");
    open_probe(peer);
    peer.text("2probe");
    peer.text("5");
    peer.text("3");
    peer.pass(Millis(24'999));
    EXPECT_FALSE(peer.ended());
    peer.take_written();
    peer.pass(Millis(1));
    EXPECT_EQ(peer.take_written(), "2");
}

// Websocket

TEST(EngineSession, websocket_pings_have_one_pong_with_the_newest_payload) {
    Joined peer;
    peer.reads = false;
    for (const auto* payload : {"a", "b", "c"}) {
        peer.message(websocket::Opcode::ping, payload);
    }
    peer.reads = true;
    peer.turn();
    EXPECT_EQ(peer.take_written(), "pong:c");
    peer.message(websocket::Opcode::ping, "d");
    EXPECT_EQ(peer.take_written(), "pong:d");
}

TEST(EngineSession, a_pong_of_which_a_part_is_written_is_not_changed) {
    Joined peer;
    peer.reads = false;
    peer.message(websocket::Opcode::ping, "aaaa");
    peer.session.wrote(3);
    peer.message(websocket::Opcode::ping, "bb");
    peer.message(websocket::Opcode::ping, "cc");
    EXPECT_EQ(peer.session.offset(), 3U);
    EXPECT_EQ(peer.session.ready(), 2U);
    EXPECT_EQ(peer.session.ready(0).payload(), "aaaa");
    EXPECT_EQ(peer.session.ready(1).payload(), "cc");
}

TEST(EngineSession, frames_are_written_from_where_the_last_write_ended) {
    Joined peer;
    peer.reads = false;
    (void)peer.session.send(message("abc"));
    (void)peer.session.send(message("defg"));
    EXPECT_EQ(peer.session.ready(), 2U);
    const auto first = peer.session.ready(0).size();
    peer.session.wrote(first - 1);
    EXPECT_EQ(peer.session.offset(), first - 1);
    peer.session.wrote(3);
    EXPECT_EQ(peer.session.ready(), 1U);
    EXPECT_EQ(peer.session.offset(), 2U);
    EXPECT_EQ(peer.session.ready(0).payload(), "4defg");
}

TEST(EngineSession, an_orderly_end_writes_the_rest_of_a_frame_and_all_that_waits) {
    Joined peer;
    peer.reads = false;
    (void)peer.session.send(message("abc"));
    (void)peer.session.send(message("def"));
    peer.session.wrote(4);
    peer.session.close(EndReason::shutting_down, peer.now);
    std::string expected = "bc" + std::string(message("def").frame());
    websocket::encode_close(1001, "server shutting down", std::nullopt, expected);
    EXPECT_EQ(peer.last, expected);
    EXPECT_EQ(peer.session.ready(), 0U);
    EXPECT_EQ(peer.session.send(message("x")), Sent::over);
    EXPECT_EQ(peer.session.next_deadline(), SteadyTime::max());
}

TEST(EngineSession, an_orderly_end_by_polling_waits_for_the_next_poll) {
    Joined peer(Transport::polling);
    for (int i = 0; i < 20; ++i) {
        (void)peer.session.send(message("x"));
    }
    peer.session.close(EndReason::forced_close, peer.now);
    EXPECT_EQ(peer.session.state(), State::lingering);
    EXPECT_EQ(peer.reason, EndReason::forced_close);
    EXPECT_EQ(std::ranges::count(peer.poll(), '4'), 16);
    EXPECT_EQ(peer.poll(),
              "4x\x1e"
              "4x\x1e"
              "4x\x1e"
              "4x\x1e"
              "1");
    EXPECT_EQ(peer.session.state(), State::closed);
    EXPECT_EQ(peer.poll(), "refused");
}

TEST(EngineSession, a_poll_that_waits_gets_the_close_at_once) {
    Joined peer(Transport::polling);
    EXPECT_EQ(peer.poll(), "wait");
    (void)peer.session.send(message("x"));
    peer.session.close(EndReason::shutting_down, peer.now);
    EXPECT_EQ(peer.take_written(),
              "poll:4x\x1e"
              "1");
    EXPECT_EQ(peer.session.state(), State::closed);
}

TEST(EngineSession, lingering_ends) {
    Joined peer(Transport::polling);
    peer.session.close(EndReason::forced_close, peer.now);
    peer.pass(Millis(10'000));
    EXPECT_EQ(peer.session.state(), State::closed);
}

TEST(EngineSession, a_session_ends_once) {
    Joined peer;
    peer.session.socket_message({websocket::Opcode::close, 1000, ""}, peer.now);
    EXPECT_EQ(peer.take_told(), "left 1 transport close");
    peer.session.close(EndReason::forced_close, peer.now);
    peer.session.socket_gone(peer.now);
    peer.session.socket_failed(1002, peer.now);
    peer.tick();
    EXPECT_EQ(peer.take_told(), "");
}

// What waits for a client that does not read

TEST(EngineSession, a_slow_consumer_is_disconnected) {
    EngineOptions options;
    options.buffer_bytes = 10'000;
    Joined peer(Transport::websocket, options);
    peer.reads = false;
    const auto big = message(std::string(4'000, 'x'));
    EXPECT_EQ(peer.session.send(big), Sent::queued);
    peer.session.wrote(1);
    EXPECT_EQ(peer.session.send(big), Sent::queued);
    EXPECT_EQ(peer.session.send(big), Sent::over);
    EXPECT_EQ(peer.reason, EndReason::slow_consumer);
    EXPECT_EQ(peer.session.queued_bytes(), 0U);
    EXPECT_EQ(peer.close_code(), 1008U);
    EXPECT_TRUE(peer.last.starts_with(big.frame().substr(1, 100))) << "the frame that was begun";
    EXPECT_LT(peer.last.size(), 2 * big.size());
}

TEST(EngineSession, packets_are_counted_too) {
    EngineOptions options;
    options.buffer_packets = 10;
    Joined peer(Transport::polling, options);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(peer.session.send(message("x")), Sent::queued);
    }
    EXPECT_EQ(peer.session.send(message("x")), Sent::over);
    EXPECT_EQ(peer.reason, EndReason::slow_consumer);
}

TEST(EngineSession, dropped_packets_are_told_of_when_there_is_room) {
    EngineOptions options;
    options.buffer_packets = 10;
    Joined peer(Transport::websocket, options);
    peer.reads = false;
    for (int i = 0; i < 15; ++i) {
        EXPECT_EQ(peer.session.send(message("x"), Overflow::drop),
                  i < 10 ? Sent::queued : Sent::dropped);
    }
    peer.session.wrote(message("x").size() * 4);
    EXPECT_EQ(peer.take_told(), "");
    EXPECT_EQ(peer.session.send(message("x"), Overflow::drop), Sent::dropped) << "the gap is one";
    EXPECT_EQ(peer.session.send(message("y")), Sent::queued) << "an answer is not dropped";
    peer.session.wrote(message("x").size() * 2);
    EXPECT_EQ(peer.take_told(), "dropped 6");
    EXPECT_EQ(peer.session.send(message("x"), Overflow::drop), Sent::queued);
    EXPECT_FALSE(peer.ended());
}

TEST(EngineSession, a_message_and_its_attachments_go_out_whole_or_not_at_all) {
    EngineOptions options;
    options.buffer_packets = 3;
    Joined peer(Transport::websocket, options);
    peer.reads = false;
    const OutMessage two{message("51-[]"), {OutPacket::binary("x")}};
    EXPECT_EQ(peer.session.send(two, Overflow::drop), Sent::queued);
    EXPECT_EQ(peer.session.send(two, Overflow::drop), Sent::dropped);
    EXPECT_EQ(peer.session.queued_packets(), 2U);
}

TEST(EngineSession, a_message_larger_than_all_the_room_goes_out_alone) {
    EngineOptions options;
    options.buffer_bytes = 100;
    Joined peer(Transport::websocket, options);
    EXPECT_EQ(peer.session.send(message(std::string(1'000, 'x'))), Sent::queued);
}

TEST(EngineSession, pings_are_not_held_back_by_a_full_queue) {
    EngineOptions options;
    options.buffer_packets = 1;
    Joined peer(Transport::websocket, options);
    peer.reads = false;
    EXPECT_EQ(peer.session.send(message("x")), Sent::queued);
    peer.pass(Millis(25'000));
    EXPECT_EQ(peer.session.queued_packets(), 2U);
    EXPECT_FALSE(peer.ended());
    peer.pass(Millis(20'000));
    EXPECT_EQ(peer.reason, EndReason::ping_timeout);
}

TEST(EngineSession, pongs_for_pings_that_were_not_read_do_not_fill_the_queue) {
    Joined peer;
    peer.reads = false;
    for (int i = 0; i < 2'000 && !peer.ended(); ++i) {
        peer.pass(Millis(25'000));
        peer.text("3");
        ASSERT_LE(peer.session.queued_packets(), peer.engine.buffer_packets + 8);
    }
    EXPECT_EQ(peer.reason, EndReason::slow_consumer);
}

TEST(EngineSession, a_text_with_a_separator_does_not_go_by_polling) {
    Joined polls(Transport::polling);
    EXPECT_EQ(polls.session.send(message("a\x1e"
                                         "4b")),
              Sent::unsendable);
    EXPECT_EQ(polls.session.send(OutPacket::binary("a\x1e"
                                                   "4b")),
              Sent::queued);
    open_probe(polls);
    polls.text("2probe");
    EXPECT_EQ(polls.session.send(message("a\x1e"
                                         "4b")),
              Sent::unsendable);
    Joined upgraded;
    EXPECT_EQ(upgraded.session.send(message("a\x1e"
                                            "4b")),
              Sent::queued);
}

TEST(PacketQueue, is_first_in_first_out_whatever_its_length) {
    PacketQueue queue;
    std::size_t in = 0;
    std::size_t out = 0;
    for (int round = 0; round < 200; ++round) {
        for (int i = 0; i < round % 7 + 3; ++i) {
            queue.push(message(std::to_string(in++)));
        }
        for (int i = 0; i < round % 11 && !queue.empty(); ++i, queue.pop()) {
            EXPECT_EQ(queue[0].payload(), "4" + std::to_string(out++));
        }
    }
    while (!queue.empty()) {
        EXPECT_EQ(queue[queue.size() - 1].payload(), "4" + std::to_string(in - 1));
        EXPECT_EQ(queue[0].payload(), "4" + std::to_string(out++));
        queue.pop();
    }
    EXPECT_EQ(in, out);
    EXPECT_EQ(queue.bytes(), 0U);
}

}  // namespace
}  // namespace rookery::protocol::socketio
