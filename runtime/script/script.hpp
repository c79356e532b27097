#pragma once

#include "hostapi/extension.hpp"
#include "hostapi/hands_over.hpp"
#include "script/error_log.hpp"
#include "script/event_slots.hpp"
#include "script/handlers.hpp"
#include "script/invocations.hpp"
#include "script/lua_state.hpp"
#include "script/modules.hpp"
#include "script/served.hpp"
#include "script/timers.hpp"
#include "script/to_lua/tasks.hpp"
#include "script/view_reader.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rookery::script {

/// A script's text, read and checked, and what is around it.
struct Source {
    std::string text;
    std::string chunk;  ///< as it is called in messages: "ping.lua", "poll/init.lua"
    ModulePaths modules;
    std::string host_version;
};

/// One running version of a script: a Lua state in an arena, its registrations, and the coroutines
/// that run its functions. Once its state is lost (a hard stop, or memory full for good) it does
/// nothing any more: it holds its worker's lane and has told context.failed.
class Script final : public hostapi::Extension, public hostapi::HandsOver {
  public:
    static Result<std::unique_ptr<Script>> create(hostapi::ExtensionContext context, Source source);
    ~Script() override;

    [[nodiscard]] Result<> start() override;
    void handle(hostapi::Ticket ticket) override;
    void intercept(hostapi::Ticket ticket, std::uint64_t tag) override;
    [[nodiscard]] Result<std::optional<hostapi::SavedState>> save() override;
    [[nodiscard]] Result<> load(const hostapi::SavedState& state) override;
    [[nodiscard]] std::size_t in_flight() const override;
    [[nodiscard]] std::vector<model::EventPtr> give_up() override;
    void take_up(hostapi::Ticket ticket) override;
    [[nodiscard]] std::vector<std::string> in_hand(std::string_view bot) const override {
        return tasks_->in_hand(bot);
    }
    void deliver_again(hostapi::Ticket& ticket) override { tasks_->deliver_again(ticket); }
    [[nodiscard]] std::string busy_with() const override { return tasks_->busy_with(); }
    void evaluate(hostapi::EvaluationPtr evaluation) override;
    void stop(bus::Lane::Rest rest) override;

    // For the functions that Lua calls.
    [[nodiscard]] const hostapi::ExtensionContext& context() const noexcept { return context_; }
    [[nodiscard]] const Source& source() const noexcept { return source_; }
    [[nodiscard]] Handlers& handlers() noexcept { return *handlers_; }
    [[nodiscard]] Invocations& invocations() noexcept { return *invocations_; }
    [[nodiscard]] Timers& timers() noexcept { return *timers_; }
    [[nodiscard]] Tasks& tasks() noexcept { return *tasks_; }
    [[nodiscard]] Served& served() noexcept { return *served_; }
    [[nodiscard]] EventSlots& events() noexcept { return events_; }
    [[nodiscard]] ViewReader& views() noexcept { return views_; }
    [[nodiscard]] ErrorLog& log() noexcept { return log_; }
    [[nodiscard]] LuaState& state() noexcept { return *state_; }

    void on_save(CallbackPtr callback) { replace(save_, std::move(callback)); }
    void on_load(CallbackPtr callback) { replace(load_, std::move(callback)); }
    void set_evaluator(CallbackPtr callback) { replace(evaluator_, std::move(callback)); }

    void set_anchor_metatable(int reference) noexcept { anchor_metatable_ = reference; }
    [[nodiscard]] int anchor_metatable() const noexcept { return anchor_metatable_; }

  private:
    Script(hostapi::ExtensionContext context, Source source);
    [[nodiscard]] Result<> open();
    void dispatch(const Handlers::Snapshot& handlers, const model::Event& event,
                  hostapi::Ticket& ticket, Flight*& flight);
    void prepare(Flight& flight);
    void invoke(Flight& flight, hostapi::Invocation invocation);
    void lost(std::string reason);
    void close();
    void replace(CallbackPtr& current, CallbackPtr next);
    void publish_memory();

    hostapi::ExtensionContext context_;
    Source source_;
    ErrorLog log_;
    EventSlots events_;
    ViewReader views_{events_};
    std::unique_ptr<LuaState> state_;
    std::unique_ptr<Handlers> handlers_;
    std::unique_ptr<Invocations> invocations_;
    std::unique_ptr<Timers> timers_;
    std::unique_ptr<Tasks> tasks_;
    std::unique_ptr<Served> served_;
    CallbackPtr save_;
    CallbackPtr load_;
    CallbackPtr evaluator_;
    int anchor_metatable_ = LUA_NOREF;
    bool over_ = false;
};

}  // namespace rookery::script
