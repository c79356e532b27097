#include "app/web_service.hpp"

#include "async/signal.hpp"
#include "support/io_fixture.hpp"
#include "support/script_server.hpp"

#include <optional>
#include <vector>

namespace rookery::app {
namespace {

using async::Task;
using hostapi::WebAnswer;
using hostapi::WebRequest;
using testing::ScriptConnection;
using testing::ScriptServer;

std::string ok(const std::string& body, const std::string& more = "") {
    return "HTTP/1.1 200 OK\r\n" + more + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

std::string redirect(const std::string& where, int status = 302) {
    return "HTTP/1.1 " + std::to_string(status) + " Found\r\nLocation: " + where +
           "\r\nContent-Length: 0\r\n\r\n";
}

class WebServiceTest : public testing::IoFixture {
  protected:
    void TearDown() override {
        session_.reset();
        run([this] { return web_.stop(); });
        IoFixture::TearDown();
    }

    /// Answers the requests, over all connections, with these texts in turn; the last one again.
    void serve(std::vector<std::string> answers) {
        server_.emplace(
            io_, tasks_,
            [this, answers = std::move(answers)](ScriptConnection& peer, int) -> Task<> {
                while (true) {
                    const std::string text = co_await peer.read_request();
                    if (text.empty()) {
                        co_return;
                    }
                    requests_.push_back(text);
                    co_await peer.write(answers[std::min(requests_.size(), answers.size()) - 1]);
                }
            });
    }

    Result<WebAnswer> ask(WebRequest wish) {
        std::optional<Result<WebAnswer>> answer;
        session_->request(
            std::move(wish),
            [this](const std::string& capability) -> Result<> {
                asked_.push_back(capability);
                return capability.find("denied") == std::string::npos
                           ? Result<>()
                           : Error(ErrorKind::denied, capability + " is not granted");
            },
            [&answer](Result<WebAnswer> result) { answer.emplace(std::move(result)); });
        run_until([&answer] { return answer.has_value(); });
        return *std::move(answer);
    }
    WebRequest request(const std::string& path = "/") const {
        WebRequest out;
        out.url = server_->url("http", path);
        return out;
    }
    static std::string text(const Result<WebAnswer>& answer) {
        return answer ? std::to_string(answer->status) + " " + answer->body
                      : answer.error().message();
    }

    std::optional<ScriptServer> server_;
    std::vector<std::string> requests_;
    std::vector<std::string> asked_;
    WebService web_{
        io_.get_executor(),
        {{},
         "rookery/test",
         {{"inside.test", {"127.0.0.1"}}, {"meta.test", {"169.254.169.254", "10.0.0.1"}}}}};
    std::unique_ptr<hostapi::WebSession> session_ = web_.open();
};

TEST_F(WebServiceTest, sends_the_request_and_gives_the_answer) {
    serve({ok("hello", "X-One: 1\r\n")});
    WebRequest wish = request("/path?q=1");
    wish.method = "POST";
    wish.headers = {{"X-Mine", "yes"}};
    wish.body = "body";
    const auto answer = ask(wish);
    ASSERT_EQ(text(answer), "200 hello");
    EXPECT_EQ(answer->url, wish.url);
    EXPECT_EQ(answer->headers.front(), (std::pair<std::string, std::string>("X-One", "1")));
    ASSERT_EQ(requests_.size(), 1U);
    EXPECT_TRUE(requests_[0].starts_with("POST /path?q=1 HTTP/1.1\r\n")) << requests_[0];
    for (const char* part :
         {"X-Mine: yes\r\n", "User-Agent: rookery/test\r\n", "Accept-Encoding: gzip\r\n"}) {
        EXPECT_NE(requests_[0].find(part), std::string::npos) << part;
    }
    EXPECT_TRUE(requests_[0].ends_with("\r\n\r\nbody"));
}

TEST_F(WebServiceTest, asks_for_the_capability_with_host_and_port) {
    serve({ok("")});
    const std::string port = std::to_string(server_->port());
    EXPECT_EQ(text(ask(request())), "200 ");
    EXPECT_EQ(asked_, std::vector<std::string>{"http:127.0.0.1:" + port});
    WebRequest wish;
    wish.url = "https://denied.test/secret";
    EXPECT_EQ(text(ask(wish)), "http:denied.test:443 is not granted");
    EXPECT_EQ(requests_.size(), 1U);
}

TEST_F(WebServiceTest, refuses_names_that_lead_into_private_networks) {
    serve({ok("")});
    for (const char* host : {"inside.test", "meta.test"}) {
        WebRequest wish;
        wish.url = std::string("http://") + host + ":" + std::to_string(server_->port()) + "/";
        const auto answer = ask(wish);
        ASSERT_FALSE(answer) << host;
        EXPECT_EQ(answer.error().kind(), ErrorKind::denied) << answer.error().message();
    }
    EXPECT_TRUE(requests_.empty());
}

TEST_F(WebServiceTest, follows_no_redirect_unasked) {
    serve({redirect("/next"), ok("there")});
    EXPECT_EQ(text(ask(request())), "302 ");
}

TEST_F(WebServiceTest, follows_redirects_and_checks_each) {
    serve({redirect("/next"), redirect("other?x=1"), ok("there")});
    WebRequest wish = request("/first/page");
    wish.redirects = 2;
    const auto answer = ask(wish);
    EXPECT_EQ(text(answer), "200 there");
    EXPECT_EQ(answer->url, server_->url("http", "/other?x=1"));
    EXPECT_EQ(asked_.size(), 3U);
}

TEST_F(WebServiceTest, refuses_a_redirect_to_where_it_may_not_go) {
    serve({redirect("http://denied.test/")});
    WebRequest wish = request();
    wish.redirects = 1;
    EXPECT_EQ(text(ask(wish)), "redirected by http://127.0.0.1:" + std::to_string(server_->port()) +
                                   ": http:denied.test:80 is not granted");
    serve({redirect("file:///etc/passwd")});
    requests_.clear();
    wish = request();
    wish.redirects = 1;
    EXPECT_FALSE(ask(wish));
}

TEST_F(WebServiceTest, ends_a_circle_of_redirects) {
    serve({redirect("/")});
    WebRequest wish = request();
    wish.redirects = 5;
    EXPECT_EQ(text(ask(wish)), "more than 5 redirects");
    EXPECT_EQ(requests_.size(), 6U);
}

TEST_F(WebServiceTest, makes_a_get_of_a_redirected_post) {
    serve({redirect("/next", 303), ok("")});
    WebRequest wish = request();
    wish.method = "POST";
    wish.body = "secret";
    wish.headers = {{"Content-Type", "text/plain"}};
    wish.redirects = 1;
    EXPECT_EQ(text(ask(wish)), "200 ");
    EXPECT_TRUE(requests_[1].starts_with("GET /next ")) << requests_[1];
    EXPECT_EQ(requests_[1].find("Content-Type"), std::string::npos);
}

TEST_F(WebServiceTest, does_not_carry_secrets_to_another_host) {
    ScriptServer other(io_, tasks_, [this](ScriptConnection& peer, int) -> Task<> {
        requests_.push_back(co_await peer.read_request());
        co_await peer.write(ok("other"));
    });
    serve({redirect(other.url("http", "/"))});
    WebRequest wish = request();
    wish.headers = {{"authorization", "Bearer x"}, {"Cookie", "a=b"}, {"X-Mine", "yes"}};
    wish.redirects = 1;
    EXPECT_EQ(text(ask(wish)), "200 other");
    EXPECT_NE(requests_[0].find("Bearer x"), std::string::npos);
    EXPECT_EQ(requests_[1].find("Bearer x"), std::string::npos);
    EXPECT_EQ(requests_[1].find("Cookie"), std::string::npos);
    EXPECT_NE(requests_[1].find("X-Mine"), std::string::npos);
}

TEST_F(WebServiceTest, ends_an_endless_body_at_its_limit) {
    server_.emplace(io_, tasks_, [](ScriptConnection& peer, int) -> Task<> {
        static_cast<void>(co_await peer.read_request());
        co_await peer.write("HTTP/1.1 200 OK\r\n\r\n");
        for (int i = 0; i < 1'000; ++i) {
            co_await peer.write(std::string(1'000, 'x'));
        }
    });
    WebRequest wish = request();
    wish.max_bytes = 10'000;
    const auto answer = ask(wish);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::limit) << answer.error().message();
}

TEST_F(WebServiceTest, ends_a_silent_server_at_the_deadline) {
    server_.emplace(io_, tasks_, [](ScriptConnection& peer, int) -> Task<> {
        static_cast<void>(co_await peer.read_request());
        static_cast<void>(co_await peer.read_request());
    });
    WebRequest wish = request();
    wish.timeout = Millis{20};
    const auto answer = ask(wish);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::timeout) << answer.error().message();
}

TEST_F(WebServiceTest, ends_requests_with_their_session) {
    bool seen = false;
    bool closed = false;
    server_.emplace(io_, tasks_, [&](ScriptConnection& peer, int) -> Task<> {
        static_cast<void>(co_await peer.read_request());
        seen = true;
        static_cast<void>(co_await peer.read_request());
        closed = true;
    });
    bool answered = false;
    session_->request(
        request(), [](const std::string&) { return Result<>(); },
        [&answered](const Result<WebAnswer>& answer) { answered = static_cast<bool>(answer); });
    run_until([&] { return seen; });
    session_.reset();
    run_until([&] { return closed; });
    EXPECT_FALSE(answered);
}

TEST_F(WebServiceTest, takes_http_urls_only) {
    for (const char* url : {"ws://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", "",
                            "http://user:pw@127.0.0.1/", "http://127.0.0.1/\r\nX: y"}) {
        WebRequest wish;
        wish.url = url;
        const auto answer = ask(wish);
        ASSERT_FALSE(answer) << url;
        EXPECT_EQ(answer.error().kind(), ErrorKind::invalid) << url;
    }
}

}  // namespace
}  // namespace rookery::app
