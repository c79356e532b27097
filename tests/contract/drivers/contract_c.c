/* The contract's driver in C: carries out the commands of the event discord:CONTRACT and reports
 * through api.request. What each command does is the same in contract_cpp.cpp and contract_lua.lua.
 */
#include "contract_c.h"

#include <rookery/abi/entry.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The calls of one command, whose outcomes are reported in order when all have ended. */
typedef struct batch {
    driver_t* driver;
    size_t count;
    size_t open;
    size_t holders; /* the calls, and who begins them */
    int begun;      /* all of them */
    buffer_t* outcomes;
} batch_t;

typedef struct call {
    batch_t* batch;
    size_t index;
} call_t;

rk_text_t text(const char* chars) {
    rk_text_t out;
    out.data = chars;
    out.len = strlen(chars);
    return out;
}

int is(rk_text_t name, const char* wanted) {
    return strlen(wanted) == name.len && memcmp(wanted, name.data, name.len) == 0;
}

void put(buffer_t* out, const char* data, size_t len) {
    if (out->len + len + 1 > out->room) {
        const size_t room = (out->len + len + 1) * 2;
        char* const data_now = realloc(out->data, room);
        if (data_now == NULL) {
            abort();
        }
        out->data = data_now;
        out->room = room;
    }
    if (len != 0) {
        memcpy(out->data + out->len, data, len);
    }
    out->len += len;
    out->data[out->len] = '\0';
}

void puts_to(buffer_t* out, const char* chars) { put(out, chars, strlen(chars)); }

void put_text(buffer_t* out, rk_text_t value) {
    puts_to(out, "\"");
    for (size_t i = 0; i < value.len; ++i) {
        const unsigned char byte = (unsigned char)value.data[i];
        if (byte == '"' || byte == '\\') {
            const char escaped[2] = {'\\', (char)byte};
            put(out, escaped, 2);
        } else if (byte < 0x20) {
            char escaped[8];
            (void)snprintf(escaped, sizeof(escaped), "\\u%04x", byte);
            puts_to(out, escaped);
        } else {
            put(out, (const char*)&value.data[i], 1);
        }
    }
    puts_to(out, "\"");
}

void sink(void* user, rk_text_t piece) { put(user, piece.data, piece.len); }

static void put_number(buffer_t* out, double number) {
    char digits[40];
    (void)snprintf(digits, sizeof(digits), "%.17g", number);
    puts_to(out, digits);
}

void put_integer(buffer_t* out, int64_t integer) {
    char digits[24];
    (void)snprintf(digits, sizeof(digits), "%" PRId64, integer);
    puts_to(out, digits);
}

static const char* kind_of(rk_status_t status) {
    static const char* const kKinds[] = {"ok",          "invalid",     "not_found", "exists",
                                         "denied",      "unsupported", "timeout",   "cancelled",
                                         "unavailable", "protocol",    "limit",     "io",
                                         "stale",       "internal",    "thread",    "state"};
    const size_t index = (size_t)-status;
    return status <= 0 && index < sizeof(kKinds) / sizeof(kKinds[0]) ? kKinds[index] : "?";
}

rk_error_t no_error(void) {
    rk_error_t error;
    error.size = sizeof(error);
    error.status = RK_OK;
    error.length = 0;
    return error;
}

/* Reports one JSON value. */
void report(driver_t* driver, rk_text_t json) {
    buffer_t arguments = {NULL, 0, 0};
    rk_call_t call;
    memset(&call, 0, sizeof(call));
    call.size = sizeof(call);
    call.operation = text("api.request");
    call.bot = text("test");
    puts_to(&arguments, "{\"method\":\"POST\",\"path\":\"/report\",\"body\":{\"report\":");
    put(&arguments, json.data, json.len);
    puts_to(&arguments, "}}");
    call.arguments.data = arguments.data;
    call.arguments.len = arguments.len;
    (void)driver->operations->call(driver->host, &call, NULL, NULL, NULL, NULL);
    free(arguments.data);
}

