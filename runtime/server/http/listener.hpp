#pragma once

#include "base/result.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace rookery::server {

/// A listening socket. When the process has no descriptor left it keeps one back, so that clients
/// are turned away instead of being left in the queue. Belongs to the context's thread.
class Listener : public std::enable_shared_from_this<Listener> {
  public:
    using Take = std::function<void(boost::asio::ip::tcp::socket)>;

    /// Error invalid (no address), unavailable (taken, not of this machine), denied (port); with
    /// the address.
    [[nodiscard]] static Result<std::shared_ptr<Listener>> open(boost::asio::io_context& context,
                                                                const std::string& address,
                                                                std::uint16_t port);
    explicit Listener(boost::asio::io_context& context);
    ~Listener();

    void start(Take take);
    void close();
    [[nodiscard]] const boost::asio::ip::tcp::endpoint& endpoint() const noexcept {
        return endpoint_;
    }

  private:
    void accept();
    void on_error(const boost::system::error_code& error);

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    boost::asio::ip::tcp::endpoint endpoint_;
    Take take_;
    int reserve_ = -1;  ///< a descriptor kept back
    unsigned failures_ = 0;
};

/// "127.0.0.1:3000", "[::1]:3000"
[[nodiscard]] std::string text_of(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace rookery::server
