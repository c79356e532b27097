// No wrapper, no catch: exceptions leave create, a handler and destroy.
#include "fixture.h"

#include <stdexcept>

namespace {

rk_status_t on_event(void*, rk_view_t, rk_error_t*) { throw 42; }

void destroy(void*) { throw std::runtime_error("destroy"); }

rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t*) {
    static const rk_plugin_t plugin = {
        sizeof(rk_plugin_t), 0, nullptr, destroy, nullptr, nullptr, nullptr};
    const auto* const events = static_cast<const rk_events_t*>(table(host, RK_EVENTS_ID));
    const auto* const config = static_cast<const rk_config_t*>(table(host, RK_CONFIG_ID));
    const auto* const documents = static_cast<const rk_documents_t*>(table(host, RK_DOCUMENTS_ID));
    events->subscribe(host, text("messageCreate"), on_event, nullptr, nullptr, nullptr, nullptr);
    rk_handle_t settings = 0;
    rk_value_t value{};
    value.size = sizeof(value);
    config->settings(host, &settings);
    if (documents->get(host, settings, text("throw"), &value) == RK_OK) {
        throw std::runtime_error("out of create");
    }
    *out = &plugin;
    return RK_OK;
}

}  // namespace

DECLARE_ENTRY;
const rk_entry_t rookery_plugin_entry = ENTRY("throws_raw", create);
