#pragma once

#include "async/task_group.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "gateway/intake.hpp"
#include "gateway/socketio_link.hpp"
#include "gateway/supervisor.hpp"
#include "platform/whatsapp/api.hpp"
#include "platform/whatsapp/translator.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace rookery::whatsapp {

struct SessionOptions {
    std::string bot;  ///< its name, for people
    std::string url;  ///< of the engine: "http://host:3000"
    std::string ns = "/api/events";
    Secret key;
    std::string session;  ///< as ApiOptions::session
    net::ConnectOptions connect;
    std::size_t gap_messages = 200;  ///< of one chat
    std::size_t gap_chats = 50;
    std::function<void(std::string_view)> show;  ///< may be empty
    std::function<bool()> congested;  ///< nothing should be read for a moment; may be empty
};

/// A bridge's event stream: joins the namespace, subscribes, reads. After a gap it fetches what the
/// bridge has kept of the chats that went on meanwhile, and tries until
/// it has it, over connections and processes. Shows the codes that pair the account.
/// What it refers to outlives it. io thread.
class Session final : public gateway::LinkSession {
  public:
    Session(async::Executor executor, SessionOptions options, Api& api, Directory& directory,
            gateway::Intake& intake, log::Logger log);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    [[nodiscard]] async::Task<gateway::LinkEnd> run(gateway::LinkReport& report) override;
    void hang_up(bool cut) override;
    /// Ends what goes on beside the connection; nothing is published afterwards.
    [[nodiscard]] async::Task<> close();

    [[nodiscard]] std::uint64_t malformed() const noexcept { return malformed_; }

  private:
    [[nodiscard]] async::Task<gateway::LinkEnd> talk(gateway::LinkReport& report);
    [[nodiscard]] async::Task<gateway::LinkEnd> read(gateway::LinkReport& report);
    [[nodiscard]] async::Task<gateway::LinkEnd> sent_away();
    [[nodiscard]] async::Task<Result<>> subscribe();
    [[nodiscard]] async::Task<> ask_state();
    [[nodiscard]] async::Task<> fill_gap(std::int64_t since, std::uint64_t which);
    [[nodiscard]] async::Task<bool> look_around(std::optional<std::int64_t> since,
                                                std::set<std::string>& done, std::uint64_t which);
    [[nodiscard]] async::Task<bool> fetch_chat(std::string chat, std::int64_t since);
    [[nodiscard]] bool is_current(std::uint64_t which) const noexcept;
    [[nodiscard]] bool is_congested() const;
    void note_gap(gateway::LinkReport& report);
    void take(const gateway::SocketIoMessage& message);
    void tell(std::string_view name, const Json& argument);
    void publish(const Happening& made);
    void account(const AccountNews& news);
    void show(const std::string& text);
    struct Shown {
        std::string text;
        SteadyTime at;
    };
    [[nodiscard]] static bool is_new(Shown& last, const std::string& text);

    async::Executor executor_;
    SessionOptions options_;
    Api& api_;
    Directory& directory_;
    gateway::Intake& intake_;
    log::Logger log_;
    Translator translator_;
    std::unique_ptr<gateway::SocketIoLink> link_;
    gateway::LinkReport* report_ = nullptr;  ///< while connected
    Shown shown_qr_;
    Shown shown_code_;
    std::uint64_t gaps_ = 0;    ///< connections so far: whose gap is being fetched
    std::uint64_t bytes_ = 0;   ///< of the link, told already
    std::uint64_t frames_ = 0;  ///< the same
    std::uint64_t malformed_ = 0;
    bool closed_ = false;
    async::TaskGroup tasks_;
};

}  // namespace rookery::whatsapp
