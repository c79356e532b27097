#include "protocol/socketio/client.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace rookery::protocol::socketio {
namespace {

constexpr std::string_view kOpen =
    R"(0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";

/// A client without a socket; what it sends and tells is written down.
struct Peer : Client::Owner {
    explicit Peer(ClientOptions options = {}) : client(std::move(options), *this, now) {}

    void send(std::string_view payload, bool binary) override {
        sent.push_back((binary ? "b:" : "") + std::string(payload));
    }
    void joined(std::string_view ns) override { told.push_back("joined " + std::string(ns)); }
    void refused(std::string_view ns, std::string message, std::string data) override {
        told.push_back("refused " + std::string(ns) + ' ' + message + '|' + data);
    }
    void left(std::string_view ns) override { told.push_back("left " + std::string(ns)); }
    void event(ClientEvent event) override {
        std::string text = event.ns + ' ' + event.name + event.arguments.json;
        for (const auto& attachment : event.arguments.attachments) {
            text += '<' + attachment + '>';
        }
        told.push_back(text + (event.ack ? '#' + std::to_string(*event.ack) : ""));
    }
    void malformed(std::string_view ns, const Error& error) override {
        told.push_back("malformed " + std::string(ns) + ' ' + std::string(to_string(error.kind())));
    }
    void latency(std::chrono::microseconds round_trip) override {
        told.push_back("latency " + std::to_string(round_trip.count()));
    }
    void ended(const Error& why) override {
        told.push_back("ended " + std::string(to_string(why.kind())));
        reason = why.message();
    }

    void text(std::string_view message) { client.text(message, now); }
    void binary(std::string_view message) { client.binary(message, now); }
    /// Lets time pass, deadline by deadline.
    void pass(Millis time) {
        const auto until = now + time;
        while (client.next_deadline() <= until) {
            now = std::max(now, client.next_deadline());
            client.tick(now);
        }
        now = until;
        client.tick(now);
    }
    static std::string take(std::vector<std::string>& all) {
        std::string text;
        for (const auto& one : std::exchange(all, {})) {
            text += (text.empty() ? "" : " ; ") + one;
        }
        return text;
    }
    std::string take_sent() { return take(sent); }
    std::string take_told() { return take(told); }

    SteadyTime now{};
    std::vector<std::string> sent;
    std::vector<std::string> told;
    std::string reason;
    Client client;
};

ClientOptions with(std::vector<Membership> namespaces,
                   EngineRevision revision = EngineRevision::v4) {
    ClientOptions options;
    options.revision = revision;
    options.namespaces = std::move(namespaces);
    return options;
}

/// Joined to `/` of a server of the fourth revision.
struct Joined : Peer {
    explicit Joined(ClientOptions options = {}) : Peer(std::move(options)) {
        text(kOpen);
        text(R"(40{"sid":"s"})");
        take_sent();
        take_told();
    }
};

/// The same of the third.
struct JoinedV3 : Peer {
    JoinedV3() : Peer(with({{"/", ""}}, EngineRevision::v3)) {
        text(R"(0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":5000})");
        text("40");
        take_sent();
        take_told();
    }
};

struct Outcome {
    std::vector<std::string> all;
    Client::Done done() {
        return [this](Result<Arguments> result) {
            all.push_back(result ? result->json : std::string(to_string(result.error().kind())));
        };
    }
};

TEST(SocketIoClient, asks_for_each_namespace_with_its_auth_when_the_session_opens) {
    Peer peer(with({{"/", ""}, {"/api/events", R"({"token":"k"})"}}));
    EXPECT_EQ(peer.take_sent(), "");
    peer.text(kOpen);
    EXPECT_EQ(peer.take_sent(), R"(40 ; 40/api/events,{"token":"k"})");
    peer.text(R"(40/api/events,{"sid":"s2"})");
    EXPECT_TRUE(peer.client.is_joined("/api/events"));
    EXPECT_FALSE(peer.client.is_joined("/"));
    EXPECT_EQ(peer.client.sid("/api/events"), "s2");
    EXPECT_EQ(peer.take_told(), "joined /api/events");
}

