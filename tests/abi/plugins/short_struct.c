#include "fixture.h"

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    static const _Alignas(8) uint32_t kPlugin[2] = {sizeof(kPlugin), 0};
    (void)host;
    (void)error;
    *out = (const rk_plugin_t*)(const void*)kPlugin;
    return RK_OK;
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("short_struct", create);
