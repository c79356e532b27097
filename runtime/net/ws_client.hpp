#pragma once

#include "async/task.hpp"
#include "base/result.hpp"
#include "net/http_message.hpp"
#include "net/stream.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::net {

struct WsOptions {
    ConnectOptions connect;                            ///< its timeout covers the upgrade too
    HttpHeaders headers;                               ///< of the upgrade request
    std::size_t max_message = std::size_t{64} << 20U;  ///< bytes of one incoming message
    std::size_t max_queued = std::size_t{1} << 20U;    ///< bytes that wait to be written
    Millis write_timeout{15'000};                      ///< for the peer to take what was queued
};

enum class WsKind : std::uint8_t {
    text,
    binary,
    close,  ///< the peer closes; `payload` is its reason
};

struct WsMessage {
    WsKind kind = WsKind::text;
    std::string_view payload;                 ///< valid until the next WsClient::receive()
    std::optional<std::uint16_t> close_code;  ///< of a close frame that carried one
};

/// The client side of one websocket connection (RFC 6455, no extensions), made for throughput: one
/// wake-up reads as much as is there and hands out every message of it without copying.
///
///     while (co_await socket.receive())               // waits; an error ends the connection
///         while (auto message = socket.next()) ...    // never waits
///
/// Pings are answered inside. Belongs to the io thread; receive() is for one coroutine, send() and
/// the rest for any on that thread.
class WsClient {
  public:
    WsClient(async::Executor executor, WsOptions options);
    WsClient(const WsClient&) = delete;
    WsClient& operator=(const WsClient&) = delete;
    /// Drops the connection; shutdown() must have been awaited if connect() was ever called.
    ~WsClient();

    /// Connects and upgrades; once for each client. Errors: as Stream::connect; protocol (the
    /// answer is no upgrade; the text has the status).
    [[nodiscard]] async::Task<Result<>> connect(Url url);

    /// Waits until bytes have come. Errors: io (connection lost or closed by the peer without a
    /// close frame), unavailable (not connected any more, abort() included).
    [[nodiscard]] async::Task<Result<>> receive();

    /// The next complete message of what has been received; nullopt: receive() first. Errors end
    /// the connection (a close frame with the fitting code goes out): protocol, limit.
    [[nodiscard]] Result<std::optional<WsMessage>> next();

    /// Queues one message; what is queued during one turn of the loop goes out in one write.
    /// Errors: limit (the queue is full: the peer does not read), unavailable (not open, or
    /// closing).
    [[nodiscard]] Result<> send(WsKind kind, std::string_view payload);

    /// Queues a close frame, after which nothing can be sent. The peer's answer arrives by next().
    void close(std::uint16_t code, std::string_view reason = {});

    /// Cuts the connection: a receive() under way ends with unavailable.
    void abort() noexcept;

    /// Waits until what is queued has been written, at most `limit`, then cuts the connection and
    /// ends the writer. The last call on a client.
    [[nodiscard]] async::Task<> shutdown(Millis limit);

    [[nodiscard]] bool is_open() const noexcept;
    [[nodiscard]] std::uint64_t bytes_received() const noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::net
