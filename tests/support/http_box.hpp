#pragma once

#include "server/http/http_server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace rookery::testing {

/// A TCP client that sends exactly what it is told to. Every wait has an end.
class RawClient {
  public:
    struct Later {};  ///< connect() comes by itself

    RawClient(const std::string& url, Later /*tag*/)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
          port_(static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)))) {}
    explicit RawClient(const std::string& url) : RawClient(url, Later{}) { connect(); }
    ~RawClient() { close(); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void connect() const {
        const boost::asio::ip::tcp::endpoint to(boost::asio::ip::address_v4::loopback(), port_);
        EXPECT_EQ(::connect(fd_, to.data(), static_cast<socklen_t>(to.size())), 0);
    }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return;  // refused in the middle: what the server says is to be read
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// As much as fits without waiting; how much that was.
    std::size_t send_some(std::string_view bytes) {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        return sent < 0 ? 0 : static_cast<std::size_t>(sent);
    }

    /// One answer: head, and the body that its Content-Length tells.
    std::string answer(bool with_body = true) {
        while (in_.find("\r\n\r\n") == std::string::npos) {
            if (!more()) {
                return std::exchange(in_, {});
            }
        }
        std::size_t size = in_.find("\r\n\r\n") + 4;
        const auto length = in_.find("Content-Length: ");
        if (with_body && length < size) {
            size += std::stoul(in_.substr(length + 16));
        }
        while (in_.size() < size) {
            if (!more()) {
                break;
            }
        }
        std::string out = in_.substr(0, size);
        in_.erase(0, std::min(size, in_.size()));
        return out;
    }

    /// All until the server closes.
    std::string rest() {
        while (more()) {
        }
        return std::exchange(in_, {});
    }
    [[nodiscard]] bool closed() {
        rest();
        return closed_;
    }
    /// Exactly that many bytes.
    std::string bytes(std::size_t count) {
        while (in_.size() < count && more()) {
        }
        std::string out = in_.substr(0, count);
        in_.erase(0, out.size());
        return out;
    }

    void end_sending() { ::shutdown(fd_, SHUT_WR); }
    void close() {
        if (fd_ >= 0) {
            ::close(std::exchange(fd_, -1));
        }
    }
    [[nodiscard]] int descriptor() const noexcept { return fd_; }

  private:
    bool more() {
        constexpr int kPatienceMs = 10'000;
        pollfd wait{fd_, POLLIN, 0};
        if (::poll(&wait, 1, kPatienceMs) <= 0) {
            ADD_FAILURE() << "the server has not said anything for a long time";
            return false;
        }
        char buffer[4096];
        const auto got = ::recv(fd_, buffer, sizeof buffer, 0);
        if (got <= 0) {
            closed_ = true;
            return false;
        }
        in_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }

    int fd_;
    std::uint16_t port_;
    std::string in_;
    bool closed_ = false;
};

/// A handler made of functions.
class FakeHandler : public server::Handler {
  public:
    std::function<std::optional<server::Response>(server::Exchange&)> on_admit;
    std::function<void(server::ExchangePtr)> on_request;
    std::function<std::variant<server::Response, Upgrade>(const server::Request&)> on_upgrade;

    std::optional<server::Response> admit(server::Exchange& exchange) override {
        return on_admit ? on_admit(exchange) : std::nullopt;
    }
    void handle(server::ExchangePtr exchange) override {
        if (on_request) {
            on_request(std::move(exchange));
            return;
        }
        const auto& request = exchange->request();
        exchange->respond(server::Response::text(
            200, "text/plain", request.method + " " + request.path + " " + request.body));
    }
    std::variant<server::Response, Upgrade> upgrade(const server::Request& request) override {
        return on_upgrade ? on_upgrade(request) : server::Handler::upgrade(request);
    }
};

/// An HttpServer on a thread of its own, with one handler at /.
class HttpBox {
  public:
    explicit HttpBox(server::HttpOptions options = {}) {
        server_.mount("/", handler);
        const auto applied = server_.apply(std::move(options));
        EXPECT_TRUE(applied) << (applied ? "" : applied.error().message());
        thread_ = std::thread([this] { io_.run(); });
    }
    ~HttpBox() {
        mailbox_->close();
        boost::asio::post(io_, [this] {
            server_.close();
            work_.reset();
        });
        thread_.join();
    }
    HttpBox(const HttpBox&) = delete;
    HttpBox& operator=(const HttpBox&) = delete;

    /// Runs it on the server's thread, and waits.
    template <class Work>
    auto on_thread(Work work) {
        std::packaged_task<decltype(work())()> task(std::move(work));
        auto result = task.get_future();
        boost::asio::post(io_, [&task] { task(); });
        return result.get();
    }

    [[nodiscard]] server::HttpServer& server() noexcept { return server_; }
    [[nodiscard]] std::string url() {
        return on_thread([this] { return server_.url(); });
    }
    [[nodiscard]] std::unique_ptr<RawClient> client() { return std::make_unique<RawClient>(url()); }
    /// The answer to one request over a connection of its own.
    std::string ask(std::string_view request) {
        const auto own = client();
        own->send(request);
        return own->answer();
    }

    FakeHandler handler;

  private:
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    server::MailboxPtr mailbox_ = std::make_shared<server::Mailbox>(io_);
    server::HttpServer server_{io_, mailbox_};
    std::thread thread_;
};

}  // namespace rookery::testing
