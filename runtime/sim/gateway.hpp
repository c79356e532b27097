#pragma once

#include "base/result.hpp"
#include "sim/actions.hpp"
#include "sim/core.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <map>
#include <memory>
#include <string>

namespace rookery::sim {

class GatewayConnection;

/// The websocket side: keeps the live connections and the identify budget. Simulator thread.
class Gateway {
  public:
    Gateway(Core& core, Actions& actions) : core_(core), actions_(actions) {}

    void accept(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls,
                bool resume_host);

    /// A fault that happens at once to every live connection (of one bot when `bot` is not 0):
    /// "close" {code, reason}, "reset", "freeze", "thaw", "heartbeat_request", "reconnect",
    /// "invalid_session" {resumable}, "frame" {text}, "malformed", "nested" {depth},
    /// "oversized" {bytes}, "unknown_opcode", "unknown_event", "gap". Gives how many it hit.
    [[nodiscard]] Result<unsigned> inject(const std::string& kind, const Json& parameters);

    /// True when an identify of this key may pass now; counts it.
    [[nodiscard]] bool take_identify(unsigned key);
    [[nodiscard]] Json session_start_limit() const;
    /// Closes every connection of that bot with 4004: its token has been taken away.
    void drop_bot(Id bot);
    [[nodiscard]] std::size_t live() const { return connections_.size(); }

  private:
    friend class GatewayConnection;

    Core& core_;
    Actions& actions_;
    std::map<unsigned, std::shared_ptr<GatewayConnection>> connections_;
    std::map<unsigned, SteadyTime> last_identify_;
    unsigned numbered_ = 0;
};

}  // namespace rookery::sim
