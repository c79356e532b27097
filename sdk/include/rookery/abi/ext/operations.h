/* rookery.operations/1: acting: messages, reactions, roles, ... Since 1.0.
 *
 * The operations with their parameters are listed in docs/reference/operations.md. */
#ifndef ROOKERY_ABI_EXT_OPERATIONS_H
#define ROOKERY_ABI_EXT_OPERATIONS_H

#include "../status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_OPERATIONS_ID "rookery.operations/1"

typedef struct rk_call {
    uint32_t size;
    uint32_t deadline_ms; /* 0: 30 seconds */
    rk_text_t operation;  /* "messages.send" */
    rk_text_t arguments;  /* JSON object: {"channelId":"123","content":"Hello"}; at most 1 MiB */
    rk_text_t bot;        /* name of the bot; empty: the event's, else the only one */
    rk_handle_t event;    /* the event that this answers; 0: the one being handled, if any */
} rk_call_t;

/* The end of an operation. `status` 0: `result` is a document (documents.h; null where the platform
 * answers nothing), gone when the function returns. Else `message` says why, and where it was the
 * platform that refused, `result` is a document of what it said: { status, code, message, fields },
 * a field being { path, code, message }. A failure that this returns is logged and counts.
 * [instance thread] running. */
typedef rk_status_t (*rk_done_fn)(void* user, rk_status_t status, rk_handle_t result,
                                  rk_text_t message, rk_error_t* error);

typedef struct rk_operations {
    uint32_t size;
    uint32_t reserved;

    /* Begins an operation and returns. `done` (may be null: a failure is then logged) is called
     * once, later, unless the plugin is stopped first; wrong arguments are told there too. Until
     * the operation has ended and `done` has returned, the event counts as unfinished; during
     * `done` that event is the one being handled. RK_E_INVALID when the arguments are not a JSON
     * object, RK_E_LIMIT beyond 10,000 calls under way; on failure `user` stays with the caller.
     * [instance thread] creating, running; stopping only without `done`. Since 1.0. */
    rk_status_t (*call)(const rk_host_t* host, const rk_call_t* call, rk_done_fn done, void* user,
                        rk_release_t release, rk_error_t* error);
} rk_operations_t;

#ifdef __cplusplus
}
#endif

#endif
