/* What a plugin gets from the host: its own name, and tables of functions by id. */
#ifndef ROOKERY_ABI_HOST_H
#define ROOKERY_ABI_HOST_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One plugin instance's side of the host; every table function takes it first. */
struct rk_host {
    uint32_t size;
    uint16_t abi_major;
    uint16_t abi_minor; /* level of the host */
    rk_text_t name; /* under which the plugin was loaded: NAME of NAME.so and of [plugins.NAME] */

    /* The table of that id ("rookery.events/1"), or null when this host has none: a plugin that can
     * do without goes on. Tables live as long as the process; each begins with its size. [any
     * thread] all states. Since 1.0. */
    const void* (*get_table)(const rk_host_t* host, rk_text_t id);
};

#ifdef __cplusplus
}
#endif

#endif
