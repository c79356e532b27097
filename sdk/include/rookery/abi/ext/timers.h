/* rookery.timers/1: later, again and again, and from another thread. Since 1.0. */
#ifndef ROOKERY_ABI_EXT_TIMERS_H
#define ROOKERY_ABI_EXT_TIMERS_H

#include "../status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_TIMERS_ID "rookery.timers/1"

/* A failure is logged with `error` and counts. [instance thread] running. */
typedef rk_status_t (*rk_task_fn)(void* user, rk_error_t* error);

typedef struct rk_timers {
    uint32_t size;
    uint32_t reserved;

    /* Calls `task` once, `millis` from now at the earliest. RK_E_LIMIT beyond 10,000 timers. On
     * failure `user` stays with the caller. `out` may be null. [instance thread] creating, running.
     * Since 1.0. */
    rk_status_t (*after)(const rk_host_t* host, uint64_t millis, rk_task_fn task, void* user,
                         rk_release_t release, rk_handle_t* out, rk_error_t* error);

    /* The same again and again, each time `millis` (at least 1) after the last call has returned.
     * Since 1.0. */
    rk_status_t (*every)(const rk_host_t* host, uint64_t millis, rk_task_fn task, void* user,
                         rk_release_t release, rk_handle_t* out, rk_error_t* error);

    /* RK_E_STALE when it has fired or been cancelled. [instance thread] all states. Since 1.0. */
    rk_status_t (*cancel)(const rk_host_t* host, rk_handle_t timer);

    /* Calls `task` once on the instance thread, after what was posted before. RK_E_LIMIT beyond
     * 100,000 that wait. On failure `user` stays with the caller. [any thread] creating, running.
     * Since 1.0. */
    rk_status_t (*post)(const rk_host_t* host, rk_task_fn task, void* user, rk_release_t release,
                        rk_error_t* error);

    /* Calls `task` at the times that cron would: "minute hour day month weekday" with *, lists,
     * ranges and steps, or @daily and the like; RK_E_INVALID names the field. By the clocks of
     * `zone`, an IANA name, UTC when it is empty; RK_E_NOT_FOUND when there is no such zone. An
     * hour that the clocks leave out happens right after the gap, one that they show twice happens
     * once; what is missed is not made up for. [instance thread] creating, running. Since 1.2. */
    rk_status_t (*cron)(const rk_host_t* host, rk_text_t when, rk_text_t zone, rk_task_fn task,
                        void* user, rk_release_t release, rk_handle_t* out, rk_error_t* error);

    /* The time of day: milliseconds since 1970, UTC. The machine's clock, or that of a test, which
     * timers go by as well: never ask the machine yourself. [instance thread] all states.
     * Since 1.4. */
    rk_status_t (*now)(const rk_host_t* host, int64_t* millis);
} rk_timers_t;

#ifdef __cplusplus
}
#endif

#endif
