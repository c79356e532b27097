/* Calls every function of every table with null for everything: without a host, on the instance
 * thread, on another thread, and at the end. None may crash or succeed. */
#include "fixture.h"

#include <pthread.h>

/* Integers, pointers and structs by value alike arrive as zeros: six registers and the stack. */
typedef rk_status_t (*any_fn)(const rk_host_t*, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                              uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

static const char* const kTables[] = {
    "rookery.commands/1",     "rookery.config/1",  "rookery.documents/1",  "rookery.events/1",
    "rookery.interactions/1", "rookery.log/1",     "rookery.operations/1", "rookery.timers/1",
    "rookery.views/1",        "rookery.storage/1", "rookery.http/1",       "rookery.settings/1",
    "rookery.metrics/1"};

typedef struct walk {
    const rk_host_t* tables; /* where the tables come from */
    const rk_host_t* host;   /* what the functions get */
    rk_error_t* error;
    rk_status_t status;
} walk_t;

static const rk_host_t* kept_host;

/* Writes without a `done`: that there is no such key goes to the log. On behalf of no event is how
 * all calls begin. */
static int may_succeed(const char* name, unsigned function) {
    return (strcmp(name, "rookery.storage/1") == 0 && (function == 2 || function == 4)) ||
           (strcmp(name, "rookery.settings/1") == 0 && function == 4);
}

static rk_status_t walk(const walk_t* how) {
    for (size_t i = 0; i < sizeof(kTables) / sizeof(kTables[0]); ++i) {
        const unsigned char* const found = table(how->tables, kTables[i]);
        uint32_t size = 0;
        if (found == NULL) {
            continue;
        }
        memcpy(&size, found, sizeof(size));
        for (size_t at = 8; at + sizeof(any_fn) <= size; at += sizeof(any_fn)) {
            any_fn function;
            rk_status_t got;
            memcpy(&function, found + at, sizeof(function));
            got = function(how->host, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            if (got >= 0 && !may_succeed(kTables[i], (unsigned)((at - 8) / sizeof(any_fn)))) {
                char why[120];
                (void)snprintf(why, sizeof(why), "%s, function %u, gave %d", kTables[i],
                               (unsigned)((at - 8) / sizeof(any_fn)), (int)got);
                return explain(how->error, RK_E_INTERNAL, why);
            }
        }
    }
    return RK_OK;
}

static void* run(void* user) {
    walk_t* const how = user;
    how->status = walk(how);
    return NULL;
}

static void stop(void* self) {
    const walk_t stopping = {kept_host, kept_host, NULL, RK_OK};
    (void)self;
    (void)walk(&stopping);
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    static const rk_plugin_t kPlugin = {sizeof(rk_plugin_t), 0, NULL, nothing, stop, NULL, NULL};
    const walk_t without = {host, NULL, error, RK_OK};
    const walk_t with = {host, host, error, RK_OK};
    walk_t elsewhere = {host, host, error, RK_E_INTERNAL};
    pthread_t thread;
    rk_status_t status;
    kept_host = host;
    status = walk(&without);
    if (status == RK_OK) {
        status = walk(&with);
    }
    if (status < 0 || pthread_create(&thread, NULL, run, &elsewhere) != 0) {
        return status < 0 ? status : RK_E_INTERNAL;
    }
    (void)pthread_join(thread, NULL);
    *out = &kPlugin;
    return elsewhere.status;
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("every_function", create);
