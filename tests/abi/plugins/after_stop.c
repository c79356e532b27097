/* Registers while it is being stopped; says in the log what it got. */
#include "fixture.h"

static const rk_host_t* kept_host;

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    (void)user;
    (void)event;
    (void)error;
    return RK_OK;
}

static rk_status_t on_task(void* user, rk_error_t* error) {
    (void)user;
    (void)error;
    return RK_OK;
}

static rk_status_t on_done(void* user, rk_status_t status, rk_handle_t result, rk_text_t message,
                           rk_error_t* error) {
    (void)user;
    (void)status;
    (void)result;
    (void)message;
    (void)error;
    return RK_OK;
}

static rk_status_t check(rk_error_t* error) {
    const rk_host_t* const host = kept_host;
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    const rk_timers_t* const timers = table(host, RK_TIMERS_ID);
    const rk_operations_t* const operations = table(host, RK_OPERATIONS_ID);
    rk_call_t call;
    memset(&call, 0, sizeof(call));
    call.size = sizeof(call);
    call.operation = text("messages.send");
    EXPECT_STATUS(error, RK_E_STATE,
                  events->subscribe(host, text("*"), on_event, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_STATE, timers->after(host, 1, on_task, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_STATE, operations->call(host, &call, on_done, NULL, NULL, NULL));
    return RK_OK;
}

static void report(const char* where) {
    const rk_log_t* const log = table(kept_host, RK_LOG_ID);
    rk_error_t error;
    char line[300];
    error.size = sizeof(error);
    error.length = 0;
    const rk_status_t status = check(&error);
    (void)snprintf(line, sizeof(line), "%s: %s %.*s", where, status == RK_OK ? "refused" : "WRONG",
                   (int)error.length, error.text);
    (void)log->write(kept_host, RK_LOG_INFO, text(line));
}

static void stop(void* self) {
    (void)self;
    report("stop");
}

static void destroy(void* self) {
    const rk_timers_t* const timers = table(kept_host, RK_TIMERS_ID);
    (void)self;
    report("destroy");
    /* post is for any thread, but not any more. */
    if (timers->post(kept_host, on_task, NULL, NULL, NULL) != RK_E_STATE) {
        const rk_log_t* const log = table(kept_host, RK_LOG_ID);
        (void)log->write(kept_host, RK_LOG_INFO, text("post: WRONG"));
    }
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    static const rk_plugin_t kPlugin = {sizeof(rk_plugin_t), 0, NULL, destroy, stop, NULL, NULL};
    (void)error;
    kept_host = host;
    *out = &kPlugin;
    return RK_OK;
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("after_stop", create);
