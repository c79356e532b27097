/* The commands of the contract's driver in C that have to do with commands of people. */
#include "contract_c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void report_answer(driver_t* driver, rk_status_t status, const rk_error_t* error) {
    buffer_t out = {NULL, 0, 0};
    if (status >= 0) {
        report(driver, text("{\"ok\":true}"));
        return;
    }
    put_failure(&out, status, (rk_text_t){error->text, error->length});
    puts_to(&out, "}");
    report(driver, (rk_text_t){out.data, out.len});
    free(out.data);
}

/* The text behind `key` in the invocation, without what is escaped; empty: it has none. */
static rk_text_t text_behind(rk_text_t invocation, const char* key) {
    const size_t len = strlen(key);
    rk_text_t out = {"", 0};
    for (size_t i = 0; i + len <= invocation.len; ++i) {
        if (memcmp(invocation.data + i, key, len) == 0) {
            out.data = invocation.data + i + len;
            while (out.data + out.len < invocation.data + invocation.len &&
                   out.data[out.len] != '"') {
                ++out.len;
            }
            break;
        }
    }
    return out;
}

/* An operation in the name of the event that is being handled. */
static void operate(driver_t* driver, const char* operation, const char* arguments) {
    rk_call_t call;
    memset(&call, 0, sizeof(call));
    call.size = sizeof(call);
    call.operation = text(operation);
    call.arguments = text(arguments);
    (void)driver->operations->call(driver->host, &call, NULL, NULL, NULL, NULL);
}

/* Keeps the command's event until somebody has answered. */
static void wait_for_answer(driver_t* driver, rk_view_t event) {
    driver->asked = event.event;
    (void)driver->events->hold(driver->host, event.event);
    (void)driver->commands->wait(driver->host, event.event, 1);
}

static rk_status_t act(driver_t* driver, rk_view_t event, rk_text_t invocation, rk_error_t* error) {
    const int slash = is(text_behind(invocation, "\"source\":\""), "slash");
    const rk_text_t what = text(driver->act);
    if (is(what, "reply")) {
        operate(driver, "interactions.reply", "{\"content\":\"said\"}");
    } else if (is(what, "refuse")) {
        operate(driver, "interactions.reply",
                slash ? "{\"content\":\"not so\",\"ephemeral\":true}" : "{\"content\":\"not so\"}");
    } else if (is(what, "form")) {
        operate(driver, "interactions.showModal",
                "{\"title\":\"Note\",\"action\":\"vote\",\"state\":{\"n\":2},"
                "\"fields\":[{\"name\":\"text\",\"label\":\"What?\"}]}");
    } else if (is(what, "confirm")) {
        operate(driver, "interactions.reply",
                "{\"content\":\"Really?\",\"components\":["
                "{\"button\":\"Yes\",\"action\":\"vote\",\"state\":{\"v\":\"true\"}},"
                "{\"button\":\"No\",\"action\":\"vote\",\"style\":\"secondary\","
                "\"state\":{\"v\":\"false\"}}]}");
        wait_for_answer(driver, event);
    } else if (is(what, "choose")) {
        operate(driver, "interactions.reply",
                "{\"content\":\"Which?\",\"components\":["
                "{\"select\":\"\",\"action\":\"vote\",\"choices\":["
                "\"a\",{\"name\":\"B\",\"value\":\"b\"}]}]}");
        wait_for_answer(driver, event);
    } else if (is(what, "fail")) {
        static const char kWhy[] = "as it was told";
        error->length = sizeof(kWhy) - 1;
        memcpy(error->text, kWhy, error->length);
        return RK_E_INTERNAL;
    }
    return RK_OK;
}

/* The answer to what was asked: the value of a button, or what was chosen. */
static void on_answer(driver_t* driver, rk_text_t invocation) {
    const rk_text_t pressed = text_behind(invocation, "\"v\":\"");
    const rk_text_t chosen = text_behind(invocation, "\"values\":[\"");
    buffer_t out = {NULL, 0, 0};
    operate(driver, "interactions.update", "{\"components\":[]}");
    puts_to(&out, "{\"answer\":");
    if (pressed.len != 0) {
        put(&out, pressed.data, pressed.len);
    } else {
        put_text(&out, chosen);
    }
    puts_to(&out, "}");
    report(driver, (rk_text_t){out.data, out.len});
    free(out.data);
    (void)driver->commands->wait(driver->host, driver->asked, 0);
    (void)driver->events->release(driver->host, driver->asked);
    driver->asked = 0;
}

