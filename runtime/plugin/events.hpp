#pragma once

#include "base/result.hpp"
#include "hostapi/event_filter.hpp"
#include "hostapi/extension.hpp"
#include "hostapi/interaction_filter.hpp"
#include "model/event.hpp"
#include "model/string_scratch.hpp"
#include "plugin/handle_map.hpp"
#include "plugin/host_side.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <rookery/abi/ext/commands.h>
#include <rookery/abi/ext/events.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace rookery::plugin {

class Failures;

/// An event within one plugin: open until the last holder has let go, then finished for delivery.
struct OpenEvent {
    explicit OpenEvent(hostapi::Ticket&& from) : ticket(std::move(from)) {}

    hostapi::Ticket ticket;
    model::StringScratch scratch;  ///< texts made for its views, which hold as long as it
    std::uint32_t holds = 1;
    std::uint32_t own = 0;    ///< of the holds, those that the plugin took itself
    std::uint32_t calls = 0;  ///< operations begun for it
    /// Of the command that it is, where so many may run at once: taken as long as it is open.
    std::shared_ptr<void> place;
    std::uint32_t waits = 0;  ///< of the holds, those that only wait for somebody's answer
    bool invoked = false;     ///< it was for a handler of commands or presses
    bool answer = false;      ///< to a question: one of the holds is for whoever has asked
    bool given_up = false;    ///< the instance that follows handles it: it is not finished here

    /// Nothing is left to do but to wait for somebody's answer.
    [[nodiscard]] bool asks() const noexcept { return invoked && waits > 0 && waits == holds; }
};

/// A plugin's subscriptions and the events it has at hand. Instance thread.
class Events {
  public:
    static constexpr std::size_t kMaxSubscriptions = 1'000;
    static constexpr std::uint32_t kMaxHolds = 1'000'000;

    Events(hostapi::ExtensionContext& context, const HostSide& side, Failures& failures)
        : context_(context), side_(side), failures_(failures) {}

    [[nodiscard]] Result<rk_handle_t> subscribe(std::string_view name, rk_event_fn handler,
                                                void* user, rk_release_t release_user);
    /// The same for the events that the filter, a JSON text, lets through.
    [[nodiscard]] Result<rk_handle_t> subscribe_where(std::string_view name, std::string_view where,
                                                      rk_event_fn handler, void* user,
                                                      rk_release_t release_user);
    /// The same for interactions that fit, as far as it is the plugin's best handler for them.
    [[nodiscard]] Result<rk_handle_t> subscribe(hostapi::InteractionFilter filter,
                                                rk_event_fn handler, void* user,
                                                rk_release_t release_user);
    /// The handler decides on such events before others get them.
    [[nodiscard]] Result<rk_handle_t> intercept(std::string_view name, std::string_view where,
                                                std::int32_t priority, rk_intercept_fn handler,
                                                void* user, rk_release_t release_user);
    /// The handler is called with what hostapi::Commands makes of events for that key. Errors of
    /// hostapi::Commands::handle(), unsupported where there are none.
    [[nodiscard]] Result<rk_handle_t> handle_invocations(hostapi::InvocationKind kind,
                                                         std::string_view key,
                                                         rk_invocation_fn handler, void* user,
                                                         rk_release_t release_user);
    /// False when there is no such subscription.
    bool unsubscribe(rk_handle_t handle);

    /// Calls every handler of the event's type, then those of "*", then the one for whose command,
    /// button or form it is.
    void handle(hostapi::Ticket ticket);

    /// Calls the one handler of that interception.
    void intercept(hostapi::Ticket ticket, std::uint64_t tag);
    [[nodiscard]] rk_status_t stop(rk_handle_t event) noexcept;

