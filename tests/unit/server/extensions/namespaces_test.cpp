#include "unit/server/extensions/fakes.hpp"

#include <mutex>

namespace rookery::server {
namespace {

using hostapi::AnswerPtr;
using hostapi::ChannelForm;
using hostapi::ServedArguments;
using hostapi::ServedAuth;
using hostapi::ServedHold;
using hostapi::SocketNumber;

class NamespacesOfExtensions : public testing::Fixture {
  protected:
    /// What the extension was told, in order: "v1 connect sid1 kept a,b", "v1 event 7 hello [1]".
    std::string told() {
        settle();
        const std::lock_guard lock(mutex_);
        std::string text;
        for (const std::string& line : lines_) {
            text += (text.empty() ? "" : "|") + line;
        }
        lines_.clear();
        return text;
    }
    void tell(std::string line) {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
    }

    hostapi::ChannelHandlers handlers(const std::string& name) {
        hostapi::ChannelHandlers made;
        made.connected = [this, name](const hostapi::ServedSocket& socket, const ServedHold&) {
            last_ = socket.number;
            std::string line = name + " connect " + socket.id + (socket.kept ? " kept" : "") +
                               (socket.who.empty() ? "" : " " + socket.who);
            for (const std::string& room : socket.rooms) {
                line += " " + room;
            }
            tell(line + (socket.key == nullptr ? "" : " by " + socket.key->id));
        };
        made.event = [this, name](SocketNumber, const std::string& event,
                                  const ServedArguments& arguments,
                                  const AnswerPtr<ServedArguments>& reply, const ServedHold&) {
            tell(name + " " + event + " " + arguments.json +
                 std::string(arguments.attachments.size(), '+'));
            if (reply != nullptr) {
                reply->finish(ServedArguments{R"(["got it"])", {}});
            }
        };
        made.left = [this, name](SocketNumber, const std::string& reason, const ServedHold&) {
            tell(name + " left " + reason);
        };
        return made;
    }
    static ChannelForm form(std::string name, ServedAuth auth = ServedAuth::none) {
        ChannelForm made;
        made.name = std::move(name);
        made.auth = auth;
        return made;
    }

    SocketNumber last_ = 0;

