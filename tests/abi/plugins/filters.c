#include "fixture.h"

static const rk_log_t* s_log;
static const rk_host_t* s_host;

static rk_status_t say(void* user, rk_view_t event, rk_error_t* error) {
    (void)event;
    (void)error;
    s_log->write(s_host, RK_LOG_INFO, text((const char*)user));
    return RK_OK;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    const rk_events_t* events = (const rk_events_t*)table(host, RK_EVENTS_ID);
    rk_error_t why;
    s_host = host;
    s_log = (const rk_log_t*)table(host, RK_LOG_ID);
    EXPECT_STATUS(error, RK_OK,
                  events->subscribe_where(host, text("messageCreate"),
                                          text("{\"startsWith\":\"!\",\"user\":[\"4\",\"5\"]}"),
                                          say, "command", NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_OK,
                  events->subscribe_where(host, text("messageCreate"), text("{\"channel\":\"1\"}"),
                                          say, "elsewhere", NULL, NULL, NULL));
    why.size = sizeof(why);
    EXPECT_STATUS(error, RK_E_INVALID,
                  events->subscribe_where(host, text("messageCreate"), text("{\"chanel\":\"1\"}"),
                                          say, "wrong", NULL, NULL, &why));
    if (strstr(why.text, "did you mean channel?") == NULL) {
        return explain(error, RK_E_INTERNAL, "the nearest key is not named");
    }
    EXPECT_STATUS(error, RK_E_INVALID,
                  events->subscribe_where(host, text("messageCreate"), text("[1"), say, "wrong",
                                          NULL, NULL, NULL));
    EXPECT_STATUS(error, RK_E_INVALID,
                  events->subscribe_where(host, text("noSuchEvent"), text("{}"), say, "wrong", NULL,
                                          NULL, NULL));
    return give_minimal(out);
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("filters", create);
