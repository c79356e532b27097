#pragma once

#include <rookery/abi/ext/server.h>
#include <rookery/async.hpp>
#include <rookery/handlers.hpp>
#include <rookery/registration.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Serving: routes of HTTP, namespaces of Socket.IO, sessions of Engine.IO. Since 1.3.
namespace rookery {

using ServerFields = std::vector<std::pair<std::string, std::string>>;

/// Who asks, with a key.
struct ServerKey {
    std::string id;
    std::string name;
    std::vector<std::string> scopes;
    std::optional<std::vector<std::string>> guilds;  ///< none: all; to heed it is the plugin's
};

struct ServerRequest {
    std::string id;
    std::string method;
    std::string path;     ///< below the plugin's prefix: "/items/5"
    ServerFields params;  ///< of the pattern; "*" for the rest of the path
    ServerFields query;
    ServerFields headers;  ///< names in lower case
    std::string body;
    std::string peer;
    bool secure = false;
    std::optional<ServerKey> key;  ///< none where none is asked for

    [[nodiscard]] std::string_view param(std::string_view name) const { return in(params, name); }
    [[nodiscard]] std::string_view header(std::string_view name) const { return in(headers, name); }

  private:
    static std::string_view in(const ServerFields& fields, std::string_view name) {
        for (const auto& [key, value] : fields) {
            if (key == name) {
                return value;
            }
        }
        return {};
    }
};

struct ServerAnswer {
    std::uint32_t status = 200;
    std::string body;
    std::string content_type = "application/json; charset=utf-8";
    ServerFields headers{};
};

/// Zeroes and empty texts ask for what stands in brackets.
struct RouteOptions {
    bool open = false;                    ///< no key is asked for [one with the scope]
    std::string_view scope{};             ///< ["plugin:NAME"]
    std::uint32_t body_limit = 0;         ///< bytes, at most 16 MiB [1 MiB]
    std::chrono::milliseconds timeout{};  ///< then the client gets 504; at most 300 s [30 s]
    std::string_view doc{};
};

/// What an event carries: a JSON array, and the bytes that `{"_placeholder":true,"num":0}` stands
/// for. A message of a session is `json`, whatever it says, or the one attachment.
struct SocketArguments {
    std::string json = "[]";
    std::vector<std::string> attachments;
};

/// A client of a channel.
struct SocketClient {
    std::uint64_t socket = 0;  ///< its number; never used again
    std::string id;            ///< on the wire
    std::string auth;          ///< a JSON object: what it gave
    std::string who;           ///< JSON that admit() gave; empty: none
    std::string peer;
    ServerFields query;
    ServerFields headers;
    std::vector<std::string> rooms;
    std::optional<ServerKey> key;
    bool secure = false;
    bool recovered = false;  ///< has taken up a lost connection
    bool kept = false;       ///< was there with the version of the plugin before this one
};

namespace detail {

inline std::vector<rk_server_field_t> to_c(const ServerFields& fields) {
    std::vector<rk_server_field_t> out;
    for (const auto& [name, value] : fields) {
        out.push_back({to_text(name), to_text(value)});
    }
    return out;
}

inline ServerFields from_c(const rk_server_field_t* fields, std::size_t count) {
    ServerFields out;
    for (std::size_t i = 0; i < count; ++i) {
        out.emplace_back(to_view(fields[i].name), to_view(fields[i].value));
    }
    return out;
}

inline std::vector<std::string> from_c(const rk_text_t* texts, std::size_t count) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.emplace_back(to_view(texts[i]));
    }
    return out;
}

inline std::optional<ServerKey> from_c(const rk_server_key_t* key) {
    if (key == nullptr) {
        return std::nullopt;
    }
    ServerKey out;
    out.id = to_view(key->id);
    out.name = to_view(key->name);
    out.scopes = from_c(key->scopes, key->scope_count);
    if (key->restricted != 0) {
        out.guilds = from_c(key->guilds, key->guild_count);
    }
    return out;
}

inline ServerRequest from_c(const rk_server_request_t& request) {
    ServerRequest out;
    out.id = to_view(request.id);
    out.method = to_view(request.method);
    out.path = to_view(request.path);
    out.params = from_c(request.params, request.param_count);
    out.query = from_c(request.query, request.query_count);
    out.headers = from_c(request.headers, request.header_count);
    out.body = to_view(request.body);
    out.peer = to_view(request.peer);
    out.secure = (request.flags & RK_SERVER_SECURE) != 0;
    out.key = from_c(request.key);
    return out;
}

