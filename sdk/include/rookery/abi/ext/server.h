/* rookery.server/1: serving. Routes of HTTP below /api/plugins/NAME, namespaces of Socket.IO, and
 * bare sessions of Engine.IO. Since 1.3.
 *
 * There where the configuration has [server]; without it the registrations give RK_E_UNSUPPORTED.
 * What is registered goes with the plugin. A reload goes over from one version to the next in one
 * step: requests under way are answered by the old one, which is waited for, and sockets stay: the
 * new version is told of each with RK_SERVER_KEPT. 128 calls are under way at a time, 1,024 wait.
 */
#ifndef ROOKERY_ABI_EXT_SERVER_H
#define ROOKERY_ABI_EXT_SERVER_H

#include "../status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_SERVER_ID "rookery.server/1"

/* Of a form. */
#define RK_SERVER_OPEN 1u     /* anybody: no key is asked for */
#define RK_SERVER_OWN 2u      /* of a namespace: `admit` decides */
#define RK_SERVER_RECOVERY 4u /* of a namespace: lost connections can be taken up again */
#define RK_SERVER_ENGINE 8u   /* the name is a path of Engine.IO, open to anybody */
/* Of a request, a socket, or an event. */
#define RK_SERVER_SECURE 256u    /* came over TLS */
#define RK_SERVER_RECOVERED 512u /* has taken up a lost connection: rooms are those of before */
#define RK_SERVER_KEPT 1024u     /* was there with the version before this one */
#define RK_SERVER_BINARY 2048u   /* the message of a session is its one attachment */

typedef struct rk_server_field {
    rk_text_t name;
    rk_text_t value;
} rk_server_field_t;

/* Who asks, with a key. */
typedef struct rk_server_key {
    uint32_t size;
    uint32_t restricted; /* 1: to `guilds` alone; to heed it is the plugin's affair */
    rk_text_t id;
    rk_text_t name;
    const rk_text_t* scopes;
    size_t scope_count;
    const rk_text_t* guilds; /* ids */
    size_t guild_count;
} rk_server_key_t;

/* Zeroes and empty texts ask for what stands in brackets. */
typedef struct rk_server_route {
    uint32_t size;
    uint32_t flags;      /* RK_SERVER_OPEN [a key with the scope] */
    uint32_t body_limit; /* at most 16 MiB; more is answered with 413 [1 MiB] */
    uint32_t timeout_ms; /* then the client gets 504; at most 300,000 [30,000] */
    rk_text_t method;    /* "GET", "POST", "PUT", "PATCH", "DELETE" ["GET"] */
    rk_text_t pattern;   /* "/items/:id", "/files/ *" without the space */
    rk_text_t scope;     /* ["plugin:NAME"] */
    rk_text_t doc;       /* a line for people */
} rk_server_route_t;

/* Borrowed for the callback, but for the handle. */
typedef struct rk_server_request {
    uint32_t size;
    uint32_t flags;      /* RK_SERVER_SECURE */
    rk_handle_t request; /* for answer() */
    rk_text_t id;
    rk_text_t method;
    rk_text_t path; /* below the plugin's prefix: "/items/5" */
    rk_text_t body;
    rk_text_t peer;
    const rk_server_field_t* params; /* of the pattern: "id" is "5"; "*" for the rest of the path */
    size_t param_count;
    const rk_server_field_t* query; /* in order */
    size_t query_count;
    const rk_server_field_t* headers; /* names in lower case */
    size_t header_count;
    const rk_server_key_t* key; /* null where none is asked for */
} rk_server_request_t;

typedef struct rk_server_answer {
    uint32_t size;
    uint32_t status; /* 0: 200 */
    rk_text_t content_type;
    rk_text_t body; /* at most 16 MiB */
    const rk_server_field_t* headers;
    size_t header_count; /* at most 64 */
} rk_server_answer_t;

/* A request has come: answer() answers it, within the call or later. A failure that this returns is
 * logged, counts, and is answered with 500. [instance thread] running. */
typedef rk_status_t (*rk_server_request_fn)(void* user, const rk_server_request_t* request,
                                            rk_error_t* error);

/* What an event carries: a JSON array without the event's name, where
 * {"_placeholder":true,"num":0} stands for attachment 0. Of a session's message `json` is the text;
 * with RK_SERVER_BINARY it is empty, and the message is the attachment. */
typedef struct rk_server_arguments {
    uint32_t size;
    uint32_t flags;
    rk_text_t json; /* empty: [] */
    const rk_text_t* attachments;
    size_t attachment_count;
} rk_server_arguments_t;

/* One client; the number is never used again. Borrowed for the callback. */
typedef struct rk_server_socket {
    uint32_t size;
    uint32_t flags;  /* RK_SERVER_SECURE, RK_SERVER_RECOVERED, RK_SERVER_KEPT */
    uint64_t socket; /* 0 while it is not admitted */
    rk_text_t id;    /* on the wire */
    rk_text_t auth;  /* a JSON object: what the client gave */
    rk_text_t who;   /* JSON: what admit() said of it; empty: nothing */
    rk_text_t peer;
    const rk_server_field_t* query;
    size_t query_count;
    const rk_server_field_t* headers;
    size_t header_count;
    const rk_text_t* rooms;
    size_t room_count;
    const rk_server_key_t* key; /* null where none is asked for */
} rk_server_socket_t;

/* What a channel's clients do. Each but `event` may be null. Failures are logged and count.
 * [instance thread] running. */