static void complete(driver_t* driver, rk_text_t invocation) {
    const rk_text_t typed = text_behind(invocation, "\"typed\":\"");
    buffer_t out = {NULL, 0, 0};
    puts_to(&out, "{\"choices\":[\"");
    put(&out, typed.data, typed.len);
    puts_to(&out, "a\",{\"name\":\"");
    put(&out, typed.data, typed.len);
    puts_to(&out, "b\",\"value\":\"b\"}]}");
    operate(driver, "interactions.autocomplete", out.data);
    free(out.data);
}

static rk_status_t on_invoked(void* user, rk_view_t event, rk_text_t invocation,
                              rk_error_t* error) {
    driver_t* const driver = user;
    const rk_text_t kind = text_behind(invocation, "\"kind\":\"");
    buffer_t out = {NULL, 0, 0};
    if (is(kind, "press") && driver->asked != 0) {
        on_answer(driver, invocation);
        return RK_OK;
    }
    puts_to(&out, "{\"invoked\":");
    put(&out, invocation.data, invocation.len);
    puts_to(&out, "}");
    report(driver, (rk_text_t){out.data, out.len});
    free(out.data);
    if (is(kind, "autocomplete")) {
        complete(driver, invocation);
    }
    return is(kind, "command") ? act(driver, event, invocation, error) : RK_OK;
}

/* `acts`: what the handler does; of at most 15 bytes. */
static rk_status_t declare(driver_t* driver, rk_text_t definition, rk_text_t path, rk_text_t acts,
                           rk_error_t* error) {
    const uint32_t kinds[3] = {RK_INVOKE_COMMAND, RK_INVOKE_AUTOCOMPLETE, RK_INVOKE_PRESS};
    rk_status_t status =
        driver->commands->declare(driver->host, definition, &driver->command, error);
    (void)snprintf(driver->act, sizeof(driver->act), "%.*s", (int)acts.len, acts.data);
    for (int i = 0; status >= 0 && i < 3; ++i) {
        status = driver->commands->handle(driver->host, kinds[i], i == 2 ? text("vote") : path,
                                          on_invoked, driver, NULL, &driver->handlers[i], error);
    }
    return status;
}

static void do_declare(driver_t* driver, rk_view_t command) {
    const rk_value_t definition = member(driver, command, "definition");
    rk_error_t error = no_error();
    buffer_t json = {NULL, 0, 0};
    rk_status_t status;
    (void)driver->views->write_json(driver->host, definition.as.object, sink, &json);
    status = declare(driver, (rk_text_t){json.data, json.len}, text_member(driver, command, "path"),
                     text_member(driver, command, "act"), &error);
    free(json.data);
    report_answer(driver, status, &error);
}

rk_status_t declare_at_start(driver_t* driver, rk_text_t settings, rk_error_t* error) {
    const rk_text_t asks = text_behind(settings, "\"asks\":\"");
    return asks.len == 0 ? RK_OK
                         : declare(driver, text("{\"name\":\"remind\",\"description\":\"Asks\"}"),
                                   text("remind"), asks, error);
}

static void do_withdraw(driver_t* driver) {
    const rk_error_t error = no_error();
    for (int i = 0; i < 3; ++i) {
        (void)driver->events->unsubscribe(driver->host, driver->handlers[i]);
    }
    report_answer(driver, driver->commands->withdraw(driver->host, driver->command), &error);
}

int carry_out_command(driver_t* driver, rk_text_t what, rk_view_t command) {
    if (is(what, "declare")) {
        do_declare(driver, command);
    } else if (is(what, "withdraw")) {
        do_withdraw(driver);
    } else {
        return 0;
    }
    return 1;
}
