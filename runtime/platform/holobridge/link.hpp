#pragma once

#include "async/task_group.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "gateway/intake.hpp"
#include "gateway/socketio_link.hpp"
#include "gateway/supervisor.hpp"
#include "platform/holobridge/api.hpp"
#include "platform/holobridge/operations.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::holobridge {

struct LinkOptions {
    std::string bot;  ///< our name
    std::string url;  ///< "http://host:3000"
    Secret key;
    std::vector<std::string> guilds;  ///< to subscribe to; empty: all that the key may see
    net::ConnectOptions connect;
    std::function<bool()> congested;  ///< nothing should be read for a moment
    Millis refresh{2'000};  ///< the first time that guilds are looked for again; it doubles
};

/// The event side of a HoloBridge, or of another Rookery: one Socket.IO connection, guilds
/// subscribed to in portions. With a Rookery it says of each stream (bot and guild) up to where it
/// has got, and gets what it missed; the numbers outlive the process in the intake's cursors. With
/// a HoloBridge everything between two connections is a gap. io thread.
class Link final : public gateway::LinkSession {
  public:
    /// All outlive it.
    Link(const async::Executor& executor, LinkOptions options, Api& api, gateway::Intake& intake,
         log::Logger log);
    ~Link() override;

    [[nodiscard]] async::Task<gateway::LinkEnd> run(gateway::LinkReport& report) override;
    void hang_up(bool cut) override;
    /// When run() has ended for good.
    [[nodiscard]] async::Task<> close();

    [[nodiscard]] Upstream upstream() const noexcept { return upstream_; }
    [[nodiscard]] std::size_t guilds() const noexcept { return subscribed_.size(); }

  private:
    using Message = gateway::SocketIoMessage;
    /// What one `subscribe` asks for.
    struct Portion {
        std::vector<std::string> guilds;
        bool newcomer = false;  ///< its guilds were joined just now
    };

    [[nodiscard]] async::Task<Result<>> open(gateway::LinkReport& report);
    [[nodiscard]] async::Task<gateway::LinkEnd> read(gateway::LinkReport& report);
    [[nodiscard]] async::Task<> look_for_guilds();
    [[nodiscard]] gateway::LinkEnd end_of(const Error& error) const;

    void want(std::vector<std::string> guilds, bool newcomer);
    void ask_next();
    [[nodiscard]] bool is_whole(std::string_view guild) const;
    [[nodiscard]] nlohmann::json since_of(const Portion& portion) const;
    void take(const Message& message, gateway::LinkReport& report, SteadyTime now);
    void take_gap(const Message& message, gateway::LinkReport& report);
    void take_event(const Message& message, gateway::LinkReport& report, SteadyTime now);
    void take_envelope(std::string_view text, gateway::LinkReport& report, SteadyTime now);
    void take_answer(const Message& message, gateway::LinkReport& report);
    [[nodiscard]] bool take_numbers(const nlohmann::json& answer, gateway::LinkReport& report);
    void become_ready(gateway::LinkReport& report, bool resumed);
    [[nodiscard]] bool recovered() const;
    void missed(gateway::LinkReport& report, const std::string& what);
    void note_bot(std::string_view name);
    [[nodiscard]] std::string cursor_name(std::string_view bot, std::string_view guild) const;

    const LinkOptions options_;
    Api& api_;
    gateway::Intake& intake_;
    log::Logger log_;
    async::Executor executor_;
    std::unique_ptr<gateway::SocketIoLink> link_;
    std::optional<protocol::socketio::Recovery> recovery_;
    Upstream upstream_ = Upstream::unknown;
    std::string epoch_;  ///< of the upstream's numbers; empty: not known
    std::string id_;     ///< ours, in what we pass on: an event that has it has been here
    std::vector<std::string> bots_;              ///< whose numbers we have
    std::deque<Portion> asking_;                 ///< the first is on its way
    std::set<std::string, std::less<>> queued_;  ///< in those behind it
    std::set<std::string, std::less<>> wanted_;
    std::set<std::string, std::less<>> subscribed_;
    std::optional<std::chrono::system_clock::time_point> lost_at_;
    bool ready_ = false;
    bool was_ready_ = false;  ///< in this process
    bool told_ring_ = false;
    bool resubscribe_ = false;  ///< once more for everything, when `asking_` is empty
    bool recounted_ = false;    ///< it has changed its epoch on this connection
    std::string give_up_;       ///< why the connection is to end; empty: it is not
    bool told_ = false;         ///< it has answered on this connection
    std::uint64_t connection_ = 0;
    async::TaskGroup tasks_;
};

}  // namespace rookery::holobridge
