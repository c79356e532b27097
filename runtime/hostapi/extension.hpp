#pragma once

#include "base/histogram.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "bus/event_bus.hpp"
#include "hostapi/capabilities.hpp"
#include "hostapi/commands.hpp"
#include "hostapi/evaluation.hpp"
#include "hostapi/event_effects.hpp"
#include "hostapi/event_times.hpp"
#include "hostapi/guild_settings.hpp"
#include "hostapi/interaction_watch.hpp"
#include "hostapi/kv.hpp"
#include "hostapi/manifest.hpp"
#include "hostapi/metrics.hpp"
#include "hostapi/operations.hpp"
#include "hostapi/rest_budget.hpp"
#include "hostapi/scope.hpp"
#include "hostapi/serving.hpp"
#include "hostapi/web.hpp"
#include "hostapi/worker.hpp"
#include "model/event.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rookery::hostapi {

/// What an extension is held to. Zero means without limit.
struct ExtensionLimits {
    Millis time_limit{250};      ///< one uninterrupted run of a script handler
    Millis wait_limit{300'000};  ///< a handler as a whole, waits included
    std::size_t memory_limit = std::size_t{64} << 20U;  ///< of a script's state
    bus::LaneLimits queue;
    RestRate rest;        ///< operations that it may ask for, interaction answers aside
    RestRate rest_guild;  ///< of these, for each guild
    std::size_t kv_limit = std::size_t{256} << 20U;  ///< of stored keys and values
};

/// A file that was found, and how the TOML wants it run.
struct ExtensionSpec {
    std::string name;            ///< "ping": file stem or folder name, unique for each kind
    std::filesystem::path path;  ///< the .so, the .lua, or the folder's init.lua
    std::string fingerprint;     ///< of the content (all files of a folder) and the settings
    nlohmann::json settings =
        nlohmann::json::object();  ///< the free keys of [plugins.NAME] or [scripts.NAME]
    /// Where they stand: "bot.toml:12:9" by path ("channels.0"); "": the section.
    std::map<std::string, std::string, std::less<>> places;
    ExtensionLimits limits;
    Capabilities::Grants grants;
};

/// State that one version hands to the next.
struct SavedState {
    std::uint32_t version = 0;
    std::string data;
};

/// Counters of one extension, kept across its instances. Any thread.
struct ExtensionCounters {
    std::atomic<std::uint64_t> handled{0};    ///< events finished
    std::atomic<std::uint64_t> filtered{0};   ///< of these, no handler's filter took them
    std::atomic<std::uint64_t> errors{0};     ///< handlers that failed
    std::atomic<std::uint64_t> stops{0};      ///< hard stops and exceeded waits
    std::atomic<std::uint64_t> in_flight{0};  ///< events begun and not finished
    std::atomic<std::uint64_t> memory{0};     ///< bytes, where the host can tell

    std::atomic<std::uint64_t> rest_calls{0};     ///< operations asked for
    std::atomic<std::uint64_t> rest_failures{0};  ///< of these, how many failed
    std::atomic<std::uint64_t> rest_waiting{0};   ///< that wait for the budget at the moment
    std::atomic<std::uint64_t> rest_refused{0};   ///< for which it had no room in time
    Histogram run;      ///< how long an event's handlers ran until they returned or waited
    Histogram latency;  ///< from an event's arrival until all its handlers were done
    EventTimes times;   ///< the same, by type

    void took(model::EventType type, Histogram::Duration duration) noexcept {
        latency.record(duration);
        times.record(type, duration);
    }
};

/// Times one event's run on the worker thread: what is finished within it needs no look at the
/// clock of its own. One at a time on a thread.
class TimedRun {
  public:
    TimedRun(const model::Event& event, ExtensionCounters& counters, SteadyTime begun) noexcept;
    TimedRun(const TimedRun&) = delete;
    TimedRun& operator=(const TimedRun&) = delete;
    ~TimedRun();

    /// The run is over; when that was.
    SteadyTime end() noexcept;

  private:
    friend class Ticket;
    static TimedRun*& current() noexcept;

