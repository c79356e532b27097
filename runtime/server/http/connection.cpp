#include "server/http/connection.hpp"

#include "base/log.hpp"
#include "server/access/key.hpp"
#include "server/http/response_head.hpp"
#include "server/http/target.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <utility>

namespace rookery::server {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using std::chrono::steady_clock;

constexpr std::string_view kAllowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t kLoggedPath = 200;

bool is_method(std::string_view method) {
    return !method.empty() && method.find(',') == std::string_view::npos &&
           (", " + std::string(kAllowed) + ",").find(" " + std::string(method) + ",") !=
               std::string::npos;
}

Response not_found(const Request& request) {
    return failure(
        404, "NOT_FOUND",
        "Route " + request.method + " " + log::clipped(request.path, kLoggedPath) + " not found");
}

const log::Logger& logger() {
    static const log::Logger kept = log::get("http");
    return kept;
}

}  // namespace

/// The connection's request, as its handler holds it.
class Connection::Live final : public Exchange {
  public:
    Live(std::weak_ptr<Connection> connection, MailboxPtr mailbox)
        : connection_(std::move(connection)), mailbox_(std::move(mailbox)) {}

    /// Maybe on another thread: what held it may have been dropped there.
    ~Live() override {
        if (answered_) {
            return;
        }
        mailbox_->post([connection = connection_, id = request_.id] {
            const auto self = connection.lock();
            if (self != nullptr && self->state_ == State::handling && self->current_.id == id) {
                self->respond(failure(500, "INTERNAL_ERROR", "the request was not answered"));
            }
        });
    }

    Request& mutable_request() noexcept { return request_; }
    /// It was taken another way.
    void settle() noexcept { answered_ = true; }

    void respond(Response response) override {
        if (std::exchange(answered_, true)) {
            return;
        }
        gone_ = nullptr;
        const auto self = connection_.lock();
        if (self == nullptr || self->closed_) {
            return;
        }
        if (const auto* key = std::any_cast<KeyPtr>(&note); key != nullptr && *key != nullptr) {
            self->current_.key = (*key)->id;
        }
        for (const auto& [name, value] : response_headers) {
            response.headers.add(name, value);
        }
        self->respond(std::move(response));
    }

    void on_gone(std::function<void()> gone) override {
        if (answered_) {
            return;
        }
        if (left_) {
            mailbox_->post(std::move(gone));
            return;
        }
        gone_ = std::move(gone);
    }

    void leave() {
        left_ = true;
        if (const auto gone = std::exchange(gone_, nullptr)) {
            gone();
        }
    }

  private:
    std::weak_ptr<Connection> connection_;
    MailboxPtr mailbox_;
    std::function<void()> gone_;
    bool answered_ = false;
    bool left_ = false;
};

Connection::Connection(HttpCorePtr core, Socket socket, TlsPtr tls, std::string peer)
    : core_(std::move(core)),
      socket_(std::move(socket)),
      tls_(std::move(tls)),
      peer_(std::move(peer)),
      parser_(core_->limits),
      deadline_(lowest().get_executor()) {}

Connection::~Connection() = default;

template <class Visit>
decltype(auto) Connection::with_socket(Visit visit) {
    if (auto* plain = std::get_if<Upgraded::Plain>(&socket_)) {
        return visit(*plain);
    }
    return visit(*std::get<std::unique_ptr<Upgraded::Tls>>(socket_));
}

asio::ip::tcp::socket& Connection::lowest() {
    if (auto* plain = std::get_if<Upgraded::Plain>(&socket_)) {
        return *plain;
    }
    return std::get<std::unique_ptr<Upgraded::Tls>>(socket_)->next_layer();
}

void Connection::start() {
    auto* const secure = std::get_if<std::unique_ptr<Upgraded::Tls>>(&socket_);
    if (secure == nullptr) {
        state_ = State::head;
        arm(core_->limits.head);
        read();
        return;
    }
    arm(core_->limits.handshake);
    (*secure)->async_handshake(asio::ssl::stream_base::server,
                               [self = shared_from_this()](const ErrorCode& error) {
                                   if (self->closed_) {
                                       return;
                                   }
                                   if (error) {
                                       logger()->debug("{}: TLS: {}", self->peer_, error.message());
                                       self->close();
                                       return;
                                   }
                                   self->state_ = State::head;
                                   self->arm(self->core_->limits.head);
                                   self->read();
                               });
}

