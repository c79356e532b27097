#pragma once

#include "hostapi/instance.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace rookery::hostapi {

/// The account that each reload ends with: what arrived while no version could take it, what of it
/// reached the new version, and whether the state came along.
struct ReloadLedger {
    std::uint64_t held = 0;
    std::uint64_t delivered = 0;
    std::uint64_t lost = 0;
    std::uint64_t doubled = 0;
    std::uint64_t handed_over = 0;  ///< that waited for somebody's answer, and begin anew
    bool state_kept = false;
    Millis took{0};

    /// "held 214, delivered 214, lost 0, doubled 0, state kept, 12 ms"; with "handed over 1" behind
    /// "doubled 0" where some were.
    [[nodiscard]] std::string text() const;
};

/// What one step of a plan came to.
struct StepResult {
    std::string title;   ///< "script ping"
    std::string action;  ///< loaded, reloaded, unloaded, kept (a failed reload), failed, disabled
    std::string detail;  ///< the ledger line, or why not
    bool ok = false;
};

/// One extension as `rookery list` shows it.
struct ExtensionStatus {
    std::string kind, name, version, state, detail;
    std::uint64_t handled = 0, errors = 0, stops = 0, in_flight = 0, memory = 0, reloads = 0,
                  doubled = 0, filtered = 0, rest_calls = 0, rest_failures = 0, rest_waiting = 0,
                  rest_refused = 0;
    bus::LaneStats lane;
    bus::InterceptStats intercept;
    Millis busy{0};
    std::chrono::microseconds cpu{0};   ///< processor time of all its versions' threads
    Histogram::Summary run, latency;    ///< as of ExtensionCounters
    std::uint64_t refused_reloads = 0;  ///< after which the old version went on
    std::shared_ptr<const ExtensionCounters> counters;
};

/// Loads, reloads, restarts and unloads extensions of every kind, each step as a transaction:
/// whatever fails leaves the version that was answering. Steps run one at a time on the manager's
/// own thread and may block it; links and extensions go on meanwhile. post(), run(), list() from
/// any thread, the rest on the manager's thread.
class Manager {
  public:
    struct Options {
        Millis start_deadline{5'000};    ///< for an extension's start-up code
        Millis reload_deadline{10'000};  ///< for what the old version has in flight
        Millis stop_deadline{2'000};     ///< for an extension to let go
        unsigned most_restarts = 5;      ///< within restart_window; then it is quarantined
        Millis restart_window{600'000};
        std::function<Result<unsigned>(const std::string& title)>
            slot_for;                              ///< of the delivery ledger; any thread
        std::function<void()> changed;             ///< interest may have changed; manager thread
        Services services;                         ///< outlives the manager
        std::filesystem::path builtin;             ///< folder of what the runtime brings along
        CommandRegistry* commands = nullptr;       ///< as the next
        InteractionWatch* interactions = nullptr;  ///< outlives the manager; may be null
    };

    Manager(bus::EventBus& bus, Operations& operations, Options options);
    ~Manager();

    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    bool post(std::function<void()> task) { return thread_->post(std::move(task)); }

    /// Brings one kind to what is wanted: loads what is new, reloads what changed (by fingerprint),
    /// unloads what is gone, tries again what had failed. `progress` gets each step as it is done.
    using Progress = std::function<void(const StepResult&)>;
    std::vector<StepResult> apply(ExtensionHost& host, const std::vector<ExtensionSpec>& wanted,
                                  const Progress& progress = {});

    /// Reloads whether or not it changed; `spec` is the newest.
    StepResult reload(ExtensionHost& host, const ExtensionSpec& spec);

    StepResult unload(const std::string& title, const std::string& why);

    /// Runs code in the extension of that title ("script ping"). Error of the evaluation when there
    /// is none, or it does not run.
    /// A bot is about to begin anew with what it has not finished (Instance::expect_again). Any
    /// thread.
    void expect_again(const std::string& bot) const;

    void evaluate(const std::string& title, EvaluationPtr evaluation);

    /// Serves what waits until every lane is empty and nothing is in flight, or the deadline; then
    /// ends all. What could not be finished stays open in the delivery ledger. False when a thread
    /// was left behind.
    bool stop_all(Millis drain_deadline);

    [[nodiscard]] std::vector<ExtensionStatus> list() const;
    /// What it is doing, for people; empty: nothing.
    [[nodiscard]] std::string busy() const { return thread_->busy(); }
    /// How many threads hang in extension code and were given up.
    [[nodiscard]] std::size_t abandoned() const noexcept { return abandoned_.load(); }

  private:
    enum class State : std::uint8_t { active, failed, restarting, quarantined };
    struct Record {
        std::string kind;
        ExtensionSpec spec;
        ExtensionHost* host = nullptr;
        unsigned slot = 0;
        State state = State::failed;
        std::string detail;
        std::shared_ptr<Instance> instance;
        std::shared_ptr<ExtensionHistory> history = std::make_shared<ExtensionHistory>();
        std::vector<SteadyTime> restarts;
        std::uint64_t reloads = 0;
        std::uint64_t refused_reloads = 0;
    };
    using RecordPtr = std::shared_ptr<Record>;

    [[nodiscard]] RecordPtr find(const std::string& title) const;
    [[nodiscard]] std::shared_ptr<Instance> make_instance(const RecordPtr& record,
                                                          const ExtensionSpec& spec);
    StepResult load_new(ExtensionHost& host, const ExtensionSpec& spec);
    StepResult replace(const RecordPtr& record, const ExtensionSpec& spec, int tries = 3);
    StepResult revive(const RecordPtr& record, const ExtensionSpec& spec, const char* action);
    [[nodiscard]] Result<bool> hand_state(Instance& old, Instance& next);
    [[nodiscard]] ReloadLedger settle(const RecordPtr& record, Instance& next, std::uint64_t held,
                                      std::uint64_t doubled_before) const;
    static bool wait_idle(const std::vector<RecordPtr>& records, Millis deadline);
    void on_failed(const std::shared_ptr<Instance>& instance, const std::string& reason);
    void start_again(const RecordPtr& record, const std::string& reason);
    void restart(const RecordPtr& record);
    void end(const std::shared_ptr<Instance>& instance, bus::Lane::Rest rest);
    void keep_commands(const std::string& title) const;
    StepResult report(StepResult step, const log::Logger& log) const;

    bus::EventBus& bus_;
    Operations& operations_;
    const Options options_;
    mutable std::mutex
        mutex_;  ///< the records as list() reads them; written on the manager's thread only
    std::map<std::string, RecordPtr, std::less<>> records_;
    std::atomic<std::size_t> abandoned_{0};
    bool stopping_ = false;
    std::shared_ptr<Worker> thread_;
};

}  // namespace rookery::hostapi
