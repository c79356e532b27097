#pragma once

#include <rookery/inbox.hpp>
#include <rookery/invocation_handler.hpp>
#include <rookery/registration.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// Events and presses that come in one after the other: Plugin::collect() and presses(). Since 1.4.
namespace rookery {

/// What one asks for one after the other: `const std::optional<Press> press = co_await
/// votes.next();`, nothing when the time is up or all have come. Ends with itself; one coroutine
/// asks.
template <class T>
class Collector {
  public:
    using Inbox = detail::Inbox<T>;

    Collector(Inbox& inbox, Registration registration) noexcept
        : inbox_(&inbox), registration_(registration) {}

    [[nodiscard]] auto next() const noexcept { return inbox_->next(); }

  private:
    Inbox* inbox_;  // the host's, along with the handler
    ScopedRegistration registration_;
};

/// How much a collector takes.
struct CollectOptions {
    std::chrono::milliseconds time = std::chrono::seconds(60);
    std::uint32_t max = 0;       ///< 0: any number
    std::string_view only{};     ///< of presses: the one user; empty: anybody
    std::string_view message{};  ///< of presses: on that message; empty: on any
};

namespace detail {

/// What a collector of presses listens with.
struct PressInbox final : InvocationTarget {
    PressInbox(const Host& on, const CollectOptions& options)
        : host(&on), only(options.only), message(options.message), left(options.max) {}

    void call(rk_view_t event, JsonValue data) override {
        const Press press(*host, kept_event<View>(*host, event), std::move(data));
        if ((!only.empty() && press.user_id() != only) ||
            (!message.empty() && press.message_id() != message)) {
            return;
        }
        if (inbox.open()) {
            const bool last = left != 0 && --left == 0;
            inbox.put(press, last);
        }
    }

    const Host* host;
    std::string only;
    std::string message;
    std::uint32_t left;
    Inbox<Press> inbox;
};

/// The same of events.
template <class Event>
struct EventInbox {
    EventInbox(const Host& on, std::uint32_t max) : host(&on), left(max) {}

    static rk_status_t run(void* user, rk_view_t view, rk_error_t* error) {
        return guarded(error, [&] {
            auto& self = *static_cast<EventInbox*>(user);
            if (self.inbox.open()) {
                const bool last = self.left != 0 && --self.left == 0;
                self.inbox.put(kept_event<Event>(*self.host, view), last);
            }
            return RK_OK;
        });
    }

    const Host* host;
    std::uint32_t left;
    Inbox<Event> inbox;
};

}  // namespace detail

}  // namespace rookery