void Connection::drain() {
    draining_ = true;
    if (state_ == State::handshake || (state_ == State::head && in_.empty())) {
        close();
    } else if (state_ == State::head) {
        arm(core_->limits.linger);
    }
}

void Connection::close() {
    if (std::exchange(closed_, true)) {
        return;
    }
    const auto self = shared_from_this();
    deadline_.cancel();
    ErrorCode ignored;
    lowest().close(ignored);
    if (const auto live = answering_.lock()) {
        live->leave();
    }
    core_->remove(this);
}

// --- bytes in ---

void Connection::read() {
    const bool busy = state_ == State::handling || state_ == State::writing;
    if (closed_ || reading_ || state_ == State::upgrading ||
        (busy && in_.size() >= core_->limits.pipelined_bytes)) {
        return;
    }
    if (chunk_ == nullptr) {
        chunk_ = std::make_unique<std::array<char, 8192>>();
    }
    reading_ = true;
    with_socket([this](auto& socket) {
        socket.async_read_some(
            asio::buffer(*chunk_),
            [self = shared_from_this()](const ErrorCode& error, std::size_t bytes) {
                self->on_read(error, bytes);
            });
    });
}

void Connection::on_read(const ErrorCode& error, std::size_t bytes) {
    reading_ = false;
    if (closed_) {
        return;
    }
    if (error) {
        peer_gone();
        return;
    }
    if (state_ != State::lingering) {
        if (state_ == State::head && in_.empty()) {
            arm(core_->limits.head);
        }
        in_.append(chunk_->data(), bytes);
        advance();
    }
    read();
}

/// It has closed its side: whoever still waits for an answer does not hear it.
void Connection::peer_gone() {
    if (state_ == State::writing && response_.status != 0) {
        current_.keep = false;  // what is on its way may still arrive
        return;
    }
    close();
}

void Connection::advance() {
    while (!closed_ && !in_.empty() && (state_ == State::head || state_ == State::body)) {
        if (!feed()) {
            return;
        }
    }
}

/// False when there is nothing to go on with.
bool Connection::feed() {
    std::size_t used = 0;
    auto outcome = parser_.feed(in_, used);
    in_.erase(0, used);
    if (const auto* fault = std::get_if<Fault>(&outcome)) {
        refuse(*fault);
        return false;
    }
    switch (std::get<RequestParser::Step>(outcome)) {
        case RequestParser::Step::more:
            return false;
        case RequestParser::Step::head:
            on_head();
            return true;
        case RequestParser::Step::whole:
            hand_over();
            return true;
    }
    return false;
}

void Connection::refuse(const Fault& fault) {
    if (state_ == State::head) {
        current_ = {};
        current_.id = core_->next_request_id();
        current_.peer = peer_;
        current_.line = "-";
        current_.began = steady_clock::now();
    }
    current_.keep = false;
    Response answer = failure(fault.status, fault.code, fault.text);
    answer.close = true;
    if (live_ != nullptr) {
        live_->respond(std::move(answer));
        live_.reset();
    } else {
        respond(std::move(answer));
    }
}

// --- a request's way ---

std::optional<Response> Connection::make_request() {
    RequestHead& head = parser_.head();
    current_ = {};
    current_.id = core_->next_request_id();
    current_.began = steady_clock::now();
    current_.http11 = head.http11;
    current_.keep = head.keep_alive;
    current_.body_left = head.has_body;
    current_.is_head = head.method == "HEAD";
    current_.peer = core_->look_through ? core_->look_through(peer_, head.headers) : peer_;
    for (const auto* name :
         {"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers", "Host"}) {
        if (const auto value = head.headers.find(name)) {
            current_.headers.add(name, std::string(*value));
        }
    }
    const std::string_view target = head.target;
    current_.line = log::clipped(head.method, 20) + " " +
                    log::clipped(target.substr(0, target.find('?')), kLoggedPath);
    if (!is_method(head.method)) {
        Response answer =
            failure(405, "METHOD_NOT_ALLOWED", "expected one of " + std::string(kAllowed));
        answer.headers.add("Allow", std::string(kAllowed));
        return answer;
    }
    if (head.method == "OPTIONS") {
        return core_->cors.preflight(current_.headers);
    }
    auto parsed = parse_target(head.target);
    if (!parsed) {
        return failure(400, "BAD_REQUEST", parsed.error().message());
    }
    live_ = std::make_shared<Live>(weak_from_this(), core_->mailbox);
    Request& request = live_->mutable_request();
    request.id = current_.id;
    request.method = current_.is_head ? "GET" : std::move(head.method);
    request.path = std::move(parsed->path);
    request.segments = std::move(parsed->segments);
    request.query = std::move(parsed->query);
    request.headers = std::move(head.headers);
    request.peer = current_.peer;
    request.secure = tls_ != nullptr;
    return std::nullopt;
}