inline SocketClient from_c(const rk_server_socket_t& client) {
    SocketClient out;
    out.socket = client.socket;
    out.id = to_view(client.id);
    out.auth = to_view(client.auth);
    out.who = to_view(client.who);
    out.peer = to_view(client.peer);
    out.query = from_c(client.query, client.query_count);
    out.headers = from_c(client.headers, client.header_count);
    out.rooms = from_c(client.rooms, client.room_count);
    out.key = from_c(client.key);
    out.secure = (client.flags & RK_SERVER_SECURE) != 0;
    out.recovered = (client.flags & RK_SERVER_RECOVERED) != 0;
    out.kept = (client.flags & RK_SERVER_KEPT) != 0;
    return out;
}

inline SocketArguments from_c(const rk_server_arguments_t& arguments) {
    return {std::string(to_view(arguments.json)),
            from_c(arguments.attachments, arguments.attachment_count)};
}

/// Calls `run` with the C form.
template <class Run>
rk_status_t with_c(const SocketArguments& arguments, const Run& run) {
    std::vector<rk_text_t> attachments;
    for (const std::string& one : arguments.attachments) {
        attachments.push_back(to_text(one));
    }
    rk_server_arguments_t out{};
    out.size = sizeof(out);
    out.json = to_text(arguments.json);
    out.attachments = attachments.data();
    out.attachment_count = attachments.size();
    return run(&out);
}

inline rk_status_t answer(const Host& host, rk_handle_t request, const ServerAnswer& from,
                          rk_error_t* error) {
    const auto headers = to_c(from.headers);
    rk_server_answer_t out{};
    out.size = sizeof(out);
    out.status = from.status;
    out.content_type = to_text(from.content_type);
    out.body = to_text(from.body);
    out.headers = headers.data();
    out.header_count = headers.size();
    return service<rk_server_t>(host, RK_SERVER_ID).answer(host.raw, request, &out, error);
}

template <class Handler>
struct Route {
    const Host* host;
    Shared<Handler> handler;

    Route(const Host* on, Handler callable) : host(on), handler(std::move(callable)) {}

    static rk_status_t run(void* user, const rk_server_request_t* from, rk_error_t* error) {
        return guarded(error, [&]() -> rk_status_t {
            auto& self = *static_cast<Route*>(user);
            const Host& host = *self.host;
            const Shared<Handler> handler = self.handler;
            const rk_handle_t request = from->request;
            if constexpr (is_task<std::invoke_result_t<Handler&, const ServerRequest&>>) {
                Boxed<KeepingRoot<Keep>> root(Keep{handler, from_c(*from)});
                root.user()->loud = true;
                Task<> task = respond(host, request, (*handler)(root.user()->keep.request));
                Root* const given = root.user();
                root.given();
                start(*host.tasks, given, std::move(task));
                return RK_OK;
            } else {
                return answer(host, request, (*handler)(from_c(*from)), error);
            }
        });
    }

  private:
    struct Keep {
        Shared<Handler> handler;
        ServerRequest request;
    };

    static Task<> respond(const Host& host, rk_handle_t request, Task<ServerAnswer> task) {
        bool failed = false;
        std::string why;
        try {
            const ServerAnswer given = co_await std::move(task);
            Reason reason;
            reason.check(answer(host, request, given, reason), "answer");
        } catch (const std::exception& exception) {
            failed = true;
            why = exception.what();
        }
        if (failed) {
            static_cast<void>(answer(
                host, request,
                ServerAnswer{
                    500,
                    R"({"success":false,"error":"Internal plugin error","code":"PLUGIN_ERROR"})",
                    "application/json; charset=utf-8",
                    {}},
                nullptr));
            throw Error(RK_E_INTERNAL, "a route: " + why);
        }
    }
};

}  // namespace detail

/// What the clients of a channel do: a namespace of Socket.IO, or the sessions of Engine.IO at a
/// path. Outlives its registration. Instance thread.
class SocketChannel {
  public:
    SocketChannel() = default;
    SocketChannel(const SocketChannel&) = delete;
    SocketChannel& operator=(const SocketChannel&) = delete;
    virtual ~SocketChannel() = default;

    struct Admission {
        bool accepted = false;
        std::string text{};  ///< JSON for SocketClient::who; or the text of connect_error
        std::string data{};  ///< of a refusal: JSON
    };
    /// With ChannelAuth::own.
    virtual Admission admit(const SocketClient& client) {
        static_cast<void>(client);
        return {false, "Unauthorized", {}};
    }
    /// First of all for each socket; after a reload for those that are there, with `kept`.
    virtual void connected(const SocketClient& client) { static_cast<void>(client); }
    /// What it returns is the acknowledgement, where the client asks for one; nothing: none. The
    /// name is empty for a message of a session, and `binary` says that it is its attachment.
    virtual std::optional<SocketArguments> event(std::uint64_t socket, std::string_view name,
                                                 SocketArguments arguments, bool binary) = 0;
    /// Last of all.
    virtual void left(std::uint64_t socket, std::string_view reason) {
        static_cast<void>(socket);
        static_cast<void>(reason);
    }
};

