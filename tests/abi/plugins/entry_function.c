#include "fixture.h"

FIXTURE_EXPORT int rookery_plugin_entry(void);
int rookery_plugin_entry(void) { return 0; }
