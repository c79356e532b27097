#pragma once

#include "async/task.hpp"
#include "async/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace rookery::testing {

/// One accepted connection of a ScriptServer.
class ScriptConnection {
  public:
    using Socket = boost::asio::ip::tcp::socket;

    explicit ScriptConnection(Socket socket) : socket_(std::move(socket)) {}

    /// One HTTP request, head and body; empty when the client has closed.
    async::Task<std::string> read_request() {
        std::string text;
        std::size_t end = std::string::npos;
        while (true) {
            end = text.find("\r\n\r\n");
            if (end != std::string::npos && text.size() >= end + 4 + body_length(text)) {
                co_return text;
            }
            char chunk[4096];
            const auto [ec, got] = co_await socket_.async_read_some(
                boost::asio::buffer(chunk), boost::asio::as_tuple(boost::asio::use_awaitable));
            if (ec) {
                co_return std::string();
            }
            text.append(chunk, got);
        }
    }

    async::Task<> write(std::string text) {
        const auto [ec, sent] = co_await boost::asio::async_write(
            socket_, boost::asio::buffer(text), boost::asio::as_tuple(boost::asio::use_awaitable));
        static_cast<void>(ec);
        static_cast<void>(sent);
    }

    void close() {
        boost::system::error_code ec;
        socket_.close(ec);
    }

    Socket& socket() { return socket_; }

  private:
    static std::size_t body_length(const std::string& text) {
        const auto at = text.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::strtoul(text.c_str() + at + 16, nullptr, 10);
    }

    Socket socket_;
};

/// Accepts on a loopback port and runs the script for each connection: what a misbehaving server
/// does is written down byte for byte. The script's second argument counts connections from 0.
class ScriptServer {
  public:
    using Script = std::function<async::Task<>(ScriptConnection&, int)>;

    ScriptServer(boost::asio::io_context& io, async::TaskGroup& tasks, Script script)
        : acceptor_(std::make_shared<Acceptor>(
              io, boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0))),
          port_(acceptor_->local_endpoint().port()) {
        tasks.spawn(
            "server",
            [&tasks, acceptor = acceptor_, script = std::move(script),
             connections = connections_]() -> async::Task<> {
                while (true) {
                    auto socket = co_await acceptor->async_accept(boost::asio::use_awaitable);
                    const int number = (*connections)++;
                    auto connection = std::make_shared<ScriptConnection>(std::move(socket));
                    tasks.spawn("connection", [connection, script, number]() -> async::Task<> {
                        co_await script(*connection, number);
                    });
                }
            });
    }

    [[nodiscard]] unsigned short port() const { return port_; }
    [[nodiscard]] int connections() const { return *connections_; }
    [[nodiscard]] std::string url(const std::string& scheme, const std::string& path = "/") const {
        return scheme + "://127.0.0.1:" + std::to_string(port_) + path;
    }

  private:
    using Acceptor = boost::asio::ip::tcp::acceptor;

    std::shared_ptr<int> connections_ = std::make_shared<int>(0);
    std::shared_ptr<Acceptor> acceptor_;
    unsigned short port_;
};

}  // namespace rookery::testing
