#include "server/http/http_server.hpp"

#include "support/http_box.hpp"

#include <gmock/gmock.h>

#include <future>
#include <sys/resource.h>
#include <vector>

namespace rookery::server {
namespace {

using rookery::testing::HttpBox;
using rookery::testing::RawClient;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

HttpOptions quick(std::function<void(Limits&)> change) {
    HttpOptions options;
    change(options.limits);
    return options;
}

TEST(HttpServer, answers_requests_one_behind_the_other_over_one_connection) {
    HttpBox box;
    const auto client = box.client();
    client->send(kGet);
    EXPECT_THAT(client->answer(), EndsWith("\r\n\r\nGET /a "));
    client->send("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_THAT(client->answer(), EndsWith("POST /b hi"));
}

TEST(HttpServer, pipelined_requests_are_handled_one_at_a_time_and_in_order) {
    HttpBox box;
    std::vector<ExchangePtr> waiting;  // server thread
    std::promise<void> first;
    std::size_t most = 0;
    box.handler.on_request = [&](ExchangePtr exchange) {
        waiting.push_back(std::move(exchange));
        most = std::max(most, waiting.size());
        if (waiting.back()->request().path == "/1") {
            first.set_value();
            return;
        }
        waiting.back()->respond(Response::text(200, "", "second"));
    };
    const auto client = box.client();
    client->send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
    first.get_future().wait();
    box.on_thread([&] {
        const auto exchange = std::move(waiting.back());
        waiting.clear();
        exchange->respond(Response::text(200, "", "first"));
    });
    EXPECT_THAT(client->answer(), EndsWith("first"));
    EXPECT_THAT(client->answer(), EndsWith("second"));
    EXPECT_EQ(most, 1);
    box.on_thread([&] { waiting.clear(); });
}

TEST(HttpServer, what_is_pipelined_without_end_is_left_in_the_clients_hands) {
    HttpBox box;
    std::vector<ExchangePtr> waiting;
    std::promise<void> came;
    box.handler.on_request = [&](ExchangePtr exchange) {
        waiting.push_back(std::move(exchange));
        came.set_value();
    };
    const auto client = box.client();
    client->send(kGet);
    came.get_future().wait();
    // No more than the kernel's buffers take, and those of the server: it does not read on.
    const std::string junk(1U << 20U, 'x');
    std::size_t sent = 0;
    pollfd writable{client->descriptor(), POLLOUT, 0};
    while (sent < (std::size_t{256} << 20U) && ::poll(&writable, 1, 300) > 0) {
        sent += client->send_some(junk);
    }
    EXPECT_LT(sent, std::size_t{64} << 20U);
    box.on_thread([&] { waiting.clear(); });
}

TEST(HttpServer, longest_mount_answers_and_segments_are_not_cut) {
    HttpBox box;
    rookery::testing::FakeHandler api;
    api.on_request = [](const ExchangePtr& exchange) {
        exchange->respond(Response::text(200, "", "api"));
    };
    box.on_thread([&] { box.server().mount("/api", api); });
    EXPECT_THAT(box.ask("GET /api HTTP/1.1\r\nHost: h\r\n\r\n"), EndsWith("api"));
    EXPECT_THAT(box.ask("GET /api/x HTTP/1.1\r\nHost: h\r\n\r\n"), EndsWith("api"));
    EXPECT_THAT(box.ask("GET /apix HTTP/1.1\r\nHost: h\r\n\r\n"), EndsWith("GET /apix "));
    EXPECT_THAT(box.ask("GET /api%2Fx HTTP/1.1\r\nHost: h\r\n\r\n"), EndsWith("GET /api/x "));
    box.on_thread([&] { box.server().unmount("/api"); });
    EXPECT_THAT(box.ask("GET /api/x HTTP/1.1\r\nHost: h\r\n\r\n"), EndsWith("GET /api/x "));
}

TEST(HttpServer, path_that_nobody_holds_is_404) {
    HttpBox box;
    box.on_thread([&] { box.server().unmount("/"); });
    const auto answer = box.ask("DELETE /x%20y?z HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 404 Not Found\r\n"));
    EXPECT_THAT(answer, EndsWith("{\"success\":false,\"error\":\"Route DELETE /x y not found\","
                                 "\"code\":\"NOT_FOUND\"}"));
}

TEST(HttpServer, handler_that_goes_between_head_and_body_is_503) {
    HttpBox box;
    rookery::testing::FakeHandler gone;
    std::promise<void> admitted;
    gone.on_admit = [&](Exchange&) -> std::optional<Response> {
        admitted.set_value();
        return std::nullopt;
    };
    box.on_thread([&] { box.server().mount("/gone", gone); });
    const auto client = box.client();
    client->send("POST /gone HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n");
    admitted.get_future().wait();
    box.on_thread([&] { box.server().unmount("/gone"); });
    client->send("x");
    EXPECT_THAT(client->answer(), StartsWith("HTTP/1.1 503 "));
}

TEST(HttpServer, head_is_a_get_without_a_body) {
    HttpBox box;
    const auto client = box.client();
    client->send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client->answer(false), HasSubstr("\r\nContent-Length: 7\r\n"));
    client->send(kGet);
    EXPECT_THAT(client->answer(), EndsWith("\r\n\r\nGET /a "));
}

TEST(HttpServer, method_that_is_none_is_405) {
    HttpBox box;
    const auto answer = box.ask("TRACE /a HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(answer, HasSubstr("\r\nAllow: GET, "));
}

TEST(HttpServer, options_is_answered_by_the_server) {
    HttpOptions options;
    options.cors = {"https://a"};
    HttpBox box(options);
    const auto answer = box.ask(
        "OPTIONS /a HTTP/1.1\r\nHost: h\r\nOrigin: https://a\r\n"
        "Access-Control-Request-Method: PUT\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 204 "));
    EXPECT_THAT(answer, HasSubstr("\r\nAccess-Control-Allow-Origin: https://a\r\n"));
}

TEST(HttpServer, older_client_is_served_and_closed) {
    HttpBox box;
    const auto client = box.client();
    client->send("GET /a HTTP/1.0\r\n\r\n");
    EXPECT_THAT(client->rest(), HasSubstr("\r\nConnection: close\r\n"));
    const auto kept = box.client();
    kept->send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(kept->answer(), HasSubstr("\r\nConnection: keep-alive\r\n"));
    kept->send(kGet);
    EXPECT_THAT(kept->answer(), EndsWith("GET /a "));
}

TEST(HttpServer, bad_target_is_400_and_the_connection_stays) {
    HttpBox box;
    const auto client = box.client();
    client->send("GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client->answer(), HasSubstr("\"code\":\"BAD_REQUEST\""));
    client->send(kGet);
    EXPECT_THAT(client->answer(), EndsWith("GET /a "));
}

