/* The layout of level 1.0, frozen: a plugin built against it must fit for as long as the major
 * is 1. New fields are appended: they add lines here, and change none. Compiled as C and as C++. */
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
#include <rookery/abi/ext/server.h>
#include <rookery/abi/ext/settings.h>
#include <rookery/abi/ext/storage.h>
#include <rookery/abi/ext/threads.h>
#include <rookery/abi/ext/timers.h>
#include <rookery/abi/ext/views.h>

#include <stdio.h>

typedef struct fact {
    const char* what;
    size_t is;
    size_t must_be;
} fact_t;

#define AT(type, field, offset) \
    { #type "." #field, offsetof(type, field), offset }
/* Plain values, which are copied: their size is fixed. */
#define SIZE(type, bytes) \
    { "sizeof " #type, sizeof(type), bytes }

static const fact_t kFacts[] = {
    SIZE(rk_text_t, 16),
    AT(rk_text_t, len, 8),
    SIZE(rk_status_t, 4),
    SIZE(rk_handle_t, 8),

    SIZE(rk_error_t, 512),
    AT(rk_error_t, size, 0),
    AT(rk_error_t, status, 4),
    AT(rk_error_t, length, 8),
    AT(rk_error_t, text, 16),

    AT(rk_entry_t, size, 0),
    AT(rk_entry_t, magic, 4),
    AT(rk_entry_t, abi_major, 8),
    AT(rk_entry_t, abi_minor, 10),
    AT(rk_entry_t, least_host, 12),
    AT(rk_entry_t, name, 16),
    AT(rk_entry_t, version, 32),
    AT(rk_entry_t, create, 48),

    AT(rk_host_t, size, 0),
    AT(rk_host_t, abi_major, 4),
    AT(rk_host_t, abi_minor, 6),
    AT(rk_host_t, name, 8),
    AT(rk_host_t, get_table, 24),

    AT(rk_plugin_t, size, 0),
    AT(rk_plugin_t, self, 8),
    AT(rk_plugin_t, destroy, 16),
    AT(rk_plugin_t, stop, 24),
    AT(rk_plugin_t, save, 32),
    AT(rk_plugin_t, load, 40),

    SIZE(rk_view_t, 16),
    AT(rk_view_t, node, 8),
    AT(rk_view_t, mapping, 12),
    SIZE(rk_array_t, 24),
    AT(rk_array_t, field, 16),
    AT(rk_value_t, size, 0),
    AT(rk_value_t, kind, 4),
    AT(rk_value_t, as, 8),
    AT(rk_event_info_t, name, 8),
    AT(rk_event_info_t, raw_name, 24),
    AT(rk_event_info_t, bot, 40),
    AT(rk_event_info_t, platform, 56),
    AT(rk_event_info_t, seq, 72),
    AT(rk_event_info_t, guild_id, 80),
    AT(rk_event_info_t, flags, 4),
    AT(rk_event_info_t, channel_id, 88),
    AT(rk_event_info_t, guild, 96),
    AT(rk_event_info_t, channel, 112),

    AT(rk_views_t, size, 0),
    AT(rk_views_t, get, 8),
    AT(rk_views_t, get_named, 16),
    AT(rk_views_t, get_elements, 24),
    AT(rk_views_t, write_json, 32),
    AT(rk_views_t, raw, 40),
    AT(rk_views_t, shape, 48),
    AT(rk_views_t, field_name, 56),
    AT(rk_views_t, event_info, 64),

    AT(rk_events_t, size, 0),
    AT(rk_events_t, subscribe, 8),
    AT(rk_events_t, unsubscribe, 16),
    AT(rk_events_t, hold, 24),
    AT(rk_events_t, release, 32),
    /* Level 1.2. */
    AT(rk_events_t, subscribe_where, 40),
    AT(rk_events_t, intercept, 48),
    AT(rk_events_t, stop, 56),

    /* Level 1.1. */
    AT(rk_interactions_t, size, 0),
    AT(rk_interactions_t, subscribe, 8),
    AT(rk_interactions_t, declare, 16),
    AT(rk_interactions_t, withdraw, 24),

    /* Level 1.4. */
    AT(rk_commands_t, size, 0),
    AT(rk_commands_t, declare, 8),
    AT(rk_commands_t, withdraw, 16),
    AT(rk_commands_t, handle, 24),
    AT(rk_commands_t, wait, 32),

    AT(rk_log_t, size, 0),
    AT(rk_log_t, write, 8),
    AT(rk_log_t, enabled, 16),

    AT(rk_timers_t, size, 0),
    AT(rk_timers_t, after, 8),
    AT(rk_timers_t, every, 16),
    AT(rk_timers_t, cancel, 24),
    AT(rk_timers_t, post, 32),
    AT(rk_timers_t, cron, 40),
    AT(rk_timers_t, now, 48),

    AT(rk_documents_t, size, 0),
    AT(rk_documents_t, get, 8),
    AT(rk_documents_t, count, 16),
    AT(rk_documents_t, key, 24),
    AT(rk_documents_t, write_json, 32),
    AT(rk_documents_t, view, 40),
    AT(rk_documents_t, hold, 48),
    AT(rk_documents_t, release, 56),

    AT(rk_config_t, size, 0),
    AT(rk_config_t, settings, 8),
    AT(rk_config_t, place, 16),

    AT(rk_call_t, size, 0),
    AT(rk_call_t, deadline_ms, 4),
    AT(rk_call_t, operation, 8),
    AT(rk_call_t, arguments, 24),
    AT(rk_call_t, bot, 40),
    AT(rk_call_t, event, 56),
    AT(rk_operations_t, size, 0),
    AT(rk_operations_t, call, 8),

    /* Level 1.2. */
    SIZE(rk_stored_item_t, 32),
    AT(rk_stored_item_t, value, 16),
    AT(rk_stored_t, size, 0),
    AT(rk_stored_t, found, 4),
    AT(rk_stored_t, value, 8),
    AT(rk_stored_t, number, 24),
    AT(rk_stored_t, applied, 32),
    AT(rk_stored_t, existed, 36),
    AT(rk_stored_t, items, 40),
    AT(rk_stored_t, item_count, 48),
    AT(rk_stored_t, more, 52),
    SIZE(rk_stored_check_t, 40),
    AT(rk_stored_check_t, value, 16),
    AT(rk_stored_check_t, present, 32),
    SIZE(rk_stored_write_t, 48),
    AT(rk_stored_write_t, value, 16),
    AT(rk_stored_write_t, ttl_ms, 32),
    AT(rk_stored_write_t, present, 40),
    AT(rk_storage_t, size, 0),
    AT(rk_storage_t, get, 8),
    AT(rk_storage_t, apply, 16),
    AT(rk_storage_t, add, 24),
    AT(rk_storage_t, list, 32),
    AT(rk_storage_t, on_behalf, 40),
    SIZE(rk_http_header_t, 32),
    AT(rk_http_request_t, size, 0),
    AT(rk_http_request_t, timeout_ms, 4),
    AT(rk_http_request_t, max_bytes, 8),
    AT(rk_http_request_t, redirects, 12),
    AT(rk_http_request_t, method, 16),
    AT(rk_http_request_t, url, 32),
    AT(rk_http_request_t, headers, 48),
    AT(rk_http_request_t, header_count, 56),
    AT(rk_http_request_t, body, 64),
    AT(rk_http_answer_t, size, 0),
    AT(rk_http_answer_t, status, 4),
    AT(rk_http_answer_t, url, 8),
    AT(rk_http_answer_t, headers, 24),
    AT(rk_http_answer_t, header_count, 32),
    AT(rk_http_answer_t, body, 40),
    AT(rk_http_t, size, 0),
    AT(rk_http_t, request, 8),
    AT(rk_settings_t, size, 0),
    AT(rk_settings_t, declare, 8),
    AT(rk_settings_t, get, 16),
    AT(rk_settings_t, write_json, 24),
    AT(rk_settings_t, set, 32),
    AT(rk_settings_t, reset, 40),
    SIZE(rk_label_t, 32),
    AT(rk_metric_t, size, 0),
    AT(rk_metric_t, kind, 4),
    AT(rk_metric_t, name, 8),
    AT(rk_metric_t, help, 24),
    AT(rk_metric_t, labels, 40),
    AT(rk_metric_t, label_count, 48),
    AT(rk_metric_t, bound_count, 52),
    AT(rk_metric_t, bounds, 56),
    AT(rk_metrics_t, size, 0),
    AT(rk_metrics_t, declare, 8),
    AT(rk_metrics_t, add, 16),
    AT(rk_metrics_t, set, 24),
    AT(rk_metrics_t, observe, 32),
    SIZE(rk_server_field_t, 32),
    AT(rk_server_key_t, size, 0),
    AT(rk_server_key_t, restricted, 4),
    AT(rk_server_key_t, id, 8),
    AT(rk_server_key_t, name, 24),
    AT(rk_server_key_t, scopes, 40),
    AT(rk_server_key_t, scope_count, 48),
    AT(rk_server_key_t, guilds, 56),
    AT(rk_server_key_t, guild_count, 64),
    AT(rk_server_route_t, size, 0),
    AT(rk_server_route_t, flags, 4),
    AT(rk_server_route_t, body_limit, 8),
    AT(rk_server_route_t, timeout_ms, 12),
    AT(rk_server_route_t, method, 16),
    AT(rk_server_route_t, pattern, 32),
    AT(rk_server_route_t, scope, 48),
    AT(rk_server_route_t, doc, 64),
    AT(rk_server_request_t, size, 0),
    AT(rk_server_request_t, flags, 4),
    AT(rk_server_request_t, request, 8),
    AT(rk_server_request_t, id, 16),
    AT(rk_server_request_t, method, 32),
    AT(rk_server_request_t, path, 48),
    AT(rk_server_request_t, body, 64),
    AT(rk_server_request_t, peer, 80),
    AT(rk_server_request_t, params, 96),
    AT(rk_server_request_t, param_count, 104),
    AT(rk_server_request_t, query, 112),
    AT(rk_server_request_t, query_count, 120),
    AT(rk_server_request_t, headers, 128),
    AT(rk_server_request_t, header_count, 136),
    AT(rk_server_request_t, key, 144),
    AT(rk_server_answer_t, size, 0),
    AT(rk_server_answer_t, status, 4),
    AT(rk_server_answer_t, content_type, 8),
    AT(rk_server_answer_t, body, 24),
    AT(rk_server_answer_t, headers, 40),
    AT(rk_server_answer_t, header_count, 48),
    AT(rk_server_arguments_t, size, 0),
    AT(rk_server_arguments_t, flags, 4),
    AT(rk_server_arguments_t, json, 8),
    AT(rk_server_arguments_t, attachments, 24),
    AT(rk_server_arguments_t, attachment_count, 32),
    AT(rk_server_socket_t, size, 0),
    AT(rk_server_socket_t, flags, 4),
    AT(rk_server_socket_t, socket, 8),
    AT(rk_server_socket_t, id, 16),
    AT(rk_server_socket_t, auth, 32),
    AT(rk_server_socket_t, who, 48),
    AT(rk_server_socket_t, peer, 64),
    AT(rk_server_socket_t, query, 80),
    AT(rk_server_socket_t, query_count, 88),
    AT(rk_server_socket_t, headers, 96),
    AT(rk_server_socket_t, header_count, 104),
    AT(rk_server_socket_t, rooms, 112),
    AT(rk_server_socket_t, room_count, 120),
    AT(rk_server_socket_t, key, 128),
    AT(rk_server_handlers_t, size, 0),
    AT(rk_server_handlers_t, reserved, 4),
    AT(rk_server_handlers_t, admit, 8),
    AT(rk_server_handlers_t, connected, 16),
    AT(rk_server_handlers_t, event, 24),
    AT(rk_server_handlers_t, left, 32),
    AT(rk_server_channel_t, size, 0),
    AT(rk_server_channel_t, flags, 4),
    AT(rk_server_channel_t, name, 8),
    AT(rk_server_channel_t, scope, 24),
    AT(rk_server_audience_t, size, 0),
    AT(rk_server_audience_t, reserved, 4),
    AT(rk_server_audience_t, rooms, 8),
    AT(rk_server_audience_t, room_count, 16),
    AT(rk_server_audience_t, except, 24),
    AT(rk_server_audience_t, except_count, 32),
    AT(rk_server_t, size, 0),
    AT(rk_server_t, reserved, 4),
    AT(rk_server_t, route, 8),
    AT(rk_server_t, answer, 16),
    AT(rk_server_t, open, 24),
    AT(rk_server_t, withdraw, 32),
    AT(rk_server_t, admit, 40),
    AT(rk_server_t, reply, 48),
    AT(rk_server_t, emit, 56),
    AT(rk_server_t, broadcast, 64),
    AT(rk_server_t, call, 72),
    AT(rk_server_t, join, 80),
    AT(rk_server_t, leave, 88),
    AT(rk_server_t, disconnect, 96),
    AT(rk_threads_t, size, 0),
    AT(rk_threads_t, is_instance_thread, 8),
    AT(rk_threads_t, phase, 16),
};

int main(void) {
    int wrong = 0;
    for (size_t i = 0; i < sizeof(kFacts) / sizeof(kFacts[0]); ++i) {
        if (kFacts[i].is != kFacts[i].must_be) {
            printf("%s is %zu, but was released as %zu\n", kFacts[i].what, kFacts[i].is,
                   kFacts[i].must_be);
            ++wrong;
        }
    }
    return wrong == 0 ? 0 : 1;
}
