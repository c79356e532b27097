/* rookery.events/1: hearing of events. Since 1.0. */
#ifndef ROOKERY_ABI_EXT_EVENTS_H
#define ROOKERY_ABI_EXT_EVENTS_H

#include "../status.h"
#include "views.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_EVENTS_ID "rookery.events/1"

/* Handles one event; `event.event` is its handle, `event` the view of its payload. Both hold until
 * the handler returns, or longer: see hold. A failure is logged with the plugin's name, the event
 * and `error`, and counts; the event is done with all the same. [instance thread] running. */
typedef rk_status_t (*rk_event_fn)(void* user, rk_view_t event, rk_error_t* error);

/* What an interceptor's handler returns to stop the event. Since 1.2. */
#define RK_INTERCEPT_STOP 1

/* Decides on one event, as rk_event_fn otherwise. [instance thread] running. Since 1.2. */
typedef rk_status_t (*rk_intercept_fn)(void* user, rk_view_t event, rk_error_t* error);

typedef struct rk_events {
    uint32_t size;
    uint32_t reserved;

    /* Calls `handler` for each event of that name ("messageCreate", "discord:RAW_NAME", "*"): those
     * of the name in order of subscription, then those of "*". RK_E_INVALID for a name that does
     * not exist, with the nearest one in `error`; RK_E_LIMIT beyond 1,000. On failure `user` stays
     * with the caller. [instance thread] creating, running. Since 1.0. */
    rk_status_t (*subscribe)(const rk_host_t* host, rk_text_t name, rk_event_fn handler, void* user,
                             rk_release_t release, rk_handle_t* out, rk_error_t* error);

    /* From now on `handler` is not called again, not even for the event at hand. [instance thread]
     * all states. Since 1.0. */
    rk_status_t (*unsubscribe)(const rk_host_t* host, rk_handle_t subscription);

    /* Keeps the event, its views and texts after the handler has returned, until as many release.
     * An event that is held is unfinished: it is delivered again after a crash. [instance thread]
     * running. Since 1.0. */
    rk_status_t (*hold)(const rk_host_t* host, rk_handle_t event);
    /* RK_E_INVALID when the plugin does not hold it.
     * While the plugin is stopping it changes nothing: the host then decides whether events that
     * are open are delivered again. [instance thread] running, stopping. Since 1.0. */
    rk_status_t (*release)(const rk_host_t* host, rk_handle_t event);

    /* As subscribe, for the events that `filter` lets through; the others never enter the plugin.
     * `filter` is a JSON object whose conditions all have to hold, each with one value or a list of
     * which any will do; empty: every event. Keys: "guild", "channel", "user" (ids, as strings: who
     * caused the event), "bot" (the name of one of the runtime's bots; or true or false: whether
     * whoever caused the event is a bot), "platform", "startsWith", "endsWith", "contains",
     * "equals" (of the content), and any field of the event ("author.username"): what it equals, or
     * holds when it is a list; null: it has no value. For "*" and raw events only guild, channel,
     * bot and platform. RK_E_INVALID names a key that does not exist with the nearest one, and what
     * a value should be. RK_E_LIMIT beyond 32 keys, 1,000 values of one, 64 KiB. [instance thread]
     * creating, running. Since 1.2. */
    rk_status_t (*subscribe_where)(const rk_host_t* host, rk_text_t name, rk_text_t filter,
                                   rk_event_fn handler, void* user, rk_release_t release,
                                   rk_handle_t* out, rk_error_t* error);

    /* Decides on the events that `filter` (as of subscribe_where) lets through before anybody else
     * gets them: `handler` returns RK_OK, and the event goes on, or RK_INTERCEPT_STOP, and nobody
     * behind gets it; a failure lets it go on. Interceptions are asked one after the other, the
     * higher `priority` first; of one channel one event at a time. A handler that holds the event
     * decides by stop, or not, before the last release: until then the event waits, at most for
     * `intercept_timeout` of the configuration. A handler that both intercepts and subscribes gets
     * the event twice, in that order. unsubscribe ends it. Errors as of subscribe_where; counted
     * among the 1,000. [instance thread] creating, running. Since 1.2. */
    rk_status_t (*intercept)(const rk_host_t* host, rk_text_t name, rk_text_t filter,
                             int32_t priority, rk_intercept_fn handler, void* user,
                             rk_release_t release, rk_handle_t* out, rk_error_t* error);

    /* Stops an event that the plugin intercepts, once it has been released. RK_E_STATE when it is
     * no interception. [instance thread] running. Since 1.2. */
    rk_status_t (*stop)(const rk_host_t* host, rk_handle_t event);
} rk_events_t;

#ifdef __cplusplus
}
#endif

#endif
