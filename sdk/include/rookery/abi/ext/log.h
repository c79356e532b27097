/* rookery.log/1: lines in the host's log, under the plugin's name. Since 1.0. */
#ifndef ROOKERY_ABI_EXT_LOG_H
#define ROOKERY_ABI_EXT_LOG_H

#include "../types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_LOG_ID "rookery.log/1"

#define RK_LOG_DEBUG 1u
#define RK_LOG_INFO 2u
#define RK_LOG_WARN 3u
#define RK_LOG_ERROR 4u

typedef struct rk_log {
    uint32_t size;
    uint32_t reserved;

    /* One line; control characters are escaped, text beyond 8 KiB is cut. RK_E_INVALID for an
     * unknown level or text that is not UTF-8. [any thread] all states. Since 1.0. */
    rk_status_t (*write)(const rk_host_t* host, uint32_t level, rk_text_t text);

    /* 1 when a line of that level would be shown, 0 when not. [any thread] all states. Since 1.0.
     */
    rk_status_t (*enabled)(const rk_host_t* host, uint32_t level);
} rk_log_t;

#ifdef __cplusplus
}
#endif

#endif
