#include "fixture.h"

static const rk_events_t* s_events;
static const rk_host_t* s_host;
static rk_handle_t s_held;

static int content_is(rk_view_t event, const char* wanted) {
    const rk_views_t* views = (const rk_views_t*)table(s_host, RK_VIEWS_ID);
    rk_value_t value;
    value.size = sizeof(value);
    return views->get_named(s_host, event, text("content"), &value) == RK_OK &&
           value.kind == RK_VALUE_TEXT && value.as.text.len == strlen(wanted) &&
           memcmp(value.as.text.data, wanted, value.as.text.len) == 0;
}

/* "spam" is stopped, "later" is held and decided with the next one, "fail" fails. */
static rk_status_t decide(void* user, rk_view_t event, rk_error_t* error) {
    (void)user;
    if (s_held != 0) {
        (void)s_events->stop(s_host, s_held);
        (void)s_events->release(s_host, s_held);
        s_held = 0;
    }
    if (content_is(event, "later")) {
        s_held = event.event;
        return s_events->hold(s_host, event.event);
    }
    if (content_is(event, "fail")) {
        return explain(error, RK_E_INTERNAL, "on purpose");
    }
    return content_is(event, "spam") ? RK_INTERCEPT_STOP : RK_OK;
}

/* An event that is only observed cannot be stopped. */
static rk_status_t observe(void* user, rk_view_t event, rk_error_t* error) {
    (void)user;
    EXPECT_STATUS(error, RK_E_STATE, s_events->stop(s_host, event.event));
    return RK_OK;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    s_host = host;
    s_events = (const rk_events_t*)table(host, RK_EVENTS_ID);
    EXPECT_STATUS(error, RK_OK,
                  s_events->intercept(host, text("messageCreate"), text("{\"channel\":\"1001\"}"),
                                      7, decide, NULL, NULL, NULL, error));
    EXPECT_STATUS(
        error, RK_OK,
        s_events->subscribe(host, text("messageCreate"), observe, NULL, NULL, NULL, error));
    EXPECT_STATUS(error, RK_E_INVALID,
                  s_events->intercept(host, text("messageCreate"), text("{\"x\":1}"), 0, decide,
                                      NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  s_events->intercept(host, text("messageCreate"), text(""), 0, NULL, NULL, NULL,
                                      NULL, NULL));
    EXPECT_STATUS(error, RK_E_STALE, s_events->stop(host, 12345));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("intercepts", create);
