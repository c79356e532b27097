/* Gives null, or structs that are too small, wherever the interface takes a pointer. */
#include "fixture.h"

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    const rk_host_t* const host = user;
    const rk_views_t* const views = table(host, RK_VIEWS_ID);
    const rk_text_t broken = {NULL, 5};
    rk_array_t array = {event, 0, 0};
    rk_value_t value;
    rk_event_info_t info;
    value.size = 4;
    info.size = 4;
    EXPECT_STATUS(error, RK_E_INVALID, views->get(NULL, event, 0, &value));
    EXPECT_STATUS(error, RK_E_INVALID, views->get(host, event, 0, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, views->get(host, event, 0, &value));
    EXPECT_STATUS(error, RK_E_INVALID, views->get_named(host, event, text("id"), NULL));
    EXPECT_STATUS(error, RK_E_INVALID, views->get_named(host, event, text("id"), &value));
    EXPECT_STATUS(error, RK_E_INVALID, views->get_elements(host, array, 0, NULL, 1, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, views->get_elements(host, array, 0, &value, 1, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, views->write_json(host, event, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, views->raw(host, event, NULL));
    EXPECT_STATUS(error, RK_OK, views->shape(host, event, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, views->field_name(host, event, 0, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, views->event_info(host, event.event, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, views->event_info(host, event.event, &info));
    value.size = sizeof(value);
    EXPECT_STATUS(error, RK_E_INVALID, views->get_named(host, event, broken, &value));
    event.node = 0x7FFFFFFF;
    EXPECT_STATUS(error, RK_E_INVALID, views->get(host, event, 0, &value));
    event.node = 0;
    event.mapping = 0xFFFF;
    EXPECT_STATUS(error, RK_E_INVALID, views->get(host, event, 0, &value));
    return RK_OK;
}

static rk_status_t on_task(void* user, rk_error_t* error) {
    (void)user;
    (void)error;
    return RK_OK;
}

static rk_status_t on_invoked(void* user, rk_view_t event, rk_text_t invocation,
                              rk_error_t* error) {
    (void)user;
    (void)event;
    (void)invocation;
    (void)error;
    return RK_OK;
}

static rk_status_t check_commands(const rk_host_t* host, rk_error_t* error) {
    const rk_commands_t* const commands = table(host, RK_COMMANDS_ID);
    const rk_text_t broken = {NULL, 5};
    const rk_text_t not_utf8 = {"\xC3(", 2};
    EXPECT_STATUS(error, RK_E_INVALID, commands->declare(NULL, text("{}"), NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, commands->declare(host, broken, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, commands->declare(host, not_utf8, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, commands->declare(host, text("nothing"), NULL, NULL));
    EXPECT_STATUS(error, RK_E_STALE, commands->withdraw(host, 5));
    EXPECT_STATUS(
        error, RK_E_INVALID,
        commands->handle(NULL, RK_INVOKE_PRESS, text("x"), on_invoked, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  commands->handle(host, 99, text("x"), on_invoked, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(
        error, RK_E_INVALID,
        commands->handle(host, RK_INVOKE_PRESS, broken, on_invoked, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(
        error, RK_E_INVALID,
        commands->handle(host, RK_INVOKE_PRESS, text(""), on_invoked, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  commands->handle(host, RK_INVOKE_PRESS, text("x"), NULL, NULL, NULL, NULL, NULL));
    return RK_OK;
}

static rk_status_t check_tables(const rk_host_t* host, rk_error_t* error) {
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    const rk_timers_t* const timers = table(host, RK_TIMERS_ID);
    const rk_log_t* const log = table(host, RK_LOG_ID);
    const rk_operations_t* const operations = table(host, RK_OPERATIONS_ID);
    const rk_config_t* const config = table(host, RK_CONFIG_ID);
    const rk_documents_t* const documents = table(host, RK_DOCUMENTS_ID);
    const rk_text_t broken = {NULL, 5};
    const rk_interactions_t* const interactions = table(host, RK_INTERACTIONS_ID);
    const rk_text_t not_utf8 = {"\xC3(", 2};
    rk_handle_t settings = 0;
    rk_value_t value;
    rk_call_t call;
    memset(&call, 0, sizeof(call));
    value.size = sizeof(value);
    EXPECT_STATUS(error, RK_E_INVALID,
                  interactions->subscribe(NULL, RK_INTERACTION_COMMAND, text("x"), on_event, NULL,
                                          NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  interactions->subscribe(host, RK_INTERACTION_COMMAND, broken, on_event, NULL,
                                          NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  interactions->subscribe(host, RK_INTERACTION_COMMAND, text(""), on_event, NULL,
                                          NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  interactions->subscribe(host, 99, text("x"), on_event, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  interactions->subscribe(host, RK_INTERACTION_COMMAND, text("x"), NULL, NULL, NULL,
                                          NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, interactions->declare(NULL, text("{}"), NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, interactions->declare(host, broken, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, interactions->declare(host, not_utf8, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, interactions->declare(host, text("nothing"), NULL, NULL));
    EXPECT_STATUS(error, RK_E_STALE, interactions->withdraw(host, 5));
    EXPECT_STATUS(error, RK_E_INVALID,
                  events->subscribe(NULL, text("*"), on_event, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  events->subscribe(host, broken, on_event, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  events->subscribe(host, text("*"), NULL, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  events->subscribe(host, text("mesageCreate"), on_event, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_STALE, events->unsubscribe(host, 0));
    EXPECT_STATUS(error, RK_E_STALE, events->hold(host, 0));
    EXPECT_STATUS(error, RK_E_INVALID, timers->after(host, 1, NULL, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, timers->every(host, 0, on_task, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  timers->after(host, UINT64_MAX, on_task, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  timers->cron(host, text("@daily"), text(""), NULL, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(
        error, RK_E_INVALID,
        timers->cron(host, text("61 * * * *"), text(""), on_task, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(
        error, RK_E_NOT_FOUND,
        timers->cron(host, text("@daily"), text("Mars"), on_task, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_OK,
                  timers->cron(host, text("0 9 * * 1-5"), text("Europe/Berlin"), on_task, NULL,
                               NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_STALE, timers->cancel(host, 0));
    EXPECT_STATUS(error, RK_E_INVALID, timers->post(host, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, timers->post(NULL, on_task, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, log->write(NULL, RK_LOG_INFO, text("x")));
    EXPECT_STATUS(error, RK_E_INVALID, log->write(host, 99, text("x")));
    EXPECT_STATUS(error, RK_E_INVALID, log->write(host, RK_LOG_INFO, broken));
    EXPECT_STATUS(error, RK_E_INVALID, log->write(host, RK_LOG_INFO, not_utf8));
    EXPECT_STATUS(error, RK_E_INVALID, operations->call(host, NULL, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, operations->call(host, &call, NULL, NULL, NULL, NULL));
    call.size = sizeof(call);
    call.operation = text("messages.send");
    call.arguments = text("[1]");
    EXPECT_STATUS(error, RK_E_INVALID, operations->call(host, &call, NULL, NULL, NULL, NULL));
    call.arguments = broken;
    EXPECT_STATUS(error, RK_E_INVALID, operations->call(host, &call, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, config->settings(host, NULL));
    EXPECT_STATUS(error, RK_OK, config->settings(host, &settings));
    EXPECT_STATUS(error, RK_E_INVALID, documents->get(host, settings, text(""), NULL));
    EXPECT_STATUS(error, RK_E_INVALID, documents->get(host, settings, broken, &value));
    EXPECT_STATUS(error, RK_E_STALE, documents->get(host, 0, text(""), &value));
    EXPECT_STATUS(error, RK_E_NOT_FOUND,
                  documents->get(host, settings, text("no.such.path"), &value));
    EXPECT_STATUS(error, RK_E_INVALID, documents->count(host, settings, text(""), NULL));
    EXPECT_STATUS(error, RK_E_INVALID, documents->write_json(host, settings, text(""), NULL, NULL));
    return host->get_table(host, text("rookery.nonsense/1")) == NULL &&
                   host->get_table(host, broken) == NULL
               ? RK_OK
               : explain(error, RK_E_INTERNAL, "a table that does not exist");
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    rk_status_t status = check_tables(host, error);
    status = status < 0 ? status : check_commands(host, error);
    if (status < 0) {
        return status;
    }
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    EXPECT_STATUS(
        error, RK_OK,
        events->subscribe(host, text("messageCreate"), on_event, (void*)host, NULL, NULL, error));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("null_arguments", create);
