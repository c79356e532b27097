#include "fixture.h"

/* What stands before create. */
typedef struct small_entry {
    uint32_t size;
    uint32_t magic;
    uint16_t abi_major;
    uint16_t abi_minor;
} small_entry_t;

FIXTURE_EXPORT const small_entry_t rookery_plugin_entry;
const small_entry_t rookery_plugin_entry = {sizeof(small_entry_t), RK_ENTRY_MAGIC, RK_ABI_MAJOR,
                                            RK_ABI_MINOR};
