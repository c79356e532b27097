/* The commands of the contract's driver in C that need a service: each reports {"ok": ...},
 * {"none": true} or what it was refused with. */
#include "contract_c.h"

#include <rookery/abi/ext/events.h>

#include <stdlib.h>
#include <string.h>

#define MOST_WRITES 8

static void report_buffer(driver_t* driver, buffer_t* out) {
    report(driver, (rk_text_t){out->data, out->len});
    free(out->data);
}

static void report_failure(driver_t* driver, rk_status_t status, rk_text_t message) {
    buffer_t out = {NULL, 0, 0};
    put_failure(&out, status, message);
    puts_to(&out, "}");
    report_buffer(driver, &out);
}

static void report_ok(driver_t* driver, int yes) {
    report(driver, text(yes ? "{\"ok\":true}" : "{\"ok\":false}"));
}

static void report_begun(driver_t* driver, rk_status_t status, const rk_error_t* error) {
    if (status < 0) {
        report_failure(driver, status, (rk_text_t){error->text, error->length});
    }
}

/* Keys and values. */

static rk_status_t on_got(void* user, rk_status_t status, const rk_stored_t* stored,
                          rk_text_t message, rk_error_t* error) {
    (void)error;
    if (status < 0) {
        report_failure(user, status, message);
    } else if (stored->found == 0) {
        report(user, text("{\"none\":true}"));
    } else {
        report_pair(user, "ok", stored->value);
    }
    return RK_OK;
}

static rk_status_t on_set(void* user, rk_status_t status, const rk_stored_t* stored,
                          rk_text_t message, rk_error_t* error) {
    (void)error;
    if (status < 0) {
        report_failure(user, status, message);
    } else {
        report_ok(user, stored->applied != 0);
    }
    return RK_OK;
}

static rk_status_t on_removed(void* user, rk_status_t status, const rk_stored_t* stored,
                              rk_text_t message, rk_error_t* error) {
    (void)error;
    if (status < 0) {
        report_failure(user, status, message);
    } else {
        report_ok(user, stored->existed != 0);
    }
    return RK_OK;
}

static rk_status_t on_added(void* user, rk_status_t status, const rk_stored_t* stored,
                            rk_text_t message, rk_error_t* error) {
    buffer_t out = {NULL, 0, 0};
    (void)error;
    if (status < 0) {
        report_failure(user, status, message);
        return RK_OK;
    }
    puts_to(&out, "{\"ok\":");
    put_integer(&out, stored->number);
    puts_to(&out, "}");
    report_buffer(user, &out);
    return RK_OK;
}

static rk_status_t on_listed(void* user, rk_status_t status, const rk_stored_t* stored,
                             rk_text_t message, rk_error_t* error) {
    buffer_t out = {NULL, 0, 0};
    (void)error;
    if (status < 0) {
        report_failure(user, status, message);
        return RK_OK;
    }
    puts_to(&out, "{\"ok\":[");
    for (uint32_t i = 0; i < stored->item_count; ++i) {
        puts_to(&out, i == 0 ? "[" : ",[");
        put_text(&out, stored->items[i].key);
        puts_to(&out, ",");
        put_text(&out, stored->items[i].value);
        puts_to(&out, "]");
    }
    puts_to(&out, stored->more != 0 ? "],\"more\":true}" : "],\"more\":false}");
    report_buffer(user, &out);
    return RK_OK;
}

static void do_kv_get(driver_t* driver, rk_view_t command) {
    rk_error_t error = no_error();
    report_begun(driver,
                 driver->storage->get(driver->host, text_member(driver, command, "key"), on_got,
                                      driver, NULL, &error),
                 &error);
}

static rk_stored_check_t check_of(driver_t* driver, rk_view_t from, const char* value) {
    const rk_value_t expected = member(driver, from, value);
    rk_stored_check_t check;
    memset(&check, 0, sizeof(check));
    check.key = text_member(driver, from, "key");
    check.present = expected.kind == RK_VALUE_TEXT;
    if (check.present) {
        check.value = expected.as.text;
    }
    return check;
}

