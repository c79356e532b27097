/* rookery.http/1: asking other services. Since 1.2.
 *
 * A plugin reaches the hosts that it has been granted: `[plugins.NAME] grant =
 * ["http:api.example.com"]`, where a port narrows the grant, and `http:*.example.com` and `http:*`
 * stand for names. A name that leads to this machine or into a private network is refused; to reach
 * one, grant its address ("http:127.0.0.1:8080") or "http:localhost". */
#ifndef ROOKERY_ABI_EXT_HTTP_H
#define ROOKERY_ABI_EXT_HTTP_H

#include "../status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_HTTP_ID "rookery.http/1"

typedef struct rk_http_header {
    rk_text_t name;
    rk_text_t value;
} rk_http_header_t;

/* Zeroes and empty texts ask for what stands in brackets. */
typedef struct rk_http_request {
    uint32_t size;
    uint32_t timeout_ms; /* redirects included; at most 60,000 [10,000] */
    uint32_t max_bytes;  /* of the answer's body, unpacked; at most 16 MiB [1 MiB] */
    uint32_t redirects; /* how many are followed, at most 5 [none]; each is checked as the URL is */
    rk_text_t method;   /* ["GET"] */
    rk_text_t url;      /* "https://api.example.com/v1?q=x": percent-encoded where needed */
    const rk_http_header_t*
        headers; /* at most 64; Host, Content-Length and the like are not taken */
    uint32_t header_count;
    uint32_t reserved;
    rk_text_t body; /* at most 16 MiB */
} rk_http_request_t;

/* An answer of any status. Borrowed for the callback. */
typedef struct rk_http_answer {
    uint32_t size;
    uint32_t status;
    rk_text_t url; /* that answered */
    const rk_http_header_t* headers;
    uint32_t header_count;
    uint32_t reserved;
    rk_text_t body; /* unpacked */
} rk_http_answer_t;

/* The end of a request. `status` 0: `answer` is there, whatever its status. Else it is null and
 * `message` says why: RK_E_DENIED (a host that is not granted; a private address; a certificate),
 * RK_E_INVALID (the request), RK_E_LIMIT (the body, the redirects, more than 50 requests a second),
 * RK_E_TIMEOUT, RK_E_UNAVAILABLE, RK_E_PROTOCOL, RK_E_IO. A failure that this returns is logged and
 * counts. [instance thread] running. */
typedef rk_status_t (*rk_http_fn)(void* user, rk_status_t status, const rk_http_answer_t* answer,
                                  rk_text_t message, rk_error_t* error);

typedef struct rk_http {
    uint32_t size;
    uint32_t reserved;

    /* Begins a request and returns; `done` is called once, later, unless the plugin is stopped
     * first, which ends the request. Until then the event at hand counts as unfinished, and during
     * `done` it is the one being handled. 16 requests are under way at a time, 256 more wait. Texts
     * are copied. RK_E_INVALID for a null pointer with a length, RK_E_UNSUPPORTED when this host
     * has no way out: then `user` stays with the caller. [instance thread] creating, running. Since
     * 1.2. */
    rk_status_t (*request)(const rk_host_t* host, const rk_http_request_t* request, rk_http_fn done,
                           void* user, rk_release_t release, rk_error_t* error);
} rk_http_t;

#ifdef __cplusplus
}
#endif

#endif