TEST(SocketIoClient, v4_answers_the_servers_pings_and_sends_none) {
    Joined peer;
    peer.text("2");
    EXPECT_EQ(peer.take_sent(), "3");
    peer.pass(Millis(44'999));
    EXPECT_EQ(peer.take_sent(), "");
    EXPECT_EQ(peer.take_told(), "");
}

TEST(SocketIoClient, v4_is_over_when_nothing_was_heard_for_interval_and_timeout) {
    Joined peer;
    peer.pass(Millis(40'000));
    peer.text("2");
    peer.pass(Millis(44'999));
    EXPECT_EQ(peer.take_told(), "");
    peer.pass(Millis(1));
    EXPECT_EQ(peer.take_told(), "ended timeout");
    EXPECT_EQ(peer.client.next_deadline(), SteadyTime::max());
}

TEST(SocketIoClient, a_pause_of_the_reader_is_no_silence_of_the_server) {
    Joined peer;
    peer.pass(Millis(44'999));
    peer.client.excuse(peer.now);
    peer.pass(Millis(44'999));
    EXPECT_EQ(peer.take_told(), "");
    peer.pass(Millis(1));
    EXPECT_EQ(peer.take_told(), "ended timeout");
}

TEST(SocketIoClient, v3_joins_the_root_unasked_and_others_behind_it) {
    Peer peer(with({{"/", ""}, {"/team", "token=a%20b"}}, EngineRevision::v3));
    peer.text(R"(0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":5000})");
    EXPECT_EQ(peer.take_sent(), "");
    peer.text("40");
    EXPECT_EQ(peer.take_sent(), "40/team?token=a%20b,");
    peer.text("40/team?token=a%20b,");
    EXPECT_EQ(peer.take_told(), "joined / ; joined /team");
    peer.text(R"(42/team,["x",1])");
    EXPECT_EQ(peer.take_told(), "/team x[1]");
}

TEST(SocketIoClient, v3_pings_by_itself_and_measures_the_answer) {
    JoinedV3 peer;
    peer.pass(Millis(25'000));
    EXPECT_EQ(peer.take_sent(), "2");
    peer.pass(Millis(40));
    peer.text("3");
    EXPECT_EQ(peer.take_told(), "latency 40000");
}

TEST(SocketIoClient, v3_is_over_when_its_heartbeats_stay_unanswered) {
    JoinedV3 peer;
    peer.pass(Millis(30'000));
    EXPECT_EQ(peer.take_sent(), "2");
    EXPECT_EQ(peer.take_told(), "ended timeout");
}

TEST(SocketIoClient, the_other_revision_is_told_as_such) {
    Peer four;
    four.text(kOpen);
    four.text("40");
    EXPECT_EQ(four.take_told(), "ended unsupported");
    EXPECT_EQ(four.reason, "the server speaks Engine.IO v3 (Socket.IO 2), expected v4");
    JoinedV3 three;
    three.text("2");
    EXPECT_EQ(three.take_told(), "ended unsupported");
}

TEST(SocketIoClient, a_server_that_never_opens_or_never_answers_is_given_up) {
    Peer silent;
    silent.pass(Millis(15'000));
    EXPECT_EQ(silent.take_told(), "ended timeout");
    Peer half;
    half.text(kOpen);
    half.pass(Millis(15'000));
    EXPECT_EQ(half.take_told(), "ended timeout");
    EXPECT_EQ(half.reason, "no answer about the namespace /");
}

TEST(SocketIoClient, a_refusal_has_the_servers_words_and_the_session_stays) {
    Peer peer(with({{"/api/events", "{}"}}));
    peer.text(kOpen);
    peer.text(R"(44/api/events,{"message":"Unauthorized","data":{ "code" : 7 }})");
    EXPECT_EQ(peer.take_told(), R"(refused /api/events Unauthorized|{"code":7})");
    peer.text("44/api/events,{}");
    EXPECT_EQ(peer.client.ignored(), 1U) << "refused already";
    EXPECT_TRUE(peer.client.join({"/api/events", "{}"}, peer.now)) << "may be asked for again";
}

TEST(SocketIoClient, v3_refusals_may_be_any_json) {
    Peer peer(with({{"/", ""}}, EngineRevision::v3));
    peer.text(kOpen);
    peer.text(R"(44"Authentication error")");
    EXPECT_EQ(peer.take_told(), "refused / Authentication error|");
}

TEST(SocketIoClient, a_nest_server_lets_in_and_sends_away_at_once) {
    Peer peer(with({{"/api/events", "{}"}}));
    peer.text(kOpen);
    peer.text(R"(40/api/events,{"sid":"s"})");
    peer.text("41/api/events,");
    EXPECT_EQ(peer.take_told(), "joined /api/events ; left /api/events");
    EXPECT_FALSE(peer.client.emit("/api/events", "x", {}));
}

TEST(SocketIoClient, events_come_compact_with_their_ack) {
    Joined peer;
    peer.text(R"(42["hi", {"a" : 1}])");
    peer.text(R"(427["ask"])");
    EXPECT_EQ(peer.take_told(), R"(/ hi[{"a":1}] ; / ask[]#7)");
    EXPECT_TRUE(peer.client.reply("/", 7, {R"(["ok"])", {}}));
    EXPECT_EQ(peer.take_sent(), R"(437["ok"])");
}

TEST(SocketIoClient, attachments_are_assembled_and_heartbeats_may_come_between) {
    Joined peer;
    peer.text(R"(452-["b",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
    peer.binary("one");
    peer.text("2");
    peer.binary("two");
    EXPECT_EQ(peer.take_told(),
              R"(/ b[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]<one><two>)");
    EXPECT_EQ(peer.take_sent(), "3");
}

TEST(SocketIoClient, v3_binary_has_a_type_in_front_both_ways) {
    JoinedV3 peer;
    peer.text(R"(451-["b",{"_placeholder":true,"num":0}])");
    peer.binary("\x04one");
    peer.text(R"(451-["b",{"_placeholder":true,"num":0}])");
    peer.text("b4dHdv");
    EXPECT_EQ(peer.take_told(), R"(/ b[{"_placeholder":true,"num":0}]<one> ; )"
                                R"(/ b[{"_placeholder":true,"num":0}]<two>)");
    EXPECT_TRUE(peer.client.emit("/", "b", {R"([{"_placeholder":true,"num":0}])", {"x"}}));
    EXPECT_EQ(peer.take_sent(), R"(451-["b",{"_placeholder":true,"num":0}] ; b:)"
                                "\x04x");
    peer.binary("x");
    EXPECT_EQ(peer.take_told(), "ended protocol");
}

TEST(SocketIoClient, attachments_that_do_not_come_end_it) {
    Joined peer;
    peer.text(R"(451-["b",{"_placeholder":true,"num":0}])");
    peer.pass(Millis(20'000));
    EXPECT_EQ(peer.take_told(), "ended timeout");
}

TEST(SocketIoClient, attachments_count_against_the_limit_together) {
    ClientOptions options;
    options.max_payload = 100;
    Joined peer(options);
    peer.text(R"(452-["b",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
    peer.binary(std::string(20, 'x'));
    EXPECT_EQ(peer.take_told(), "");
    peer.binary(std::string(20, 'x'));
    EXPECT_EQ(peer.take_told(), "ended limit");
    Joined text(options);
    text.text(R"(42["x",")" + std::string(100, 'x') + R"("])");
    EXPECT_EQ(text.take_told(), "ended limit");
}

TEST(SocketIoClient, an_acknowledgement_finds_its_question) {
    Joined peer;
    Outcome outcome;
    peer.client.emit_with_ack("/", "a", {R"([1])", {}}, peer.now + Millis(100), outcome.done());
    peer.client.emit_with_ack("/", "b", {}, peer.now + Millis(100), outcome.done());
    EXPECT_EQ(peer.take_sent(), R"(420["a",1] ; 421["b"])");
    peer.text(R"(431["B"])");
    peer.text(R"(430["A"])");
    peer.text(R"(430["again"])");
    EXPECT_EQ(outcome.all, (std::vector<std::string>{R"(["B"])", R"(["A"])"}));
    EXPECT_EQ(peer.client.ignored(), 1U);
}

TEST(SocketIoClient, questions_end_with_the_time_the_namespace_or_the_session) {
    Joined peer(with({{"/", ""}, {"/x", ""}}));
    peer.text(R"(40/x,{"sid":"s"})");
    Outcome outcome;
    peer.client.emit_with_ack("/", "a", {}, peer.now + Millis(100), outcome.done());
    peer.pass(Millis(100));
    peer.client.emit_with_ack("/x", "a", {}, peer.now + Millis(100), outcome.done());
    peer.text("41/x,");
    peer.client.emit_with_ack("/", "a", {}, peer.now + Millis(100), outcome.done());
    peer.client.lost(Error(ErrorKind::io, "gone"));
    peer.client.emit_with_ack("/", "a", {}, peer.now + Millis(100), outcome.done());
    EXPECT_EQ(outcome.all,
              (std::vector<std::string>{"timeout", "cancelled", "cancelled", "unavailable"}));
}

TEST(SocketIoClient, questions_are_bounded) {
    ClientOptions options;
    options.most_acks = 1;
    Joined peer(options);
    Outcome outcome;
    peer.client.emit_with_ack("/", "a", {}, SteadyTime::max(), outcome.done());
    peer.client.emit_with_ack("/", "a", {}, SteadyTime::max(), outcome.done());
    EXPECT_EQ(outcome.all, (std::vector<std::string>{"limit"}));
}

TEST(SocketIoClient, an_answer_may_leave_and_ask_while_it_is_told) {
    Joined peer;
    peer.client.emit_with_ack("/", "a", {}, SteadyTime::max(), [&](const Result<Arguments>&) {
        peer.client.leave("/");
        static_cast<void>(peer.client.join({"/y", ""}, peer.now).has_value());
    });
    peer.text("430[]");
    EXPECT_EQ(peer.take_sent(), R"(420["a"] ; 41 ; 40/y,)");
}

TEST(SocketIoClient, more_than_the_server_takes_is_not_sent) {
    Joined peer;
    const auto sent = peer.client.emit("/", "x", {'[' + std::string(1'000'000, ' ') + ']', {}});
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind(), ErrorKind::limit);
    EXPECT_EQ(peer.take_sent(), "");
}

TEST(SocketIoClient, recovery_gives_back_pid_and_the_last_offset) {
    Peer peer;
    peer.text(kOpen);
    peer.text(R"(40{"sid":"s","pid":"p"})");
    EXPECT_EQ(peer.client.recovery("/"), (Recovery{"p", ""}));
    peer.text(R"(42["x",1,"o1"])");
    peer.text(R"(42["x",{"a":"o2"}])");
    EXPECT_EQ(peer.client.recovery("/"), (Recovery{"p", "o1"}));
    peer.text(R"(42["x",1,"a\"]\\"])");
    EXPECT_EQ(peer.client.recovery("/"), (Recovery{"p", R"(a"]\)"}));

    Peer next(with({{"/", R"({"token":"t"})", Recovery{"p", "o1"}}}));
    next.text(kOpen);
    EXPECT_EQ(next.take_sent(), R"(40{"token":"t","pid":"p","offset":"o1"})");
    next.text(R"(42["x",2,"o2"])");
    next.text(R"(40{"sid":"s","pid":"p"})");
    EXPECT_EQ(next.take_told(), R"(/ x[2,"o2"] ; joined /)") << "what was missed comes first";
    EXPECT_TRUE(next.client.recovered("/"));
    EXPECT_EQ(next.client.recovery("/"), (Recovery{"p", "o2"}));

    Peer fresh(with({{"/", "", Recovery{"p", "o1"}}}));
    fresh.text(kOpen);
    EXPECT_EQ(fresh.take_sent(), R"(40{"pid":"p","offset":"o1"})");
    fresh.text(R"(40{"sid":"s","pid":"p2"})");
    EXPECT_FALSE(fresh.client.recovered("/"));
    EXPECT_EQ(fresh.client.recovery("/"), (Recovery{"p2", ""}));
}

TEST(SocketIoClient, an_event_that_cannot_be_read_is_dropped_alone) {
    Joined peer;
    const std::string deep = std::string(1'000, '[') + std::string(1'000, ']');
    peer.text(R"(42["x",)" + deep + "]");
    peer.text(R"(42["x",)");
    peer.text("42[]");
    peer.text(R"(42["connect"])");
    EXPECT_EQ(peer.take_told(),
              "malformed / limit ; malformed / protocol ; malformed / protocol ; "
              "malformed / protocol");
    peer.text(R"(451-["x",{"_placeholder":true,"num":9}])");
    peer.binary("1");
    EXPECT_EQ(peer.take_told(), "malformed / protocol");
    peer.text(R"(42["still"])");
    EXPECT_EQ(peer.take_told(), "/ still[]");
}

TEST(SocketIoClient, what_breaks_the_framing_ends_it) {
    for (const std::string_view message :
         {"", "x", "7", "4", "47", "4x", "450-[\"a\"]", "4511-[\"a\"]", "45[\"a\"]", "43[]",
          "4299999999999999999[\"a\"]", "b*", "bAAAA", "1", "40"}) {
        Joined peer;
        peer.text(message);
        EXPECT_NE(peer.take_told().find("ended"), std::string::npos) << message;
        peer.text(R"(42["x"])");
        peer.binary("x");
        peer.pass(Millis(100'000));
        EXPECT_EQ(peer.take_told(), "") << "nothing comes after the end: " << message;
    }
    Joined binary;
    binary.binary("x");
    EXPECT_EQ(binary.take_told(), "ended protocol");
    Joined owed;
    owed.text(R"(451-["x",{"_placeholder":true,"num":0}])");
    owed.text(R"(42["y"])");
    EXPECT_EQ(owed.take_told(), "ended protocol");
}

TEST(SocketIoClient, an_open_packet_is_held_to_its_form) {
    for (const std::string_view message :
         {"0", "0[]", "0{", "0{}", R"(0{"pingInterval":"1","pingTimeout":1})",
          R"(0{"pingInterval":0,"pingTimeout":1})", R"(0{"pingInterval":-1,"pingTimeout":1})",
          R"(0{"pingInterval":1,"pingTimeout":99999999999})", R"(0{"pingInterval":1.5})", "40", "2",
          "<html>"}) {
        Peer peer;
        peer.text(message);
        EXPECT_EQ(peer.take_told(), "ended protocol") << message;
    }
    Peer again;
    again.text(kOpen);
    again.text(kOpen);
    EXPECT_EQ(again.client.ignored(), 1U);
    Peer deep;
    deep.text('0' + std::string(100'000, '['));
    EXPECT_EQ(deep.take_told(), "ended protocol");
}

TEST(SocketIoClient, every_message_may_be_cut_anywhere) {
    const std::vector<std::string> messages{
        std::string(kOpen),
        R"(40{"sid":"s","pid":"p"})",
        R"(44{"message":"no","data":[1]})",
        R"(42/x,12["name",{"a":"b\u00e4"},"o"])",
        R"(4312["x"])",
        R"(452-7["b",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])",
        "41/x,",
    };
    for (const auto revision : {EngineRevision::v3, EngineRevision::v4}) {
        for (const auto& message : messages) {
            for (std::size_t size = 0; size <= message.size(); ++size) {
                Peer peer(with({{"/", ""}, {"/x", ""}}, revision));
                peer.text(kOpen);
                peer.text(R"(40{"sid":"s"})");
                peer.text(R"(40/x,{"sid":"s"})");
                peer.take_told();
                peer.text(std::string_view(message).substr(0, size));
                peer.binary(std::string_view(message).substr(0, size));
                EXPECT_LE(peer.told.size(), 2U);
            }
        }
    }
}

TEST(SocketIoClient, saying_goodbye_is_not_told_and_keeps_what_can_be_recovered) {
    Peer peer;
    peer.text(kOpen);
    peer.text(R"(40{"sid":"s","pid":"p"})");
    peer.take_sent();
    peer.take_told();
    peer.client.close();
    EXPECT_EQ(peer.take_sent(), "1");
    peer.client.lost(Error(ErrorKind::io, "closed"));
    EXPECT_EQ(peer.take_told(), "");
    EXPECT_EQ(peer.client.recovery("/"), (Recovery{"p", ""}));
}

TEST(SocketIoClient, namespaces_may_be_joined_later_once_each) {
    Joined peer;
    EXPECT_TRUE(peer.client.join({"/y", ""}, peer.now));
    EXPECT_FALSE(peer.client.join({"/y", ""}, peer.now));
    EXPECT_FALSE(peer.client.join({"y", ""}, peer.now));
    EXPECT_FALSE(peer.client.join({"/y,z", ""}, peer.now));
    EXPECT_EQ(peer.take_sent(), "40/y,");
    peer.text(R"(42/z,["x"])");
    EXPECT_EQ(peer.client.ignored(), 1U) << "a namespace of nobody's";
}

}  // namespace
}  // namespace rookery::protocol::socketio
