#pragma once

#include "hostapi/command_registry.hpp"
#include "hostapi/extension.hpp"
#include "hostapi/hands_over.hpp"
#include "hostapi/instance_commands.hpp"
#include "hostapi/rest_line.hpp"
#include "hostapi/seen_window.hpp"
#include "hostapi/services.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rookery::hostapi {

/// What all versions of one extension share: its counters, and the witness of what was handled.
struct ExtensionHistory {
    std::shared_ptr<ExtensionCounters> counters = std::make_shared<ExtensionCounters>();
    std::map<model::BotId, SeenWindow> seen;
    RestBudget rest;
    std::atomic<std::uint64_t> doubled{0};
    std::atomic<std::int64_t> cpu_before{0};  ///< microseconds, of the versions that are over

    /// Events in hand, by bot and dedupe key, whose bot has begun anew: they come again.
    std::mutex again_mutex;
    std::set<std::pair<std::string, std::string>> again;
    std::atomic<bool> expects_again{false};  ///< there are some
};

/// One version of one extension with its thread, lane and scope. Shared with its thread: whoever
/// lets go last ends it, so that a hung one costs a thread and its memory but nothing dangles.
class Instance : public std::enable_shared_from_this<Instance> {
  public:
    struct Parts {
        ExtensionSpec spec;
        bool builtin = false;  ///< a part of the runtime: its commands give way to others
        std::string kind;
        unsigned slot = 0;
        /// The second slot, of an extension that intercepts; any thread. Null: it may not.
        std::function<Result<unsigned>()> intercept_slot;
        std::shared_ptr<ExtensionHistory> history;
        bus::EventBus* bus = nullptr;
        Operations* operations = nullptr;
        InteractionWatch* interactions = nullptr;  ///< may be null
        CommandRegistry* commands = nullptr;       ///< may be null
        Services services;
        std::function<void(const std::shared_ptr<Instance>&, std::string reason)> failed;
    };

    static std::shared_ptr<Instance> make(Parts parts);
    ~Instance();

    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    /// Manager thread. Stages and starts; on an error nothing of it is left, on a hang the thread
    /// is abandoned.
    [[nodiscard]] Result<> start(ExtensionHost& host, Millis deadline);

    /// Manager thread; each waits for the worker at most until `deadline`.
    [[nodiscard]] Result<std::optional<SavedState>> save(Millis deadline);
    [[nodiscard]] Result<> load(const SavedState& state, Millis deadline);

    /// Manager thread. Takes part from now on; no longer takes part.
    void attach();
    void detach();
    /// Takes the place of `from` in one step, with what waits for it; how many events that are.
    std::size_t take_over(Instance& from);
    /// Calls of the server that it has begun and not finished.
    [[nodiscard]] std::size_t serving() const {
        return served_ == nullptr ? 0 : served_->under_way();
    }
    /// Events that wait, interceptions included.
    [[nodiscard]] std::size_t queued() const;
    /// The lane of what it intercepts; null when it intercepts nothing. Any thread.
    [[nodiscard]] std::shared_ptr<bus::Lane> intercept_lane() const;

    /// Begins to hand the lane's events to the extension, whose commands, routes and namespaces are
    /// now those of this version; hold() stops that after the events at hand.
    /// Before them come events that the version before has given up.
    void release(std::vector<model::EventPtr> given_up = {});
    void hold();
    /// Held, with nothing in flight: waits for it. False when the deadline passed.
    [[nodiscard]] bool drain(Millis deadline);
    /// After that, if still nothing is in flight: gives up the events of which the handlers only
    /// wait for somebody's answer (HandsOver), for the next version's release(). nullopt when
    /// something goes on meanwhile, a question whose answer has come: nothing is given up then.
    [[nodiscard]] std::optional<std::vector<model::EventPtr>> give_up(Millis deadline);
    /// What keeps drain(), for people; "" when that cannot be told.
    [[nodiscard]] std::string busy_with(Millis deadline);

    /// The bot of that name is about to begin anew: what of its events the extension has in hand
    /// comes again, and is not handled a second time. Any thread.
    void expect_again(const std::string& bot);

    /// Stops the extension, undoes its scope, ends its thread, takes the lane off the bus. False
    /// when the thread had to be abandoned. Calling it again does nothing.
    bool end(bus::Lane::Rest rest, Millis deadline);

    /// Manager thread; answers later, on whichever thread.
    void evaluate(EvaluationPtr evaluation);

    [[nodiscard]] const ExtensionSpec& spec() const noexcept { return parts_.spec; }
    [[nodiscard]] const std::shared_ptr<bus::Lane>& lane() const noexcept { return lane_; }
    [[nodiscard]] const std::string& version() const noexcept { return version_; }
    [[nodiscard]] Millis busy_for() const noexcept { return worker_->busy_for(); }
    /// Processor time of this version's thread.
    [[nodiscard]] std::chrono::microseconds cpu_time() const noexcept {
        return worker_->cpu_time();
    }
    [[nodiscard]] log::Logger logger() const { return log_; }
    /// "script ping"
    [[nodiscard]] const std::string& title() const noexcept { return title_; }

  private:
    explicit Instance(Parts parts);
    [[nodiscard]] Result<> prepare(const ExtensionHost& host);
    [[nodiscard]] Result<> open_services();
    [[nodiscard]] ExtensionContext context();
    void handle(model::EventPtr event);
    [[nodiscard]] bool take_again(const model::EventPtr& event);
    void take(model::EventPtr event, HandsOver* anew = nullptr);
    void decide(model::EventPtr event);
    [[nodiscard]] Result<ExtensionContext::Interception> intercept(std::string_view event,
                                                                   std::int32_t priority);
    [[nodiscard]] Result<std::shared_ptr<bus::Lane>> open_intercept_lane();
    void close_lanes(bus::Lane::Rest rest);
    void call(OperationCall call, OperationDone done);
    void send(OperationCall call, OperationDone done);
    void open_commands();
    void run_rest_line();
    void wake_rest_line(SteadyTime when);
    [[nodiscard]] Result<EffectId> subscribe(std::string_view event);
    [[nodiscard]] Result<EffectId> declare(const nlohmann::json& command, std::string where);
    void finish_on_thread(bus::Lane::Rest rest);

    Parts parts_;
    const std::string title_ = parts_.kind + " " + parts_.spec.name;
    const CommandRegistry::Session session_;
    log::Logger log_;
    std::shared_ptr<bus::Lane> lane_;
    mutable std::mutex intercept_mutex_;  ///< of the next two
    std::shared_ptr<bus::Lane> intercept_lane_;
    bool attached_ = false;
    std::uint64_t interceptions_ = 0;  ///< worker thread: made so far
    std::shared_ptr<Worker> worker_;
    RestLine rest_line_;      ///< worker thread
    TimerId rest_timer_ = 0;  ///< worker thread
    Scope scope_;
    Capabilities capabilities_;  ///< before the worker enters the extension
    std::optional<Kv> kv_;
    std::optional<Web> web_;
    std::optional<GuildSettings> settings_;
    std::optional<Metrics> metrics_;
    std::shared_ptr<ServerSession> served_;
    std::optional<Serving> serving_;
    std::optional<InstanceCommands> declared_;
    std::unique_ptr<Extension> extension_;
    std::string version_;
    bool finished_ = false;  ///< worker thread: finish_on_thread() ran
    std::atomic<bool> ended_{false};
};

}  // namespace rookery::hostapi
