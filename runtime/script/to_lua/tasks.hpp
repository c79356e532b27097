#pragma once

#include "hostapi/evaluation.hpp"
#include "hostapi/extension.hpp"
#include "script/callback.hpp"
#include "script/error_log.hpp"
#include "script/event_slots.hpp"
#include "script/lua_state.hpp"

#include <lua.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rookery::script {

/// An event on its way through the handlers of one script.
struct Flight {
    hostapi::Ticket ticket;
    EventRef ref;
    std::uint32_t started = 0;  ///< handlers that were begun
    unsigned open = 0;          ///< handlers that are not done
    unsigned asking = 0;        ///< of these, that wait for somebody's answer, or are one
    bool active = false;
    bool answer = false;  ///< to a question: one of `open` is for whoever has asked
};

enum class Purpose : std::uint8_t {
    handler,
    interceptor,
    timer,
    spawned,
    main,
    save,
    load,
    evaluation,
    failure,  ///< the script's own handler of errors
    served,   ///< a Visit
};

/// One call that the server makes into the script. Lives until the function is done with it.
class Visit {
  public:
    Visit() = default;
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    virtual ~Visit() = default;

    /// Pushes what the function gets, at most seven values, once; how many they are. May raise Lua
    /// errors.
    virtual int push(lua_State* lua) = 0;
    /// The function's results are all that is on the stack. An error fails the function.
    virtual Result<> finish(lua_State* lua) = 0;
};

/// A function that has failed, for rookery.on_error.
struct TaskFailure {
    std::string message;
    std::string traceback;
    std::string handler;  ///< the function's label
    double task = 0;      ///< as Tasks::token() gives it
    std::optional<EventRef> event;
};

/// One run of a function of the script in a coroutine of its own.
struct Task {
    std::uint32_t index = 0;
    lua_State* thread = nullptr;
    int thread_ref = LUA_NOREF;
    Purpose purpose = Purpose::handler;
    CallbackPtr callback;
    Flight* flight = nullptr;
    std::uint32_t ordinal = 0;  ///< which handler of the flight it is
    std::uint32_t calls = 0;    ///< operations that it has asked for

    bool idle = false;       ///< the function has returned
    bool waiting = false;    ///< it has asked for something and yielded
    bool asking = false;     ///< what it waits for is somebody's answer
    bool cancelled = false;  ///< its waits have exceeded the limit, or the script has withdrawn it
    bool withdrawn = false;  ///< by the script
    std::uint32_t serial = 0;  ///< which of the runs of this task it is
    std::uint64_t parked = 0;  ///< key under which the script can wake it; 0: none
    std::uint64_t wait = 0;    ///< number of the wait at hand
    hostapi::TimerId sleep = 0;
    std::size_t call_bytes = 0;                    ///< held by the operation that it waits for
    std::optional<Result<nlohmann::json>> answer;  ///< of an operation
    SteadyTime deadline{};                         ///< for all its waits; zero until the first one

    const hostapi::SavedState* given = nullptr;     ///< for load
    std::optional<hostapi::SavedState> saved;       ///< by save
    std::uint64_t evaluation = 0;                   ///< which one it is; 0: none
    std::optional<TaskFailure> failure;             ///< for the handler of errors
    std::unique_ptr<Visit> visit;                   ///< of Purpose::served
    std::optional<hostapi::Invocation> invocation;  ///< of a handler of commands or presses
};

/// Its address, raised as an error, ends the function as if it had returned nothing.
inline constexpr char kLeave = 0;

/// Runs the script's functions in coroutines, which are used again and again, and resumes them when
/// what they wait for has come. All on the worker's thread; never from within Lua.
class Tasks {
  public:
    static constexpr std::size_t kMost = 10'000;
    /// Calls of one handler that are told apart.
    static constexpr std::uint32_t kMostCalls = 65'536;
    /// In place of a handler's ordinal, so that other handlers of the event may come and go: that
    /// of the handler of a command or press, and that of the answers to whoever caused it.
    static constexpr std::uint32_t kInvoked = 65'535;
    static constexpr std::uint32_t kAnswers = 65'534;
    static constexpr std::size_t kMostCallBytes = std::size_t{64} << 20U;

    /// `fatal` is called when the state is lost: with the reason, after everything has been put
    /// aside.
    Tasks(LuaState& state, const hostapi::ExtensionContext& context, EventSlots& events,
          ErrorLog& errors, std::function<void(std::string reason)> fatal);
    Tasks(const Tasks&) = delete;
    Tasks& operator=(const Tasks&) = delete;

    /// The function that every coroutine runs, from the top of the stack. Raises Lua errors.
    void set_driver(lua_State* lua) { driver_ = luaL_ref(lua, LUA_REGISTRYINDEX); }

    /// An event begins its way; the caller is one of its open ends.
    [[nodiscard]] Flight& open_flight(hostapi::Ticket ticket);
    void close_flight(Flight& flight);
    /// The event is an answer (Invocation::until_answered): its flight stays open so long.
    void keep_open(Flight& flight,
                   const std::function<void(std::shared_ptr<void> open)>& until_answered);

    /// Calls the function until it returns, waits or fails. A failure is logged and counted, save
    /// for the purposes main, save and load, where it is the caller's. `taken` is called once the
    /// function has been taken from the callback, which may then be removed.
    Result<> start(const CallbackPtr& callback, Purpose purpose, Flight* flight = nullptr,
                   const std::function<void()>& taken = {});
    /// Starts a handler of commands or presses, which the invocation is for. What fails is logged
    /// and counted.
    void invoke(const CallbackPtr& callback, Flight& flight, hostapi::Invocation invocation);
    /// Calls the function for the server. What fails is logged and counted.
    void serve(const CallbackPtr& callback, std::unique_ptr<Visit> visit);
    /// save and load: what the function is given, and what it returned.
    Result<std::optional<hostapi::SavedState>> exchange(const CallbackPtr& callback,
                                                        Purpose purpose,
                                                        const hostapi::SavedState* given);

