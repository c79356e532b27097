#pragma once

#include "model/view.hpp"

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

namespace rookery::plugin::c_tables {

extern const rk_commands kCommands;
extern const rk_config kConfig;
extern const rk_documents kDocuments;
extern const rk_events kEvents;
extern const rk_http kHttp;
extern const rk_interactions kInteractions;
extern const rk_log kLog;
extern const rk_metrics kMetrics;
extern const rk_operations kOperations;
extern const rk_server kServer;
extern const rk_settings kSettings;
extern const rk_storage kStorage;
extern const rk_threads kThreads;
extern const rk_timers kTimers;
extern const rk_views kViews;

/// A value of a view of `event` (or of the document of that handle); everything but the size, which
/// is the caller's.
void set_value(rk_handle_t event, const model::Value& value, rk_value_t& out) noexcept;

/// rk_host::get_table.
const void* get_table(const rk_host_t* host, rk_text_t id) noexcept;

}  // namespace rookery::plugin::c_tables
