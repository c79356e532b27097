/* Keeps texts that it was lent and reads them with the next event: of a view, of a sink, of the end
 * of an operation. */
#include "fixture.h"

static const rk_host_t* kept_host;
static rk_text_t kept[3];

static void sink(void* user, rk_text_t piece) { *(rk_text_t*)user = piece; }

static rk_status_t on_done(void* user, rk_status_t status, rk_handle_t result, rk_text_t message,
                           rk_error_t* error) {
    (void)user;
    (void)status;
    (void)result;
    (void)error;
    kept[2] = message;
    return RK_OK;
}

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    const rk_views_t* const views = table(kept_host, RK_VIEWS_ID);
    const rk_operations_t* const operations = table(kept_host, RK_OPERATIONS_ID);
    volatile char seen = 0;
    rk_value_t value;
    rk_call_t call;
    (void)user;
    for (size_t i = 0; i < 3; ++i) {
        if (kept[i].data != NULL) {
            seen = (char)(seen + kept[i].data[0]);
        }
    }
    value.size = sizeof(value);
    EXPECT_STATUS(error, RK_OK, views->get_named(kept_host, event, text("content"), &value));
    kept[0] = value.as.text;
    EXPECT_STATUS(error, RK_OK, views->write_json(kept_host, event, sink, &kept[1]));
    memset(&call, 0, sizeof(call));
    call.size = sizeof(call);
    call.operation = text("messages.send");
    return operations->call(kept_host, &call, on_done, NULL, NULL, error);
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    kept_host = host;
    memset(kept, 0, sizeof(kept));
    EXPECT_STATUS(
        error, RK_OK,
        events->subscribe(host, text("messageCreate"), on_event, NULL, NULL, NULL, error));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("keeps_texts", create);
