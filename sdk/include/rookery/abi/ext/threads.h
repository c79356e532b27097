/* rookery.threads/1: where a call comes from. Since 1.2. */
#ifndef ROOKERY_ABI_EXT_THREADS_H
#define ROOKERY_ABI_EXT_THREADS_H

#include "../types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_THREADS_ID "rookery.threads/1"

#define RK_PHASE_CREATING 0 /* inside create */
#define RK_PHASE_RUNNING 1
#define RK_PHASE_STOPPING 2 /* from the call of stop to the return of destroy */
#define RK_PHASE_OVER 3

typedef struct rk_threads {
    uint32_t size;
    uint32_t reserved;

    /* 1 on the instance's thread, within a call from the host: where functions marked [instance
     * thread] may be called; else 0. [any thread] all states. Since 1.2. */
    rk_status_t (*is_instance_thread)(const rk_host_t* host);

    /* The state that the instance is in, RK_PHASE_...; from another thread it may have passed
     * already. [any thread] all states. Since 1.2. */
    rk_status_t (*phase)(const rk_host_t* host);
} rk_threads_t;

#ifdef __cplusplus
}
#endif

#endif
