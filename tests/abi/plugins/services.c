/* Settings of guilds, metrics and threads in plain C. */
#include "fixture.h"

static const rk_host_t* g_host;
static uint32_t g_counter;

static void say(const char* line) {
    const rk_log_t* const log = table(g_host, RK_LOG_ID);
    (void)log->write(g_host, RK_LOG_INFO, text(line));
}

static void append(void* user, rk_text_t piece) {
    char* const out = user;
    (void)strncat(out, piece.data, piece.len);
}

static rk_status_t on_set(void* user, rk_status_t status, rk_text_t message, rk_error_t* error) {
    const rk_settings_t* const settings = table(g_host, RK_SETTINGS_ID);
    char all[200] = "all ";
    rk_value_t value;
    (void)user;
    (void)message;
    EXPECT_STATUS(error, RK_OK, status);
    value.size = sizeof(value);
    EXPECT_STATUS(error, RK_OK, settings->get(g_host, text("1"), text("prefix"), &value, error));
    EXPECT_STATUS(error, 1, value.kind == RK_VALUE_TEXT && value.as.text.len == 2);
    EXPECT_STATUS(error, RK_OK,
                  settings->write_json(g_host, text("1"), text(""), append, all, error));
    say(all);
    return RK_OK;
}

static rk_status_t on_refused(void* user, rk_status_t status, rk_text_t message,
                              rk_error_t* error) {
    char line[200];
    (void)user;
    EXPECT_STATUS(error, RK_E_INVALID, status);
    (void)snprintf(line, sizeof(line), "refused: %.*s", (int)message.len, message.data);
    say(line);
    return RK_OK;
}

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    const rk_settings_t* const settings = table(g_host, RK_SETTINGS_ID);
    const rk_metrics_t* const metrics = table(g_host, RK_METRICS_ID);
    const rk_threads_t* const threads = table(g_host, RK_THREADS_ID);
    rk_value_t value;
    (void)user;
    (void)event;
    value.size = sizeof(value);
    EXPECT_STATUS(error, RK_PHASE_RUNNING, threads->phase(g_host));
    EXPECT_STATUS(error, 1, threads->is_instance_thread(g_host));
    EXPECT_STATUS(error, RK_OK, metrics->add(g_host, g_counter, 2));
    EXPECT_STATUS(error, RK_E_INVALID, metrics->add(g_host, g_counter, -2));
    EXPECT_STATUS(error, RK_E_INVALID, metrics->set(g_host, g_counter, 2));
    EXPECT_STATUS(error, RK_E_NOT_FOUND, metrics->observe(g_host, 99, 2));
    EXPECT_STATUS(error, RK_OK, settings->get(g_host, text("1"), text("limit"), &value, error));
    EXPECT_STATUS(error, 3, value.kind == RK_VALUE_INTEGER ? (int)value.as.integer : -1);
    EXPECT_STATUS(error, RK_E_NOT_FOUND,
                  settings->get(g_host, text("1"), text("nothing"), &value, NULL));
    EXPECT_STATUS(
        error, RK_OK,
        settings->set(g_host, text("1"), text("limit"), text("11"), on_refused, NULL, NULL, error));
    EXPECT_STATUS(error, RK_OK,
                  settings->set(g_host, text("1"), text("prefix"), text("\"??\""), on_set, NULL,
                                NULL, error));
    EXPECT_STATUS(
        error, RK_E_INVALID,
        settings->set(g_host, text("1"), text("prefix"), text("{"), on_set, NULL, NULL, NULL));
    return RK_OK;
}

static rk_status_t declare(rk_error_t* error) {
    const rk_settings_t* const settings = table(g_host, RK_SETTINGS_ID);
    const rk_metrics_t* const metrics = table(g_host, RK_METRICS_ID);
    const rk_threads_t* const threads = table(g_host, RK_THREADS_ID);
    const rk_label_t label = {TEXT("kind"), TEXT("a")};
    rk_metric_t metric;
    EXPECT_STATUS(error, RK_PHASE_CREATING, threads->phase(g_host));
    EXPECT_STATUS(error, RK_E_INVALID, threads->phase(NULL));
    EXPECT_STATUS(error, RK_OK,
                  settings->declare(g_host,
                                    text("{\"prefix\":{\"type\":\"string\",\"default\":\"!\"},"
                                         "\"limit\":{\"type\":\"integer\",\"default\":3,"
                                         "\"max\":10}}"),
                                    error));
    EXPECT_STATUS(error, RK_E_INVALID, settings->declare(g_host, text("{"), NULL));
    EXPECT_STATUS(error, RK_E_INVALID, settings->declare(g_host, text("{\"a\":5}"), NULL));
    memset(&metric, 0, sizeof(metric));
    metric.size = sizeof(metric);
    metric.kind = RK_METRIC_COUNTER;
    metric.name = text("seen");
    metric.labels = &label;
    metric.label_count = 1;
    EXPECT_STATUS(error, RK_OK, metrics->declare(g_host, &metric, &g_counter, error));
    EXPECT_STATUS(error, RK_E_INVALID, metrics->declare(g_host, &metric, NULL, NULL));
    metric.kind = 9;
    EXPECT_STATUS(error, RK_E_INVALID, metrics->declare(g_host, &metric, &g_counter, NULL));
    metric.kind = RK_METRIC_GAUGE;
    EXPECT_STATUS(error, RK_E_EXISTS, metrics->declare(g_host, &metric, &g_counter, NULL));
    metric.name = text("1");
    EXPECT_STATUS(error, RK_E_INVALID, metrics->declare(g_host, &metric, &g_counter, NULL));
    return RK_OK;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    g_host = host;
    EXPECT_STATUS(error, RK_OK, declare(error));
    EXPECT_STATUS(
        error, RK_OK,
        events->subscribe(host, text("messageCreate"), on_event, NULL, NULL, NULL, error));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("services", create);
