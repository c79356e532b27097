#include "fixture.h"

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    static const rk_plugin_t kPlugin = {sizeof(rk_plugin_t), 0, NULL, NULL, NULL, NULL, NULL};
    (void)host;
    (void)error;
    *out = &kPlugin;
    return RK_OK;
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("no_destroy", create);
