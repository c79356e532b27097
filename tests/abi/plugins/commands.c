/* Declares a command and handles it, a button and what is typed. */
#include "fixture.h"

static const rk_host_t* s_host;
static const rk_commands_t* s_commands;
static const rk_events_t* s_events;
static rk_handle_t s_press;
static rk_handle_t s_held;

static int holds(rk_text_t invocation, const char* wanted) {
    char copy[1000];
    if (invocation.len >= sizeof(copy)) {
        return 0;
    }
    memcpy(copy, invocation.data, invocation.len);
    copy[invocation.len] = 0;
    return strstr(copy, wanted) != NULL;
}

/* Logs the invocation; "keep" holds the event, "wait" as well, for an answer;
 * "wait keep" does both, "two questions" waits twice; "fail" fails. */
static rk_status_t on_invoked(void* user, rk_view_t event, rk_text_t invocation,
                              rk_error_t* error) {
    const rk_log_t* const log = table(s_host, RK_LOG_ID);
    (void)user;
    (void)log->write(s_host, RK_LOG_INFO, invocation);
    if (holds(invocation, "wait keep")) {
        EXPECT_STATUS(error, RK_OK, s_events->hold(s_host, event.event));
        EXPECT_STATUS(error, RK_OK, s_commands->wait(s_host, event.event, 1));
    }
    if (holds(invocation, "two questions")) {
        s_held = event.event;
        EXPECT_STATUS(error, RK_OK, s_events->hold(s_host, event.event));
        EXPECT_STATUS(error, RK_OK, s_events->hold(s_host, event.event));
        EXPECT_STATUS(error, RK_OK, s_commands->wait(s_host, event.event, 1));
        return s_commands->wait(s_host, event.event, 1);
    }
    if (holds(invocation, "keep")) {
        s_held = event.event;
        return s_events->hold(s_host, event.event);
    }
    if (holds(invocation, "wait")) {
        EXPECT_STATUS(error, RK_OK, s_events->hold(s_host, event.event));
        EXPECT_STATUS(error, RK_E_STALE, s_commands->wait(s_host, 12345, 1));
        return s_commands->wait(s_host, event.event, 1);
    }
    if (holds(invocation, "fail")) {
        return explain(error, RK_E_INTERNAL, "on purpose");
    }
    return RK_OK;
}

/* Once only; lets go of what is held. */
static rk_status_t on_press(void* user, rk_view_t event, rk_text_t invocation, rk_error_t* error) {
    EXPECT_STATUS(error, RK_OK, s_events->unsubscribe(s_host, s_press));
    if (holds(invocation, "one answer")) {
        EXPECT_STATUS(error, RK_OK, s_commands->wait(s_host, s_held, 0));
    }
    if (s_held != 0) {
        EXPECT_STATUS(error, RK_OK, s_events->release(s_host, s_held));
        s_held = 0;
    }
    return on_invoked(user, event, invocation, error);
}

static void released(void* user) {
    const rk_log_t* const log = table(s_host, RK_LOG_ID);
    (void)user;
    (void)log->write(s_host, RK_LOG_INFO, text("given back"));
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    rk_handle_t command = 0;
    s_host = host;
    s_commands = table(host, RK_COMMANDS_ID);
    s_events = table(host, RK_EVENTS_ID);
    EXPECT_STATUS(error, RK_E_INVALID, s_commands->declare(host, text("{}"), NULL, NULL));
    EXPECT_STATUS(error, RK_OK,
                  s_commands->declare(host, text("{\"name\":\"gone\"}"), &command, error));
    EXPECT_STATUS(error, RK_OK, s_commands->withdraw(host, command));
    EXPECT_STATUS(error, RK_E_STALE, s_commands->withdraw(host, command));
    EXPECT_STATUS(error, RK_OK,
                  s_commands->declare(host, text("{\"name\":\"todo\"}"), &command, error));
    EXPECT_STATUS(error, RK_OK,
                  s_commands->handle(host, RK_INVOKE_COMMAND, text("todo add"), on_invoked, NULL,
                                     NULL, NULL, error));
    EXPECT_STATUS(error, RK_OK,
                  s_commands->handle(host, RK_INVOKE_AUTOCOMPLETE, text("todo add"), on_invoked,
                                     NULL, NULL, NULL, error));
    EXPECT_STATUS(error, RK_OK,
                  s_commands->handle(host, RK_INVOKE_PRESS, text("vote"), on_press, &s_press,
                                     released, &s_press, error));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("commands", create);
