/* Gives back more than it has taken: events, subscriptions, timers; and ends its subscription
 * within its handler. What it entrusted comes back once each. */
#include "fixture.h"

static const rk_host_t* kept_host;
static rk_handle_t subscription;
static int given_back;

static void give_back(void* user) { ++*(int*)user; }

static rk_status_t on_task(void* user, rk_error_t* error) {
    (void)user;
    (void)error;
    return RK_OK;
}

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    const rk_events_t* const events = table(kept_host, RK_EVENTS_ID);
    const rk_timers_t* const timers = table(kept_host, RK_TIMERS_ID);
    const rk_views_t* const views = table(kept_host, RK_VIEWS_ID);
    rk_handle_t timer = 0;
    rk_value_t value;
    (void)user;
    value.size = sizeof(value);
    EXPECT_STATUS(error, RK_E_INVALID, events->release(kept_host, event.event));
    EXPECT_STATUS(error, RK_OK, events->hold(kept_host, event.event));
    EXPECT_STATUS(error, RK_OK, events->release(kept_host, event.event));
    EXPECT_STATUS(error, RK_E_INVALID, events->release(kept_host, event.event));
    EXPECT_STATUS(error, RK_OK, views->get(kept_host, event, 0, &value));
    EXPECT_STATUS(error, RK_OK,
                  timers->after(kept_host, 60000, on_task, &given_back, give_back, &timer, error));
    EXPECT_STATUS(error, RK_OK, timers->cancel(kept_host, timer));
    EXPECT_STATUS(error, RK_E_STALE, timers->cancel(kept_host, timer));
    EXPECT_STATUS(error, RK_OK, events->unsubscribe(kept_host, subscription));
    EXPECT_STATUS(error, RK_E_STALE, events->unsubscribe(kept_host, subscription));
    return RK_OK;
}

static void destroy(void* self) {
    const rk_log_t* const log = table(kept_host, RK_LOG_ID);
    char line[40];
    (void)self;
    (void)snprintf(line, sizeof(line), "given back: %d", given_back);
    (void)log->write(kept_host, RK_LOG_INFO, text(line));
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    static const rk_plugin_t kPlugin = {sizeof(rk_plugin_t), 0, NULL, destroy, NULL, NULL, NULL};
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    kept_host = host;
    given_back = 0;
    EXPECT_STATUS(error, RK_OK,
                  events->subscribe(host, text("messageCreate"), on_event, &given_back, give_back,
                                    &subscription, error));
    *out = &kPlugin;
    return RK_OK;
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("gives_back_twice", create);