static rk_stored_write_t write_of(driver_t* driver, rk_view_t from) {
    const rk_stored_check_t read = check_of(driver, from, "value");
    const rk_value_t ttl = member(driver, from, "ms");
    rk_stored_write_t write;
    memset(&write, 0, sizeof(write));
    write.key = read.key;
    write.value = read.value;
    write.present = read.present;
    write.ttl_ms = ttl.kind == RK_VALUE_INTEGER ? (uint64_t)ttl.as.integer : 0;
    return write;
}

static void apply(driver_t* driver, const rk_stored_check_t* checks, uint32_t check_count,
                  const rk_stored_write_t* writes, uint32_t write_count, rk_stored_fn done) {
    rk_error_t error = no_error();
    report_begun(driver,
                 driver->storage->apply(driver->host, checks, check_count, writes, write_count,
                                        done, driver, NULL, &error),
                 &error);
}

/* With "repeat" the value that many times. */
static void do_kv_set(driver_t* driver, rk_view_t command) {
    rk_stored_write_t write = write_of(driver, command);
    const rk_value_t repeat = member(driver, command, "repeat");
    buffer_t value = {NULL, 0, 0};
    if (repeat.kind == RK_VALUE_INTEGER) {
        for (int64_t i = 0; i < repeat.as.integer; ++i) {
            put(&value, write.value.data, write.value.len);
        }
        write.value = (rk_text_t){value.data, value.len};
    }
    apply(driver, NULL, 0, &write, 1, on_set);
    free(value.data);
}

static void do_kv_delete(driver_t* driver, rk_view_t command) {
    const rk_stored_write_t write = write_of(driver, command);
    apply(driver, NULL, 0, &write, 1, on_removed);
}

static void do_kv_cas(driver_t* driver, rk_view_t command) {
    const rk_stored_check_t check = check_of(driver, command, "old");
    const rk_stored_write_t write = write_of(driver, command);
    apply(driver, &check, 1, &write, 1, on_set);
}

static void do_kv_incr(driver_t* driver, rk_view_t command) {
    rk_error_t error = no_error();
    report_begun(driver,
                 driver->storage->add(driver->host, text_member(driver, command, "key"),
                                      member(driver, command, "amount").as.integer, on_added,
                                      driver, NULL, &error),
                 &error);
}

static void do_kv_list(driver_t* driver, rk_view_t command) {
    rk_error_t error = no_error();
    report_begun(driver,
                 driver->storage->list(driver->host, text_member(driver, command, "prefix"),
                                       text_member(driver, command, "after"),
                                       (uint32_t)member(driver, command, "limit").as.integer,
                                       on_listed, driver, NULL, &error),
                 &error);
}

static void do_kv_batch(driver_t* driver, rk_view_t command) {
    rk_stored_check_t checks[MOST_WRITES];
    rk_stored_write_t writes[MOST_WRITES];
    const rk_value_t expected = member(driver, command, "expect");
    const rk_value_t wanted = member(driver, command, "write");
    rk_value_t element = empty_value();
    uint32_t check_count = 0;
    uint32_t write_count = 0;
    while (check_count < MOST_WRITES &&
           driver->views->get_elements(driver->host, expected.as.array, check_count, &element, 1,
                                       NULL) == 1) {
        checks[check_count++] = check_of(driver, element.as.object, "value");
    }
    while (write_count < MOST_WRITES &&
           driver->views->get_elements(driver->host, wanted.as.array, write_count, &element, 1,
                                       NULL) == 1) {
        writes[write_count++] = write_of(driver, element.as.object);
    }
    apply(driver, checks, check_count, writes, write_count, on_set);
}

/* Settings of guilds. */
static rk_status_t on_changed(void* user, rk_status_t status, rk_text_t message,
                              rk_error_t* error) {
    (void)error;
    if (status < 0) {
        report_failure(user, status, message);
    } else {
        report_ok(user, 1);
    }
    return RK_OK;
}

static void do_settings_declare(driver_t* driver, rk_view_t command) {
    const rk_value_t forms = member(driver, command, "settings");
    rk_error_t error = no_error();
    rk_text_t json = text("");
    rk_status_t status;
    (void)driver->views->raw(driver->host, forms.as.object, &json);
    status = driver->settings->declare(driver->host, json, &error);
    if (status < 0) {
        report_begun(driver, status, &error);
    } else {
        report_ok(driver, 1);
    }
}

