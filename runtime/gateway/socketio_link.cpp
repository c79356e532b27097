#include "gateway/socketio_link.hpp"

#include "async/signal.hpp"
#include "async/task_group.hpp"
#include "base/log.hpp"
#include "net/ws_client.hpp"

#include <boost/asio/post.hpp>

#include <deque>
#include <utility>

namespace rookery::gateway {

using async::Task;
using protocol::socketio::Arguments;
using protocol::socketio::Client;
using protocol::socketio::ClientEvent;
using protocol::socketio::EngineRevision;
using protocol::websocket::kCloseNormal;
using protocol::websocket::kCloseNoStatus;
using protocol::websocket::kCloseProtocolError;

namespace {

constexpr std::size_t kMostShown = 200;  ///< bytes of the peer's words
constexpr std::size_t kMessageCost = sizeof(SocketIoMessage);
constexpr Millis kLastWrites{2'000};  ///< for what was queued before the end

SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

/// What is said of a server that did not take the websocket.
Error refused_upgrade(const Error& why, const net::Url& url, EngineRevision revision) {
    const auto* const refusal = why.refusal();
    if (refusal == nullptr) {
        return why;
    }
    if (refusal->status == 401 || refusal->status == 403) {
        return Error(ErrorKind::denied, "the server refused the connection with status " +
                                            std::to_string(refusal->status))
            .with(*refusal);
    }
    return why.within(
        "expected a Socket.IO server that takes websockets (not polling alone) with "
        "Engine.IO v" +
        std::to_string(static_cast<int>(revision)) + " at " + url.origin() +
        url.target.substr(0, url.target.find('?')));
}

std::size_t cost(const SocketIoMessage& message) {
    std::size_t bytes = kMessageCost + message.arguments.json.size();
    for (const auto& attachment : message.arguments.attachments) {
        bytes += attachment.size();
    }
    return bytes;
}

net::WsOptions websocket_options(const SocketIoOptions& options) {
    net::WsOptions made;
    made.connect = options.connect;
    made.headers = options.headers;
    made.max_message = options.client.max_payload;
    made.max_queued = options.max_queued;
    return made;
}

}  // namespace

Result<net::Url> socketio_url(const SocketIoOptions& options) {
    auto url = net::parse_url(options.url);
    if (!url) {
        return url;
    }
    url->scheme = url->secure() ? "wss" : "ws";
    std::string base = url->target.substr(0, url->target.find('?'));
    const std::string_view path = options.path;
    const auto is_whole = base.ends_with(path) || (base + '/').ends_with(path);
    if (base.ends_with('/')) {
        base.pop_back();
    }
    url->target = is_whole ? base + '/' : base + std::string(path);
    url->target += "?EIO=" + std::to_string(static_cast<int>(options.client.revision)) +
                   "&transport=websocket";
    for (const auto& [name, value] : options.query) {
        url->target += '&' + net::percent_encode(name) + '=' + net::percent_encode(value);
    }
    return url;
}

struct SocketIoLink::Impl final : Client::Owner {
    Impl(const async::Executor& executor_, SocketIoOptions options_)
        : executor(executor_),
          options(std::move(options_)),
          socket(executor, websocket_options(options)),
          arrived(executor),
          drained(executor),
          clock(executor),
          tasks(std::make_unique<async::TaskGroup>(executor, "socketio")) {}
    ~Impl() override {
        // Only when the loop itself ends with tasks under way: they do not run any more.
        if (tasks->size() > 0) {
            static_cast<void>(tasks.release());
        }
    }

    // Client::Owner
    void send(std::string_view payload, bool binary) override;
    void joined(std::string_view ns) override;
    void refused(std::string_view ns, std::string message, std::string data) override;
    void left(std::string_view ns) override;
    void event(ClientEvent event) override;
    void malformed(std::string_view ns, const Error& error) override;
    void latency(std::chrono::microseconds round_trip) override;
    void ended(const Error& why) override;

