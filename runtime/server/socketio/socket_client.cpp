#include "server/socketio/socket_client.hpp"

#include "base/log.hpp"

#include <utility>

namespace rookery::server {
namespace {

const log::Logger& logger() {
    static const auto made = log::get("socketio");
    return made;
}

}  // namespace

SocketClient::SocketClient(SocketHub& hub, EngineConnection& engine)
    : hub_(hub), engine_(engine), connection_(hub.connection_options_, *this, hub.clock_.now()) {}

void SocketClient::message(std::string_view data, bool binary) {
    if (binary) {
        connection_.binary(data, hub_.clock_.now());
    } else {
        connection_.text(data, hub_.clock_.now());
    }
}

void SocketClient::dropped(std::size_t messages) { hub_.tell_gap(*this, messages); }

void SocketClient::ended(EndReason reason) {
    if (reason == EndReason::slow_consumer) {
        logger()->warn("a client at {} does not read what it is sent: sent away",
                       engine_.request()->peer);
    }
    connection_.closed(reason);
}

SteadyTime SocketClient::next_deadline() const { return connection_.next_deadline(); }

void SocketClient::tick(SteadyTime now) { connection_.tick(now); }

std::optional<SocketClient::Key> SocketClient::admit(std::string_view ns) {
    const auto id = hub_.ask(*this, ns);
    if (id) {
        sockets_.push_back(*id);
    }
    return id;
}

void SocketClient::connect(Key key, std::string_view, std::string auth) {
    hub_.connect(key, std::move(auth));
}

void SocketClient::event(Key key, std::string name, Arguments arguments,
                         std::optional<std::uint64_t> ack) {
    hub_.event(key, name, std::move(arguments), ack);
}

void SocketClient::left(Key key, EndReason reason, bool) {
    forget(key);
    hub_.left(key, reason);
}

void SocketClient::send(const protocol::socketio::OutMessage& message) {
    static_cast<void>(engine_.send(message));
}

void SocketClient::close(EndReason reason, std::string why) {
    logger()->debug("the connection of {} is closed: {}", engine_.request()->peer,
                    log::clipped(why));
    engine_.close(reason);
}

}  // namespace rookery::server
