#pragma once

#include "sim/discord/compression.hpp"
#include "sim/discord/gateway.hpp"
#include "sim/ws_channel.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <optional>

namespace rookery::sim::discord {

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
    // gateway_connection.cpp: from the upgrade to the end.
    void opened(std::string_view target);
    void received(std::string_view text);
    void closed(unsigned code);
    [[nodiscard]] bool within_send_limit();
    void handle(int op, const Json& data);
    void heartbeat(const Json& data);
    void arm_heartbeat_watch();
    void after(Millis delay, void (GatewayConnection::*then)());
    void say_hello();

    // gateway_login.cpp: getting a session.
    void identify(const Json& data);
    void resume(const Json& data);
    /// Close code and reason when the identify has to be refused.
    [[nodiscard]] std::optional<std::pair<unsigned, std::string>> refusal(const Json& data);
    void send_ready();
    void close_if_wanted();

    // gateway_commands.cpp and gateway_members.cpp: what a session may ask for.
    void presence(const Json& data);
    [[nodiscard]] static bool sound_presence(const Json& data);
    void voice_state(const Json& data);
    void request_members(const Json& data);
    void request_sounds(const Json& data);
    void request_channel_info(const Json& data);

    // gateway_pump.cpp: what leaves.
    void pump();
    void load_guilds();
    void carry(const Session::Entry& entry);
    [[nodiscard]] bool held_back(const Session::Entry& entry);
    [[nodiscard]] static Dispatch event(std::string type, const Json& data);

    static constexpr std::size_t kBacklog = std::size_t{1} << 20U;

    Gateway& gateway_;
    Core& core_;
    std::shared_ptr<WsChannel> channel_;
    unsigned number_;
    boost::asio::steady_timer heartbeat_watch_;
    boost::asio::steady_timer delay_;
    boost::asio::steady_timer pause_;
    std::unique_ptr<Compression> compression_;
    Session* session_ = nullptr;
    std::uint64_t next_seq_ = 0;       // of the session's ring: what the pump sends next
    std::int64_t last_beat_seq_ = -1;  // what the client named last
    std::deque<SteadyTime> sends_;
    std::deque<SteadyTime> presences_;
    std::string swapped_;  // a dispatch that its successor overtakes
    Json presence_of_identify_;
    bool compress_large_ = false;  // identify asked for compressed payloads
    bool greeted_ = false;
    bool pump_posted_ = false;
    bool paused_ = false;
    bool over_ = false;
};

}  // namespace rookery::sim::discord