    /// Runs the evaluator for it, which answers when the task is over, however it ends.
    void evaluate(const CallbackPtr& evaluator, hostapi::EvaluationPtr evaluation);
    /// Null when it is over.
    [[nodiscard]] hostapi::EvaluationPtr evaluation(std::uint64_t number) const;
    /// The task's evaluation has come to this.
    void answer(const Task& task, Result<hostapi::Evaluation::Outcome> outcome);

    /// From functions that Lua calls. The task that runs now, if `lua` is its own coroutine.
    [[nodiscard]] Task* running(lua_State* lua) const noexcept;
    /// Why the running coroutine may not wait; empty when it may.
    [[nodiscard]] std::string_view refusal_to_wait(lua_State* lua) const;
    void begin_sleep(Task& task, Millis delay);
    /// Waits until wake_parked(key), or so long; a negative time is without limit. `asking`: for
    /// somebody's answer.
    void begin_park(Task& task, Millis limit, std::uint64_t key, bool asking = false);
    /// Takes effect once the function that calls it has returned or waits.
    void wake_parked(std::uint64_t key);
    /// Names one run of a task; cancel() takes it.
    [[nodiscard]] static double token(const Task& task) noexcept;
    /// The wait at hand of that run fails with "cancelled", and it may not wait again; false when
    /// it is over or does not wait.
    bool cancel(double token);
    /// Is called with each TaskFailure but its own. Replaces the one before.
    void on_failure(CallbackPtr hook);
    /// The task waits for the one answer of what `begin` starts. The answer comes on the worker's
    /// thread, and not before `begin` has returned. Errors as begin_call().
    Result<> begin_answer(Task& task, std::size_t bytes,
                          const std::function<void(hostapi::OperationDone)>& begin);
    /// On behalf of the call's event, if it has one, under the call's number; else of the task's,
    /// numbered. Error limit when calls of kMostCallBytes wait already; `bytes` is what this one
    /// holds.
    Result<> begin_call(Task& task, hostapi::OperationCall call, std::size_t bytes);

    /// Expires when the flights are gone, however far they came.
    [[nodiscard]] std::weak_ptr<bool> flights_alive() const noexcept { return alive_; }

    /// Without those that only wait for somebody's answer.
    [[nodiscard]] std::size_t flights() const noexcept;
    /// The events of those; their handlers go no further, and stop() will leave their tickets open.
    [[nodiscard]] std::vector<model::EventPtr> give_up();
    /// As of hostapi::HandsOver.
    [[nodiscard]] std::vector<std::string> in_hand(std::string_view bot) const;
    void deliver_again(hostapi::Ticket& ticket);
    [[nodiscard]] std::string busy_with() const;
    [[nodiscard]] std::size_t live() const noexcept { return live_; }

    /// Ends every task; tickets in flight are finished or left open.
    void stop(bus::Lane::Rest rest);

  private:
    [[nodiscard]] Task* take();
    Result<> create_thread(Task& task);
    Result<> resume(Task& task);
    void begin_wait(Task& task);
    static void no_longer_asking(Task& task);
    void wake(std::uint32_t index, std::uint64_t wait);
    void settle(Task& task);
    void drop(Task& task);
    void end(Task& task);
    Result<> failed(Task& task);
    Result<> refuse_yield(Task& task);
    void tell(TaskFailure failure);
    void report(const Task& task, const std::string& text, const std::string& detail);
    void check_memory();
    void lose_state(std::string reason);
    void answered(Flight& flight);
    void watch_waits();
    void check_waits();
    void cancel_wait(Task& task);

    LuaState& state_;
    const hostapi::ExtensionContext& context_;
    EventSlots& events_;
    ErrorLog& errors_;
    std::function<void(std::string)> fatal_;
    std::shared_ptr<bool> alive_ =
        std::make_shared<bool>(true);  ///< for answers that come too late

    int driver_ = LUA_NOREF;
    std::uint64_t next_evaluation_ = 1;
    std::map<std::uint64_t, hostapi::EvaluationPtr> evaluations_;
    Task* running_ = nullptr;
    std::vector<std::unique_ptr<Task>> tasks_;
    std::vector<std::uint32_t> ready_;  ///< tasks without a function but with a coroutine
    std::vector<std::uint32_t> blank_;  ///< tasks without either
    std::size_t live_ = 0;
    std::size_t call_bytes_ = 0;
    std::uint64_t next_wait_ = 1;
    std::vector<std::unique_ptr<Flight>> flight_storage_;
    std::vector<Flight*> free_flights_;
    std::size_t active_flights_ = 0;

    std::set<std::pair<SteadyTime, std::uint32_t>>
        limits_;  ///< of the tasks that have waited, and their index
    hostapi::TimerId limit_timer_ = 0;
    std::unordered_map<std::uint64_t, std::pair<std::uint32_t, std::uint64_t>>
        parked_;  ///< task and wait, by key
    std::uint32_t next_serial_ = 1;
    CallbackPtr failure_hook_;
    std::optional<TaskFailure> next_failure_;
    std::unique_ptr<Visit> next_visit_;
    std::optional<hostapi::Invocation> next_invocation_;
};

}  // namespace rookery::script
