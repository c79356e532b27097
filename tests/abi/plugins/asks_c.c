/* Asks before it deletes, as asks.cpp does, by the table. */
#include "fixture.h"

static const rk_host_t* s_host;
static const rk_commands_t* s_commands;
static const rk_events_t* s_events;
static rk_handle_t s_asked; /* the event that waits; 0: none */

static void say(const char* what) {
    const rk_log_t* const log = table(s_host, RK_LOG_ID);
    (void)log->write(s_host, RK_LOG_INFO, text(what));
}

/* `event`: in whose name; 0: the one that is being handled. */
static void operate(const char* operation, const char* arguments, rk_handle_t event) {
    const rk_operations_t* const operations = table(s_host, RK_OPERATIONS_ID);
    rk_call_t call;
    memset(&call, 0, sizeof(call));
    call.size = sizeof(call);
    call.operation = text(operation);
    call.arguments = text(arguments);
    call.event = event;
    (void)operations->call(s_host, &call, NULL, NULL, NULL, NULL);
}

static rk_status_t on_delete(void* user, rk_view_t event, rk_text_t invocation, rk_error_t* error) {
    (void)user;
    (void)invocation;
    (void)error;
    say("ASKING");
    operate("interactions.reply",
            "{\"content\":\"Really?\",\"components\":["
            "{\"button\":\"Delete\",\"action\":\"answer\",\"state\":{\"sure\":true}},"
            "{\"button\":\"Keep\",\"action\":\"answer\",\"state\":{\"sure\":false}}]}",
            0);
    s_asked = event.event;
    EXPECT_STATUS(error, RK_OK, s_events->hold(s_host, event.event));
    return s_commands->wait(s_host, event.event, 1);
}

static rk_status_t on_answer(void* user, rk_view_t event, rk_text_t invocation, rk_error_t* error) {
    char copy[1000];
    int sure;
    (void)user;
    (void)event;
    (void)snprintf(copy, sizeof(copy), "%.*s", (int)invocation.len, invocation.data);
    sure = strstr(copy, "\"sure\":true") != NULL;
    operate("interactions.update", "{\"components\":[]}", 0);
    if (s_asked == 0) {
        return RK_OK;
    }
    EXPECT_STATUS(error, RK_OK, s_commands->wait(s_host, s_asked, 0));
    say(sure ? "ANSWER true" : "ANSWER false");
    operate("interactions.followUp",
            sure ? "{\"content\":\"answer: true\"}" : "{\"content\":\"answer: false\"}", s_asked);
    EXPECT_STATUS(error, RK_OK, s_events->release(s_host, s_asked));
    s_asked = 0;
    return RK_OK;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    s_host = host;
    s_commands = table(host, RK_COMMANDS_ID);
    s_events = table(host, RK_EVENTS_ID);
    EXPECT_STATUS(
        error, RK_OK,
        s_commands->declare(host, text("{\"name\":\"delete\",\"description\":\"Deletes\"}"), NULL,
                            error));
    EXPECT_STATUS(error, RK_OK,
                  s_commands->handle(host, RK_INVOKE_COMMAND, text("delete"), on_delete, NULL, NULL,
                                     NULL, error));
    EXPECT_STATUS(error, RK_OK,
                  s_commands->handle(host, RK_INVOKE_PRESS, text("answer"), on_answer, NULL, NULL,
                                     NULL, error));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("asks_c", create);
