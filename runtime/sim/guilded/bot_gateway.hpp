#pragma once

#include "base/result.hpp"
#include "sim/community/wire_faults.hpp"
#include "sim/guilded/core.hpp"
#include "sim/http_server.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <map>
#include <memory>

namespace rookery::sim::guilded {

/// The gateway of the official API: one socket that only sends, numbered by opaque ids, from which
/// a client can have replayed what it missed. Simulator thread.
class BotGateway {
  public:
    explicit BotGateway(Core& core);
    ~BotGateway();

    /// The upgrade at /websocket/v1; empty when it is to be refused by refusal().
    [[nodiscard]] WsTaker take(const HttpRequest& request);
    [[nodiscard]] HttpReply refusal(const HttpRequest& request);

    /// An event that every bot gets.
    void emit(const std::string& name, const Json& data);
    void emit_text(const std::string& name, const std::string& data);
    [[nodiscard]] Result<unsigned> inject(const std::string& kind, const Json& parameters);
    /// Ends the connections of an account whose token was taken away.
    void drop(const std::string& person);
    [[nodiscard]] std::size_t live() const { return connections_.size(); }

  private:
    class Connection;
    struct Past {
        std::uint64_t number;
        std::shared_ptr<const std::string> frame;
    };
    [[nodiscard]] std::string id_of(std::uint64_t number) const;
    [[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view id) const;

    Core& core_;
    std::map<unsigned, std::shared_ptr<Connection>> connections_;
    std::deque<Past> past_;
    std::uint64_t last_ = 0;
    unsigned numbered_ = 0;
    std::string epoch_;  ///< part of every id, so that those of another run are unknown
};

}  // namespace rookery::sim::guilded
