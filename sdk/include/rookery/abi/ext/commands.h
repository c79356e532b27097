/* rookery.commands/1: commands that are declared once for every platform, and buttons, menus and
 * forms whose ids are signed. Since 1.4.
 *
 * interactions.h has what the platform itself calls a command; this is the layer above it: typed
 * options, permissions, cooldowns, and a prefix form where there are no slash commands. */
#ifndef ROOKERY_ABI_EXT_COMMANDS_H
#define ROOKERY_ABI_EXT_COMMANDS_H

#include "events.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_COMMANDS_ID "rookery.commands/1"

/* What a handler is for. */
#define RK_INVOKE_COMMAND 1u      /* key: a command's path: "todo add" */
#define RK_INVOKE_AUTOCOMPLETE 2u /* key: the same */
#define RK_INVOKE_PRESS 3u        /* key: an action of a button, menu or form */

/* Handles one invocation: `event` is the interactionCreate, or the messageCreate of the prefix
 * form, as of rk_event_fn; `invocation` a JSON object (docs/reference/invocations.md), which holds
 * until the handler returns. While the event is held, the invocation goes on: its place among those
 * that may run at once stays taken. [instance thread] running. */
typedef rk_status_t (*rk_invocation_fn)(void* user, rk_view_t event, rk_text_t invocation,
                                        rk_error_t* error);

typedef struct rk_commands {
    uint32_t size;
    uint32_t reserved;

    /* Declares a command: a JSON object (docs/reference/command-definitions.md) of at most 256 KiB.
     * RK_E_INVALID with the place of the fault, RK_E_EXISTS when another extension has that name,
     * RK_E_LIMIT when there are too many. `out` may be null. [instance thread] creating, running.
     * Since 1.4. */
    rk_status_t (*declare)(const rk_host_t* host, rk_text_t definition, rk_handle_t* out,
                           rk_error_t* error);

    /* RK_E_STALE when it has been withdrawn. [instance thread] all states. Since 1.4. */
    rk_status_t (*withdraw)(const rk_host_t* host, rk_handle_t command);

    /* Calls `handler` for the invocations of that kind and key; of one key the newest handler
     * counts. RK_E_INVALID for an unknown kind or an empty key; RK_E_LIMIT beyond 1,000. On failure
     * `user` stays with the caller. Ended by unsubscribe of events.h. [instance thread] creating,
     * running. Since 1.4. */
    rk_status_t (*handle)(const rk_host_t* host, uint32_t kind, rk_text_t key,
                          rk_invocation_fn handler, void* user, rk_release_t release,
                          rk_handle_t* out, rk_error_t* error);

    /* Says that whoever has one of the holds of the event only waits for somebody's answer; with
     * `waits` 0 that it goes on. A reload does not wait for an event all of whose holds wait so:
     * the version that follows calls its handler of the invocation anew, which asks under the same
     * key. RK_E_STALE. [instance thread] running. Since 1.4. */
    rk_status_t (*wait)(const rk_host_t* host, rk_handle_t event, uint32_t waits);
} rk_commands_t;

#ifdef __cplusplus
}
#endif

#endif
