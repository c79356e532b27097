/* rookery.settings/1: settings that each guild has of its own. Since 1.2.
 *
 * A plugin declares them with types and defaults; reading one never waits, changing one is stored
 * before it is answered. They outlive the process, and are no part of what storage.h lists. A guild
 * is named by its id; the empty one, of direct messages, has the defaults. Needs the capability
 * "settings", which is granted unless the configuration denies it. */
#ifndef ROOKERY_ABI_EXT_SETTINGS_H
#define ROOKERY_ABI_EXT_SETTINGS_H

#include "../status.h"
#include "views.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_SETTINGS_ID "rookery.settings/1"

/* The end of a change; `message` says why one failed. A failure that this returns is logged and
 * counts. [instance thread] running. */
typedef rk_status_t (*rk_settings_fn)(void* user, rk_status_t status, rk_text_t message,
                                      rk_error_t* error);

typedef struct rk_settings {
    uint32_t size;
    uint32_t reserved;

    /* What there is to set, as a JSON object: {"limit": {"type": "integer", "default": 3, "min": 1,
     * "max": 10, "doc": "..."}}. Types: string, integer, number, boolean, choice (with "choices"),
     * id, list (with "of"), table, any; "min" and "max" hold for numbers, the bytes of a string,
     * the items of a list. Takes the place of what was declared before. RK_E_INVALID with the fault
     * in `error`. [instance thread] creating, running. Since 1.2. */
    rk_status_t (*declare)(const rk_host_t* host, rk_text_t settings, rk_error_t* error);

    /* What the guild has set, else the default; RK_VALUE_NULL when there is neither. Lists and
     * tables come without content: see write_json. A text holds until the next call of this table.
     * RK_E_NOT_FOUND when it is not declared. [instance thread] creating, running. Since 1.2. */
    rk_status_t (*get)(const rk_host_t* host, rk_text_t guild, rk_text_t key, rk_value_t* out,
                       rk_error_t* error);

    /* The value as JSON, or with an empty key all of them as an object, in one or more pieces.
     * [instance thread] creating, running. Since 1.2. */
    rk_status_t (*write_json)(const rk_host_t* host, rk_text_t guild, rk_text_t key, rk_sink_t sink,
                              void* user, rk_error_t* error);

    /* Sets it to a JSON value of at most 64 KiB, checked against what is declared: faults are told
     * to `done`, which is called once, later, and may be null: a failure is then logged. Until then
     * the event at hand counts as unfinished. On failure `user` stays with the caller.
     * [instance thread] creating, running. Since 1.2. */
    rk_status_t (*set)(const rk_host_t* host, rk_text_t guild, rk_text_t key, rk_text_t value,
                       rk_settings_fn done, void* user, rk_release_t release, rk_error_t* error);

    /* Back to the default: one, or with an empty key all that the guild has set. As set otherwise.
     * Since 1.2. */
    rk_status_t (*reset)(const rk_host_t* host, rk_text_t guild, rk_text_t key, rk_settings_fn done,
                         void* user, rk_release_t release, rk_error_t* error);
} rk_settings_t;

#ifdef __cplusplus
}
#endif

#endif
