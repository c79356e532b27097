#include "net/ws_client.hpp"

#include "async/signal.hpp"
#include "support/io_fixture.hpp"
#include "support/script_server.hpp"
#include "support/temp_dir.hpp"
#include "support/tls_identity.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <vector>

namespace rookery::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using async::Task;
using testing::ScriptConnection;
using testing::ScriptServer;
using Peer = beast::websocket::stream<asio::ip::tcp::socket&>;
using PeerScript = std::function<Task<>(Peer&)>;

constexpr auto kQuiet = asio::as_tuple(asio::use_awaitable);

struct Received {
    WsOpcode opcode;
    std::string payload;
    std::uint16_t code;
};

class WsClientTest : public testing::IoFixture {
  protected:
    void TearDown() override {
        run([this]() -> Task<> { co_await client_->shutdown(Millis(2'000)); });
        IoFixture::TearDown();
    }

    void serve_raw(ScriptServer::Script script) { server_.emplace(io_, tasks_, std::move(script)); }
    /// A server that speaks the protocol by a library of its own.
    void serve(PeerScript script) {
        serve_raw([script](ScriptConnection& connection, int) -> Task<> {
            Peer peer(connection.socket());
            const auto [ec] = co_await peer.async_accept(kQuiet);
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

    /// A client of other options than the default ones.
    template <class Change>
    void options(Change change) {
        WsOptions given;
        change(given);
        client_ = std::make_unique<WsClient>(io_.get_executor(), std::move(given));
    }
    Result<> connect(const std::string& scheme = "ws") {
        return run<Result<>>(
            [&] { return client_->connect(*parse_url(server_->url(scheme, "/?v=10"))); });
    }
    Result<> receive() {
        return run<Result<>>([&] { return client_->receive(); });
    }
    /// The next `count` messages; fewer when the connection ends before.
    std::vector<Received> take(std::size_t count) {
        std::vector<Received> out;
        WsMessage message;
        while (true) {
            while (client_->next(message)) {
                out.push_back({message.opcode, std::string(message.payload), message.close_code});
                if (out.size() == count) {
                    return out;
                }
            }
            if (!receive()) {
                return out;
            }
        }
    }

    /// The owner's way out, and then the peer has seen the end too.
    template <class Done>
    void shutdown_until(Done done) {
        run([this]() -> Task<> { co_await client_->shutdown(Millis(5'000)); });
        run_until(done);
    }

    std::optional<ScriptServer> server_;
    std::unique_ptr<WsClient> client_ = std::make_unique<WsClient>(io_.get_executor(), WsOptions{});
};

TEST_F(WsClientTest, exchanges_messages) {
    std::string heard;
    serve([&heard](Peer& peer) -> Task<> {
        co_await say(peer, "hello");
        co_await say(peer, std::string("\x00\xff", 2), true);
        heard = co_await hear(peer);
        co_await say(peer, "bye");
    });
    ASSERT_TRUE(connect());
    ASSERT_TRUE(client_->send("{\"op\":1}"));
    const auto got = take(3);
    ASSERT_EQ(got.size(), 3U);
    EXPECT_EQ(got[0].payload, "hello");
    EXPECT_EQ(got[0].opcode, WsOpcode::text);
    EXPECT_EQ(got[1].payload, std::string("\x00\xff", 2));
    EXPECT_EQ(got[1].opcode, WsOpcode::binary);
    EXPECT_EQ(heard, "{\"op\":1}");
}

TEST_F(WsClientTest, G67_a_dead_address_gives_way_to_the_next) {
    serve([](Peer& peer) -> Task<> { co_await say(peer, "here"); });
    // All of 127/8 is this machine; the server listens on one of them.
    options([](WsOptions& o) { o.connect.hosts = {{"two.example", {"127.0.0.77", "127.0.0.1"}}}; });
    auto url = *parse_url(server_->url("ws", "/"));
    url.host = "two.example";
    EXPECT_TRUE(run<Result<>>([&] { return client_->connect(url); }));
}

TEST_F(WsClientTest, asks_for_the_target_and_sends_its_headers) {
    std::string seen;
    serve_raw(
        [&seen](ScriptConnection& peer, int) -> Task<> { seen = co_await peer.read_request(); });
    options([](WsOptions& given) { given.headers.add("User-Agent", "me"); });
    EXPECT_FALSE(connect());
    EXPECT_TRUE(seen.starts_with("GET /?v=10 HTTP/1.1\r\n"));
    EXPECT_NE(seen.find("User-Agent: me\r\n"), std::string::npos);
    EXPECT_EQ(seen.find("Sec-WebSocket-Extensions"), std::string::npos);
}

TEST_F(WsClientTest, one_wake_up_hands_out_many_messages) {
    constexpr std::size_t kMessages = 20'000;
    serve([](Peer& peer) -> Task<> {
        for (std::size_t i = 0; i < kMessages; ++i) {
            co_await say(peer, std::to_string(i) + std::string(800, 'x'));
        }
        static_cast<void>(co_await hear(peer));
    });
    ASSERT_TRUE(connect());
    std::size_t wake_ups = 0;
    std::size_t next = 0;
    WsMessage message;
    while (next < kMessages) {
        ASSERT_TRUE(receive());
        ++wake_ups;
        while (client_->next(message)) {
            ASSERT_EQ(message.payload, std::to_string(next) + std::string(800, 'x'));
            ++next;
        }
    }
    EXPECT_LT(wake_ups, kMessages);
    EXPECT_GT(client_->bytes_received(), kMessages * 800);
}

TEST_F(WsClientTest, takes_messages_of_several_megabytes) {
    const std::string big(5'000'000, 'b');
    serve([&big](Peer& peer) -> Task<> {
        co_await say(peer, big);
        co_await say(peer, "small");
        static_cast<void>(co_await hear(peer));
    });
    ASSERT_TRUE(connect());
    const auto got = take(2);
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[0].payload, big);
    EXPECT_EQ(got[1].payload, "small");
}

TEST_F(WsClientTest, joins_fragments) {
    serve([](Peer& peer) -> Task<> {
        static_cast<void>(co_await peer.async_write_some(false, asio::buffer("frag", 4), kQuiet));
        static_cast<void>(co_await peer.async_ping("between", kQuiet));
        static_cast<void>(co_await peer.async_write_some(true, asio::buffer("ments", 5), kQuiet));
        static_cast<void>(co_await hear(peer));
    });
    ASSERT_TRUE(connect());
    const auto got = take(1);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].payload, "fragments");
}

TEST_F(WsClientTest, answers_pings) {
    std::string pong;
    serve([&pong](Peer& peer) -> Task<> {
        peer.control_callback(
            [&pong](beast::websocket::frame_type type, beast::string_view payload) {
                if (type == beast::websocket::frame_type::pong) {
                    pong = std::string(payload);
                }
            });
        static_cast<void>(co_await peer.async_ping("are you there", kQuiet));
        co_await say(peer, "x");
        static_cast<void>(co_await hear(peer));
    });
    ASSERT_TRUE(connect());
    EXPECT_EQ(take(1).size(), 1U);
    run_until([&] { return !pong.empty(); });
    EXPECT_EQ(pong, "are you there");
}

TEST_F(WsClientTest, what_is_sent_in_one_turn_arrives_in_order) {
    std::vector<std::string> heard;
    serve([&heard](Peer& peer) -> Task<> {
        while (heard.size() < 500) {
            heard.push_back(co_await hear(peer));
        }
    });
    ASSERT_TRUE(connect());
    for (int i = 0; i < 500; ++i) {
        ASSERT_TRUE(client_->send(std::to_string(i)));
    }
    run_until([&] { return heard.size() == 500; });
    for (std::size_t i = 0; i < 500; ++i) {
        EXPECT_EQ(heard[i], std::to_string(i));
    }
}

TEST_F(WsClientTest, the_peers_close_frame_is_a_message) {
    serve([](Peer& peer) -> Task<> {
        const beast::websocket::close_reason reason(beast::websocket::close_code(4004),
                                                    "Authentication failed.");
        static_cast<void>(co_await peer.async_close(reason, kQuiet));
    });
    ASSERT_TRUE(connect());
    const auto got = take(1);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].opcode, WsOpcode::close);
    EXPECT_EQ(got[0].code, 4004);
    EXPECT_EQ(got[0].payload, "Authentication failed.");
}

TEST_F(WsClientTest, closes_with_a_code_that_the_peer_sees) {
    std::uint16_t code = 0;
    serve([&code](Peer& peer) -> Task<> {
        static_cast<void>(co_await hear(peer));
        code = peer.reason().code;
    });
    ASSERT_TRUE(connect());
    client_->close(4000, "resumable");
    EXPECT_FALSE(client_->is_open());
    EXPECT_EQ(client_->send("late").error().kind(), ErrorKind::unavailable);
    const auto got = take(1);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].opcode, WsOpcode::close);
    shutdown_until([&] { return code != 0; });
    EXPECT_EQ(code, 4000);
}

TEST_F(WsClientTest, shutdown_still_writes_what_was_queued) {
    std::vector<std::string> heard;
    serve([&heard](Peer& peer) -> Task<> {
        heard.push_back(co_await hear(peer));
        heard.push_back(co_await hear(peer));
    });
    ASSERT_TRUE(connect());
    ASSERT_TRUE(client_->send("last words"));
    client_->close(4000);
    shutdown_until([&] { return heard.size() == 2; });
    EXPECT_EQ(heard[0], "last words");
    EXPECT_TRUE(heard[1].starts_with("closed"));
}

TEST_F(WsClientTest, an_end_without_close_frame_is_told) {
    serve([](Peer& peer) -> Task<> {
        co_await say(peer, "x");
        peer.next_layer().close();
    });
    ASSERT_TRUE(connect());
    EXPECT_EQ(take(2).size(), 1U);
    const auto end = receive();
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().kind(), ErrorKind::io);
}

TEST_F(WsClientTest, abort_ends_a_receive_under_way) {
    serve([](Peer& peer) -> Task<> { static_cast<void>(co_await hear(peer)); });
    ASSERT_TRUE(connect());
    tasks_.spawn("aborter", [this]() -> Task<> {
        co_await async::sleep_for(Millis(2));
        client_->abort();
    });
    const auto end = receive();
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().kind(), ErrorKind::unavailable);
}

TEST_F(WsClientTest, a_message_above_the_limit_closes_with_1009) {
    std::uint16_t code = 0;
    serve([&code](Peer& peer) -> Task<> {
        co_await say(peer, std::string(2'000, 'x'));
        static_cast<void>(co_await hear(peer));
        code = peer.reason().code;
    });
    options([](WsOptions& given) { given.max_message = 1'000; });
    ASSERT_TRUE(connect());
    EXPECT_TRUE(take(1).empty());
    EXPECT_EQ(receive().error().kind(), ErrorKind::limit);
    shutdown_until([&] { return code != 0; });
    EXPECT_EQ(code, 1009);
}

TEST_F(WsClientTest, a_peer_that_breaks_the_protocol_gets_1002) {
    std::uint16_t code = 0;
    serve([&code](Peer& peer) -> Task<> {
        // A masked frame, which a server must not send.
        static_cast<void>(co_await asio::async_write(
            peer.next_layer(), asio::buffer("\x81\x81\x01\x02\x03\x04\x05", 7), kQuiet));
        static_cast<void>(co_await hear(peer));
        code = peer.reason().code;
    });
    ASSERT_TRUE(connect());
    EXPECT_TRUE(take(1).empty());
    EXPECT_EQ(receive().error().kind(), ErrorKind::protocol);
    shutdown_until([&] { return code != 0; });
    EXPECT_EQ(code, 1002);
}

TEST_F(WsClientTest, a_peer_that_does_not_read_fills_the_queue_and_no_more) {
    serve([](Peer&) -> Task<> { co_await async::sleep_for(Millis(3'600'000)); });
    options([](WsOptions& given) {
        given.max_queued = 100'000;
        given.write_timeout = Millis(50);
    });
    ASSERT_TRUE(connect());
    const std::string payload(10'000, 'x');
    bool full = false;
    for (int i = 0; i < 2'000 && !full; ++i) {
        const auto sent = client_->send(payload);
        full = !sent && sent.error().kind() == ErrorKind::limit;
        io_.restart();
        io_.poll_one();
    }
    EXPECT_TRUE(full);
    const auto end = receive();
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().kind(), ErrorKind::timeout) << end.error().message();
}

TEST_F(WsClientTest, frames_that_come_with_the_upgrade_are_not_lost) {
    serve_raw([](ScriptConnection& connection, int) -> Task<> {
        const auto request = co_await connection.read_request();
        beast::http::request_parser<beast::http::empty_body> parser;
        boost::system::error_code ec;
        parser.put(asio::buffer(request), ec);
        // Let the library compute the key's answer, then send it in one piece with two frames.
        asio::io_context other;
        asio::ip::tcp::acceptor acceptor(other, {asio::ip::address_v4::loopback(), 0});
        asio::ip::tcp::socket near(other);
        near.connect(acceptor.local_endpoint());
        auto far = acceptor.accept();
        Peer peer(far);
        peer.accept(parser.get());
        std::string bytes(4'096, '\0');
        bytes.resize(near.read_some(asio::buffer(bytes)));
        co_await connection.write(bytes + std::string("\x81\x03one\x81\x03two", 10));
        co_await async::sleep_for(Millis(3'600'000));
    });
    ASSERT_TRUE(connect());
    // Nothing more will come: the wait must not be for new bytes.
    ASSERT_TRUE(receive());
    const auto got = take(2);
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[0].payload, "one");
    EXPECT_EQ(got[1].payload, "two");
}

TEST_F(WsClientTest, not_connected_is_told) {
    serve_raw([](ScriptConnection&, int) -> Task<> { co_return; });
    EXPECT_EQ(receive().error().kind(), ErrorKind::unavailable);
    EXPECT_EQ(client_->send("x").error().kind(), ErrorKind::unavailable);
}

struct BadUpgrade {
    const char* name;
    std::string answer;
};

class WsBadUpgrade : public WsClientTest, public ::testing::WithParamInterface<BadUpgrade> {};

TEST_P(WsBadUpgrade, is_refused) {
    serve_raw([answer = GetParam().answer](ScriptConnection& peer, int) -> Task<> {
        static_cast<void>(co_await peer.read_request());
        co_await peer.write(answer);
        peer.close();
    });
    const auto result = connect();
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().kind(), ErrorKind::internal);
    EXPECT_FALSE(client_->is_open());
}

INSTANTIATE_TEST_SUITE_P(
    Each, WsBadUpgrade,
    ::testing::Values(
        BadUpgrade{"status_200", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
        BadUpgrade{"redirect", "HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\n\r\n"},
        BadUpgrade{
            "wrong_key",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"},
        BadUpgrade{"no_upgrade_header", "HTTP/1.1 101 Switching Protocols\r\n\r\n"},
        BadUpgrade{"closed", ""}, BadUpgrade{"not_http", "\x81\x05hello"},
        BadUpgrade{"huge_head", "HTTP/1.1 101 X\r\nX: " + std::string(50'000, 'x')}),
    [](const auto& each) { return each.param.name; });

TEST_F(WsClientTest, an_upgrade_that_never_comes_times_out) {
    serve_raw(
        [](ScriptConnection&, int) -> Task<> { co_await async::sleep_for(Millis(3'600'000)); });
    options([](WsOptions& given) { given.connect.timeout = Millis(30); });
    EXPECT_EQ(connect().error().kind(), ErrorKind::timeout);
}

TEST_F(WsClientTest, abort_while_connecting_leaves_it_unconnected) {
    serve_raw(
        [](ScriptConnection&, int) -> Task<> { co_await async::sleep_for(Millis(3'600'000)); });
    options([](WsOptions& given) { given.connect.timeout = Millis(30); });
    tasks_.spawn("aborter", [this]() -> Task<> {
        client_->abort();
        co_return;
    });
    EXPECT_FALSE(connect());
    EXPECT_FALSE(client_->is_open());
}

class WsTls : public WsClientTest {
  protected:
    using TlsPeer = beast::websocket::stream<asio::ssl::stream<asio::ip::tcp::socket>>;

    void serve_tls(const testing::TlsIdentity& identity, std::function<Task<>(TlsPeer&)> script) {
        auto context = std::make_shared<asio::ssl::context>(identity.server_context());
        serve_raw([context, script](ScriptConnection& connection, int) -> Task<> {
            TlsPeer peer(std::move(connection.socket()), *context);
            auto [failed] =
                co_await peer.next_layer().async_handshake(asio::ssl::stream_base::server, kQuiet);
            if (!failed) {
                std::tie(failed) = co_await peer.async_accept(kQuiet);
            }
            if (!failed) {
                co_await script(peer);
            }
        });
        identity.write_certificate(dir_ / "ca.pem");
    }
    void trust(const std::string& ca_file) {
        auto tls = TlsContext::create(ca_file);
        ASSERT_TRUE(tls) << tls.error().message();
        options([&](WsOptions& given) { given.connect.tls = *tls; });
    }

    testing::TempDir dir_;
};

TEST_F(WsTls, speaks_with_a_server_whose_authority_is_trusted) {
    constexpr std::size_t kMessages = 3'000;
    serve_tls(testing::TlsIdentity("IP:127.0.0.1"), [](TlsPeer& peer) -> Task<> {
        for (std::size_t i = 0; i < kMessages; ++i) {
            const auto text = std::to_string(i) + std::string(800, 't');
            static_cast<void>(co_await peer.async_write(asio::buffer(text), kQuiet));
        }
        beast::flat_buffer buffer;
        static_cast<void>(co_await peer.async_read(buffer, kQuiet));
        static_cast<void>(co_await peer.async_write(buffer.data(), kQuiet));
        static_cast<void>(co_await peer.async_read(buffer, kQuiet));
    });
    trust((dir_ / "ca.pem").string());
    const auto connected = connect("wss");
    ASSERT_TRUE(connected) << connected.error().message();
    ASSERT_TRUE(client_->send("echo"));
    const auto got = take(kMessages + 1);
    ASSERT_EQ(got.size(), kMessages + 1);
    for (std::size_t i = 0; i < kMessages; ++i) {
        ASSERT_EQ(got[i].payload, std::to_string(i) + std::string(800, 't'));
    }
    EXPECT_EQ(got.back().payload, "echo");
}

TEST_F(WsTls, an_unknown_authority_is_refused) {
    serve_tls(testing::TlsIdentity("IP:127.0.0.1"), [](TlsPeer&) -> Task<> { co_return; });
    trust("");
    const auto result = connect("wss");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::denied) << result.error().message();
}

TEST_F(WsTls, a_certificate_for_another_host_is_refused) {
    serve_tls(testing::TlsIdentity("DNS:gateway.discord.gg"),
              [](TlsPeer&) -> Task<> { co_return; });
    trust((dir_ / "ca.pem").string());
    const auto result = connect("wss");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::denied) << result.error().message();
}

TEST_F(WsTls, an_expired_certificate_is_refused) {
    serve_tls(testing::TlsIdentity("IP:127.0.0.1", -100'000),
              [](TlsPeer&) -> Task<> { co_return; });
    trust((dir_ / "ca.pem").string());
    EXPECT_EQ(connect("wss").error().kind(), ErrorKind::denied);
}

TEST_F(WsTls, a_server_without_tls_is_refused) {
    serve_raw([](ScriptConnection& peer, int) -> Task<> {
        co_await peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        static_cast<void>(co_await peer.read_request());
    });
    trust("");
    EXPECT_EQ(connect("wss").error().kind(), ErrorKind::protocol);
}

TEST_F(WsTls, without_a_context_nothing_is_sent) {
    serve_raw([](ScriptConnection&, int) -> Task<> { co_return; });
    EXPECT_EQ(connect("wss").error().kind(), ErrorKind::invalid);
    EXPECT_EQ(server_->connections(), 0);
}

TEST_F(WsTls, a_missing_authority_file_is_named) {
    const auto tls = TlsContext::create((dir_ / "none.pem").string());
    ASSERT_FALSE(tls);
    EXPECT_NE(tls.error().message().find("none.pem"), std::string::npos);
    serve_raw([](ScriptConnection&, int) -> Task<> { co_return; });
}

}  // namespace
}  // namespace rookery::net
