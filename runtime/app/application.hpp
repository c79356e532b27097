#pragma once

#include "app/bots.hpp"
#include "app/command_service.hpp"
#include "app/control_server.hpp"
#include "app/event_tail.hpp"
#include "app/extensions.hpp"
#include "app/interaction_service.hpp"
#include "app/press_service.hpp"
#include "app/run.hpp"
#include "app/server_service.hpp"
#include "app/status_text.hpp"
#include "app/web_service.hpp"
#include "async/task_group.hpp"
#include "bus/event_bus.hpp"
#include "gateway/bot.hpp"
#include "hostapi/command_desk.hpp"
#include "hostapi/operations.hpp"
#include "sim/simulator.hpp"
#include "store/kv.hpp"
#include "store/state_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rookery::app {

/// The composition root: makes the parts, hands them to one another, and takes them down in
/// reverse. The thread that calls run() becomes the io thread, on which bots, REST, control socket
/// and signals live.
class Application {
  public:
    explicit Application(RunOptions options);
    ~Application();

    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    /// The exit code.
    int run();

  private:
    friend class Embedded;
    using BotPtr = std::unique_ptr<gateway::Bot>;
    /// What a reload came to, step by step.
    using Progress = std::function<void(const std::string&)>;

    [[nodiscard]] Result<> prepare();
    [[nodiscard]] Result<> start_simulator();
    void make_server();
    [[nodiscard]] Result<> start_server();
    [[nodiscard]] hostapi::Services services();
    [[nodiscard]] Result<BotPtr> make_bot(const config::BotSection& section);
    void add_bot(BotPtr bot);
    [[nodiscard]] gateway::Bot* find_bot(const std::string& name);
    void load_extensions();
    [[nodiscard]] Result<> open_commands();
    /// What the configuration says of the commands of each bot holds from now on. Any thread.
    [[nodiscard]] hostapi::FactCache::Keeper keeper();
    void set_command_rules(const config::Config& config);
    void start_bots();
    void interest_changed();
    /// Tells which bots have begun a new session since the last call, and what for, and gives their
    /// names. Not on the io thread.
    std::vector<std::string> tell_new_sessions(const Progress& progress);

    void watch_signals();
    void on_signal(int number);
    void answer(const nlohmann::json& request, const ControlReplyPtr& reply);
    void answer_tail(const nlohmann::json& request, const ControlReplyPtr& reply);
    void answer_eval(const nlohmann::json& request, const std::string& name,
                     const ControlReplyPtr& reply);
    void answer_commands(const std::string& what, const ControlReplyPtr& reply);
    void answer_metrics(const ControlReplyPtr& reply);
    void answer_keys(const nlohmann::json& request, const ControlReplyPtr& reply);
    void answer_extension(const std::string& command, const std::string& name,
                          const ControlReplyPtr& reply);
    [[nodiscard]] Snapshot snapshot() const;
    void log_status() const;
    [[nodiscard]] server::RuntimeMetrics measure() const;
    /// Whether everything works; `done` runs on any thread.
    void check_ready(std::function<void(server::Readiness)> done) const;

    struct Reloaded {
        bool good = true;               ///< nothing failed
        std::vector<std::string> bots;  ///< that connect anew for it
    };
    /// Manager thread: rereads the TOML, plans, carries the plan out.
    Reloaded reload(const Progress& progress);
    void show_plan(const config::Diff& diff, const Progress& progress) const;
    [[nodiscard]] bool replace_bots(const config::Config& next, const config::Changes& changes,
                                    const Progress& progress);
    /// Says goodbye, waits (bounded) until what it had published is handled, and forgets it.
    [[nodiscard]] async::Task<> end_bot(const std::string& name);
    [[nodiscard]] async::Task<> swap_bots(const config::Config* next,
                                          const config::Changes* changes,
                                          std::vector<std::string>* failures);

    void stop(const std::string& why);
    [[nodiscard]] async::Task<> shut_down();
    [[nodiscard]] async::Task<> drain_server();
    [[nodiscard]] async::Task<bool> stop_extensions();

    RunOptions options_;
    config::Config config_;  ///< replaced by a reload; manager thread, once it runs
    SteadyTime started_ = std::chrono::steady_clock::now();
    std::optional<store::StateDir> state_;
    std::unique_ptr<store::KvStore> kv_;
    std::optional<hostapi::GuildBooks> guild_books_;
    std::unique_ptr<hostapi::CommandDesk> command_desk_;
    hostapi::MetricBook metrics_;
    std::unique_ptr<sim::Simulator> own_simulator_;
    sim::Simulator* simulator_ = nullptr;  ///< null: none
    bus::EventBus bus_;
    EventTails tails_{bus_};
    hostapi::Operations operations_;
    boost::asio::io_context io_{1};
    InteractionService interactions_{io_, bus_, operations_, options_.around.time};
    SystemClock system_clock_;
    std::unique_ptr<PressService> presses_;
    std::unique_ptr<CommandService> commands_;
    boost::asio::signal_set signals_{io_};
    boost::asio::steady_timer end_timer_{io_};
    BotFactory factory_{io_.get_executor(), bus_};
    std::vector<BotPtr> bots_;  ///< io thread
    /// What the new sessions that bots have begun were for: intents by the bot's name. io thread.
    std::map<std::string, std::set<std::string>> new_sessions_;
    bool bots_started_ = false;
    bool stopping_ = false;
    bool swapping_ = false;  ///< a reload is exchanging bots
    bool clean_ = true;      ///< no thread had to be left behind
    std::unique_ptr<ControlServer> control_;
    std::unique_ptr<WebService> web_;
    std::unique_ptr<ServerService> server_;
    std::unique_ptr<Extensions> extensions_;
    async::TaskGroup tasks_{io_.get_executor(), "app"};
};

}  // namespace rookery::app