  private:
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

TEST_F(NamespacesOfExtensions, carry_events_both_ways) {
    const auto echo = version("echo");
    const auto claim = echo->open(form("/custom"), handlers("v1"));
    ASSERT_TRUE(claim);
    settle();
    EXPECT_FALSE(sockets.has("/custom"));  // a version that is starting is not seen
    echo->activate();
    settle();
    ASSERT_TRUE(sockets.has("/custom"));
    sockets.connect("/custom", "{}");
    EXPECT_EQ(told(), "v1 connect sid1");
    std::string acknowledged;
    sockets.event(1, "hello", {R"([1,{"_placeholder":true,"num":0}])", {"bytes"}},
                  [&](const Arguments& arguments) { acknowledged = arguments.json; });
    EXPECT_EQ(told(), R"(v1 hello [1,{"_placeholder":true,"num":0}]+)");
    EXPECT_EQ(acknowledged, R"(["got it"])");

    EXPECT_TRUE(echo->emit(last_, "one", {"[1]", {"x"}}));
    EXPECT_TRUE(echo->join(last_, "a"));
    EXPECT_TRUE(echo->broadcast(*claim, {{"a", "b"}, {last_}}, "many", {"[2]", {}}));
    settle();
    EXPECT_EQ(sockets.sent, (std::vector<std::string>{"1 one [1]+", "/custom a b many [2] -1"}));
    EXPECT_EQ(sockets.rooms(1), std::vector<std::string>{"a"});
    EXPECT_TRUE(echo->disconnect(last_));
    EXPECT_EQ(told(), "v1 left server namespace disconnect");
    EXPECT_EQ(echo->emit(last_, "one", {}).error().kind(), ErrorKind::stale);
}

TEST_F(NamespacesOfExtensions, wait_for_a_clients_acknowledgement) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->open(form("/custom"), handlers("v1")));
    echo->activate();
    settle();
    sockets.connect("/custom", "{}");
    settle();
    std::vector<std::string> got;
    const auto note = [&](const Result<ServedArguments>& answer) {
        tell(answer ? answer->json : std::string(to_string(answer.error().kind())));
    };
    told();
    echo->call(last_, "ask", {"[1]", {}}, Millis{1'000}, note);
    settle();
    sockets.asked(Arguments{"[2]", {}});
    EXPECT_EQ(told(), "[2]");
    echo->call(last_, "ask", {"[1]", {}}, Millis{1'000}, note);
    settle();
    sockets.asked(Error(ErrorKind::timeout, "late"));
    EXPECT_EQ(told(), "timeout");
    echo->call(last_ + 1000, "ask", {"[1]", {}}, Millis{1'000}, note);
    EXPECT_EQ(told(), "stale");
}

TEST_F(NamespacesOfExtensions, admit_whoever_has_the_key) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->open(form("/custom", ServedAuth::key), handlers("v1")));
    echo->activate();
    settle();
    for (const char* const auth : {"{}", R"({"apiKey":"bad"})", R"({"apiKey":"other"})"}) {
        sockets.connect("/custom", auth);
    }
    EXPECT_EQ(sockets.refused, (std::vector<std::string>{"Missing API key", "Invalid API key",
                                                         "Insufficient scope"}));
    sockets.connect("/custom", R"({"token":"good"})");
    EXPECT_EQ(told(), "v1 connect sid1 by good");
    sockets.connect("/custom", R"({"apiKey":"dry"})");
    EXPECT_EQ(told(), "v1 connect sid2 by dry");
    sockets.event(2, "hello", {});
    EXPECT_EQ(told(), "");
    EXPECT_EQ(sockets.sent.size(), 1U);
    EXPECT_THAT(sockets.sent.front(), ::testing::HasSubstr("RATE_LIMITED"));
    guard.gone("good");
    EXPECT_EQ(told(), "v1 left server namespace disconnect");
}

TEST_F(NamespacesOfExtensions, leave_it_to_the_extension_who_is_admitted) {
    const auto echo = version("echo");
    auto own = handlers("v1");
    own.admit = [this](const hostapi::ServedHandshake& handshake,
                       const AnswerPtr<hostapi::Admitted>& answer, const ServedHold&) {
        tell("admit " + handshake.auth);
        if (handshake.auth == "{}") {
            answer->finish(hostapi::Admitted{false, {}, "who are you", R"({"code":1})"});
        } else if (handshake.auth != R"({"fail":1})") {
            answer->finish(hostapi::Admitted{true, R"({"name":"x"})", {}, {}});
        }
    };
    ASSERT_TRUE(echo->open(form("/custom", ServedAuth::own), std::move(own)));
    echo->activate();
    settle();
    sockets.connect("/custom", "{}");
    sockets.connect("/custom", R"({"fail":1})");
    sockets.connect("/custom", R"({"a":1})");
    EXPECT_EQ(told(), R"(admit {}|admit {"fail":1}|admit {"a":1}|v1 connect sid1 {"name":"x"})");
    EXPECT_EQ(sockets.refused,
              (std::vector<std::string>{R"(who are you{"code":1})", "Internal plugin error"}));
}

TEST_F(NamespacesOfExtensions, keep_their_sockets_and_events_over_a_reload) {
    const auto old = version("echo");
    ASSERT_TRUE(old->open(form("/custom"), handlers("old")));
    ASSERT_TRUE(old->open(form("/gone"), handlers("old")));
    old->activate();
    settle();
    sockets.connect("/custom", "{}");
    sockets.connect("/gone", "{}");
    EXPECT_EQ(told(), "old connect sid1|old connect sid2");
    EXPECT_TRUE(old->join(last_ - 1, "room"));
    old->hold();
    sockets.event(1, "held", {"[]", {}});
    sockets.connect("/custom", "{}");
    const auto next = version("echo");
    ASSERT_TRUE(next->open(form("/custom"), handlers("next")));
    EXPECT_EQ(told(), "");
    next->activate();
    old->close();
    EXPECT_EQ(told(), "next connect sid1 kept room|next connect sid3|next held []");
    EXPECT_TRUE(sockets.has("/custom"));
    EXPECT_FALSE(sockets.has("/gone"));
    EXPECT_EQ(old->emit(last_, "x", {}).error().kind(), ErrorKind::stale);
    EXPECT_TRUE(next->emit(last_, "x", {}));
}

TEST_F(NamespacesOfExtensions, go_with_the_extension) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->open(form("/custom"), handlers("v1")));
    echo->activate();
    settle();
    sockets.connect("/custom", "{}");
    told();
    echo->retire();
    settle();
    EXPECT_FALSE(sockets.has("/custom"));
    EXPECT_TRUE(sockets.clients.empty());
}

TEST_F(NamespacesOfExtensions, have_one_owner) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->open(form("/custom"), handlers("v1")));
    const auto other = version("other", "plugin");
    EXPECT_EQ(other->open(form("/custom"), handlers("v2")).error().message(),
              "script echo serves the namespace /custom already");
    const auto own = other->open(form("/taken"), handlers("v2"));
    EXPECT_THAT(own.error().message(),
                ::testing::HasSubstr(R"([server.namespaces] "/taken" = false)"));
    const auto claim = echo->open(form("/second"), handlers("v1"));
    echo->withdraw(*claim);
    EXPECT_TRUE(other->open(form("/second"), handlers("v2")));
}

TEST_F(NamespacesOfExtensions, open_again_with_the_server) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->open(form("/custom"), handlers("v1")));
    echo->activate();
    settle();
    sockets.connect("/custom", "{}");
    told();
    desk.detach();
    EXPECT_EQ(told(), "v1 left server namespace disconnect");
    EXPECT_FALSE(sockets.has("/custom"));
    attach();
    settle();
    EXPECT_TRUE(sockets.has("/custom"));
}

TEST_F(NamespacesOfExtensions, send_away_who_says_more_than_is_taken) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->open(form("/custom"), handlers("v1")));
    echo->activate();
    settle();
    sockets.connect("/custom", "{}");
    told();
    echo->hold();
    for (std::size_t i = 0; i <= extensions::Registry::kMostEvents; ++i) {
        ASSERT_TRUE(sockets.clients.contains(1));
        sockets.event(1, "flood", {});
    }
    settle();
    EXPECT_FALSE(sockets.clients.contains(1));
}

}  // namespace
}  // namespace rookery::server