TEST(HttpServer, malformed_request_is_answered_and_ends_the_connection) {
    HttpBox box;
    const auto client = box.client();
    client->send("GET / HTTP/1.1\r\nHost : h\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto answer = client->rest();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 "));
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos);
}

// --- bodies ---

TEST(HttpServer, refusal_at_the_head_comes_before_any_of_the_body) {
    HttpBox box;
    box.handler.on_admit = [](Exchange&) {
        return std::optional(failure(401, "MISSING_API_KEY", "Missing API key"));
    };
    const auto client = box.client();
    client->send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
    EXPECT_THAT(client->answer(), StartsWith("HTTP/1.1 401 "));
    EXPECT_TRUE(client->closed());
}

TEST(HttpServer, body_above_the_limit_of_its_path_is_413_at_once) {
    HttpBox box;
    box.handler.on_admit = [](Exchange& exchange) -> std::optional<Response> {
        exchange.body_limit = 10;
        return std::nullopt;
    };
    const auto client = box.client();
    client->send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n");
    EXPECT_THAT(client->answer(), StartsWith("HTTP/1.1 413 "));
    EXPECT_TRUE(client->closed());
    const auto chunked = box.client();
    chunked->send(
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n5\r\n");
    EXPECT_THAT(chunked->answer(), StartsWith("HTTP/1.1 413 "));
    EXPECT_TRUE(chunked->closed());
}

TEST(HttpServer, answer_arrives_although_the_client_sends_on) {
    HttpBox box;
    box.handler.on_admit = [](Exchange& exchange) -> std::optional<Response> {
        exchange.body_limit = 10;
        return std::nullopt;
    };
    const auto client = box.client();
    client->send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n" +
                 std::string(900'000, 'x'));
    EXPECT_THAT(client->answer(), StartsWith("HTTP/1.1 413 "));
}

TEST(HttpServer, hundred_is_said_once_the_request_is_admitted) {
    HttpBox box;
    const auto client = box.client();
    client->send(
        "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client->bytes(25), "HTTP/1.1 100 Continue\r\n\r\n");
    client->send("hi");
    EXPECT_THAT(client->answer(), EndsWith("POST /a hi"));
    box.on_thread([&] {
        box.handler.on_admit = [](Exchange&) { return std::optional(failure(403, "NO", "no")); };
    });
    const auto refused = box.client();
    refused->send(
        "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_THAT(refused->answer(), StartsWith("HTTP/1.1 403 "));
}

// --- deadlines ---

TEST(HttpServer, head_that_does_not_come_to_its_end_is_408) {
    HttpBox box(quick([](Limits& limits) { limits.head = Millis{50}; }));
    const auto client = box.client();
    client->send("GET /a HTTP/1.1\r\nHo");
    EXPECT_THAT(client->answer(), StartsWith("HTTP/1.1 408 "));
    EXPECT_TRUE(client->closed());
}

TEST(HttpServer, client_that_says_nothing_is_left) {
    HttpBox box(quick([](Limits& limits) { limits.head = Millis{50}; }));
    const auto client = box.client();
    EXPECT_EQ(client->rest(), "");
    EXPECT_TRUE(client->closed());
}

TEST(HttpServer, idle_connection_is_closed) {
    HttpBox box(quick([](Limits& limits) { limits.idle = Millis{50}; }));
    const auto client = box.client();
    client->send(kGet);
    EXPECT_THAT(client->answer(), EndsWith("GET /a "));
    EXPECT_TRUE(client->closed());
}

TEST(HttpServer, body_that_comes_too_slowly_is_408) {
    HttpBox box(quick([](Limits& limits) {
        limits.grace = Millis{50};
        limits.least_rate = 1'000'000;
    }));
    const auto client = box.client();
    client->send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\nabc");
    EXPECT_THAT(client->answer(), StartsWith("HTTP/1.1 408 "));
    EXPECT_TRUE(client->closed());
}

TEST(HttpServer, body_that_is_fast_enough_gets_the_time_it_needs) {
    HttpBox box(quick([](Limits& limits) {
        limits.grace = Millis{1};
        limits.least_rate = 1;  // each byte gives a second
    }));
    const auto client = box.client();
    client->send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n" +
                 std::string(99, 'x'));
    box.on_thread([] { return 0; });
    client->send("x");
    EXPECT_THAT(client->answer(), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, client_that_does_not_read_its_answer_is_left) {
    HttpBox box(quick([](Limits& limits) {
        limits.grace = Millis{50};
        limits.least_rate = 1'000'000'000;
    }));
    std::promise<void> answered;
    box.handler.on_request = [&](const ExchangePtr& exchange) {
        exchange->respond(Response::text(200, "", std::string(std::size_t{64} << 20U, 'x')));
        answered.set_value();
    };
    const auto client = box.client();
    client->send(kGet);
    answered.get_future().wait();
    const auto count = [&] { return box.on_thread([&] { return box.server().connections(); }); };
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (count() != 0 && std::chrono::steady_clock::now() < end) {
        std::this_thread::yield();
    }
    EXPECT_EQ(count(), 0);
}

// --- exchanges ---

TEST(HttpServer, exchange_that_is_dropped_is_500) {
    HttpBox box;
    box.handler.on_request = [](const ExchangePtr&) {};
    EXPECT_THAT(box.ask(kGet), StartsWith("HTTP/1.1 500 "));
}

TEST(HttpServer, exchange_may_be_dropped_on_another_thread) {
    HttpBox box;
    std::promise<ExchangePtr> taken;
    box.handler.on_request = [&](ExchangePtr exchange) { taken.set_value(std::move(exchange)); };
    const auto client = box.client();
    client->send(kGet);
    taken.get_future().get().reset();
    EXPECT_THAT(client->answer(), StartsWith("HTTP/1.1 500 "));
}

TEST(HttpServer, client_that_leaves_before_its_answer_is_told_of) {
    HttpBox box;
    std::promise<ExchangePtr> taken;
    std::promise<void> gone;
    box.handler.on_request = [&](ExchangePtr exchange) {
        exchange->on_gone([&] { gone.set_value(); });
        taken.set_value(std::move(exchange));
    };
    const auto client = box.client();
    client->send(kGet);
    auto exchange = taken.get_future().get();
    client->close();
    EXPECT_EQ(gone.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
    box.on_thread([&] {
        exchange->respond(Response::text(200, "", "nobody"));
        exchange.reset();
    });
}

TEST(HttpServer, headers_of_the_exchange_go_with_any_answer) {
    HttpBox box;
    box.handler.on_admit = [](Exchange& exchange) {
        exchange.response_headers.add("X-RateLimit-Limit", "100");
        return std::optional(failure(429, "RATE_LIMITED", "Too many requests"));
    };
    EXPECT_THAT(box.ask(kGet), HasSubstr("\r\nX-RateLimit-Limit: 100\r\n"));
}

TEST(HttpServer, second_answer_does_nothing) {
    HttpBox box;
    box.handler.on_request = [](const ExchangePtr& exchange) {
        exchange->respond(Response::text(200, "", "one"));
        exchange->respond(Response::text(200, "", "two"));
    };
    const auto client = box.client();
    client->send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client->rest(), EndsWith("\r\n\r\none"));
}

// --- how many ---

TEST(HttpServer, connections_beyond_the_limit_are_turned_away) {
    HttpBox box(quick([](Limits& limits) { limits.connections = 1; }));
    const auto first = box.client();
    first->send(kGet);
    EXPECT_THAT(first->answer(), StartsWith("HTTP/1.1 200 "));
    const auto second = box.client();
    EXPECT_THAT(second->rest(), StartsWith("HTTP/1.1 503 "));
    first->send(kGet);
    EXPECT_THAT(first->answer(), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, connections_of_one_address_are_bounded_unless_it_is_a_proxy) {
    auto options = quick([](Limits& limits) { limits.connections_per_address = 1; });
    HttpBox box(options);
    const auto first = box.client();
    first->send(kGet);
    EXPECT_THAT(first->answer(), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(box.client()->rest(), StartsWith("HTTP/1.1 503 "));
    options.trusted_proxies = {"127.0.0.0/8"};
    EXPECT_TRUE(box.on_thread([&] { return box.server().apply(options); }));
    EXPECT_THAT(box.ask(kGet), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, without_descriptors_clients_are_turned_away_and_service_comes_back) {
    HttpBox box;
    const auto url = box.url();
    RawClient early(url);
    early.send(kGet);
    EXPECT_THAT(early.answer(), StartsWith("HTTP/1.1 200 "));
    // The client's own descriptor is made before none is left; the listener's would be the next.
    rlimit limit{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const rlimit old = limit;
    const auto starved = std::make_unique<RawClient>(url, RawClient::Later{});
    limit.rlim_cur = static_cast<rlim_t>(starved->descriptor()) + 1;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
    std::vector<int> fill;
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) {
        fill.push_back(fd);
    }
    starved->connect();
    const bool turned_away = starved->closed();
    for (const int fd : fill) {
        ::close(fd);
    }
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
    EXPECT_TRUE(turned_away);
    early.send(kGet);
    EXPECT_THAT(early.answer(), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(box.ask(kGet), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, proxies_word_counts_only_when_it_is_declared) {
    HttpBox box;
    box.handler.on_request = [](const ExchangePtr& exchange) {
        exchange->respond(Response::text(200, "", exchange->request().peer));
    };
    constexpr std::string_view ask =
        "GET /a HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n";
    EXPECT_THAT(box.ask(ask), EndsWith("\r\n127.0.0.1"));
    HttpOptions options;
    options.trusted_proxies = {"127.0.0.1"};
    EXPECT_TRUE(box.on_thread([&] { return box.server().apply(options); }));
    EXPECT_THAT(box.ask(ask), EndsWith("\r\n1.2.3.4"));
}

// --- beginning and end ---

TEST(HttpServer, address_that_is_taken_is_an_error_that_names_it) {
    HttpBox box;
    const auto url = box.url();
    boost::asio::io_context io;
    HttpServer second(io, std::make_shared<Mailbox>(io));
    HttpOptions options;
    options.port = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
    const auto applied = second.apply(options);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind(), ErrorKind::unavailable);
    EXPECT_THAT(applied.error().message(), HasSubstr(url.substr(7)));
}

TEST(HttpServer, drain_lets_requests_end_and_closes_what_is_idle) {
    HttpBox box;
    std::promise<ExchangePtr> taken;
    box.handler.on_request = [&](ExchangePtr exchange) { taken.set_value(std::move(exchange)); };
    const auto url = box.url();
    const auto idle = box.client();
    const auto busy = box.client();
    busy->send(kGet);
    auto exchange = taken.get_future().get();
    std::promise<void> drained;
    box.on_thread([&] {
        box.server().drain(Millis{10'000}, [&] { drained.set_value(); });
        return 0;
    });
    EXPECT_TRUE(idle->closed());
    box.on_thread([&] {
        exchange->respond(Response::text(200, "", "done"));
        exchange.reset();
    });
    EXPECT_THAT(busy->rest(), ::testing::AllOf(HasSubstr("Connection: close"), EndsWith("done")));
    busy->close();
    EXPECT_EQ(drained.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(HttpServer, drain_ends_what_takes_too_long) {
    HttpBox box;
    std::promise<ExchangePtr> taken;
    box.handler.on_request = [&](ExchangePtr exchange) { taken.set_value(std::move(exchange)); };
    const auto busy = box.client();
    busy->send(kGet);
    auto exchange = taken.get_future().get();
    std::promise<void> drained;
    box.on_thread([&] { box.server().drain(Millis{20}, [&] { drained.set_value(); }); });
    EXPECT_EQ(drained.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
    EXPECT_EQ(busy->rest(), "");
    box.on_thread([&] { exchange.reset(); });
}

}  // namespace
}  // namespace rookery::server
