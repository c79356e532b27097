#include "protocol/revolt/session_fsm.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <type_traits>
#include <vector>

namespace rookery::protocol::revolt {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

/// A machine and its clock; actions as short texts.
class SessionTest : public testing::Test {
  protected:
    using Lines = std::vector<std::string>;

    static std::string line(const Action& action) {
        return std::visit(
            [](const auto& what) -> std::string {
                using What = std::decay_t<decltype(what)>;
                if constexpr (std::is_same_v<What, action::Send>) {
                    return "send " + what.payload;
                } else if constexpr (std::is_same_v<What, action::Ready>) {
                    return what.first ? "ready" : "ready again";
                } else if constexpr (std::is_same_v<What, action::Event>) {
                    return "event";
                } else if constexpr (std::is_same_v<What, action::Bulk>) {
                    return "bulk";
                } else if constexpr (std::is_same_v<What, action::Latency>) {
                    return "latency " + std::to_string(what.round_trip.count());
                } else if constexpr (std::is_same_v<What, action::Note>) {
                    return "note";
                } else {
                    return std::string(what.fatal ? "fatal" : "end") +
                           (what.login_refused ? " refused: " : ": ") + what.text;
                }
            },
            action);
    }
    static Lines lines(const SessionFsm::Actions& actions) {
        Lines out;
        for (const auto& action : actions) {
            out.push_back(line(action));
        }
        return out;
    }
    Lines frame(std::string_view text) {
        const auto scanned = scan_frame(text);
        EXPECT_TRUE(scanned) << text;
        return lines(fsm.step(*scanned, now));
    }
    Lines pass(Millis time) {
        now += time;
        return lines(fsm.tick(now));
    }
    void log_in() {
        (void)fsm.opened();
        frame(R"({"type":"Authenticated"})");
        EXPECT_EQ(frame(R"({"type":"Ready","users":[]})"), Lines{"ready"});
    }

