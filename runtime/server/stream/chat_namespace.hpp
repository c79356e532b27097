#pragma once

#include "model/event.hpp"
#include "server/access/guard.hpp"
#include "server/ports.hpp"
#include "server/socketio/socket_server.hpp"
#include "server/stream/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::server {

/// The namespace `/api/events`: events are subscribed to by the names of chat_events.hpp. Server
/// thread.
class ChatNamespace final : public Namespace {
  public:
    static constexpr std::string_view kName = "/api/events";

    struct Options {
        bool holobridge = false;  ///< everybody gets direct events
        bool recovery = false;
        Millis look{1'000};  ///< how often the bots' states are looked at
    };

    /// All outlive it.
    ChatNamespace(SocketServer& sockets, Guard& guard, Runtime& runtime,
                  const boost::asio::any_io_executor& executor, Options options);

    void stream(const model::Event& event);

    /// Clients of the namespace `ns`, whose owner passes their calls on, are served as well.
    void adopt(std::string ns) { spaces_.push_back(std::move(ns)); }

    void connect(const Handshake& handshake, std::function<void(Admission)> decide) override;
    void joined(SocketId socket, bool recovered) override;
    void event(SocketId socket, std::string_view name, Arguments arguments, Reply reply) override;
    void left(SocketId socket, std::string_view reason) override;

  private:
    [[nodiscard]] static bool allowed(const StreamClient& client, std::string_view name);
    [[nodiscard]] static std::vector<std::string> rooms_of(const StreamClient& client,
                                                           std::string_view name);
    void subscribe(SocketId socket, const StreamClient& client,
                   const std::vector<std::string>& names, const Reply& reply);
    void answer(SocketId socket, std::string_view event, const std::vector<std::string>& names,
                const Reply& reply);
    [[nodiscard]] bool anybody(std::span<const std::string> rooms) const;
    void send(std::span<const std::string> rooms, std::string_view name, std::string payload);
    void learn_self();
    void watch_bots();
    void look_at_bots();

    SocketServer& sockets_;
    Guard& guard_;
    Runtime& runtime_;
    const Options options_;
    boost::asio::steady_timer timer_;
    std::vector<std::string> spaces_{std::string(kName)};
    bool watching_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::map<std::string, std::string, std::less<>> states_;  ///< of the bots, as last told
    /// The bots' users; shared with answers that are on their way. Empty: asked for.
    std::shared_ptr<std::map<std::string, std::string, std::less<>>> selves_;
};

}  // namespace rookery::server
