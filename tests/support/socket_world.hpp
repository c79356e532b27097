#pragma once

#include "protocol/websocket/frame_codec.hpp"
#include "server/http/http_server.hpp"
#include "server/socketio/socket_hub.hpp"
#include "support/io_fixture.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rookery::testing {

/// A TCP client that keeps all that comes. Bound to the fixture's loop.
class WireClient {
  public:
    WireClient(boost::asio::io_context& io, std::uint16_t port) : socket_(io) {
        socket_.connect({boost::asio::ip::make_address_v4("127.0.0.1"), port});
        read();
    }
    ~WireClient() { *alive_ = false; }
    WireClient(const WireClient&) = delete;
    WireClient& operator=(const WireClient&) = delete;

    void send(const std::string& data) { boost::asio::write(socket_, boost::asio::buffer(data)); }
    void close() { socket_.close(); }
    /// Stops reading, for good.
    void stall() { stalled_ = true; }
    [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return socket_; }

    std::string in;
    bool ended = false;

  private:
    void read() {
        socket_.async_read_some(
            boost::asio::buffer(buffer_),
            [this, alive = alive_](boost::system::error_code error, std::size_t bytes) {
                if (!*alive) {
                    return;
                }
                if (error) {
                    ended = true;
                    return;
                }
                in.append(buffer_.data(), bytes);
                if (!stalled_) {
                    read();
                }
            });
    }

    boost::asio::ip::tcp::socket socket_;
    std::array<char, 65536> buffer_;
    bool stalled_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// The client's end of a websocket, after its 101.
class WsClient : public WireClient {
  public:
    using Opcode = protocol::websocket::Opcode;

