/* What a call can come to, and the text that goes with a failure. */
#ifndef ROOKERY_ABI_STATUS_H
#define ROOKERY_ABI_STATUS_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Codes are never renumbered; a reader treats one that it does not know as RK_E_INTERNAL. */
#define RK_OK 0
#define RK_E_INVALID (-1)     /* an argument, file or payload is wrong */
#define RK_E_NOT_FOUND (-2)   /* nothing of that name or number */
#define RK_E_EXISTS (-3)      /* something of that name is there already */
#define RK_E_DENIED (-4)      /* refused: token, permission, capability */
#define RK_E_UNSUPPORTED (-5) /* the platform, table or version has no such thing */
#define RK_E_TIMEOUT (-6)     /* a deadline passed */
#define RK_E_CANCELLED (-7)   /* the owner went away or asked to stop */
#define RK_E_UNAVAILABLE (-8) /* not connected, not ready: trying later may help */
#define RK_E_PROTOCOL (-9)    /* a peer broke its protocol */
#define RK_E_LIMIT (-10)      /* a size, depth, count, rate or budget was exceeded */
#define RK_E_IO (-11)         /* the operating system said no */
#define RK_E_STALE (-12)      /* the handle's object is gone */
#define RK_E_INTERNAL (-13)   /* a defect, or an exception that nobody expected */
#define RK_E_THREAD (-14)     /* called on a thread on which this function must not be called */
#define RK_E_STATE (-15)      /* not now: the plugin is stopping or has been stopped */

#define RK_ERROR_TEXT 496

/* Takes the reason of a failure. The caller sets `size` to sizeof(rk_error_t) and `length` to 0;
 * the callee may write up to `size` bytes in all. Nothing to release. Wherever one is asked for,
 * null is allowed. */
typedef struct rk_error {
    uint32_t size;
    rk_status_t status;
    uint32_t length; /* bytes of text; UTF-8, not terminated, cut at RK_ERROR_TEXT */
    uint32_t reserved;
    char text[RK_ERROR_TEXT];
} rk_error_t;

#ifdef __cplusplus
}
#endif

#endif