void report_pair(driver_t* driver, const char* key, rk_text_t value) {
    buffer_t out = {NULL, 0, 0};
    puts_to(&out, "{\"");
    puts_to(&out, key);
    puts_to(&out, "\":");
    put_text(&out, value);
    puts_to(&out, "}");
    report(driver, (rk_text_t){out.data, out.len});
    free(out.data);
}

rk_value_t empty_value(void) {
    rk_value_t value;
    memset(&value, 0, sizeof(value));
    value.size = sizeof(value);
    return value;
}

/* Members of a raw view. */
rk_value_t member(driver_t* driver, rk_view_t view, const char* name) {
    rk_value_t value = empty_value();
    (void)driver->views->get_named(driver->host, view, text(name), &value);
    return value;
}

rk_text_t text_member(driver_t* driver, rk_view_t view, const char* name) {
    const rk_value_t value = member(driver, view, name);
    return value.kind == RK_VALUE_TEXT ? value.as.text : text("");
}

/* Reading of whole events, field by field. */
static void put_view(driver_t* driver, buffer_t* out, rk_view_t view);

void put_value(driver_t* driver, buffer_t* out, const rk_value_t* value) {
    switch (value->kind) {
        case RK_VALUE_BOOLEAN:
            puts_to(out, value->as.integer != 0 ? "true" : "false");
            break;
        case RK_VALUE_INTEGER:
            put_integer(out, value->as.integer);
            break;
        case RK_VALUE_NUMBER:
            put_number(out, value->as.number);
            break;
        case RK_VALUE_TEXT:
            put_text(out, value->as.text);
            break;
        case RK_VALUE_OBJECT:
            put_view(driver, out, value->as.object);
            break;
        case RK_VALUE_ARRAY: {
            uint32_t total = 0;
            puts_to(out, "[");
            for (uint32_t i = 0;; ++i) {
                rk_value_t element = empty_value();
                if (driver->views->get_elements(driver->host, value->as.array, i, &element, 1,
                                                &total) != 1) {
                    break;
                }
                if (i != 0) {
                    puts_to(out, ",");
                }
                put_value(driver, out, &element);
            }
            puts_to(out, "]");
            break;
        }
        default:
            puts_to(out, "null");
            break;
    }
}

static void put_view(driver_t* driver, buffer_t* out, rk_view_t view) {
    rk_text_t shape = text("");
    uint32_t fields = 0;
    int first = 1;
    (void)driver->views->shape(driver->host, view, &shape, &fields);
    if (fields == 0 && is(shape, "raw")) {
        rk_text_t raw = text("");
        (void)driver->views->raw(driver->host, view, &raw);
        put(out, raw.len != 0 ? raw.data : "{}", raw.len != 0 ? raw.len : 2);
        return;
    }
    puts_to(out, "{");
    for (uint32_t i = 0; i < fields; ++i) {
        rk_value_t value = empty_value();
        rk_text_t name = text("");
        (void)driver->views->get(driver->host, view, i, &value);
        if (value.kind == RK_VALUE_ABSENT) {
            continue;
        }
        (void)driver->views->field_name(driver->host, view, i, &name);
        if (!first) {
            puts_to(out, ",");
        }
        first = 0;
        put_text(out, name);
        puts_to(out, ":");
        put_value(driver, out, &value);
    }
    puts_to(out, "}");
}

/* Calls. */
/* The calls share their batch, whether they end or are dropped with the plugin. */
static void release_batch(batch_t* batch) {
    if (--batch->holders != 0) {
        return;
    }
    for (size_t i = 0; i < batch->count; ++i) {
        free(batch->outcomes[i].data);
    }
    free(batch->outcomes);
    free(batch);
}

static void release_call(void* user) {
    call_t* const call = user;
    release_batch(call->batch);
    free(call);
}