    const model::Event* event_;
    SteadyTime received_;
    model::EventType type_;
    ExtensionCounters& counters_;
    SteadyTime begun_;
    bool finished_ = false;
};

/// One event on its way through one extension instance. finish() says that every handler is done
/// with it; a ticket that is dropped without it leaves the delivery open, to be repeated after a
/// restart. Movable; belongs to the worker thread.
///
/// A ticket of an interception says at its end what becomes of the event: it goes on, unless stop()
/// was called. One that is dropped lets the event go on.
class Ticket {
  public:
    struct Interception {
        bus::InterceptStage* stage;
        bus::InterceptStage::Visit visit;
    };

    Ticket() = default;
    /// `watch` (may be null) is told of the end as `owner`'s; both outlive the ticket.
    Ticket(model::EventPtr event, unsigned slot, std::shared_ptr<ExtensionCounters> counters,
           InteractionWatch* watch = nullptr, const std::string* owner = nullptr);
    Ticket(model::EventPtr event, Interception interception,
           std::shared_ptr<ExtensionCounters> counters, InteractionWatch* watch = nullptr,
           const std::string* owner = nullptr);
    Ticket(Ticket&& other) noexcept = default;
    Ticket& operator=(Ticket&& other) noexcept;
    ~Ticket();

    [[nodiscard]] const model::EventPtr& event() const noexcept { return event_; }
    /// What is stored on behalf of the event; null once the ticket is over. Lives until then.
    [[nodiscard]] EventEffects* effects();
    /// The event has been handled before, in part. Before effects().
    void set_repeated() noexcept { repeated_ = true; }
    /// The same event, delivered again by the bot that has taken the place of its own: that it is
    /// finished is said to this delivery.
    void deliver_again(Ticket again) noexcept;
    /// The event as it was delivered last.
    [[nodiscard]] const model::EventPtr& delivered() const noexcept {
        return again_ != nullptr ? again_ : event_;
    }
    void finish() noexcept;
    /// The same, when no handler's filter took the event.
    void pass() noexcept;

    /// Nobody else is to get the event; false when it is no interception. Takes effect at the end.
    bool stop() noexcept;

  private:
    void leave() noexcept;
    void note_end() const noexcept;

    model::EventPtr event_;
    model::EventPtr again_;  ///< see deliver_again()
    unsigned slot_ = 0;
    std::shared_ptr<ExtensionCounters> counters_;
    InteractionWatch* watch_ = nullptr;
    const std::string* owner_ = nullptr;
    std::optional<Interception> interception_;
    bool stopped_ = false;
    bool repeated_ = false;
    std::unique_ptr<EventEffects> effects_;  ///< null: none so far
};

/// What an instance gets from the runtime. All of it is used on the instance's worker thread,
/// except where said; it lives as long as the instance.
struct ExtensionContext {
    ExtensionSpec spec;
    log::Logger log;  ///< any thread
    Worker* worker = nullptr;
    Scope* scope = nullptr;
    std::shared_ptr<ExtensionCounters> counters;  ///< any thread

    /// Adds the event (by name, "discord:RAW_NAME" or "*") to what the instance receives; owned by
    /// the scope. Error invalid for a name that does not exist, with the nearest one.
    std::function<Result<EffectId>(std::string_view event)> subscribe;

    /// The instance decides on events of that name before others get them: Extension::intercept()
    /// is called with `tag`. The higher `priority` decides first. Owned by the scope. Errors: as
    /// subscribe(), limit. May be null.
    struct Interception {
        EffectId effect = 0;
        std::uint64_t tag = 0;
    };
    std::function<Result<Interception>(std::string_view event, std::int32_t priority)> intercept;

    /// Calls an operation of the schema. `done` runs on the worker thread, never before call()
    /// returns, and not at all once the instance has been stopped. Arguments are checked by the
    /// callee.
    std::function<void(OperationCall call, OperationDone done)> call;

    /// Declares an application command, in the form of read_command(); owned by the scope. `where`
    /// says where it is declared, for people. Errors of CommandRegistry::declare(). May be null.
    std::function<Result<EffectId>(const nlohmann::json& command, std::string where)> declare;

