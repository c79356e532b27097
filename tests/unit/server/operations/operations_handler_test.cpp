#include "server/operations/operations_handler.hpp"

#include "server/access/key_ring.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

namespace rookery::server {
namespace {

using namespace std::chrono_literals;

class FakeExchange final : public Exchange {
  public:
    explicit FakeExchange(Request request) { request_ = std::move(request); }
    void respond(Response response) override { answer = std::move(response); }
    void on_gone(std::function<void()>) override {}

    std::optional<Response> answer;
};

class FakeRuntime final : public Runtime {
  public:
    std::vector<BotInfo> bots() const override { return {}; }
    void call(hostapi::OperationCall, hostapi::OperationDone) override {}
    void cached(std::string, std::string_view, std::string, std::string, Cached) override {}
    void cached_list(std::string, std::string_view, std::string, Cached) override {}
    bus::EventBus& bus() override { return bus_; }
    void readiness(std::function<void(Readiness)> done) override {
        ++asked;
        if (!silent) {
            done({{{"store", "", "open", "", true}}});
        }
    }
    void metrics(std::function<void(RuntimeMetrics)> done) override {
        done({{{"a_total", Family::Kind::counter, "A.", {{{}, 3}}}}, "extra 1\n"});
    }

    int asked = 0;
    bool silent = false;

  private:
    bus::EventBus bus_;
};

class OperationsHandlerTest : public ::testing::Test {
  protected:
    OperationsHandlerTest() {
        config::ServerSection section;
        for (const char* scope : {"read:metrics", "read:guilds"}) {
            config::ServerKeySection key;
            key.id = scope;
            key.key = Secret(std::string("the-key-for-") + scope);
            key.scopes = {scope};
            section.keys.push_back(std::move(key));
        }
        ring.apply(section);
    }

    Response ask(std::string path, std::string peer = "127.0.0.1", std::string key = {},
                 Headers headers = {}) {
        Request request;
        request.method = "GET";
        request.path = std::move(path);
        request.peer = std::move(peer);
        request.headers = std::move(headers);
        if (!key.empty()) {
            request.headers.add("X-API-Key", key);
        }
        return ask(std::move(request));
    }
    Response ask(Request request) {
        auto exchange = std::make_shared<FakeExchange>(std::move(request));
        handler.handle(exchange);
        return exchange->answer.value_or(Response{});
    }

    rookery::testing::TempDir folder;
    rookery::testing::FakeClock clock;
    boost::asio::io_context io;
    FakeRuntime runtime;
    KeyRing ring{clock, folder.path()};
    OperationsHandler handler{
        io,
        clock,
        ring,
        runtime,
        [](Families& families) {
            families.push_back({"b_total", Family::Kind::counter, "B.", {{{}, 4}}});
        },
        Millis{1}};
};

TEST_F(OperationsHandlerTest, health_is_everybody_s) {
    EXPECT_EQ(ask("/healthz", "192.0.2.1").status, 200U);
    EXPECT_EQ(ask("/health", "192.0.2.1").status, 200U);
}

TEST_F(OperationsHandlerTest, metrics_are_those_of_both_sides) {
    const auto answer = ask("/metrics");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
    for (const char* line : {"a_total 3\n", "b_total 4\n", "extra 1\n"}) {
        EXPECT_NE(answer.body->find(line), std::string::npos) << *answer.body;
    }
}

TEST_F(OperationsHandlerTest, metrics_of_others_need_a_key_with_the_scope) {
    EXPECT_EQ(ask("/metrics", "192.0.2.1").status, 401U);
    EXPECT_EQ(ask("/metrics", "192.0.2.1", "the-key-for-read:guilds").status, 403U);
    EXPECT_EQ(ask("/metrics", "192.0.2.1", "the-key-for-read:metrics").status, 200U);
}

TEST_F(OperationsHandlerTest, proxy_on_this_machine_is_not_this_machine) {
    EXPECT_EQ(ask("/metrics", "127.0.0.1", "", {{"X-Forwarded-For", "127.0.0.1"}}).status, 401U);
    EXPECT_EQ(ask("/metrics", "::1").status, 200U);
}

TEST_F(OperationsHandlerTest, reasons_of_readiness_are_for_this_machine_and_keys) {
    EXPECT_NE(ask("/readyz").body->find("parts"), std::string::npos);
    EXPECT_EQ(*ask("/readyz", "192.0.2.1").body, R"({"status":"ready"})");
    EXPECT_NE(ask("/readyz", "192.0.2.1", "the-key-for-read:metrics").body->find("parts"),
              std::string::npos);
    EXPECT_EQ(*ask("/readyz", "192.0.2.1", "the-key-for-read:guilds").body,
              R"({"status":"ready"})");
    EXPECT_EQ(ask("/readyz", "192.0.2.1", "wrong").status, 401U);
}

TEST_F(OperationsHandlerTest, readiness_is_text_for_whoever_accepts_it) {
    EXPECT_EQ(*ask("/readyz", "127.0.0.1", "", {{"Accept", "text/plain"}}).body,
              "ready\nstore: open\n");
}

TEST_F(OperationsHandlerTest, readiness_is_asked_for_twice_a_second_at_most) {
    (void)ask("/readyz");
    (void)ask("/readyz");
    EXPECT_EQ(runtime.asked, 1);
    clock.advance(500ms);
    (void)ask("/readyz");
    EXPECT_EQ(runtime.asked, 2);
}

TEST_F(OperationsHandlerTest, process_that_does_not_answer_is_not_ready) {
    runtime.silent = true;
    Request request;
    request.method = "GET";
    request.path = "/readyz";
    request.peer = "127.0.0.1";
    auto exchange = std::make_shared<FakeExchange>(std::move(request));
    handler.handle(exchange);
    EXPECT_FALSE(exchange->answer);
    io.run();
    ASSERT_TRUE(exchange->answer);
    EXPECT_EQ(exchange->answer->status, 503U);
    EXPECT_NE(exchange->answer->body->find("silent"), std::string::npos);
}

TEST_F(OperationsHandlerTest, other_methods_and_paths_are_refused) {
    Request request;
    request.method = "POST";
    request.path = "/metrics";
    request.peer = "127.0.0.1";
    EXPECT_EQ(ask(request).status, 405U);
    EXPECT_EQ(ask("/healthz/more").status, 404U);
}

}  // namespace
}  // namespace rookery::server