static void end_batch(batch_t* batch) {
    buffer_t out = {NULL, 0, 0};
    if (!batch->begun || batch->open != 0) {
        return;
    }
    puts_to(&out, "{\"outcomes\":[");
    for (size_t i = 0; i < batch->count; ++i) {
        if (i != 0) {
            puts_to(&out, ",");
        }
        put(&out, batch->outcomes[i].data, batch->outcomes[i].len);
    }
    puts_to(&out, "]}");
    report(batch->driver, (rk_text_t){out.data, out.len});
    free(out.data);
}

void put_failure(buffer_t* out, rk_status_t status, rk_text_t message) {
    puts_to(out, "{\"kind\":\"");
    puts_to(out, kind_of(status));
    puts_to(out, "\",\"message\":");
    put_text(out, message);
}

static rk_status_t on_done(void* user, rk_status_t status, rk_handle_t result, rk_text_t message,
                           rk_error_t* error) {
    call_t* const call = user;
    driver_t* const driver = call->batch->driver;
    buffer_t* const out = &call->batch->outcomes[call->index];
    (void)error;
    if (status < 0) {
        put_failure(out, status, message);
        if (result != 0) {
            puts_to(out, ",\"refusal\":");
            (void)driver->documents->write_json(driver->host, result, text(""), sink, out);
        }
    } else {
        puts_to(out, "{\"ok\":");
        if (result == 0 ||
            driver->documents->write_json(driver->host, result, text(""), sink, out) < 0) {
            puts_to(out, "true");
        }
    }
    puts_to(out, "}");
    --call->batch->open;
    end_batch(call->batch);
    return RK_OK;
}

static void do_calls(driver_t* driver, rk_view_t command) {
    const rk_value_t calls = member(driver, command, "calls");
    batch_t* const batch = calloc(1, sizeof(batch_t));
    uint32_t total = 0;
    (void)driver->views->get_elements(driver->host, calls.as.array, 0, NULL, 0, &total);
    batch->driver = driver;
    batch->count = total;
    batch->holders = 1;
    batch->outcomes = calloc(total + 1, sizeof(buffer_t));
    for (uint32_t i = 0; i < total; ++i) {
        rk_value_t element = empty_value();
        rk_value_t deadline;
        rk_error_t error = no_error();
        rk_call_t wish;
        rk_status_t status;
        call_t* const call = calloc(1, sizeof(call_t));
        (void)driver->views->get_elements(driver->host, calls.as.array, i, &element, 1, NULL);
        call->batch = batch;
        call->index = i;
        ++batch->holders;
        memset(&wish, 0, sizeof(wish));
        wish.size = sizeof(wish);
        wish.operation = text_member(driver, element.as.object, "operation");
        wish.bot = text_member(driver, element.as.object, "bot");
        deadline = member(driver, element.as.object, "deadline");
        if (deadline.kind == RK_VALUE_INTEGER) {
            wish.deadline_ms = (uint32_t)deadline.as.integer;
        }
        element = member(driver, element.as.object, "arguments");
        (void)driver->views->raw(driver->host, element.as.object, &wish.arguments);
        ++batch->open;
        status = driver->operations->call(driver->host, &wish, on_done, call, release_call, &error);
        if (status < 0) {
            put_failure(&batch->outcomes[i], status, (rk_text_t){error.text, error.length});
            puts_to(&batch->outcomes[i], "}");
            --batch->open;
            release_call(call);
        }
    }
    batch->begun = 1;
    end_batch(batch);
    release_batch(batch);
}

/* Registrations. */
tag_t* new_tag(driver_t* driver, rk_text_t name) {
    for (size_t i = 0; i < MAX_TAGS; ++i) {
        tag_t* const tag = &driver->tags[i];
        if (!tag->used) {
            const size_t len = name.len < sizeof(tag->name) ? name.len : sizeof(tag->name) - 1;
            memset(tag, 0, sizeof(*tag));
            tag->used = 1;
            tag->driver = driver;
            memcpy(tag->name, name.data, len);
            return tag;
        }
    }
    abort();
}

