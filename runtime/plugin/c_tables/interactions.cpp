#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

namespace rookery::plugin::c_tables {
namespace {

rk_status_t subscribe(const rk_host_t* host, uint32_t kind, rk_text_t key, rk_event_fn handler,
                      void* user, rk_release_t release, rk_handle_t* out,
                      rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        const auto text = text_of(key);
        if (!text || handler == nullptr) {
            return fail(error, RK_E_INVALID, "subscribe: key or handler is null");
        }
        const auto type = hostapi::interaction_type(kind);
        if (type == hostapi::InteractionType::other) {
            return fail(error, RK_E_INVALID,
                        "subscribe: there is no interaction of kind " + std::to_string(kind));
        }
        auto filter = hostapi::InteractionFilter::make(type, std::string(*text));
        if (!filter) {
            return fail(error, filter.error());
        }
        return give(plugin.events().subscribe(*std::move(filter), handler, user, release), out,
                    error);
    });
}

rk_status_t declare(const rk_host_t* host, rk_text_t command, rk_handle_t* out,
                    rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        const auto text = text_of(command);
        if (!text) {
            return fail(error, RK_E_INVALID, "declare: command is null");
        }
        return give(plugin.commands().declare(*text), out, error);
    });
}

rk_status_t withdraw(const rk_host_t* host, rk_handle_t command) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        return plugin.commands().withdraw(command) ? RK_OK : RK_E_STALE;
    });
}

}  // namespace

const rk_interactions kInteractions{sizeof(rk_interactions), 0, &subscribe, &declare, &withdraw};

}  // namespace rookery::plugin::c_tables
