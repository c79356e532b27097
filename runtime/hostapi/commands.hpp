#pragma once

#include "base/result.hpp"
#include "hostapi/scope.hpp"
#include "model/event.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::hostapi {

/// What a handler is for.
enum class InvocationKind : std::uint8_t {
    command,       ///< key: a command with group and subcommand: "todo add"
    autocomplete,  ///< key: the same
    press,         ///< key: an action of a button, menu or form
};

/// What somebody has asked for, checked and told in one form on every platform, on its way to the
/// handler that it is for.
struct Invocation {
    std::uint64_t handler = 0;  ///< as CommandHandler has it
    /// {kind, command, source, options, ...}: docs/reference/invocations.md.
    nlohmann::json data;
    /// Held as long as the handler is not done: the place of a command of which so many may run at
    /// once, and that answers to what it asks are still wanted.
    std::shared_ptr<void> place;
    /// Set where the event is the answer to a question of another handler: keeps what it is given
    /// until that handler has ended. So long the event is to stay open, and counts as one that only
    /// waits for somebody's answer: after a crash it is delivered again behind the event of the
    /// handler that has asked, and at a reload both are handed over. Worker thread; what was kept
    /// is let go there too, if the instance is not stopped before.
    std::function<void(std::shared_ptr<void> open)> until_answered{};
};

/// A handler that was registered.
struct CommandHandler {
    EffectId effect = 0;
    std::uint64_t handler = 0;
};

/// Commands and components as one extension instance sees them: it declares commands, handles them
/// and what becomes of its buttons, menus and forms. Whatever stands between what somebody writes
/// and the handler happens here: finding the command, reading its options, who may, how often, and
/// the answer to whoever may not. Worker thread.
class Commands {
  public:
    Commands() = default;
    Commands(const Commands&) = delete;
    Commands& operator=(const Commands&) = delete;
    virtual ~Commands() = default;

    /// Declares a command for all its forms; owned by the scope. `where` says where it is declared,
    /// for people. Errors: invalid (the definition, with its place), exists (names who has the
    /// name), limit.
    [[nodiscard]] virtual Result<EffectId> declare(const nlohmann::json& definition,
                                                   std::string where) = 0;

    /// Owned by the scope. Of one key the newest handler counts. Errors: invalid (the key),
    /// limit.
    [[nodiscard]] virtual Result<CommandHandler> handle(InvocationKind kind,
                                                        std::string_view key) = 0;

    /// Whether the event may be for one of the handlers; cheap. prepare() is for those alone.
    [[nodiscard]] virtual bool concerns(const model::Event& event) const = 0;

    /// Nobody is at the event any more but whoever it is an answer for: should it be delivered
    /// again, it is for nobody else.
    virtual void heard(const model::Event& /*event*/) {}
    [[nodiscard]] virtual bool was_heard(const model::Event& /*event*/) const { return false; }

    /// Makes the invocation: `done` is called once, on the worker thread, possibly before
    /// prepare() returns; with nothing when the event is for nobody here after all, or whoever
    /// caused it has been told why not. It is not called once the instance has been stopped.
    using Done = std::function<void(std::optional<Invocation>)>;
    virtual void prepare(model::EventPtr event, Done done) = 0;
};

}  // namespace rookery::hostapi