    SteadyTime now{1h};
    SessionFsm fsm{{.token = Secret("token-of-the-bot")}};
};

TEST_F(SessionTest, the_token_goes_in_a_message) {
    EXPECT_EQ(lines(fsm.opened()),
              Lines{R"(send {"token":"token-of-the-bot","type":"Authenticate"})"});
    EXPECT_EQ(gateway_url("ws://host:1/x", Format::json), "ws://host:1/x?version=1&format=json");
    EXPECT_EQ(gateway_url("ws://host/?a=b", Format::msgpack),
              "ws://host/?a=b&version=1&format=msgpack");
}

TEST_F(SessionTest, login_then_events) {
    log_in();
    EXPECT_EQ(fsm.state(), State::ready);
    EXPECT_TRUE(fsm.is_event("Message"));
    EXPECT_TRUE(fsm.is_event("SomethingNew"));
    for (const char* type :
         {"Ready", "Bulk", "Pong", "Ping", "Error", "Logout", "Authenticated", "InvalidSession"}) {
        EXPECT_FALSE(fsm.is_event(type)) << type;
    }
    EXPECT_EQ(frame(R"({"type":"SomethingNew"})"), Lines{"event"});
    EXPECT_EQ(frame(R"({"type":"Bulk","v":[]})"), Lines{"bulk"});
}

TEST_F(SessionTest, in_msgpack_what_is_sent_is_binary) {
    SessionFsm packed({.token = Secret("token"), .format = Format::msgpack});
    const auto actions = packed.opened();
    ASSERT_EQ(actions.size(), 1u);
    const auto& payload = std::get<action::Send>(actions[0]).payload;
    EXPECT_EQ(json::from_msgpack(payload), (json{{"type", "Authenticate"}, {"token", "token"}}));
    EXPECT_EQ(json::from_msgpack(encode_typing("01J0", false, Format::msgpack)),
              (json{{"type", "EndTyping"}, {"channel", "01J0"}}));
}

TEST_F(SessionTest, refused_logins_in_every_form) {
    for (const char* text :
         {R"({"type":"Error","data":{"type":"InvalidSession","location":"x"}})",
          R"({"type":"Error","error":"InvalidSession"})", R"({"type":"InvalidSession"})"}) {
        SessionFsm one({.token = Secret("token")});
        (void)one.opened();
        EXPECT_EQ(lines(one.step(*scan_frame(text), now)),
                  Lines{"fatal refused: the token was refused (InvalidSession)"});
        EXPECT_EQ(one.state(), State::over);
        EXPECT_FALSE(one.deadline());
    }
    (void)fsm.opened();
    EXPECT_EQ(frame(R"({"type":"Error","data":{"type":"OnboardingNotFinished"}})"),
              Lines{"fatal refused: the account has no name yet (OnboardingNotFinished)"});
}

TEST_F(SessionTest, a_login_that_fails_on_the_servers_side_is_tried_again) {
    (void)fsm.opened();
    EXPECT_EQ(frame(R"({"type":"Error","error":"InternalError"})"),
              Lines{"end refused: the login failed: InternalError"});
}

TEST_F(SessionTest, logout_is_final) {
    log_in();
    EXPECT_EQ(
        frame(R"({"type":"Logout"})"),
        Lines{"fatal: logged out by the server: the bot's token was reset, or its session ended"});
    EXPECT_TRUE(frame(R"({"type":"Message"})").empty());
    EXPECT_TRUE(pass(1h).empty());
}

TEST_F(SessionTest, an_error_in_the_session_is_told_and_passed_on) {
    log_in();
    EXPECT_EQ(frame(R"({"type":"Error","data":{"type":"LabelMe"}})"), (Lines{"note", "event"}));
    EXPECT_EQ(fsm.state(), State::ready);
    EXPECT_EQ(frame(R"({"type":"Error","error":"InvalidSession"})"),
              Lines{"fatal: the token was refused (InvalidSession)"});
}

TEST_F(SessionTest, frames_before_the_login_are_not_events) {
    (void)fsm.opened();
    EXPECT_EQ(frame(R"({"type":"Message"})"), Lines{"note"});
}

TEST_F(SessionTest, a_second_ready_or_authenticated_does_no_harm) {
    log_in();
    EXPECT_TRUE(frame(R"({"type":"Authenticated"})").empty());
    EXPECT_EQ(frame(R"({"type":"Ready"})"), (Lines{"note", "ready again"}));
    EXPECT_EQ(fsm.state(), State::ready);
}

TEST_F(SessionTest, pings_measure_the_latency) {
    log_in();
    EXPECT_EQ(fsm.deadline(), now + 20s);
    EXPECT_TRUE(pass(19s).empty());
    EXPECT_EQ(pass(1s), Lines{R"(send {"data":1,"type":"Ping"})"});
    now += 30ms;
    EXPECT_EQ(frame(R"({"type":"Pong","data":1})"), Lines{"latency 30000"});
    EXPECT_EQ(pass(20s), Lines{R"(send {"data":2,"type":"Ping"})"});
}

TEST_F(SessionTest, a_ping_without_answer_ends_the_connection) {
    log_in();
    pass(20s);
    EXPECT_TRUE(frame(R"({"type":"Pong","data":77})").empty());
    EXPECT_TRUE(frame(R"({"type":"Pong"})").empty());
    EXPECT_EQ(pass(10s), Lines{"end: no Pong within 10000 ms"});
    EXPECT_EQ(fsm.state(), State::over);
}

TEST_F(SessionTest, an_answer_may_stand_in_line_behind_events_but_not_for_ever) {
    log_in();
    pass(20s);
    for (int i = 0; i < 11; ++i) {
        EXPECT_TRUE(pass(5s).empty()) << i;
        fsm.events_came(now);
    }
    EXPECT_EQ(pass(5s), Lines{"end: no Pong within 60000 ms"});
}

TEST_F(SessionTest, who_could_not_read_waits_longer_for_the_answer) {
    log_in();
    pass(20s);
    now += 9s;
    fsm.excuse(now);
    EXPECT_TRUE(pass(5s).empty());
    EXPECT_EQ(frame(R"({"type":"Pong","data":1})"), Lines{"latency 14000000"});
}

TEST_F(SessionTest, no_ping_before_the_login) {
    (void)fsm.opened();
    EXPECT_FALSE(fsm.deadline());
    frame(R"({"type":"Authenticated"})");
    EXPECT_TRUE(fsm.deadline());
}

TEST_F(SessionTest, a_ping_of_the_server_is_answered) {
    log_in();
    EXPECT_EQ(frame(R"({"type":"Ping","data":17})"), Lines{R"(send {"data":17,"type":"Pong"})"});
    EXPECT_EQ(frame(R"({"type":"Ping","data":[1,2]})"),
              Lines{R"(send {"data":[1,2],"type":"Pong"})"});
    for (const char* text : {R"({"type":"Ping"})", R"({"type":"Ping","data":"x"})",
                             R"({"type":"Ping","data":-1})", R"({"type":"Ping","data":1.5})"}) {
        EXPECT_TRUE(frame(text).empty()) << text;
    }
    EXPECT_TRUE(frame(R"({"type":"Ping","data":[)" + std::string(600, '1') + "]}").empty());
}

}  // namespace
}  // namespace rookery::protocol::revolt