    Task<> read();
    Task<> keep_time();
    void take(const net::WsMessage& message);
    void push(SocketIoMessage message);
    /// The time-keeper sleeps until the deadline that it saw: one that is nearer wakes it.
    void rearm() {
        if (client && client->next_deadline() < armed) {
            clock.notify_all();
        }
    }
    void finish(const Error& why);
    [[nodiscard]] Result<> after_sending(Result<> sent);

    async::Executor executor;
    SocketIoOptions options;
    net::WsClient socket;
    std::optional<Client> client;
    std::deque<SocketIoMessage> waiting;
    std::size_t waiting_bytes = 0;
    std::uint64_t frames = 0;
    std::optional<Error> over;
    std::optional<Error> send_failed;  ///< of the call under way
    bool connecting = true;            ///< connect() has not returned
    bool paused = false;               ///< what came before is to be taken first
    std::vector<std::string> awaited;  ///< namespaces that connect() has not seen joined
    std::optional<Error> turned_away;  ///< a namespace was refused while connecting
    std::function<void()> heard;
    std::function<void(std::chrono::microseconds)> told_latency;
    SteadyTime armed = SteadyTime::max();
    async::Signal arrived;
    async::Signal drained;
    async::Signal clock;
    std::unique_ptr<async::TaskGroup> tasks;
};

void SocketIoLink::Impl::send(std::string_view payload, bool binary) {
    auto sent = socket.send(payload, binary ? net::WsOpcode::binary : net::WsOpcode::text);
    if (!sent && !send_failed) {
        send_failed = sent.error();
    }
}

/// A packet that went out in part, or not at all while others counted on it, ends the connection.
Result<> SocketIoLink::Impl::after_sending(Result<> sent) {
    if (auto failed = std::exchange(send_failed, std::nullopt)) {
        finish(*failed);
        return *failed;
    }
    return sent;
}

void SocketIoLink::Impl::joined(std::string_view ns) {
    if (connecting) {
        std::erase(awaited, ns);
        arrived.notify_all();
    } else {
        push({.kind = SocketIoMessage::Kind::joined, .ns = std::string(ns)});
    }
}

void SocketIoLink::Impl::refused(std::string_view ns, std::string message, std::string data) {
    const std::string name(ns);
    Refusal refusal;
    refusal.message = log::clipped(message, kMostShown);
    const auto why =
        Error(ErrorKind::denied, "the namespace " + name + " was refused: " + refusal.message +
                                     (data.empty() ? "" : " " + log::clipped(data, kMostShown)))
            .with(Refusal(refusal));
    if (connecting) {
        turned_away = why;
        arrived.notify_all();
    } else {
        push({.kind = SocketIoMessage::Kind::refused, .ns = name, .error = why});
    }
}

void SocketIoLink::Impl::left(std::string_view ns) {
    push({.kind = SocketIoMessage::Kind::left, .ns = std::string(ns)});
}

void SocketIoLink::Impl::event(ClientEvent event) {
    push({.kind = SocketIoMessage::Kind::event,
          .ns = std::move(event.ns),
          .name = std::move(event.name),
          .arguments = std::move(event.arguments),
          .ack = event.ack});
}

void SocketIoLink::Impl::malformed(std::string_view ns, const Error& error) {
    push({.kind = SocketIoMessage::Kind::malformed, .ns = std::string(ns), .error = error});
}

void SocketIoLink::Impl::latency(std::chrono::microseconds round_trip) {
    if (told_latency) {
        told_latency(round_trip);
    }
}

void SocketIoLink::Impl::ended(const Error& why) {
    over = why;
    const bool broken = why.kind() == ErrorKind::protocol || why.kind() == ErrorKind::limit;
    socket.close(broken ? kCloseProtocolError : kCloseNormal);
    arrived.notify_all();
    drained.notify_all();
    clock.notify_all();
}

void SocketIoLink::Impl::finish(const Error& why) {
    if (client) {
        client->lost(why);
    }
    if (!over) {
        ended(why);
    }
}

void SocketIoLink::Impl::push(SocketIoMessage message) {
    waiting_bytes += cost(message);
    waiting.push_back(std::move(message));
    arrived.notify_all();
}

void SocketIoLink::Impl::take(const net::WsMessage& message) {
    ++frames;
    if (heard) {
        heard();
    }
    const auto now = steady_now();
    switch (message.opcode) {
        case net::WsOpcode::text:
            client->text(message.payload, now);
            break;
        case net::WsOpcode::binary:
            client->binary(message.payload, now);
            break;
        default:
            client->lost(Error(ErrorKind::unavailable,
                               "the server closed the websocket" +
                                   (message.close_code == kCloseNoStatus
                                        ? std::string()
                                        : " with code " + std::to_string(message.close_code)) +
                                   (message.payload.empty() ? "" : ": ") +
                                   log::clipped(message.payload, kMostShown)));
    }
    if (send_failed) {
        finish(*std::exchange(send_failed, std::nullopt));
    }
}

Task<> SocketIoLink::Impl::read() {
    net::WsMessage message;
    while (!over) {
        const auto got = co_await socket.receive();
        if (!got) {
            client->lost(got.error());
            break;
        }
        while (!over && socket.next(message)) {
            take(message);
        }
        rearm();
        if (waiting_bytes > options.max_waiting) {
            paused = true;
            while (!over && waiting_bytes > options.max_waiting) {
                co_await drained.wait();
            }
            paused = false;
            client->excuse(steady_now());
        }
    }
    co_await socket.shutdown(kLastWrites);
}

Task<> SocketIoLink::Impl::keep_time() {
    while (!over) {
        if (paused) {
            client->excuse(steady_now());
        }
        client->tick(steady_now());
        if (send_failed) {
            finish(*std::exchange(send_failed, std::nullopt));
        }
        if (over) {
            break;
        }
        armed = client->next_deadline();
        co_await clock.wait_until(armed);
    }
}

SocketIoLink::SocketIoLink(async::Executor executor, SocketIoOptions options)
    : impl_(std::make_shared<Impl>(executor, std::move(options))) {}

namespace {

/// Keeps a link's insides until its tasks have ended, which they do within a few turns of the loop.
template <class Impl>
void outlive_tasks(std::shared_ptr<Impl> impl) {
    if (impl->tasks->size() > 0) {
        const auto executor = impl->executor;
        boost::asio::post(executor,
                          [impl = std::move(impl)]() mutable { outlive_tasks(std::move(impl)); });
    }
}

}  // namespace

SocketIoLink::~SocketIoLink() {
    impl_->heard = nullptr;
    impl_->told_latency = nullptr;
    hang_up(true);
    outlive_tasks(std::move(impl_));
}

Task<Result<>> SocketIoLink::connect() {
    const auto impl = impl_;
    const auto url = socketio_url(impl->options);
    if (!url) {
        co_return url.error();
    }
    const auto connected = co_await impl->socket.connect(*url);
    if (!connected) {
        auto why = refused_upgrade(connected.error(), *url, impl->options.client.revision);
        impl->over = why;
        co_return why;
    }
    if (impl->over) {
        co_return *impl->over;
    }
    for (const auto& membership : impl->options.client.namespaces) {
        impl->awaited.push_back(membership.ns);
    }
    impl->client.emplace(impl->options.client, *impl, steady_now());
    impl->tasks->spawn("reader", [impl] { return impl->read(); });
    impl->tasks->spawn("clock", [impl] { return impl->keep_time(); });
    while (!impl->over && !impl->turned_away && !impl->awaited.empty()) {
        co_await impl->arrived.wait();
    }
    impl->connecting = false;
    if (impl->turned_away) {
        co_return *impl->turned_away;
    }
    // A server may let us in and send us away at once: that waits as a message.
    if (impl->over && impl->waiting.empty()) {
        co_return *impl->over;
    }
    co_return Result<>();
}

Task<Result<>> SocketIoLink::receive() {
    const auto impl = impl_;
    while (impl->waiting.empty() && !impl->over) {
        co_await impl->arrived.wait();
    }
    if (impl->waiting.empty()) {
        co_return *impl->over;
    }
    co_return Result<>();
}

bool SocketIoLink::next(SocketIoMessage& message) {
    Impl& self = *impl_;
    if (self.waiting.empty()) {
        return false;
    }
    message = std::move(self.waiting.front());
    self.waiting.pop_front();
    self.waiting_bytes -= cost(message);
    self.drained.notify_all();
    return true;
}

Result<> SocketIoLink::emit(std::string_view ns, std::string_view name,
                            const Arguments& arguments) {
    if (!impl_->client) {
        return Error(ErrorKind::unavailable, "not connected");
    }
    return impl_->after_sending(impl_->client->emit(ns, name, arguments));
}

Task<Result<Arguments>> SocketIoLink::request(std::string ns, std::string name, Arguments arguments,
                                              Millis limit) {
    struct Answer {
        explicit Answer(const async::Executor& executor) : came(executor) {}
        std::optional<Result<Arguments>> result;
        async::Signal came;
    };
    const auto impl = impl_;
    if (!impl->client) {
        co_return Error(ErrorKind::unavailable, "not connected");
    }
    const auto answer = std::make_shared<Answer>(impl->executor);
    impl->client->emit_with_ack(ns, name, arguments, steady_now() + limit,
                                [answer](Result<Arguments> result) {
                                    answer->result.emplace(std::move(result));
                                    answer->came.notify_all();
                                });
    const auto sent = impl->after_sending({});
    static_cast<void>(sent.has_value());  // a failure has answered
    impl->rearm();
    while (!answer->result) {
        co_await answer->came.wait();
    }
    co_return std::move(*answer->result);
}

Result<> SocketIoLink::reply(std::string_view ns, std::uint64_t ack, const Arguments& arguments) {
    if (!impl_->client) {
        return Error(ErrorKind::unavailable, "not connected");
    }
    return impl_->after_sending(impl_->client->reply(ns, ack, arguments));
}

Result<> SocketIoLink::join(protocol::socketio::Membership membership) {
    if (!impl_->client) {
        return Error(ErrorKind::unavailable, "not connected");
    }
    auto asked = impl_->after_sending(impl_->client->join(std::move(membership), steady_now()));
    impl_->rearm();
    return asked;
}

void SocketIoLink::leave(std::string_view ns) {
    if (impl_->client) {
        impl_->client->leave(ns);
        const auto sent = impl_->after_sending({});
        static_cast<void>(sent.has_value());  // a failure has ended the connection
    }
}

void SocketIoLink::hang_up(bool cut) {
    Impl& self = *impl_;
    if (!cut && self.client && !self.over) {
        self.client->close();
        self.send_failed.reset();
    }
    self.finish(Error(ErrorKind::unavailable, "the connection was closed"));
    if (cut) {
        self.socket.abort();
    }
}

Task<> SocketIoLink::shutdown(Millis limit) {
    const auto impl = impl_;
    hang_up(false);
    co_await impl->socket.shutdown(limit);
    co_await impl->tasks->join();
}

void SocketIoLink::on_heard(std::function<void()> heard) { impl_->heard = std::move(heard); }

void SocketIoLink::on_latency(std::function<void(std::chrono::microseconds)> latency) {
    impl_->told_latency = std::move(latency);
}

bool SocketIoLink::is_joined(std::string_view ns) const noexcept {
    return impl_->client && impl_->client->is_joined(ns);
}

bool SocketIoLink::recovered(std::string_view ns) const noexcept {
    return impl_->client && impl_->client->recovered(ns);
}

std::optional<protocol::socketio::Recovery> SocketIoLink::recovery(std::string_view ns) const {
    return impl_->client ? impl_->client->recovery(ns) : std::nullopt;
}

std::uint64_t SocketIoLink::bytes_received() const noexcept {
    return impl_->socket.bytes_received();
}

std::uint64_t SocketIoLink::frames_received() const noexcept { return impl_->frames; }

}  // namespace rookery::gateway
