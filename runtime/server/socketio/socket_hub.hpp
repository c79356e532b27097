#pragma once

#include "base/clock.hpp"
#include "config/sections.hpp"
#include "protocol/socketio/connection.hpp"
#include "protocol/socketio/recovery.hpp"
#include "server/socketio/engine_server.hpp"
#include "server/socketio/rooms.hpp"
#include "server/socketio/socket_server.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::server {

class SocketClient;

/// What an EngineServer at that path is held to.
[[nodiscard]] EngineServerOptions engine_options(const config::SocketIoSection& section,
                                                 std::string path);

/// Socket.IO at one path. An event is encoded once, however many get it; it leaves at the end of
/// the loop's turn. Server thread.
class SocketHub final : public SocketServer, private EngineUser {
  public:
    struct Stats {
        std::size_t sockets = 0;  ///< clients in namespaces, each namespace counted
        EngineServer::Stats sessions;
        std::uint64_t events_received = 0;
        std::uint64_t events_sent = 0;  ///< one for each who was sent it
        std::uint64_t broadcasts = 0;
        std::uint64_t recovered = 0;
        std::size_t recovery_bytes = 0;  ///< of the events that are kept
    };

    /// All but `section` outlive it.
    SocketHub(Turn& turn, ChannelPool& channels, const Clock& clock,
              const config::SocketIoSection& section, std::string path = "/socket.io/");
    ~SocketHub() override;

    /// To be mounted at the path.
    [[nodiscard]] Handler& handler() noexcept { return engine_; }
    [[nodiscard]] Stats stats() const;
    /// The server stops: every client is told, and may take up again where it was.
    void shut_down();

    Result<> open(std::string ns, Namespace& user, NamespaceOptions options) override;
    void close(std::string_view ns) override;
    [[nodiscard]] bool has(std::string_view ns) const override;
    void emit(SocketId socket, std::string_view event, const Arguments& arguments) override;
    void emit_with_ack(SocketId socket, std::string_view event, const Arguments& arguments,
                       Millis timeout, std::function<void(Result<Arguments>)> done) override;
    std::size_t broadcast(std::string_view ns, std::span<const std::string> rooms,
                          std::string_view event, const Arguments& arguments,
                          std::span<const SocketId> except = {}) override;
    [[nodiscard]] bool anybody(std::string_view ns,
                               std::span<const std::string> rooms) const override;
    [[nodiscard]] bool is_behind(SocketId socket) const override;
    [[nodiscard]] Result<> join(SocketId socket, std::string_view room) override;
    void leave(SocketId socket, std::string_view room) override;
    [[nodiscard]] std::vector<std::string> rooms(SocketId socket) const override;
    [[nodiscard]] std::any* who(SocketId socket) override;
    [[nodiscard]] std::string name(SocketId socket) const override;
    [[nodiscard]] const Handshake* handshake(SocketId socket) const override;
    void each(std::string_view ns, const std::function<void(SocketId)>& visit) override;
    void disconnect(SocketId socket, bool whole_connection) override;

  private:
    friend class SocketClient;
    using OutMessage = protocol::socketio::OutMessage;
    using RecoveryLog = protocol::socketio::RecoveryLog;
    struct Space;
    struct Socket;
    struct Kept;

    [[nodiscard]] std::unique_ptr<EngineListener> opened(EngineConnection& connection) override;

    [[nodiscard]] Socket* find(SocketId id) const;
    /// Of those who are in their namespace.
    [[nodiscard]] Socket* joined(SocketId id) const;
    [[nodiscard]] Space* space(std::string_view ns) const;

    [[nodiscard]] std::optional<SocketId> ask(SocketClient& client, std::string_view ns);
    void connect(SocketId id, std::string auth);
    void decide(SocketId id, Admission admission);
    [[nodiscard]] bool recover(Socket& socket, const Admission& admission);
    void event(SocketId id, const std::string& name, Arguments arguments,
               std::optional<std::uint64_t> ack);
    void left(SocketId id, protocol::socketio::EndReason reason);
    void tell_gap(SocketClient& client, std::size_t messages);

    /// Whether somebody is, or may come back, who has to get events with their offset.
    [[nodiscard]] static bool keeps(const Space& space);
    void deliver(Socket& socket, const OutMessage& message);

    const Clock& clock_;
    config::SocketIoSection section_;
    protocol::socketio::ConnectionOptions connection_options_;
    bool drop_ = false;
    std::map<std::string, std::unique_ptr<Space>, std::less<>> spaces_;
    std::unordered_map<SocketId, std::unique_ptr<Socket>> sockets_;
    SocketId last_id_ = 0;
    Stats stats_;
    std::shared_ptr<bool> alive_;
    EngineServer engine_;  ///< last: its connections' listeners call the hub
};

}  // namespace rookery::server
