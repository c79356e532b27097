#pragma once

#include "async/task.hpp"
#include "base/log.hpp"
#include "bus/event_bus.hpp"
#include "gateway/intake.hpp"
#include "gateway/supervisor.hpp"
#include "net/ws_client.hpp"
#include "platform/revolt/api.hpp"
#include "platform/revolt/dispatcher.hpp"
#include "platform/revolt/gap_filler.hpp"
#include "protocol/revolt/session_fsm.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::revolt {

/// The connection to the event server. io thread.
class Link final : public gateway::LinkSession {
  public:
    struct Parts {
        Api* api = nullptr;
        gateway::Intake* intake = nullptr;
        Dispatcher* dispatcher = nullptr;
        GapFiller* gaps = nullptr;
        bus::EventBus* bus = nullptr;
    };
    struct Options {
        Secret token;
        protocol::revolt::Format format = protocol::revolt::Format::json;
        net::ConnectOptions connect;
    };

    Link(async::Executor executor, Parts parts, Options options, log::Logger log);

    [[nodiscard]] async::Task<gateway::LinkEnd> run(gateway::LinkReport& report) override;
    void hang_up(bool cut) override;

    /// Error unavailable: not connected.
    [[nodiscard]] Result<> typing(std::string_view channel);

  private:
    struct Connection;

    [[nodiscard]] async::Task<Result<>> open(Connection& connection);
    [[nodiscard]] async::Task<> read(Connection& connection);
    void perform(Connection& connection, const protocol::revolt::Frame& frame,
                 const protocol::revolt::SessionFsm::Actions& actions, SteadyTime now);
    void message(Connection& connection, const net::WsMessage& message, SteadyTime now);
    void frame(Connection& connection, std::string_view text, SteadyTime now);
    void one(Connection& connection, const protocol::revolt::Frame& frame, SteadyTime now);
    void bulk(Connection& connection, std::string_view text, SteadyTime now);
    void ready(Connection& connection, const protocol::revolt::Frame& frame, bool first,
               SteadyTime now);
    void arm(const std::shared_ptr<Connection>& connection);
    void malformed(const Error& error);

    async::Executor executor_;
    Parts parts_;
    Options options_;
    log::Logger log_;
    std::string plain_;  ///< what became of a msgpack frame
    std::optional<SteadyTime> heard_;
    bool foreign_told_ = false;
    bool failed_ = false;  ///< the latest attempt: the address may be what has changed
    std::uint64_t malformed_ = 0;
    std::weak_ptr<Connection> connection_;
};

}  // namespace rookery::revolt
