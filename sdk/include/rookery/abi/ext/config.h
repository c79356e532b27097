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

    /* Where the value at `path` ("channels.0") stands in the configuration: "bot.toml:12:9". The
     * empty path is the section. RK_E_NOT_FOUND when it does not stand there. [instance thread] all
     * states. Since 1.2. */
    rk_status_t (*place)(const rk_host_t* host, rk_text_t path, rk_sink_t sink, void* user);
} rk_config_t;

#ifdef __cplusplus
}
#endif

#endif
