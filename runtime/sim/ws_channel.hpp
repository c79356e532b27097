#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace rookery::sim {

/// One websocket of a client, already accepted. Simulator thread. Callbacks are not called from
/// inside the calls below, and none after closed.
class WsChannel {
  public:
    struct Events {
        std::function<unsigned()> status;  ///< 101, or the HTTP status that refuses the upgrade
        std::function<void(std::string_view target)> opened;
        std::function<void(std::string_view text)> message;
        std::function<void(std::string_view data)> binary{};  ///< without it they come as `message`
        std::function<void()> ping{};                         ///< the client's ping frame arrived
        std::function<void()> writable;                       ///< backlog() fell; more may be sent
        std::function<void(unsigned)> closed;  ///< the client's close code, 1006 without one
        std::size_t max_message = std::size_t{64} << 10U;  ///< above it the connection is closed
    };

    WsChannel() = default;
    WsChannel(const WsChannel&) = delete;
    WsChannel& operator=(const WsChannel&) = delete;
    virtual ~WsChannel() = default;

    virtual void start(Events events) = 0;
    virtual void send(std::string payload, bool binary) = 0;
    [[nodiscard]] virtual std::size_t backlog() const = 0;
    /// Puts these bytes between two frames as they are: broken and cut frames.
    virtual void send_raw(std::string_view bytes) = 0;
    virtual void close(unsigned code, std::string_view reason) = 0;  ///< 1006: TCP alone ends
    /// Ends the TCP connection with a reset, without a close frame.
    virtual void reset() = 0;
    /// Ends the TCP connection without a close frame once everything sent has left.
    virtual void drop() = 0;
    /// From now on what is sent is cut into fragments of about so many bytes (at least 8).
    virtual void fragment(std::size_t bytes) = 0;
    /// While frozen nothing is read and nothing leaves; the connection stays open.
    virtual void freeze(bool frozen) = 0;
    [[nodiscard]] virtual bool frozen() const = 0;
    /// While muted the client's ping frames get no pong.
    virtual void mute_pongs(bool muted) = 0;
};

/// Takes the upgrade on `socket`; with TLS first when a context is given.
std::shared_ptr<WsChannel> make_ws_channel(boost::asio::ip::tcp::socket socket,
                                           std::shared_ptr<boost::asio::ssl::context> tls);

}  // namespace rookery::sim
