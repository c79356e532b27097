/* rookery.views/1: reading events. Since 1.0.
 *
 * An event is read through views: a view looks at one object of it (the message, its author) in the
 * normalised shape, and nothing is decoded before it is asked for. Views and arrays are plain
 * values; they hold as long as the handle of their event, and so does every text that comes out of
 * them. Field numbers are in rookery/abi/fields.h; fields are only ever appended to a shape.
 *
 * Every function: [instance thread], in any state between create and destroy; never blocks. A
 * handle of an event that has been released gives RK_E_STALE, a null pointer or a struct that is
 * too small RK_E_INVALID, and leaves the output alone. */
#ifndef ROOKERY_ABI_EXT_VIEWS_H
#define ROOKERY_ABI_EXT_VIEWS_H

#include "../types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_VIEWS_ID "rookery.views/1"

/* One object of an event. `event` is the event's handle; the rest is the host's own. */
typedef struct rk_view {
    rk_handle_t event;
    uint32_t node;
    uint16_t mapping;
    uint16_t reserved;
} rk_view_t;

/* One list: which field of which object it is. */
typedef struct rk_array {
    rk_view_t owner;
    uint32_t field;
    uint32_t reserved;
} rk_array_t;

/* `field` of a list that lies in a raw view: `owner.node` is then the list itself. */
#define RK_FIELD_RAW 0xFFFFFFFFu

#define RK_VALUE_ABSENT 0u /* no such field, or an optional one that is not there */
#define RK_VALUE_NULL 1u
#define RK_VALUE_BOOLEAN 2u /* as.integer is 0 or 1 */
#define RK_VALUE_INTEGER 3u
#define RK_VALUE_NUMBER 4u
#define RK_VALUE_TEXT 5u /* ids and times too */
#define RK_VALUE_OBJECT 6u
#define RK_VALUE_ARRAY 7u

typedef struct rk_value {
    uint32_t size; /* sizeof(rk_value_t), set by the caller */
    uint32_t kind; /* RK_VALUE_... */
    union {
        int64_t integer;
        double number;
        rk_text_t text;
        rk_view_t object;
        rk_array_t array;
    } as;
} rk_value_t;

/* It happened while the link was down and was fetched afterwards. */
#define RK_EVENT_LATE 1U

/* What is known of an event beside its payload. */
typedef struct rk_event_info {
    uint32_t size;      /* sizeof(rk_event_info_t), set by the caller */
    uint32_t flags;     /* RK_EVENT_... */
    rk_text_t name;     /* "messageCreate", "discord:RAW_NAME" */
    rk_text_t raw_name; /* "MESSAGE_CREATE" */
    rk_text_t bot;
    rk_text_t platform; /* "discord" */
    uint64_t seq;       /* of the link's session */
    uint64_t guild_id; /* 0: none; a number that differs from run to run where ids are no numbers */
    uint64_t channel_id;
    /* The ids as the platform writes them; empty: none. */
    rk_text_t guild;
    rk_text_t channel;
} rk_event_info_t;

typedef struct rk_views {
    uint32_t size;
    uint32_t reserved;

    /* The field of that number; RK_VALUE_ABSENT when the shape has no such field. Since 1.0. */
    rk_status_t (*get)(const rk_host_t* host, rk_view_t view, uint32_t field, rk_value_t* out);

    /* The field of that name ("channelId"); in a raw view the member of that key. Since 1.0. */
    rk_status_t (*get_named)(const rk_host_t* host, rk_view_t view, rk_text_t name,
                             rk_value_t* out);

    /* Up to `capacity` elements from number `first` on. Every out[i].size is set by the caller, all
     * alike. `total` (may be null) gets the length of the list. Returns how many were written.
     * Since 1.0. */
    rk_status_t (*get_elements)(const rk_host_t* host, rk_array_t array, uint32_t first,
                                rk_value_t* out, uint32_t capacity, uint32_t* total);

    /* The whole object as JSON, fields in the shape's order, handed to `sink` in one or more pieces
     * during the call. Since 1.0. */
    rk_status_t (*write_json)(const rk_host_t* host, rk_view_t view, rk_sink_t sink, void* user);

    /* The platform's own text of the object, byte for byte; empty when the payload has none.
     * Since 1.0. */
    rk_status_t (*raw)(const rk_host_t* host, rk_view_t view, rk_text_t* out);

    /* Name of the view's shape ("Message"; "raw"), and how many fields it has. Either may be null.
     * Since 1.0. */
    rk_status_t (*shape)(const rk_host_t* host, rk_view_t view, rk_text_t* name, uint32_t* fields);

    /* Name of one field; RK_E_NOT_FOUND past the last. Since 1.0. */
    rk_status_t (*field_name)(const rk_host_t* host, rk_view_t view, uint32_t field,
                              rk_text_t* out);

    /* Since 1.0. */
    rk_status_t (*event_info)(const rk_host_t* host, rk_handle_t event, rk_event_info_t* out);
} rk_views_t;

#ifdef __cplusplus
}
#endif

#endif
