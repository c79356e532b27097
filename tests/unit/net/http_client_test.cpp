#include "net/http_client.hpp"

#include "async/signal.hpp"
#include "support/io_fixture.hpp"
#include "support/script_server.hpp"
#include "support/temp_dir.hpp"

#include <fstream>
#include <vector>

namespace rookery::net {
namespace {

using async::Task;
using testing::ScriptConnection;
using testing::ScriptServer;

std::string ok(const std::string& body, const std::string& more = "") {
    return "HTTP/1.1 200 OK\r\n" + more + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

class HttpClientTest : public testing::IoFixture {
  protected:
    void serve(ScriptServer::Script script) { server_.emplace(io_, tasks_, std::move(script)); }

    /// Answers each request of each connection with the same bytes.
    void serve_always(const std::string& answer) {
        serve([answer](ScriptConnection& peer, int) -> Task<> {
            while (!(co_await peer.read_request()).empty()) {
                co_await peer.write(answer);
            }
        });
    }

    /// Answers the first request with the bytes, then closes.
    void serve_once(const std::string& answer) {
        serve([answer](ScriptConnection& peer, int) -> Task<> {
            static_cast<void>(co_await peer.read_request());
            co_await peer.write(answer);
            peer.close();
        });
    }

    HttpRequest request(const std::string& method = "GET", const std::string& path = "/") const {
        HttpRequest out;
        out.method = method;
        out.url = *parse_url(server_->url("http", path));
        return out;
    }
    Result<HttpResponse> ask(HttpRequest what) {
        return run<Result<HttpResponse>>([&] { return client_.request(what); });
    }

    std::optional<ScriptServer> server_;
    HttpClient client_{io_.get_executor(),
                       {.connect = {}, .max_connections_per_host = 2, .max_body = 1'000}};
};

TEST_F(HttpClientTest, gives_status_headers_and_body) {
    serve_always(
        "HTTP/1.1 404 Not Found\r\nX-One: 1\r\nx-two:  2\r\nContent-Length: 4\r\n\r\nbody");
    const auto answer = ask(request());
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->status, 404U);
    EXPECT_EQ(answer->headers.find("x-one"), "1");
    EXPECT_EQ(answer->headers.find("X-Two"), "2");
    EXPECT_FALSE(answer->headers.find("X-Three"));
    EXPECT_EQ(answer->body, "body");
}

TEST_F(HttpClientTest, sends_what_it_was_given) {
    std::string seen;
    serve([&seen](ScriptConnection& peer, int) -> Task<> {
        seen = co_await peer.read_request();
        co_await peer.write(ok(""));
    });
    auto post = request("POST", "/a?b=c");
    post.headers.add("X-Thing", "yes");
    post.body = "{\"x\":1}";
    ASSERT_TRUE(ask(post));
    EXPECT_EQ(seen, "POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_->port()) +
                        "\r\nX-Thing: yes\r\nContent-Length: 7\r\n\r\n{\"x\":1}");
}

TEST_F(HttpClientTest, a_file_of_the_body_is_sent_in_pieces_and_again_when_asked_again) {
    testing::TempDir temp;
    const std::string content(200'000, 'f');
    std::ofstream(temp / "f", std::ios::binary) << content;
    std::vector<std::string> seen;
    serve([&seen](ScriptConnection& peer, int) -> Task<> {
        while (true) {
            const auto request = co_await peer.read_request();
            if (request.empty()) {
                co_return;
            }
            seen.push_back(request.substr(request.find("\r\n\r\n") + 4));
            co_await peer.write(ok(""));
        }
    });
    auto post = request("POST");
    post.body = "head;";
    post.body.add_file(temp / "f", content.size());
    post.body.add(";tail");
    ASSERT_TRUE(ask(post));
    ASSERT_TRUE(ask(post));
    EXPECT_EQ(seen, std::vector<std::string>(2, "head;" + content + ";tail"));
}

TEST_F(HttpClientTest, a_file_that_is_gone_or_shorter_fails_the_request_and_not_the_next) {
    testing::TempDir temp;
    std::ofstream(temp / "f") << "short";
    serve_always(ok("x"));
    auto post = request("POST");
    post.body.add_file(temp / "f", 6);
    EXPECT_EQ(ask(post).error().kind(), ErrorKind::invalid);
    auto other = request("POST");
    other.body.add_file(temp / "none", 6);
    EXPECT_EQ(ask(other).error().kind(), ErrorKind::invalid);
    EXPECT_TRUE(ask(request()));
}

TEST_F(HttpClientTest, unpacks_an_answer_and_refuses_a_damaged_one) {
    // gzip of "hello"
    const std::string packed(
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05"
        "\x00\x00\x00",
        25);
    serve_always(ok(packed, "Content-Encoding: gzip\r\n"));
    EXPECT_EQ(ask(request())->body, "hello");
    serve_always(ok("hello", "Content-Encoding: gzip\r\n"));
    EXPECT_EQ(ask(request()).error().kind(), ErrorKind::protocol);
}

TEST_F(HttpClientTest, a_put_without_body_states_its_length) {
    std::string seen;
    serve([&seen](ScriptConnection& peer, int) -> Task<> {
        seen = co_await peer.read_request();
        co_await peer.write("HTTP/1.1 204 No Content\r\n\r\n");
    });
    const auto answer = ask(request("PUT"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 204U);
    EXPECT_NE(seen.find("Content-Length: 0\r\n"), std::string::npos);
}

TEST_F(HttpClientTest, reads_chunked_bodies) {
    serve_always(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
        "chunked\r\n\r\n4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\n\r\n");
    EXPECT_EQ(ask(request())->body, "Wikipedia");
    EXPECT_EQ(ask(request())->body, "Wikipedia");
    EXPECT_EQ(server_->connections(), 1);
}

TEST_F(HttpClientTest, reads_an_answer_that_comes_byte_by_byte) {
    serve([](ScriptConnection& peer, int) -> Task<> {
        static_cast<void>(co_await peer.read_request());
        for (const char c : ok("slow")) {
            co_await peer.write(std::string(1, c));
            co_await async::sleep_for(Millis(0));
        }
    });
    EXPECT_EQ(ask(request())->body, "slow");
}

TEST_F(HttpClientTest, an_interim_answer_is_skipped) {
    serve_always("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("real"));
    EXPECT_EQ(ask(request())->body, "real");
}

TEST_F(HttpClientTest, a_body_without_length_ends_with_the_connection) {
    serve_once("HTTP/1.1 200 OK\r\n\r\nuntil the end");
    EXPECT_EQ(ask(request())->body, "until the end");
}

TEST_F(HttpClientTest, connections_are_used_again) {
    serve_always(ok("x"));
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(ask(request()));
    }
    EXPECT_EQ(server_->connections(), 1);
}

TEST_F(HttpClientTest, a_connection_that_is_to_be_closed_is_not_used_again) {
    serve_always(ok("x", "Connection: close\r\n"));
    ASSERT_TRUE(ask(request()));
    ASSERT_TRUE(ask(request()));
    EXPECT_EQ(server_->connections(), 2);
}

TEST_F(HttpClientTest, an_idle_connection_that_the_server_closed_costs_nothing) {
    serve_once(ok("x"));
    ASSERT_TRUE(ask(request("POST")));
    run([]() -> Task<> { co_await async::sleep_for(Millis(5)); });
    ASSERT_TRUE(ask(request("POST")));
    EXPECT_EQ(server_->connections(), 2);
}

TEST_F(HttpClientTest, a_connection_that_dies_when_taken_up_again_is_replaced) {
    serve([](ScriptConnection& peer, int number) -> Task<> {
        static_cast<void>(co_await peer.read_request());
        co_await peer.write(ok("x"));
        if (number == 0) {
            // Takes the next request and leaves without a word.
            static_cast<void>(co_await peer.read_request());
            peer.close();
        }
    });
    ASSERT_TRUE(ask(request()));
    ASSERT_TRUE(ask(request()));
    EXPECT_EQ(client_.counters().replays, 1U);
    EXPECT_EQ(server_->connections(), 2);
}

TEST_F(HttpClientTest, a_post_whose_fate_is_unknown_is_not_sent_again) {
    int posts = 0;
    serve([&posts](ScriptConnection& peer, int) -> Task<> {
        while (!(co_await peer.read_request()).empty()) {
            if (++posts == 2) {
                peer.close();
                co_return;
            }
            co_await peer.write(ok("x"));
        }
    });
    ASSERT_TRUE(ask(request("POST")));
    const auto second = ask(request("POST"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind(), ErrorKind::io);
    EXPECT_EQ(posts, 2);
}

TEST_F(HttpClientTest, the_number_of_connections_is_bounded) {
    int busiest = 0;
    int busy = 0;
    serve([&](ScriptConnection& peer, int) -> Task<> {
        while (!(co_await peer.read_request()).empty()) {
            busiest = std::max(busiest, ++busy);
            co_await async::sleep_for(Millis(2));
            --busy;
            co_await peer.write(ok("x"));
        }
    });
    int answered = 0;
    for (int i = 0; i < 10; ++i) {
        tasks_.spawn("request", [&]() -> Task<> {
            const auto answer = co_await client_.request(request());
            answered += answer ? 1 : 0;
        });
    }
    run_until([&] { return answered == 10; });
    EXPECT_EQ(busiest, 2);
    EXPECT_EQ(server_->connections(), 2);
}

TEST_F(HttpClientTest, a_redirect_is_an_answer_like_any_other) {
    serve_always(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    const auto answer = ask(request());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 302U);
    EXPECT_EQ(client_.counters().connects, 1U);
}

TEST_F(HttpClientTest, a_server_that_never_answers_times_out) {
    serve([](ScriptConnection& peer, int) -> Task<> {
        static_cast<void>(co_await peer.read_request());
        co_await async::sleep_for(Millis(3'600'000));
    });
    auto slow = request();
    slow.timeout = Millis(20);
    const auto answer = ask(slow);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::timeout);
}

TEST_F(HttpClientTest, a_timed_out_connection_is_not_used_again) {
    serve([](ScriptConnection& peer, int number) -> Task<> {
        static_cast<void>(co_await peer.read_request());
        if (number == 0) {
            co_await async::sleep_for(Millis(60));
            co_await peer.write(ok("late"));
        }
        co_await peer.write(ok("right"));
    });
    auto slow = request();
    slow.timeout = Millis(10);
    ASSERT_FALSE(ask(slow));
    EXPECT_EQ(ask(request())->body, "right");
}

struct BadAnswer {
    const char* name;
    std::string bytes;
    ErrorKind kind;
};

class HttpBadAnswer : public HttpClientTest, public ::testing::WithParamInterface<BadAnswer> {};

TEST_P(HttpBadAnswer, is_an_error) {
    serve_once(GetParam().bytes);
    const auto answer = ask(request());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), GetParam().kind) << answer.error().message();
}

INSTANTIATE_TEST_SUITE_P(
    Each, HttpBadAnswer,
    ::testing::Values(
        BadAnswer{"garbage", "SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n", ErrorKind::protocol},
        BadAnswer{"empty", "", ErrorKind::io},
        BadAnswer{"cut_in_the_head", "HTTP/1.1 200 OK\r\nContent-Le", ErrorKind::io},
        BadAnswer{"cut_in_the_body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                  ErrorKind::io},
        BadAnswer{"cut_in_a_chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nabc",
                  ErrorKind::io},
        BadAnswer{"bad_chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                  ErrorKind::protocol},
        BadAnswer{"huge_length", "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
                  ErrorKind::limit},
        BadAnswer{"huge_chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
                  ErrorKind::limit},
        BadAnswer{"huge_body", "HTTP/1.1 200 OK\r\n\r\n" + std::string(1'001, 'x'),
                  ErrorKind::limit},
        BadAnswer{"huge_head", "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n",
                  ErrorKind::limit},
        BadAnswer{"only_interim",
                  [] {
                      std::string out;
                      for (int i = 0; i < 20; ++i) {
                          out += "HTTP/1.1 100 Continue\r\n\r\n";
                      }
                      return out;
                  }(),
                  ErrorKind::protocol}),
    [](const auto& each) { return each.param.name; });

TEST_F(HttpClientTest, nobody_listening_is_unavailable) {
    serve_once("");
    auto lost = request();
    // Port 1 of the loopback net's far end: nothing is there.
    lost.url.host = "127.0.0.1";
    lost.url.port = 1;
    const auto answer = ask(lost);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::unavailable);
}

TEST_F(HttpClientTest, plain_text_to_another_machine_is_refused) {
    auto far = HttpRequest();
    far.url = *parse_url("http://192.0.2.1/");
    const auto answer = ask(far);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::denied);
    EXPECT_NE(answer.error().message().find("allow_plain"), std::string::npos);
}

TEST_F(HttpClientTest, headers_cannot_be_smuggled_in) {
    serve_always(ok("x"));
    auto bad_header = request();
    bad_header.headers.add("X-A", "1\r\nX-B: 2");
    EXPECT_EQ(ask(bad_header).error().kind(), ErrorKind::invalid);
    auto bad_path = request();
    bad_path.url.target = "/ HTTP/1.1\r\nX-B: 2";
    EXPECT_EQ(ask(bad_path).error().kind(), ErrorKind::invalid);
    auto bad_method = request();
    bad_method.method = "GET /";
    EXPECT_EQ(ask(bad_method).error().kind(), ErrorKind::invalid);
    EXPECT_EQ(server_->connections(), 0);
}

TEST_F(HttpClientTest, the_path_is_in_no_error) {
    serve_once("");
    const auto answer = ask(request("GET", "/webhooks/1/secret-token"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().message().find("secret-token"), std::string::npos);
}

}  // namespace
}  // namespace rookery::net