void Connection::on_head() {
    if (auto answer = make_request()) {
        respond(*std::move(answer));
        return;
    }
    mount_ = core_->find(live_->request().segments);
    if (mount_ == nullptr) {
        live_->respond(not_found(live_->request()));
        live_.reset();
        return;
    }
    if (parser_.head().upgrade) {
        upgrade();
    } else {
        admit();
    }
}

void Connection::admit() {
    if (auto refusal = mount_->handler->admit(*live_)) {
        live_->respond(*std::move(refusal));
        live_.reset();
        return;
    }
    if (const auto fault = parser_.limit_body(live_->body_limit)) {
        state_ = State::body;
        refuse(*fault);
        return;
    }
    if (!parser_.head().has_body) {
        hand_over();
        return;
    }
    if (parser_.head().expects_continue && in_.empty()) {
        send_continue();
        return;
    }
    state_ = State::body;
    begin_phase();
}

void Connection::send_continue() {
    state_ = State::writing;
    response_ = {};
    response_.status = 0;
    begin_phase();
    with_socket([this](auto& socket) {
        asio::async_write(socket, asio::buffer(kContinue),
                          [self = shared_from_this()](const ErrorCode& error, std::size_t) {
                              if (self->closed_) {
                                  return;
                              }
                              if (error) {
                                  self->close();
                                  return;
                              }
                              self->state_ = State::body;
                              self->begin_phase();
                              self->advance();
                              self->read();
                          });
    });
}

void Connection::hand_over() {
    current_.body_left = false;
    live_->mutable_request().body = std::move(parser_.body());
    if (mount_->handler == nullptr) {
        live_->respond(failure(503, "UNAVAILABLE", "what served this path has gone"));
        live_.reset();
        return;
    }
    state_ = State::handling;
    ++armed_;
    deadline_.cancel();
    answering_ = live_;
    mount_->handler->handle(std::exchange(live_, nullptr));
}

std::optional<Response> Connection::check_upgrade() const {
    const Request& request = live_->request();
    if (current_.is_head || request.method != "GET" || !current_.http11 || current_.body_left) {
        return failure(400, "BAD_UPGRADE", "expected a GET of HTTP/1.1 without a body");
    }
    if (request.headers.find("Sec-WebSocket-Version") != "13") {
        Response answer = failure(426, "BAD_UPGRADE", "expected Sec-WebSocket-Version: 13");
        answer.headers.add("Sec-WebSocket-Version", "13");
        return answer;
    }
    const auto key = request.headers.find("Sec-WebSocket-Key");
    if (!key || !is_websocket_key(*key)) {
        return failure(400, "BAD_UPGRADE", "expected 16 bytes of base64 as Sec-WebSocket-Key");
    }
    if (!core_->cors.may_upgrade(request.headers)) {
        return failure(403, "ORIGIN_REFUSED", "pages of this origin may not connect");
    }
    if (draining_) {
        return failure(503, "UNAVAILABLE", "the server is stopping");
    }
    return std::nullopt;
}

void Connection::upgrade() {
    auto refusal = check_upgrade();
    if (!refusal) {
        auto outcome = mount_->handler->upgrade(live_->request());
        if (auto* take = std::get_if<Handler::Upgrade>(&outcome)) {
            finish_upgrade(std::move(*take));
            return;
        }
        refusal = std::move(std::get<Response>(outcome));
    }
    live_->respond(*std::move(refusal));
    live_.reset();
}

void Connection::finish_upgrade(Handler::Upgrade take) {
    state_ = State::upgrading;
    begin_phase();
    out_ = switching_head(*live_->request().headers.find("Sec-WebSocket-Key"), current_.id);
    live_->settle();
    live_.reset();
    with_socket([&](auto& socket) {
        asio::async_write(socket, asio::buffer(out_),
                          [self = shared_from_this(), take = std::move(take)](
                              const ErrorCode& error, std::size_t) {
                              if (self->closed_) {
                                  return;
                              }
                              if (error) {
                                  self->close();
                                  return;
                              }
                              self->log_access(101, 0);
                              self->closed_ = true;
                              self->deadline_.cancel();
                              Upgraded upgraded{std::move(self->socket_), std::move(self->in_)};
                              self->core_->remove(self.get());
                              take(std::move(upgraded));
                          });
    });
}

