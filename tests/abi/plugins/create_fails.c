#include "fixture.h"

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    (void)user;
    (void)event;
    (void)error;
    return RK_OK;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    (void)out;
    /* What was registered before the failure is the host's to undo. */
    (void)events->subscribe(host, text("messageCreate"), on_event, NULL, NULL, NULL, NULL);
    return explain(error, RK_E_DENIED, "no licence for\nthis machine");
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("create_fails", create);
