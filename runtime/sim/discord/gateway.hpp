#pragma once

#include "base/result.hpp"
#include "sim/discord/actions.hpp"
#include "sim/discord/core.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <map>
#include <memory>
#include <string>

namespace rookery::sim::discord {

class GatewayConnection;

enum class IdentifyVerdict { granted, too_early, budget_spent };

/// The websocket side: keeps the live connections and the identify budget. Simulator thread.
class Gateway {
  public:
    Gateway(Core& core, Actions& actions) : core_(core), actions_(actions) {}

    void accept(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls,
                bool resume_host);

    /// A fault that happens at once to every live connection (of one bot when `bot` is not 0):
    /// "close" {code, reason}, "reset", "freeze", "thaw", "heartbeat_request", "reconnect",
    /// "invalid_session" {resumable}, "frame" {text}, "malformed", "nested" {depth},
    /// "oversized" {bytes}, "unknown_opcode", "unknown_event", "flood" {count, t, d}, "gap". Gives
    /// how many it hit.
    [[nodiscard]] Result<unsigned> inject(const std::string& kind, const Json& parameters);

    /// Whether this bot's shard may identify now; counts it when granted.
    [[nodiscard]] IdentifyVerdict take_identify(Id bot, unsigned shard);
    [[nodiscard]] Json session_start_limit(Id bot) const;
    /// Seconds until that bot may ask for all members of that guild again; 0 = now, and counted.
    [[nodiscard]] double take_member_request(Id bot, Id guild);
    /// Closes every connection of that bot with 4004: its token has been taken away.
    void drop_bot(Id bot);
    /// Every pump goes on: what held it back is over.
    void wake_all();
    [[nodiscard]] std::size_t live() const { return connections_.size(); }

  private:
    friend class GatewayConnection;

    Core& core_;
    Actions& actions_;
    std::map<unsigned, std::shared_ptr<GatewayConnection>> connections_;
    std::map<std::pair<Id, unsigned>, SteadyTime> last_identify_;  // by bot and key
    std::map<Id, unsigned> identifies_;
    std::map<std::pair<Id, Id>, SteadyTime> member_requests_;
    unsigned numbered_ = 0;
};

}  // namespace rookery::sim::discord
