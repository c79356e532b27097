/* Texts that are not UTF-8, or far too long, in every place that takes one. */
#include "fixture.h"

#include <stdlib.h>

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    const rk_host_t* const host = user;
    const rk_views_t* const views = table(host, RK_VIEWS_ID);
    const rk_text_t wrong = {"a\xFF\xC3(", 4};
    rk_value_t value;
    value.size = sizeof(value);
    EXPECT_STATUS(error, RK_OK, views->get_named(host, event, wrong, &value));
    return value.kind == RK_VALUE_ABSENT ? RK_OK : explain(error, RK_E_INTERNAL, "a field");
}

static rk_status_t on_done(void* user, rk_status_t status, rk_handle_t result, rk_text_t message,
                           rk_error_t* error) {
    (void)user;
    (void)result;
    (void)message;
    (void)error;
    return status < 0 ? RK_OK : RK_E_INTERNAL;
}

static rk_status_t refuses(const rk_host_t* host, rk_text_t text_in, rk_error_t* error) {
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    const rk_interactions_t* const interactions = table(host, RK_INTERACTIONS_ID);
    const rk_commands_t* const commands = table(host, RK_COMMANDS_ID);
    const rk_documents_t* const documents = table(host, RK_DOCUMENTS_ID);
    const rk_config_t* const config = table(host, RK_CONFIG_ID);
    const rk_operations_t* const operations = table(host, RK_OPERATIONS_ID);
    rk_handle_t settings = 0;
    rk_handle_t out = 0;
    rk_value_t value;
    rk_call_t call;
    value.size = sizeof(value);
    if (events->subscribe(host, text_in, on_event, NULL, NULL, &out, error) >= 0) {
        return explain(error, RK_E_INTERNAL, "events.subscribe took it");
    }
    if (interactions->declare(host, text_in, &out, error) >= 0) {
        return explain(error, RK_E_INTERNAL, "interactions.declare took it");
    }
    if (commands->declare(host, text_in, &out, error) >= 0) {
        return explain(error, RK_E_INTERNAL, "commands.declare took it");
    }
    (void)config->settings(host, &settings);
    EXPECT_STATUS(error, RK_E_NOT_FOUND, documents->get(host, settings, text_in, &value));
    if (host->get_table(host, text_in) != NULL) {
        return explain(error, RK_E_INTERNAL, "get_table found it");
    }
    memset(&call, 0, sizeof(call));
    call.size = sizeof(call);
    call.operation = text("messages.send");
    call.arguments = text_in;
    if (operations->call(host, &call, on_done, NULL, NULL, error) >= 0) {
        return explain(error, RK_E_INTERNAL, "operations.call took the arguments");
    }
    /* Names are looked up, and not found, later. */
    call.arguments = text("{}");
    call.operation = text_in;
    (void)operations->call(host, &call, on_done, NULL, NULL, error);
    call.operation = text("messages.send");
    call.bot = text_in;
    (void)operations->call(host, &call, on_done, NULL, NULL, error);
    return RK_OK;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    enum { kLong = 3 << 20 };
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    const rk_log_t* const log = table(host, RK_LOG_ID);
    const rk_text_t wrong = {"a\xFF\xC3(\xED\xA0\x80", 7};
    char* const many = malloc(kLong);
    rk_text_t longest;
    rk_status_t status;
    if (many == NULL) {
        return RK_E_LIMIT;
    }
    memset(many, 'x', kLong);
    longest.data = many;
    longest.len = kLong;
    status = refuses(host, wrong, error);
    if (status == RK_OK) {
        status = refuses(host, longest, error);
    }
    if (status == RK_OK && log->write(host, RK_LOG_INFO, wrong) != RK_E_INVALID) {
        status = explain(error, RK_E_INTERNAL, "log.write took it");
    }
    if (status == RK_OK && log->write(host, RK_LOG_INFO, longest) != RK_OK) {
        status = explain(error, RK_E_INTERNAL, "log.write cuts what is too long");
    }
    free(many);
    if (status < 0) {
        return status;
    }
    EXPECT_STATUS(
        error, RK_OK,
        events->subscribe(host, text("messageCreate"), on_event, (void*)host, NULL, NULL, error));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("bad_texts", create);
