#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

namespace rookery::plugin::c_tables {
namespace {

std::optional<hostapi::InvocationKind> kind_of(uint32_t kind) noexcept {
    switch (kind) {
        case RK_INVOKE_COMMAND:
            return hostapi::InvocationKind::command;
        case RK_INVOKE_AUTOCOMPLETE:
            return hostapi::InvocationKind::autocomplete;
        case RK_INVOKE_PRESS:
            return hostapi::InvocationKind::press;
        default:
            return std::nullopt;
    }
}

rk_status_t declare(const rk_host_t* host, rk_text_t definition, rk_handle_t* out,
                    rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        const auto text = text_of(definition);
        if (!text) {
            return fail(error, RK_E_INVALID, "declare: definition is null");
        }
        return give(plugin.commands().declare_for_all(*text), out, error);
    });
}

rk_status_t withdraw(const rk_host_t* host, rk_handle_t command) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        return plugin.commands().withdraw(command) ? RK_OK : RK_E_STALE;
    });
}

rk_status_t handle(const rk_host_t* host, uint32_t kind, rk_text_t key, rk_invocation_fn handler,
                   void* user, rk_release_t release, rk_handle_t* out, rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        const auto text = text_of(key);
        if (!text || handler == nullptr) {
            return fail(error, RK_E_INVALID, "handle: key or handler is null");
        }
        const auto what = kind_of(kind);
        if (!what) {
            return fail(error, RK_E_INVALID,
                        "handle: there is no invocation of kind " + std::to_string(kind));
        }
        return give(plugin.events().handle_invocations(*what, *text, handler, user, release), out,
                    error);
    });
}

rk_status_t wait(const rk_host_t* host, rk_handle_t event, uint32_t waits) noexcept {
    return on_instance(host, kAlways, nullptr,
                       [&](Plugin& plugin) { return plugin.events().wait(event, waits != 0); });
}

}  // namespace

const rk_commands kCommands{sizeof(rk_commands), 0, &declare, &withdraw, &handle, &wait};

}  // namespace rookery::plugin::c_tables
