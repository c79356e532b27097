/* Answers a message a while later: !remind 10m tea. The plugin `remind`, by the C interface. */

#include <rookery/abi/entry.h>
#include <rookery/abi/ext/events.h>
#include <rookery/abi/ext/operations.h>
#include <rookery/abi/ext/timers.h>
#include <rookery/abi/ext/views.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND "!remind "
#define LONGEST (24u * 3600u)
#define TEXT(literal) \
    { (literal), sizeof(literal) - 1 }

typedef struct remind {
    rk_plugin_t plugin; /* what the host gets */
    const rk_host_t* host;
    const rk_events_t* events;
    const rk_operations_t* operations;
    const rk_timers_t* timers;
    const rk_views_t* views;
} remind_t;

/* One reminder that waits. */
typedef struct pending {
    const remind_t* self;
    rk_view_t message;
    size_t skip; /* bytes of the content in front of the text */
} pending_t;

static rk_status_t explain(rk_error_t* error, rk_status_t status, const char* why) {
    if (error != NULL && error->size >= sizeof(*error)) {
        const size_t length = strlen(why);
        error->status = status;
        error->length = (uint32_t)(length < RK_ERROR_TEXT ? length : RK_ERROR_TEXT);
        memcpy(error->text, why, error->length);
    }
    return status;
}

static rk_text_t field(const remind_t* self, rk_view_t view, const char* name) {
    const rk_text_t wanted = {name, strlen(name)};
    const rk_text_t none = {NULL, 0};
    rk_value_t value;
    value.size = sizeof(value);
    value.kind = RK_VALUE_ABSENT;
    if (self->views->get_named(self->host, view, wanted, &value) != RK_OK ||
        value.kind != RK_VALUE_TEXT) {
        return none;
    }
    return value.as.text;
}

/* A JSON object that is being written; `failed` once there was no memory. */
typedef struct writer {
    char* data;
    size_t len;
    size_t room;
    int failed;
} writer_t;

static void put(writer_t* out, const char* data, size_t len) {
    if (out->len + len > out->room) {
        const size_t room = 2 * (out->len + len);
        char* const more = out->failed ? NULL : realloc(out->data, room);
        if (more == NULL) {
            out->failed = 1;
            return;
        }
        out->data = more;
        out->room = room;
    }
    memcpy(out->data + out->len, data, len);
    out->len += len;
}

static void put_quoted(writer_t* out, rk_text_t text) {
    size_t i;
    for (i = 0; i < text.len; ++i) {
        const unsigned char c = (unsigned char)text.data[i];
        char escaped[8];
        if (c == '"' || c == '\\' || c < 0x20) {
            const int len = snprintf(escaped, sizeof(escaped), "\\u%04x", c);
            put(out, escaped, (size_t)len);
        } else {
            put(out, text.data + i, 1);
        }
    }
}

static rk_status_t answer(const remind_t* self, rk_view_t message, const char* begin,
                          rk_text_t text, rk_error_t* error) {
    writer_t out = {NULL, 0, 0, 0};
    rk_call_t call;
    rk_status_t status;
    put(&out, "{\"channelId\":\"", 14);
    put_quoted(&out, field(self, message, "channelId"));
    put(&out, "\",\"messageId\":\"", 15);
    put_quoted(&out, field(self, message, "id"));
    put(&out, "\",\"content\":\"", 13);
    put(&out, begin, strlen(begin));
    put_quoted(&out, text);
    put(&out, "\"}", 2);
    if (out.failed) {
        free(out.data);
        return explain(error, RK_E_LIMIT, "no memory left");
    }
    memset(&call, 0, sizeof(call));
    call.size = sizeof(call);
    call.operation.data = "messages.reply";
    call.operation.len = strlen("messages.reply");
    call.arguments.data = out.data;
    call.arguments.len = out.len;
    call.event = message.event;
    status = self->operations->call(self->host, &call, NULL, NULL, NULL, error);
    free(out.data);
    return status;
}

/* Lets go of the event, also when the plugin is stopped before the time has come. */
static void release_pending(void* user) {
    pending_t* const pending = user;
    (void)pending->self->events->release(pending->self->host, pending->message.event);
    free(pending);
}

