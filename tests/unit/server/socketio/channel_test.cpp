#include "server/socketio/channel.hpp"

#include "support/socket_world.hpp"
#include "support/temp_dir.hpp"
#include "support/tls_identity.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace rookery::server {
namespace {

namespace asio = boost::asio;
namespace websocket = protocol::websocket;
using ::testing::ElementsAre;

/// A client over TLS, on a thread of its own: its handshake needs both ends at once.
class TlsTalk {
  public:
    /// Joins "/", reads until `last` has come, and leaves with a close frame.
    TlsTalk(asio::io_context& server, std::uint16_t port, std::string last)
        : thread_([this, &server, port, last = std::move(last)] {
              talk(port, last);
              asio::post(server, [] {});  // which waits for something to happen
          }) {}
    ~TlsTalk() { thread_.join(); }
    TlsTalk(const TlsTalk&) = delete;
    TlsTalk& operator=(const TlsTalk&) = delete;

    std::atomic<bool> done = false;
    std::string in;     ///< once it is done
    std::string error;  ///< likewise

  private:
    void talk(std::uint16_t port, const std::string& last) {
        try {
            asio::io_context io;
            asio::ssl::context context(asio::ssl::context::tls_client);
            asio::ssl::stream<asio::ip::tcp::socket> stream(io, context);
            stream.next_layer().connect({asio::ip::make_address_v4("127.0.0.1"), port});
            stream.handshake(asio::ssl::stream_base::client);
            std::string out =
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            websocket::encode_frame(websocket::Opcode::text, "40", websocket::MaskKey{1, 2, 3, 4},
                                    out);
            asio::write(stream, asio::buffer(out));
            std::vector<char> buffer(65536);
            while (in.find(last) == std::string::npos) {
                in.append(buffer.data(), stream.read_some(asio::buffer(buffer)));
            }
            out.clear();
            websocket::encode_close(websocket::kCloseNormal, {}, websocket::MaskKey{}, out);
            asio::write(stream, asio::buffer(out));
            boost::system::error_code end;
            while (!end) {
                in.append(buffer.data(), stream.read_some(asio::buffer(buffer), end));
            }
        } catch (const std::exception& failure) {
            error = failure.what();
        }
        done = true;
    }

    std::thread thread_;
};

class ChannelTest : public rookery::testing::SocketWorld {};

TEST_F(ChannelTest, everything_arrives_in_order_over_tls) {
    const rookery::testing::TempDir folder;
    const rookery::testing::TlsIdentity identity("IP:127.0.0.1");
    identity.write_certificate(folder / "cert.pem");
    identity.write_key(folder / "key.pem");
    http_options_.certificate = folder / "cert.pem";
    http_options_.key = folder / "key.pem";
    serve();
    TlsTalk client(io_, port_, "42[\"end\"]");
    run_until([&] { return echo_->sockets.size() == 1; });
    std::string expected;
    for (int i = 0; i < 60; ++i) {
        const std::string text = "[" + std::to_string(i) + ",\"" + std::string(10'000, 'x') + "\"]";
        hub_->broadcast("/", {}, "n", {text, {}});
        expected += "\x81\x7E";
        const auto size = text.size() + 6;  // 42["n",...
        expected += static_cast<char>(size >> 8U);
        expected += static_cast<char>(size & 0xFFU);
        expected += "42[\"n\"," + text.substr(1);
    }
    hub_->broadcast("/", {}, "end", {});
    run_until([&] { return client.done.load(); });
    EXPECT_EQ(client.error, "");
    EXPECT_TRUE(client.in.find(expected) != std::string::npos);
    const std::string goodbye = "\x88\x11\x03\xE8transport close";
    EXPECT_EQ(client.in.substr(client.in.size() - goodbye.size()), goodbye);
    EXPECT_THAT(echo_->reasons, ElementsAre("transport close"));
}

}  // namespace
}  // namespace rookery::server
