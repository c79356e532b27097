/* Goes on using handles after their objects are gone. */
#include "fixture.h"

static const rk_host_t* kept_host;
static rk_view_t kept_event;
static rk_handle_t kept_subscription;

static rk_status_t on_task(void* user, rk_error_t* error) {
    (void)user;
    (void)error;
    return RK_OK;
}

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    const rk_views_t* const views = table(kept_host, RK_VIEWS_ID);
    const rk_events_t* const events = table(kept_host, RK_EVENTS_ID);
    const rk_operations_t* const operations = table(kept_host, RK_OPERATIONS_ID);
    rk_value_t value;
    rk_event_info_t info;
    rk_call_t call;
    (void)user;
    value.size = sizeof(value);
    info.size = sizeof(info);
    memset(&call, 0, sizeof(call));
    call.size = sizeof(call);
    call.operation = text("messages.send");
    call.event = kept_event.event;
    if (kept_event.event != 0) {
        EXPECT_STATUS(error, RK_E_STALE, views->get(kept_host, kept_event, 0, &value));
        EXPECT_STATUS(error, RK_E_STALE, views->event_info(kept_host, kept_event.event, &info));
        EXPECT_STATUS(error, RK_E_STALE, events->hold(kept_host, kept_event.event));
        EXPECT_STATUS(error, RK_E_STALE, events->release(kept_host, kept_event.event));
        EXPECT_STATUS(error, RK_E_STALE,
                      operations->call(kept_host, &call, NULL, NULL, NULL, NULL));
        /* A handle of another kind is no event. */
        kept_event.event = kept_subscription;
        EXPECT_STATUS(error, RK_E_STALE, views->get(kept_host, kept_event, 0, &value));
    }
    EXPECT_STATUS(error, RK_OK, views->get(kept_host, event, 0, &value));
    kept_event = event;
    return RK_OK;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    const rk_timers_t* const timers = table(host, RK_TIMERS_ID);
    rk_handle_t first = 0;
    rk_handle_t timer = 0;
    kept_host = host;
    EXPECT_STATUS(error, RK_OK,
                  events->subscribe(host, text("*"), on_event, NULL, NULL, &first, error));
    EXPECT_STATUS(error, RK_OK, events->unsubscribe(host, first));
    EXPECT_STATUS(error, RK_E_STALE, events->unsubscribe(host, first));
    EXPECT_STATUS(error, RK_OK,
                  events->subscribe(host, text("messageCreate"), on_event, NULL, NULL,
                                    &kept_subscription, error));
    EXPECT_STATUS(error, RK_E_STALE, events->unsubscribe(host, first));
    EXPECT_STATUS(error, RK_OK, timers->after(host, 60000, on_task, NULL, NULL, &timer, error));
    EXPECT_STATUS(error, RK_OK, timers->cancel(host, timer));
    EXPECT_STATUS(error, RK_E_STALE, timers->cancel(host, timer));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("stale_handles", create);