static rk_status_t remind(void* user, rk_error_t* error) {
    const pending_t* const pending = user;
    rk_text_t text = field(pending->self, pending->message, "content");
    text.data += pending->skip;
    text.len -= pending->skip;
    return answer(pending->self, pending->message, "Reminder: ", text, error);
}

/* "10m tea": the seconds, and where the rest begins; 0 when it is something else. */
static size_t read_wish(rk_text_t content, uint64_t* seconds) {
    size_t at = strlen(COMMAND);
    uint64_t number = 0;
    uint64_t unit = 0;
    const size_t digits = at;
    while (at < content.len && content.data[at] >= '0' && content.data[at] <= '9' &&
           number <= LONGEST) {
        number = 10 * number + (uint64_t)(content.data[at] - '0');
        ++at;
    }
    if (at == digits || at + 3 > content.len || content.data[at + 1] != ' ') {
        return 0;
    }
    unit = content.data[at] == 's' ? 1 : content.data[at] == 'm' ? 60 : 0;
    unit = content.data[at] == 'h' ? 3600 : unit;
    *seconds = number * unit;
    return unit != 0 && *seconds <= LONGEST ? at + 2 : 0;
}

static rk_status_t on_message(void* user, rk_view_t message, rk_error_t* error) {
    const remind_t* const self = user;
    const rk_text_t none = {NULL, 0};
    uint64_t seconds = 0;
    const size_t skip = read_wish(field(self, message, "content"), &seconds);
    pending_t* pending;
    rk_status_t status;
    if (skip == 0) {
        return answer(self, message, "Say: !remind 10m tea (s, m or h, up to a day)", none, error);
    }
    pending = malloc(sizeof(*pending));
    if (pending == NULL) {
        return explain(error, RK_E_LIMIT, "no memory left");
    }
    pending->self = self;
    pending->message = message;
    pending->skip = skip;
    /* The event stays open: after a crash it comes again. */
    status = self->events->hold(self->host, message.event);
    if (status != RK_OK) {
        free(pending);
        return explain(error, status, "the event cannot be held");
    }
    status = self->timers->after(self->host, 1000 * seconds, remind, pending, release_pending, NULL,
                                 error);
    if (status != RK_OK) {
        release_pending(pending);
    }
    return status;
}

static void destroy(void* self) { free(self); }

static const void* table(const rk_host_t* host, const char* id) {
    const rk_text_t text = {id, strlen(id)};
    return host->get_table(host, text);
}

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    const rk_text_t name = TEXT("messageCreate");
    const rk_text_t filter = TEXT("{\"bot\":false,\"startsWith\":\"" COMMAND "\"}");
    rk_status_t status;
    remind_t* const self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return explain(error, RK_E_LIMIT, "no memory left");
    }
    self->plugin.size = sizeof(self->plugin);
    self->plugin.self = self;
    self->plugin.destroy = destroy;
    self->host = host;
    self->events = table(host, RK_EVENTS_ID);
    self->operations = table(host, RK_OPERATIONS_ID);
    self->timers = table(host, RK_TIMERS_ID);
    self->views = table(host, RK_VIEWS_ID);
    if (self->events == NULL || self->operations == NULL || self->timers == NULL ||
        self->views == NULL) {
        free(self);
        return explain(error, RK_E_UNSUPPORTED, "this host lacks a table");
    }
    status = self->events->subscribe_where(host, name, filter, on_message, self, NULL, NULL, error);
    if (status != RK_OK) {
        free(self);
        return status;
    }
    *out = &self->plugin;
    return RK_OK;
}

__attribute__((visibility("default"))) extern const rk_entry_t rookery_plugin_entry;
const rk_entry_t rookery_plugin_entry = {sizeof(rk_entry_t),
                                         RK_ENTRY_MAGIC,
                                         RK_ABI_MAJOR,
                                         RK_ABI_MINOR,
                                         2, /* filters */
                                         0,
                                         TEXT(ROOKERY_MANIFEST_NAME),
                                         TEXT(ROOKERY_MANIFEST_VERSION),
                                         create};
