/* The plain types of the plugin interface. C11 and C++11 upwards; see entry.h for the rules. */
#ifndef ROOKERY_ABI_TYPES_H
#define ROOKERY_ABI_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* UTF-8, not terminated. Borrowed for the call unless a function says more. `data` may be null when
 * `len` is 0. */
typedef struct rk_text {
    const char* data;
    size_t len;
} rk_text_t;

/* 0 and above: success. Below: one of the RK_E_ codes of status.h. */
typedef int32_t rk_status_t;

/* Names one object of the host, generation included: a handle of something that is gone is refused.
 * 0 names nothing. */
typedef uint64_t rk_handle_t;

/* The host as one plugin instance sees it: host.h. */
typedef struct rk_host rk_host_t;

/* Takes the next piece of a longer text; `piece` is borrowed for the call. Must not call the host.
 */
typedef void (*rk_sink_t)(void* user, rk_text_t piece);

/* Gives back what belongs to a callback: called exactly once with its `user`, on the instance
 * thread, when the host will not call that callback again, at the latest before destroy. May be
 * null. */
typedef void (*rk_release_t)(void* user);

#ifdef __cplusplus
}
#endif

#endif
