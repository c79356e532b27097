#include "fixture.h"

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("no_create", NULL);
