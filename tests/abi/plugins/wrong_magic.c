#include "fixture.h"

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    (void)host;
    (void)error;
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry =
    ENTRY_WITH(0x12345678, RK_ABI_MAJOR, 0, "wrong_magic", create);
