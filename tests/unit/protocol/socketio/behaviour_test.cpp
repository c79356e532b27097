#include "support/socketio_peer.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace rookery::protocol::socketio {
namespace {

using test::SocketIoPeer;
using namespace std::string_literals;

/// A message of the client; binary ones are written with a leading "<".
using Frames = std::vector<std::string>;

/// What a server does with what a client says, a row each: the websocket is open, and `/` joined
/// unless the row says otherwise.
struct Row {
    const char* text;
    Frames frames;
    const char* expected;  ///< "close CODE", or what is written and told, joined by " | "
    bool joined = true;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.text; }

void say(SocketIoPeer& peer, const std::string& frame) {
    if (frame.starts_with('<')) {
        peer.binary(std::string_view(frame).substr(1));
    } else {
        peer.text(frame);
    }
}

std::string outcome(SocketIoPeer& peer, const Frames& frames) {
    peer.take_written();
    peer.take_told();
    for (const auto& frame : frames) {
        say(peer, frame);
    }
    if (peer.ended()) {
        return "close " + std::to_string(peer.close_code());
    }
    auto written = peer.take_written();
    const auto told = peer.take_told();
    return written + (written.empty() || told.empty() ? "" : " | ") + told;
}

std::string deep(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

const std::string kPlaced = R"(451-["x",{"_placeholder":true,"num":)";

const std::vector<Row> kRows{
    {"`40` twice", {"40"}, "close 1002"},
    {"`40` twice, the first not answered", {"40/api/events", "40/api/events"}, "close 1002"},
    {"`40[]`", {"40[]"}, "close 1002", false},
    {"`40\"x\"`", {"40\"x\""}, "close 1002", false},
    {"`40{`", {"40{"}, "close 1002", false},
    {"`40null`", {"40null"}, "close 1002", false},
    {"`401{}` (an id)", {"401{}"}, "close 1002", false},
    {"`40/nope`", {"40/nope"}, R"(44/nope,{"message":"Invalid namespace"})"},
    {"`40/nope,`", {"40/nope,"}, R"(44/nope,{"message":"Invalid namespace"})"},
    {"a namespace's name above 128 bytes", {"40/" + std::string(128, 'n')}, "close 1002"},
    {"the 5th refused namespace", Frames(5, "40/nope"), "close 1002"},
    {"the 9th namespace",
     {"40/n1", "40/n2", "40/n3", "40/n4", "40/n5", "40/n6", "40/n7", "40/n8"},
     R"(40/n1,{"sid":"sid2"} | 40/n2,{"sid":"sid3"} | 40/n3,{"sid":"sid4"} | 40/n4,{"sid":"sid5"} | )"
     R"(40/n5,{"sid":"sid6"} | 40/n6,{"sid":"sid7"} | 40/n7,{"sid":"sid8"} | )"
     R"(44/n8,{"message":"Too many namespaces"} | connect /n1 {} | connect /n2 {} | connect /n3 {} | )"
     R"(connect /n4 {} | connect /n5 {} | connect /n6 {} | connect /n7 {})"},
    {"event before CONNECT", {R"(42["hi"])"}, "close 1002", false},
    {"event to a foreign namespace", {R"(42/nope,["hi"])"}, "close 1002"},
    {"event to a namespace that exists, not joined", {R"(42/api/events,["hi"])"}, "close 1002"},
    {"`41` before CONNECT", {"41"}, "close 1002", false},
    {"`43` before CONNECT", {"430[]"}, "close 1002", false},
    {"`42` (no JSON)", {"42"}, "close 1002"},
    {"`42[]`", {"42[]"}, "close 1002"},
    {"`42[null]`", {"42[null]"}, "close 1002"},
    {"`42[{}]`", {"42[{}]"}, "close 1002"},
    {"reserved name connect", {R"(42["connect"])"}, "close 1002"},
    {"reserved name connect_error", {R"(42["connect_error"])"}, "close 1002"},
    {"reserved name disconnect", {R"(42["disconnect"])"}, "close 1002"},
    {"reserved name disconnecting", {R"(42["disconnecting"])"}, "close 1002"},
    {"reserved name newListener", {R"(42["newListener"])"}, "close 1002"},
    {"reserved name removeListener", {R"(42["removeListener"])"}, "close 1002"},
    {"`42[1]`", {"42[1]"}, "event 1 []"},
    {"`42[\"error\"]`", {R"(42["error"])"}, "event error []"},
    {"`42 1[\"hi\"]` (blank in id)", {R"(42 1["hi"])"}, "close 1002"},
    {"`42-1[\"hi\"]`", {R"(42-1["hi"])"}, "close 1002"},
    {"id above 2^53", {R"(42100000000000000000000["hi"])"}, "close 1002"},
    {"id `007`", {R"(42007["hi"])"}, "event hi [] ack 7"},
    {"`43[]`", {"43[]"}, ""},
    {"`43999[]`", {"43999[]"}, ""},
    {"`43999[]` with an attachment", {"461-999[]", "<x"}, ""},
    {"`431{}`", {"431{}"}, "close 1002"},
    {"`43`", {"43"}, "close 1002"},
    {"`44{...}` from client", {R"(44{"message":"x"})"}, "close 1002"},
    {"`450-...`", {R"(450-["hi"])"}, "close 1002"},
    {"`4511-...`", {R"(4511-["hi"])"}, "close 1002"},
    {"`451000000-...`", {R"(451000000-["hi"])"}, "close 1002"},
    {"`45[\"hi\"]`", {R"(45["hi"])"}, "close 1002"},
    {"`45-1-...`", {R"(45-1-["hi"])"}, "close 1002"},
    {"`451e1-...`", {R"(451e1-["hi"])"}, "close 1002"},
    {"`460-...`", {"460-1[]"}, "close 1002"},
    {"binary frame unasked", {"<abc"}, "close 1002"},
    {"text instead of binary", {kPlaced + "0}]", R"(42["hi"])"}, "close 1002"},
    {"one attachment too many", {kPlaced + "0}]", "<a", "<b"}, "close 1002"},
    {"`num` 5", {kPlaced + "5}]"}, "close 1002"},
    {"`num` -1", {kPlaced + "-1}]"}, "close 1002"},
    {"`num` \"0\"", {kPlaced + "\"0\"}]"}, "close 1002"},
    {"`num` 0.5", {kPlaced + "0.5}]"}, "close 1002"},
    {"a binary event",
     {kPlaced + "0}]", "<a\x1e"},
     "event x [{\"_placeholder\":true,\"num\":0}] <a\x1e>"},
    {"a binary event by base64",
     {kPlaced + "0}]", "bYWJj"},
     "event x [{\"_placeholder\":true,\"num\":0}] <abc>"},
    {"`7`", {"7"}, "close 1002"},
    {"`` (empty)", {""}, "close 1002"},
    {"`4`", {"4"}, "close 1002"},
    {"`47`", {"47"}, "close 1002"},
    {"`b` that is no base64", {"b?"}, "close 1002"},
    {"`0{}` unasked", {"0{}"}, ""},
    {"`3` unasked", {"3"}, ""},
    {"`5` unasked", {"5"}, ""},
    {"`6` unasked", {"6"}, ""},
    {"`1`", {"1"}, "close 1000"},
    {"`2`", {"2"}, "close 1002"},
    {"JSON nested 100000 deep", {"42[\"x\"," + deep(100'000) + "]"}, "close 1002"},
    {"JSON nested 65 deep", {"42[\"x\"," + deep(64) + "]"}, "close 1002"},
    {"JSON nested 64 deep", {"42[\"x\"," + deep(3) + "]"}, "event x [[[[]]]]"},
    {"the same in a binary event (20000)", {"451-[\"x\"," + deep(20'000) + "]"}, "close 1002"},
    {"a message of 1000001 bytes", {"42[\"" + std::string(999'995, 'x') + "\"]"}, "close 1009"},
    {"attachments above the limit together",
     {R"(452-["x"])", "<" + std::string(600'000, 'x'), "<" + std::string(600'000, 'x')},
     "close 1002"},
    {"invalid UTF-8 in a text frame", {"42[\"\xff\"]"}, "close 1007"},
    {"invalid UTF-8 where no JSON is", {"\xff"}, "close 1007"},
    {"a surrogate in UTF-8", {"42[\"\xed\xa0\x80\"]"}, "close 1007"},
    {"`\\ud800` stays an escape", {R"(42["x","\ud800"])"}, R"(event x ["\ud800"])"},
    {"a raw NUL in JSON", {"42[\"x\0\"]"s}, "close 1002"},
    {"a raw 0x1E in JSON", {"42[\"x\x1e\"]"}, "close 1002"},
    {"`41`", {"41"}, "left 1 client namespace disconnect"},
    {"`41{}`", {"41{}"}, "close 1002"},
    {"event after `41`", {"41", R"(42["hi"])"}, "close 1002"},
    {"joined again after `41`",
     {"41", "40"},
     R"(40{"sid":"sid2"} | left 1 client namespace disconnect | connect / {})"},
    {"duplicate keys",
     {R"(42["x",{"a":1,"a":2,"__proto__":{}}])"},
     R"(event x [{"a":1,"a":2,"__proto__":{}}])"},
    {"big numbers",
     {R"(42["x",1e400,123456789012345678901])"},
     "event x [1e400,123456789012345678901]"},
};

class Behaviour : public testing::TestWithParam<Row> {};

TEST_P(Behaviour, row) {
    const Row& row = GetParam();
    SocketIoPeer peer;
    if (row.joined) {
        peer.text("40");
    }
    EXPECT_EQ(outcome(peer, row.frames), row.expected) << row.text << ": " << peer.why;
    if (peer.ended()) {
        EXPECT_EQ(peer.reason, row.expected == "close 1000"s ? EndReason::transport_close
                                                             : EndReason::parse_error);
        EXPECT_EQ(peer.session.state(), EngineSession::State::closed);
        say(peer, R"(42["late"])");
        EXPECT_EQ(peer.take_told().find("late"), std::string::npos);
    }
}

/// The same by polling: what closes a websocket ends the session, what does not does not.
TEST_P(Behaviour, row_by_polling) {
    const Row& row = GetParam();
    SocketIoPeer peer(SocketIoPeer::Transport::polling);
    std::string body = row.joined ? "40" : "";
    for (const auto& frame : row.frames) {
        if (frame.starts_with('<')) {
            append_to_payload(body, OutPacket::binary(frame.substr(1)));
        } else {
            body += (body.empty() ? "" : "\x1e") + frame;
        }
    }
    EXPECT_EQ(peer.poll(), "wait");
    (void)peer.post(body);
    const bool closes = std::string_view(row.expected).starts_with("close");
    const bool framing = body.size() > peer.engine.max_payload;  // 413: the session lives
    EXPECT_EQ(peer.ended(), closes && !framing) << peer.why;
}

std::string name_of(const testing::TestParamInfo<Row>& info) {
    std::string name = std::to_string(info.index);
    for (const char* c = info.param.text; *c != '\0'; ++c) {
        name += std::isalnum(static_cast<unsigned char>(*c)) != 0 ? *c : '_';
    }
    return name;
}

INSTANTIATE_TEST_SUITE_P(Table, Behaviour, testing::ValuesIn(kRows), name_of);

TEST(BehaviourOfHttp, a_post_above_max_payload_leaves_the_session_alone) {
    SocketIoPeer peer(SocketIoPeer::Transport::polling);
    EXPECT_EQ(peer.post(std::string(1'000'001, '4')), 413U);
    EXPECT_FALSE(peer.ended());
    EXPECT_EQ(peer.post("40"), 200U);
    EXPECT_EQ(peer.poll(), R"(40{"sid":"sid1"})");
}

TEST(BehaviourOfHttp, a_post_of_octets_ends_the_session) {
    for (const auto* type : {"application/octet-stream", "Application/Octet-Stream; x=y"}) {
        SocketIoPeer peer(SocketIoPeer::Transport::polling);
        EXPECT_EQ(peer.post("40", type), 400U);
        EXPECT_TRUE(peer.ended());
    }
}

TEST(BehaviourOfHttp, a_post_that_is_not_utf8_ends_the_session) {
    SocketIoPeer peer(SocketIoPeer::Transport::polling);
    EXPECT_EQ(peer.post("40\xff"), 400U);
    EXPECT_TRUE(peer.ended());
}

TEST(BehaviourOfHttp, an_empty_post_ends_the_session) {
    SocketIoPeer peer(SocketIoPeer::Transport::polling);
    EXPECT_EQ(peer.post(""), 400U);
    EXPECT_TRUE(peer.ended());
}

TEST(BehaviourOfTime, no_connect_is_closed_after_the_connect_timeout) {
    SocketIoPeer peer;
    peer.pass(Millis(9'999));
    EXPECT_FALSE(peer.ended());
    peer.pass(Millis(1));
    EXPECT_TRUE(peer.ended());
    EXPECT_EQ(peer.reason, EndReason::forced_close);
}

TEST(BehaviourOfTime, refused_connects_do_not_hold_off_the_connect_timeout) {
    SocketIoPeer peer;
    for (int i = 0; i < 4; ++i) {
        peer.pass(Millis(2'400));
        peer.text("40/nope");
    }
    EXPECT_FALSE(peer.ended());
    peer.pass(Millis(400));
    EXPECT_TRUE(peer.ended());
}

TEST(BehaviourFuzz, rows_in_any_order_never_break_a_rule) {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        SocketIoPeer peer(random() % 2 == 0 ? SocketIoPeer::Transport::polling
                                            : SocketIoPeer::Transport::websocket);
        for (int step = 0; step < 40 && !peer.ended(); ++step) {
            const auto& row = kRows[random() % kRows.size()];
            std::string frame = row.frames[random() % row.frames.size()];
            if (frame.size() > 1000) {
                continue;
            }
            if (random() % 3 == 0 && !frame.empty()) {
                frame[random() % frame.size()] = static_cast<char>(random());
            }
            if (peer.session.state() == EngineSession::State::websocket) {
                say(peer, frame);
            } else {
                (void)peer.post(frame);
                if (!peer.session.poll_waits()) {
                    (void)peer.poll();
                }
            }
            peer.pass(Millis(random() % 50));
            EXPECT_LE(peer.connection.joined(), peer.rules.most_namespaces);
        }
    }
}

}  // namespace
}  // namespace rookery::protocol::socketio
