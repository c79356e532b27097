#pragma once

#include "hostapi/commands.hpp"
#include "hostapi/operations.hpp"
#include "hostapi/worker.hpp"
#include "model/event.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::hostapi {

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

    /// Whether presses may come as messages: there is a bot whose platform has no components.
    [[nodiscard]] virtual bool wants_messages() const = 0;
    /// `changed` is called, on any thread, after wants_messages() has changed; until the result is
    /// let go.
    [[nodiscard]] virtual std::shared_ptr<void> watch(std::function<void()> changed) = 0;

    /// One extension that asks.
    struct Asking {
        std::string owner;  ///< "script remind"
        /// Its handler of an action; 0: it has none (any more).
        std::function<std::uint64_t(std::string_view action)> handler;
        /// As ExtensionContext::call; for the answer to whoever may not.
        std::function<void(OperationCall, OperationDone)> call;
        std::weak_ptr<Worker> worker;  ///< on which `done` is called
    };

    /// As Commands::prepare(), for an event that concerns().
    virtual void prepare(model::EventPtr event, Asking asking,
                         std::function<void(std::optional<Invocation>)> done) = 0;
};

}  // namespace rookery::hostapi
