#pragma once

#include "base/log.hpp"
#include "gateway/supervisor.hpp"
#include "net/stream.hpp"
#include "net/ws_client.hpp"
#include "platform/guilded/api.hpp"
#include "platform/guilded/feed.hpp"
#include "protocol/guilded/bot_session.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rookery::guilded {

/// Counts what speaks for a service that is gone: no such host, no TLS, a web page. io thread.
class Absence {
  public:
    /// Another attempt failed in that way, or (`signs` false) in another, or went well.
    void attempt(bool signs) noexcept { failures_ = signs ? failures_ + 1 : 0; }
    [[nodiscard]] bool certain() const noexcept { return failures_ >= kEnough; }
    static constexpr unsigned kEnough = 5;

  private:
    unsigned failures_ = 0;
};

/// Whether an error of connecting is such a sign.
[[nodiscard]] bool speaks_for_absence(const Error& error);

struct LinkOptions {
    std::string gateway_url;
    net::ConnectOptions connect;
    std::function<void(const std::string& name)> logged_in;  ///< the account's name
    std::function<bool()> congested;  ///< nothing should be read for a moment
    /// Starts what goes on beside the connection, and may outlast it; the link lives longer.
    std::function<void(std::string name, std::function<async::Task<>()> body)> spawn;
};

/// The websocket of the bot API. The cursor of the replay is kept by the intake, so that a process
/// that was killed goes on where it was.
class BotLink final : public gateway::LinkSession {
  public:
    /// All outlive it.
    BotLink(async::Executor executor, LinkOptions options, GuildedApi& api, Feed& feed,
            log::Logger log);
    ~BotLink() override;

    async::Task<gateway::LinkEnd> run(gateway::LinkReport& report) override;
    void hang_up(bool cut) override;

  private:
    using Session = protocol::guilded::BotSession;

    async::Task<std::optional<gateway::LinkEnd>> open();
    async::Task<gateway::LinkEnd> read(gateway::LinkReport& report);
    /// None: read on.
    std::optional<gateway::LinkEnd> on_text(std::string_view text, SteadyTime now,
                                            gateway::LinkReport& report);
    void welcome(std::string_view data, SteadyTime now, gateway::LinkReport& report);
    void flowing(bool resumed, gateway::LinkReport& report);
    void note_gap(gateway::LinkReport& report);
    void arm(gateway::LinkReport& report);
    void beat(gateway::LinkReport& report);
    async::Task<> learn_servers();

    async::Executor executor_;
    LinkOptions options_;
    GuildedApi& api_;
    Feed& feed_;
    log::Logger log_;
    std::shared_ptr<net::WsClient> socket_;
    std::optional<Session> session_;
    std::optional<std::string> death_;  ///< why our side cut the connection
    std::optional<std::chrono::system_clock::time_point> heard_;
    std::optional<SteadyTime> pinged_;
    bool gap_ = false;
    Absence absence_;
    boost::asio::steady_timer timer_;
    bool learning_ = false;
};

}  // namespace rookery::guilded
