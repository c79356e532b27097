/* A complete plugin in plain C11: answers "!count" with the number of messages seen, which a reload
 * keeps. */
#include "fixture.h"

#include <stdlib.h>

typedef struct counter {
    rk_plugin_t plugin;
    const rk_host_t* host;
    const rk_views_t* views;
    const rk_operations_t* operations;
    unsigned long count;
} counter_t;

static rk_value_t read_field(const counter_t* self, rk_view_t view, const char* name) {
    rk_value_t value;
    value.size = sizeof(value);
    value.kind = RK_VALUE_ABSENT;
    (void)self->views->get_named(self->host, view, text(name), &value);
    return value;
}

static rk_status_t on_message(void* user, rk_view_t event, rk_error_t* error) {
    counter_t* const self = user;
    const rk_value_t content = read_field(self, event, "content");
    const rk_value_t channel = read_field(self, event, "channelId");
    ++self->count;
    if (content.kind != RK_VALUE_TEXT || channel.kind != RK_VALUE_TEXT ||
        content.as.text.len != 6 || memcmp(content.as.text.data, "!count", 6) != 0) {
        return RK_OK;
    }
    char arguments[200];
    (void)snprintf(arguments, sizeof(arguments), "{\"channelId\":\"%.*s\",\"content\":\"%lu\"}",
                   (int)channel.as.text.len, channel.as.text.data, self->count);
    rk_call_t call;
    memset(&call, 0, sizeof(call));
    call.size = sizeof(call);
    call.operation = text("messages.send");
    call.arguments = text(arguments);
    return self->operations->call(self->host, &call, NULL, NULL, NULL, error);
}

static rk_status_t save(void* self, uint32_t* version, rk_sink_t sink, void* user,
                        rk_error_t* error) {
    char digits[32];
    (void)error;
    (void)snprintf(digits, sizeof(digits), "%lu", ((counter_t*)self)->count);
    *version = 7;
    sink(user, text(digits));
    return RK_OK;
}

static rk_status_t load(void* self, uint32_t version, rk_text_t state, rk_error_t* error) {
    char digits[32] = "";
    if (version != 7 || state.len >= sizeof(digits)) {
        return explain(error, RK_E_INVALID, "not a state of mine");
    }
    memcpy(digits, state.data, state.len);
    ((counter_t*)self)->count = strtoul(digits, NULL, 10);
    return RK_OK;
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    const rk_events_t* const events = table(host, RK_EVENTS_ID);
    counter_t* const self = calloc(1, sizeof(*self));
    if (self == NULL || events == NULL) {
        free(self);
        return RK_E_UNSUPPORTED;
    }
    self->host = host;
    self->views = table(host, RK_VIEWS_ID);
    self->operations = table(host, RK_OPERATIONS_ID);
    self->plugin.size = sizeof(self->plugin);
    self->plugin.self = self;
    self->plugin.destroy = free;
    self->plugin.save = save;
    self->plugin.load = load;
    const rk_status_t status =
        events->subscribe(host, text("messageCreate"), on_message, self, NULL, NULL, error);
    if (status < 0) {
        free(self);
        return status;
    }
    *out = &self->plugin;
    return RK_OK;
}

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("plain_c", create);