    /// A handler, named for people, begins with an interaction. May be null.
    std::function<void(const model::Event& event, std::string_view handler)> begun;

    Commands* commands = nullptr;       ///< null: there are none
    const Kv* kv = nullptr;             ///< null: there is no store
    Web* web = nullptr;                 ///< null: there is no way out
    GuildSettings* settings = nullptr;  ///< null: none are kept
    Metrics* metrics = nullptr;         ///< null: nothing is counted
    Serving* server = nullptr;          ///< null: nothing is served

    /// The instance is beyond repair (a hard stop took its state): the manager replaces it with a
    /// fresh one, later each time, and gives up after several. The instance must not be entered
    /// again. Any thread.
    std::function<void(std::string reason)> failed;
};

/// One running version of a plugin or a script. Every member is called on the worker thread, and
/// none after stop(), except the destructor, which the last owner runs.
class Extension {
  public:
    Extension() = default;
    Extension(const Extension&) = delete;
    Extension& operator=(const Extension&) = delete;
    virtual ~Extension() = default;

    /// Runs the extension's own start-up code, which makes its registrations. An error leaves
    /// nothing behind but what the scope can undo.
    [[nodiscard]] virtual Result<> start() = 0;

    /// Hands the event to every handler that wants it. The ticket is finished when all of them are
    /// done, now or later. Nothing that a handler does may escape.
    virtual void handle(Ticket ticket) = 0;

    /// Hands the event to the one handler that was registered as the interception `tag`; as
    /// handle() otherwise. Whoever intercepts nothing is never asked.
    virtual void intercept(Ticket ticket, std::uint64_t tag) {
        static_cast<void>(tag);
        ticket.finish();
    }

    /// State for the next version; nullopt when the extension keeps none.
    [[nodiscard]] virtual Result<std::optional<SavedState>> save() = 0;
    /// After start(), before the first event. An error refuses the reload.
    [[nodiscard]] virtual Result<> load(const SavedState& state) = 0;

    /// Events begun and not finished.
    [[nodiscard]] virtual std::size_t in_flight() const = 0;

    /// Runs somebody's code in the extension's state, where it has one for that; it may go on after
    /// the return.
    virtual void evaluate(EvaluationPtr evaluation) {
        evaluation->finish(Error(ErrorKind::invalid, "code can be evaluated in scripts only"));
    }

    /// Cancels whatever still waits and forgets the tickets of events in flight as `rest` says,
    /// then undoes what the scope does not hold.
    virtual void stop(bus::Lane::Rest rest) = 0;

    /// Version of the extension itself, as it declares it; empty when it does not.
    [[nodiscard]] virtual std::string version() const { return {}; }
};

/// One kind of extension: finds files, and turns a file into an instance. Manager thread.
class ExtensionHost {
  public:
    ExtensionHost() = default;
    ExtensionHost(const ExtensionHost&) = delete;
    ExtensionHost& operator=(const ExtensionHost&) = delete;
    virtual ~ExtensionHost() = default;

    /// "plugin" or "script".
    [[nodiscard]] virtual std::string_view kind() const noexcept = 0;

    /// Name, path and content fingerprint of everything in the folder, sorted by name.
    /// A missing folder is empty.
    [[nodiscard]] virtual Result<std::vector<ExtensionSpec>> discover(
        const std::filesystem::path& dir) const = 0;

    /// What the file says of itself, read without running any of its code; an empty one when it
    /// says nothing. Errors of parse_manifest().
    [[nodiscard]] virtual Result<Manifest> manifest(const ExtensionSpec& /*spec*/) const {
        return Manifest{};
    }

    /// What can be said of it without copying or preparing anything: its syntax, its ELF file.
    [[nodiscard]] virtual Result<> check(const ExtensionSpec& /*spec*/) const { return {}; }

    /// Copies, checks (ELF and ABI, syntax) and prepares, running none of the extension's code.
    [[nodiscard]] virtual Result<std::unique_ptr<Extension>> stage(ExtensionContext context) = 0;
};

}  // namespace rookery::hostapi
