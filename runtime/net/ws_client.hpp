#pragma once

#include "async/task.hpp"
#include "base/result.hpp"
#include "net/http_message.hpp"
#include "net/stream.hpp"
#include "protocol/websocket/frame_codec.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace rookery::net {

struct WsOptions {
    ConnectOptions connect;                            ///< its timeout covers the upgrade too
    HttpHeaders headers;                               ///< of the upgrade request
    std::size_t max_message = std::size_t{64} << 20U;  ///< bytes of one incoming message
    std::size_t max_queued = std::size_t{1} << 20U;    ///< bytes that wait to be written
    Millis write_timeout{15'000};                      ///< for the peer to take what was queued
};

using WsMessage = protocol::websocket::Message;
using WsOpcode = protocol::websocket::Opcode;

/// The client side of one websocket connection (RFC 6455, no extensions), made for throughput: one
/// wake-up reads as much as is there and hands out every message of it without copying.
///
///     while (co_await socket.receive()) {    // waits; an error is the end of the connection
///         while (socket.next(message)) { ... }   // never waits
///     }
///
/// Pings are answered inside. Belongs to the io thread; receive() is for one coroutine, send() and
/// the rest for any on that thread.
class WsClient {
  public:
    WsClient(async::Executor executor, WsOptions options);
    WsClient(const WsClient&) = delete;
    WsClient& operator=(const WsClient&) = delete;
    /// Cuts the connection; what is still queued is lost (await shutdown() before, if it matters).
    ~WsClient();

    /// Connects and upgrades; once for each client. Errors: as Stream::connect; protocol (the
    /// answer is no upgrade; the text and Error::refusal() have the status).
    [[nodiscard]] async::Task<Result<>> connect(Url url);

    /// Waits until bytes have come. Errors: io (connection lost, or closed by the peer without a
    /// close frame), unavailable (not connected, or abort()), and what next() found wrong:
    /// protocol, limit.
    [[nodiscard]] async::Task<Result<>> receive();

    /// The next whole message of what has been received: text, binary or close. False: none, call
    /// receive(). The payload is valid until the next call of next() or receive(). When the peer
    /// broke the protocol, a close frame with the fitting code goes out and the following receive()
    /// tells.
    [[nodiscard]] bool next(WsMessage& message);

    /// Queues one message; what is queued during one turn of the loop goes out in one write.
    /// Errors: limit (the queue is full: the peer does not read), unavailable (not open, or
    /// closing).
    [[nodiscard]] Result<> send(std::string_view payload, WsOpcode opcode = WsOpcode::text);

    /// Queues a close frame, after which nothing can be sent. The peer's answer arrives by next().
    void close(std::uint16_t code, std::string_view reason = {});

    /// Cuts the connection: a receive() under way ends with unavailable.
    void abort() noexcept;

    /// Waits until what is queued has been written, at most `limit`, then cuts the connection.
    [[nodiscard]] async::Task<> shutdown(Millis limit);

    [[nodiscard]] bool is_open() const noexcept;
    [[nodiscard]] std::uint64_t bytes_received() const noexcept;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  ///< shared with the writer
};

}  // namespace rookery::net
