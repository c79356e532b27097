/* rookery.interactions/1: hearing of commands, buttons, menus and forms, and declaring commands.
 * Since 1.1.
 *
 * Interactions are answered by operations (operations.h): "interactions.reply" with the handle of
 * the event, and so on. One that is not answered within about two seconds is deferred by the host,
 * as long as somebody is busy with it; a reply then fills the deferral in. */
#ifndef ROOKERY_ABI_EXT_INTERACTIONS_H
#define ROOKERY_ABI_EXT_INTERACTIONS_H

#include "events.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_INTERACTIONS_ID "rookery.interactions/1"

/* What a handler is for. */
#define RK_INTERACTION_COMMAND \
    2u /* key: a command's name, or with group and subcommand: "todo add" */
#define RK_INTERACTION_COMPONENT 3u    /* key: a custom id, or the beginning of one and a `*` */
#define RK_INTERACTION_AUTOCOMPLETE 4u /* key: as of commands */
#define RK_INTERACTION_MODAL 5u        /* key: as of components */

typedef struct rk_interactions {
    uint32_t size;
    uint32_t reserved;

    /* Calls `handler` for interactionCreate events of that kind whose key fits; of several handlers
     * of one plugin that fit the most exact one, of equals the first. Handlers of
     * "interactionCreate" itself (events.h) hear of all. RK_E_INVALID for an unknown kind or an
     * empty key; RK_E_LIMIT beyond 1,000 subscriptions. On failure `user` stays with the caller.
     * Ended by unsubscribe of events.h. [instance thread] creating, running. Since 1.1. */
    rk_status_t (*subscribe)(const rk_host_t* host, uint32_t kind, rk_text_t key,
                             rk_event_fn handler, void* user, rk_release_t release,
                             rk_handle_t* out, rk_error_t* error);

    /* Declares an application command: a JSON object in the platform's form, of at most 256 KiB,
     * with `guilds` (ids) and `bots` (names) beside it where it is not for all. The host brings
     * what all extensions declare to the platform, once this version runs; what is no longer
     * declared goes. RK_E_INVALID with the place of the fault, RK_E_EXISTS when another extension
     * has that name, RK_E_LIMIT when the platform takes no more. `out` may be null. [instance
     * thread] creating, running. Since 1.1. */
    rk_status_t (*declare)(const rk_host_t* host, rk_text_t command, rk_handle_t* out,
                           rk_error_t* error);

    /* RK_E_STALE when it has been withdrawn. [instance thread] all states. Since 1.1. */
    rk_status_t (*withdraw)(const rk_host_t* host, rk_handle_t command);
} rk_interactions_t;

#ifdef __cplusplus
}
#endif

#endif