static tag_t* find_tag(driver_t* driver, rk_text_t name) {
    for (size_t i = 0; i < MAX_TAGS; ++i) {
        tag_t* const tag = &driver->tags[i];
        if (tag->used && strlen(tag->name) == name.len &&
            memcmp(tag->name, name.data, name.len) == 0) {
            return tag;
        }
    }
    return NULL;
}

void release_tag(void* user) { ((tag_t*)user)->used = 0; }

static rk_status_t on_tagged(void* user, rk_view_t event, rk_error_t* error) {
    tag_t* const tag = user;
    driver_t* const driver = tag->driver;
    buffer_t out = {NULL, 0, 0};
    rk_event_info_t info;
    (void)error;
    info.size = sizeof(info);
    (void)driver->views->event_info(driver->host, event.event, &info);
    puts_to(&out, "{\"heard\":");
    put_text(&out, text(tag->name));
    puts_to(&out, ",\"event\":");
    put_text(&out, info.name);
    if (tag->read) {
        puts_to(&out, ",\"data\":");
        put_view(driver, &out, event);
        puts_to(&out, ",\"bot\":");
        put_text(&out, info.bot);
        puts_to(&out, ",\"platform\":");
        put_text(&out, info.platform);
    }
    puts_to(&out, "}");
    if (tag->once) {
        (void)driver->events->unsubscribe(driver->host, tag->handle);
    }
    report(driver, (rk_text_t){out.data, out.len});
    free(out.data);
    return RK_OK;
}

rk_status_t on_timer(void* user, rk_error_t* error) {
    tag_t* const tag = user;
    (void)error;
    report_pair(tag->driver, "fired", text(tag->name));
    return RK_OK;
}

void report_refusal(driver_t* driver, rk_status_t status, const rk_error_t* error) {
    buffer_t out = {NULL, 0, 0};
    puts_to(&out, "{\"refused\":");
    put_failure(&out, status, (rk_text_t){error->text, error->length});
    puts_to(&out, "}}");
    report(driver, (rk_text_t){out.data, out.len});
    free(out.data);
}

static void do_on(driver_t* driver, rk_view_t command) {
    tag_t* const tag = new_tag(driver, text_member(driver, command, "tag"));
    rk_error_t error = no_error();
    rk_status_t status;
    tag->once = member(driver, command, "once").kind == RK_VALUE_BOOLEAN;
    tag->read = member(driver, command, "read").kind == RK_VALUE_BOOLEAN;
    const rk_text_t name = text_member(driver, command, "event");
    const rk_value_t where = member(driver, command, "where");
    if (where.kind == RK_VALUE_OBJECT) {
        rk_text_t filter = text("");
        (void)driver->views->raw(driver->host, where.as.object, &filter);
        status = driver->events->subscribe_where(driver->host, name, filter, on_tagged, tag,
                                                 release_tag, &tag->handle, &error);
    } else {
        status = driver->events->subscribe(driver->host, name, on_tagged, tag, release_tag,
                                           &tag->handle, &error);
    }
    if (status < 0) {
        tag->used = 0;
        report_refusal(driver, status, &error);
    }
}

static void do_off(driver_t* driver, rk_view_t command) {
    tag_t* const tag = find_tag(driver, text_member(driver, command, "tag"));
    if (tag != NULL) {
        (void)driver->events->unsubscribe(driver->host, tag->handle);
    }
}