    WsClient(boost::asio::io_context& io, std::uint16_t port, const std::string& query)
        : WireClient(io, port) {
        send("GET /socket.io/?EIO=4&transport=websocket" + query +
             " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }

    void frame(Opcode opcode, std::string_view payload) {
        std::string wire;
        protocol::websocket::encode_frame(opcode, payload, protocol::websocket::MaskKey{1, 2, 3, 4},
                                          wire);
        send(wire);
    }
    void text(std::string_view payload) { frame(Opcode::text, payload); }

    /// Frames since the 101: texts as they are, binary behind "bin:", control frames behind
    /// "ping:", "pong:" and "close:" (with the code).
    [[nodiscard]] const std::vector<std::string>& frames() {
        if (!upgraded_) {
            const auto end = in.find("\r\n\r\n");
            if (end == std::string::npos || !in.starts_with("HTTP/1.1 101")) {
                return frames_;
            }
            upgraded_ = true;
            at_ = end + 4;
        }
        for (auto rest = std::string_view(in).substr(at_); !rest.empty();) {
            const auto room = reader_.prepare();
            const auto bytes = std::min(room.size(), rest.size());
            std::memcpy(room.data(), rest.data(), bytes);
            reader_.commit(bytes);
            rest.remove_prefix(bytes);
            at_ += bytes;
            protocol::websocket::Message message;
            while (reader_.next(message) == protocol::websocket::FrameReader::Next::message) {
                frames_.push_back(describe(message));
            }
        }
        return frames_;
    }
    [[nodiscard]] bool has(const std::string& frame) {
        return std::ranges::count(frames(), frame) > 0;
    }

  private:
    static std::string describe(const protocol::websocket::Message& message) {
        switch (message.opcode) {
            case Opcode::text:
                return std::string(message.payload);
            case Opcode::binary:
                return "bin:" + std::string(message.payload);
            case Opcode::pong:
                return "pong:" + std::string(message.payload);
            case Opcode::close:
                return "close:" + std::to_string(message.close_code);
            default:
                return "?";
        }
    }

    protocol::websocket::FrameReader reader_{protocol::websocket::Role::client};
    std::vector<std::string> frames_;
    std::size_t at_ = 0;
    bool upgraded_ = false;
};

/// A namespace that writes down what happens: echoes events, answers acknowledgements.
class EchoNamespace final : public server::Namespace {
  public:
    explicit EchoNamespace(server::SocketServer& server) : server_(server) {}

    void connect(const server::Handshake& handshake,
                 std::function<void(server::Admission)> decide) override {
        auths.push_back(handshake.auth);
        if (later) {
            decisions.push_back(std::move(decide));
        } else {
            decide(admission);
        }
    }
    void joined(server::SocketId socket, bool was_recovered) override {
        sockets.push_back(socket);
        recovered.push_back(was_recovered);
    }
    void event(server::SocketId socket, std::string_view name, server::Arguments arguments,
               Reply reply) override {
        events.push_back(std::string(name) + arguments.json);
        if (reply) {
            reply(arguments);
        } else {
            server_.emit(socket, name, arguments);
        }
    }
    void left(server::SocketId socket, std::string_view reason) override {
        std::erase(sockets, socket);
        reasons.emplace_back(reason);
    }

    server::Admission admission = server::Admission::accept();
    bool later = false;
    std::vector<std::function<void(server::Admission)>> decisions;
    std::vector<std::string> auths;
    std::vector<server::SocketId> sockets;  ///< that are here
    std::vector<bool> recovered;
    std::vector<std::string> events;
    std::vector<std::string> reasons;

  private:
    server::SocketServer& server_;
};

/// HTTP and Socket.IO on the loopback, on the test's own thread.
class SocketWorld : public IoFixture {
  protected:
    ~SocketWorld() override { http_.close(); }

    /// Once, at first.
    void serve(config::SocketIoSection section = {}, server::ChannelPool::Options channels = {}) {
        section.polling = section.websocket = true;
        channels_ = std::make_unique<server::ChannelPool>(io_, channels);
        hub_ = std::make_unique<server::SocketHub>(turn_, *channels_, clock_, section);
        echo_ = std::make_unique<EchoNamespace>(*hub_);
        ASSERT_TRUE(hub_->open("/", *echo_, {.recovery = true, .most_rooms = 3}));
        http_options_.access_log = false;
        ASSERT_TRUE(http_.apply(http_options_));
        http_.mount("/socket.io", hub_->handler());
        const auto url = http_.url();
        port_ = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    }

    [[nodiscard]] std::unique_ptr<WsClient> websocket(const std::string& query = {}) {
        return std::make_unique<WsClient>(io_, port_, query);
    }
    /// A websocket that has joined "/".
    [[nodiscard]] std::unique_ptr<WsClient> member(const std::string& auth = {}) {
        auto client = websocket();
        const auto before = echo_->sockets.size();
        client->text("40" + auth);
        run_until([&] { return echo_->sockets.size() > before && client->frames().size() >= 2; });
        return client;
    }
    void await(WsClient& client, const std::string& frame) {
        run_until([&] { return client.has(frame); });
    }

    /// One HTTP request on a connection of its own; the whole answer.
    [[nodiscard]] std::string ask(const std::string& method, const std::string& query,
                                  const std::string& body = {},
                                  const std::string& type = "text/plain;charset=UTF-8") {
        WireClient client(io_, port_);
        client.send(request(method, query, body, type));
        run_until([&] { return client.ended; });
        return client.in;
    }
    [[nodiscard]] static std::string request(const std::string& method, const std::string& query,
                                             const std::string& body = {},
                                             const std::string& type = "text/plain") {
        return method + " /socket.io/?EIO=4" + query +
               " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
               (method == "POST" ? "Content-Type: " + type +
                                       "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"
                                 : "") +
               "\r\n" + body;
    }
    [[nodiscard]] static std::string body_of(const std::string& answer) {
        return answer.substr(answer.find("\r\n\r\n") + 4);
    }
    /// Opens a session by polling; its "&transport=polling&sid=...".
    [[nodiscard]] std::string open_polling() {
        const auto answer = ask("GET", "&transport=polling");
        const auto at = answer.find("\"sid\":\"") + 7;
        return "&transport=polling&sid=" + answer.substr(at, answer.find('"', at) - at);
    }

    server::HttpOptions http_options_;  ///< before serve()
    SystemClock clock_;
    server::Turn turn_{io_};
    std::unique_ptr<server::ChannelPool> channels_;
    std::unique_ptr<server::SocketHub> hub_;
    std::unique_ptr<EchoNamespace> echo_;
    server::HttpServer http_{io_, std::make_shared<server::Mailbox>(io_)};
    std::uint16_t port_ = 0;
};

}  // namespace rookery::testing
