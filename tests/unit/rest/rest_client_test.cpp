#include "rest/rest_client.hpp"

#include "async/signal.hpp"
#include "support/io_fixture.hpp"
#include "support/script_server.hpp"

#include <deque>

namespace rookery::rest {
namespace {

using async::Task;
using testing::ScriptConnection;
using testing::ScriptServer;

/// The test's own platform: "X-Scope" names the scope, "X-Wait" the milliseconds.
LimitInfo read_test_limits(const net::HttpResponse& response) {
    LimitInfo info;
    info.status = response.status;
    const auto scope = response.headers.find("X-Scope").value_or("");
    if (response.status == 429) {
        info.scope = scope == "global" ? LimitScope::global : LimitScope::bucket;
    }
    if (const auto wait = response.headers.find("X-Wait")) {
        info.retry_after = Millis(std::stoi(std::string(*wait)));
    }
    return info;
}

std::string answer(int status, const std::string& more = "") {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + more + "Content-Length: 0\r\n\r\n";
}

class RestClientTest : public testing::IoFixture {
  protected:
    /// Answers one request after the other; an empty answer closes the connection instead. When
    /// there are none left, 200.
    void serve(std::deque<std::string> answers) {
        answers_ = std::move(answers);
        server_.emplace(io_, tasks_, [this](ScriptConnection& peer, int) -> Task<> {
            while (true) {
                const auto request = co_await peer.read_request();
                if (request.empty()) {
                    co_return;
                }
                seen_.push_back(request.substr(0, request.find(" HTTP")));
                std::string next = answer(200);
                if (!answers_.empty()) {
                    next = answers_.front();
                    answers_.pop_front();
                }
                if (next.empty()) {
                    peer.close();
                    co_return;
                }
                co_await peer.write(next);
            }
        });
    }
    RestRequest request(const std::string& method = "GET", const std::string& path = "/a") const {
        RestRequest out;
        out.http.method = method;
        out.http.url = *net::parse_url(server_->url("http", path));
        out.http.timeout = Millis(2'000);
        out.route.key = method + " " + path;
        out.label = out.route.key;
        return out;
    }
    Result<net::HttpResponse> ask(RestRequest what) {
        return run<Result<net::HttpResponse>>([&] { return client_.request(what); });
    }

    std::deque<std::string> answers_;
    std::vector<std::string> seen_;
    std::optional<ScriptServer> server_;
    net::HttpClient http_{io_.get_executor(), {}};
    RestClient client_{
        io_.get_executor(),
        http_,
        read_test_limits,
        {.limits = {}, .backoff = {Millis(2), Millis(4)}, .random = [] { return 0.5; }}};
};

TEST_F(RestClientTest, passes_answers_on_whatever_their_status) {
    serve({answer(200), answer(404)});
    EXPECT_EQ(ask(request())->status, 200U);
    EXPECT_EQ(ask(request())->status, 404U);
    EXPECT_EQ(client_.counters().requests, 2U);
}

TEST_F(RestClientTest, a_limited_request_is_sent_again_and_the_caller_sees_success_only) {
    serve({answer(429, "X-Wait: 5\r\n"), answer(429, "X-Wait: 5\r\nX-Scope: global\r\n"),
           answer(201)});
    EXPECT_EQ(ask(request("POST"))->status, 201U);
    EXPECT_EQ(seen_.size(), 3U);
    EXPECT_EQ(client_.counters().limited_bucket, 1U);
    EXPECT_EQ(client_.counters().limited_global, 1U);
}

TEST_F(RestClientTest, counts_by_route_what_became_of_its_requests) {
    serve({answer(429, "X-Wait: 5\r\n"), answer(201), answer(404)});
    EXPECT_EQ(ask(request("POST"))->status, 201U);
    EXPECT_EQ(ask(request("GET"))->status, 404U);
    const RouteCounters& posted = client_.routes().at("POST /a");
    EXPECT_EQ(posted.answers[2], 1U);
    EXPECT_EQ(posted.answers[4], 1U);
    EXPECT_EQ(posted.limited, 1U);
    EXPECT_EQ(posted.times.counts().total, 2U);
    EXPECT_EQ(client_.routes().at("GET /a").answers[4], 1U);
    EXPECT_EQ(client_.routes().at("GET /a").limited, 0U);
}

TEST_F(RestClientTest, a_limit_longer_than_the_request_may_wait_is_an_error_at_once) {
    serve({answer(429, "X-Wait: 600000\r\n")});
    const auto result = ask(request());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::timeout);
    EXPECT_EQ(client_.counters().refused, 1U);
}

TEST_F(RestClientTest, a_failing_server_is_tried_three_times) {
    serve({answer(502), answer(503), answer(500), answer(200)});
    EXPECT_EQ(ask(request())->status, 500U);
    EXPECT_EQ(seen_.size(), 3U);
    EXPECT_EQ(client_.counters().repeats, 2U);
}

TEST_F(RestClientTest, a_server_that_recovers_is_not_noticed) {
    serve({answer(502), answer(200)});
    EXPECT_EQ(ask(request())->status, 200U);
}

TEST_F(RestClientTest, a_broken_connection_is_tried_again) {
    serve({"", answer(200)});
    EXPECT_EQ(ask(request("DELETE"))->status, 200U);
    EXPECT_EQ(client_.counters().repeats, 1U);
}

TEST_F(RestClientTest, what_must_not_happen_twice_is_sent_once) {
    serve({"", answer(200)});
    auto once = request("POST");
    once.repeatable = false;
    const auto result = ask(once);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::io);
    EXPECT_EQ(seen_.size(), 1U);
}

TEST_F(RestClientTest, a_client_error_is_not_repeated) {
    serve({answer(400)});
    EXPECT_EQ(ask(request())->status, 400U);
    EXPECT_EQ(seen_.size(), 1U);
}

TEST_F(RestClientTest, a_refused_token_stops_later_requests_but_not_those_without_one) {
    serve({answer(401)});
    EXPECT_EQ(ask(request())->status, 401U);
    EXPECT_TRUE(client_.token_refused());
    EXPECT_EQ(ask(request()).error().kind(), ErrorKind::denied);
    auto webhook = request("POST", "/webhooks");
    webhook.route.authenticated = false;
    EXPECT_EQ(ask(webhook)->status, 200U);
    EXPECT_EQ(seen_.size(), 2U);
}

TEST_F(RestClientTest, a_webhooks_401_says_nothing_about_the_token) {
    serve({answer(401)});
    auto webhook = request("POST", "/webhooks");
    webhook.route.authenticated = false;
    EXPECT_EQ(ask(webhook)->status, 401U);
    EXPECT_FALSE(client_.token_refused());
}

TEST_F(RestClientTest, requests_of_one_queue_go_one_after_the_other) {
    serve({});
    int answered = 0;
    std::vector<int> order;
    for (int i = 0; i < 20; ++i) {
        tasks_.spawn("request", [&, i]() -> Task<> {
            const auto result = co_await client_.request(request());
            EXPECT_TRUE(result);
            order.push_back(i);
            ++answered;
        });
    }
    run_until([&] { return answered == 20; });
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
    EXPECT_EQ(server_->connections(), 1);
}

TEST_F(RestClientTest, a_caller_that_is_cancelled_while_waiting_sends_nothing) {
    serve({answer(429, "X-Wait: 60\r\n")});
    async::TaskGroup callers(io_.get_executor(), "callers");
    bool first = false;
    tasks_.spawn("first",
                 [&]() -> Task<> { first = (co_await client_.request(request())).has_value(); });
    callers.spawn("second",
                  [&]() -> Task<> { static_cast<void>(co_await client_.request(request())); });
    run_until([&] { return client_.waiting() == 2 && seen_.size() == 1; });
    callers.cancel();
    run_until([&] { return callers.size() == 0; });
    EXPECT_EQ(client_.waiting(), 1U);
    run_until([&] { return first; });
    EXPECT_EQ(seen_.size(), 2U);
}

TEST_F(RestClientTest, shutdown_ends_all_that_wait) {
    serve({answer(429, "X-Wait: 30000\r\n")});
    int cancelled = 0;
    for (int i = 0; i < 100; ++i) {
        tasks_.spawn("request", [&]() -> Task<> {
            const auto result = co_await client_.request(request());
            cancelled += !result && result.error().kind() == ErrorKind::cancelled ? 1 : 0;
        });
    }
    run_until([&] { return seen_.size() == 1 && client_.waiting() == 100; });
    client_.shutdown();
    run_until([&] { return cancelled == 100; });
    EXPECT_EQ(ask(request()).error().kind(), ErrorKind::cancelled);
    EXPECT_EQ(seen_.size(), 1U);
}

}  // namespace
}  // namespace rookery::rest
