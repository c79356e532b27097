#include "protocol/socketio/connection.hpp"

#include "support/socketio_peer.hpp"

#include <gtest/gtest.h>

namespace rookery::protocol::socketio {
namespace {

using test::SocketIoPeer;

/// What an acknowledgement brought, in words.
struct Outcome {
    std::vector<std::string> all;
    Connection::Done done() {
        return [this](Result<Arguments> result) {
            all.push_back(result ? result->json : std::string(to_string(result.error().kind())));
        };
    }
};

struct Joined : SocketIoPeer {
    Joined() {
        text("40");
        take_written();
        take_told();
    }
};

TEST(Connection, auth_reaches_the_owner_and_the_sid_the_client) {
    SocketIoPeer peer;
    peer.decides = false;
    peer.turn();
    peer.take_written();
    peer.text(R"(40/api/events,{ "token" : "x" })");
    EXPECT_EQ(peer.take_told(), R"(connect /api/events {"token":"x"})");
    EXPECT_EQ(peer.take_written(), "");
    EXPECT_TRUE(peer.connection.accept(1, "abc", "pid"));
    peer.turn();
    EXPECT_EQ(peer.take_written(), R"(40/api/events,{"sid":"abc","pid":"pid"})");
    EXPECT_TRUE(peer.connection.is_joined(1));
    EXPECT_FALSE(peer.connection.accept(1, "abc")) << "answered";
    EXPECT_FALSE(peer.connection.refuse(1, "no"));
}

TEST(Connection, a_refusal_has_text_and_data_and_the_connection_stays) {
    SocketIoPeer peer;
    peer.decides = false;
    peer.turn();
    peer.take_written();
    peer.text("40");
    EXPECT_TRUE(peer.connection.refuse(1, "no \"key\"", R"({"code":"X"})"));
    peer.turn();
    EXPECT_EQ(peer.take_written(), R"(44{"message":"no \"key\"","data":{"code":"X"}})");
    EXPECT_FALSE(peer.ended());
    peer.text("40");
    EXPECT_TRUE(peer.connection.accept(2, "abc"));
    EXPECT_EQ(peer.take_told(), "connect / {} | connect / {}")
        << "no left() for what the owner refused";
}

TEST(Connection, the_fifth_refusal_by_the_owner_ends_it) {
    SocketIoPeer peer;
    peer.decides = false;
    for (unsigned key = 1; key <= 5; ++key) {
        EXPECT_FALSE(peer.ended());
        peer.text("40");
        EXPECT_TRUE(peer.connection.refuse(key, "no"));
    }
    EXPECT_TRUE(peer.ended());
    EXPECT_NE(peer.last.find("44{\"message\":\"no\"}"), std::string::npos)
        << "it is told so, still";
}

TEST(Connection, an_answer_that_does_not_come_is_a_refusal) {
    SocketIoPeer peer;
    peer.decides = false;
    peer.text("40");
    peer.take_written();
    peer.take_told();
    peer.pass(Millis(9'999));
    EXPECT_EQ(peer.take_told(), "");
    peer.pass(Millis(1));
    EXPECT_NE(peer.last.find(R"(44{"message":"Timed out"})"), std::string::npos)
        << "the last that it is told: it is in no namespace";
    EXPECT_TRUE(peer.take_told().starts_with("left 1 forced close (not joined)"));
    EXPECT_FALSE(peer.connection.accept(1, "abc"));
}

TEST(Connection, an_answer_to_one_that_has_gone_does_nothing) {
    SocketIoPeer peer;
    peer.decides = false;
    peer.text("40");
    peer.take_told();
    peer.session.socket_gone(peer.now);
    EXPECT_EQ(peer.take_told(), "left 1 transport close (not joined)");
    EXPECT_FALSE(peer.connection.accept(1, "abc"));
    EXPECT_FALSE(peer.connection.refuse(1, "no"));
}

TEST(Connection, many_namespaces_have_their_own_life) {
    Joined peer;
    peer.text("40/api/events,");
    EXPECT_EQ(peer.take_written(), R"(40/api/events,{"sid":"sid2"})");
    peer.text(R"(42/api/events,1["x"])");
    peer.connection.reply(2, 1, {R"(["ok"])", {}});
    peer.turn();
    EXPECT_EQ(peer.take_written(), R"(43/api/events,1["ok"])");
    peer.text("41/api/events,");
    EXPECT_TRUE(peer.take_told().ends_with("left 2 client namespace disconnect"));
    peer.text(R"(42["y"])");
    EXPECT_EQ(peer.take_told(), "event y []");
    peer.connection.reply(2, 1, {});
    peer.turn();
    EXPECT_EQ(peer.take_written(), "") << "nothing to one that left";
}

TEST(Connection, one_sent_away_may_still_talk_for_a_while) {
    Joined peer;
    peer.connection.disconnect(1, peer.now);
    peer.turn();
    EXPECT_EQ(peer.take_written(), "41");
    EXPECT_EQ(peer.take_told(), "left 1 server namespace disconnect");
    peer.text(R"(42["on its way"])");
    peer.text(R"(451-["on its way",{"_placeholder":true,"num":0}])");
    peer.binary("x");
    peer.text("430[]");
    EXPECT_FALSE(peer.ended());
    EXPECT_EQ(peer.take_told(), "");
    peer.text("40");
    EXPECT_EQ(peer.take_written(), R"(40{"sid":"sid2"})");
}

TEST(Connection, one_sent_away_from_everywhere_is_closed_after_a_while) {
    Joined peer;
    peer.connection.disconnect(1, peer.now);
    peer.pass(Millis(9'999));
    EXPECT_FALSE(peer.ended());
    peer.pass(Millis(1));
    EXPECT_EQ(peer.reason, EndReason::forced_close);
}

TEST(Connection, names_of_those_sent_away_make_place) {
    SocketIoPeer peer;
    for (unsigned i = 1; i <= 50; ++i) {
        const auto ns = "/n" + std::to_string(i);
        peer.text("40" + ns);
        peer.connection.disconnect(i, peer.now);
    }
    EXPECT_FALSE(peer.ended());
    EXPECT_EQ(peer.connection.joined(), 0U);
    EXPECT_NE(peer.take_written().find("40/n50,{"), std::string::npos);
}

// Acknowledgements

TEST(Connection, an_acknowledgement_goes_to_who_asked) {
    Outcome outcome;
    Joined peer;
    const auto deadline = peer.now + Millis(5'000);
    peer.connection.emit_with_ack(1, "a", {R"([1])", {}}, deadline, outcome.done());
    peer.connection.emit_with_ack(1, "b", {}, deadline, outcome.done());
    peer.turn();
    EXPECT_EQ(peer.take_written(), R"(420["a",1] | 421["b"])");
    peer.text(R"(431["second"])");
    peer.text(R"(430[ "first" ])");
    EXPECT_EQ(outcome.all, (std::vector<std::string>{R"(["second"])", R"(["first"])"}));
    peer.text(R"(430["again"])");
    EXPECT_EQ(outcome.all.size(), 2U);
    EXPECT_EQ(peer.connection.ignored(), 1U);
    EXPECT_FALSE(peer.ended());
}

TEST(Connection, an_acknowledgement_may_bring_binary) {
    Joined peer;
    Arguments got;
    peer.connection.emit_with_ack(1, "a", {}, peer.now + Millis(5'000),
                                  [&](Result<Arguments> result) { got = *result; });
    peer.text(R"(461-0[{"_placeholder":true,"num":0}])");
    peer.binary("bytes");
    EXPECT_EQ(got, (Arguments{R"([{"_placeholder":true,"num":0}])", {"bytes"}}));
}

TEST(Connection, an_answer_with_binary_to_an_event_without) {
    Joined peer;
    peer.text(R"(4212["hi",1])");
    peer.connection.reply(1, 12, {R"([{"_placeholder":true,"num":0}])", {"bytes"}});
    peer.turn();
    EXPECT_EQ(peer.take_written(), R"(461-12[{"_placeholder":true,"num":0}] | bbytes)");
}

TEST(Connection, acknowledgements_time_out_each_at_its_time) {
    Outcome outcome;
    Joined peer;
    peer.connection.emit_with_ack(1, "a", {}, peer.now + Millis(3'000), outcome.done());
    peer.connection.emit_with_ack(1, "b", {}, peer.now + Millis(1'000), outcome.done());
    peer.connection.emit_with_ack(1, "c", {}, peer.now + Millis(2'000), outcome.done());
    peer.pass(Millis(999));
    EXPECT_TRUE(outcome.all.empty());
    peer.pass(Millis(1));
    EXPECT_EQ(outcome.all.size(), 1U);
    peer.text("432[]");
    peer.text("431[]");
    EXPECT_EQ(outcome.all, (std::vector<std::string>{"timeout", "[]"}));
    peer.pass(Millis(2'000));
    EXPECT_EQ(outcome.all.back(), "timeout");
    EXPECT_EQ(outcome.all.size(), 3U);
}

TEST(Connection, a_client_may_owe_a_thousand) {
    Outcome outcome;
    Joined peer;
    for (int i = 0; i < 1'001; ++i) {
        peer.connection.emit_with_ack(1, "a", {}, peer.now + Millis(5'000), outcome.done());
        peer.turn();
    }
    EXPECT_EQ(outcome.all, (std::vector<std::string>{"limit"}));
    peer.session.socket_gone(peer.now);
    EXPECT_EQ(outcome.all.size(), 1'001U);
    EXPECT_EQ(outcome.all.back(), "cancelled");
}

TEST(Connection, leaving_cancels_what_is_owed) {
    Outcome outcome;
    Joined peer;
    const auto deadline = peer.now + Millis(5'000);
    peer.connection.emit_with_ack(1, "a", {}, deadline, outcome.done());
    peer.text("41");
    EXPECT_EQ(outcome.all, (std::vector<std::string>{"cancelled"}));
    peer.connection.emit_with_ack(1, "a", {}, deadline, outcome.done());
    EXPECT_EQ(outcome.all.size(), 2U);
    peer.text("40");
    peer.connection.emit_with_ack(2, "a", {}, deadline, outcome.done());
    peer.connection.disconnect(2, peer.now);
    EXPECT_EQ(outcome.all, (std::vector<std::string>(3, "cancelled")));
}

TEST(Connection, ids_of_one_namespace_mean_nothing_in_another) {
    Outcome outcome;
    Joined peer;
    peer.text("40/api/events,");
    peer.connection.emit_with_ack(1, "a", {}, peer.now + Millis(5'000), outcome.done());
    peer.text("43/api/events,0[]");
    EXPECT_TRUE(outcome.all.empty());
    EXPECT_FALSE(peer.ended());
}

TEST(Connection, a_flood_of_acknowledgements_is_only_counted) {
    Joined peer;
    for (int i = 0; i < 10'000; ++i) {
        peer.text("43" + std::to_string(i) + "[]");
    }
    EXPECT_EQ(peer.connection.ignored(), 10'000U);
    EXPECT_FALSE(peer.ended());
}

// Binary

TEST(Connection, attachments_come_in_order) {
    Joined peer;
    peer.text(R"(453-7["up",{"a":{"_placeholder":true,"num":2}},{"_placeholder":true,"num":0}])");
    for (const auto* bytes : {"x", "", "z"}) {
        EXPECT_EQ(peer.take_told(), "");
        peer.binary(bytes);
    }
    EXPECT_EQ(
        peer.take_told(),
        R"(event up [{"a":{"_placeholder":true,"num":2}},{"_placeholder":true,"num":0}] <x> <> <z> ack 7)");
}

TEST(Connection, attachments_must_come_within_20_seconds) {
    for (const bool one_came : {false, true}) {
        Joined peer;
        peer.text(R"(452-["up"])");
        peer.pass(Millis(19'999));
        if (one_came) {
            peer.binary("x");
        }
        EXPECT_FALSE(peer.ended());
        peer.pass(Millis(1));
        EXPECT_EQ(peer.reason, EndReason::parse_error);
    }
}

TEST(Connection, text_and_attachments_together_are_bounded) {
    Joined peer;
    peer.text(R"(4510-["up"])");
    for (int i = 0; i < 9; ++i) {
        peer.binary(std::string(100'000, 'x'));
    }
    EXPECT_FALSE(peer.ended());
    peer.binary(std::string(100'000, 'x'));
    EXPECT_TRUE(peer.ended()) << "1,000,000 bytes and the text";
}

TEST(Connection, the_owner_may_close_within_an_event) {
    struct Closes final : Connection::Owner {
        explicit Closes(const ConnectionOptions& options)
            : connection(options, *this, SteadyTime{}) {}
        std::optional<Connection::Key> admit(std::string_view) override { return 1; }
        void connect(Connection::Key key, std::string_view, std::string) override {
            connection.accept(key, "x");
        }
        void event(Connection::Key key, std::string, Arguments,
                   std::optional<std::uint64_t>) override {
            connection.disconnect(key, SteadyTime{});
            connection.closed(EndReason::forced_close);
        }
        void left(Connection::Key, EndReason why, bool) override { reasons.push_back(why); }
        void send(const OutMessage&) override {}
        void close(EndReason, std::string) override {}
        Connection connection;
        std::vector<EndReason> reasons;
    };
    const ConnectionOptions options;
    Closes owner(options);
    owner.connection.text("0", {});
    owner.connection.text(R"(2["x"])", {});
    owner.connection.text(R"(2["x"])", {});
    EXPECT_EQ(owner.reasons, std::vector{EndReason::server_disconnect});
}

}  // namespace
}  // namespace rookery::protocol::socketio
