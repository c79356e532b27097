#pragma once

#include "hostapi/commands.hpp"
#include "hostapi/operations.hpp"
#include "model/event.hpp"

#include <cstdint>
#include <functional>
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

    /// One extension that asks.
    struct Asking {
        std::string owner;  ///< "script remind"
        /// Its handler of an action; 0: it has none (any more).
        std::function<std::uint64_t(std::string_view action)> handler;
        /// As ExtensionContext::call; for the answer to whoever may not.
        std::function<void(OperationCall, OperationDone)> call;
    };

    /// As Commands::prepare(), for an event that concerns().
    virtual void prepare(model::EventPtr event, Asking asking,
                         std::function<void(std::optional<Invocation>)> done) = 0;
};

}  // namespace rookery::hostapi
