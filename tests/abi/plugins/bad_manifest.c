#include "fixture.h"

#include <rookery/abi/manifest.h>

RK_MANIFEST("{\"name\": 5}");

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    (void)host;
    (void)error;
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("bad_manifest", create);
