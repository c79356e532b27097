/* What a plugin gives to the host: how to end it, and how to hand its state to the next version. */
#ifndef ROOKERY_ABI_PLUGIN_H
#define ROOKERY_ABI_PLUGIN_H

#include "status.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One instance. Made by the plugin, never written by the host. */
typedef struct rk_plugin {
    uint32_t size; /* sizeof(rk_plugin_t) */
    uint32_t reserved;
    void* self; /* handed to each of the functions */

    /* Frees the instance; required. Every registration has been released. The library may be
     * unloaded as soon as it has returned: no thread of the plugin may be left. [instance thread]
     * stopping. Since 1.0. */
    void (*destroy)(void* self);

    /* The end is near: nothing more arrives. Threads of the plugin are joined here. May be null.
     * [instance thread] stopping, once, before the registrations are undone. Since 1.0. */
    void (*stop)(void* self);

    /* Hands the state to `sink`, in pieces, 64 MiB at most in all, and its version to *version (1
     * if left alone). The instance goes on afterwards if the reload fails. RK_E_NOT_FOUND: there is
     * none to keep. Null: this plugin keeps none. [instance thread] running. Since 1.0. */
    rk_status_t (*save)(void* self, uint32_t* version, rk_sink_t sink, void* sink_user,
                        rk_error_t* error);

    /* Takes over what an older, equal or newer version saved. A failure refuses the reload; the old
     * instance goes on. Null: what was saved is dropped. [instance thread] running, before the
     * first event. Since 1.0. */
    rk_status_t (*load)(void* self, uint32_t version, rk_text_t state, rk_error_t* error);
} rk_plugin_t;

#ifdef __cplusplus
}
#endif

#endif
