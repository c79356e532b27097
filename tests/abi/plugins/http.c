/* Asks another service in plain C. */
#include "fixture.h"

static const rk_host_t* g_host;

static rk_status_t on_answer(void* user, rk_status_t status, const rk_http_answer_t* answer,
                             rk_text_t message, rk_error_t* error) {
    char line[300];
    const rk_log_t* const log = table(g_host, RK_LOG_ID);
    (void)user;
    (void)error;
    if (status != RK_OK) {
        (void)snprintf(line, sizeof(line), "failed %d %.*s", (int)status, (int)message.len,
                       message.data);
    } else {
        (void)snprintf(line, sizeof(line), "answer %u %.*s %.*s=%.*s", (unsigned)answer->status,
                       (int)answer->body.len, answer->body.data, (int)answer->headers[0].name.len,
                       answer->headers[0].name.data, (int)answer->headers[0].value.len,
                       answer->headers[0].value.data);
    }
    (void)log->write(g_host, RK_LOG_INFO, text(line));
    return RK_OK;
}

static rk_status_t on_event(void* user, rk_view_t event, rk_error_t* error) {
    const rk_http_t* const http = table(g_host, RK_HTTP_ID);
    const rk_http_header_t header = {TEXT("X-Mine"), TEXT("yes")};
    rk_http_request_t request;
    (void)user;
    (void)event;
    memset(&request, 0, sizeof(request));
    request.size = sizeof(request);
    request.timeout_ms = 5000;
    request.method = text("POST");
    request.url = text("http://example.com/");
    request.headers = &header;
    request.header_count = 1;
    request.body = text("hello");
    return http->request(g_host, &request, on_answer, NULL, NULL, error);
}

static rk_status_t check_arguments(rk_error_t* error) {
    const rk_http_t* const http = table(g_host, RK_HTTP_ID);
    rk_http_request_t request;
    memset(&request, 0, sizeof(request));
    EXPECT_STATUS(error, RK_E_INVALID, http->request(g_host, NULL, on_answer, NULL, NULL, NULL));
    request.size = 4;
    EXPECT_STATUS(error, RK_E_INVALID,
                  http->request(g_host, &request, on_answer, NULL, NULL, NULL));
    request.size = sizeof(request);
    EXPECT_STATUS(error, RK_E_INVALID, http->request(g_host, &request, NULL, NULL, NULL, NULL));
    request.header_count = 1;
    EXPECT_STATUS(error, RK_E_INVALID,
                  http->request(g_host, &request, on_answer, NULL, NULL, NULL));
    request.header_count = 65;
    EXPECT_STATUS(error, RK_E_LIMIT, http->request(g_host, &request, on_answer, NULL, NULL, NULL));
    return RK_OK;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    g_host = host;
    EXPECT_STATUS(error, RK_OK, check_arguments(error));
    EXPECT_STATUS(
        error, RK_OK,
        events->subscribe(host, text("messageCreate"), on_event, NULL, NULL, NULL, error));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("http", create);
