#pragma once

#include "protocol/socketio/connection.hpp"
#include "server/socketio/engine_connection.hpp"
#include "server/socketio/socket_hub.hpp"

#include <string>
#include <vector>

namespace rookery::server {

/// One connection with Socket.IO on it: what it says goes to the hub. Server thread.
class SocketClient final : public EngineListener, private protocol::socketio::Connection::Owner {
  public:
    using Key = protocol::socketio::Connection::Key;
    using EndReason = protocol::socketio::EndReason;

    SocketClient(SocketHub& hub, EngineConnection& engine);

    [[nodiscard]] EngineConnection& engine() noexcept { return engine_; }
    [[nodiscard]] protocol::socketio::Connection& connection() noexcept { return connection_; }
    [[nodiscard]] const std::vector<SocketId>& sockets() const noexcept { return sockets_; }

    void forget(SocketId socket) { std::erase(sockets_, socket); }

  private:
    void message(std::string_view data, bool binary) override;
    void dropped(std::size_t messages) override;
    void ended(EndReason reason) override;
    [[nodiscard]] SteadyTime next_deadline() const override;
    void tick(SteadyTime now) override;

    [[nodiscard]] std::optional<Key> admit(std::string_view ns) override;
    void connect(Key key, std::string_view ns, std::string auth) override;
    void event(Key key, std::string name, Arguments arguments,
               std::optional<std::uint64_t> ack) override;
    void left(Key key, EndReason reason, bool joined) override;
    void send(const protocol::socketio::OutMessage& message) override;
    void close(EndReason reason, std::string why) override;

    SocketHub& hub_;
    EngineConnection& engine_;
    protocol::socketio::Connection connection_;
    std::vector<SocketId> sockets_;
};

}  // namespace rookery::server
