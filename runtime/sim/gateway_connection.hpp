#pragma once

#include "sim/deflate.hpp"
#include "sim/gateway.hpp"
#include "sim/ws_channel.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <optional>

namespace rookery::sim {

/// One client on the gateway: opening handshake, checks of everything it sends, and the pump that
/// carries its session's events to it.
class GatewayConnection final : public SessionConsumer,
                                public std::enable_shared_from_this<GatewayConnection> {
  public:
    GatewayConnection(Gateway& gateway, std::shared_ptr<WsChannel> channel, unsigned number);

    void start();
    void wake() override;
    void session_lost() override;

    void close(unsigned code, std::string_view reason);
    void send_op(int op, const Json& data);
    void send_text(const std::string& text);
    [[nodiscard]] WsChannel& channel() { return *channel_; }
    [[nodiscard]] Session* session() { return session_; }

  private:
    void opened(std::string_view target);
    void received(std::string_view text);
    void closed(unsigned code);
    [[nodiscard]] bool within_send_limit();
    void handle(int op, const Json& data);

    void heartbeat(const Json& data);
    void identify(const Json& data);
    void resume(const Json& data);
    void presence(const Json& data);
    void voice_state(const Json& data);
    void request_members(const Json& data);
    void request_nothing(const Json& data);

    /// Close code and reason when the identify has to be refused.
    [[nodiscard]] std::optional<std::pair<unsigned, std::string>> refusal(const Json& data);
    void send_ready();
    void arm_heartbeat_watch();
    void pump();
    void after(Millis delay, void (GatewayConnection::*then)());
    void say_hello();
    [[nodiscard]] Dispatch event(std::string type, const Json& data) const;

    Gateway& gateway_;
    Core& core_;
    std::shared_ptr<WsChannel> channel_;
    unsigned number_;
    boost::asio::steady_timer heartbeat_watch_;
    boost::asio::steady_timer delay_;
    std::optional<DeflateStream> deflate_;
    Session* session_ = nullptr;
    std::uint64_t next_seq_ = 0;       // of the session's ring: what the pump sends next
    std::int64_t last_beat_seq_ = -1;  // what the client named last
    std::deque<SteadyTime> sends_;
    bool greeted_ = false;
    bool pump_posted_ = false;
    bool over_ = false;
};

}  // namespace rookery::sim
