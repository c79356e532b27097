#pragma once

#include "base/log.hpp"
#include "gateway/socketio_link.hpp"
#include "gateway/supervisor.hpp"
#include "platform/guilded/api.hpp"
#include "platform/guilded/bot_link.hpp"
#include "platform/guilded/feed.hpp"
#include "protocol/guilded/twins.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::guilded {

/// What all sockets of one account share. io thread.
struct Account {
    Account(GuildedApi& api_, gateway::Intake& intake, Seen& seen)
        : api(api_), feed(Flavour::user, intake, seen) {}

    GuildedApi& api;
    Feed feed;
    protocol::guilded::Twins twins;
    std::string client_id;
    std::string me;                               ///< the answer of GET /me
    std::map<std::string, std::string> channels;  ///< id -> the team's, of those with messages
    /// From the end of the account's own connection until everything missed has been fetched: where
    /// channels are is not written down, or what came before would be taken for known.
    bool holding = true;
    std::map<std::string, std::string> held;  ///< channel -> time of its latest message, meanwhile
    std::size_t gap_messages = 200;
    std::function<void(const std::vector<std::string>&)> teams;  ///< of the account, at each login
    std::function<void(const std::string& team, bool gone)> team_changed;  ///< joined or left since
    std::function<bool()> congested;
};

/// One socket of an account: its own (`team` empty), or that of one team. Engine.IO 3 and
/// Socket.IO 2 over a websocket. Nothing is ever repeated by the server: after a reconnect the
/// account's own socket has the messages that were missed fetched, marked late.
class UserLink final : public gateway::LinkSession {
  public:
    /// `account` outlives it. `number` tells the sockets of one account apart.
    UserLink(async::Executor executor, LinkOptions options, Account& account, std::string team,
             std::uint32_t number, log::Logger log);
    ~UserLink() override;

    async::Task<gateway::LinkEnd> run(gateway::LinkReport& report) override;
    void hang_up(bool cut) override;

    /// Shows that the account is typing. Error unavailable: not connected.
    [[nodiscard]] Result<> typing(std::string_view channel);

  private:
    [[nodiscard]] bool own() const noexcept { return team_.empty(); }
    async::Task<std::optional<gateway::LinkEnd>> who_am_i();
    async::Task<gateway::LinkEnd> read(gateway::LinkReport& report);
    void take(const gateway::SocketIoMessage& message, SteadyTime now);
    void logged_in(SteadyTime now);
    [[nodiscard]] gateway::LinkEnd failed(const Error& error);
    async::Task<> fetch_missed(gateway::LinkReport& report,
                               std::chrono::system_clock::time_point since);
    async::Task<> list_channels();
    async::Task<std::size_t> fetch_channels();
    async::Task<std::optional<std::size_t>> fetch_channel(std::string channel, std::string team);

    async::Executor executor_;
    LinkOptions options_;
    Account& account_;
    std::string team_;
    std::uint32_t number_;
    log::Logger log_;
    std::unique_ptr<gateway::SocketIoLink> socket_;
    std::optional<std::chrono::system_clock::time_point> heard_;
    Absence absence_;
    bool up_ = false;        ///< events flow
    bool fetching_ = false;  ///< what was missed
    bool again_ = false;     ///< and once more, since the connection was lost meanwhile
};

}  // namespace rookery::guilded