enum class ChannelAuth : std::uint8_t {
    key,   ///< with the scope, given as auth.apiKey or auth.token
    none,  ///< anybody
    own,   ///< SocketChannel::admit() decides
};

struct ChannelOptions {
    ChannelAuth auth = ChannelAuth::key;
    std::string_view scope{};  ///< ["plugin:NAME"]
    bool recovery = false;     ///< lost connections can be taken up again
};

/// An open channel.
class OpenChannel : public Registration {
  public:
    OpenChannel() = default;
    OpenChannel(const Host& host, rk_handle_t handle, Undo undo) noexcept
        : Registration(host, handle, undo), channel_(handle) {}
    [[nodiscard]] rk_handle_t handle() const noexcept { return channel_; }

  private:
    rk_handle_t channel_ = 0;
};

/// The server. Its functions throw Error with what is wrong: where the configuration has no
/// [server], with the line to add. Instance thread.
class Server {
  public:
    explicit Server(const Host& host)
        : host_(&host), table_(&detail::service<rk_server_t>(host, RK_SERVER_ID)) {}

    /// Answers requests to /api/plugins/NAME followed by the pattern ("/items/:id", "/files/" and a
    /// star). `handler(const ServerRequest&)` gives a ServerAnswer, or is a coroutine of
    /// Task<ServerAnswer>. What it throws is answered with 500.
    template <class Handler>
    Registration route(std::string_view method, std::string_view pattern, Handler handler,
                       const RouteOptions& options = {}) const {
        using One = detail::Route<Handler>;
        using Box = detail::Boxed<One>;
        rk_server_route_t form{};
        form.size = sizeof(form);
        form.flags = options.open ? RK_SERVER_OPEN : 0U;
        form.body_limit = options.body_limit;
        form.timeout_ms = static_cast<std::uint32_t>(options.timeout.count());
        form.method = detail::to_text(method);
        form.pattern = detail::to_text(pattern);
        form.scope = detail::to_text(options.scope);
        form.doc = detail::to_text(options.doc);
        Box box(host_, std::move(handler));
        rk_handle_t handle = 0;
        detail::Reason reason;
        reason.check(
            table_->route(host_->raw, &form, &One::run, box.user(), &Box::release, &handle, reason),
            "route");
        box.given();
        return {*host_, handle, table_->withdraw};
    }

    /// Opens a namespace that nobody else has.
    OpenChannel open(std::string_view name, SocketChannel& channel,
                     const ChannelOptions& options = {}) const {
        std::uint32_t flags = options.recovery ? RK_SERVER_RECOVERY : 0U;
        flags |= options.auth == ChannelAuth::none  ? RK_SERVER_OPEN
                 : options.auth == ChannelAuth::own ? RK_SERVER_OWN
                                                    : 0U;
        return open(name, channel, options.scope, flags);
    }
    /// Serves bare sessions at a path: "/engine.io/".
    OpenChannel engine(std::string_view path, SocketChannel& channel) const {
        return open(path, channel, {}, RK_SERVER_ENGINE);
    }

    /// False when the socket has left. Throws Error when too much waits to be sent.
    bool emit(std::uint64_t socket, std::string_view event, const SocketArguments& given) const {
        return tell(detail::with_c(given, [&](const rk_server_arguments_t* arguments) {
            return table_->emit(host_->raw, socket, detail::to_text(event), arguments, nullptr);
        }));
    }
    /// To a session.
    bool send(std::uint64_t session, std::string_view text) const {
        return emit(session, {}, {std::string(text), {}});
    }
    bool send_binary(std::uint64_t session, std::string_view data) const {
        return emit(session, {}, {{}, {std::string(data)}});
    }
    /// To everybody in one of the rooms (none: in the namespace), once each.
    bool broadcast(const OpenChannel& channel, const std::vector<std::string>& rooms,
                   std::string_view event, const SocketArguments& given,
                   const std::vector<std::uint64_t>& except = {}) const {
        std::vector<rk_text_t> names;
        for (const std::string& room : rooms) {
            names.push_back(detail::to_text(room));
        }
        rk_server_audience_t audience{};
        audience.size = sizeof(audience);
        audience.rooms = names.data();
        audience.room_count = names.size();
        audience.except = except.data();
        audience.except_count = except.size();
        return tell(detail::with_c(given, [&](const rk_server_arguments_t* arguments) {
            return table_->broadcast(host_->raw, channel.handle(), &audience,
                                     detail::to_text(event), arguments, nullptr);
        }));
    }
    bool join(std::uint64_t socket, std::string_view room) const {
        return tell(table_->join(host_->raw, socket, detail::to_text(room), nullptr));
    }
    bool leave(std::uint64_t socket, std::string_view room) const {
        return tell(table_->leave(host_->raw, socket, detail::to_text(room), nullptr));
    }
    bool disconnect(std::uint64_t socket) const {
        return tell(table_->disconnect(host_->raw, socket, nullptr));
    }

