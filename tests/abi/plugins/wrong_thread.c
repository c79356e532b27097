/* Calls from a thread of its own: what is for any thread works, the rest is refused. */
#include "fixture.h"

#include <pthread.h>

typedef struct probe {
    const rk_host_t* host;
    rk_error_t* error;
    rk_status_t status;
} probe_t;

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    (void)user;
    (void)event;
    (void)error;
    return RK_OK;
}

static rk_status_t on_task(void* user, rk_error_t* error) {
    const rk_host_t* const host = user;
    const rk_log_t* const log = table(host, RK_LOG_ID);
    (void)error;
    return log->write(host, RK_LOG_INFO, text("the posted task ran"));
}

static rk_status_t check(const rk_host_t* host, rk_error_t* error) {
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    const rk_timers_t* const timers = table(host, RK_TIMERS_ID);
    const rk_log_t* const log = table(host, RK_LOG_ID);
    const rk_views_t* const views = table(host, RK_VIEWS_ID);
    const rk_view_t view = {1, 0, 0, 0};
    rk_value_t value;
    value.size = sizeof(value);
    EXPECT_STATUS(error, RK_E_THREAD,
                  events->subscribe(host, text("*"), on_event, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_THREAD, timers->after(host, 1, on_task, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_THREAD, views->get(host, view, 0, &value));
    EXPECT_STATUS(error, RK_OK, log->write(host, RK_LOG_INFO, text("from another thread")));
    EXPECT_STATUS(error, RK_OK, timers->post(host, on_task, (void*)host, NULL, NULL));
    return RK_OK;
}

static void* run(void* user) {
    probe_t* const probe = user;
    probe->status = check(probe->host, probe->error);
    return NULL;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    probe_t probe = {host, error, RK_E_INTERNAL};
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, &probe) != 0) {
        return RK_E_INTERNAL;
    }
    (void)pthread_join(thread, NULL);
    return probe.status < 0 ? probe.status : give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("wrong_thread", create);
