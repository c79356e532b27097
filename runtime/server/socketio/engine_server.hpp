#pragma once

#include "base/clock.hpp"
#include "protocol/socketio/end_reason.hpp"
#include "protocol/socketio/engine_session.hpp"
#include "server/http/handler.hpp"
#include "server/socketio/channel.hpp"
#include "server/socketio/turn.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rookery::server {

class EngineConnection;

/// One Engine.IO session; never used again.
using EngineId = std::uint64_t;

/// Who talks with one client. Ends with the session. Server thread.
class EngineListener {
  public:
    EngineListener() = default;
    EngineListener(const EngineListener&) = delete;
    EngineListener& operator=(const EngineListener&) = delete;
    virtual ~EngineListener() = default;

    /// UTF-8 unless binary; the view ends with the call.
    virtual void message(std::string_view data, bool binary) = 0;
    /// Messages were dropped, and there is room again.
    virtual void dropped(std::size_t messages) { static_cast<void>(messages); }
    /// Once, and the last.
    virtual void ended(protocol::socketio::EndReason reason) = 0;

    /// Deadlines of its own; looked at after each call, and after EngineConnection::touch().
    [[nodiscard]] virtual SteadyTime next_deadline() const { return SteadyTime::max(); }
    virtual void tick(SteadyTime now) { static_cast<void>(now); }
};

/// Whom an EngineServer serves for. Server thread.
class EngineUser {
  public:
    EngineUser() = default;
    EngineUser(const EngineUser&) = delete;
    EngineUser& operator=(const EngineUser&) = delete;
    virtual ~EngineUser() = default;

    /// Why that client is not served (the answer's text); empty: it is.
    [[nodiscard]] virtual std::string refusal(const Request& request) {
        static_cast<void>(request);
        return {};
    }
    /// A client has come; may send() to it already. `connection` outlives the listener.
    [[nodiscard]] virtual std::unique_ptr<EngineListener> opened(EngineConnection& connection) = 0;
};

struct EngineServerOptions {
    std::string path = "/socket.io/";
    protocol::socketio::EngineOptions session;
    protocol::socketio::Transports transports;
    std::size_t most_sessions = 10'000;
    std::size_t most_sessions_per_address = 1'000;
};

/// Engine.IO at one path: long-polling, websocket, and the change from one to the other. Server
/// thread. Destroyed, it ends its sessions without a word; close_all() says it.
class EngineServer final : public Handler {
  public:
    struct Stats {
        std::size_t polling = 0;    ///< sessions, at the moment
        std::size_t websocket = 0;  ///< likewise
        std::uint64_t opened = 0;
        std::uint64_t refused = 0;         ///< for there were too many
        std::uint64_t slow_consumers = 0;  ///< sent away
        std::uint64_t dropped = 0;         ///< messages
        std::uint64_t ping_timeouts = 0;
    };

    /// All but `options` outlive it.
    EngineServer(Turn& turn, ChannelPool& channels, const Clock& clock, EngineServerOptions options,
                 EngineUser& user);
    ~EngineServer() override;

    [[nodiscard]] std::optional<Response> admit(Exchange& exchange) override;
    void handle(ExchangePtr exchange) override;
    [[nodiscard]] std::variant<Response, Upgrade> upgrade(const Request& request) override;

    /// Null when there is none of that id.
    [[nodiscard]] EngineConnection* find(EngineId id) const;
    [[nodiscard]] std::size_t size() const noexcept { return by_id_.size(); }
    [[nodiscard]] Stats stats() const noexcept;
    [[nodiscard]] const EngineServerOptions& options() const noexcept { return options_; }

    /// Every client is told; no new one is taken.
    void close_all(protocol::socketio::EndReason reason);

  private:
    friend class EngineConnection;
    using ConnectionPtr = boost::intrusive_ptr<EngineConnection>;
    struct Post;
    struct Reserved;

    [[nodiscard]] std::variant<protocol::socketio::EngineRoute, Response> route(
        const Request& request, bool upgrade);
    [[nodiscard]] std::optional<Response> full(const std::string& peer);
    [[nodiscard]] EngineConnection& open(std::shared_ptr<const Request> request,
                                         protocol::socketio::EngineSession::Transport transport);
    [[nodiscard]] EngineConnection* find(std::string_view sid) const;
    void remove(EngineConnection& connection);

    using Deadlines = std::set<std::pair<SteadyTime, EngineId>>;
    void schedule(EngineConnection& connection);
    void arm();
    void expire();

    Turn& turn_;
    ChannelPool& channels_;
    const Clock& clock_;
    EngineServerOptions options_;
    EngineUser& user_;
    std::unordered_map<EngineId, ConnectionPtr> by_id_;
    std::unordered_map<std::string_view, EngineConnection*> by_sid_;  ///< views into them
    std::unordered_map<std::string, std::size_t> by_address_;
    EngineId last_id_ = 0;
    Stats stats_;
    Deadlines deadlines_;
    boost::asio::steady_timer timer_;
    SteadyTime armed_for_ = SteadyTime::max();
    bool closing_ = false;
    std::shared_ptr<bool> alive_;
};

}  // namespace rookery::server
