#include "gateway/socketio_link.hpp"

#include "support/io_fixture.hpp"
#include "support/script_server.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

namespace rookery::gateway {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace sio = protocol::socketio;
using async::Task;
using testing::ScriptConnection;
using testing::ScriptServer;
using Peer = beast::websocket::stream<asio::ip::tcp::socket&>;
using PeerScript = std::function<Task<>(Peer&)>;

constexpr auto kQuiet = asio::as_tuple(asio::use_awaitable);
constexpr auto kOpen = R"(0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000})";

class SocketIoLinkTest : public testing::IoFixture {
  protected:
    void TearDown() override {
        if (link_) {
            run([this]() -> Task<> { co_await link_->shutdown(Millis(2'000)); });
            link_.reset();
        }
        IoFixture::TearDown();
    }

    void serve_raw(ScriptServer::Script script) { server_.emplace(io_, tasks_, std::move(script)); }
    void serve(PeerScript script) {
        serve_raw([this, script](ScriptConnection& connection, int) -> Task<> {
            Peer peer(connection.socket());
            beast::flat_buffer buffer;
            beast::http::request<beast::http::string_body> request;
            const auto [failed, got] =
                co_await beast::http::async_read(connection.socket(), buffer, request, kQuiet);
            static_cast<void>(got);
            if (failed) {
                co_return;
            }
            target_ = std::string(request.target());
            key_ = std::string(request["X-Key"]);
            const auto [ec] = co_await peer.async_accept(request, kQuiet);
            if (!ec) {
                co_await script(peer);
            }
        });
    }
    static Task<> say(Peer& peer, std::string text, bool binary = false) {
        peer.binary(binary);
        static_cast<void>(co_await peer.async_write(asio::buffer(text), kQuiet));
    }
    static Task<std::string> hear(Peer& peer) {
        beast::flat_buffer buffer;
        const auto [ec, got] = co_await peer.async_read(buffer, kQuiet);
        static_cast<void>(got);
        co_return ec ? "closed: " + ec.message() : beast::buffers_to_string(buffer.data());
    }
    /// The server's side until the client is in.
    static Task<> welcome(Peer& peer) {
        co_await say(peer, kOpen);
        const auto asked = co_await hear(peer);
        EXPECT_EQ(asked, "40");
        co_await say(peer, R"(40{"sid":"s"})");
    }

    Result<> connect(SocketIoOptions options = {}) {
        options.url = server_->url("http", "");
        link_.emplace(io_.get_executor(), std::move(options));
        return run<Result<>>([this] { return link_->connect(); });
    }
    /// What came until the end of the connection, and the end.
    std::string drain() {
        return run<std::string>([this]() -> Task<std::string> {
            std::string text;
            while (true) {
                const auto got = co_await link_->receive();
                if (!got) {
                    co_return text + std::string(to_string(got.error().kind()));
                }
                SocketIoMessage message;
                while (link_->next(message)) {
                    text += message.name + message.arguments.json +
                            (message.error ? std::string(to_string(message.error->kind())) : "");
                    for (const auto& attachment : message.arguments.attachments) {
                        text += '<' + attachment + '>';
                    }
                    text += ' ';
                }
            }
        });
    }

    std::optional<ScriptServer> server_;
    std::optional<SocketIoLink> link_;
    std::string target_;
    std::string key_;
};

std::string url_of(std::string base, std::string path = "/socket.io/") {
    SocketIoOptions options;
    options.url = std::move(base);
    options.path = std::move(path);
    const auto url = socketio_url(options);
    return url ? url->text() : std::string(to_string(url.error().kind()));
}

TEST(SocketIoUrl, begins_with_the_servers_path_and_ends_with_the_engines) {
    const std::string query = "?EIO=4&transport=websocket";
    EXPECT_EQ(url_of("http://localhost:3000"), "ws://localhost:3000/socket.io/" + query);
    EXPECT_EQ(url_of("https://h/bridge/"), "wss://h/bridge/socket.io/" + query);
    EXPECT_EQ(url_of("wss://h/bridge"), "wss://h/bridge/socket.io/" + query);
    EXPECT_EQ(url_of("http://h/socket.io"), "ws://h/socket.io/" + query);
    EXPECT_EQ(url_of("http://h/a/socket.io/?x=1"), "ws://h/a/socket.io/" + query);
    EXPECT_EQ(url_of("ftp://h"), "invalid");
}

TEST(SocketIoUrl, has_the_query_encoded_behind_the_revision) {
    SocketIoOptions options;
    options.url = "https://h";
    options.client.revision = sio::EngineRevision::v3;
    options.query = {{"jwt", "undefined"}, {"team", "a b&c"}};
    EXPECT_EQ(socketio_url(options)->target,
              "/socket.io/?EIO=3&transport=websocket&jwt=undefined&team=a%20b%26c");
}

TEST_F(SocketIoLinkTest, connects_with_headers_and_reads_events_in_order) {
    serve([](Peer& peer) -> Task<> {
        co_await welcome(peer);
        co_await say(peer, R"(42["a",1])");
        co_await say(peer, R"(451-["b",{"_placeholder":true,"num":0}])");
        co_await say(peer, "bytes", true);
        co_await say(peer, R"(42["c",)");
        co_await say(peer, "1");
        co_await hear(peer);
    });
    SocketIoOptions options;
    options.headers.add("X-Key", "k");
    ASSERT_TRUE(connect(std::move(options)));
    EXPECT_EQ(target_, "/socket.io/?EIO=4&transport=websocket");
    EXPECT_EQ(key_, "k");
    EXPECT_EQ(drain(), R"(a[1] b[{"_placeholder":true,"num":0}]<bytes> []protocol unavailable)");
}

TEST_F(SocketIoLinkTest, answers_heartbeats_while_nobody_reads) {
    std::string answer;
    serve([&](Peer& peer) -> Task<> {
        co_await welcome(peer);
        co_await say(peer, "2");
        answer = co_await hear(peer);
    });
    ASSERT_TRUE(connect());
    run_until([&] { return !answer.empty(); });
    EXPECT_EQ(answer, "3");
}

TEST_F(SocketIoLinkTest, a_request_waits_for_its_acknowledgement) {
    serve([](Peer& peer) -> Task<> {
        co_await welcome(peer);
        const auto asked = co_await hear(peer);
        EXPECT_EQ(asked, R"(420["subscribe",["x"]])");
        co_await say(peer, R"(430[{"ok":true}])");
        co_await hear(peer);
    });
    ASSERT_TRUE(connect());
    const auto answer = run<Result<sio::Arguments>>([this] {
        sio::Arguments arguments{R"([["x"]])", {}};
        return link_->request("/", "subscribe", std::move(arguments), Millis(10'000));
    });
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->json, R"([{"ok":true}])");
}

TEST_F(SocketIoLinkTest, a_request_without_an_answer_times_out) {
    serve([](Peer& peer) -> Task<> {
        co_await welcome(peer);
        co_await hear(peer);
        co_await hear(peer);
    });
    ASSERT_TRUE(connect());
    const auto answer = run<Result<sio::Arguments>>([this] {
        sio::Arguments arguments;
        return link_->request("/", "x", std::move(arguments), Millis(20));
    });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::timeout);
}

TEST_F(SocketIoLinkTest, a_request_fails_when_the_connection_ends) {
    serve([](Peer& peer) -> Task<> {
        co_await welcome(peer);
        co_await hear(peer);
    });
    ASSERT_TRUE(connect());
    const auto answer = run<Result<sio::Arguments>>([this] {
        sio::Arguments arguments;
        return link_->request("/", "x", std::move(arguments), Millis(10'000));
    });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::cancelled);
}

TEST_F(SocketIoLinkTest, a_refused_namespace_fails_the_connect_with_the_servers_words) {
    serve([](Peer& peer) -> Task<> {
        co_await say(peer, kOpen);
        co_await hear(peer);
        co_await say(peer, R"(44{"message":"Unauthorized"})");
        co_await hear(peer);
    });
    const auto connected = connect();
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().kind(), ErrorKind::denied);
    EXPECT_EQ(connected.error().refusal()->message, "Unauthorized");
}

TEST_F(SocketIoLinkTest, a_refusals_words_are_one_short_line) {
    serve([](Peer& peer) -> Task<> {
        co_await say(peer, kOpen);
        co_await hear(peer);
        co_await say(peer, R"(44{"message":"no\n\u001b)" + std::string(100'000, 'x') + R"("})");
        co_await hear(peer);
    });
    const auto connected = connect();
    ASSERT_FALSE(connected);
    EXPECT_NE(connected.error().message().find(R"(no\x0a\x1bxxx)"), std::string::npos);
    EXPECT_LT(connected.error().message().size(), 1'000U);
}

TEST_F(SocketIoLinkTest, being_let_in_and_sent_away_at_once_is_both) {
    serve_raw([](ScriptConnection& connection, int) -> Task<> {
        Peer peer(connection.socket());
        co_await peer.async_accept(kQuiet);
        co_await say(peer, kOpen);
        co_await hear(peer);
        // Both in one segment, as NestJS does.
        std::string frames;
        for (const std::string_view text : {R"(40{"sid":"s"})", "41"}) {
            frames += '\x81';
            frames += static_cast<char>(text.size());
            frames += text;
        }
        co_await connection.write(frames);
        co_await hear(peer);
    });
    ASSERT_TRUE(connect());
    SocketIoMessage message;
    ASSERT_TRUE(run<Result<>>([this] { return link_->receive(); }));
    ASSERT_TRUE(link_->next(message));
    EXPECT_EQ(message.kind, SocketIoMessage::Kind::left);
    EXPECT_FALSE(link_->emit("/", "x", {}));
}

TEST_F(SocketIoLinkTest, a_server_that_takes_no_websockets_is_told_with_what_was_expected) {
    serve_raw([](ScriptConnection& connection, int) -> Task<> {
        co_await connection.read_request();
        co_await connection.write(
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    const auto connected = connect();
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().kind(), ErrorKind::protocol);
    EXPECT_NE(connected.error().message().find("takes websockets (not polling alone)"),
              std::string::npos);
    EXPECT_NE(connected.error().message().find("status 400"), std::string::npos);
}

TEST_F(SocketIoLinkTest, a_401_is_a_refusal) {
    serve_raw([](ScriptConnection& connection, int) -> Task<> {
        co_await connection.read_request();
        co_await connection.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    });
    const auto connected = connect();
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().kind(), ErrorKind::denied);
}

TEST_F(SocketIoLinkTest, the_other_revision_fails_the_connect) {
    serve([](Peer& peer) -> Task<> {
        co_await say(peer, kOpen);
        co_await say(peer, "40");
        co_await hear(peer);
        co_await hear(peer);
    });
    const auto connected = connect();
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().kind(), ErrorKind::unsupported);
}

TEST_F(SocketIoLinkTest, reading_pauses_while_nobody_takes_and_nothing_is_lost) {
    constexpr int kCount = 300;
    bool written = false;
    serve([&](Peer& peer) -> Task<> {
        co_await welcome(peer);
        for (int i = 0; i < kCount; ++i) {
            co_await say(peer, R"(42["x",")" + std::string(10'000, 'x') + R"("])");
        }
        written = true;
        co_await hear(peer);
    });
    SocketIoOptions options;
    options.max_waiting = 20'000;
    ASSERT_TRUE(connect(std::move(options)));
    const int got = run<int>([this]() -> Task<int> {
        int count = 0;
        while (count < kCount) {
            const auto more = co_await link_->receive();
            if (!more) {
                break;
            }
            SocketIoMessage message;
            while (link_->next(message)) {
                ++count;
            }
        }
        co_return count;
    });
    EXPECT_EQ(got, kCount);
}

TEST_F(SocketIoLinkTest, hanging_up_says_goodbye) {
    std::string first;
    std::string second;
    serve([&](Peer& peer) -> Task<> {
        co_await welcome(peer);
        first = co_await hear(peer);
        second = co_await hear(peer);
    });
    ASSERT_TRUE(connect());
    run([this]() -> Task<> { co_await link_->shutdown(Millis(2'000)); });
    run_until([&] { return !second.empty(); });
    EXPECT_EQ(first, "1");
    EXPECT_EQ(second.substr(0, 7), "closed:");
    EXPECT_EQ(drain(), "unavailable");
}

TEST_F(SocketIoLinkTest, may_go_away_without_goodbye) {
    std::string last;
    serve([&](Peer& peer) -> Task<> {
        co_await welcome(peer);
        last = co_await hear(peer);
    });
    ASSERT_TRUE(connect());
    link_.reset();
    run_until([&] { return !last.empty(); });
    EXPECT_EQ(last.substr(0, 7), "closed:");
}

TEST_F(SocketIoLinkTest, a_later_namespace_is_told_among_the_events) {
    serve([](Peer& peer) -> Task<> {
        co_await welcome(peer);
        co_await hear(peer);
        co_await say(peer, R"(40/y,{"sid":"s"})");
        co_await say(peer, "41/y,");
        co_await say(peer, "1");
        co_await hear(peer);
    });
    ASSERT_TRUE(connect());
    ASSERT_TRUE(link_->join({"/y", "", std::nullopt}));
    SocketIoMessage message;
    ASSERT_TRUE(run<Result<>>([this] { return link_->receive(); }));
    ASSERT_TRUE(link_->next(message));
    EXPECT_EQ(message.kind, SocketIoMessage::Kind::joined);
    EXPECT_EQ(message.ns, "/y");
}

}  // namespace
}  // namespace rookery::gateway
