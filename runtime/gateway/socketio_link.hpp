#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/http_message.hpp"
#include "net/stream.hpp"
#include "net/url.hpp"
#include "protocol/socketio/client.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::gateway {

struct SocketIoOptions {
    /// "http://host:3000" or the same with https, ws, wss. A path of it goes before `path`, unless
    /// it ends with it: "https://host/bridge" leads to "/bridge/socket.io/".
    std::string url;
    std::string path = "/socket.io/";  ///< of the engine
    /// Goes into the upgrade's URL beside EIO and transport; encoded here.
    std::vector<std::pair<std::string, std::string>> query;
    net::HttpHeaders headers;  ///< of the upgrade request
    net::ConnectOptions connect;
    protocol::socketio::ClientOptions client;
    std::size_t max_queued = std::size_t{4} << 20U;  ///< bytes that wait to be written
    /// Bytes of what was received and nobody has taken; then the socket is not read.
    std::size_t max_waiting = std::size_t{8} << 20U;
};

/// The websocket's URL: "wss://host/socket.io/?EIO=4&transport=websocket&...". Errors as parse_url.
[[nodiscard]] Result<net::Url> socketio_url(const SocketIoOptions& options);

/// Something that came over a Socket.IO link.
struct SocketIoMessage {
    enum class Kind : std::uint8_t {
        event,      ///< ns, name, arguments, ack
        left,       ///< ns: the server sent us away; the link stays
        joined,     ///< ns: of join(), after connect()
        refused,    ///< ns, error: of join(), after connect()
        malformed,  ///< ns, error: an event that could not be read was dropped
    };
    Kind kind = Kind::event;
    std::string ns{};
    std::string name{};
    protocol::socketio::Arguments arguments{};
    std::optional<std::uint64_t> ack{};  ///< the server wants a reply()
    std::optional<Error> error{};
};

/// A Socket.IO client over one websocket. Heartbeats, time-outs and assembling go on by themselves.
///
///     if (auto good = co_await link.connect(); !good) ...
///     while (co_await link.receive()) {            // waits; an error is the end of the connection
///         while (link.next(message)) { ... }       // never waits
///     }
///
/// request() may be awaited anywhere, in between too. io thread.
class SocketIoLink {
  public:
    SocketIoLink(async::Executor executor, SocketIoOptions options);
    SocketIoLink(const SocketIoLink&) = delete;
    SocketIoLink& operator=(const SocketIoLink&) = delete;
    /// Cuts the connection.
    ~SocketIoLink();

    /// Connects, opens the session and joins the namespaces of the options; once. Errors: as
    /// net::WsClient::connect, with what to look at when the answer is no websocket; denied (a
    /// namespace was refused: the server's text, Error::refusal() has its message), unsupported
    /// (the other revision), timeout, protocol, limit.
    [[nodiscard]] async::Task<Result<>> connect();

    /// Waits until something has come that next() gives. Errors, after the last message: those of
    /// Client::Owner::ended(), io (connection lost), unavailable (closed).
    [[nodiscard]] async::Task<Result<>> receive();
    [[nodiscard]] bool next(SocketIoMessage& message);

    /// As Client's functions of the same names. Error limit: the server does not read.
    [[nodiscard]] Result<> emit(std::string_view ns, std::string_view name,
                                const protocol::socketio::Arguments& arguments);
    /// Emits and waits for the acknowledgement.
    [[nodiscard]] async::Task<Result<protocol::socketio::Arguments>> request(
        std::string ns, std::string name, protocol::socketio::Arguments arguments, Millis limit);
    [[nodiscard]] Result<> reply(std::string_view ns, std::uint64_t ack,
                                 const protocol::socketio::Arguments& arguments);
    [[nodiscard]] Result<> join(protocol::socketio::Membership membership);
    void leave(std::string_view ns);

    /// Ends it from our side: with goodbye (`1` and a close frame), or at once.
    void hang_up(bool cut);
    /// hang_up() with goodbye, and waits until it is written, at most `limit`.
    [[nodiscard]] async::Task<> shutdown(Millis limit);

    /// Something came from the server, be it a heartbeat; called from the reading side.
    void on_heard(std::function<void()> heard);
    /// A heartbeat's round trip (Engine.IO v3 alone).
    void on_latency(std::function<void(std::chrono::microseconds)> latency);

    [[nodiscard]] bool is_joined(std::string_view ns) const noexcept;
    [[nodiscard]] bool recovered(std::string_view ns) const noexcept;
    [[nodiscard]] std::optional<protocol::socketio::Recovery> recovery(std::string_view ns) const;
    [[nodiscard]] std::uint64_t bytes_received() const noexcept;
    [[nodiscard]] std::uint64_t frames_received() const noexcept;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  ///< shared with the tasks that read and that keep the time
};

}  // namespace rookery::gateway
