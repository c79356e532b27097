#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "protocol/socketio/packet.hpp"
#include "server/http/message.hpp"

#include <any>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::server {

/// One client in one namespace; never used again.
using SocketId = std::uint64_t;

using Arguments = protocol::socketio::Arguments;

/// Who asks to join.
struct Handshake {
    std::string ns;                          ///< "/api/events"
    std::string auth = "{}";                 ///< the CONNECT packet's object, checked to be one
    std::shared_ptr<const Request> request;  ///< the one that opened the connection
};

struct Admission {
    /// Refusal: the text of connect_error, and its data as JSON (empty: none).
    [[nodiscard]] static Admission refuse(std::string message, std::string data = {}) {
        return {false, std::move(message), std::move(data), {}, {}, false};
    }
    [[nodiscard]] static Admission accept(std::any who = {}, std::vector<std::string> rooms = {}) {
        return {true, {}, {}, std::move(who), std::move(rooms), false};
    }

    bool accepted = false;
    std::string message;
    std::string data;
    std::any who;  ///< kept with the socket: SocketServer::who()
    std::vector<std::string> rooms;
    bool recovery = false;  ///< events carry an offset, and a lost connection can be taken up again
    /// Whose a connection is: another one cannot take it up again, whatever he knows of it.
    std::string identity = {};
};

/// What lives in a namespace. Server thread.
class Namespace {
  public:
    Namespace() = default;
    Namespace(const Namespace&) = delete;
    Namespace& operator=(const Namespace&) = delete;
    virtual ~Namespace() = default;

    /// `decide` exactly once, at once or later; a client that has gone, or waits for too long, is
    /// not admitted whatever it says. Runs for a recovery too.
    virtual void connect(const Handshake& handshake, std::function<void(Admission)> decide) = 0;

    /// After the client was told. `recovered`: rooms and `who` are those of before, and what was
    /// missed has been sent.
    virtual void joined(SocketId socket, bool recovered) = 0;

    /// `reply` is null when no acknowledgement was asked for; its first call counts.
    using Reply = std::function<void(Arguments)>;
    virtual void event(SocketId socket, std::string_view name, Arguments arguments,
                       Reply reply) = 0;

    /// "transport close", "ping timeout", "client namespace disconnect", "slow consumer", ...
    /// Nothing may be sent to it any more.
    virtual void left(SocketId socket, std::string_view reason) = 0;
};

struct NamespaceOptions {
    bool recovery = false;            ///< whether Admission::recovery has a meaning
    std::size_t most_rooms = 10'000;  ///< of one socket
};

/// Socket.IO for one path of the server. Server thread. A socket that does not exist (any more) is
/// no error: nothing happens.
class SocketServer {
  public:
    SocketServer() = default;
    SocketServer(const SocketServer&) = delete;
    SocketServer& operator=(const SocketServer&) = delete;
    virtual ~SocketServer() = default;

    /// Error exists. `user` outlives its namespace.
    [[nodiscard]] virtual Result<> open(std::string ns, Namespace& user,
                                        NamespaceOptions options) = 0;
    /// Its sockets leave, and are told so.
    virtual void close(std::string_view ns) = 0;
    [[nodiscard]] virtual bool has(std::string_view ns) const = 0;

    virtual void emit(SocketId socket, std::string_view event, const Arguments& arguments) = 0;
    /// Errors of `done`, which runs once: timeout, cancelled (it left), limit (too many wait).
    virtual void emit_with_ack(SocketId socket, std::string_view event, const Arguments& arguments,
                               Millis timeout, std::function<void(Result<Arguments>)> done) = 0;

    /// Encoded once; to every socket that is in one of the rooms (none: in the namespace), once
    /// each. Returns how many that are.
    virtual std::size_t broadcast(std::string_view ns, std::span<const std::string> rooms,
                                  std::string_view event, const Arguments& arguments,
                                  std::span<const SocketId> except = {}) = 0;

    /// Whether a broadcast would reach anybody, or be kept for a recovery: what nobody wants need
    /// not be written.
    [[nodiscard]] virtual bool anybody(std::string_view ns,
                                       std::span<const std::string> rooms) const = 0;

    /// Whether so much waits for the client already that whoever can wait should.
    [[nodiscard]] virtual bool is_behind(SocketId socket) const = 0;

    /// Error limit.
    [[nodiscard]] virtual Result<> join(SocketId socket, std::string_view room) = 0;
    virtual void leave(SocketId socket, std::string_view room) = 0;
    [[nodiscard]] virtual std::vector<std::string> rooms(SocketId socket) const = 0;

    /// Admission::who; null when there is no such socket.
    [[nodiscard]] virtual std::any* who(SocketId socket) = 0;
    /// The socket's name for people and on the wire (`sid` of the CONNECT answer).
    [[nodiscard]] virtual std::string name(SocketId socket) const = 0;
    [[nodiscard]] virtual const Handshake* handshake(SocketId socket) const = 0;
    virtual void each(std::string_view ns, const std::function<void(SocketId)>& visit) = 0;

    /// The client is sent away from the namespace, or the whole connection ends. A client that is
    /// sent away (`recoverable` false) cannot take the connection up again.
    virtual void disconnect(SocketId socket, bool whole_connection) = 0;
};

}  // namespace rookery::server