static void do_settings_get(driver_t* driver, rk_view_t command) {
    const rk_text_t guild = text_member(driver, command, "guild");
    const rk_text_t key = text_member(driver, command, "key");
    rk_error_t error = no_error();
    rk_value_t value = empty_value();
    const rk_status_t status = driver->settings->get(driver->host, guild, key, &value, &error);
    buffer_t out = {NULL, 0, 0};
    if (status < 0) {
        report_begun(driver, status, &error);
        return;
    }
    if (value.kind == RK_VALUE_NULL) {
        report(driver, text("{\"none\":true}"));
        return;
    }
    puts_to(&out, "{\"ok\":");
    if (value.kind == RK_VALUE_OBJECT || value.kind == RK_VALUE_ARRAY) {
        (void)driver->settings->write_json(driver->host, guild, key, sink, &out, &error);
    } else {
        put_value(driver, &out, &value);
    }
    puts_to(&out, "}");
    report_buffer(driver, &out);
}

static void do_settings_all(driver_t* driver, rk_view_t command) {
    const rk_text_t guild = text_member(driver, command, "guild");
    rk_error_t error = no_error();
    buffer_t out = {NULL, 0, 0};
    puts_to(&out, "{\"ok\":");
    (void)driver->settings->write_json(driver->host, guild, text(""), sink, &out, &error);
    puts_to(&out, "}");
    report_buffer(driver, &out);
}

static void do_settings_set(driver_t* driver, rk_view_t command) {
    const rk_value_t value = member(driver, command, "value");
    rk_error_t error = no_error();
    buffer_t json = {NULL, 0, 0};
    put_value(driver, &json, &value);
    report_begun(
        driver,
        driver->settings->set(driver->host, text_member(driver, command, "guild"),
                              text_member(driver, command, "key"), (rk_text_t){json.data, json.len},
                              on_changed, driver, NULL, &error),
        &error);
    free(json.data);
}

static void do_settings_reset(driver_t* driver, rk_view_t command) {
    rk_error_t error = no_error();
    report_begun(driver,
                 driver->settings->reset(driver->host, text_member(driver, command, "guild"),
                                         text_member(driver, command, "key"), on_changed, driver,
                                         NULL, &error),
                 &error);
}

/* Numbers. */
static void do_metric(driver_t* driver, rk_view_t command) {
    static const char* const kKinds[] = {"", "counter", "gauge", "histogram"};
    const rk_text_t kind = text_member(driver, command, "kind");
    const double amount = (double)member(driver, command, "amount").as.integer;
    const rk_value_t label = member(driver, command, "label");
    const double bounds[] = {1, 10};
    rk_error_t error = no_error();
    rk_label_t labels[1];
    rk_metric_t metric;
    uint32_t number = 0;
    rk_status_t status;
    memset(&metric, 0, sizeof(metric));
    metric.size = sizeof(metric);
    metric.name = text_member(driver, command, "name");
    metric.help = text("Of the contract");
    for (uint32_t i = RK_METRIC_COUNTER; i <= RK_METRIC_HISTOGRAM; ++i) {
        metric.kind = is(kind, kKinds[i]) ? i : metric.kind;
    }
    if (label.kind == RK_VALUE_TEXT) {
        labels[0].name = text("of");
        labels[0].value = label.as.text;
        metric.labels = labels;
        metric.label_count = 1;
    }
    if (metric.kind == RK_METRIC_HISTOGRAM) {
        metric.bounds = bounds;
        metric.bound_count = 2;
    }
    status = driver->metrics->declare(driver->host, &metric, &number, &error);
    if (status < 0) {
        report_begun(driver, status, &error);
        return;
    }
    if (metric.kind == RK_METRIC_COUNTER) {
        status = driver->metrics->add(driver->host, number, amount);
    } else if (metric.kind == RK_METRIC_GAUGE) {
        status = driver->metrics->set(driver->host, number, amount);
    } else {
        status = driver->metrics->observe(driver->host, number, amount);
    }
    report_ok(driver, status == RK_OK);
}

/* Times. */
static void do_cron(driver_t* driver, rk_view_t command) {
    tag_t* const tag = new_tag(driver, text_member(driver, command, "tag"));
    rk_error_t error = no_error();
    const rk_status_t status = driver->timers->cron(
        driver->host, text_member(driver, command, "when"), text_member(driver, command, "zone"),
        on_timer, tag, release_tag, &tag->handle, &error);
    if (status < 0) {
        tag->used = 0;
        report_refusal(driver, status, &error);
    }
}