static void do_timer(driver_t* driver, rk_view_t command, int repeats) {
    tag_t* const tag = new_tag(driver, text_member(driver, command, "tag"));
    const uint64_t millis = (uint64_t)member(driver, command, "ms").as.integer;
    rk_error_t error = no_error();
    const rk_status_t status = repeats ? driver->timers->every(driver->host, millis, on_timer, tag,
                                                               release_tag, &tag->handle, &error)
                                       : driver->timers->after(driver->host, millis, on_timer, tag,
                                                               release_tag, &tag->handle, &error);
    if (status < 0) {
        tag->used = 0;
        report_refusal(driver, status, &error);
    }
}

static void do_cancel(driver_t* driver, rk_view_t command) {
    tag_t* const tag = find_tag(driver, text_member(driver, command, "tag"));
    const int gone = tag == NULL || driver->timers->cancel(driver->host, tag->handle) != RK_OK;
    const char* const answer = gone ? "{\"cancelled\":false}" : "{\"cancelled\":true}";
    report(driver, text(answer));
}

static void do_log(driver_t* driver, rk_view_t command) {
    static const char* const kLevels[] = {"", "debug", "info", "warn", "error"};
    const rk_text_t level = text_member(driver, command, "level");
    for (uint32_t i = RK_LOG_DEBUG; i <= RK_LOG_ERROR; ++i) {
        if (strlen(kLevels[i]) == level.len && memcmp(kLevels[i], level.data, level.len) == 0) {
            (void)driver->log->write(driver->host, i, text_member(driver, command, "text"));
        }
    }
}

static void put_settings(driver_t* driver, buffer_t* out) {
    rk_handle_t settings = 0;
    (void)driver->config->settings(driver->host, &settings);
    (void)driver->documents->write_json(driver->host, settings, text(""), sink, out);
}

static void do_config(driver_t* driver) {
    buffer_t out = {NULL, 0, 0};
    puts_to(&out, "{\"config\":");
    put_settings(driver, &out);
    puts_to(&out, "}");
    report(driver, (rk_text_t){out.data, out.len});
    free(out.data);
}

static void do_keep(driver_t* driver, rk_view_t command) {
    const rk_text_t state = text_member(driver, command, "state");
    if (state.len < sizeof(driver->state)) {
        memcpy(driver->state, state.data, state.len);
        driver->state[state.len] = '\0';
        driver->has_state = 1;
    }
}

typedef struct kept {
    driver_t* driver;
    rk_handle_t event;
} kept_t;

static rk_status_t on_release(void* user, rk_error_t* error) {
    kept_t* const kept = user;
    (void)error;
    report(kept->driver, text("{\"fired\":\"let go\"}"));
    (void)kept->driver->events->release(kept->driver->host, kept->event);
    return RK_OK;
}

/* Keeps the event of the command open for a while. */
static void do_linger(driver_t* driver, rk_view_t event, rk_view_t command) {
    kept_t* const kept = calloc(1, sizeof(kept_t));
    kept->driver = driver;
    kept->event = event.event;
    (void)driver->events->hold(driver->host, event.event);
    (void)driver->timers->after(driver->host, (uint64_t)member(driver, command, "ms").as.integer,
                                on_release, kept, free, NULL, NULL);
}

static rk_status_t carry_out(driver_t* driver, rk_view_t event, rk_view_t command,
                             rk_error_t* error) {
    const rk_text_t what = text_member(driver, command, "do");
    if (is(what, "calls")) {
        do_calls(driver, command);
    } else if (is(what, "on")) {
        do_on(driver, command);
    } else if (is(what, "off")) {
        do_off(driver, command);
    } else if (is(what, "after") || is(what, "every")) {
        do_timer(driver, command, is(what, "every"));
    } else if (is(what, "cancel")) {
        do_cancel(driver, command);
    } else if (is(what, "log")) {
        do_log(driver, command);
    } else if (is(what, "config")) {
        do_config(driver);
    } else if (is(what, "keep")) {
        do_keep(driver, command);
    } else if (is(what, "linger")) {
        do_linger(driver, event, command);
    } else if (is(what, "state")) {
        report_pair(driver, "state", text(driver->state));
    } else if (is(what, "fail")) {
        static const char kWhy[] = "as it was told";
        error->length = sizeof(kWhy) - 1;
        memcpy(error->text, kWhy, error->length);
        return RK_E_INTERNAL;
    } else if (!carry_out_service(driver, what, command) &&
               !carry_out_command(driver, what, command)) {
        report_pair(driver, "unknown", what);
    }
    return RK_OK;
}

