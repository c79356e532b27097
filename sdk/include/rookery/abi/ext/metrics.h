/* rookery.metrics/1: numbers about the plugin, shown by `rookery metrics` in Prometheus' form as
 * plugin_NAME_METRIC. Since 1.2.
 *
 * A metric is a name with labels; asking for it again, also after a reload, gives the same one with
 * its value. At most 100 for a plugin. Needs the capability "metrics", which is granted unless the
 * configuration denies it. */
#ifndef ROOKERY_ABI_EXT_METRICS_H
#define ROOKERY_ABI_EXT_METRICS_H

#include "../status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_METRICS_ID "rookery.metrics/1"

#define RK_METRIC_COUNTER 1u   /* only grows */
#define RK_METRIC_GAUGE 2u     /* goes up and down */
#define RK_METRIC_HISTOGRAM 3u /* how many values fell below each bound */

typedef struct rk_label {
    rk_text_t name;
    rk_text_t value;
} rk_label_t;

typedef struct rk_metric {
    uint32_t size;
    uint32_t kind;
    rk_text_t name;           /* 1 to 64 of a-z A-Z 0-9 _, not a digit first */
    rk_text_t help;           /* one line; may be empty */
    const rk_label_t* labels; /* at most 8; values of at most 128 bytes */
    uint32_t label_count;
    uint32_t bound_count;
    const double* bounds; /* of a histogram: at most 20, rising; none: 0.005 to 10, for seconds */
} rk_metric_t;

typedef struct rk_metrics {
    uint32_t size;
    uint32_t reserved;

    /* The metric's number, for the functions below. RK_E_INVALID for a wrong name, label or bound,
     * RK_E_EXISTS when the name is of another kind, RK_E_LIMIT beyond 100. [instance thread]
     * creating, running. Since 1.2. */
    rk_status_t (*declare)(const rk_host_t* host, const rk_metric_t* metric, uint32_t* out,
                           rk_error_t* error);

    /* Adds to a counter (0 or more) or a gauge. RK_E_INVALID for another kind or no finite number,
     * RK_E_NOT_FOUND for an unknown number. [instance thread] all states. Since 1.2. */
    rk_status_t (*add)(const rk_host_t* host, uint32_t metric, double amount);

    /* Sets a gauge. As add. Since 1.2. */
    rk_status_t (*set)(const rk_host_t* host, uint32_t metric, double value);

    /* Counts a value in a histogram. As add. Since 1.2. */
    rk_status_t (*observe)(const rk_host_t* host, uint32_t metric, double value);
} rk_metrics_t;

#ifdef __cplusplus
}
#endif

#endif
