#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "hostapi/worker.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::hostapi {

/// Where the outcome of one call goes that the server made into an extension. The first finish()
/// counts; whoever lets go of it without one has failed with `cancelled`. Any thread.
template <class T>
class Answer {
  public:
    using Done = std::function<void(Result<T>)>;

    explicit Answer(Done done) : done_(std::move(done)) {}
    ~Answer() { finish(Error(ErrorKind::cancelled, "no answer was given")); }
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;

    void finish(Result<T> result) {
        if (!finished_.exchange(true)) {
            done_(std::move(result));
        }
    }

  private:
    const Done done_;
    std::atomic<bool> finished_{false};
};
template <class T>
using AnswerPtr = std::shared_ptr<Answer<T>>;

/// Held by whoever handles a call of the server, until it is done with it: so many at a time are
/// let in, and a reload waits for them.
using ServedHold = std::shared_ptr<const void>;

using ServedFields = std::vector<std::pair<std::string, std::string>>;

/// Who asks, with a key.
struct ServedKey {
    std::string id;
    std::string name;
    std::vector<std::string> scopes;
    std::optional<std::vector<std::string>> guilds;  ///< sorted ids; none: all of them
};
using ServedKeyPtr = std::shared_ptr<const ServedKey>;

enum class ServedAuth : std::uint8_t {
    key,   ///< a key with the scope
    none,  ///< anybody
    own,   ///< the extension decides; channels only
};

struct RouteForm {
    std::string method = "GET";
    std::string pattern;  ///< "/items/:id", "/files/*": below /api/plugins/NAME
    ServedAuth auth = ServedAuth::key;
    std::string scope;  ///< empty: "plugin:NAME"
    std::size_t body_limit = std::size_t{1} << 20U;
    Millis timeout{30'000};
    std::string doc;  ///< a line for people
};

struct ServedRequest {
    std::string id;
    std::string method;
    std::string path;     ///< below the extension's prefix: "/items/5"
    ServedFields params;  ///< of the pattern: id = "5"; "*" for the rest of the path
    ServedFields query;   ///< in order
    ServedFields headers;
    std::string body;
    std::string peer;
    bool secure = false;
    ServedKeyPtr key;  ///< null where none is asked for
};

struct ServedAnswer {
    unsigned status = 200;
    std::string content_type;
    ServedFields headers;
    std::string body;
};

using RouteHandler =
    std::function<void(ServedRequest request, AnswerPtr<ServedAnswer> answer, ServedHold hold)>;

/// What lives on a connection: a namespace of Socket.IO, or the raw sessions of Engine.IO at a path
/// of their own.
struct ChannelForm {
    enum class Kind : std::uint8_t { socket_namespace, engine };

