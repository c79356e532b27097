/* What the fixture plugins share. Each of them is right but for the one thing that its name says.
 */
#ifndef ROOKERY_TESTS_ABI_FIXTURE_H
#define ROOKERY_TESTS_ABI_FIXTURE_H

#include <rookery/abi/entry.h>
#include <rookery/abi/ext/commands.h>
#include <rookery/abi/ext/config.h>
#include <rookery/abi/ext/documents.h>
#include <rookery/abi/ext/events.h>
#include <rookery/abi/ext/http.h>
#include <rookery/abi/ext/interactions.h>
#include <rookery/abi/ext/log.h>
#include <rookery/abi/ext/metrics.h>
#include <rookery/abi/ext/operations.h>
#include <rookery/abi/ext/settings.h>
#include <rookery/abi/ext/storage.h>
#include <rookery/abi/ext/threads.h>
#include <rookery/abi/ext/timers.h>
#include <rookery/abi/ext/views.h>

#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
#define FIXTURE_LINKAGE extern "C"
#else
#define FIXTURE_LINKAGE extern
#endif
#define FIXTURE_EXPORT FIXTURE_LINKAGE __attribute__((visibility("default")))

#define TEXT(literal) \
    { literal, sizeof(literal) - 1 }
#define ENTRY_WITH(magic, major, least, name, create) \
    { sizeof(rk_entry_t), magic, major, RK_ABI_MINOR, least, 0, TEXT(name), TEXT("1.0.0"), create }
#define ENTRY(name, create) ENTRY_WITH(RK_ENTRY_MAGIC, RK_ABI_MAJOR, 0, name, create)

#define DECLARE_ENTRY FIXTURE_EXPORT const rk_entry_t rookery_plugin_entry

static inline rk_text_t text(const char* chars) {
    rk_text_t out;
    out.data = chars;
    out.len = strlen(chars);
    return out;
}

static inline const void* table(const rk_host_t* host, const char* id) {
    return host->get_table(host, text(id));
}

static inline void nothing(void* self) { (void)self; }

/* The least that create may give. */
static inline rk_status_t give_minimal(const rk_plugin_t** out) {
    static const rk_plugin_t kPlugin = {sizeof(rk_plugin_t), 0, NULL, nothing, NULL, NULL, NULL};
    *out = &kPlugin;
    return RK_OK;
}

static inline rk_status_t explain(rk_error_t* error, rk_status_t status, const char* why) {
    if (error != NULL) {
        const size_t length = strlen(why);
        error->length = (uint32_t)(length < RK_ERROR_TEXT ? length : RK_ERROR_TEXT);
        memcpy(error->text, why, error->length);
    }
    return status;
}

/* Fails the calling function, with the line, unless `got` is `wanted`. */
#define EXPECT_STATUS(error, wanted, got)                                                     \
    do {                                                                                      \
        const rk_status_t expect_got = (got);                                                 \
        if (expect_got != (wanted)) {                                                         \
            char expect_text[200];                                                            \
            (void)snprintf(expect_text, sizeof(expect_text), "line %d: %s gave %d", __LINE__, \
                           #got, (int)expect_got);                                            \
            return explain(error, RK_E_INTERNAL, expect_text);                                \
        }                                                                                     \
    } while (0)

#endif
