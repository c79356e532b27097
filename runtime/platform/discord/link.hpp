#pragma once

#include "async/signal.hpp"
#include "async/task_group.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "gateway/bot.hpp"
#include "net/ws_client.hpp"
#include "platform/discord/api.hpp"
#include "platform/discord/dispatcher.hpp"
#include "platform/discord/gateway_commands.hpp"
#include "platform/discord/identify_gate.hpp"
#include "protocol/discord/inflater.hpp"
#include "protocol/discord/session_fsm.hpp"
#include "store/delivery_ledger.hpp"

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rookery::discord {

struct LinkOptions {
    Secret token;
    std::string gateway_url;  ///< empty: asked from the API
    std::string resume_url;  ///< stored sessions of other addresses are not resumed; empty: all are
    net::ConnectOptions connect;
    protocol::discord::Shard shard;
    protocol::discord::Compression compression = protocol::discord::Compression::none;
    Millis dispatch_timeout{0};  ///< 0: silence is not suspicious
    unsigned gateway_version = 10;
    bool can_resume = true;
    std::string presence;  ///< JSON text of op 3's `d`, shown from the start; empty: none
};

struct LinkCounters {
    std::uint64_t connects = 0;
    std::uint64_t identifies = 0;
    std::uint64_t resumes = 0;
    std::uint64_t gaps = 0;
    std::optional<gateway::Gap> last_gap;
    std::uint64_t bytes_in = 0;     ///< as received
    std::uint64_t bytes_plain = 0;  ///< of payloads, inflated
    std::optional<std::chrono::microseconds> latency;
    std::chrono::microseconds worst_beat_delay{0};
};

/// One shard's connection: carries out what the session machine says, and hands dispatches to the
/// dispatcher. io thread.
class Link {
  public:
    using Machine = protocol::discord::SessionFsm;
    struct Callbacks {
        /// A session has begun with the intents that were asked for; the text is READY's payload.
        std::function<void(std::string_view ready)> ready;
        /// Refused for good, with the close code (0 when it was none). Must not call the link.
        std::function<void(std::uint16_t code)> fatal;
    };

    Link(async::Executor executor, LinkOptions options, DiscordApi& api, IdentifyGate& gate,
         Dispatcher& dispatcher, bus::EventBus& bus, std::shared_ptr<store::DeliveryLedger> ledger,
         log::Logger log, Callbacks callbacks);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    /// `intents` is what the next identify asks for; a stored session is resumed only when
    /// `resume`.
    void start(protocol::discord::IntentRequest intents, bool resume);
    /// Ends the session and begins a new one with these intents; from a fatal state it tries again.
    void reidentify(protocol::discord::IntentRequest intents, const std::string& why);
    /// Begins to close, so that the session can be resumed.
    void stop();
    /// stop(), and returns when the connection has ended. The last call.
    [[nodiscard]] async::Task<> close();

    /// Operations that go over this connection.
    [[nodiscard]] GatewayCommands& commands() noexcept { return commands_; }

    [[nodiscard]] protocol::discord::State state() const noexcept;
    /// Why it is not ready, for people.
    [[nodiscard]] const std::string& detail() const noexcept { return detail_; }
    [[nodiscard]] std::uint64_t seq() const noexcept { return machine_ ? machine_->seq() : 0; }
    [[nodiscard]] const LinkCounters& counters() const noexcept { return counters_; }

  private:
    struct Connection;

    void step(const protocol::discord::Input& input);
    void perform(const protocol::discord::Action& action);
    void connect(std::string resume_url);
    void drop();
    void send(const std::string& payload);
    void send_urgent(const std::string& payload);
    void identify();
    void established(bool resumed);
    void note_gap();
    void arm(protocol::discord::Timer which, Millis delay);
    void request_slot();

    [[nodiscard]] async::Task<> run(std::shared_ptr<Connection> connection, std::string resume_url);
    [[nodiscard]] async::Task<Result<std::string>> base_url();
    [[nodiscard]] async::Task<Result<>> open(std::shared_ptr<Connection> connection,
                                             std::string base);
    [[nodiscard]] async::Task<> read(std::shared_ptr<Connection> connection);
    void on_message(const net::WsMessage& message, SteadyTime received);
    void on_payload(std::string_view payload, SteadyTime received);
    void on_dispatch(const protocol::discord::Envelope& envelope, std::string_view payload,
                     SteadyTime received);
    void bad_frame(const Error& error);

    async::Executor executor_;
    LinkOptions options_;
    DiscordApi& api_;
    IdentifyGate& gate_;
    Dispatcher& dispatcher_;
    bus::EventBus& bus_;
    std::shared_ptr<store::DeliveryLedger> ledger_;
    log::Logger log_;
    Callbacks callbacks_;
    protocol::discord::Intents intents_ = 0;
    std::optional<Machine> machine_;
    std::unique_ptr<protocol::discord::Inflater> inflater_;  ///< null: no compression
    std::shared_ptr<Connection> connection_;                 ///< the one whose news count
    std::array<boost::asio::steady_timer, protocol::discord::kTimerCount> timers_;
    IdentifyGate::Ticket slot_ = 0;  ///< the place in the line of identifies; 0: none
    std::string ready_;              ///< READY's payload, until the session is established
    GatewayCommands commands_;
    std::string detail_;
    bool failed_ = false;  ///< the newest connect
    LinkCounters counters_;
    std::optional<SteadyTime> heard_;         ///< when the session's latest payload came
    std::optional<std::uint64_t> heard_seq_;  ///< the number reached then; none: no former session
    async::Signal ended_;
    async::TaskGroup tasks_;
};

}  // namespace rookery::discord
