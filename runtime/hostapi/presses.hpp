#pragma once

#include "hostapi/commands.hpp"
#include "hostapi/operations.hpp"
#include "hostapi/worker.hpp"
#include "model/event.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::hostapi {

/// The action of components that a handler asks with, and waits for. Their state has `k`: the id of
/// the handler's event, "/", and which question of it. Such a press is for an extension as long as
/// that handler of it is not done, and comes again whenever the handler begins anew.
inline constexpr std::string_view kAskAction = "~ask";

/// The key of the question that a component with that state belongs to; empty when there is none.
[[nodiscard]] inline std::string question_of(const nlohmann::json& state) {
    const auto key = state.is_object() ? state.find("k") : state.end();
    return state.is_object() && key != state.end() && key->is_string() ? key->get<std::string>()
                                                                       : std::string();
}

/// What becomes of buttons, menus and forms: whose they are, what they carry, and whether they may
/// be used now and by whom. One for the process; an extension's Commands asks it on its worker
/// thread. Any thread.
class Presses {
  public:
    Presses() = default;
    Presses(const Presses&) = delete;
    Presses& operator=(const Presses&) = delete;
    virtual ~Presses() = default;

    /// Whether the event, an interaction or a message, may be a press of what that extension
    /// ("script remind") has made; cheap.
    [[nodiscard]] virtual bool concerns(const model::Event& event,
                                        std::string_view owner) const = 0;

    /// That extension handles the action from now on; counted: as many remove() undo it. What
    /// nobody handles is answered by the runtime itself.
    virtual void add(std::string_view owner, std::string_view action) = 0;
    virtual void remove(std::string_view owner, std::string_view action) = 0;

    /// Whether presses of that extension may come as messages: there is a bot whose platform has no
    /// components, or it has asked for what somebody writes.
    [[nodiscard]] virtual bool wants_messages(std::string_view owner) const = 0;
    /// `changed` is called, on any thread, after wants_messages() has changed; until the result is
    /// let go.
    [[nodiscard]] virtual std::shared_ptr<void> watch(std::function<void()> changed) = 0;

    /// One extension that asks.
    struct Asking {
        std::string owner;  ///< "script remind"
        /// Its handler of an action; 0: it has none (any more).
        std::function<std::uint64_t(std::string_view action)> handler;
        /// Whether the handler that has asked, or may still ask, the question of that key is not
        /// done. On the worker.
        std::function<bool(std::string_view key)> asks;
        /// As ExtensionContext::call; for the answer to whoever may not.
        std::function<void(OperationCall, OperationDone)> call;
        std::weak_ptr<Worker> worker;  ///< on which `done` is called
    };

    /// As Commands: of messages.
    virtual void heard(const model::Event& event) = 0;
    [[nodiscard]] virtual bool was_heard(const model::Event& event) const = 0;

    /// As Commands::prepare(), for an event that concerns().
    virtual void prepare(model::EventPtr event, Asking asking,
                         std::function<void(std::optional<Invocation>)> done) = 0;
};

}  // namespace rookery::hostapi