    /// Sends an event and gives the client's acknowledgement: a Result<SocketArguments>, to be
    /// awaited or given a callback.
    [[nodiscard]] auto call(std::uint64_t socket, std::string_view event, SocketArguments given,
                            std::chrono::milliseconds timeout) const {
        return detail::async<SocketArguments>(
            *host_,
            [socket, event = std::string(event), given = std::move(given), timeout, table = table_](
                const Host& host, detail::Sink<SocketArguments>* sink, rk_error_t* error) {
                if (sink == nullptr) {
                    return RK_OK;
                }
                return detail::with_c(given, [&](const rk_server_arguments_t* arguments) {
                    return table->call(host.raw, socket, detail::to_text(event), arguments,
                                       static_cast<std::uint32_t>(timeout.count()), &acknowledged,
                                       sink, &detail::Sink<SocketArguments>::release, error);
                });
            });
    }

  private:
    /// What the host has of a channel.
    struct User {
        User(const Host* on, const rk_server_t* functions, SocketChannel* to)
            : host(on), table(functions), channel(to) {}

        const Host* host;
        const rk_server_t* table;
        SocketChannel* channel;
    };

    static rk_status_t admit(void* user, const rk_server_socket_t* client, rk_handle_t admission,
                             rk_error_t* error) {
        return detail::guarded(error, [&] {
            const auto& self = *static_cast<User*>(user);
            const SocketChannel::Admission given = self.channel->admit(detail::from_c(*client));
            return self.table->admit(self.host->raw, admission, given.accepted ? 1 : 0,
                                     detail::to_text(given.text), detail::to_text(given.data),
                                     error);
        });
    }
    static rk_status_t connected(void* user, const rk_server_socket_t* client, rk_error_t* error) {
        return detail::guarded(error, [&] {
            static_cast<User*>(user)->channel->connected(detail::from_c(*client));
            return RK_OK;
        });
    }
    static rk_status_t event(void* user, std::uint64_t socket, rk_text_t name,
                             const rk_server_arguments_t* arguments, rk_handle_t reply,
                             rk_error_t* error) {
        return detail::guarded(error, [&]() -> rk_status_t {
            const auto& self = *static_cast<User*>(user);
            const auto given =
                self.channel->event(socket, detail::to_view(name), detail::from_c(*arguments),
                                    (arguments->flags & RK_SERVER_BINARY) != 0);
            if (!given || reply == 0) {
                return RK_OK;
            }
            return detail::with_c(*given, [&](const rk_server_arguments_t* answer) {
                return self.table->reply(self.host->raw, reply, answer, error);
            });
        });
    }
    static rk_status_t left(void* user, std::uint64_t socket, rk_text_t reason, rk_error_t* error) {
        return detail::guarded(error, [&] {
            static_cast<User*>(user)->channel->left(socket, detail::to_view(reason));
            return RK_OK;
        });
    }
    static rk_status_t acknowledged(void* user, rk_status_t status,
                                    const rk_server_arguments_t* arguments, rk_text_t message,
                                    rk_error_t* error) {
        return detail::guarded(error, [&] {
            auto& sink = *static_cast<detail::Sink<SocketArguments>*>(user);
            if (status < 0 || arguments == nullptr) {
                sink.take(Failure{status < 0 ? status : RK_E_INTERNAL,
                                  std::string(detail::to_view(message))});
            } else {
                sink.take(detail::from_c(*arguments));
            }
            return RK_OK;
        });
    }

    OpenChannel open(std::string_view name, SocketChannel& channel, std::string_view scope,
                     std::uint32_t flags) const {
        rk_server_channel_t form{};
        form.size = sizeof(form);
        form.flags = flags;
        form.name = detail::to_text(name);
        form.scope = detail::to_text(scope);
        rk_server_handlers_t handlers{};
        handlers.size = sizeof(handlers);
        handlers.admit = &admit;
        handlers.connected = &connected;
        handlers.event = &event;
        handlers.left = &left;
        using Box = detail::Boxed<User>;
        Box box(host_, table_, &channel);
        rk_handle_t handle = 0;
        detail::Reason reason;
        reason.check(
            table_->open(host_->raw, &form, &handlers, box.user(), &Box::release, &handle, reason),
            "open");
        box.given();
        return {*host_, handle, table_->withdraw};
    }

    static bool tell(rk_status_t status) {
        if (status < 0 && status != RK_E_STALE) {
            throw Error(status, "the event cannot be sent");
        }
        return status >= 0;
    }

    const Host* host_;
    const rk_server_t* table_;
};

}  // namespace rookery
