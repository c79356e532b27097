#define _POSIX_C_SOURCE 200809L
/* create returns only when the file named by the setting `until` exists. */
#include "fixture.h"

#include <time.h>
#include <unistd.h>

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    const rk_config_t* const config = table(host, RK_CONFIG_ID);
    const rk_documents_t* const documents = table(host, RK_DOCUMENTS_ID);
    rk_handle_t settings = 0;
    rk_value_t until;
    char path[512] = "";
    until.size = sizeof(until);
    EXPECT_STATUS(error, RK_OK, config->settings(host, &settings));
    EXPECT_STATUS(error, RK_OK, documents->get(host, settings, text("until"), &until));
    (void)snprintf(path, sizeof(path), "%.*s", (int)until.as.text.len, until.as.text.data);
    while (access(path, F_OK) != 0) {
        const struct timespec pause = {0, 1000000};
        (void)nanosleep(&pause, NULL);
    }
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("hangs", create);