typedef struct rk_server_handlers {
    uint32_t size;
    uint32_t reserved;
    /* With RK_SERVER_OWN: decided by admit(), within the call or later. A failure refuses. */
    rk_status_t (*admit)(void* user, const rk_server_socket_t* client, rk_handle_t admission,
                         rk_error_t* error);
    /* First of all for each socket. */
    rk_status_t (*connected)(void* user, const rk_server_socket_t* socket, rk_error_t* error);
    /* `reply` is 0 when no acknowledgement was asked for, else for reply(). */
    rk_status_t (*event)(void* user, uint64_t socket, rk_text_t name,
                         const rk_server_arguments_t* arguments, rk_handle_t reply,
                         rk_error_t* error);
    /* Last of all. */
    rk_status_t (*left)(void* user, uint64_t socket, rk_text_t reason, rk_error_t* error);
} rk_server_handlers_t;

typedef struct rk_server_channel {
    uint32_t size;
    uint32_t flags;  /* RK_SERVER_OPEN, RK_SERVER_OWN, RK_SERVER_RECOVERY, RK_SERVER_ENGINE [a key
                        with the scope, given as auth.apiKey or auth.token] */
    rk_text_t name;  /* "/custom"; of an engine "/engine.io/" */
    rk_text_t scope; /* ["plugin:NAME"] */
} rk_server_channel_t;

/* The end of call(). `status` 0: `arguments` is there. Else it is null, and `message` says why:
 * RK_E_TIMEOUT, RK_E_CANCELLED (it left), RK_E_STALE, RK_E_LIMIT. [instance thread] running. */
typedef rk_status_t (*rk_server_ack_fn)(void* user, rk_status_t status,
                                        const rk_server_arguments_t* arguments, rk_text_t message,
                                        rk_error_t* error);

/* Whom an event goes to: everybody in one of the rooms (none: in the namespace), once each. */
typedef struct rk_server_audience {
    uint32_t size;
    uint32_t reserved;
    const rk_text_t* rooms;
    size_t room_count; /* at most 1,000 */
    const uint64_t* except;
    size_t except_count; /* at most 1,000 sockets */
} rk_server_audience_t;

/* All: [instance thread] creating, running, unless another is named. Texts are copied. RK_E_INVALID
 * for a null pointer with a length. */
typedef struct rk_server {
    uint32_t size;
    uint32_t reserved;

    /* Answers requests below /api/plugins/NAME. RK_E_INVALID names what is wrong; RK_E_EXISTS, who
     * has it; RK_E_DENIED, RK_E_UNSUPPORTED: then `user` stays with the caller. `out` may be null.
     * Since 1.3. */
    rk_status_t (*route)(const rk_host_t* host, const rk_server_route_t* form,
                         rk_server_request_fn handler, void* user, rk_release_t release,
                         rk_handle_t* out, rk_error_t* error);

    /* Answers a request, once. RK_E_STALE when it has been answered, or is out of time.
     * RK_E_INVALID for what cannot be sent: the request stays open. Since 1.3. */
    rk_status_t (*answer)(const rk_host_t* host, rk_handle_t request,
                          const rk_server_answer_t* answer, rk_error_t* error);

    /* Opens a namespace, or serves sessions at a path. As route(). Since 1.3. */
    rk_status_t (*open)(const rk_host_t* host, const rk_server_channel_t* form,
                        const rk_server_handlers_t* handlers, void* user, rk_release_t release,
                        rk_handle_t* out, rk_error_t* error);

    /* Ends a route or a channel, whose sockets leave. RK_E_STALE. [instance thread] all states.
     * Since 1.3. */
    rk_status_t (*withdraw)(const rk_host_t* host, rk_handle_t registration);

    /* Lets a client in (`accepted` not 0), with JSON to be kept with its sockets or an empty text;
     * or refuses it with the text of connect_error and its data as JSON, or an empty one.
     * RK_E_STALE. Since 1.3. */
    rk_status_t (*admit)(const rk_host_t* host, rk_handle_t admission, int32_t accepted,
                         rk_text_t text, rk_text_t data, rk_error_t* error);

    /* Acknowledges an event, once. RK_E_STALE. Since 1.3. */
    rk_status_t (*reply)(const rk_host_t* host, rk_handle_t reply,
                         const rk_server_arguments_t* arguments, rk_error_t* error);

    /* Sends an event to a socket; `name` is empty for a session. RK_E_STALE when it has left,
     * RK_E_LIMIT when 16 MiB wait to be sent. Since 1.3. */
    rk_status_t (*emit)(const rk_host_t* host, uint64_t socket, rk_text_t name,
                        const rk_server_arguments_t* arguments, rk_error_t* error);

    /* Sends an event to many, encoded once. Since 1.3. */
    rk_status_t (*broadcast)(const rk_host_t* host, rk_handle_t channel,
                             const rk_server_audience_t* audience, rk_text_t name,
                             const rk_server_arguments_t* arguments, rk_error_t* error);

    /* Sends an event and waits for its acknowledgement, at most 300,000 ms; `done` is called once,
     * later, unless the plugin is stopped first. On failure `user` stays with the caller. Since
     * 1.3. */
    rk_status_t (*call)(const rk_host_t* host, uint64_t socket, rk_text_t name,
                        const rk_server_arguments_t* arguments, uint32_t timeout_ms,
                        rk_server_ack_fn done, void* user, rk_release_t release, rk_error_t* error);

    /* A socket is in at most 1,000 rooms: RK_E_LIMIT. RK_E_STALE when it has left. Since 1.3. */
    rk_status_t (*join)(const rk_host_t* host, uint64_t socket, rk_text_t room, rk_error_t* error);
    rk_status_t (*leave)(const rk_host_t* host, uint64_t socket, rk_text_t room, rk_error_t* error);

    /* Sends the client away. Since 1.3. */
    rk_status_t (*disconnect)(const rk_host_t* host, uint64_t socket, rk_error_t* error);
} rk_server_t;

#ifdef __cplusplus
}
#endif

#endif
