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
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::guilded {

inline constexpr std::size_t kMostTeams = 100;  ///< with a socket each

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
    /// From the end of the account's own connection until it is known what has been missed: where
    /// channels are is not written down, or what came before would be taken for known.
    bool holding = true;
    std::set<std::string> owed;  ///< channels still to be fetched from their cursors, which stand
    std::map<std::string, std::string> held;  ///< channel -> time of its latest message, meanwhile
    std::size_t gap_messages = 200;
    std::function<void(const std::vector<std::string>&)> teams;  ///< of the account, at each login
    std::function<void(const std::string& team, bool gone)> team_changed;  ///< joined or left since
    std::function<bool()> congested;

    /// A message came by a socket, `created` as the server wrote it.
    void heard(const std::string& channel, std::string_view team, const std::string& created);
    /// From when what a channel missed is asked for: its latest message, else the latest message of
    /// any channel. Empty: the account was never here.
    [[nodiscard]] std::string from(const std::string& channel);
    /// Never back, and never into our future: a time that somebody made up would hide what follows.
    void advance(const std::string& channel, const std::string& created);
    /// What the channel missed is here, or never will be.
    void settle(const std::string& channel);
    /// What is missing is known and owed; everything else is up to date.
    void release();
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
    /// Belongs to one connection (`epoch`), and ends when that is over.
    async::Task<> fetch_missed(gateway::LinkReport& report,
                               std::chrono::system_clock::time_point since, std::uint64_t epoch);
    async::Task<bool> list_channels();
    async::Task<bool> list_channels(std::string path, std::string key, std::string team);
    void note_owed(const std::set<std::string>& done);
    async::Task<std::size_t> fetch_owed(std::set<std::string>& done, std::uint64_t epoch);
    /// By time and id: the raw message.
    using Missed = std::map<std::pair<std::string, std::string>, std::string>;
    async::Task<Result<Missed>> ask_for_missed(std::string channel, std::string after);
    std::size_t take_missed(const std::string& channel, const Missed& messages);

    async::Executor executor_;
    LinkOptions options_;
    Account& account_;
    std::string team_;
    std::uint32_t number_;
    log::Logger log_;
    std::unique_ptr<gateway::SocketIoLink> socket_;
    std::optional<std::chrono::system_clock::time_point> heard_;
    Absence absence_;
    std::uint64_t epoch_ = 0;  ///< of connections: another number when one is over
    bool hung_up_ = false;
};

}  // namespace rookery::guilded