    Kind kind = Kind::socket_namespace;
    std::string name;  ///< "/custom"; of an engine the path, "/engine.io/"
    ServedAuth auth = ServedAuth::key;
    std::string scope;      ///< empty: "plugin:NAME"
    bool recovery = false;  ///< a lost connection can be taken up again; namespaces only
};

/// One client of a channel; never used again.
using SocketNumber = std::uint64_t;

/// What an event carries, as server::Arguments: a JSON array whose placeholders the attachments
/// stand for. A message of an engine's session is `text`, or one attachment.
struct ServedArguments {
    std::string json = "[]";
    std::vector<std::string> attachments;
};

struct ServedHandshake {
    std::string auth = "{}";  ///< a JSON object
    ServedFields query;
    ServedFields headers;
    std::string peer;
    bool secure = false;
};

struct ServedSocket {
    SocketNumber number = 0;
    std::string id;  ///< on the wire
    std::shared_ptr<const ServedHandshake> handshake;
    ServedKeyPtr key;  ///< null without ServedAuth::key
    std::string who;   ///< JSON that the extension's own check gave; empty: none
    std::vector<std::string> rooms;
    bool recovered = false;  ///< it has taken up a lost connection: its rooms are those of before
    bool kept = false;       ///< it was there with the version before this one
};

/// The outcome of the extension's own check of a client: JSON for ServedSocket::who.
struct Admitted {
    bool accepted = false;
    std::string who;
    std::string message;  ///< of the refusal
    std::string data;     ///< JSON, likewise; may be empty
};

struct ChannelHandlers {
    /// With ServedAuth::own. An error refuses the client.
    std::function<void(ServedHandshake handshake, AnswerPtr<Admitted> answer, ServedHold hold)>
        admit;
    /// First of all for each socket; after a reload for those that are there already.
    std::function<void(ServedSocket socket, ServedHold hold)> connected;
    /// `reply` is null when no acknowledgement was asked for. Of an engine's session `name` is
    /// empty; the message is the JSON, as it came, or the attachment.
    std::function<void(SocketNumber socket, std::string name, ServedArguments arguments,
                       AnswerPtr<ServedArguments> reply, ServedHold hold)>
        event;
    /// Last of all.
    std::function<void(SocketNumber socket, std::string reason, ServedHold hold)> left;
};

using ClaimId = std::uint64_t;

/// What one version of an extension serves. Handlers run on the worker's thread, one at a time.
/// Until activate() nothing of it is seen from outside; then it takes the place of the version
/// before, with the sockets of the channels that both have. Any thread.
class ServerSession {
  public:
    static constexpr std::size_t kMostRooms = 1'000;  ///< of one socket

    ServerSession() = default;
    ServerSession(const ServerSession&) = delete;
    ServerSession& operator=(const ServerSession&) = delete;
    virtual ~ServerSession() = default;

    /// Errors: exists (names who has it), limit, unsupported (nothing is served).
    [[nodiscard]] virtual Result<ClaimId> route(RouteForm form, RouteHandler handler) = 0;
    [[nodiscard]] virtual Result<ClaimId> open(ChannelForm form, ChannelHandlers handlers) = 0;
    /// The sockets of a channel leave.
    virtual void withdraw(ClaimId claim) = 0;

    // Errors: stale (the socket has left, the channel is closed), limit (too much waits to be
    // sent).
    [[nodiscard]] virtual Result<> emit(SocketNumber socket, std::string event,
                                        ServedArguments arguments) = 0;
    struct Audience {
        std::vector<std::string> rooms;  ///< none: everybody
        std::vector<SocketNumber> except;
    };
    [[nodiscard]] virtual Result<> broadcast(ClaimId channel, Audience audience, std::string event,
                                             ServedArguments arguments) = 0;
    /// `done` runs on the worker's thread, never before the return. Errors besides: timeout,
    /// cancelled (it left meanwhile).
    virtual void call(SocketNumber socket, std::string event, ServedArguments arguments,
                      Millis timeout, std::function<void(Result<ServedArguments>)> done) = 0;
    [[nodiscard]] virtual Result<> join(SocketNumber socket, std::string room) = 0;
    [[nodiscard]] virtual Result<> leave(SocketNumber socket, const std::string& room) = 0;
    [[nodiscard]] virtual Result<> disconnect(SocketNumber socket) = 0;

    virtual void activate() = 0;
    /// Nothing begins any more; it waits for activate(), of this version or another.
    virtual void hold() = 0;
    /// Nothing begins any more, and nothing waits: the extension is to go.
    virtual void retire() = 0;
    /// The end: what is under way is answered, what was claimed is free.
    virtual void close() = 0;
    /// Calls begun and not finished.
    [[nodiscard]] virtual std::size_t under_way() const = 0;
};

/// What extensions serve through, wired in by app. Any thread.
class ServerPort {
  public:
    ServerPort() = default;
    ServerPort(const ServerPort&) = delete;
    ServerPort& operator=(const ServerPort&) = delete;
    virtual ~ServerPort() = default;

    /// `title` is "script ping", `name` "ping". `worker` runs the handlers.
    [[nodiscard]] virtual std::shared_ptr<ServerSession> open(std::string title, std::string name,
                                                              log::Logger log,
                                                              std::weak_ptr<Worker> worker) = 0;
};

}  // namespace rookery::hostapi
