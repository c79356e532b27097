#pragma once

#include "server/socketio/engine_server.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace rookery::server {

/// One client of an EngineServer: its session, and what carries it. Server thread. The session's
/// id (`sid`) is a secret between the two ends and shown to nobody.
class EngineConnection final : public Turn::Member,
                               private protocol::socketio::EngineSession::Owner,
                               private Channel::User {
  public:
    using Session = protocol::socketio::EngineSession;

    EngineConnection(EngineServer& server, EngineId id, std::string sid,
                     std::shared_ptr<const Request> request, Session::Transport transport,
                     SteadyTime now);
    ~EngineConnection() override;

    [[nodiscard]] EngineId id() const noexcept { return id_; }
    [[nodiscard]] const std::shared_ptr<const Request>& request() const noexcept {
        return request_;
    }

    /// Leaves at the end of the turn. A client for whom too much waits is sent away at the end of
    /// the turn, or the message is dropped.
    Session::Sent send(const protocol::socketio::OutMessage& message,
                       Session::Overflow overflow = Session::Overflow::disconnect) {
        if (doomed_) {
            return Session::Sent::over;
        }
        if (!has_room(message)) [[unlikely]] {
            make_room();
        }
        const auto sent = session_.send(message, Session::Overflow::drop);
        if (sent == Session::Sent::dropped) [[unlikely]] {
            return overflowed(overflow);
        }
        server_->turn_.touch(*this);  // for that alone no deadline comes nearer
        return sent;
    }
    Session::Sent send_text(std::string_view data,
                            Session::Overflow overflow = Session::Overflow::disconnect);
    Session::Sent send_binary(std::string_view data,
                              Session::Overflow overflow = Session::Overflow::disconnect);

    /// Ends the session; EngineListener::ended() runs before this returns.
    void close(protocol::socketio::EndReason reason);

    /// Something is to be looked at when the turn ends.
    void touch();

    [[nodiscard]] std::size_t queued_bytes() const noexcept { return session_.queued_bytes(); }
    [[nodiscard]] std::size_t queued_packets() const noexcept { return session_.queued_packets(); }
    [[nodiscard]] bool is_websocket() const noexcept {
        return session_.state() == Session::State::websocket;
    }

  private:
    friend class EngineServer;

    [[nodiscard]] bool has_room(const protocol::socketio::OutMessage& message) const noexcept;
    void make_room();
    Session::Sent overflowed(Session::Overflow overflow);
    void end_turn() override;
    void poll(ExchangePtr exchange);
    void attach(Upgraded upgraded);
    [[nodiscard]] SteadyTime next_deadline() const;
    void tick(SteadyTime now);
    [[nodiscard]] SteadyTime now() const;

    void message(std::string_view data, bool binary, SteadyTime now) override;
    void answer_poll(std::shared_ptr<const std::string> body) override;
    void close_socket(std::string last) override;
    void dropped(std::size_t packets) override;
    void ended(protocol::socketio::EndReason reason) override;

    void socket_message(const protocol::websocket::Message& message) override;
    void socket_failed(std::uint16_t close_code) override;
    void socket_gone() override;
    void socket_ready() override;

    EngineServer* server_;  ///< null when it has gone before
    EngineId id_;
    std::string sid_;
    std::shared_ptr<const Request> request_;
    Session session_;
    std::unique_ptr<EngineListener> listener_;
    ChannelPtr channel_;
    ExchangePtr poll_;
    SteadyTime scheduled_ = SteadyTime::max();  ///< in the server's deadlines
    bool attention_ = false;                    ///< more than a message to be sent
    bool doomed_ = false;                       ///< a slow consumer
    bool over_ = false;
};

}  // namespace rookery::server
