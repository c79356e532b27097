/* The one symbol that a plugin exports, and the rules of everything that follows from it.
 *
 * Threads. Each plugin instance has one thread of its own, on which the host makes every call into
 * it; it may block there, at nobody else's cost. Every function states where it may be called:
 *   [instance thread]  on that thread, while the host is calling the plugin
 *   [any thread]       anywhere, from create until destroy has returned
 * Elsewhere a function does nothing and returns RK_E_THREAD.
 *
 * States. creating (inside create) -> running -> stopping (from the call of stop to the return of
 * destroy). A function that must not be called in a state returns RK_E_STATE there.
 *
 * Structs. Each that is passed by pointer begins with its size as the side that made it knows it;
 * the other reads nothing past the smaller of the two. Fields are only appended. Reserved fields
 * are 0.
 *
 * Failures. A status below 0 leaves every output alone. No exception crosses the interface in
 * either direction: the host contains one that comes out of a plugin, but what it unwound on its
 * way is the plugin's loss.
 *
 * Trust. A plugin is part of the process: the host checks what it is given in order to name
 * mistakes, and cannot contain malice. */
#ifndef ROOKERY_ABI_ENTRY_H
#define ROOKERY_ABI_ENTRY_H

#include "host.h"
#include "plugin.h"
#include "status.h"
#include "types.h"
#include "version.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_ENTRY_SYMBOL "rookery_plugin_entry"
#define RK_ENTRY_MAGIC 0x59524B52u /* "RKRY" */

/* What a plugin exports under RK_ENTRY_SYMBOL: a constant that the host looks at before it runs any
 * of the plugin's code. The first four fields never move, in any major. */
typedef struct rk_entry {
    uint32_t size;       /* sizeof(rk_entry_t) */
    uint32_t magic;      /* RK_ENTRY_MAGIC */
    uint16_t abi_major;  /* RK_ABI_MAJOR */
    uint16_t abi_minor;  /* RK_ABI_MINOR that it was built with */
    uint16_t least_host; /* the oldest minor of a host that it works with */
    uint16_t reserved;
    rk_text_t name; /* "welcome": 1 to 64 of a-z A-Z 0-9 _ -; two plugins of one name exclude each
                       other */
    rk_text_t version; /* "0.1.0": of the plugin; up to 32 bytes of printable ASCII */

    /* Makes an instance: registers what it wants to hear, and leaves in *out a struct that stays
     * valid until destroy has returned. On failure nothing is left behind: registrations are undone
     * by the host, and destroy is not called. There may be two instances at once (a reload), each
     * with its own host and thread. [instance thread] creating. `host` is borrowed until destroy
     * has returned. Since 1.0. */
    rk_status_t (*create)(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error);
} rk_entry_t;

#ifdef __cplusplus
}
#endif

#endif