static rk_status_t on_command(void* user, rk_view_t event, rk_error_t* error) {
    driver_t* const driver = user;
    const rk_value_t commands = member(driver, event, "commands");
    rk_status_t status = RK_OK;
    rk_value_t command = empty_value();
    for (uint32_t i = 0;
         status == RK_OK &&
         driver->views->get_elements(driver->host, commands.as.array, i, &command, 1, NULL) == 1;
         ++i) {
        status = carry_out(driver, event, command.as.object, error);
    }
    report(driver, text("\"done\""));
    return status;
}

static rk_status_t save(void* self, uint32_t* version, rk_sink_t out, void* user,
                        rk_error_t* error) {
    driver_t* const driver = self;
    (void)error;
    if (!driver->has_state) {
        return RK_E_NOT_FOUND;
    }
    *version = 3;
    out(user, text(driver->state));
    return RK_OK;
}

static rk_status_t load(void* self, uint32_t version, rk_text_t data, rk_error_t* error) {
    driver_t* const driver = self;
    (void)error;
    if (version != 3 || data.len >= sizeof(driver->state)) {
        return RK_E_INVALID;
    }
    memcpy(driver->state, data.data, data.len);
    driver->state[data.len] = '\0';
    driver->has_state = 1;
    return RK_OK;
}

static void destroy(void* self) { free(self); }

static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
    driver_t* const driver = calloc(1, sizeof(driver_t));
    buffer_t settings = {NULL, 0, 0};
    rk_status_t status;
    if (driver == NULL) {
        return RK_E_LIMIT;
    }
    driver->host = host;
    driver->commands = host->get_table(host, text(RK_COMMANDS_ID));
    driver->config = host->get_table(host, text(RK_CONFIG_ID));
    driver->documents = host->get_table(host, text(RK_DOCUMENTS_ID));
    driver->events = host->get_table(host, text(RK_EVENTS_ID));
    driver->http = host->get_table(host, text(RK_HTTP_ID));
    driver->log = host->get_table(host, text(RK_LOG_ID));
    driver->metrics = host->get_table(host, text(RK_METRICS_ID));
    driver->operations = host->get_table(host, text(RK_OPERATIONS_ID));
    driver->settings = host->get_table(host, text(RK_SETTINGS_ID));
    driver->storage = host->get_table(host, text(RK_STORAGE_ID));
    driver->timers = host->get_table(host, text(RK_TIMERS_ID));
    driver->views = host->get_table(host, text(RK_VIEWS_ID));
    status = driver->events->subscribe(host, text("discord:CONTRACT"), on_command, driver, NULL,
                                       NULL, error);
    put_settings(driver, &settings);
    if (status >= 0) {
        status = declare_at_start(driver, (rk_text_t){settings.data, settings.len}, error);
    }
    free(settings.data);
    if (status < 0) {
        free(driver);
        return status;
    }
    driver->plugin.size = sizeof(driver->plugin);
    driver->plugin.self = driver;
    driver->plugin.destroy = destroy;
    driver->plugin.save = save;
    driver->plugin.load = load;
    *out = &driver->plugin;
    return RK_OK;
}

extern const rk_entry_t rookery_plugin_entry;
__attribute__((visibility("default"))) const rk_entry_t rookery_plugin_entry = {
    sizeof(rk_entry_t), RK_ENTRY_MAGIC, RK_ABI_MAJOR, RK_ABI_MINOR, 1, 0,
    {"contract_c", 10}, {"1.0.0", 5},   create};
