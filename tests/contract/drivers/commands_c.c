/* The commands of the contract's driver in C that have to do with commands of people. */
#include "contract_c.h"

#include <stdlib.h>

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

static rk_status_t on_invoked(void* user, rk_view_t event, rk_text_t invocation,
                              rk_error_t* error) {
    driver_t* const driver = user;
    buffer_t out = {NULL, 0, 0};
    (void)event;
    (void)error;
    puts_to(&out, "{\"invoked\":");
    put(&out, invocation.data, invocation.len);
    puts_to(&out, "}");
    report(driver, (rk_text_t){out.data, out.len});
    free(out.data);
    return RK_OK;
}

static void do_declare(driver_t* driver, rk_view_t command) {
    const uint32_t kinds[3] = {RK_INVOKE_COMMAND, RK_INVOKE_AUTOCOMPLETE, RK_INVOKE_PRESS};
    const rk_value_t definition = member(driver, command, "definition");
    const rk_text_t path = text_member(driver, command, "path");
    rk_error_t error = no_error();
    buffer_t json = {NULL, 0, 0};
    rk_status_t status;
    (void)driver->views->write_json(driver->host, definition.as.object, sink, &json);
    status = driver->commands->declare(driver->host, (rk_text_t){json.data, json.len},
                                       &driver->command, &error);
    free(json.data);
    for (int i = 0; status >= 0 && i < 3; ++i) {
        status = driver->commands->handle(driver->host, kinds[i], i == 2 ? text("vote") : path,
                                          on_invoked, driver, NULL, &driver->handlers[i], &error);
    }
    report_answer(driver, status, &error);
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
