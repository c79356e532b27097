#pragma once

#include "async/signal.hpp"
#include "support/script_server.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace rookery::testing {

/// The server's end of one gateway connection, by a websocket library of its own.
class GatewayPeer {
  public:
    using Socket = boost::asio::ip::tcp::socket;
    using Json = nlohmann::json;

    explicit GatewayPeer(Socket& socket) : socket_(socket), stream_(socket) {}

    [[nodiscard]] async::Task<bool> accept() {
        const auto [ec] = co_await stream_.async_accept(kQuiet);
        co_return !ec;
    }
    async::Task<> say(std::string text, bool binary = false) {
        stream_.binary(binary);
        static_cast<void>(co_await stream_.async_write(boost::asio::buffer(text), kQuiet));
    }
    async::Task<> hello(int interval_ms = 40'000) {
        co_await say(R"({"op":10,"d":{"heartbeat_interval":)" + std::to_string(interval_ms) + "}}");
    }
    async::Task<> event(std::string type, int seq, std::string data) {
        co_await say(R"({"op":0,"t":")" + type + R"(","s":)" + std::to_string(seq) + R"(,"d":)" +
                     data + "}");
    }
    async::Task<> ready(int seq = 1, std::string resume_url = "") {
        co_await event("READY", seq,
                       R"({"session_id":"s1","guilds":[],"user":{"username":"bot"},)"
                       R"("resume_gateway_url":")" +
                           resume_url + "\"}");
    }
    /// The next payload of the client; null at the end of the connection, whose code is then in
    /// close_code().
    [[nodiscard]] async::Task<Json> hear() {
        boost::beast::flat_buffer buffer;
        const auto [ec, got] = co_await stream_.async_read(buffer, kQuiet);
        static_cast<void>(got);
        co_return ec ? Json() : Json::parse(boost::beast::buffers_to_string(buffer.data()));
    }
    /// The next payload of that opcode; heartbeats before it are acked.
    [[nodiscard]] async::Task<Json> hear_op(int op) {
        while (true) {
            Json payload = co_await hear();
            if (payload.is_null() || payload["op"] == op) {
                co_return payload;
            }
            if (payload["op"] == 1) {
                co_await say(R"({"op":11})");
            }
        }
    }
    /// Acks until the connection ends.
    async::Task<> serve() { static_cast<void>(co_await hear_op(-1)); }
    async::Task<> close(std::uint16_t code) {
        static_cast<void>(co_await stream_.async_close(
            boost::beast::websocket::close_reason(
                static_cast<boost::beast::websocket::close_code>(code)),
            kQuiet));
    }
    [[nodiscard]] std::uint16_t close_code() const { return stream_.reason().code; }
    [[nodiscard]] Socket& socket() { return socket_; }

  private:
    static constexpr auto kQuiet = boost::asio::as_tuple(boost::asio::use_awaitable);

    Socket& socket_;
    boost::beast::websocket::stream<Socket&> stream_;
};

/// A gateway whose every connection runs a script (numbered from 0), and an API that only knows the
/// gateway's address and the shard count.
class FakeGateway {
  public:
    using Script = std::function<async::Task<>(GatewayPeer&, int)>;

    FakeGateway(boost::asio::io_context& io, async::TaskGroup& tasks, Script script)
        : gateway_(io, tasks,
                   [script = std::move(script)](ScriptConnection& connection,
                                                int number) -> async::Task<> {
                       GatewayPeer peer(connection.socket());
                       if (co_await peer.accept()) {
                           co_await script(peer, number);
                       }
                   }),
          api_(io, tasks, [this](ScriptConnection& connection, int) -> async::Task<> {
              while (!(co_await connection.read_request()).empty()) {
                  const std::string body = api_answer();
                  co_await connection.write(
                      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                      "Content-Length: " +
                      std::to_string(body.size()) + "\r\n\r\n" + body);
              }
          }) {}

    [[nodiscard]] std::string url() const { return gateway_.url("ws", ""); }
    [[nodiscard]] std::string api_url() const { return api_.url("http", "/api/v10"); }
    [[nodiscard]] int connections() const { return gateway_.connections(); }

    int shards = 1;
    int max_concurrency = 16;

  private:
    [[nodiscard]] std::string api_answer() const {
        return R"({"url":")" + url() + R"(","shards":)" + std::to_string(shards) +
               R"(,"session_start_limit":{"total":1000,"remaining":1000,"reset_after":0,)" +
               R"("max_concurrency":)" + std::to_string(max_concurrency) + "}}";
    }

    ScriptServer gateway_;
    ScriptServer api_;
};

}  // namespace rookery::testing
