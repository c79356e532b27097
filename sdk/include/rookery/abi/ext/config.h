/* rookery.config/1: the plugin's own keys of the configuration, [plugins.NAME]. Since 1.0. */
#ifndef ROOKERY_ABI_EXT_CONFIG_H
#define ROOKERY_ABI_EXT_CONFIG_H

#include "../types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_CONFIG_ID "rookery.config/1"

typedef struct rk_config {
    uint32_t size;
    uint32_t reserved;

    /* The settings as a document (documents.h); never changes, holds until destroy. A change of the
     * configuration makes a new instance. [instance thread] all states. Since 1.0. */
    rk_status_t (*settings)(const rk_host_t* host, rk_handle_t* out);
} rk_config_t;

#ifdef __cplusplus
}
#endif

#endif
