#include "fixture.h"

void nobody_defines_this(void);

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    (void)host;
    (void)error;
    nobody_defines_this();
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("undefined_symbol", create);
