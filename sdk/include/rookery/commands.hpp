#pragma once

#include <rookery/collector.hpp>
#include <rookery/command_spec.hpp>
#include <rookery/completion.hpp>
#include <rookery/components.hpp>
#include <rookery/filter.hpp>
#include <rookery/invocation.hpp>
#include <rookery/invocation_handler.hpp>
#include <rookery/pager.hpp>
#include <rookery/questions.hpp>
#include <rookery/registration.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Commands that are declared once for every platform, buttons, menus and forms: what a plugin has
/// of them. Part of plugin.hpp. Since 1.4.
namespace rookery {

/// The part of rookery::Plugin that has to do with commands and components.
template <class P>
class Commanding {
  public:
    /// Declares a command and calls `handler(const CommandCall&)` when somebody uses it, in
    /// whatever form:
    ///
    ///     command({.name = "roll", .description = "Rolls a die",
    ///              .options = {{.name = "sides", .description = "How many it has",
    ///                           .type = Type::integer, .default_value = 6, .min = 2}}},
    ///             [](const CommandCall& call) {
    ///                 return std::to_string(1 + rand() % call.integer("sides"));
    ///             });
    ///
    /// The handler returns nothing, or a text that is the reply; it may be a coroutine of either
    /// (Task<>, Task<std::string>), which keeps the call and its event until it ends. What it
    /// throws is logged, and the user is told that something went wrong; Invoked::fail() tells him
    /// what. Throws Error with what is wrong with the definition, and its place. Cancelling the
    /// registration withdraws the command.
    template <class Handler>
    Registration command(const CommandSpec& spec, Handler handler) {
        const Registration declared = command(spec);
        on_invocation(spec.name, std::move(handler));
        return declared;
    }
    /// Declares one whose subcommands have their handlers by on_invocation().
    Registration command(const CommandSpec& spec) {
        const Host& at = opened();
        const auto& table = detail::service<rk_commands_t>(at, RK_COMMANDS_ID);
        const std::string definition = spec.json();
        rk_handle_t handle = 0;
        detail::Reason reason;
        reason.check(table.declare(at.raw, detail::to_text(definition), &handle, reason),
                     spec.name);
        return Registration(at, handle, table.withdraw);
    }
    /// The handler of a command, or of a subcommand by its path: "todo add". Of one path the newest
    /// counts.
    template <class Handler>
    Registration on_invocation(std::string_view path, Handler handler) {
        return handle<CommandCall>(RK_INVOKE_COMMAND, path, std::move(handler));
    }

    /// Calls `handler(const CommandCall&)` while that option is being typed: call.typed() is what
    /// stands there so far. It gives up to 25 choices: a std::vector of OptionChoice or of texts,
    /// or a coroutine of one.
    template <class Handler>
    void autocomplete(std::string_view command_path, std::string_view option, Handler handler) {
        const Host& at = opened();
        at.completions->add(std::make_unique<detail::CompleterOf<Handler>>(at, command_path, option,
                                                                           std::move(handler)));
    }

    /// Calls `handler(const Press&)` for the buttons, menus and forms of that action, which the
    /// plugin sent at any time. Returns as of command().
    template <class Handler>
    Registration press(std::string_view action, Handler handler) {
        return handle<Press>(RK_INVOKE_PRESS, action, std::move(handler));
    }

    /// `handler(int page, const JsonValue& state)` makes one page, from 1: a Page, or a coroutine
    /// of one. Invoked::page() shows the first one; the buttons go on working after a restart.
    template <class Handler>
    void pager(std::string_view name, Handler handler) {
        opened().pagers->add(std::make_unique<detail::PagerOf<Handler>>(name, std::move(handler)));
    }

    /// Collects the events that the filter lets through.
    template <class Event>
    [[nodiscard]] Collector<Event> collect(const Filter& filter,
                                           const CollectOptions& options = {}) const {
        const Host& at = static_cast<const P*>(this)->host();
        using Box = detail::EventInbox<Event>;
        detail::Boxed<Box> box(at, options.max);
        const rk_handle_t handle = detail::subscribe(at, Event::kEvent, filter.json(), &Box::run,
                                                     box.user(), &detail::Boxed<Box>::release);
        auto& inbox = box.user()->inbox;
        box.given();
        inbox.limit(at, detail::millis_of(options.time));
        return {inbox, Registration(at, handle, at.events->unsubscribe)};
    }
    /// Collects presses of that action; its other handler hears of none meanwhile.
    [[nodiscard]] Collector<Press> presses(std::string_view action,
                                           const CollectOptions& options = {}) const {
        const Host& at = opened();
        auto target = std::make_unique<detail::PressInbox>(at, options);
        auto& inbox = target->inbox;
        const Registration registration =
            detail::handle_invocations(at, RK_INVOKE_PRESS, action, std::move(target));
        inbox.limit(at, detail::millis_of(options.time));
        return {inbox, registration};
    }

  private:
    template <class Argument, class Handler>
    Registration handle(std::uint32_t kind, std::string_view key, Handler handler) {
        const Host& at = opened();
        return detail::handle_invocations(
            at, kind, key,
            std::make_unique<detail::InvocationHandler<Argument, Handler>>(at, std::move(handler)));
    }
    [[nodiscard]] const Host& opened() const {
        const Host& at = static_cast<const P*>(this)->host();
        at.questions->open();
        at.pagers->open();
        return at;
    }
};

}  // namespace rookery
