#pragma once

#include "sim/revolt/frame.hpp"
#include "sim/revolt/gateway.hpp"
#include "sim/ws_channel.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <set>
#include <string>

namespace rookery::sim::revolt {

/// One client of the events server. Simulator thread.
class Connection final : public std::enable_shared_from_this<Connection> {
  public:
    Connection(Gateway& gateway, std::shared_ptr<WsChannel> channel, unsigned number);

    void start();
    /// Sends an event that the session is told of; it waits where a fault holds it back.
    void event(const Json& event);
    /// Sends at once, whatever faults say.
    void send(const Json& frame);
    void send_text(std::string text) { channel_->send(std::move(text), false); }
    void wake() { pump(); }
    /// Ends the TCP connection without a close frame once everything has left.
    void drop() { channel_->drop(); }
    void error(const std::string& type);

    [[nodiscard]] WsChannel& channel() { return *channel_; }
    [[nodiscard]] bool ready() const { return ready_; }
    [[nodiscard]] const std::string& user() const { return user_; }
    [[nodiscard]] unsigned number() const { return number_; }
    /// Events that a fault keeps back.
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    [[nodiscard]] Format format() const { return format_; }

  private:
    void opened(std::string_view target);
    void received(std::string_view bytes, bool binary);
    void closed();
    void log_in(const std::string& token);
    void refuse(const std::string& type, const std::string& token);
    void greet();
    [[nodiscard]] Json ready_event();
    [[nodiscard]] bool chosen(const char* field) const;
    void ping(const Json& frame);
    void typing(const std::string& type, const Json& frame);
    void watch_idle();
    void pump();
    void violation(const char* rule, std::string_view text) const;

    Gateway& gateway_;
    Core& core_;
    std::shared_ptr<WsChannel> channel_;
    unsigned number_;
    boost::asio::steady_timer delay_;
    boost::asio::steady_timer idle_;
    Format format_ = Format::json;
    std::set<std::string> fields_;  ///< of Ready; empty = the default ones
    std::string user_;
    bool bot_ = false;
    bool asked_ = false;  ///< a login is under way or done
    bool ready_ = false;
    bool paused_ = false;
    bool over_ = false;
    SteadyTime heard_{};   ///< the last frame of the client
    SteadyTime pinged_{};  ///< its last Ping, or the login
    std::deque<Json> waiting_;
};

}  // namespace rookery::sim::revolt
