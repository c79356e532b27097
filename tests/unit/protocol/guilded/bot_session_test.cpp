#include "protocol/guilded/bot_session.hpp"

#include "protocol/guilded/bot_frame.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery::protocol::guilded {
namespace {

using Step = BotSession::Step;
using Beat = BotSession::Beat;

constexpr std::string_view kWelcome =
    R"({"op":1,"d":{"heartbeatIntervalMs":22500,"lastMessageId":"m-9","botId":"b","user":{"id":"aB3dE5f7","name":"Rook"}}})";

SteadyTime at(int millis) { return SteadyTime{} + Millis(millis + 1'000'000); }

Step feed(BotSession& session, std::string_view frame, SteadyTime now = at(0)) {
    const auto read = read_bot_frame(frame);
    EXPECT_TRUE(read) << frame;
    const Step step = session.on_frame(*read, now);
    if (step == Step::event) {
        session.taken(*read);
    }
    return step;
}

TEST(BotFrame, reads_the_envelope_in_any_order) {
    const auto frame = read_bot_frame(
        R"({"d":{"serverId":"x","op":7},"s":"id-1","t":"ChatMessageCreated","op":0})");
    ASSERT_TRUE(frame);
    EXPECT_TRUE(frame->is(BotOp::event));
    EXPECT_EQ(frame->type, "ChatMessageCreated");
    EXPECT_EQ(frame->id, "id-1");
    EXPECT_EQ(frame->data, R"({"serverId":"x","op":7})");
}

TEST(BotFrame, refuses_what_is_no_frame) {
    for (const std::string_view odd :
         {"", "null", "[]", "{}", R"({"op":"0"})", R"({"op":0})", R"({"op":0,"t":"X"})",
          R"({"op":0,"t":7,"d":{}})", R"({"op":0,"t":"X","d":[]})", R"({"op":0,"t":"X","d":null})",
          R"({"op":-1})", R"({"op":99999999999})"}) {
        EXPECT_FALSE(read_bot_frame(odd)) << odd;
    }
}

TEST(BotFrame, cut_anywhere_is_refused) {
    const std::string text = R"({"op":0,"t":"X","s":"1","d":{"message":{"content":"a\"b"}}})";
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(read_bot_frame(std::string_view(text).substr(0, size))) << size;
    }
}

TEST(BotFrame, a_welcome_gives_what_it_has) {
    EXPECT_EQ(read_welcome("{}").heartbeat, Millis(22'500));
    EXPECT_EQ(read_welcome(R"({"heartbeatIntervalMs":"7"})").heartbeat, Millis(22'500));
    EXPECT_EQ(read_welcome(R"({"heartbeatIntervalMs":1})").heartbeat, Millis(50));
    EXPECT_EQ(read_welcome(R"({"heartbeatIntervalMs":999999999})").heartbeat, Millis(300'000));
    EXPECT_EQ(read_welcome(R"({"user":{"id":"u","name":"n"}})").user_name, "n");
}

TEST(BotSession, without_a_cursor_the_welcome_is_the_beginning) {
    BotSession session("");
    EXPECT_FALSE(session.asked_for_replay());
    EXPECT_EQ(feed(session, kWelcome), Step::welcome);
    EXPECT_TRUE(session.ready());
    EXPECT_EQ(session.cursor(), "m-9");
    EXPECT_EQ(session.welcome().user_id, "aB3dE5f7");
}

TEST(BotSession, a_replay_is_over_with_op_2) {
    BotSession session("m-5");
    EXPECT_TRUE(session.asked_for_replay());
    EXPECT_EQ(feed(session, kWelcome), Step::welcome);
    EXPECT_FALSE(session.ready());
    EXPECT_EQ(session.cursor(), "m-5");
    EXPECT_EQ(feed(session, R"({"op":0,"t":"X","s":"m-6","d":{}})"), Step::event);
    EXPECT_EQ(session.cursor(), "m-6");
    EXPECT_EQ(feed(session, R"({"op":2,"d":{"s":"m-9"}})"), Step::resumed);
    EXPECT_TRUE(session.ready());
    EXPECT_EQ(session.cursor(), "m-9");
    EXPECT_EQ(feed(session, R"({"op":2,"d":{"s":"m-1"}})"), Step::nothing);
    EXPECT_EQ(session.cursor(), "m-9");
}

TEST(BotSession, an_event_without_an_id_leaves_the_cursor) {
    BotSession session("m-5");
    feed(session, kWelcome);
    EXPECT_EQ(feed(session, R"({"op":0,"t":"X","d":{}})"), Step::event);
    EXPECT_EQ(session.cursor(), "m-5");
}

TEST(BotSession, a_cursor_that_is_too_old_is_forgotten) {
    BotSession session("m-5");
    feed(session, kWelcome);
    EXPECT_EQ(feed(session, R"({"op":8,"d":{"message":"too old"}})"), Step::gap);
    EXPECT_EQ(session.cursor(), "");
    EXPECT_EQ(session.error(), "too old");
}

TEST(BotSession, an_error_without_a_replay_is_a_fault) {
    BotSession session("");
    EXPECT_EQ(feed(session, R"({"op":8})"), Step::failed);
    EXPECT_EQ(feed(session, R"({"op":9,"d":{"message":"sorry"}})"), Step::failed);
    EXPECT_EQ(session.error(), "sorry");
}

TEST(BotSession, unknown_ops_and_a_second_welcome_do_nothing) {
    BotSession session("");
    EXPECT_EQ(feed(session, R"({"op":10,"d":{}})"), Step::nothing);
    EXPECT_EQ(feed(session, kWelcome), Step::welcome);
    EXPECT_EQ(feed(session, kWelcome), Step::nothing);
    EXPECT_EQ(feed(session, R"({"op":4294967295})"), Step::nothing);
}

TEST(BotSession, beats_are_sent_and_their_silence_noticed) {
    BotSession session("");
    EXPECT_FALSE(session.beat_at());
    feed(session, kWelcome);
    EXPECT_EQ(session.beat(at(22'499)), Beat::wait);
    EXPECT_EQ(session.beat(at(22'500)), Beat::send);
    session.heard(at(22'600));
    EXPECT_EQ(session.beat(at(45'000)), Beat::send);
    EXPECT_EQ(session.beat(at(67'500)), Beat::dead);
}

TEST(BotSession, a_replay_that_does_not_end_is_told_once) {
    BotSession session("m-5");
    feed(session, kWelcome);
    EXPECT_EQ(session.beat_at(), at(10'000));
    EXPECT_EQ(session.beat(at(10'000)), Beat::late);
    EXPECT_TRUE(session.ready());
    EXPECT_EQ(session.beat(at(10'001)), Beat::wait);
}

}  // namespace
}  // namespace rookery::protocol::guilded
