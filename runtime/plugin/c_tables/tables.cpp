#include "plugin/c_tables/tables.hpp"

#include "plugin/c_tables/guard.hpp"

#include <array>
#include <utility>

namespace rookery::plugin::c_tables {

const void* get_table(const rk_host_t* /*host*/, rk_text_t id) noexcept {
    static constexpr std::array<std::pair<std::string_view, const void*>, 15> kTables{{
        {RK_COMMANDS_ID, &kCommands},
        {RK_CONFIG_ID, &kConfig},
        {RK_DOCUMENTS_ID, &kDocuments},
        {RK_EVENTS_ID, &kEvents},
        {RK_HTTP_ID, &kHttp},
        {RK_INTERACTIONS_ID, &kInteractions},
        {RK_LOG_ID, &kLog},
        {RK_METRICS_ID, &kMetrics},
        {RK_OPERATIONS_ID, &kOperations},
        {RK_SERVER_ID, &kServer},
        {RK_SETTINGS_ID, &kSettings},
        {RK_STORAGE_ID, &kStorage},
        {RK_THREADS_ID, &kThreads},
        {RK_TIMERS_ID, &kTimers},
        {RK_VIEWS_ID, &kViews},
    }};
    const auto wanted = text_of(id);
    for (const auto& [name, table] : kTables) {
        if (wanted == name) {
            return table;
        }
    }
    return nullptr;
}

}  // namespace rookery::plugin::c_tables
