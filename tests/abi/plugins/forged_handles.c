/* Handles that nobody gave it: near to those that exist, and random ones. */
#include "fixture.h"

static uint64_t state = 88172645463325252u;

static uint64_t any(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    const rk_host_t* const host = user;
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    const rk_timers_t* const timers = table(host, RK_TIMERS_ID);
    const rk_views_t* const views = table(host, RK_VIEWS_ID);
    const rk_documents_t* const documents = table(host, RK_DOCUMENTS_ID);
    const rk_interactions_t* const interactions = table(host, RK_INTERACTIONS_ID);
    const rk_commands_t* const commands = table(host, RK_COMMANDS_ID);
    rk_value_t value;
    value.size = sizeof(value);
    for (int i = 0; i < 20000; ++i) {
        const rk_view_t forged = {i % 2 == 0 ? any() : event.event ^ (1ull << (i % 64)),
                                  (uint32_t)any(), (uint16_t)any(), (uint16_t)any()};
        const rk_view_t astray = {event.event, (uint32_t)any(), (uint16_t)any(), 0};
        const rk_view_t near = {event.event, (uint32_t)(any() % 64), (uint16_t)(any() % 400), 0};
        const rk_array_t list = {near, (uint32_t)(any() % 40), 0};
        const rk_array_t raw = {near, RK_FIELD_RAW, 0};
        if (forged.event == event.event) {
            continue;
        }
        EXPECT_STATUS(error, RK_E_STALE, events->hold(host, forged.event));
        EXPECT_STATUS(error, RK_E_STALE, events->release(host, forged.event));
        EXPECT_STATUS(error, RK_E_STALE, timers->cancel(host, forged.event));
        EXPECT_STATUS(error, RK_E_STALE, interactions->withdraw(host, forged.event));
        EXPECT_STATUS(error, RK_E_STALE, commands->withdraw(host, forged.event));
        EXPECT_STATUS(error, RK_E_STALE, documents->get(host, forged.event, text(""), &value));
        EXPECT_STATUS(error, RK_E_STALE, views->get(host, forged, 0, &value));
        /* Whatever these give: the views of an event lie within it. */
        (void)views->get(host, astray, (uint32_t)any(), &value);
        (void)views->get(host, near, (uint32_t)(any() % 60), &value);
        (void)views->get_elements(host, list, (uint32_t)(any() % 5), &value, 1, NULL);
        (void)views->get_elements(host, raw, (uint32_t)any(), &value, 1, NULL);
    }
    return RK_OK;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    EXPECT_STATUS(
        error, RK_OK,
        events->subscribe(host, text("messageCreate"), on_event, (void*)host, NULL, NULL, error));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("forged_handles", create);
