/* rookery.storage/1: keys and values that outlive the process. Since 1.2.
 *
 * Each plugin has its own keys; values are bytes. A call begins, returns, and is answered later:
 * calls of one plugin are carried out in the order in which they were begun. What has been answered
 * is kept whatever happens to the process. Needs the capability "kv", which is granted unless the
 * configuration denies it.
 *
 * What is written on behalf of an event is written once, however often the event is handled: when a
 * handler begins anew, after a kill or in the version that a reload has brought, an add or apply
 * that was carried out is answered as it was then, and changes nothing. It is known by the keys
 * that it writes and by how many-th of that it is for the event, not by amounts and values. What is
 * read is what is there now. A write is on behalf of the event being handled, `done` of its calls
 * included; on_behalf names another. Writes of timers and tasks are on nobody's.
 *
 * Limits: keys of 1 to 512 bytes, values of at most 1 MiB, at most 10,000 calls under way, and the
 * plugin's `kv_limit` for keys and values together (RK_E_LIMIT). */
#ifndef ROOKERY_ABI_EXT_STORAGE_H
#define ROOKERY_ABI_EXT_STORAGE_H

#include "../status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_STORAGE_ID "rookery.storage/1"

typedef struct rk_stored_item {
    rk_text_t key;
    rk_text_t value;
} rk_stored_item_t;

/* What a call came to; the fields that its function names, the others are 0. Borrowed for the
 * callback. */
typedef struct rk_stored {
    uint32_t size;
    uint32_t found;                /* get: 1 when the key is there */
    rk_text_t value;               /* get */
    int64_t number;                /* add: the sum */
    uint32_t applied;              /* apply: 1 when every check held and the writes were made */
    uint32_t existed;              /* apply: how many keys of the writes were there before */
    const rk_stored_item_t* items; /* list */
    uint32_t item_count;           /* list */
    uint32_t more;                 /* list: 1 when there are keys after the last item's */
} rk_stored_t;

/* The end of a call. `status` 0: `stored` is there. Else it is null and `message` says why. A
 * failure that this returns is logged and counts. [instance thread] running. */
typedef rk_status_t (*rk_stored_fn)(void* user, rk_status_t status, const rk_stored_t* stored,
                                    rk_text_t message, rk_error_t* error);

/* What a key must hold for an apply to be carried out. */
typedef struct rk_stored_check {
    rk_text_t key;
    rk_text_t value;
    uint32_t present; /* 0: the key must not be there, and `value` is not looked at */
    uint32_t reserved;
} rk_stored_check_t;

typedef struct rk_stored_write {
    rk_text_t key;
    rk_text_t value;
    uint64_t ttl_ms;  /* the key goes after that time; 0: never */
    uint32_t present; /* 0: the key is removed, and `value` is not looked at */
    uint32_t reserved;
} rk_stored_write_t;

/* Every function: begins a call and returns; `done` is called once, later, unless the plugin is
 * stopped first. Until then the event at hand counts as unfinished, and during `done` it is the one
 * being handled. RK_E_INVALID for a null text with a length, RK_E_LIMIT beyond 10,000 calls under
 * way, RK_E_UNSUPPORTED when this host stores nothing: then `user` stays with the caller. Faults of
 * keys and values, and refusals, are told to `done`. Texts are copied. [instance thread] creating,
 * running. */
typedef struct rk_storage {
    uint32_t size;
    uint32_t reserved;

    /* Since 1.2. */
    rk_status_t (*get)(const rk_host_t* host, rk_text_t key, rk_stored_fn done, void* user,
                       rk_release_t release, rk_error_t* error);

    /* All checks and, if every one of them holds, all writes, as one. At most 128 of each, and no
     * key written twice. One write and no check sets or removes a key; one check of the same key
     * makes it a compare-and-set. `done` may be null: a failure is then logged. Stopping: only
     * without `done`. Since 1.2. */
    rk_status_t (*apply)(const rk_host_t* host, const rk_stored_check_t* checks,
                         uint32_t check_count, const rk_stored_write_t* writes,
                         uint32_t write_count, rk_stored_fn done, void* user, rk_release_t release,
                         rk_error_t* error);

    /* Adds to the whole number that the key holds in decimal digits, from 0 when it is not there,
     * and keeps its time to live; RK_E_INVALID to `done` when it holds something else. `done` may
     * be null as for apply. Since 1.2. */
    rk_status_t (*add)(const rk_host_t* host, rk_text_t key, int64_t amount, rk_stored_fn done,
                       void* user, rk_release_t release, rk_error_t* error);

    /* Keys that begin with `prefix` and come after `after` in the order of their bytes, with their
     * values: at most `limit` (1 to 1,000), and about 4 MiB. Since 1.2. */
    rk_status_t (*list)(const rk_host_t* host, rk_text_t prefix, rk_text_t after, uint32_t limit,
                        rk_stored_fn done, void* user, rk_release_t release, rk_error_t* error);

    /* What add and apply begin from now on is on behalf of that event, which the plugin holds; with
     * 0 of the one being handled again. For what goes on with an event in a timer or in another
     * event's handler: to be taken back at once. RK_E_STALE when the event is not open. Since 1.4.
     */
    rk_status_t (*on_behalf)(const rk_host_t* host, rk_handle_t event);
} rk_storage_t;

#ifdef __cplusplus
}
#endif

#endif
