#include "server/socketio/engine_server.hpp"

#include "net/crypto.hpp"
#include "server/access/rate_table.hpp"
#include "server/socketio/engine_connection.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace rookery::server {
namespace {

namespace socketio = protocol::socketio;
using Kind = socketio::EngineRoute::Kind;
using socketio::EndReason;
using socketio::EngineRefusal;
using Session = socketio::EngineSession;

/// A timer for each of thousands of sessions would wake the loop as often; none needs to be exact.
constexpr Millis kGrain{10};

Response to_response(EngineRefusal refusal) {
    auto response = Response::text(refusal.status, "application/json", std::move(refusal.body));
    response.close = refusal.close;
    return response;
}

std::string random_sid() {
    std::array<unsigned char, 18> bytes{};  // 144 bits; base64 without padding
    net::fill_random(bytes);
    auto text = net::base64(bytes);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

}  // namespace

/// A POST between its head and its end: the session has to hear of the end, whatever it is.
struct EngineServer::Post {
    EngineServer& server;
    std::shared_ptr<bool> alive;
    EngineId id;
    bool ended = false;

    Post(EngineServer& s, EngineId i) : server(s), alive(s.alive_), id(i) {}
    Post(const Post&) = delete;
    Post& operator=(const Post&) = delete;
    ~Post() {
        if (auto* connection = take()) {
            connection->session_.post_refused();
        }
    }
    /// Null when it has ended, or the session has.
    EngineConnection* take() {
        return *alive && !std::exchange(ended, true) ? server.find(id) : nullptr;
    }
};

/// A session that waits for its websocket's 101.
struct EngineServer::Reserved {
    EngineServer& server;
    std::shared_ptr<bool> alive;
    EngineId id;
    bool ended = false;

