/* Uses the store in plain C: each step logs what came of the one before. */
#include "fixture.h"

static const rk_host_t* g_host;

static void say(const char* what, long number) {
    char line[200];
    const rk_log_t* const log = table(g_host, RK_LOG_ID);
    (void)snprintf(line, sizeof(line), "%s %ld", what, number);
    (void)log->write(g_host, RK_LOG_INFO, text(line));
}

static rk_status_t on_list(void* user, rk_status_t status, const rk_stored_t* stored,
                           rk_text_t message, rk_error_t* error) {
    uint32_t i = 0;
    (void)user;
    (void)message;
    EXPECT_STATUS(error, RK_OK, status);
    for (i = 0; i < stored->item_count; ++i) {
        char line[200];
        (void)snprintf(line, sizeof(line), "%.*s=%.*s", (int)stored->items[i].key.len,
                       stored->items[i].key.data, (int)stored->items[i].value.len,
                       stored->items[i].value.data);
        say(line, (long)stored->more);
    }
    return RK_OK;
}

static rk_status_t on_add(void* user, rk_status_t status, const rk_stored_t* stored,
                          rk_text_t message, rk_error_t* error) {
    (void)user;
    (void)message;
    EXPECT_STATUS(error, RK_OK, status);
    say("sum", (long)stored->number);
    return RK_OK;
}

static rk_status_t on_wrong_add(void* user, rk_status_t status, const rk_stored_t* stored,
                                rk_text_t message, rk_error_t* error) {
    (void)user;
    EXPECT_STATUS(error, RK_E_INVALID, status);
    say(stored == NULL && message.len > 0 ? "refused" : "odd", 1);
    return RK_OK;
}

static rk_status_t on_apply(void* user, rk_status_t status, const rk_stored_t* stored,
                            rk_text_t message, rk_error_t* error) {
    (void)message;
    EXPECT_STATUS(error, RK_OK, status);
    say(user == NULL ? "first" : "second", (long)stored->applied * 10 + (long)stored->existed);
    return RK_OK;
}

static rk_status_t on_get(void* user, rk_status_t status, const rk_stored_t* stored,
                          rk_text_t message, rk_error_t* error) {
    (void)user;
    (void)message;
    EXPECT_STATUS(error, RK_OK, status);
    say("got", stored->found != 0 ? (long)stored->value.len : -1);
    return RK_OK;
}

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    const rk_storage_t* const storage = table(g_host, RK_STORAGE_ID);
    const rk_stored_check_t absent = {TEXT("a"), {NULL, 0}, 0, 0};
    const rk_stored_write_t write = {TEXT("a"), {"1\0", 2}, 0, 1, 0};
    const rk_stored_write_t number = {TEXT("n"), TEXT("41"), 60000, 1, 0};
    (void)user;
    (void)event;
    EXPECT_STATUS(error, RK_OK,
                  storage->apply(g_host, &absent, 1, &write, 1, on_apply, NULL, NULL, error));
    EXPECT_STATUS(error, RK_OK,
                  storage->apply(g_host, &absent, 1, &write, 1, on_apply, &g_host, NULL, error));
    EXPECT_STATUS(error, RK_OK,
                  storage->apply(g_host, NULL, 0, &number, 1, NULL, NULL, NULL, error));
    EXPECT_STATUS(error, RK_OK, storage->get(g_host, text("a"), on_get, NULL, NULL, error));
    EXPECT_STATUS(error, RK_OK, storage->get(g_host, text("b"), on_get, NULL, NULL, error));
    EXPECT_STATUS(error, RK_OK, storage->add(g_host, text("n"), 1, on_add, NULL, NULL, error));
    EXPECT_STATUS(error, RK_OK,
                  storage->add(g_host, text("a"), 1, on_wrong_add, NULL, NULL, error));
    EXPECT_STATUS(error, RK_OK,
                  storage->list(g_host, text(""), text("a"), 10, on_list, NULL, NULL, error));
    return RK_OK;
}

static rk_status_t check_arguments(rk_error_t* error) {
    const rk_storage_t* const storage = table(g_host, RK_STORAGE_ID);
    const rk_text_t broken = {NULL, 5};
    rk_stored_write_t write = {TEXT("a"), TEXT("1"), 0, 1, 0};
    EXPECT_STATUS(error, RK_E_INVALID, storage->get(NULL, text("a"), on_get, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, storage->get(g_host, broken, on_get, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, storage->get(g_host, text("a"), NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  storage->apply(g_host, NULL, 1, NULL, 0, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_LIMIT,
                  storage->apply(g_host, NULL, 0, &write, 129, NULL, NULL, NULL, NULL));
    write.value = broken;
    EXPECT_STATUS(error, RK_E_INVALID,
                  storage->apply(g_host, NULL, 0, &write, 1, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID, storage->add(g_host, broken, 1, NULL, NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  storage->list(g_host, text(""), broken, 1, on_list, NULL, NULL, NULL));
    return RK_OK;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    g_host = host;
    EXPECT_STATUS(error, RK_OK, check_arguments(error));
    EXPECT_STATUS(
        error, RK_OK,
        events->subscribe(host, text("messageCreate"), on_event, NULL, NULL, NULL, error));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("storage", create);