// --- the answer ---

void Connection::respond(Response response) {
    if (closed_) {
        return;
    }
    answering_.reset();
    if (response.close || current_.body_left || draining_) {
        current_.keep = false;
    }
    Headers added;
    core_->cors.add_headers(added, current_.headers);
    response_ = std::move(response);
    if (response_.status < 200 || response_.status > 599) {
        response_ = failure(500, "INTERNAL_ERROR", "the answer has no status that can be sent");
    }
    out_ = response_head(response_,
                         {&added, current_.id, tls_ != nullptr, current_.http11, !current_.keep});
    state_ = State::writing;
    begin_phase();
    const bool with_body =
        !current_.is_head && response_.body != nullptr && has_body(response_.status);
    const std::array<asio::const_buffer, 2> buffers{
        asio::buffer(out_), with_body ? asio::buffer(*response_.body) : asio::const_buffer()};
    const auto watch = [this](const ErrorCode& error, std::size_t bytes) -> std::size_t {
        constexpr std::size_t kAtOnce = std::size_t{64} << 10U;
        out_sent_ = bytes;
        return error ? 0 : kAtOnce;
    };
    with_socket([&](auto& socket) {
        asio::async_write(socket, buffers, watch,
                          [self = shared_from_this()](const ErrorCode& error, std::size_t bytes) {
                              if (self->closed_) {
                                  return;
                              }
                              self->log_access(self->response_.status,
                                               bytes - std::min(bytes, self->out_.size()));
                              if (error) {
                                  self->close();
                              } else {
                                  self->on_written();
                              }
                          });
    });
}

void Connection::on_written() {
    response_ = {};
    out_.clear();
    mount_.reset();
    if (!current_.keep || draining_) {
        finish();
        return;
    }
    parser_ = RequestParser(core_->limits);
    state_ = State::head;
    arm(in_.empty() ? core_->limits.idle : core_->limits.head);
    advance();
    read();
}

/// What the peer still sends is read for a while: an answer is lost when bytes come to a socket
/// that is closed.
void Connection::finish() {
    state_ = State::lingering;
    in_.clear();
    arm(core_->limits.linger);
    if (auto* secure = std::get_if<std::unique_ptr<Upgraded::Tls>>(&socket_)) {
        (*secure)->async_shutdown([self = shared_from_this()](const ErrorCode&) {
            if (!self->closed_) {
                ErrorCode ignored;
                self->lowest().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
            }
        });
    } else {
        ErrorCode ignored;
        lowest().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    }
    read();
}

void Connection::log_access(unsigned status, std::size_t bytes) const {
    const auto elapsed = steady_clock::now() - current_.began;
    core_->count(mount_.get(), status, bytes, elapsed);
    if (!core_->access_log) {
        return;
    }
    const std::chrono::duration<double, std::milli> took = elapsed;
    logger()->info("{} {} {} B {:.1f} ms {} key={} id={}", current_.line, status, bytes,
                   took.count(), current_.peer, current_.key.empty() ? "-" : current_.key,
                   current_.id);
}

// --- deadlines ---

void Connection::begin_phase() {
    phase_began_ = steady_clock::now();
    out_sent_ = 0;
    arm(core_->limits.grace);
}

void Connection::arm(Millis after) {
    deadline_.expires_after(after);
    deadline_.async_wait([self = shared_from_this(), armed = ++armed_](const ErrorCode& error) {
        if (!error && !self->closed_ && self->armed_ == armed) {
            self->on_deadline();
        }
    });
}

void Connection::on_deadline() {
    const bool slow = state_ == State::body || state_ == State::writing;
    if (slow) {
        const std::size_t bytes = state_ == State::body ? parser_.body_bytes_read() : out_sent_;
        const auto allowed =
            core_->limits.grace +
            Millis(static_cast<std::int64_t>(bytes * 1000 / core_->limits.least_rate));
        const auto left = std::chrono::ceil<Millis>(phase_began_ + allowed - steady_clock::now());
        if (left.count() > 0) {
            arm(left);
            return;
        }
    }
    if (state_ == State::body || (state_ == State::head && !in_.empty())) {
        refuse({408, "REQUEST_TIMEOUT", "the request did not arrive in time"});
    } else {
        close();
    }
}

}  // namespace rookery::server
