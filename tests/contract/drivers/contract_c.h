/* What the parts of the contract's driver in C share. */
#ifndef CONTRACT_C_H
#define CONTRACT_C_H

#include <rookery/abi/ext/commands.h>
#include <rookery/abi/ext/config.h>
#include <rookery/abi/ext/documents.h>
#include <rookery/abi/ext/events.h>
#include <rookery/abi/ext/http.h>
#include <rookery/abi/ext/log.h>
#include <rookery/abi/ext/metrics.h>
#include <rookery/abi/ext/operations.h>
#include <rookery/abi/ext/settings.h>
#include <rookery/abi/ext/storage.h>
#include <rookery/abi/ext/timers.h>
#include <rookery/abi/ext/views.h>
#include <rookery/abi/plugin.h>

#include <stddef.h>
#include <stdint.h>

#define MAX_TAGS 64

/* A text that grows. */
typedef struct buffer {
    char* data;
    size_t len;
    size_t room;
} buffer_t;

typedef struct driver driver_t;

/* Something registered under a tag. */
typedef struct tag {
    driver_t* driver;
    char name[64];
    rk_handle_t handle;
    int once;
    int read;            /* reports the whole event */
    rk_status_t verdict; /* of an interception */
    int used;
} tag_t;

struct driver {
    const rk_host_t* host;
    const rk_commands_t* commands;
    const rk_config_t* config;
    const rk_documents_t* documents;
    const rk_events_t* events;
    const rk_http_t* http;
    const rk_log_t* log;
    const rk_metrics_t* metrics;
    const rk_operations_t* operations;
    const rk_settings_t* settings;
    const rk_storage_t* storage;
    const rk_timers_t* timers;
    const rk_views_t* views;
    tag_t tags[MAX_TAGS];
    rk_handle_t command; /* that is declared, and its handlers */
    rk_handle_t handlers[3];
    char act[16];      /* what the command's handler does beside telling what it was given */
    rk_handle_t asked; /* the event that waits for an answer; 0: none */
    char state[256];
    int has_state;
    rk_plugin_t plugin;
};

rk_text_t text(const char* chars);
int is(rk_text_t name, const char* wanted);

/* Appending to a text, as JSON where it says so. */
void put(buffer_t* out, const char* data, size_t len);
void puts_to(buffer_t* out, const char* chars);
void put_text(buffer_t* out, rk_text_t value);
void sink(void* user, rk_text_t piece);
void put_integer(buffer_t* out, int64_t integer);
void put_value(driver_t* driver, buffer_t* out, const rk_value_t* value);
void put_failure(buffer_t* out, rk_status_t status, rk_text_t message);

rk_error_t no_error(void);

/* Reports one JSON value. */
void report(driver_t* driver, rk_text_t json);
void report_pair(driver_t* driver, const char* key, rk_text_t value);
void report_refusal(driver_t* driver, rk_status_t status, const rk_error_t* error);

/* Members of a raw view. */
rk_value_t empty_value(void);
rk_value_t member(driver_t* driver, rk_view_t view, const char* name);
rk_text_t text_member(driver_t* driver, rk_view_t view, const char* name);

/* Registrations. */
tag_t* new_tag(driver_t* driver, rk_text_t name);
void release_tag(void* user);
rk_status_t on_timer(void* user, rk_error_t* error);

/* Commands of services_c.c; 0 when it is none of them. */
int carry_out_service(driver_t* driver, rk_text_t what, rk_view_t command);
/* The same of commands_c.c. */
int carry_out_command(driver_t* driver, rk_text_t what, rk_view_t command);
/* The command that asks what the settings say, where they do. */
rk_status_t declare_at_start(driver_t* driver, rk_text_t settings, rk_error_t* error);

#endif