    /// Null when the event is gone.
    [[nodiscard]] OpenEvent* find(rk_handle_t event) noexcept { return open_.find(event); }
    [[nodiscard]] rk_status_t hold(rk_handle_t event) noexcept;
    [[nodiscard]] rk_status_t release(rk_handle_t event) noexcept;
    /// The same for the plugin, which can let go of no more than it has taken.
    [[nodiscard]] rk_status_t hold_own(rk_handle_t event) noexcept;
    [[nodiscard]] rk_status_t release_own(rk_handle_t event) noexcept;

    /// The event that a handler, or a callback on its behalf, is busy with; 0 outside.
    [[nodiscard]] rk_handle_t current() const noexcept { return current_; }
    /// Makes `event` the current one for the life of the guard.
    class Current {
      public:
        Current(Events& events, rk_handle_t event) noexcept
            : events_(events), before_(std::exchange(events.current_, event)) {}
        Current(const Current&) = delete;
        Current& operator=(const Current&) = delete;
        ~Current() { events_.current_ = before_; }

      private:
        Events& events_;
        rk_handle_t before_;
    };

    /// Who has one of the holds of the event only waits for somebody's answer, or goes on.
    [[nodiscard]] rk_status_t wait(rk_handle_t event, bool waits) noexcept;
    /// As of hostapi::HandsOver.
    [[nodiscard]] std::vector<model::EventPtr> give_up();
    void take_up(hostapi::Ticket ticket);
    [[nodiscard]] std::vector<std::string> in_hand(std::string_view bot) const;
    void deliver_again(hostapi::Ticket& ticket);

    /// Those that wait for somebody's answer aside.
    [[nodiscard]] std::size_t open_count() const;
    /// Lets go of every event as `rest` says.
    void close(bus::Lane::Rest rest);
    /// Drops every subscription; what the scope holds of them has been undone.
    void drop_subscriptions();

  private:
    struct Subscription : boost::intrusive_ref_counter<Subscription, boost::thread_unsafe_counter> {
        Subscription(rk_event_fn handler_in, UserData user_in)
            : handler(handler_in), user(std::move(user_in)) {}

        rk_event_fn handler;
        UserData user;
        std::size_t list = 0;
        hostapi::EffectId effect = 0;
        bool live = true;
        std::optional<hostapi::InteractionFilter> filter;
        hostapi::EventFilter where;
        std::uint64_t tag = 0;  ///< of an interception; else 0
        rk_invocation_fn invoked = nullptr;
        std::uint64_t invocation = 0;  ///< as hostapi::CommandHandler has it
    };
    /// One event on its way through the handlers: opened for the first one that takes it.
    struct Turn {
        hostapi::Ticket ticket;
        const model::Event& event;
        rk_view_t view;
    };
    using SubscriptionPtr = boost::intrusive_ptr<Subscription>;

    [[nodiscard]] rk_view_t open(hostapi::Ticket ticket, const model::Event& event);
    [[nodiscard]] const Subscription* best_filter(std::size_t list, std::size_t count,
                                                  const model::Event& event) const;
    void run(std::size_t list, Turn& turn);
    void prepare(Turn& turn);
    void invoke(rk_view_t view, hostapi::Invocation invocation);
    void keep_open(rk_handle_t event,
                   const std::function<void(std::shared_ptr<void> open)>& until_answered);
    void sweep();

    hostapi::ExtensionContext& context_;
    const HostSide& side_;
    Failures& failures_;
    HandleMap<SubscriptionPtr, HandleKind::subscription> subscriptions_;
    std::vector<std::vector<SubscriptionPtr>> lists_;         ///< 0: "*"; type + 1: that type
    std::map<std::uint64_t, SubscriptionPtr> interceptions_;  ///< by tag
    std::map<std::uint64_t, SubscriptionPtr> invocations_;    ///< by CommandHandler::handler
    HandleMap<OpenEvent, HandleKind::event> open_;
    rk_handle_t current_ = 0;
    unsigned depth_ = 0;  ///< runs under way
    bool dirty_ = false;  ///< dead subscriptions are in the lists
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace rookery::plugin
