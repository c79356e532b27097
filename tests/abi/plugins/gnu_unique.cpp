// A template's static in a library that exports it: the loader keeps such a library for good.
#include "fixture.h"

template <class T>
struct Shared {
    static inline T value{};
};

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    (void)host;
    (void)error;
    ++Shared<int>::value;
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("gnu_unique", create);
