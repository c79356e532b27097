#pragma once

#include <rookery/abi/entry.h>
#include <rookery/abi/ext/config.h>
#include <rookery/abi/ext/documents.h>
#include <rookery/abi/ext/events.h>
#include <rookery/abi/ext/interactions.h>
#include <rookery/abi/ext/log.h>
#include <rookery/abi/ext/operations.h>
#include <rookery/abi/ext/timers.h>
#include <rookery/error.hpp>
#include <rookery/view.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace rookery {

namespace detail {
class Tasks;
class Completions;
class Pagers;
class Questions;
}  // namespace detail

/// The host's tables, looked up once for each instance. What rookery::Plugin stands on; plugins
/// need it only for tables that the wrapper does not know.
class Host {
  public:
    /// Throws Error when the host lacks a table.
    explicit Host(const rk_host_t* host)
        : raw(host),
          config(required<rk_config_t>(RK_CONFIG_ID, offsetof(rk_config_t, place))),
          documents(required<rk_documents_t>(RK_DOCUMENTS_ID, offsetof(rk_documents_t, view))),
          events(required<rk_events_t>(RK_EVENTS_ID, offsetof(rk_events_t, subscribe_where))),
          interactions(table<rk_interactions_t>(RK_INTERACTIONS_ID)),
          log(required<rk_log_t>(RK_LOG_ID)),
          operations(required<rk_operations_t>(RK_OPERATIONS_ID)),
          timers(required<rk_timers_t>(RK_TIMERS_ID, offsetof(rk_timers_t, cron))),
          views(required<rk_views_t>(RK_VIEWS_ID)) {}

    /// Null when this host has no such table.
    template <class Table>
    [[nodiscard]] const Table* table(std::string_view id) const {
        return static_cast<const Table*>(raw->get_table(raw, detail::to_text(id)));
    }

    const rk_host_t* raw;
    const rk_config_t* config;
    const rk_documents_t* documents;
    const rk_events_t* events;
    const rk_interactions_t* interactions;  ///< since 1.1: null on an older host
    const rk_log_t* log;
    const rk_operations_t* operations;
    const rk_timers_t* timers;
    const rk_views_t* views;

    /// The plugin's coroutines, and the event for which one of them runs at the moment; 0: none.
    detail::Tasks* tasks = nullptr;
    /// What it has asked and can be asked.
    detail::Completions* completions = nullptr;
    detail::Pagers* pagers = nullptr;
    detail::Questions* questions = nullptr;
    mutable rk_handle_t event = 0;

  private:
    template <class Table>
    [[nodiscard]] const Table* required(std::string_view id,
                                        std::size_t least = sizeof(Table)) const {
        const Table* const found = table<Table>(id);
        if (found == nullptr || found->size < least) {
            throw Error(RK_E_UNSUPPORTED, "this host has no " + std::string(id));
        }
        return found;
    }
};

namespace detail {

/// Registers a handler; `filter` is JSON, or empty for every event. Throws Error.
inline rk_handle_t subscribe(const Host& host, std::string_view name, std::string_view filter,
                             rk_event_fn handler, void* user, rk_release_t release) {
    rk_handle_t handle = 0;
    Reason reason;
    if (filter.empty()) {
        reason.check(host.events->subscribe(host.raw, to_text(name), handler, user, release,
                                            &handle, reason),
                     name);
    } else if (host.events->size < offsetof(rk_events_t, subscribe_where) + sizeof(void*)) {
        throw Error(RK_E_UNSUPPORTED, "this host has no filters");
    } else {
        reason.check(host.events->subscribe_where(host.raw, to_text(name), to_text(filter), handler,
                                                  user, release, &handle, reason),
                     name);
    }
    return handle;
}

/// A callable on its way through the C interface: the host gives `release` its pointer back at the
/// end.
template <class Callable>
class Boxed {
  public:
    template <class... Args>
    explicit Boxed(Args&&... args) : box_(new Callable(std::forward<Args>(args)...)) {}
    Boxed(const Boxed&) = delete;
    Boxed& operator=(const Boxed&) = delete;
    ~Boxed() { delete box_; }

    [[nodiscard]] Callable* user() const noexcept { return box_; }
    static void release(void* user) { delete static_cast<Callable*>(user); }
    /// The host has taken it.
    void given() noexcept { box_ = nullptr; }

  private:
    Callable* box_;
};

}  // namespace detail
}  // namespace rookery