    Reserved(EngineServer& s, EngineId i) : server(s), alive(s.alive_), id(i) {}
    Reserved(const Reserved&) = delete;
    Reserved& operator=(const Reserved&) = delete;
    ~Reserved() {
        if (auto* connection = take()) {
            connection->session_.socket_gone(connection->now());
            connection->touch();
        }
    }
    EngineConnection* take() {
        return *alive && !std::exchange(ended, true) ? server.find(id) : nullptr;
    }
};

EngineServer::EngineServer(Turn& turn, ChannelPool& channels, const Clock& clock,
                           EngineServerOptions options, EngineUser& user)
    : turn_(turn),
      channels_(channels),
      clock_(clock),
      options_(std::move(options)),
      user_(user),
      timer_(turn.io()),
      alive_(std::make_shared<bool>(true)) {
    options_.session.upgrades =
        options_.session.upgrades && options_.transports.polling && options_.transports.websocket;
}

EngineServer::~EngineServer() {
    *alive_ = false;
    for (const auto& [id, connection] : by_id_) {
        connection->server_ = nullptr;
        connection->poll_.reset();
        connection->close_socket({});
        connection->listener_.reset();  // the connection may outlive us until the turn ends
    }
}

std::variant<socketio::EngineRoute, Response> EngineServer::route(const Request& request,
                                                                  bool upgrade) {
    if (request.path != options_.path && request.path + "/" != options_.path) {
        return failure(404, "NOT_FOUND", "there is nothing at this path");
    }
    const auto forbidden = user_.refusal(request);
    const socketio::EngineRequest asked{request.method, request.query,
                                        request.headers.find("Origin"), upgrade, forbidden};
    auto routed = socketio::route(
        asked, options_.transports,
        [this](std::string_view sid) -> std::optional<socketio::SessionShape> {
            const auto* connection = find(sid);
            if (connection == nullptr) {
                return std::nullopt;
            }
            return socketio::SessionShape{connection->is_websocket(),
                                          connection->request_->headers.find("Origin")};
        });
    if (auto* refusal = std::get_if<EngineRefusal>(&routed)) {
        return to_response(std::move(*refusal));
    }
    return std::get<socketio::EngineRoute>(routed);
}

std::optional<Response> EngineServer::full(const std::string& peer) {
    const auto of_address = by_address_.find(network_of(peer));
    const bool here =
        of_address != by_address_.end() && of_address->second >= options_.most_sessions_per_address;
    if (!closing_ && !here && by_id_.size() < options_.most_sessions) {
        return std::nullopt;
    }
    ++stats_.refused;
    return failure(503, closing_ ? "SHUTTING_DOWN" : "TOO_MANY_CLIENTS",
                   closing_ ? "the server is stopping"
                   : here   ? "too many clients from this address"
                            : "too many clients");
}

std::optional<Response> EngineServer::admit(Exchange& exchange) {
    auto routed = route(exchange.request(), false);
    if (auto* refusal = std::get_if<Response>(&routed)) {
        return std::move(*refusal);
    }
    const auto& route = std::get<socketio::EngineRoute>(routed);
    if (route.kind == Kind::open_polling) {
        return full(exchange.request().peer);
    }
    if (route.kind != Kind::post) {
        return std::nullopt;
    }
    auto& connection = *find(route.sid);
    const auto type = exchange.request().headers.find("Content-Type");
    if (auto refusal = connection.session_.post_begins(type.value_or(""), clock_.now())) {
        connection.touch();
        return to_response(std::move(*refusal));
    }
    exchange.body_limit = options_.session.max_payload;
    auto post = std::make_shared<Post>(*this, connection.id());
    exchange.on_gone([post] {
        if (auto* left = post->take()) {
            left->session_.post_gone(left->now());
            left->touch();
        }
    });
    exchange.note = std::move(post);
    return std::nullopt;
}

void EngineServer::handle(ExchangePtr exchange) {
    const auto& request = exchange->request();
    if (auto* noted = std::any_cast<std::shared_ptr<Post>>(&exchange->note)) {
        auto* connection = (*noted)->take();
        if (connection == nullptr) {
            exchange->respond(to_response(socketio::refuse(socketio::EngineError::sid_unknown)));
            return;
        }
        connection->touch();
        if (auto refusal = connection->session_.post(request.body, clock_.now())) {
            exchange->respond(to_response(std::move(*refusal)));
        } else {
            exchange->respond(Response::text(200, "text/html", "ok"));
        }
        return;
    }
    auto routed = route(request, false);  // the session may have ended since it was admitted
    if (auto* refusal = std::get_if<Response>(&routed)) {
        exchange->respond(std::move(*refusal));
        return;
    }
    const auto& route = std::get<socketio::EngineRoute>(routed);
    if (route.kind == Kind::poll) {
        find(route.sid)->poll(std::move(exchange));
        return;
    }
    if (auto refusal = full(request.peer)) {
        exchange->respond(std::move(*refusal));
        return;
    }
    open(std::make_shared<const Request>(request), Session::Transport::polling)
        .poll(std::move(exchange));
}

std::variant<Response, Handler::Upgrade> EngineServer::upgrade(const Request& request) {
    auto routed = route(request, true);
    if (auto* refusal = std::get_if<Response>(&routed)) {
        return std::move(*refusal);
    }
    const auto& route = std::get<socketio::EngineRoute>(routed);
    if (route.kind == Kind::open_websocket) {
        if (auto refusal = full(request.peer)) {
            return std::move(*refusal);
        }
        return [this, alive = alive_,
                asked = std::make_shared<const Request>(request)](Upgraded upgraded) {
            if (*alive && !closing_) {
                open(asked, Session::Transport::websocket).attach(std::move(upgraded));
            }
        };
    }
    auto& connection = *find(route.sid);
    if (auto refusal = connection.session_.reserve_socket(clock_.now())) {
        connection.touch();
        return to_response(std::move(*refusal));
    }
    connection.touch();
    return [reserved = std::make_shared<Reserved>(*this, connection.id())](Upgraded upgraded) {
        if (auto* waiting = reserved->take()) {
            waiting->attach(std::move(upgraded));
        }
    };
}

EngineConnection& EngineServer::open(std::shared_ptr<const Request> request,
                                     Session::Transport transport) {
    const auto id = ++last_id_;
    const ConnectionPtr connection(
        new EngineConnection(*this, id, random_sid(), std::move(request), transport, clock_.now()));
    by_id_.emplace(id, connection);
    by_sid_.emplace(connection->sid_, connection.get());
    ++by_address_[network_of(connection->request_->peer)];
    ++stats_.opened;
    connection->listener_ = user_.opened(*connection);
    connection->touch();
    return *connection;
}

EngineConnection* EngineServer::find(EngineId id) const {
    const auto found = by_id_.find(id);
    return found != by_id_.end() ? found->second.get() : nullptr;
}

EngineConnection* EngineServer::find(std::string_view sid) const {
    const auto found = by_sid_.find(sid);
    return found != by_sid_.end() ? found->second : nullptr;
}

void EngineServer::remove(EngineConnection& connection) {
    if (connection.scheduled_ != SteadyTime::max()) {
        deadlines_.erase({connection.scheduled_, connection.id_});
    }
    const auto address = by_address_.find(network_of(connection.request_->peer));
    if (--address->second == 0) {
        by_address_.erase(address);
    }
    connection.server_ = nullptr;
    by_sid_.erase(connection.sid_);
    by_id_.erase(connection.id_);
}

EngineServer::Stats EngineServer::stats() const noexcept {
    auto stats = stats_;
    for (const auto& [id, connection] : by_id_) {
        ++(connection->is_websocket() ? stats.websocket : stats.polling);
    }
    return stats;
}

void EngineServer::close_all(EndReason reason) {
    closing_ = true;
    std::vector<ConnectionPtr> all;
    all.reserve(by_id_.size());
    for (const auto& [id, connection] : by_id_) {
        all.push_back(connection);
    }
    for (const auto& connection : all) {
        connection->close(reason);
    }
}

void EngineServer::schedule(EngineConnection& connection) {
    const auto due = connection.next_deadline();
    if (due >= connection.scheduled_) {
        return;  // looked at again when that has come
    }
    if (connection.scheduled_ == SteadyTime::max()) {
        deadlines_.emplace(due, connection.id_);
    } else {
        auto node = deadlines_.extract({connection.scheduled_, connection.id_});
        node.value().first = due;
        deadlines_.insert(std::move(node));
    }
    connection.scheduled_ = due;
    arm();
}

void EngineServer::arm() {
    if (deadlines_.empty() || deadlines_.begin()->first >= armed_for_) {
        return;
    }
    armed_for_ = deadlines_.begin()->first + kGrain;
    timer_.expires_at(armed_for_);
    timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
        if (!error && *alive) {
            armed_for_ = SteadyTime::max();
            expire();
        }
    });
}

void EngineServer::expire() {
    const auto now = clock_.now();
    std::vector<ConnectionPtr> due;
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const auto connection = by_id_.at(deadlines_.begin()->second);
        connection->scheduled_ = SteadyTime::max();
        deadlines_.erase(deadlines_.begin());
        due.push_back(connection);
    }
    for (const auto& connection : due) {
        if (connection->server_ != nullptr) {
            connection->tick(now);  // touched, and so scheduled again
        }
    }
    arm();
}

}  // namespace rookery::server
