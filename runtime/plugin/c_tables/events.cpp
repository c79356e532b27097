#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

namespace rookery::plugin::c_tables {
namespace {

rk_status_t subscribe(const rk_host_t* host, rk_text_t name, rk_event_fn handler, void* user,
                      rk_release_t release, rk_handle_t* out, rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        const auto text = text_of(name);
        if (!text || handler == nullptr) {
            return fail(error, RK_E_INVALID, "subscribe: name or handler is null");
        }
        return give(plugin.events().subscribe(*text, handler, user, release), out, error);
    });
}

rk_status_t subscribe_where(const rk_host_t* host, rk_text_t name, rk_text_t filter,
                            rk_event_fn handler, void* user, rk_release_t release, rk_handle_t* out,
                            rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        const auto text = text_of(name);
        const auto where = text_of(filter);
        if (!text || !where || handler == nullptr) {
            return fail(error, RK_E_INVALID, "subscribe_where: name, filter or handler is null");
        }
        return give(plugin.events().subscribe_where(*text, *where, handler, user, release), out,
                    error);
    });
}

rk_status_t intercept(const rk_host_t* host, rk_text_t name, rk_text_t filter, int32_t priority,
                      rk_intercept_fn handler, void* user, rk_release_t release, rk_handle_t* out,
                      rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        const auto text = text_of(name);
        const auto where = text_of(filter);
        if (!text || !where || handler == nullptr) {
            return fail(error, RK_E_INVALID, "intercept: name, filter or handler is null");
        }
        return give(plugin.events().intercept(*text, *where, priority, handler, user, release), out,
                    error);
    });
}

rk_status_t stop(const rk_host_t* host, rk_handle_t event) noexcept {
    return on_instance(host, kNotStopping, nullptr,
                       [&](Plugin& plugin) { return plugin.events().stop(event); });
}

rk_status_t unsubscribe(const rk_host_t* host, rk_handle_t subscription) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        return plugin.events().unsubscribe(subscription) ? RK_OK : RK_E_STALE;
    });
}

rk_status_t hold(const rk_host_t* host, rk_handle_t event) noexcept {
    return on_instance(host, kNotStopping, nullptr,
                       [&](Plugin& plugin) { return plugin.events().hold_own(event); });
}

rk_status_t release(const rk_host_t* host, rk_handle_t event) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        const rk_status_t status = plugin.events().release_own(event);
        if (status != RK_OK) {
            broken_rule(*host, "events.release",
                        "of an event that the plugin does not hold (twice?)");
        }
        return status;
    });
}

}  // namespace

const rk_events kEvents{sizeof(rk_events), 0,          &subscribe, &unsubscribe, &hold, &release,
                        &subscribe_where,  &intercept, &stop};

}  // namespace rookery::plugin::c_tables