/* Decisions on events. */
static rk_status_t on_asked(void* user, rk_view_t event, rk_error_t* error) {
    static const char kWhy[] = "as it was told";
    tag_t* const tag = user;
    (void)event;
    report_pair(tag->driver, "asked", text(tag->name));
    if (tag->verdict < 0) {
        error->length = sizeof(kWhy) - 1;
        memcpy(error->text, kWhy, error->length);
    }
    return tag->verdict;
}

static void do_intercept(driver_t* driver, rk_view_t command) {
    tag_t* const tag = new_tag(driver, text_member(driver, command, "tag"));
    const rk_value_t where = member(driver, command, "where");
    const rk_text_t verdict = text_member(driver, command, "verdict");
    rk_error_t error = no_error();
    rk_text_t filter = text("");
    rk_status_t status;
    tag->verdict = is(verdict, "stop")   ? RK_INTERCEPT_STOP
                   : is(verdict, "fail") ? RK_E_INTERNAL
                                         : RK_OK;
    if (where.kind == RK_VALUE_OBJECT) {
        (void)driver->views->raw(driver->host, where.as.object, &filter);
    }
    status = driver->events->intercept(driver->host, text("messageCreate"), filter,
                                       (int32_t)member(driver, command, "priority").as.integer,
                                       on_asked, tag, release_tag, &tag->handle, &error);
    if (status < 0) {
        tag->used = 0;
        report_refusal(driver, status, &error);
    }
}

/* Other services. */
static rk_status_t on_answer(void* user, rk_status_t status, const rk_http_answer_t* answer,
                             rk_text_t message, rk_error_t* error) {
    buffer_t out = {NULL, 0, 0};
    (void)error;
    if (status < 0) {
        report_failure(user, status, message);
        return RK_OK;
    }
    puts_to(&out, "{\"ok\":{\"status\":");
    put_integer(&out, answer->status);
    puts_to(&out, ",\"url\":");
    put_text(&out, answer->url);
    puts_to(&out, ",\"body\":");
    put_text(&out, answer->body);
    puts_to(&out, "}}");
    report_buffer(user, &out);
    return RK_OK;
}

static void do_http(driver_t* driver, rk_view_t command) {
    rk_error_t error = no_error();
    rk_http_header_t header;
    rk_http_request_t request;
    memset(&request, 0, sizeof(request));
    request.size = sizeof(request);
    request.method = text_member(driver, command, "method");
    request.url = text_member(driver, command, "url");
    request.body = text_member(driver, command, "body");
    request.timeout_ms = (uint32_t)member(driver, command, "ms").as.integer;
    request.max_bytes = (uint32_t)member(driver, command, "max_bytes").as.integer;
    header.name = text_member(driver, command, "header");
    header.value = text("yes");
    if (header.name.len != 0) {
        request.headers = &header;
        request.header_count = 1;
    }
    report_begun(driver,
                 driver->http->request(driver->host, &request, on_answer, driver, NULL, &error),
                 &error);
}

typedef struct act {
    const char* name;
    void (*run)(driver_t* driver, rk_view_t command);
} act_t;

int carry_out_service(driver_t* driver, rk_text_t what, rk_view_t command) {
    static const act_t kActs[] = {
        {"kv_get", do_kv_get},
        {"kv_set", do_kv_set},
        {"kv_delete", do_kv_delete},
        {"kv_incr", do_kv_incr},
        {"kv_cas", do_kv_cas},
        {"kv_list", do_kv_list},
        {"kv_batch", do_kv_batch},
        {"settings_declare", do_settings_declare},
        {"settings_get", do_settings_get},
        {"settings_all", do_settings_all},
        {"settings_set", do_settings_set},
        {"settings_reset", do_settings_reset},
        {"metric", do_metric},
        {"cron", do_cron},
        {"intercept", do_intercept},
        {"http", do_http},
    };
    for (size_t i = 0; i < sizeof(kActs) / sizeof(kActs[0]); ++i) {
        if (is(what, kActs[i].name)) {
            kActs[i].run(driver, command);
            return 1;
        }
    }
    return 0;
}
