/* rookery.documents/1: reading JSON values that the host holds: settings, answers of operations.
 * Since 1.0.
 *
 * A path names a value in a document: member names and element numbers joined by dots,
 * "roles.0.name"; the empty path is the document itself. The text of a value holds as long as the
 * document.
 *
 * Every function: [instance thread] all states. RK_E_STALE when the document is gone;
 * RK_E_NOT_FOUND when it has no such path. */
#ifndef ROOKERY_ABI_EXT_DOCUMENTS_H
#define ROOKERY_ABI_EXT_DOCUMENTS_H

#include "views.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RK_DOCUMENTS_ID "rookery.documents/1"

typedef struct rk_documents {
    uint32_t size;
    uint32_t reserved;

    /* RK_VALUE_OBJECT and RK_VALUE_ARRAY come without content: see count, key and write_json.
     * Since 1.0. */
    rk_status_t (*get)(const rk_host_t* host, rk_handle_t document, rk_text_t path,
                       rk_value_t* out);

    /* How many members or elements there are; 0 for any other kind. Since 1.0. */
    rk_status_t (*count)(const rk_host_t* host, rk_handle_t document, rk_text_t path,
                         uint32_t* out);

    /* Name of member number `index`, sorted by name. Since 1.0. */
    rk_status_t (*key)(const rk_host_t* host, rk_handle_t document, rk_text_t path, uint32_t index,
                       rk_text_t* out);

    /* The value as JSON, in one or more pieces. Since 1.0. */
    rk_status_t (*write_json)(const rk_host_t* host, rk_handle_t document, rk_text_t path,
                              rk_sink_t sink, void* user);

    /* The document as a value to read with views.h, the fields numbered as in rookery/abi/fields.h
     * where the operation's reference names the type of its result (`shape` of views.h tells); else
     * a raw one. RK_VALUE_OBJECT, or RK_VALUE_ARRAY for a list. What it leads to holds as long as
     * the document. RK_E_NOT_FOUND when the document is neither object nor list. Since 1.2. */
    rk_status_t (*view)(const rk_host_t* host, rk_handle_t document, rk_value_t* out);

    /* Keeps a document beyond the callback that it was given to, until as many release. Since 1.2.
     */
    rk_status_t (*hold)(const rk_host_t* host, rk_handle_t document);
    /* Gives back what hold has taken. RK_E_STALE when nothing is held. Since 1.2. */
    rk_status_t (*release)(const rk_host_t* host, rk_handle_t document);
} rk_documents_t;

#ifdef __cplusplus
}
#endif

#endif
