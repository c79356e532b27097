#include "gateway/supervisor.hpp"

#include "async/signal.hpp"
#include "support/io_fixture.hpp"

#include <functional>

namespace rookery::gateway {
namespace {

/// A connection that does what the test says.
class FakeSession final : public LinkSession {
  public:
    explicit FakeSession(const async::Executor& executor) : changed(executor) {}

    async::Task<LinkEnd> run(LinkReport& report) override {
        ++runs;
        struct Gone {
            bool& flag;
            ~Gone() { flag = false; }
        } const gone{alive};
        alive = true;
        co_return co_await body(report);
    }
    void hang_up(bool cut) override {
        ++(cut ? cuts : goodbyes);
        hung_up = true;
        changed.notify_all();
    }
    /// Until it is hung up.
    async::Task<LinkEnd> until_hung_up() {
        while (!hung_up) {
            co_await changed.wait();
        }
        hung_up = false;
        co_return LinkEnd{};
    }

    std::function<async::Task<LinkEnd>(LinkReport&)> body;
    async::Signal changed;
    unsigned runs = 0;
    unsigned cuts = 0;
    unsigned goodbyes = 0;
    bool hung_up = false;
    bool alive = false;
};

class SupervisorTest : public testing::IoFixture {
  protected:
    SupervisorTest() : session_(io_.get_executor()) { options_.backoff = {Millis{0}, Millis{0}}; }
    void make() {
        supervisor_ =
            Supervisor::make(io_.get_executor(), session_, options_, log::get("supervisor"));
        supervisor_->start();
    }
    void close() {
        run([this]() -> async::Task<> { co_await supervisor_->close(); });
    }
    BotStatus status() {
        BotStatus status;
        supervisor_->describe(status);
        return status;
    }

    FakeSession session_;
    SupervisorOptions options_;
    std::unique_ptr<Supervisor> supervisor_;
};

TEST_F(SupervisorTest, runs_a_session_that_ends_again_and_again) {
    session_.body = [](LinkReport&) -> async::Task<LinkEnd> { co_return LinkEnd{}; };
    make();
    run_until([&] { return session_.runs >= 5; });
    close();
    EXPECT_FALSE(session_.alive);
}

TEST_F(SupervisorTest, tells_what_the_session_tells) {
    session_.body = [this](LinkReport& report) -> async::Task<LinkEnd> {
        report.logging_in();
        report.ready(true);
        report.gap(Gap{std::nullopt, {}, 7});
        report.latency(std::chrono::microseconds(900));
        report.received(100, 3);
        LinkEnd end = co_await session_.until_hung_up();
        co_return end;
    };
    make();
    run_until([&] { return supervisor_->is_ready(); });
    const BotStatus now = status();
    EXPECT_EQ(now.state, "ready");
    EXPECT_EQ(now.connects, 1U);
    EXPECT_EQ(now.identifies, 1U);
    EXPECT_EQ(now.identifies_24h, 1U);
    EXPECT_EQ(now.resumes, 1U);
    EXPECT_EQ(now.gaps, 1U);
    EXPECT_EQ(now.bytes_in, 100U);
    EXPECT_EQ(now.frames, 3U);
    EXPECT_EQ(now.latency, std::chrono::microseconds(900));
    ASSERT_EQ(now.shards.size(), 1U);
    EXPECT_EQ(now.shards[0].state, "ready");
    EXPECT_EQ(now.shards[0].last_gap->last_seq, 7U);
    close();
    EXPECT_EQ(session_.goodbyes, 1U);
    EXPECT_EQ(status().state, "stopped");
}

TEST_F(SupervisorTest, cuts_a_login_that_hangs) {
    options_.login_timeout = Millis{1};
    session_.body = [this](LinkReport&) { return session_.until_hung_up(); };
    make();
    run_until([&] { return session_.runs >= 2; });
    EXPECT_GE(session_.cuts, 1U);
    close();
}

TEST_F(SupervisorTest, cancels_a_session_that_does_not_hang_up) {
    options_.login_timeout = Millis{1};
    options_.goodbye = Millis{1};
    session_.body = [](LinkReport&) -> async::Task<LinkEnd> {
        co_await async::sleep_for(std::chrono::hours(1));
        co_return LinkEnd{};
    };
    make();
    run_until([&] { return session_.runs >= 2; });
    close();
    EXPECT_FALSE(session_.alive);
}

TEST_F(SupervisorTest, cuts_a_silent_connection) {
    options_.silence = Millis{1};
    session_.body = [this](LinkReport& report) -> async::Task<LinkEnd> {
        report.ready(false);
        LinkEnd end = co_await session_.until_hung_up();
        co_return end;
    };
    make();
    run_until([&] { return session_.cuts >= 2; });
    close();
}

TEST_F(SupervisorTest, survives_a_session_that_throws) {
    session_.body = [](LinkReport&) -> async::Task<LinkEnd> {
        throw std::runtime_error("a library's");
        co_return LinkEnd{};
    };
    make();
    run_until([&] { return session_.runs >= 3; });
    close();
}

TEST_F(SupervisorTest, a_refusal_for_good_is_final_until_asked_again) {
    session_.body = [](LinkReport&) -> async::Task<LinkEnd> {
        co_return LinkEnd{LinkEnd::Then::fatal, "refused", Millis{0}, false};
    };
    make();
    run_until([&] { return status().fatal; });
    EXPECT_EQ(status().detail, "refused");
    EXPECT_EQ(session_.runs, 1U);
    session_.body = [this](LinkReport&) { return session_.until_hung_up(); };
    supervisor_->reconnect("the token has changed");
    run_until([&] { return session_.runs == 2; });
    close();
    EXPECT_FALSE(session_.alive);
}

TEST_F(SupervisorTest, closes_without_having_been_started) {
    supervisor_ = Supervisor::make(io_.get_executor(), session_, options_, log::get("supervisor"));
    close();
    EXPECT_EQ(session_.runs, 0U);
}

}  // namespace
}  // namespace rookery::gateway
